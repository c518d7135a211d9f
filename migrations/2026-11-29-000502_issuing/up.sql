-- Payables, proposals and papers come some thousands at a time, as payments do: their references are
-- checked for the whole statement at once instead of row by row (see references_by_statement).
--
-- The law is the same: what they name exists. Nobody is granted DELETE on what is referred to, nor
-- UPDATE of its ids; of the references themselves only a proposal's checker is ever updated, and
-- that is checked as well.

CREATE FUNCTION paper_refers() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT book FROM added) a
               WHERE NOT EXISTS (SELECT FROM book r WHERE r.no = a.book)) THEN
        RAISE EXCEPTION 'a paper names a book that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'paper_book_fkey', TABLE = 'paper';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT obligor FROM added) a
               WHERE NOT EXISTS (SELECT FROM party r WHERE r.no = a.obligor)) THEN
        RAISE EXCEPTION 'a paper names an obligor that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'paper_obligor_fkey', TABLE = 'paper';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT payee FROM added) a
               WHERE NOT EXISTS (SELECT FROM party r WHERE r.no = a.payee)) THEN
        RAISE EXCEPTION 'a paper names a payee that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'paper_payee_fkey', TABLE = 'paper';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION paper_refers IS 'The foreign keys of paper, checked once a statement.';
REVOKE ALL ON FUNCTION paper_refers FROM PUBLIC;
ALTER TABLE paper
    DROP CONSTRAINT paper_book_fkey,
    DROP CONSTRAINT paper_obligor_fkey,
    DROP CONSTRAINT paper_payee_fkey;
CREATE TRIGGER paper_refers AFTER INSERT ON paper
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION paper_refers();

CREATE FUNCTION payable_refers() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT obligor FROM added) a
               WHERE NOT EXISTS (SELECT FROM party r WHERE r.id = a.obligor)) THEN
        RAISE EXCEPTION 'a payable names an obligor that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'payable_obligor_fkey', TABLE = 'payable';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT import FROM added WHERE import IS NOT NULL) a
               WHERE NOT EXISTS (SELECT FROM import_batch r WHERE r.id = a.import)) THEN
        RAISE EXCEPTION 'a payable names a list that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'payable_import_fkey', TABLE = 'payable';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT supplier FROM added) a
               WHERE NOT EXISTS (SELECT FROM party r WHERE r.id = a.supplier)) THEN
        RAISE EXCEPTION 'a payable names a supplier that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'payable_supplier_fkey', TABLE = 'payable';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION payable_refers IS 'The foreign keys of payable, checked once a statement.';
REVOKE ALL ON FUNCTION payable_refers FROM PUBLIC;
ALTER TABLE payable
    DROP CONSTRAINT payable_obligor_fkey,
    DROP CONSTRAINT payable_import_fkey,
    DROP CONSTRAINT payable_supplier_fkey;
CREATE TRIGGER payable_refers AFTER INSERT ON payable
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION payable_refers();

CREATE FUNCTION issue_proposal_refers() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT payable FROM added) a
               WHERE NOT EXISTS (SELECT FROM payable r WHERE r.id = a.payable)) THEN
        RAISE EXCEPTION 'a proposal names a payable that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'issue_proposal_payable_fkey', TABLE = 'issue_proposal';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT obligor FROM added) a
               WHERE NOT EXISTS (SELECT FROM party r WHERE r.id = a.obligor)) THEN
        RAISE EXCEPTION 'a proposal names an obligor that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'issue_proposal_obligor_fkey', TABLE = 'issue_proposal';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT maker FROM added) a
               WHERE NOT EXISTS (SELECT FROM app_user r WHERE r.id = a.maker)) THEN
        RAISE EXCEPTION 'a proposal names a maker that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'issue_proposal_maker_fkey', TABLE = 'issue_proposal';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT maker_key FROM added) a
               WHERE NOT EXISTS (SELECT FROM signing_key r WHERE r.id = a.maker_key)) THEN
        RAISE EXCEPTION 'a proposal names a key that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'issue_proposal_maker_key_fkey', TABLE = 'issue_proposal';
    END IF;
    IF EXISTS (SELECT FROM (SELECT DISTINCT checker FROM added WHERE checker IS NOT NULL) a
               WHERE NOT EXISTS (SELECT FROM app_user r WHERE r.id = a.checker)) THEN
        RAISE EXCEPTION 'a proposal names a checker that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'issue_proposal_checker_fkey', TABLE = 'issue_proposal';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION issue_proposal_refers IS 'The foreign keys of issue_proposal, checked once a statement.';
REVOKE ALL ON FUNCTION issue_proposal_refers FROM PUBLIC;
ALTER TABLE issue_proposal
    DROP CONSTRAINT issue_proposal_payable_fkey,
    DROP CONSTRAINT issue_proposal_obligor_fkey,
    DROP CONSTRAINT issue_proposal_maker_fkey,
    DROP CONSTRAINT issue_proposal_maker_key_fkey,
    DROP CONSTRAINT issue_proposal_checker_fkey;
CREATE TRIGGER issue_proposal_refers AFTER INSERT ON issue_proposal
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION issue_proposal_refers();

CREATE FUNCTION issue_proposal_checker_refers() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM (SELECT DISTINCT checker FROM added WHERE checker IS NOT NULL) a
               WHERE NOT EXISTS (SELECT FROM app_user r WHERE r.id = a.checker)) THEN
        RAISE EXCEPTION 'a proposal names a checker that is not on record'
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'issue_proposal_checker_fkey', TABLE = 'issue_proposal';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION issue_proposal_checker_refers IS 'The one reference of issue_proposal that is updated, checked once a statement.';
REVOKE ALL ON FUNCTION issue_proposal_checker_refers FROM PUBLIC;
CREATE TRIGGER issue_proposal_checker_refers AFTER UPDATE ON issue_proposal
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION issue_proposal_checker_refers();

-- payable_obligor_state answers what this one did.
DROP INDEX payable_waiting;
