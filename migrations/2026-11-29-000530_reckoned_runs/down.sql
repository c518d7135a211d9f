DROP INDEX operator_task_open_once;
-- Of several faults of one thing the earliest stays open, as the narrower rule asks.
UPDATE operator_task AS later SET closed_at = opened_at, closed_by = 'migrations'
 WHERE closed_at IS NULL
   AND EXISTS (SELECT FROM operator_task AS earlier
                WHERE earlier.kind = later.kind AND earlier.subject = later.subject
                  AND earlier.closed_at IS NULL AND earlier.no < later.no);
CREATE UNIQUE INDEX operator_task_open_once ON operator_task (kind, subject) WHERE closed_at IS NULL;
ALTER TABLE settlement_run DROP COLUMN reckoned_on;
