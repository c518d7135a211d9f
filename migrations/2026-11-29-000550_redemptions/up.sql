-- Early redemption: an obligor offers to pay a paper before it is due, to every holder on the same terms.
-- One of its people proposes, another signs too; then each holder decides for each of its fragments, and
-- the obligor's bank pays. What binds stands in the journal; this is the way there.

ALTER TABLE paper
    ADD COLUMN redeemed bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT paper_redeemed CHECK (redeemed BETWEEN 0 AND paid);
COMMENT ON COLUMN paper.paid IS 'What of the face is paid, early or at maturity, minor units.';
COMMENT ON COLUMN paper.redeemed IS 'What of it was redeemed before maturity: face that nobody claims any more.';
GRANT UPDATE (redeemed) ON paper TO tallystick_app;

ALTER TABLE payment_instruction DROP CONSTRAINT payment_instruction_kind_check;
ALTER TABLE payment_instruction ADD CONSTRAINT payment_instruction_kind_check
    CHECK (kind IN ('discount_payout', 'settlement_credit', 'collection', 'recourse_payment', 'early_redemption'));

ALTER TABLE operator_task DROP CONSTRAINT operator_task_kind_check;
ALTER TABLE operator_task ADD CONSTRAINT operator_task_kind_check
    CHECK (kind IN ('settlement_run', 'bank_booking', 'settlement_credit', 'discount_payout', 'webhook',
                    'invoice_use', 'recourse_payment', 'early_redemption'));

CREATE TABLE redemption_offer (
    id uuid PRIMARY KEY,
    paper uuid NOT NULL REFERENCES paper (id),
    obligor uuid NOT NULL REFERENCES party (id),
    body bytea NOT NULL,
    pay_date date NOT NULL,
    accept_by date NOT NULL,
    made_by text NOT NULL CHECK (made_by <> ''),
    maker_name text NOT NULL,
    maker_key uuid NOT NULL REFERENCES signing_key (id),
    maker_signature bytea NOT NULL CHECK (octet_length(maker_signature) = 64),
    made_at timestamptz NOT NULL,
    checked_by text CHECK (checked_by <> ''),
    checker_name text NOT NULL DEFAULT '',
    checker_key uuid REFERENCES signing_key (id),
    checker_signature bytea CHECK (octet_length(checker_signature) = 64),
    word text NOT NULL DEFAULT '' CHECK (length(word) <= 500),
    state text NOT NULL CHECK (state IN ('waiting', 'open', 'returned', 'withdrawn', 'ended')),
    CONSTRAINT redemption_offer_days CHECK (accept_by <= pay_date),
    -- Four eyes: who proposed doesn't sign as the second.
    CONSTRAINT redemption_offer_four_eyes CHECK (checked_by IS NULL OR checked_by <> made_by),
    CONSTRAINT redemption_offer_checked CHECK ((checker_key IS NULL) = (checker_signature IS NULL)
        AND (state <> 'open' OR checker_key IS NOT NULL)
        -- What two have signed stands until its last day: an offer with a period is not taken back.
        AND (state <> 'withdrawn' OR checker_key IS NULL))
);
-- One offer on a paper at a time: no holder chooses between two, and none is offered another.
CREATE UNIQUE INDEX redemption_offer_open_unique ON redemption_offer (paper) WHERE state IN ('waiting', 'open');
CREATE INDEX redemption_offer_obligor ON redemption_offer (obligor, made_at DESC, id);
CREATE INDEX redemption_offer_ending ON redemption_offer (accept_by) WHERE state IN ('waiting', 'open');
COMMENT ON TABLE redemption_offer IS 'Offers to pay a paper early, to every holder of it on the same terms. body: what the obligor''s two people sign.';
COMMENT ON COLUMN redemption_offer.accept_by IS 'The last day on which a holder may accept.';

CREATE TABLE redemption (
    lock_entry bigint PRIMARY KEY,
    offer uuid NOT NULL REFERENCES redemption_offer (id),
    paper uuid NOT NULL REFERENCES paper (id),
    holder uuid NOT NULL REFERENCES party (id),
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    days bigint NOT NULL CHECK (days > 0),
    rebate bigint NOT NULL CHECK (rebate >= 0),
    payment bigint NOT NULL CHECK (payment > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    accepted_on date NOT NULL,
    instruction uuid NOT NULL CONSTRAINT redemption_instruction_unique UNIQUE
        REFERENCES payment_instruction (id) DEFERRABLE INITIALLY DEFERRED,
    state text NOT NULL CHECK (state IN ('accepted', 'redeemed', 'released')),
    end_entry bigint CONSTRAINT redemption_end_entry_unique UNIQUE,
    ended_on date,
    CONSTRAINT redemption_range CHECK (0 <= lo AND lo < hi),
    CONSTRAINT redemption_adds_up CHECK (rebate + payment = hi - lo),
    CONSTRAINT redemption_ended CHECK ((end_entry IS NOT NULL) = (state <> 'accepted')
        AND (end_entry IS NOT NULL) = (ended_on IS NOT NULL))
);
CREATE INDEX redemption_offer_of ON redemption (offer, lock_entry);
CREATE INDEX redemption_holder ON redemption (holder, lock_entry DESC);
CREATE INDEX redemption_paper ON redemption (paper);
CREATE INDEX redemption_open ON redemption (lock_entry) WHERE state = 'accepted';
COMMENT ON TABLE redemption IS 'Fragments whose holders took an offer to be paid early: face = rebate + payment. One row an acceptance, and what became of its money.';

-- What a provider had of a fragment that its obligor has paid is free again.
ALTER TABLE limit_use DROP CONSTRAINT limit_use_released_why_check;
ALTER TABLE limit_use ADD COLUMN redeemed_by bigint REFERENCES redemption (lock_entry);
ALTER TABLE limit_use ADD CONSTRAINT limit_use_released_why_check
    CHECK (released_why IN ('not_paid', 'settled', 'sold', 'reversed', 'redeemed'));
ALTER TABLE limit_use ADD CONSTRAINT limit_use_redeemed
    CHECK ((redeemed_by IS NOT NULL) = (released_why IS NOT DISTINCT FROM 'redeemed'));
CREATE INDEX limit_use_redeemed_by ON limit_use (redeemed_by) WHERE redeemed_by IS NOT NULL;
COMMENT ON COLUMN limit_use.redeemed_by IS 'The acceptance by which the obligor has paid it early.';
GRANT UPDATE (redeemed_by) ON limit_use TO tallystick_app;

GRANT SELECT, INSERT, UPDATE (state, checked_by, checker_name, checker_key, checker_signature, word)
    ON redemption_offer TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (state, end_entry, ended_on) ON redemption TO tallystick_app;
GRANT SELECT ON redemption_offer, redemption TO tallystick_audit;
