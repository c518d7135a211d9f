DROP TABLE party_check;
