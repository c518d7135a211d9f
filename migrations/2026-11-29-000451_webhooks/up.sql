-- Webhooks: the addresses at which parties' own systems are told what has happened, what they are
-- told, and how far the telling has got.

CREATE TABLE webhook (
    id uuid PRIMARY KEY,
    party uuid NOT NULL REFERENCES party (id),
    url text NOT NULL CHECK (length(url) BETWEEN 8 AND 2000),
    note text NOT NULL DEFAULT '' CHECK (length(note) <= 200),
    state text NOT NULL CHECK (state IN ('active', 'disabled', 'deleted')),
    why text NOT NULL DEFAULT '' CHECK (why IN ('', 'by_hand', 'gone', 'unreachable')),
    secret bytea,
    earlier_secret bytea,
    earlier_until timestamptz,
    made_by text NOT NULL CHECK (made_by <> ''),
    made_at timestamptz NOT NULL,
    changed_by text NOT NULL CHECK (changed_by <> ''),
    changed_at timestamptz NOT NULL,
    CONSTRAINT webhook_disabled_why CHECK ((state = 'disabled') = (why <> '')),
    -- What is deleted signs nothing any more.
    CONSTRAINT webhook_secret_while_there CHECK ((state = 'deleted') = (secret IS NULL)),
    CONSTRAINT webhook_earlier_until CHECK ((earlier_secret IS NULL) = (earlier_until IS NULL))
);
CREATE INDEX webhook_party ON webhook (party, made_at) WHERE state <> 'deleted';
CREATE INDEX webhook_active ON webhook (id) WHERE state = 'active';
COMMENT ON TABLE webhook IS 'Addresses at which parties'' own systems are told what has happened. A deleted one stays as a row, for what was delivered to it.';
COMMENT ON COLUMN webhook.why IS 'Why a disabled one is: by hand, since its receiver said that it is gone (410), or since it could not be reached for the whole schedule.';
COMMENT ON COLUMN webhook.secret IS 'The signing secret, sealed under the installation''s webhook key.';
COMMENT ON COLUMN webhook.earlier_secret IS 'The secret before the last rotation, sealed; signs beside the new one until earlier_until.';
COMMENT ON COLUMN webhook.changed_by IS 'Who changed it last: user:id, key:id, or the platform itself.';

CREATE TABLE webhook_topic (
    webhook uuid NOT NULL REFERENCES webhook (id),
    topic text NOT NULL CHECK (topic ~ '^[a-z_]+\.[a-z_]+$'),
    PRIMARY KEY (webhook, topic)
);
COMMENT ON TABLE webhook_topic IS 'Of what each webhook is told.';

CREATE TABLE webhook_event (
    id uuid PRIMARY KEY,
    party uuid NOT NULL REFERENCES party (id),
    topic text NOT NULL CHECK (topic ~ '^[a-z_]+\.[a-z_]+$'),
    body text NOT NULL,
    made_at timestamptz NOT NULL
);
CREATE TRIGGER webhook_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON webhook_event
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE webhook_event IS 'What a party''s systems are told, to the byte. Written with the fact, only where somebody listens. Only grows.';

CREATE TABLE webhook_delivery (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    webhook uuid NOT NULL REFERENCES webhook (id),
    event uuid NOT NULL REFERENCES webhook_event (id),
    state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed')),
    attempts integer NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    next_at timestamptz NOT NULL,
    status integer CHECK (status BETWEEN 100 AND 599),
    last_error text NOT NULL DEFAULT '',
    delivered_at timestamptz,
    CONSTRAINT webhook_delivery_unique UNIQUE (webhook, event),
    CONSTRAINT webhook_delivery_delivered_at CHECK (state <> 'delivered' OR delivered_at IS NOT NULL)
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (webhook, next_at, no) WHERE state = 'waiting';
CREATE INDEX webhook_delivery_failed ON webhook_delivery (webhook, event) WHERE state = 'failed';
COMMENT ON TABLE webhook_delivery IS 'How far an event has got to one webhook: written with the event, sent after it, at least once.';
COMMENT ON COLUMN webhook_delivery.next_at IS 'Not before; while it is being tried, when another may take it.';
COMMENT ON COLUMN webhook_delivery.status IS 'What the receiver last answered; null if nothing.';
COMMENT ON COLUMN webhook_delivery.delivered_at IS 'When the receiver last took it; stays through a replay.';

CREATE TABLE issue_stop_told (
    obligor uuid PRIMARY KEY REFERENCES party (id),
    stopped boolean NOT NULL,
    told_at timestamptz NOT NULL
);
COMMENT ON TABLE issue_stop_told IS 'What finance providers were last told of an obligor''s issue stop, so that each change is told once.';

GRANT SELECT, INSERT ON webhook, webhook_event, webhook_delivery, issue_stop_told TO tallystick_app;
GRANT SELECT, INSERT, DELETE ON webhook_topic TO tallystick_app;
GRANT UPDATE (url, note, state, why, secret, earlier_secret, earlier_until, changed_by, changed_at)
    ON webhook TO tallystick_app;
GRANT UPDATE (state, attempts, next_at, status, last_error, delivered_at) ON webhook_delivery TO tallystick_app;
GRANT UPDATE (stopped, told_at) ON issue_stop_told TO tallystick_app;

GRANT SELECT (id, party, note, state, why, earlier_until, made_by, made_at, changed_by, changed_at)
    ON webhook TO tallystick_audit;
GRANT SELECT ON webhook_topic, webhook_event, webhook_delivery, issue_stop_told TO tallystick_audit;

ALTER TABLE operator_task DROP CONSTRAINT operator_task_kind_check;
ALTER TABLE operator_task ADD CONSTRAINT operator_task_kind_check
    CHECK (kind IN ('settlement_run', 'bank_booking', 'settlement_credit', 'discount_payout', 'webhook'));
