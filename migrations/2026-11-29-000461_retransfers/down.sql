DELETE FROM limit_use WHERE retransfer IS NOT NULL OR passed_by IS NOT NULL;
ALTER TABLE limit_use DROP CONSTRAINT limit_use_origin;
ALTER TABLE limit_use DROP CONSTRAINT limit_use_sold;
DROP INDEX limit_use_owner;
ALTER TABLE limit_use DROP COLUMN retransfer;
ALTER TABLE limit_use DROP COLUMN passed_by;
ALTER TABLE limit_use ALTER COLUMN quote SET NOT NULL;
ALTER TABLE limit_use ADD CONSTRAINT limit_use_sold
    CHECK ((sold_by IS NOT NULL) = (released_why IS NOT DISTINCT FROM 'sold'));
DROP TABLE retransfer;
