-- Lists that a party's own system hands in, reasons of checkers, and payables that come back.

ALTER TABLE import_batch
    ALTER COLUMN uploaded_by DROP NOT NULL,
    ADD COLUMN uploaded_key uuid REFERENCES signing_key (id),
    ADD CONSTRAINT import_batch_one_uploader CHECK (num_nonnulls(uploaded_by, uploaded_key) = 1);
CREATE INDEX import_batch_reading ON import_batch (created_at, id) WHERE state = 'reading';
COMMENT ON COLUMN import_batch.uploaded_key IS 'The key of the system that handed it in, where no person did.';

-- A proposal whose paper its payee refused is over: its payable may have another.
ALTER TABLE issue_proposal
    ADD COLUMN reason text NOT NULL DEFAULT '' CHECK (char_length(reason) <= 500),
    DROP CONSTRAINT issue_proposal_state_check,
    ADD CONSTRAINT issue_proposal_state_check
        CHECK (state IN ('waiting', 'issued', 'declined', 'lapsed', 'refused')),
    DROP CONSTRAINT issue_proposal_checked,
    ADD CONSTRAINT issue_proposal_checked
        CHECK ((state IN ('issued', 'declined', 'refused')) = (checker IS NOT NULL));
COMMENT ON COLUMN issue_proposal.reason IS 'Why the checker declined, in the checker''s own words; else empty.';
CREATE INDEX issue_proposal_payable ON issue_proposal (payable, made_at);

-- A declined or refused payable is corrected by handing its number in again: the old row stays as
-- it was, replaced, and the number belongs to the new one.
ALTER TABLE payable
    DROP CONSTRAINT payable_state_check,
    ADD CONSTRAINT payable_state_check
        CHECK (state IN ('loaded', 'proposed', 'issued', 'rejected', 'cancelled', 'replaced')),
    ADD COLUMN replaced_no bigint NOT NULL
        GENERATED ALWAYS AS (CASE WHEN state = 'replaced' THEN no ELSE 0 END) STORED,
    DROP CONSTRAINT payable_number_unique,
    ADD CONSTRAINT payable_number_unique UNIQUE (obligor, company_code, payable_no, replaced_no);
CREATE INDEX payable_obligor_state ON payable (obligor, state, no);
COMMENT ON COLUMN payable.replaced_no IS '0, or of a replaced row its own number: one row at a time has the payable number.';

GRANT UPDATE (reason) ON issue_proposal TO tallystick_app;
