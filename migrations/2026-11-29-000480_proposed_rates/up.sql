-- Standing rates that one of a finance provider's people draws up and another signs.

CREATE TABLE rate_proposal (
    id uuid PRIMARY KEY,
    provider uuid NOT NULL REFERENCES party (id),
    body bytea NOT NULL,
    word text NOT NULL DEFAULT '' CHECK (length(word) <= 500),
    made_by text NOT NULL CHECK (made_by <> ''),
    maker_name text NOT NULL,
    made_at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'approved', 'returned', 'withdrawn')),
    CONSTRAINT rate_proposal_maker_unique UNIQUE (id, made_by)
);
CREATE INDEX rate_proposal_of ON rate_proposal (provider, made_at DESC, id DESC);
COMMENT ON TABLE rate_proposal IS 'Rate cards that one of a provider''s hands draws up and another signs. Everything but state is fixed when it is made.';
COMMENT ON COLUMN rate_proposal.body IS 'The whole card, head and rows: the approver signs the head''s very bytes. Holds the provider''s own grades.';
COMMENT ON COLUMN rate_proposal.made_by IS 'Who proposed: user:id or key:id.';

CREATE TABLE rate_decision (
    proposal uuid PRIMARY KEY,
    made_by text NOT NULL,
    decided_by text NOT NULL CHECK (decided_by <> ''),
    decider_name text NOT NULL,
    decided_at timestamptz NOT NULL,
    verdict text NOT NULL CHECK (verdict IN ('approved', 'returned', 'withdrawn')),
    word text NOT NULL DEFAULT '' CHECK (length(word) <= 500),
    CONSTRAINT rate_decision_proposal FOREIGN KEY (proposal, made_by) REFERENCES rate_proposal (id, made_by),
    -- Four eyes: who proposed may only take it back.
    CONSTRAINT rate_decision_four_eyes CHECK ((decided_by = made_by) = (verdict = 'withdrawn')),
    CONSTRAINT rate_decision_says_why CHECK (verdict <> 'returned' OR word <> '')
);
CREATE TRIGGER rate_decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON rate_decision
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE rate_decision IS 'What became of a proposed rate card, by whose hand. Only grows.';

GRANT SELECT, INSERT, UPDATE (state) ON rate_proposal TO tallystick_app;
GRANT SELECT, INSERT ON rate_decision TO tallystick_app;
-- What a bank thinks of an obligor is its own; the auditor sees that rates were proposed, and by whom.
GRANT SELECT (id, provider, word, made_by, maker_name, made_at, state) ON rate_proposal TO tallystick_audit;
GRANT SELECT ON rate_decision TO tallystick_audit;
