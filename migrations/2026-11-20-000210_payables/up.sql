-- Lists of payables as obligors hand them in, and the proposals to issue papers for them.

CREATE TABLE column_mapping (
    id uuid PRIMARY KEY,
    party uuid NOT NULL REFERENCES party (id),
    name text NOT NULL CHECK (name <> ''),
    mapping jsonb NOT NULL,
    CONSTRAINT column_mapping_name_unique UNIQUE (party, name)
);
COMMENT ON TABLE column_mapping IS 'Saved: which column of a party''s own export is which of ours.';

CREATE TABLE import_batch (
    id uuid PRIMARY KEY,
    obligor uuid NOT NULL REFERENCES party (id),
    file_name text NOT NULL,
    sha256 bytea NOT NULL CHECK (octet_length(sha256) = 32),
    uploaded_by uuid NOT NULL REFERENCES app_user (id),
    created_at timestamptz NOT NULL,
    mapping jsonb NOT NULL,
    counts jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('reading', 'read', 'failed'))
);
CREATE INDEX import_batch_obligor ON import_batch (obligor, created_at DESC, id);
COMMENT ON TABLE import_batch IS 'One list of payables handed in: file, mapping used, what became of its rows.';

CREATE TABLE import_problem (
    import uuid NOT NULL REFERENCES import_batch (id),
    row_no bigint NOT NULL,
    ordinal integer NOT NULL,
    column_name text NOT NULL,
    value text NOT NULL,
    code text NOT NULL,
    message_en text NOT NULL,
    message_zh text NOT NULL,
    PRIMARY KEY (import, row_no, ordinal)
);
COMMENT ON TABLE import_problem IS 'What is wrong with which cell of a handed-in list, and what to do, in both languages.';

CREATE TABLE payable (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL CONSTRAINT payable_id_unique UNIQUE,
    obligor uuid NOT NULL REFERENCES party (id),
    import uuid REFERENCES import_batch (id),
    company_code text NOT NULL,
    payable_no text NOT NULL CHECK (payable_no <> ''),
    content_digest bytea NOT NULL CHECK (octet_length(content_digest) = 32),
    supplier uuid NOT NULL REFERENCES party (id),
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    invoice_no text NOT NULL DEFAULT '',
    invoice_date date,
    acceptance_date date,
    po_no text NOT NULL DEFAULT '',
    due_date date NOT NULL,
    cost_centre text NOT NULL DEFAULT '',
    remark text NOT NULL DEFAULT '',
    state text NOT NULL CHECK (state IN ('loaded', 'proposed', 'issued', 'rejected', 'cancelled')),
    paper_id uuid,
    CONSTRAINT payable_number_unique UNIQUE (obligor, company_code, payable_no),
    CONSTRAINT payable_issued_has_paper CHECK ((state IN ('proposed', 'issued')) = (paper_id IS NOT NULL))
);
CREATE INDEX payable_waiting ON payable (obligor, no) WHERE state = 'loaded';
CREATE INDEX payable_import ON payable (import, no) WHERE import IS NOT NULL;
CREATE INDEX payable_paper ON payable (paper_id) WHERE paper_id IS NOT NULL;
COMMENT ON TABLE payable IS 'Approved invoice debts of an obligor. The same number handed in twice is the same payable.';
COMMENT ON COLUMN payable.content_digest IS 'SHA-256 over the row''s content: tells the same row again from a changed one.';
COMMENT ON COLUMN payable.amount IS 'Minor units of currency.';

CREATE TABLE issue_proposal (
    paper_id uuid PRIMARY KEY,
    payable uuid NOT NULL REFERENCES payable (id),
    obligor uuid NOT NULL REFERENCES party (id),
    body bytea NOT NULL,
    maker uuid NOT NULL REFERENCES app_user (id),
    maker_key uuid NOT NULL REFERENCES signing_key (id),
    maker_signature bytea NOT NULL CHECK (octet_length(maker_signature) = 64),
    made_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'issued', 'declined', 'lapsed')),
    checker uuid REFERENCES app_user (id),
    -- Two people: nobody approves what they proposed.
    CONSTRAINT issue_proposal_two_people CHECK (checker IS NULL OR checker <> maker),
    CONSTRAINT issue_proposal_checked CHECK ((state IN ('issued', 'declined')) = (checker IS NOT NULL))
);
CREATE UNIQUE INDEX issue_proposal_payable_unique ON issue_proposal (payable) WHERE state IN ('waiting', 'issued');
CREATE INDEX issue_proposal_waiting ON issue_proposal (obligor, made_at, paper_id) WHERE state = 'waiting';
COMMENT ON TABLE issue_proposal IS 'Papers proposed by a maker, waiting for a checker. body is the canonical bytes both sign.';

GRANT SELECT, INSERT, UPDATE (mapping), DELETE ON column_mapping TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (counts, state) ON import_batch TO tallystick_app;
GRANT SELECT, INSERT ON import_problem TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (state, paper_id) ON payable TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (state, checker) ON issue_proposal TO tallystick_app;

GRANT SELECT ON column_mapping, import_batch, import_problem, payable, issue_proposal TO tallystick_audit;
