ALTER TABLE cash_choice DROP CONSTRAINT cash_choice_pkey;
ALTER TABLE cash_choice ADD CONSTRAINT cash_choice_pkey PRIMARY KEY (paper);
ALTER TABLE cash_choice DROP COLUMN counted_from;
COMMENT ON COLUMN cash_choice.accepted_on IS 'When the goods or services were accepted: the clock''s first day.';
COMMENT ON COLUMN cash_choice.due_date IS NULL;
