//! The rarer events: an order that waits for the operator's second person, and an agreement on a paper
//! that waits for its holder.

use ledger_app::answer_recourse;
use ledger_app::approve_agreement;
use ledger_app::approve_redemption;
use ledger_app::claim_recourse;
use ledger_app::propose_agreement;
use ledger_app::propose_agreement::Asked;
use ledger_app::propose_agreement::ProposeAgreement;
use ledger_app::propose_correction;
use ledger_app::propose_freeze;
use ledger_app::propose_freeze::FreezeScope;
use ledger_app::propose_freeze::ProposeFreeze;
use ledger_app::propose_redemption;
use ledger_app::propose_redemption::ProposeRedemption;
use ledger_app::recourse_view;
use ledger_app::write_off_fragment;
use ledger_app::write_off_fragment::Said;
use ledger_app::write_off_view;
use ledger_core::calendar::Roll;
use ledger_core::day_count::DayCount;

use super::secrets::Secret;
use super::trade::Trade;

impl Trade<'_> {
    /// One of the operator's people enters an order about all that somebody holds.
    pub(crate) fn order_entered(&mut self, holder: &str) {
        let known = ["operator", "auditor"];
        let reference = format!("执保-{holder}-8853");
        let secret = Secret::text(&format!("an order on {holder}"), &reference, &known);
        self.secrets.push(secret);
        let today = self.app.business_date().unwrap();
        let order = ProposeFreeze {
            authority: "江口市人民法院".to_owned(),
            reference,
            scope: FreezeScope::Holder(self.cast.companies[holder].id),
            until: today + chrono::Days::new(60),
            word: String::new(),
        };
        let operator = self.cast.get("operator");
        propose_freeze::run(self.app, &operator.who, &order).unwrap();
    }

    /// Somebody turns to the party before for what was not paid, and hears why it won't pay.
    pub(crate) fn claimed_and_disputed(&mut self, claimant: &str, payer: &str) {
        let known = [claimant, payer, "auditor"];
        let word = format!("质量异议-{claimant}-{payer}-4471");
        let secret = Secret::text(&format!("why {payer} won't pay {claimant}"), &word, &known);
        self.secrets.push(secret);
        let (turns, pays) = (self.cast.get(claimant), self.cast.get(payer));
        let right = recourse_view::list(self.app, &turns.who)
            .unwrap()
            .rights
            .remove(0);
        let (app, fragment) = (self.app, &right.fragment);
        let claim = claim_recourse::prepare(app, &turns.who, fragment).unwrap();
        let signing = turns.signing();
        let made =
            claim_recourse::submit(app, &turns.who, fragment, &claim.body, &signing, None).unwrap();
        let claim = made.claim.parse().unwrap();
        answer_recourse::dispute(app, &pays.who, claim, &word).unwrap();
    }

    /// Somebody asks the one before to take back what it had passed on.
    pub(crate) fn correction_asked(&mut self, holder: &str, giver: &str, amount: &str) {
        let known = [holder, giver, "auditor"];
        let reason = format!("误转-{holder}-{giver}-5527");
        let secret = Secret::text(&format!("why {holder} gives back"), &reason, &known);
        self.secrets.push(secret);
        let fragment = self.held_of(holder, amount);
        let (app, who) = (self.app, self.cast.get(holder));
        let body = propose_correction::prepare(app, &who.who, &fragment, &reason).unwrap();
        let (what, signing) = ((fragment.as_str(), reason.as_str()), who.signing());
        propose_correction::submit(app, &who.who, what, &body.body, &signing, None).unwrap();
    }

    /// A holder writes off, in its own books, what nobody is left to pay it; why and on what evidence is
    /// nobody else's.
    pub(crate) fn wrote_off(&mut self, holder: &str) {
        let known = [holder, "auditor"];
        let said = Said {
            reason: format!("无财产可供执行-{holder}-7719"),
            evidence: format!("破终-{holder}-3306"),
        };
        let why = Secret::text(&format!("why {holder} writes off"), &said.reason, &known);
        let what = format!("on what {holder} writes off");
        let evidence = Secret::text(&what, &said.evidence, &known);
        self.secrets.extend([why, evidence]);
        let actor = self.cast.get(holder);
        let found = write_off_view::list(self.app, &actor.who).unwrap();
        let of = &found.possible[0].fragment;
        let (who, signing) = (&actor.who, actor.signing());
        write_off_fragment::run(self.app, who, &signing, of, &said, None).unwrap();
    }

    /// An obligor's two people ask the holders of its newest paper to make it void.
    pub(crate) fn void_asked(&mut self, obligor: &str, holder: &str) {
        let known = [obligor, holder, "auditor"];
        let reason = format!("退货-{obligor}-6614");
        let secret = Secret::text(&format!("why {obligor} voids"), &reason, &known);
        self.secrets.push(secret);
        let today = self.app.business_date().unwrap();
        let maker = self.cast.get(&format!("{obligor}.maker"));
        let id = self.cast.companies[obligor].id;
        let papers = self
            .app
            .store
            .read(|tx| tx.papers_of_obligor(id, false, None, 50))
            .unwrap();
        let number = papers.last().unwrap().paper.number.clone();
        let wanted = ProposeAgreement {
            paper: number,
            asked: Asked::Void,
            reason,
            consent_by: today + chrono::Days::new(20),
        };
        let asked = propose_agreement::run(self.app, &maker.who, maker.signer(), &wanted).unwrap();
        let checker = self.cast.get(&format!("{obligor}.checker"));
        approve_agreement::run(self.app, &checker.who, checker.signer(), asked).unwrap();
    }

    /// An obligor's two people offer the holders of its newest paper to pay it early.
    pub(crate) fn early_offered(&mut self, obligor: &str, holder: &str) {
        let known = [obligor, holder, "auditor"];
        let percent = "1.6143";
        let secret = Secret::text(&format!("rebate of {obligor}"), percent, &known);
        self.secrets.push(secret);
        let today = self.app.business_date().unwrap();
        let id = self.cast.companies[obligor].id;
        let papers = self
            .app
            .store
            .read(|tx| tx.papers_of_obligor(id, false, None, 50))
            .unwrap();
        let pay_date = self
            .app
            .calendar()
            .unwrap()
            .adjust(today + chrono::Days::new(10), Roll::Following)
            .unwrap();
        let wanted = ProposeRedemption {
            paper: papers.last().unwrap().paper.number.clone(),
            pay_date,
            percent: percent.parse().unwrap(),
            day_count: DayCount::Actual360,
            accept_by: today + chrono::Days::new(5),
        };
        let maker = self.cast.get(&format!("{obligor}.maker"));
        let offer = propose_redemption::run(self.app, &maker.who, maker.signer(), &wanted).unwrap();
        let checker = self.cast.get(&format!("{obligor}.checker"));
        approve_redemption::run(self.app, &checker.who, checker.signer(), offer).unwrap();
    }
}
