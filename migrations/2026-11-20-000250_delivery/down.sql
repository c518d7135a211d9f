DROP TABLE business_date;
DROP FUNCTION business_date_rises();
DROP TABLE calendar_day;
DROP TABLE idempotency_receipt;
DROP TABLE outbox;
