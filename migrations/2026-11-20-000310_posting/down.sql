ALTER TABLE document RESET (fillfactor);
ALTER TABLE live_fragment DROP CONSTRAINT live_fragment_pkey;
ALTER TABLE live_fragment ADD PRIMARY KEY (fragment);
CREATE INDEX live_fragment_paper ON live_fragment (paper, lo) INCLUDE (hi, holder, tier);
DROP INDEX entry_paper_lo;
CREATE INDEX entry_paper_range ON entry (paper, lo, hi) WHERE paper IS NOT NULL;
ALTER TABLE entry ADD FOREIGN KEY (paper) REFERENCES paper (no);

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
    WITH batch AS MATERIALIZED (
        SELECT v_first + b.position - 1 AS no, b.*
        FROM unnest(p_paper, p_spent, p_lo, p_mid, p_hi, p_holder, p_counterparty, p_date, p_kind,
                    p_state, p_tier, p_hash, p_act, p_signatures)
            WITH ORDINALITY AS b (paper, spent, lo, mid, hi, holder, counterparty, date, kind,
                                  state, tier, hash, act, signatures, position)
    )
    INSERT INTO entry (no, paper, spent, lo, mid, hi, holder, counterparty, date, kind, state, tier,
                       hash, act, signatures)
    SELECT b.no, b.paper, b.spent, b.lo, b.mid, b.hi, b.holder, b.counterparty, b.date, b.kind,
           b.state, b.tier, b.hash, b.act, b.signatures
    FROM batch b
    LEFT JOIN entry old ON old.no = b.spent >> 1
    LEFT JOIN batch new ON new.no = b.spent >> 1 AND new.no < b.no
    WHERE b.spent IS NULL
       OR (coalesce(old.paper, new.paper) = b.paper
           AND CASE WHEN b.spent & 1 = 0
               THEN coalesce(old.lo, new.lo) = b.lo AND coalesce(old.mid, new.mid) = b.hi
                    AND coalesce(old.state, new.state) IS NOT NULL
               ELSE coalesce(old.mid, new.mid) = b.lo AND coalesce(old.hi, new.hi) = b.hi
               END
           AND b.lo < b.hi);
    GET DIAGNOSTICS v_taken = ROW_COUNT;
    IF v_taken <> v_asked THEN
        RAISE EXCEPTION '% of % entries do not fit the fragments they spend', v_asked - v_taken, v_asked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'entry_fits_parent';
    END IF;
END
$$;

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
    INSERT INTO live_fragment (fragment, paper, lo, hi, holder, counterparty, state, tier)
    SELECT c.fragment, c.paper, c.lo, c.hi, c.holder, c.counterparty, c.state, c.tier
    FROM entry_child c
    WHERE c.entry > v_through AND c.entry <= v_head
      AND NOT EXISTS (SELECT 1 FROM entry s WHERE s.spent = c.fragment);
    DELETE FROM live_fragment l USING entry e
    WHERE e.no > v_through AND e.no <= v_head AND l.fragment = e.spent;
    UPDATE live_cursor SET through = v_head WHERE book = p_book;
    RETURN v_head - v_through;
END
$$;
