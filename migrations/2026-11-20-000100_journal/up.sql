-- The journal: books, papers, entries, the projection of live fragments, checkpoints.

CREATE TABLE book (
    no smallint GENERATED ALWAYS AS IDENTITY PRIMARY KEY CHECK (no > 0),
    id uuid NOT NULL CONSTRAINT book_id_unique UNIQUE,
    origin text NOT NULL CONSTRAINT book_origin_unique UNIQUE,
    recorder_key uuid NOT NULL,
    recorder_public_key bytea NOT NULL CHECK (octet_length(recorder_public_key) = 32),
    size bigint NOT NULL DEFAULT 0 CHECK (size >= 0),
    chain bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (octet_length(chain) = 32),
    paper_serial bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE book IS 'A book is one journal. Its row is the head: number of entries and running hash, moved once per batch.';
COMMENT ON COLUMN book.paper_serial IS 'Papers numbered so far; scattered by a keyed bijection before it shows in a paper number.';

CREATE TABLE paper (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL CONSTRAINT paper_id_unique UNIQUE,
    book smallint NOT NULL REFERENCES book (no),
    number text NOT NULL CONSTRAINT paper_number_unique UNIQUE CHECK (number ~ '^[0-9]{30}$'),
    obligor integer NOT NULL REFERENCES party (no),
    payee integer NOT NULL REFERENCES party (no),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    face bigint NOT NULL CHECK (face > 0),
    issue_date date NOT NULL,
    maturity date NOT NULL CHECK (maturity > issue_date),
    due_date date NOT NULL CHECK (due_date >= maturity),
    calendar text NOT NULL,
    terms bytea NOT NULL,
    state smallint NOT NULL CHECK (state BETWEEN 1 AND 6),
    paid bigint NOT NULL DEFAULT 0 CHECK (paid BETWEEN 0 AND face),
    issued_by bytea NOT NULL CHECK (octet_length(issued_by) = 32)
);
CREATE INDEX paper_obligor_due ON paper (obligor, due_date);
CREATE INDEX paper_due_open ON paper (due_date) WHERE state IN (2, 5);
COMMENT ON TABLE paper IS 'One promise of an obligor. Everything but state and paid is fixed by its issue entry.';
COMMENT ON COLUMN paper.state IS '1 pending acceptance, 2 active, 3 refused, 4 withdrawn, 5 part settled, 6 settled (ledger-core paper.rs).';

-- no = book * 2^40 + position; a fragment is no * 2 + side (0 left, 1 right).
CREATE TABLE entry (
    no bigint PRIMARY KEY,
    paper bigint REFERENCES paper (no),
    spent bigint CONSTRAINT entry_spent_once UNIQUE,
    lo bigint NOT NULL,
    mid bigint NOT NULL,
    hi bigint NOT NULL,
    holder integer,
    counterparty integer,
    date date NOT NULL,
    kind smallint NOT NULL,
    state smallint,
    tier smallint,
    hash bytea NOT NULL,
    act bytea NOT NULL,
    signatures bytea NOT NULL,
    CONSTRAINT entry_conserves CHECK (0 <= lo AND lo <= mid AND mid <= hi)
);
CREATE INDEX entry_paper_range ON entry (paper, lo, hi) WHERE paper IS NOT NULL;
COMMENT ON TABLE entry IS 'One signed operation. Spends one fragment, makes [lo, mid) for holder in state and leaves [mid, hi) as it was. Only post_entries writes here.';
COMMENT ON COLUMN entry.spent IS 'The fragment it spends; unique: nothing is spent twice.';

CREATE TRIGGER entry_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON entry
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();

CREATE TABLE live_fragment (
    fragment bigint PRIMARY KEY,
    paper bigint NOT NULL,
    lo bigint NOT NULL,
    hi bigint NOT NULL,
    holder integer NOT NULL,
    counterparty integer,
    state smallint NOT NULL,
    tier smallint NOT NULL,
    CHECK (lo < hi)
);
CREATE INDEX live_fragment_holder ON live_fragment (holder, paper);
CREATE INDEX live_fragment_counterparty ON live_fragment (counterparty) WHERE counterparty IS NOT NULL;
CREATE INDEX live_fragment_paper ON live_fragment (paper, lo);
COMMENT ON TABLE live_fragment IS 'Projection of entry: fragments not spent, up to live_cursor. Always rebuildable; read through live_fragment_now.';

CREATE TABLE live_cursor (
    book smallint PRIMARY KEY REFERENCES book (no),
    through bigint NOT NULL
);
COMMENT ON TABLE live_cursor IS 'Last entry that live_fragment takes account of, per book.';

-- Both parts that an entry makes; the rest keeps holder and tier, and only a held fragment is cut.
CREATE VIEW entry_child AS
SELECT e.no AS entry, c.fragment, e.paper, c.lo, c.hi, e.holder, c.counterparty, c.state, e.tier,
       e.hash, e.date AS since
FROM entry e
CROSS JOIN LATERAL (VALUES
    (e.no * 2, e.lo, e.mid, e.state, e.counterparty),
    (e.no * 2 + 1, e.mid, e.hi, 2::smallint, NULL::integer)
) AS c (fragment, lo, hi, state, counterparty)
WHERE e.holder IS NOT NULL AND c.lo < c.hi AND c.state IS NOT NULL;
COMMENT ON VIEW entry_child IS 'The fragments each entry made, spent or not.';

CREATE VIEW live_fragment_now AS
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
COMMENT ON VIEW live_fragment_now IS 'Exactly the live fragments: the projection plus the tail of the journal that it has not seen.';

CREATE TABLE checkpoint (
    book smallint NOT NULL REFERENCES book (no),
    size bigint NOT NULL CHECK (size > 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    peaks bytea NOT NULL CHECK (octet_length(peaks) % 32 = 0),
    chain bytea NOT NULL CHECK (octet_length(chain) = 32),
    note text NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (book, size)
);
CREATE TRIGGER checkpoint_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE checkpoint IS 'Signed statements of a book (C2SP tlog-checkpoint) with the peaks of the Merkle log, so that sealing goes on where it stopped.';

-- The only way into the journal. Joins every entry to the one that made the fragment it spends,
-- and takes nothing whose cut does not lie on that fragment; p_first guards the order of the book.
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
COMMENT ON FUNCTION post_entries IS 'Appends one batch to a book, validated by the database itself: right order, each fragment spent once, each cut on the fragment it spends.';

-- Lets the projection follow the journal. Safe to run at any time and by anybody: it only brings
-- live_fragment nearer to what live_fragment_now shows anyway.
CREATE FUNCTION advance_live_fragments(p_book smallint) RETURNS bigint
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
COMMENT ON FUNCTION advance_live_fragments IS 'Brings live_fragment up to the head of the book; gives the number of entries taken account of.';

REVOKE ALL ON FUNCTION post_entries, advance_live_fragments FROM PUBLIC;
GRANT EXECUTE ON FUNCTION post_entries, advance_live_fragments TO tallystick_app;
GRANT SELECT, INSERT ON book, live_cursor TO tallystick_app;
GRANT UPDATE (paper_serial) ON book TO tallystick_app;
GRANT SELECT, INSERT ON paper TO tallystick_app;
GRANT UPDATE (state, paid) ON paper TO tallystick_app;
GRANT SELECT, INSERT ON checkpoint TO tallystick_app;
GRANT SELECT ON entry, live_fragment, entry_child, live_fragment_now TO tallystick_app;

GRANT SELECT ON book, paper, entry, live_fragment, live_cursor, entry_child, live_fragment_now,
    checkpoint TO tallystick_audit;
