DROP TABLE pledge;
