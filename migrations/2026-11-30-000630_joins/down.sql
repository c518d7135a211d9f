-- Nothing that was joined can be told any more: only for a book in which nothing was.
DO $$ BEGIN
    IF EXISTS (SELECT 1 FROM entry WHERE joined IS NOT NULL) THEN
        RAISE EXCEPTION 'the journal has joins; they can not be undone';
    END IF;
END $$;

DROP FUNCTION post_entries(smallint, bigint, bytea, bigint[], bigint[], bigint[], bigint[], bigint[],
    integer[], integer[], date[], smallint[], smallint[], smallint[], bytea[], bytea[], bytea[], bigint[]);
CREATE FUNCTION post_entries(
    p_book smallint, p_size bigint, p_chain bytea,
    p_paper bigint[], p_spent bigint[], p_lo bigint[], p_mid bigint[], p_hi bigint[],
    p_holder integer[], p_counterparty integer[], p_date date[], p_kind smallint[],
    p_state smallint[], p_tier smallint[], p_hash bytea[], p_act bytea[], p_signatures bytea[]
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_first bigint := (p_book::bigint << 40) + p_size;
    v_asked bigint := cardinality(p_hash);
    v_taken bigint;
BEGIN
    UPDATE book SET size = size + v_asked, chain = p_chain WHERE no = p_book AND size = p_size;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the book has moved on' USING ERRCODE = 'serialization_failure';
    END IF;
    -- A parent is an entry of old or one of this very batch, further in front. Those are found by
    -- their place in the arrays: a join of the batch with itself may be planned as a square.
    INSERT INTO entry (no, paper, spent, lo, mid, hi, holder, counterparty, date, kind, state, tier,
                       hash, act, signatures)
    SELECT v_first + b.place - 1, b.paper, b.spent, b.lo, b.mid, b.hi, b.holder, b.counterparty,
           b.date, b.kind, b.state, b.tier, b.hash, b.act, b.signatures
    FROM unnest(p_paper, p_spent, p_lo, p_mid, p_hi, p_holder, p_counterparty, p_date, p_kind,
                p_state, p_tier, p_hash, p_act, p_signatures)
        WITH ORDINALITY AS b (paper, spent, lo, mid, hi, holder, counterparty, date, kind,
                              state, tier, hash, act, signatures, place)
    LEFT JOIN entry old ON old.no = b.spent >> 1
    CROSS JOIN LATERAL (SELECT (b.spent >> 1) - v_first + 1 AS place) parent
    WHERE CASE
        WHEN b.spent IS NULL THEN
            b.paper IS NULL OR EXISTS (SELECT 1 FROM paper p WHERE p.no = b.paper)
        WHEN parent.place < 1 THEN
            old.paper = b.paper AND b.lo < b.hi
            AND CASE WHEN b.spent & 1 = 0
                THEN old.lo = b.lo AND old.mid = b.hi AND old.state IS NOT NULL
                ELSE old.mid = b.lo AND old.hi = b.hi
                END
        WHEN parent.place < b.place THEN
            p_paper[parent.place] = b.paper AND b.lo < b.hi
            AND CASE WHEN b.spent & 1 = 0
                THEN p_lo[parent.place] = b.lo AND p_mid[parent.place] = b.hi
                     AND p_state[parent.place] IS NOT NULL
                ELSE p_mid[parent.place] = b.lo AND p_hi[parent.place] = b.hi
                END
        ELSE false
        END;
    GET DIAGNOSTICS v_taken = ROW_COUNT;
    IF v_taken <> v_asked THEN
        RAISE EXCEPTION '% of % entries do not fit the fragments they spend', v_asked - v_taken, v_asked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_fits_parent';
    END IF;
END
$$;
COMMENT ON FUNCTION post_entries IS 'Appends one batch to a book, validated by the database itself: right order, each fragment spent once, each cut on the fragment it spends.';
REVOKE ALL ON FUNCTION post_entries FROM PUBLIC;
GRANT EXECUTE ON FUNCTION post_entries TO tallystick_app;

CREATE OR REPLACE FUNCTION advance_live_fragments(p_book smallint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_hashjoin = on SET work_mem = '256MB' AS $$
DECLARE
    v_through bigint;
    v_head bigint;
BEGIN
    SELECT through INTO v_through FROM live_cursor WHERE book = p_book FOR UPDATE;
    SELECT (no::bigint << 40) + size - 1 INTO v_head FROM book WHERE no = p_book;
    IF v_through IS NULL OR v_head <= v_through THEN
        RETURN 0;
    END IF;
    -- First what was spent: the front part that an entry makes begins where its parent began. What
    -- the tail made and spent itself was never in the projection.
    DELETE FROM live_fragment l USING entry e
    WHERE e.no > v_through AND e.no <= v_head AND e.spent >> 1 <= v_through
      AND l.paper = e.paper AND l.lo = e.lo AND l.fragment = e.spent;
    INSERT INTO live_fragment (fragment, paper, lo, hi, holder, counterparty, state, tier)
    SELECT c.fragment, c.paper, c.lo, c.hi, c.holder, c.counterparty, c.state, c.tier
    FROM entry_child c
    WHERE c.entry > v_through AND c.entry <= v_head
      AND c.fragment NOT IN (SELECT s.spent FROM entry s
                             WHERE s.no > v_through AND s.no <= v_head AND s.spent >> 1 > v_through)
    ORDER BY c.paper, c.lo;
    UPDATE live_cursor SET through = v_head WHERE book = p_book;
    RETURN v_head - v_through;
END
$$;

CREATE OR REPLACE VIEW live_fragment_now AS
SELECT l.fragment, l.paper, l.lo, l.hi, l.holder, l.counterparty, l.state, l.tier
FROM live_fragment l
WHERE NOT EXISTS (SELECT 1 FROM entry s WHERE s.spent = l.fragment)
UNION ALL
SELECT c.fragment, c.paper, c.lo, c.hi, c.holder, c.counterparty, c.state, c.tier
FROM live_cursor u
-- OFFSET keeps the planner from entering the tail by paper: that would read a paper's whole history.
CROSS JOIN LATERAL (
    SELECT * FROM entry_child t
    WHERE t.entry > u.through AND t.entry < (u.book::bigint + 1) << 40 OFFSET 0
) c
WHERE NOT EXISTS (SELECT 1 FROM entry s WHERE s.spent = c.fragment);

DROP VIEW spent_fragment;
DROP INDEX entry_joined_once;
ALTER TABLE entry DROP CONSTRAINT entry_joins_whole;
ALTER TABLE entry DROP COLUMN joined;
