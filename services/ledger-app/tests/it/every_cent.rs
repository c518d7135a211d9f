//! After every test that sets a stage: of every paper, what its holders were credited and what is still
//! owed are its face, to the cent, no credit of a closed round is missing or made twice, and no payment
//! goes by an account of the platform's.

/// Looks when it goes out of scope, which is before the database does.
#[derive(Debug)]
pub(crate) struct EveryCent {
    /// The database.
    url: String,
}

/// A paper by number, and what does not come to the same.
const AMISS: &str = "WITH closed AS ( \
      SELECT r.id, r.paper_id, coalesce(r.cash, 0) AS cash, coalesce(r.interest_cash, 0) AS late \
      FROM settlement_run r WHERE r.state = 'completed'), \
    credited AS ( \
      SELECT c.id, coalesce(sum(i.amount), 0) AS amount FROM closed c \
      LEFT JOIN payment_instruction i ON i.run = c.id AND i.state IN ('settled', 'returned') \
        AND NOT EXISTS (SELECT FROM payment_again x WHERE x.replaced = i.id) GROUP BY c.id), \
    shared AS ( \
      SELECT paper_id, sum(cash) AS cash, sum(late) AS late FROM closed GROUP BY paper_id) \
    SELECT p.number, 'face' FROM paper p LEFT JOIN shared s ON s.paper_id = p.id \
     WHERE (p.paid <> coalesce(s.cash, 0) + p.redeemed \
        AND EXISTS (SELECT FROM settlement_run r WHERE r.paper_id = p.id)) \
        OR p.paid > p.face OR p.state = 6 AND p.paid <> p.face \
    UNION ALL SELECT p.number, 'late interest' FROM paper p LEFT JOIN shared s ON s.paper_id = p.id \
     WHERE p.interest_paid <> coalesce(s.late, 0) \
    UNION ALL SELECT p.number, 'credits' FROM closed c JOIN credited d ON d.id = c.id \
      JOIN paper p ON p.id = c.paper_id WHERE d.amount <> c.cash + c.late \
    UNION ALL SELECT p.number, 'a platform account in a payment' \
      FROM payment_instruction i JOIN paper p ON p.id = i.paper_id \
      WHERE EXISTS (SELECT FROM party x WHERE x.kind IN ('operator', 'auditor') \
        AND (x.id IN (i.debtor, i.creditor) OR x.account_number <> '' \
          AND x.account_number IN (i.debtor_account, i.creditor_account)))";

/// What does not come to the same, if anything.
pub(crate) fn look(url: &str) -> Vec<(String, String)> {
    let mut hand = postgres::Client::connect(url, postgres::NoTls).unwrap();
    let rows = hand.query(AMISS, &[]).unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1))).collect()
}

impl EveryCent {
    pub(crate) const fn of(url: String) -> EveryCent {
        EveryCent { url }
    }
}

impl Drop for EveryCent {
    fn drop(&mut self) {
        if std::thread::panicking() {
            return;
        }
        // A thread of its own: the stage may be struck inside a runtime.
        let looked = std::thread::scope(|scope| scope.spawn(|| look(&self.url)).join());
        let amiss = looked.unwrap();
        assert!(amiss.is_empty(), "not to the cent: {amiss:?}");
    }
}
