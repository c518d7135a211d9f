DROP TABLE write_off;
