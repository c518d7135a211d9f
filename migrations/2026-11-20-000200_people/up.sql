-- Who signs in, and what became of it.

CREATE TABLE app_user (
    id uuid PRIMARY KEY,
    party uuid NOT NULL REFERENCES party (id),
    display_name text NOT NULL CHECK (display_name <> ''),
    email text NOT NULL CHECK (email <> ''),
    language text NOT NULL CHECK (language IN ('zh-CN', 'en')),
    role text NOT NULL CHECK (role IN ('maker', 'checker', 'member', 'operator', 'auditor')),
    password_hash text NOT NULL DEFAULT '',
    state text NOT NULL CHECK (state IN ('invited', 'active', 'locked')),
    invitation_hash bytea CHECK (octet_length(invitation_hash) = 32),
    invitation_expires timestamptz,
    failed_attempts integer NOT NULL DEFAULT 0 CHECK (failed_attempts >= 0),
    locked_until timestamptz,
    created_at timestamptz NOT NULL,
    CONSTRAINT app_user_active_has_password CHECK (state <> 'active' OR password_hash <> ''),
    CONSTRAINT app_user_invitation_whole CHECK ((invitation_hash IS NULL) = (invitation_expires IS NULL))
);
CREATE UNIQUE INDEX app_user_email_unique ON app_user (lower(email));
CREATE UNIQUE INDEX app_user_invitation_unique ON app_user (invitation_hash) WHERE invitation_hash IS NOT NULL;
CREATE INDEX app_user_party ON app_user (party);
COMMENT ON TABLE app_user IS 'People who sign in, each for one party in one role. Maker and checker are two people.';
COMMENT ON COLUMN app_user.invitation_hash IS 'SHA-256 of the token in the invitation letter; the token itself is nowhere.';

ALTER TABLE signing_key ADD CONSTRAINT signing_key_user_fkey FOREIGN KEY (user_id) REFERENCES app_user (id);

CREATE TABLE session (
    token_hash bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    user_id uuid NOT NULL REFERENCES app_user (id),
    csrf bytea NOT NULL CHECK (octet_length(csrf) = 32),
    created_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX session_of_user ON session (user_id);
CREATE INDEX session_expires ON session (expires_at);
COMMENT ON TABLE session IS 'Open sign-ins. A row goes when the session ends; access_log keeps that it was.';

CREATE TABLE access_log (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    kind text NOT NULL CHECK (kind IN ('signed_in', 'sign_in_failed', 'signed_out', 'locked', 'forbidden', 'password_set')),
    user_id uuid,
    party uuid,
    email text NOT NULL DEFAULT '',
    action text NOT NULL DEFAULT '',
    source text NOT NULL DEFAULT '',
    detail text NOT NULL DEFAULT ''
);
CREATE INDEX access_log_user ON access_log (user_id, no) WHERE user_id IS NOT NULL;
CREATE TRIGGER access_log_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON access_log
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE access_log IS 'Sign-ins and authorisation failures: who, what, when, where. Only grows.';

GRANT SELECT, INSERT ON app_user TO tallystick_app;
GRANT UPDATE (display_name, email, language, role, password_hash, state, invitation_hash,
    invitation_expires, failed_attempts, locked_until) ON app_user TO tallystick_app;
GRANT SELECT, INSERT, DELETE ON session TO tallystick_app;
GRANT UPDATE (last_seen_at) ON session TO tallystick_app;
GRANT SELECT, INSERT ON access_log TO tallystick_app;

GRANT SELECT (id, party, display_name, email, language, role, state, failed_attempts, locked_until, created_at)
    ON app_user TO tallystick_audit;
GRANT SELECT ON access_log TO tallystick_audit;
