-- A leaner posting path.

-- The one function that writes entries asks for the paper itself, once for each entry that spends
-- nothing; all others are on the paper of the fragment they spend. A foreign key asked for every
-- entry and marked the paper's row as locked each time, in the write-ahead log too.
ALTER TABLE entry DROP CONSTRAINT entry_paper_fkey;

-- Ranges nest, so where an entry's range begins says which others can lie in it.
DROP INDEX entry_paper_range;
CREATE INDEX entry_paper_lo ON entry (paper, lo) WHERE paper IS NOT NULL;

-- Live fragments of a paper don't overlap, so paper and beginning name one; a key of its own on
-- fragment is one index more to keep. With it in the index: what the spread over tiers adds up.
ALTER TABLE live_fragment DROP CONSTRAINT live_fragment_pkey;
DROP INDEX live_fragment_paper;
ALTER TABLE live_fragment ADD PRIMARY KEY (paper, lo) INCLUDE (hi, holder, tier, state);

CREATE OR REPLACE FUNCTION advance_live_fragments(p_book smallint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_through bigint;
    v_head bigint;
BEGIN
    SELECT through INTO v_through FROM live_cursor WHERE book = p_book FOR UPDATE;
    SELECT (no::bigint << 40) + size - 1 INTO v_head FROM book WHERE no = p_book;
    IF v_through IS NULL OR v_head <= v_through THEN
        RETURN 0;
    END IF;
    -- First what was spent: the front part that an entry makes begins where its parent began.
    DELETE FROM live_fragment l USING entry e
    WHERE e.no > v_through AND e.no <= v_head
      AND l.paper = e.paper AND l.lo = e.lo AND l.fragment = e.spent;
    INSERT INTO live_fragment (fragment, paper, lo, hi, holder, counterparty, state, tier)
    SELECT c.fragment, c.paper, c.lo, c.hi, c.holder, c.counterparty, c.state, c.tier
    FROM entry_child c
    WHERE c.entry > v_through AND c.entry <= v_head
      AND NOT EXISTS (SELECT 1 FROM entry s WHERE s.spent = c.fragment);
    UPDATE live_cursor SET through = v_head WHERE book = p_book;
    RETURN v_head - v_through;
END
$$;

-- A document's used capacity changes once or twice, in place where its page has room: five indexes
-- need not hear of it.
ALTER TABLE document SET (fillfactor = 50);

CREATE OR REPLACE FUNCTION post_entries(
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
