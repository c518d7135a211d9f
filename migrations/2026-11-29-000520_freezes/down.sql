DROP INDEX live_fragment_frozen;
DROP TABLE held_credit;
DROP TABLE frozen_fragment;
DROP TABLE freeze_decision;
DROP TABLE freeze_proposal;
ALTER TABLE paper DROP CONSTRAINT paper_state_check;
ALTER TABLE paper ADD CONSTRAINT paper_state_check CHECK (state BETWEEN 1 AND 6);
COMMENT ON COLUMN paper.state IS '1 pending acceptance, 2 active, 3 refused, 4 withdrawn, 5 part settled, 6 settled (ledger-core paper.rs).';
