-- The clock runs whether or not somebody gave a day of acceptance, so a choice says what its days
-- were counted from; and who lets a paper be paid later still chooses again.

ALTER TABLE cash_choice ADD COLUMN counted_from text NOT NULL DEFAULT 'acceptance'
    CHECK (counted_from IN ('acceptance', 'invoice', 'issue'));
ALTER TABLE cash_choice DROP CONSTRAINT cash_choice_pkey;
ALTER TABLE cash_choice ADD CONSTRAINT cash_choice_pkey PRIMARY KEY (paper, due_date);
COMMENT ON COLUMN cash_choice.accepted_on IS 'The clock''s first day; counted_from says what it is.';
COMMENT ON COLUMN cash_choice.counted_from IS 'What the 60 days were counted from: acceptance slip, invoice, or the paper''s issue.';
COMMENT ON COLUMN cash_choice.due_date IS 'Up to which day the choice holds: the due date that was chosen.';
