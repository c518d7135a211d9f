DROP FUNCTION business_day_from(text, date);
DROP FUNCTION is_business_day(text, date);
DROP TABLE calendar_year;
