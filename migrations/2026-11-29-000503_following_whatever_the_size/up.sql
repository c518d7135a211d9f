-- The same work, planned for the sizes of the moment. A plan made while the journal was small, and
-- kept, compared every fragment of a tail with every entry of it, or read the whole journal for
-- what was spent. Planning takes half a millisecond and happens at most four times a second, and a
-- NOT IN over a list of its own is always looked up by hash if it fits into memory.

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
