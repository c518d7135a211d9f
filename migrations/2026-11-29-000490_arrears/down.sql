DROP TABLE cure_decision, cure_proposal, issue_stop, dishonour_notice, paper_default;
ALTER TABLE outbox DROP COLUMN reply;
DROP INDEX settlement_run_paper_open;
ALTER TABLE settlement_run
    DROP COLUMN round,
    DROP COLUMN presented_on,
    DROP COLUMN answer,
    DROP COLUMN short_reason,
    DROP COLUMN paid_on,
    DROP COLUMN interest_cash,
    DROP COLUMN interest_asked,
    DROP COLUMN interest_sheet,
    DROP COLUMN interest_digest,
    DROP COLUMN interest_entry_no,
    ADD CONSTRAINT settlement_run_paper_unique UNIQUE (paper_id);
ALTER TABLE paper DROP COLUMN dishonoured, DROP COLUMN interest_asked, DROP COLUMN interest_paid;
