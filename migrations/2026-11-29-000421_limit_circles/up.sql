-- Finance providers that agree to see their limits on one obligor or group together.

CREATE TABLE limit_circle (
    id uuid PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('obligor', 'group')),
    subject uuid NOT NULL,
    proposed_by uuid NOT NULL REFERENCES party (id),
    created_at timestamptz NOT NULL,
    created_by text NOT NULL CHECK (created_by <> '')
);
COMMENT ON TABLE limit_circle IS 'Joint views of what several finance providers together have on one obligor or group.';

CREATE TABLE limit_circle_seat (
    no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    circle uuid NOT NULL REFERENCES limit_circle (id),
    provider uuid NOT NULL REFERENCES party (id),
    state text NOT NULL CHECK (state IN ('invited', 'member', 'declined', 'left')),
    invited_at timestamptz NOT NULL,
    joined_at timestamptz,
    joined_by text,
    ended_at timestamptz,
    ended_by text,
    CONSTRAINT limit_circle_seat_joined CHECK ((joined_at IS NULL) = (joined_by IS NULL)
        AND (state NOT IN ('member', 'left') OR joined_at IS NOT NULL)),
    CONSTRAINT limit_circle_seat_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL)
        AND (state IN ('declined', 'left')) = (ended_at IS NOT NULL))
);
CREATE UNIQUE INDEX limit_circle_seat_unique ON limit_circle_seat (circle, provider)
    WHERE state IN ('invited', 'member');
CREATE INDEX limit_circle_seat_provider ON limit_circle_seat (provider);
COMMENT ON TABLE limit_circle_seat IS 'Who was asked into a circle, agreed, said no, left. Only members are counted, and only they see the sums. Rows are closed, never deleted.';

GRANT SELECT, INSERT ON limit_circle TO tallystick_app;
GRANT SELECT, INSERT, UPDATE (state, joined_at, joined_by, ended_at, ended_by) ON limit_circle_seat TO tallystick_app;
GRANT SELECT ON limit_circle, limit_circle_seat TO tallystick_audit;
