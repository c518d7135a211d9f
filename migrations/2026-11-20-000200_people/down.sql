DROP TABLE access_log;
DROP TABLE session;
ALTER TABLE signing_key DROP CONSTRAINT signing_key_user_fkey;
DROP TABLE app_user;
