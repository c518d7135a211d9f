-- Only as long as no quote came from a card.
DROP INDEX quote_card;
DROP INDEX quote_card_unique;
DROP INDEX quote_offer_unique;
CREATE UNIQUE INDEX quote_offer_unique ON quote (request, provider) WHERE state = 'offered';
ALTER TABLE quote DROP COLUMN offer, DROP COLUMN card_row, DROP COLUMN card;
DROP TABLE obligor_grade;
DROP TABLE rate_card_row;
DROP TABLE rate_card;
