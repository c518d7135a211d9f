DROP TABLE provider_note;
DROP TABLE disclosure_check;
DROP TABLE quote_decision;
DROP TABLE quote_proposal;
