-- Re-transfers between finance providers, and what they take and give back of limits.

CREATE TABLE retransfer (
    id uuid PRIMARY KEY,
    seller uuid NOT NULL REFERENCES party (id),
    buyer uuid NOT NULL REFERENCES party (id),
    paper uuid NOT NULL REFERENCES paper (id),
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    contract text NOT NULL CHECK (contract <> '' AND length(contract) <= 140),
    recourse text NOT NULL CHECK (recourse IN ('without', 'with', 'limited')),
    recourse_cap bigint,
    price bigint CHECK (price > 0),
    offer_entry bigint NOT NULL CONSTRAINT retransfer_offer_entry_unique UNIQUE,
    state text NOT NULL CHECK (state IN ('offered', 'accepted', 'declined', 'recalled')),
    answer_entry bigint CONSTRAINT retransfer_answer_entry_unique UNIQUE,
    offered_on date NOT NULL,
    answered_on date,
    created_at timestamptz NOT NULL,
    CONSTRAINT retransfer_range CHECK (lo >= 0 AND lo < hi),
    CONSTRAINT retransfer_two_parties CHECK (seller <> buyer),
    CONSTRAINT retransfer_cap CHECK ((recourse = 'limited') = (recourse_cap IS NOT NULL)),
    CONSTRAINT retransfer_answered CHECK ((state = 'offered') = (answer_entry IS NULL)
        AND (answer_entry IS NULL) = (answered_on IS NULL))
);
CREATE INDEX retransfer_seller ON retransfer (seller, created_at DESC, id);
CREATE INDEX retransfer_buyer ON retransfer (buyer, created_at DESC, id);
COMMENT ON TABLE retransfer IS 'Fragments offered from one finance provider to another, with what became of each. What binds stands in the journal.';
COMMENT ON COLUMN retransfer.price IS 'What the two say it is paid with, minor units; paid outside, seen by the two alone. None: not said.';
COMMENT ON COLUMN retransfer.offer_entry IS 'The entry that offers; its left part is the fragment offered.';

GRANT SELECT, INSERT, UPDATE (state, answer_entry, answered_on) ON retransfer TO tallystick_app;
GRANT SELECT ON retransfer TO tallystick_audit;

-- A use of limits comes by a quote or by a re-transfer, and ends by either.
ALTER TABLE limit_use ALTER COLUMN quote DROP NOT NULL;
ALTER TABLE limit_use ADD COLUMN retransfer uuid REFERENCES retransfer (id);
ALTER TABLE limit_use ADD COLUMN passed_by uuid REFERENCES retransfer (id);
ALTER TABLE limit_use ADD CONSTRAINT limit_use_origin CHECK (num_nonnulls(quote, retransfer) = 1);
ALTER TABLE limit_use DROP CONSTRAINT limit_use_sold;
ALTER TABLE limit_use ADD CONSTRAINT limit_use_sold CHECK (
    num_nonnulls(sold_by, passed_by) = CASE WHEN released_why = 'sold' THEN 1 ELSE 0 END);
CREATE UNIQUE INDEX limit_use_retransfer_reserved ON limit_use (retransfer) WHERE state = 'reserved';
CREATE INDEX limit_use_retransfer ON limit_use (retransfer) WHERE retransfer IS NOT NULL;
CREATE INDEX limit_use_passed_by ON limit_use (passed_by) WHERE passed_by IS NOT NULL;
CREATE INDEX limit_use_owner ON limit_use (owner, used_on) WHERE used_on IS NOT NULL;
COMMENT ON COLUMN limit_use.retransfer IS 'The re-transfer by which the owner took it, where no quote is.';
COMMENT ON COLUMN limit_use.passed_by IS 'The re-transfer by which the owner passed it on.';
GRANT UPDATE (passed_by) ON limit_use TO tallystick_app;
