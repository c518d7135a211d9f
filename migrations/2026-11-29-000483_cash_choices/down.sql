DROP TABLE cash_choice;
