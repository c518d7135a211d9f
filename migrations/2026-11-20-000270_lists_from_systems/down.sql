REVOKE UPDATE (reason) ON issue_proposal FROM tallystick_app;
DROP INDEX payable_obligor_state;
ALTER TABLE payable
    DROP CONSTRAINT payable_number_unique,
    DROP COLUMN replaced_no,
    ADD CONSTRAINT payable_number_unique UNIQUE (obligor, company_code, payable_no),
    DROP CONSTRAINT payable_state_check,
    ADD CONSTRAINT payable_state_check
        CHECK (state IN ('loaded', 'proposed', 'issued', 'rejected', 'cancelled'));
DROP INDEX issue_proposal_payable;
ALTER TABLE issue_proposal
    DROP COLUMN reason,
    DROP CONSTRAINT issue_proposal_state_check,
    ADD CONSTRAINT issue_proposal_state_check
        CHECK (state IN ('waiting', 'issued', 'declined', 'lapsed')),
    DROP CONSTRAINT issue_proposal_checked,
    ADD CONSTRAINT issue_proposal_checked
        CHECK ((state IN ('issued', 'declined')) = (checker IS NOT NULL));
DROP INDEX import_batch_reading;
ALTER TABLE import_batch
    DROP CONSTRAINT import_batch_one_uploader,
    DROP COLUMN uploaded_key,
    ALTER COLUMN uploaded_by SET NOT NULL;
