DROP TABLE presentation_move;
