DROP TRIGGER quote_keeps_sealed ON quote;
DROP TABLE sealed_bid;
DROP FUNCTION quote_keeps_sealed();
DROP FUNCTION sealed_bid_in_time();
DROP FUNCTION request_bids_until(uuid);
DROP INDEX finance_request_inquiry;
ALTER TABLE finance_request DROP COLUMN inquiry;
DROP TABLE finance_inquiry;
