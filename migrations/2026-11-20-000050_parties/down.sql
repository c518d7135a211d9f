DROP TABLE signing_key;
DROP TABLE party;
DROP FUNCTION append_only_refuse();
