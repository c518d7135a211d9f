-- The secret of an invitation's link rests in the letter's row until the letter is out. From then on
-- nobody needs it: who reads the table, or a backup of it, must not be able to come in by it.
--
-- A trigger, so that no way of ending a delivery can forget it, and so that the application still
-- can't rewrite what it once wrote: it has no right to update the payload.

CREATE FUNCTION outbox_spend_secret() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.payload #> '{notice,token}' IS NOT NULL THEN
        NEW.payload := jsonb_set(NEW.payload, '{notice,token}', '""');
    END IF;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION outbox_spend_secret() IS 'Blanks the secret of a link in a letter that is delivered or given up.';

CREATE TRIGGER outbox_spend_secret BEFORE INSERT OR UPDATE ON outbox
    FOR EACH ROW WHEN (NEW.state <> 'waiting') EXECUTE FUNCTION outbox_spend_secret();

UPDATE outbox SET payload = jsonb_set(payload, '{notice,token}', '""')
    WHERE state <> 'waiting' AND payload #> '{notice,token}' IS NOT NULL;
