DROP TRIGGER business_date_keeps_pace ON business_date;
DROP FUNCTION business_date_keeps_pace();
ALTER TABLE business_date DROP COLUMN ahead_days;
