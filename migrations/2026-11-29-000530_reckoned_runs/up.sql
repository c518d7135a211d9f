-- Late interest runs up to the day a receipt is asked for, so a run knows which day its sheets
-- are for: one that the bank leaves unanswered overnight is reckoned anew.
ALTER TABLE settlement_run ADD COLUMN reckoned_on date;
COMMENT ON COLUMN settlement_run.reckoned_on IS 'The day for which its sheets were made: late interest runs up to it.';
GRANT UPDATE (reckoned_on) ON settlement_run TO tallystick_app;

-- A run that is not honoured can have another fault beside: each is a task of its own.
DROP INDEX operator_task_open_once;
CREATE UNIQUE INDEX operator_task_open_once ON operator_task (kind, subject, code) WHERE closed_at IS NULL;
