DROP TABLE foreign_use, document_token, peer_notice, capacity_reservation;
