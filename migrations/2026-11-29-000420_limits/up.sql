-- Limits: how much of an obligor, of its group, of a supplier's papers a finance provider will take,
-- and how much an obligor will have outstanding. The parties set them, never the platform.

CREATE TABLE party_group (
    id uuid PRIMARY KEY,
    name text NOT NULL CONSTRAINT party_group_name_unique UNIQUE CHECK (name <> ''),
    created_at timestamptz NOT NULL,
    created_by text NOT NULL CHECK (created_by <> '')
);
COMMENT ON TABLE party_group IS 'Groups of obligors under one control, as the operator found them.';

CREATE TABLE party_group_member (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    group_id uuid NOT NULL REFERENCES party_group (id),
    party uuid NOT NULL REFERENCES party (id),
    added_at timestamptz NOT NULL,
    added_by text NOT NULL CHECK (added_by <> ''),
    removed_at timestamptz,
    removed_by text,
    CONSTRAINT party_group_member_removal_whole CHECK ((removed_at IS NULL) = (removed_by IS NULL))
);
CREATE UNIQUE INDEX party_group_member_unique ON party_group_member (party) WHERE removed_at IS NULL;
CREATE INDEX party_group_member_group ON party_group_member (group_id) WHERE removed_at IS NULL;
COMMENT ON TABLE party_group_member IS 'Which obligors belong to a group, and belonged: each to one at a time. A row is closed, never deleted.';

CREATE TABLE exposure_limit (
    id uuid PRIMARY KEY,
    owner uuid NOT NULL REFERENCES party (id),
    kind text NOT NULL CHECK (kind IN ('obligor', 'group', 'supplier', 'own_issuing')),
    subject uuid NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount bigint NOT NULL CHECK (amount >= 0),
    used bigint NOT NULL CHECK (used >= 0),
    reserved bigint NOT NULL CHECK (reserved >= 0),
    valid_from date NOT NULL,
    valid_until date,
    state text NOT NULL CHECK (state IN ('active', 'ended')),
    CONSTRAINT exposure_limit_subject_unique UNIQUE (owner, kind, subject, currency),
    CONSTRAINT exposure_limit_own CHECK (kind <> 'own_issuing' OR subject = owner),
    CONSTRAINT exposure_limit_ended_empty CHECK (state = 'active' OR (used = 0 AND reserved = 0))
);
CREATE INDEX exposure_limit_issuing ON exposure_limit (owner, currency)
    WHERE kind = 'own_issuing' AND state = 'active';
CREATE INDEX exposure_limit_group ON exposure_limit (subject) WHERE kind = 'group';
COMMENT ON TABLE exposure_limit IS 'Limits in force and ended ones. Written by triggers alone: amount by an approved proposal, used and reserved by limit_use and paper, whose sums they always are.';
COMMENT ON COLUMN exposure_limit.subject IS 'The obligor, the supplier, the group (party_group), or the owner itself.';
COMMENT ON COLUMN exposure_limit.valid_until IS 'Last day on which something new may be taken; none: until it is changed.';

CREATE TABLE limit_proposal (
    no bigint GENERATED ALWAYS AS IDENTITY,
    id uuid PRIMARY KEY,
    owner uuid NOT NULL REFERENCES party (id),
    kind text NOT NULL CHECK (kind IN ('obligor', 'group', 'supplier', 'own_issuing')),
    subject uuid NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    amount bigint CHECK (amount >= 0),
    valid_until date,
    reason text NOT NULL DEFAULT '',
    maker text NOT NULL CHECK (maker <> ''),
    made_at timestamptz NOT NULL,
    CONSTRAINT limit_proposal_own CHECK (kind <> 'own_issuing' OR subject = owner),
    CONSTRAINT limit_proposal_end_plain CHECK (amount IS NOT NULL OR valid_until IS NULL)
);
CREATE INDEX limit_proposal_owner ON limit_proposal (owner, no DESC);
CREATE TRIGGER limit_proposal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON limit_proposal
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE limit_proposal IS 'What somebody of the owner wants a limit to be; in force once a second one approves. Only grows: the history of every limit.';
COMMENT ON COLUMN limit_proposal.amount IS 'The new limit in minor units; none: there shall be no limit any more.';
COMMENT ON COLUMN limit_proposal.maker IS 'Who proposed: user:id or key:id.';

CREATE TABLE limit_decision (
    proposal uuid PRIMARY KEY REFERENCES limit_proposal (id),
    limit_id uuid NOT NULL,
    approved boolean NOT NULL,
    checker text NOT NULL CHECK (checker <> ''),
    reason text NOT NULL DEFAULT '',
    decided_on date NOT NULL,
    decided_at timestamptz NOT NULL
);
CREATE TRIGGER limit_decision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON limit_decision
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE limit_decision IS 'What became of each proposal: approved by a second person, or turned down. Only grows.';
COMMENT ON COLUMN limit_decision.limit_id IS 'Id for the limit if it is the first of its subject.';

CREATE TABLE limit_use (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quote uuid NOT NULL REFERENCES quote (id),
    owner uuid NOT NULL REFERENCES party (id),
    obligor uuid NOT NULL REFERENCES party (id),
    supplier uuid NOT NULL REFERENCES party (id),
    paper uuid NOT NULL REFERENCES paper (id),
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    amount bigint NOT NULL,
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    state text NOT NULL CHECK (state IN ('reserved', 'used', 'released')),
    reserved_on date NOT NULL,
    used_on date,
    released_on date,
    released_why text CHECK (released_why IN ('not_paid', 'settled', 'sold', 'reversed')),
    sold_by uuid REFERENCES quote (id),
    CONSTRAINT limit_use_range CHECK (lo >= 0 AND lo < hi),
    CONSTRAINT limit_use_amount CHECK (amount = hi - lo),
    CONSTRAINT limit_use_used_on CHECK (state <> 'used' OR used_on IS NOT NULL),
    CONSTRAINT limit_use_release_whole CHECK ((state = 'released') = (released_on IS NOT NULL)
        AND (released_on IS NULL) = (released_why IS NULL)),
    CONSTRAINT limit_use_sold CHECK ((sold_by IS NOT NULL) = (released_why IS NOT DISTINCT FROM 'sold'))
);
CREATE UNIQUE INDEX limit_use_quote_reserved ON limit_use (quote) WHERE state = 'reserved';
CREATE INDEX limit_use_quote ON limit_use (quote);
CREATE INDEX limit_use_paper ON limit_use (paper) WHERE state <> 'released';
CREATE INDEX limit_use_obligor ON limit_use (owner, obligor, currency) WHERE state <> 'released';
CREATE INDEX limit_use_supplier ON limit_use (owner, supplier, currency) WHERE state <> 'released';
CREATE INDEX limit_use_sold_by ON limit_use (sold_by) WHERE sold_by IS NOT NULL;
COMMENT ON TABLE limit_use IS 'What each finance provider has taken, or signed for, of each obligor and supplier: recorded whether a limit is set or not. One row a range; a part that is sold on closes its row, what stays gets rows of its own.';
COMMENT ON COLUMN limit_use.supplier IS 'Who sold it to the owner.';
COMMENT ON COLUMN limit_use.sold_by IS 'The quote by which the owner sold it on.';

CREATE TABLE limit_shortage (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    quote uuid NOT NULL REFERENCES quote (id),
    limit_id uuid NOT NULL REFERENCES exposure_limit (id),
    asked bigint NOT NULL CHECK (asked > 0),
    room bigint NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT limit_shortage_unique UNIQUE (quote, limit_id)
);
CREATE TRIGGER limit_shortage_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON limit_shortage
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE limit_shortage IS 'Quotes that could not be signed because a limit had no room; their provider is told once of each. Only grows.';
COMMENT ON COLUMN limit_shortage.room IS 'What was free at that moment, minor units; below zero where the limit was lowered under its use.';

-- Whoever changes what is used shares one lock; whoever changes what the limits are has it alone.
-- So a new limit starts with every use on record, and no use is taken past a limit being set.
CREATE FUNCTION limits_shared() RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS
$$ SELECT pg_advisory_xact_lock_shared(hashtextextended('tallystick.limits', 0)) $$;
COMMENT ON FUNCTION limits_shared IS 'For who changes uses: many at a time, none while limits change.';
CREATE FUNCTION limits_alone() RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS
$$ SELECT pg_advisory_xact_lock(hashtextextended('tallystick.limits', 0)) $$;
COMMENT ON FUNCTION limits_alone IS 'For who changes limits or groups: waits for every use under way.';

-- Moves the figures of all limits that some uses fall under, in the order of their ids so that two
-- never wait for each other. What is new must fit; what is taken back or becomes used always may.
CREATE FUNCTION limits_move(
    p_owner uuid[], p_obligor uuid[], p_supplier uuid[], p_currency text[],
    p_used bigint[], p_reserved bigint[], p_day date
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v record;
    v_full boolean;
BEGIN
    PERFORM limits_shared();
    FOR v IN
        SELECT l.id, sum(d.used) AS used, sum(d.reserved) AS reserved
        FROM unnest(p_owner, p_obligor, p_supplier, p_currency, p_used, p_reserved)
            AS d (owner, obligor, supplier, currency, used, reserved)
        LEFT JOIN party_group_member m ON m.party = d.obligor AND m.removed_at IS NULL
        JOIN exposure_limit l ON l.owner = d.owner AND l.currency = d.currency
            AND (l.kind, l.subject) IN
                (('obligor', d.obligor), ('supplier', d.supplier), ('group', m.group_id))
        WHERE l.state = 'active'
        GROUP BY l.id ORDER BY l.id
    LOOP
        UPDATE exposure_limit l SET used = l.used + v.used, reserved = l.reserved + v.reserved
        WHERE l.id = v.id
        RETURNING l.used + l.reserved > l.amount OR l.valid_until < p_day INTO v_full;
        IF v_full AND p_day IS NOT NULL THEN
            RAISE EXCEPTION 'limit % has not so much room', v.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'limit_not_overdrawn';
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION limits_move IS 'Adds to used and reserved of the limits concerned; with a day, refuses what does not fit (limit_not_overdrawn).';

CREATE FUNCTION limit_use_added() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Taken anew: must fit. What is only written anew (the rest of something sold) counts as it is.
    PERFORM limits_move(array_agg(owner), array_agg(obligor), array_agg(supplier),
        array_agg(currency), array_agg(0::bigint), array_agg(amount), max(reserved_on))
    FROM added WHERE state = 'reserved' HAVING count(*) > 0;
    PERFORM limits_move(array_agg(owner), array_agg(obligor), array_agg(supplier),
        array_agg(currency), array_agg(amount), array_agg(0::bigint), NULL)
    FROM added WHERE state = 'used' HAVING count(*) > 0;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION limit_use_added IS 'Keeps the figures of limits equal to the uses on record.';

CREATE FUNCTION limit_use_moved() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM limits_move(array_agg(owner), array_agg(obligor), array_agg(supplier),
        array_agg(currency), array_agg(used), array_agg(reserved), NULL)
    FROM (
        SELECT owner, obligor, supplier, currency, sum(used)::bigint AS used,
               sum(reserved)::bigint AS reserved
        FROM (
            SELECT owner, obligor, supplier, currency,
                   CASE state WHEN 'used' THEN amount ELSE 0 END AS used,
                   CASE state WHEN 'reserved' THEN amount ELSE 0 END AS reserved
            FROM after_it
            UNION ALL
            SELECT owner, obligor, supplier, currency,
                   CASE state WHEN 'used' THEN -amount ELSE 0 END,
                   CASE state WHEN 'reserved' THEN -amount ELSE 0 END
            FROM before_it
        ) each_row
        GROUP BY owner, obligor, supplier, currency
    ) moved
    HAVING count(*) > 0;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION limit_use_moved IS 'Keeps the figures of limits equal to the uses on record.';

-- An obligor's own issuing limit: what it has promised and not yet paid.
CREATE FUNCTION issuing_move(p_obligor integer[], p_currency text[], p_owed bigint[], p_day date)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v record;
    v_full boolean;
BEGIN
    FOR v IN
        SELECT l.id, sum(d.owed) AS owed
        FROM unnest(p_obligor, p_currency, p_owed) AS d (obligor, currency, owed)
        JOIN party o ON o.no = d.obligor
        JOIN exposure_limit l ON l.owner = o.id AND l.currency = d.currency
        WHERE l.kind = 'own_issuing' AND l.state = 'active'
        GROUP BY l.id ORDER BY l.id
    LOOP
        UPDATE exposure_limit l SET used = l.used + v.owed WHERE l.id = v.id
        RETURNING l.used > l.amount OR l.valid_until < p_day INTO v_full;
        IF v_full AND p_day IS NOT NULL THEN
            RAISE EXCEPTION 'issuing limit % has not so much room', v.id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'issuing_limit_not_overdrawn';
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION issuing_move IS 'Adds to what is used of issuing limits; with a day, refuses what does not fit (issuing_limit_not_overdrawn).';

CREATE FUNCTION paper_owed(p_state smallint, p_face bigint, p_paid bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS
$$ SELECT CASE WHEN p_state IN (1, 2, 5) THEN p_face - p_paid ELSE 0 END $$;
COMMENT ON FUNCTION paper_owed IS 'What its obligor still owes on a paper: pending, active or part settled, face less paid.';

CREATE FUNCTION paper_issued_counted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM limits_shared();
    IF EXISTS (SELECT FROM exposure_limit WHERE kind = 'own_issuing' AND state = 'active') THEN
        PERFORM issuing_move(array_agg(obligor), array_agg(currency), array_agg(owed), max(day))
        FROM (SELECT obligor, currency, sum(paper_owed(state, face, paid))::bigint AS owed,
                     max(issue_date) AS day
              FROM added GROUP BY obligor, currency) moved
        HAVING count(*) > 0;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION paper_issued_counted IS 'New papers count against their obligor''s own limit.';

CREATE FUNCTION paper_moved_counted() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM limits_shared();
    IF EXISTS (SELECT FROM exposure_limit WHERE kind = 'own_issuing' AND state = 'active') THEN
        PERFORM issuing_move(array_agg(obligor), array_agg(currency), array_agg(owed), NULL)
        FROM (SELECT obligor, currency, sum(owed)::bigint AS owed
              FROM (SELECT obligor, currency, paper_owed(state, face, paid) AS owed FROM after_it
                    UNION ALL
                    SELECT obligor, currency, -paper_owed(state, face, paid) FROM before_it) each_row
              GROUP BY obligor, currency HAVING sum(owed) <> 0) moved
        HAVING count(*) > 0;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION paper_moved_counted IS 'Papers refused, withdrawn or paid give their obligor''s own limit back.';

-- Counts the uses of limits from the records: when a limit is set, or a group changes.
CREATE FUNCTION limits_recount(p_limits uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE exposure_limit l
    SET used = CASE l.kind WHEN 'own_issuing' THEN
            (SELECT coalesce(sum(paper_owed(p.state, p.face, p.paid)), 0)
             FROM paper p JOIN party o ON o.no = p.obligor
             WHERE o.id = l.owner AND p.currency = l.currency AND p.state IN (1, 2, 5))
            ELSE coalesce(s.used, 0) END,
        reserved = coalesce(s.reserved, 0)
    FROM exposure_limit same
    LEFT JOIN LATERAL (
        SELECT sum(u.amount) FILTER (WHERE u.state = 'used') AS used,
               sum(u.amount) FILTER (WHERE u.state = 'reserved') AS reserved
        FROM limit_use u
        LEFT JOIN party_group_member m ON m.party = u.obligor AND m.removed_at IS NULL
        WHERE u.owner = same.owner AND u.currency = same.currency AND u.state <> 'released'
          AND (same.kind, same.subject) IN
              (('obligor', u.obligor), ('supplier', u.supplier), ('group', m.group_id))
    ) s ON same.kind <> 'own_issuing'
    WHERE same.id = l.id AND l.id = ANY (p_limits) AND l.state = 'active';
END
$$;
COMMENT ON FUNCTION limits_recount IS 'Sets used and reserved of limits in force to the sums of what is on record.';

CREATE FUNCTION limit_decided() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id uuid;
    p limit_proposal%ROWTYPE;
BEGIN
    SELECT * INTO STRICT p FROM limit_proposal WHERE id = NEW.proposal;
    IF NOT NEW.approved THEN
        RETURN NULL;
    END IF;
    IF p.maker = NEW.checker THEN
        RAISE EXCEPTION 'who proposed a limit does not approve it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'limit_decision_two_people';
    END IF;
    PERFORM limits_alone();
    INSERT INTO exposure_limit AS l (id, owner, kind, subject, currency, amount, used, reserved,
                                     valid_from, valid_until, state)
    VALUES (NEW.limit_id, p.owner, p.kind, p.subject, p.currency, coalesce(p.amount, 0), 0, 0,
            NEW.decided_on, p.valid_until, CASE WHEN p.amount IS NULL THEN 'ended' ELSE 'active' END)
    ON CONFLICT ON CONSTRAINT exposure_limit_subject_unique DO UPDATE
    SET amount = excluded.amount, valid_from = excluded.valid_from, used = 0, reserved = 0,
        valid_until = excluded.valid_until, state = excluded.state
    RETURNING l.id INTO v_id;
    PERFORM limits_recount(ARRAY[v_id]);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION limit_decided IS 'Puts an approved proposal into force: the only way to a limit, and by two people.';

CREATE FUNCTION party_group_changed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM limits_alone();
    PERFORM limits_recount(array_agg(id)) FROM exposure_limit
    WHERE kind = 'group' AND subject = NEW.group_id HAVING count(*) > 0;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION party_group_changed IS 'A group''s limits cover who belongs to it now.';

REVOKE ALL ON FUNCTION limits_shared, limits_alone, limits_move, limit_use_added, limit_use_moved,
    issuing_move, paper_owed, paper_issued_counted, paper_moved_counted, limits_recount,
    limit_decided, party_group_changed FROM PUBLIC;

-- What is under way and held already, before anybody can set a limit.
INSERT INTO limit_use (quote, owner, obligor, supplier, paper, lo, hi, amount, currency, state,
                       reserved_on, used_on)
SELECT q.id, q.provider, o.id, r.holder, r.paper_id, r.lo, r.hi, r.amount, r.currency,
       CASE d.state WHEN 'funded' THEN 'used' ELSE 'reserved' END, q.created_at::date,
       CASE d.state WHEN 'funded' THEN q.created_at::date END
FROM discount d
JOIN quote q ON q.id = d.quote
JOIN finance_request r ON r.id = q.request
JOIN paper p ON p.id = r.paper_id
JOIN party o ON o.no = p.obligor
WHERE d.state <> 'reversed' AND p.state IN (1, 2, 5);

CREATE TRIGGER limit_use_added AFTER INSERT ON limit_use
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION limit_use_added();
CREATE TRIGGER limit_use_moved AFTER UPDATE ON limit_use
    REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
    FOR EACH STATEMENT EXECUTE FUNCTION limit_use_moved();
CREATE TRIGGER paper_issued_counted AFTER INSERT ON paper
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION paper_issued_counted();
CREATE TRIGGER paper_moved_counted AFTER UPDATE ON paper
    REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
    FOR EACH STATEMENT EXECUTE FUNCTION paper_moved_counted();
CREATE TRIGGER limit_decided AFTER INSERT ON limit_decision
    FOR EACH ROW EXECUTE FUNCTION limit_decided();
CREATE TRIGGER party_group_changed AFTER INSERT OR UPDATE ON party_group_member
    FOR EACH ROW EXECUTE FUNCTION party_group_changed();

GRANT SELECT, INSERT ON party_group, limit_proposal, limit_decision, limit_shortage TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (removed_at, removed_by) ON party_group_member TO tallystick_app;
GRANT SELECT ON exposure_limit TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (state, used_on, released_on, released_why, sold_by) ON limit_use TO tallystick_app;
GRANT SELECT ON party_group, party_group_member, exposure_limit, limit_proposal, limit_decision,
    limit_use, limit_shortage TO tallystick_audit;
