DROP TABLE discount;
DROP TABLE quote;
DROP TABLE finance_invitation;
DROP TABLE finance_request;
