//! What providers and obligors will take: limits in force and proposed, and a circle of two banks.

use ledger_app::decide_limit;
use ledger_app::decide_limit::Verdict;
use ledger_app::limit_circles;
use ledger_app::limit_subject::LimitSubject;
use ledger_app::party_groups;
use ledger_app::propose_limit;
use ledger_app::propose_limit::ProposeLimit;
use ledger_core::currency::Currency;
use uuid::Uuid;

use super::secrets::Secret;
use super::secrets::yuan;
use super::trade::Trade;

impl Trade<'_> {
    /// Two banks' limits on the same obligor, one bank's on a supplier, the obligor's own; one of
    /// each waits. Amounts and reasons become secret.
    pub(crate) fn limited(&mut self) {
        let of = |code: &str| self.cast.companies[code].id;
        let (oem, second) = (
            LimitSubject::Obligor(of("oem")),
            LimitSubject::Supplier(of("s2")),
        );
        let own = LimitSubject::OwnIssuing(of("oem"));
        let operator = &self.cast.get("operator").who;
        let group = party_groups::enter(self.app, operator, "远山集团").unwrap();
        party_groups::join(self.app, operator, group, of("oem")).unwrap();
        self.limit("bank-a", oem, "7650021.09");
        self.limit("bank-b", oem, "8761234.57");
        self.limit("bank-b", second, "3450089.21");
        self.limit("oem", own, "98700032.31");
        self.limit_proposed("bank-a", second, "4560091.23");
        self.limit_proposed("oem", own, "87600021.43");
        let (first, other) = (
            self.cast.get("bank-a.checker"),
            self.cast.get("bank-b.checker"),
        );
        let proposed =
            limit_circles::propose(self.app, &first.who, oem, &[of("bank-b")], None).unwrap();
        limit_circles::join(self.app, &other.who, proposed.circle).unwrap();
    }

    fn limit(&mut self, party: &str, subject: LimitSubject, amount: &str) {
        let proposal = self.limit_proposed(party, subject, amount);
        let checker = self.cast.get(&format!("{party}.checker"));
        decide_limit::run(self.app, &checker.who, proposal, Verdict::Approve, "").unwrap();
    }

    fn limit_proposed(&mut self, party: &str, subject: LimitSubject, amount: &str) -> Uuid {
        let known = [party, "auditor"];
        let (what, reason) = (
            format!("a limit of {party}"),
            format!("why {amount} for {party}"),
        );
        self.secrets.extend([
            Secret::amount(&what, yuan(amount), &known),
            Secret::text(&what, &reason, &known),
        ]);
        let maker = self.cast.get(&format!("{party}.maker"));
        let wanted = ProposeLimit {
            subject,
            currency: Currency::CNY,
            amount: Some(yuan(amount)),
            valid_until: None,
            reason,
        };
        propose_limit::run(self.app, &maker.who, &wanted, None)
            .unwrap()
            .proposal
    }
}
