DROP TABLE transfer_correction;
