DROP TABLE issue_proposal;
DROP TABLE payable;
DROP TABLE import_problem;
DROP TABLE import_batch;
DROP TABLE column_mapping;
