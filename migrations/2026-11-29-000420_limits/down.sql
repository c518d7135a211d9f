DROP TRIGGER paper_moved_counted ON paper;
DROP TRIGGER paper_issued_counted ON paper;
DROP TABLE limit_shortage, limit_use, limit_decision, limit_proposal, exposure_limit,
    party_group_member, party_group;
DROP FUNCTION party_group_changed, limit_decided, limits_recount, paper_moved_counted,
    paper_issued_counted, paper_owed, issuing_move, limit_use_moved, limit_use_added, limits_move,
    limits_alone, limits_shared;
