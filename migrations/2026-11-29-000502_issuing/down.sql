CREATE INDEX payable_waiting ON payable (obligor, no) WHERE state = 'loaded';
DROP TRIGGER issue_proposal_checker_refers ON issue_proposal;
DROP FUNCTION issue_proposal_checker_refers;
DROP TRIGGER issue_proposal_refers ON issue_proposal;
DROP FUNCTION issue_proposal_refers;
ALTER TABLE issue_proposal
    ADD CONSTRAINT issue_proposal_payable_fkey FOREIGN KEY (payable) REFERENCES payable (id),
    ADD CONSTRAINT issue_proposal_obligor_fkey FOREIGN KEY (obligor) REFERENCES party (id),
    ADD CONSTRAINT issue_proposal_maker_fkey FOREIGN KEY (maker) REFERENCES app_user (id),
    ADD CONSTRAINT issue_proposal_maker_key_fkey FOREIGN KEY (maker_key) REFERENCES signing_key (id),
    ADD CONSTRAINT issue_proposal_checker_fkey FOREIGN KEY (checker) REFERENCES app_user (id);
DROP TRIGGER payable_refers ON payable;
DROP FUNCTION payable_refers;
ALTER TABLE payable
    ADD CONSTRAINT payable_obligor_fkey FOREIGN KEY (obligor) REFERENCES party (id),
    ADD CONSTRAINT payable_import_fkey FOREIGN KEY (import) REFERENCES import_batch (id),
    ADD CONSTRAINT payable_supplier_fkey FOREIGN KEY (supplier) REFERENCES party (id);
DROP TRIGGER paper_refers ON paper;
DROP FUNCTION paper_refers;
ALTER TABLE paper
    ADD CONSTRAINT paper_book_fkey FOREIGN KEY (book) REFERENCES book (no),
    ADD CONSTRAINT paper_obligor_fkey FOREIGN KEY (obligor) REFERENCES party (no),
    ADD CONSTRAINT paper_payee_fkey FOREIGN KEY (payee) REFERENCES party (no);
