-- A small or medium supplier that takes a paper due later than the law lets a large obligor pay in
-- money has chosen so freely, knowing by when it would have had money: on record with the words
-- that it was shown.

CREATE TABLE cash_choice (
    paper uuid PRIMARY KEY,
    supplier uuid NOT NULL REFERENCES party (id),
    accepted_on date NOT NULL,
    money_by date NOT NULL,
    due_date date NOT NULL,
    words text NOT NULL CHECK (words <> ''),
    words_sha256 bytea NOT NULL CHECK (octet_length(words_sha256) = 32),
    made_by text NOT NULL CHECK (made_by <> ''),
    made_at timestamptz NOT NULL,
    CONSTRAINT cash_choice_later CHECK (accepted_on <= money_by AND money_by < due_date)
);
CREATE INDEX cash_choice_supplier ON cash_choice (supplier, made_at);
CREATE TRIGGER cash_choice_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON cash_choice
    FOR EACH STATEMENT EXECUTE FUNCTION append_only_refuse();
COMMENT ON TABLE cash_choice IS 'Free choices of small and medium suppliers: a paper due later than money would have had to come (国务院令第802号 art. 9).';
COMMENT ON COLUMN cash_choice.accepted_on IS 'When the goods or services were accepted: the clock''s first day.';
COMMENT ON COLUMN cash_choice.money_by IS 'By when money would have come: 60 days later, rolled over holidays.';
COMMENT ON COLUMN cash_choice.words IS 'The words agreed to, as shown.';
COMMENT ON COLUMN cash_choice.made_by IS 'Who chose: user:id or key:id.';

GRANT SELECT, INSERT ON cash_choice TO tallystick_app;
GRANT SELECT ON cash_choice TO tallystick_audit;
