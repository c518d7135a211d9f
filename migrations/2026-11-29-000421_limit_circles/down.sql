DROP TABLE limit_circle_seat, limit_circle;
