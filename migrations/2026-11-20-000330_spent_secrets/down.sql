DROP TRIGGER outbox_spend_secret ON outbox;
DROP FUNCTION outbox_spend_secret();
