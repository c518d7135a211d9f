-- What an offer over several documents took of each, so that exactly that is given back.

-- An offer over one document took its whole amount of it; only others are written down.
CREATE TABLE document_take (
    entry bigint NOT NULL REFERENCES entry (no),
    document uuid NOT NULL REFERENCES document (id),
    amount bigint NOT NULL CHECK (amount > 0),
    PRIMARY KEY (entry, document)
);
CREATE TRIGGER document_take_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON document_take
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE document_take IS 'How an offer over several documents is shared out among them: what is free again once the offer is declined or recalled.';
COMMENT ON COLUMN document_take.entry IS 'The offer.';

GRANT SELECT, INSERT ON document_take TO tallystick_app;
GRANT SELECT ON document_take TO tallystick_audit;
