REVOKE UPDATE (due_date) ON settlement_run FROM tallystick_app;
REVOKE UPDATE (maturity, due_date) ON paper FROM tallystick_app;
COMMENT ON TABLE paper IS 'One promise of an obligor. Everything but state and paid is fixed by its issue entry.';
DROP TABLE paper_consent;
DROP TABLE paper_agreement;
