DROP TABLE rate_decision;
DROP TABLE rate_proposal;
