-- The desk of a finance provider: what one of its people proposes and another decides, what it has
-- looked up about an obligor, and its own notes.

CREATE TABLE quote_proposal (
    id uuid PRIMARY KEY,
    request uuid NOT NULL,
    provider uuid NOT NULL,
    kind text NOT NULL CHECK (kind IN ('quote', 'decline')),
    body bytea,
    word text NOT NULL DEFAULT '' CHECK (length(word) <= 500),
    made_by text NOT NULL CHECK (made_by <> ''),
    maker_name text NOT NULL,
    made_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'approved', 'returned', 'withdrawn')),
    -- Only who was invited answers.
    CONSTRAINT quote_proposal_invited FOREIGN KEY (request, provider) REFERENCES finance_invitation (request, provider),
    CONSTRAINT quote_proposal_maker_unique UNIQUE (id, made_by),
    CONSTRAINT quote_proposal_body CHECK ((kind = 'quote') = (body IS NOT NULL))
);
CREATE UNIQUE INDEX quote_proposal_waiting_unique ON quote_proposal (request, provider) WHERE state = 'waiting';
CREATE INDEX quote_proposal_request ON quote_proposal (request, provider, made_at);
COMMENT ON TABLE quote_proposal IS 'Answers to a request for money that one of a provider''s hands proposes and another decides. Everything but state is fixed when it is made.';
COMMENT ON COLUMN quote_proposal.body IS 'Canonical bytes of the quote, the very bytes that the approver signs; null for a no.';
COMMENT ON COLUMN quote_proposal.made_by IS 'Who proposed: user:id or key:id.';

CREATE TABLE quote_decision (
    proposal uuid PRIMARY KEY,
    made_by text NOT NULL,
    decided_by text NOT NULL CHECK (decided_by <> ''),
    decider_name text NOT NULL,
    decided_at timestamptz NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('approved', 'returned', 'withdrawn')),
    word text NOT NULL DEFAULT '' CHECK (length(word) <= 500),
    CONSTRAINT quote_decision_proposal FOREIGN KEY (proposal, made_by) REFERENCES quote_proposal (id, made_by),
    -- Four eyes: who proposed may only take it back.
    CONSTRAINT quote_decision_four_eyes CHECK ((decided_by = made_by) = (verdict = 'withdrawn')),
    CONSTRAINT quote_decision_says_why CHECK (verdict <> 'returned' OR word <> '')
);
CREATE TRIGGER quote_decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON quote_decision
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE quote_decision IS 'What became of a proposed answer, by whose hand. Only grows.';

CREATE TABLE disclosure_check (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider uuid NOT NULL REFERENCES party (id),
    obligor uuid NOT NULL REFERENCES party (id),
    looked_up_on date NOT NULL,
    source text NOT NULL CHECK (source <> '' AND length(source) <= 200),
    finding text NOT NULL CHECK (finding IN ('clean', 'overdue_listed', 'not_disclosed')),
    word text NOT NULL DEFAULT '' CHECK (length(word) <= 500),
    made_by text NOT NULL CHECK (made_by <> ''),
    maker_name text NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX disclosure_check_of ON disclosure_check (provider, obligor, no DESC);
CREATE TRIGGER disclosure_check_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON disclosure_check
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE disclosure_check IS 'That a provider has looked up an obligor in the public disclosure of bills, when, where and with what result. Only grows; seen by that provider alone.';

CREATE TABLE provider_note (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    provider uuid NOT NULL REFERENCES party (id),
    obligor uuid NOT NULL REFERENCES party (id),
    word text NOT NULL CHECK (word <> '' AND length(word) <= 2000),
    made_by text NOT NULL CHECK (made_by <> ''),
    maker_name text NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE INDEX provider_note_of ON provider_note (provider, obligor, no DESC);
CREATE TRIGGER provider_note_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON provider_note
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE provider_note IS 'A provider''s own notes about an obligor. Only grows; seen by that provider alone.';

GRANT SELECT, INSERT, UPDATE (state) ON quote_proposal TO tallystick_app;
GRANT SELECT, INSERT ON quote_decision, disclosure_check, provider_note TO tallystick_app;
GRANT SELECT ON quote_proposal, quote_decision, disclosure_check TO tallystick_audit;
-- What a bank thinks of an obligor is its own; the auditor sees that a note was written, and by whom.
GRANT SELECT (no, provider, obligor, made_by, maker_name, made_at) ON provider_note TO tallystick_audit;
