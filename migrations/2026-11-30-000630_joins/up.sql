-- Joining: one entry makes one fragment of two that lie side by side, and spends both.

ALTER TABLE entry ADD COLUMN joined bigint;
-- Not asked of the entries there are: none of them joins, and the table may be long.
ALTER TABLE entry ADD CONSTRAINT entry_joins_whole
    CHECK (joined IS NULL OR spent IS NOT NULL AND mid = hi) NOT VALID;
CREATE UNIQUE INDEX entry_joined_once ON entry (joined) WHERE joined IS NOT NULL;
COMMENT ON COLUMN entry.joined IS 'The neighbour it joins to the fragment it spends, and spends with it; unique, and never what another entry spends.';

ANALYZE entry (joined);

-- What is spent, by which entry.
CREATE VIEW spent_fragment AS
SELECT spent AS fragment, no AS entry FROM entry WHERE spent IS NOT NULL
UNION ALL
SELECT joined, no FROM entry WHERE joined IS NOT NULL;
COMMENT ON VIEW spent_fragment IS 'Every fragment that is spent and the one entry that spent it.';
GRANT SELECT ON spent_fragment TO tallystick_app, tallystick_audit;

-- What is joined is asked for by the index of the few entries that join: IS NOT NULL says so.
CREATE OR REPLACE VIEW live_fragment_now AS
SELECT l.fragment, l.paper, l.lo, l.hi, l.holder, l.counterparty, l.state, l.tier
FROM live_fragment l
WHERE NOT EXISTS (SELECT 1 FROM entry s WHERE s.spent = l.fragment)
  AND NOT EXISTS (SELECT 1 FROM entry j WHERE j.joined IS NOT NULL AND j.joined = l.fragment)
UNION ALL
SELECT c.fragment, c.paper, c.lo, c.hi, c.holder, c.counterparty, c.state, c.tier
FROM live_cursor u
-- OFFSET keeps the planner from entering the tail by paper: that would read a paper's whole history.
CROSS JOIN LATERAL (
    SELECT * FROM entry_child t
    WHERE t.entry > u.through AND t.entry < (u.book::bigint + 1) << 40 OFFSET 0
) c
WHERE NOT EXISTS (SELECT 1 FROM entry s WHERE s.spent = c.fragment)
  AND NOT EXISTS (SELECT 1 FROM entry j WHERE j.joined IS NOT NULL AND j.joined = c.fragment);

CREATE OR REPLACE FUNCTION advance_live_fragments(p_book smallint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp
SET plan_cache_mode = force_custom_plan SET enable_hashjoin = on SET work_mem = '256MB' AS $$
DECLARE
    v_through bigint;
    v_head bigint;
    v_joined bigint[];
BEGIN
    SELECT through INTO v_through FROM live_cursor WHERE book = p_book FOR UPDATE;
    SELECT (no::bigint << 40) + size - 1 INTO v_head FROM book WHERE no = p_book;
    IF v_through IS NULL OR v_head <= v_through THEN
        RETURN 0;
    END IF;
    SELECT coalesce(array_agg(e.joined), '{}') INTO v_joined FROM entry e
    WHERE e.no > v_through AND e.no <= v_head AND e.joined IS NOT NULL;
    -- First what was spent: the front part that an entry makes begins where its parent began. What
    -- the tail made and spent itself was never in the projection.
    DELETE FROM live_fragment l USING entry e
    WHERE e.no > v_through AND e.no <= v_head AND e.spent >> 1 <= v_through
      AND l.paper = e.paper AND l.lo = e.lo AND l.fragment = e.spent;
    -- A neighbour begins where the entry that made it says.
    IF v_joined <> '{}' THEN
        DELETE FROM live_fragment l USING unnest(v_joined) AS j (fragment)
        JOIN entry m ON m.no = j.fragment >> 1
        WHERE l.paper = m.paper AND l.fragment = j.fragment
          AND l.lo = CASE j.fragment & 1 WHEN 0 THEN m.lo ELSE m.mid END;
    END IF;
    INSERT INTO live_fragment (fragment, paper, lo, hi, holder, counterparty, state, tier)
    SELECT c.fragment, c.paper, c.lo, c.hi, c.holder, c.counterparty, c.state, c.tier
    FROM entry_child c
    WHERE c.entry > v_through AND c.entry <= v_head
      AND c.fragment NOT IN (SELECT s.spent FROM entry s
                             WHERE s.no > v_through AND s.no <= v_head AND s.spent >> 1 > v_through)
      AND c.fragment <> ALL (v_joined)
    ORDER BY c.paper, c.lo;
    UPDATE live_cursor SET through = v_head WHERE book = p_book;
    RETURN v_head - v_through;
END
$$;

-- One function, one more thing to say; what doesn't know of it says nothing.
DROP FUNCTION post_entries(smallint, bigint, bytea, bigint[], bigint[], bigint[], bigint[], bigint[],
    integer[], integer[], date[], smallint[], smallint[], smallint[], bytea[], bytea[], bytea[]);
CREATE FUNCTION post_entries(
    p_book smallint, p_size bigint, p_chain bytea,
    p_paper bigint[], p_spent bigint[], p_lo bigint[], p_mid bigint[], p_hi bigint[],
    p_holder integer[], p_counterparty integer[], p_date date[], p_kind smallint[],
    p_state smallint[], p_tier smallint[], p_hash bytea[], p_act bytea[], p_signatures bytea[],
    p_joined bigint[] DEFAULT NULL
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_first bigint := (p_book::bigint << 40) + p_size;
    v_asked bigint := cardinality(p_hash);
    v_taken bigint;
    -- Where the spent fragment ends: at the end of the cut, or where its neighbour begins.
    v_end bigint[] := p_hi;
    v_place integer;
    v_from bigint;
    v_to bigint;
    v_paper bigint;
BEGIN
    UPDATE book SET size = size + v_asked, chain = p_chain WHERE no = p_book AND size = p_size;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the book has moved on' USING ERRCODE = 'serialization_failure';
    END IF;
    -- Neighbours are rare, and each is looked at by itself: its range ends where the cut ends.
    IF p_joined IS NOT NULL THEN
        FOR v_place IN SELECT j.place FROM unnest(p_joined) WITH ORDINALITY AS j (joined, place)
                       WHERE j.joined IS NOT NULL ORDER BY j.place LOOP
            v_from := (p_joined[v_place] >> 1) - v_first + 1;
            IF v_from < 1 THEN
                SELECT m.paper, CASE p_joined[v_place] & 1 WHEN 0 THEN m.lo ELSE m.mid END,
                       CASE p_joined[v_place] & 1 WHEN 0 THEN m.mid ELSE m.hi END
                INTO v_paper, v_from, v_to FROM entry m
                WHERE m.no = p_joined[v_place] >> 1
                  AND (p_joined[v_place] & 1 = 1 OR m.state IS NOT NULL);
            ELSIF v_from < v_place AND (p_joined[v_place] & 1 = 1 OR p_state[v_from] IS NOT NULL) THEN
                v_paper := p_paper[v_from];
                v_to := CASE p_joined[v_place] & 1 WHEN 0 THEN p_mid[v_from] ELSE p_hi[v_from] END;
                v_from := CASE p_joined[v_place] & 1 WHEN 0 THEN p_lo[v_from] ELSE p_mid[v_from] END;
            ELSE
                v_paper := NULL;
            END IF;
            IF v_paper IS NULL OR v_paper IS DISTINCT FROM p_paper[v_place] OR v_to <> p_hi[v_place]
               OR v_from >= v_to OR v_from <= p_lo[v_place] THEN
                RAISE EXCEPTION 'an entry does not fit the neighbour it joins'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_fits_neighbour';
            END IF;
            v_end[v_place] := v_from;
        END LOOP;
    END IF;
    -- A parent is an entry of old or one of this very batch, further in front. Those are found by
    -- their place in the arrays: a join of the batch with itself may be planned as a square. Each of
    -- old is one step into the index (LATERAL, OFFSET): a join that is planned while the journal is
    -- small, and kept, reads all of it for every row of every batch.
    INSERT INTO entry (no, paper, spent, lo, mid, hi, holder, counterparty, date, kind, state, tier,
                       hash, act, signatures, joined)
    SELECT v_first + b.place - 1, b.paper, b.spent, b.lo, b.mid, b.hi, b.holder, b.counterparty,
           b.date, b.kind, b.state, b.tier, b.hash, b.act, b.signatures, p_joined[b.place]
    FROM unnest(p_paper, p_spent, p_lo, p_mid, p_hi, v_end, p_holder, p_counterparty, p_date, p_kind,
                p_state, p_tier, p_hash, p_act, p_signatures)
        WITH ORDINALITY AS b (paper, spent, lo, mid, hi, until, holder, counterparty, date, kind,
                              state, tier, hash, act, signatures, place)
    LEFT JOIN LATERAL (SELECT o.paper, o.lo, o.mid, o.hi, o.state FROM entry o
                       WHERE o.no = b.spent >> 1 OFFSET 0) old ON true
    CROSS JOIN LATERAL (SELECT (b.spent >> 1) - v_first + 1 AS place) parent
    WHERE CASE
        WHEN b.spent IS NULL THEN
            b.paper IS NULL OR EXISTS (SELECT 1 FROM paper p WHERE p.no = b.paper)
        WHEN parent.place < 1 THEN
            old.paper = b.paper AND b.lo < b.hi
            AND CASE WHEN b.spent & 1 = 0
                THEN old.lo = b.lo AND old.mid = b.until AND old.state IS NOT NULL
                ELSE old.mid = b.lo AND old.hi = b.until
                END
        WHEN parent.place < b.place THEN
            p_paper[parent.place] = b.paper AND b.lo < b.hi
            AND CASE WHEN b.spent & 1 = 0
                THEN p_lo[parent.place] = b.lo AND p_mid[parent.place] = b.until
                     AND p_state[parent.place] IS NOT NULL
                ELSE p_mid[parent.place] = b.lo AND p_hi[parent.place] = b.until
                END
        ELSE false
        END;
    GET DIAGNOSTICS v_taken = ROW_COUNT;
    IF v_taken <> v_asked THEN
        RAISE EXCEPTION '% of % entries do not fit the fragments they spend', v_asked - v_taken, v_asked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_fits_parent';
    END IF;
    -- Nothing is both spent and joined, by whatever two entries. The head of the book is held: nobody
    -- else spends meanwhile. Each is a step into an index, however few or many joins there are.
    IF EXISTS (SELECT 1 FROM entry WHERE joined IS NOT NULL ORDER BY joined LIMIT 1)
       AND EXISTS (
           SELECT 1 FROM unnest(p_spent) AS s (fragment)
           CROSS JOIN LATERAL (SELECT 1 FROM entry j
               WHERE j.joined IS NOT NULL AND j.joined = s.fragment OFFSET 0) taken
           UNION ALL
           SELECT 1 FROM unnest(p_joined) AS j (fragment)
           CROSS JOIN LATERAL (SELECT 1 FROM entry s WHERE s.spent = j.fragment OFFSET 0) taken) THEN
        RAISE EXCEPTION 'a fragment is spent and joined'
            USING ERRCODE = 'unique_violation', CONSTRAINT = 'entry_spent_once';
    END IF;
END
$$;
COMMENT ON FUNCTION post_entries IS 'Appends one batch to a book, validated by the database itself: right order, each fragment spent once, each cut on the fragment it spends, and each neighbour beside it.';
REVOKE ALL ON FUNCTION post_entries FROM PUBLIC;
GRANT EXECUTE ON FUNCTION post_entries TO tallystick_app;
