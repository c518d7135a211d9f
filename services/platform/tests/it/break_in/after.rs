//! What is done with fragments after the money: one pledged, one asked to be, one passed on between
//! banks.

use ledger_app::answer_offer::Answer;
use ledger_app::answer_retransfer;
use ledger_app::ask_pledge;
use ledger_app::ask_pledge::AskPledge;
use ledger_app::grant_pledge;
use ledger_app::pledge_fragment;
use ledger_app::retransfer_fragment;
use ledger_app::retransfer_fragment::OfferRetransfer;
use ledger_core::id::PledgeId;
use ledger_core::id::RetransferId;
use ledger_core::recourse::Recourse;

use super::secrets::Secret;
use super::secrets::yuan;
use super::trade::Trade;

impl Trade<'_> {
    /// A holder asks to pledge part of a fragment; claim and name of the loan become secret.
    pub(crate) fn pledge_asked(
        &mut self,
        holder: &str,
        bank: &str,
        fragment: &str,
        (amount, secured): (&str, &str),
    ) -> PledgeId {
        let known = [holder, bank, "auditor"];
        let (what, loan) = (
            format!("the loan of {holder} at {bank}"),
            format!("流贷-{secured}-{holder}"),
        );
        self.secrets.extend([
            Secret::amount(&what, yuan(secured), &known),
            Secret::text(&what, &loan, &known),
        ]);
        let command = AskPledge {
            fragment: fragment.to_owned(),
            amount: yuan(amount),
            pledgee: self.cast.companies[bank].id,
            secured: yuan(secured),
            loan,
        };
        let actor = self.cast.get(holder);
        let asked = ask_pledge::run(self.app, &actor.who, &command, None).unwrap();
        PledgeId::parse(&asked.pledge).unwrap()
    }

    /// The bank signs a deed, the holder signs the entry.
    pub(crate) fn pledged(&self, holder: &str, bank: &str, pledge: PledgeId) {
        let lender = self.cast.get(&format!("{bank}.system"));
        let until = self.in_hours(24);
        let deed = grant_pledge::prepare(self.app, &lender.who, pledge, until).unwrap();
        let (who, signing) = (&lender.who, lender.signing());
        grant_pledge::submit(self.app, who, pledge, &deed.body, &signing, None).unwrap();
        let actor = self.cast.get(holder);
        pledge_fragment::run(self.app, &actor.who, &actor.signing(), pledge, None).unwrap();
    }

    /// One bank passes part of what it holds on to another; amount, contract and price become secret.
    pub(crate) fn retransferred(&mut self, from: &str, to: &str, (amount, price): (&str, &str)) {
        let known = [from, to, "auditor"];
        let what = format!("what {from} passes on to {to}");
        let contract = format!("再转让-{amount}-{from}");
        self.secrets.extend([
            Secret::amount(&what, yuan(amount), &known),
            Secret::text(&what, &contract, &known),
            // The price stands in no entry: not even the auditor is told.
            Secret::amount(&format!("{what}: price"), yuan(price), &[from, to]),
        ]);
        let command = OfferRetransfer {
            fragment: self.held(&format!("{from}.system"), amount),
            amount: yuan(amount),
            to: self.cast.companies[to].id,
            recourse: Recourse::With,
            contract,
            price: Some(yuan(price)),
        };
        let (giver, taker) = (
            self.cast.get(&format!("{from}.system")),
            self.cast.get(&format!("{to}.system")),
        );
        let (who, signing) = (&giver.who, giver.signing());
        let offered = retransfer_fragment::offer(self.app, who, &signing, &command, None).unwrap();
        let id = RetransferId::parse(&offered.retransfer).unwrap();
        let (who, signing) = (&taker.who, taker.signing());
        answer_retransfer::run(self.app, who, &signing, id, Answer::Accept, None).unwrap();
    }
}
