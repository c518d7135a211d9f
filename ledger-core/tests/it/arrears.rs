//! What is late: the record of a default, and interest once the face is paid.

use chrono::NaiveDate;
use ledger_core::act::Act;
use ledger_core::arrears::DefaultAct;
use ledger_core::arrears::InterestAct;
use ledger_core::arrears::InterestSheet;
use ledger_core::arrears::Receipt;
use ledger_core::arrears::late_interest;
use ledger_core::arrears::stretches;
use ledger_core::clearing::gather;
use ledger_core::clearing_sheet::ClearingRule;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::fragment::Fragment;
use ledger_core::payment_terms::LateInterest;
use ledger_core::payment_terms::PaymentTerms;
use ledger_core::terms::PaperTerms;
use ledger_core::verify_fault::Reason;
use proptest::prelude::*;

use crate::refusals::refused;
use crate::support::*;
use crate::verify::verify;

/// Statutory late interest: 18.25 percent a year of 365 days, 0.05 percent a day.
pub(crate) const LATE: PaperTerms = PaperTerms {
    payment: PaymentTerms {
        late_interest: Some(LateInterest::STATUTORY),
        ..PaymentTerms::FIRST_FORM
    },
    ..TERMS
};

impl Keeper {
    /// A paper with late interest in its terms, accepted by its payee; due in 90 days.
    pub(crate) fn active_with_interest(&mut self, tag: u8, face: i64) -> Fragment {
        let mut entry = self.issue_entry(tag, face);
        if let Act::Issue(issue) = &mut entry.act {
            issue.terms = LATE;
        }
        let waiting = self.post(sign(entry, &[OBLIGOR, CHECKER])).unwrap();
        let waiting = waiting.left.unwrap();
        let accepted = self.act(&waiting, face, Act::Accept, &[SUPPLIERS[0]]);
        accepted.unwrap().left.unwrap()
    }

    fn whole_entry(&self, tag: u8, act: Act) -> Entry {
        let face = self.ledger.paper(paper(tag)).unwrap().face.minor();
        Entry {
            cut: Cut {
                lo: 0,
                mid: face,
                hi: face,
            },
            ..self.entry(Some(paper(tag)), None, act)
        }
    }

    pub(crate) fn default_entry(&self, tag: u8, owed: i64) -> Entry {
        let act = DefaultAct {
            owed: amount(owed),
            reason: "AM04".to_owned(),
            evidence: evidence(31),
        };
        self.whole_entry(tag, Act::Default(Box::new(act)))
    }

    /// Records a default.
    pub(crate) fn default(&mut self, tag: u8, owed: i64) {
        let entry = self.default_entry(tag, owed);
        self.post(sign(entry, &[BOOK])).unwrap();
    }

    pub(crate) fn interest(
        &self,
        tag: u8,
        receipts: &[(NaiveDate, i64)],
        asked: i64,
        earlier: &[i64],
        cash: i64,
    ) -> (Entry, InterestSheet) {
        let mut leaves = self.leaves(paper(tag));
        leaves.retain(|leaf| leaf.holder != party(OBLIGOR));
        let before: Vec<_> = earlier.iter().map(|cash| amount(*cash)).collect();
        let sheet = InterestSheet::clear(
            ClearingRule::V1,
            amount(asked),
            &gather(&leaves),
            &before,
            amount(cash),
        )
        .unwrap();
        let act = InterestAct {
            receipts: receipts
                .iter()
                .map(|(on, cash)| Receipt {
                    on: *on,
                    cash: amount(*cash),
                })
                .collect(),
            asked: amount(asked),
            paid_total: amount(earlier.iter().sum::<i64>() + cash),
            sheet: sheet.digest(),
            evidence: evidence(32),
        };
        (
            self.whole_entry(tag, Act::PayInterest(Box::new(act))),
            sheet,
        )
    }

    /// Shares out interest.
    pub(crate) fn pay_interest(
        &mut self,
        tag: u8,
        receipts: &[(NaiveDate, i64)],
        asked: i64,
        earlier: &[i64],
        cash: i64,
    ) {
        let (entry, sheet) = self.interest(tag, receipts, asked, earlier, cash);
        let n = self.journal.len();
        self.post(sign(entry, &[BOOK])).unwrap();
        self.sheets.push((n, paper(tag), sheet.canonical_bytes()));
    }
}

const PAPER: u8 = 0x58;

/// 100,000 due on 3 May, of which 40,000 came on the day, in two fragments of two holders.
fn short() -> Keeper {
    let mut book = Keeper::new();
    let whole = book.active_with_interest(PAPER, 100_000);
    let offered = book.act(&whole, 30_000, offer(SUPPLIERS[1]), &[SUPPLIERS[0]]);
    let offered = offered.unwrap().left.unwrap();
    book.act(&offered, 30_000, Act::AcceptOffer, &[SUPPLIERS[1]])
        .unwrap();
    book.go_to(day("2026-05-03"));
    book.settle(paper(PAPER), &[], 40_000);
    book
}

#[test]
fn a_default_is_recorded_once_after_the_due_date() {
    let mut book = short();
    let early = book.default_entry(PAPER, 60_000);
    assert_eq!(refused(&mut book, early, &[BOOK]), "not_overdue");
    book.go_to(day("2026-05-04"));
    let good = book.default_entry(PAPER, 60_000);
    assert_eq!(refused(&mut book, good.clone(), &[OBLIGOR]), "wrong_signer");
    for wrong in [0, 60_001] {
        let entry = book.default_entry(PAPER, wrong);
        assert_eq!(refused(&mut book, entry, &[BOOK]), "wrong_cash");
    }
    book.post(sign(good.clone(), &[BOOK])).unwrap();
    assert!(book.ledger.paper(paper(PAPER)).unwrap().arrears.dishonoured);
    assert_eq!(refused(&mut book, good, &[BOOK]), "already_in_default");
    book.settle(paper(PAPER), &[40_000], 60_000);
    assert!(book.ledger.paper(paper(PAPER)).unwrap().arrears.dishonoured);
    assert!(verify(book.export().as_bytes()).is_ok());
}

#[test]
fn a_paper_that_was_paid_is_never_in_default() {
    let mut book = short();
    book.settle(paper(PAPER), &[40_000], 60_000);
    book.go_to(day("2026-05-04"));
    let entry = book.default_entry(PAPER, 1);
    assert_eq!(refused(&mut book, entry, &[BOOK]), "paper_not_active");
}

#[test]
fn interest_follows_from_the_terms_and_the_days() {
    let mut book = short();
    book.go_to(day("2026-05-04"));
    book.default(PAPER, 60_000);
    let paid = [
        (day("2026-05-03"), 40_000),
        (day("2026-05-13"), 20_000),
        (day("2026-05-23"), 40_000),
    ];
    book.go_to(day("2026-05-13"));
    book.settle(paper(PAPER), &[40_000], 20_000);
    // 60,000 for ten days and 40,000 for ten days at 0.05 % a day.
    let asked = 500;
    let early = book.interest(PAPER, &paid, asked, &[], asked).0;
    assert_eq!(refused(&mut book, early, &[BOOK]), "principal_owed");
    book.go_to(day("2026-05-23"));
    book.settle(paper(PAPER), &[40_000, 20_000], 40_000);
    for asked in [499, 501] {
        let entry = book.interest(PAPER, &paid, asked, &[], 300).0;
        assert_eq!(refused(&mut book, entry, &[BOOK]), "interest_does_not_fit");
    }
    let good = book.interest(PAPER, &paid, asked, &[], 300).0;
    assert_eq!(refused(&mut book, good, &[OBLIGOR]), "wrong_signer");
    book.pay_interest(PAPER, &paid, asked, &[], 300);
    for total in [300, 501] {
        let (mut entry, _) = book.interest(PAPER, &paid, asked, &[300], 200);
        if let Act::PayInterest(act) = &mut entry.act {
            act.paid_total = amount(total);
        }
        assert_eq!(refused(&mut book, entry, &[BOOK]), "wrong_cash");
    }
    book.pay_interest(PAPER, &paid, asked, &[300], 200);
    let arrears = book.ledger.paper(paper(PAPER)).unwrap().arrears;
    assert_eq!(arrears.interest_paid, amount(500));
    assert!(arrears.interest_owed().is_zero());
    let report = verify(book.export().as_bytes()).unwrap();
    assert_eq!(report.settled_papers, 1);
    // Three parts of ten thousand belong to the second supplier.
    let (_, _, bytes) = &book.sheets[3];
    let sheet = InterestSheet::from_bytes(bytes).unwrap();
    let shares: Vec<i64> = sheet
        .sheet()
        .credits()
        .iter()
        .map(|c| c.amount.minor())
        .collect();
    assert_eq!(shares, [90, 210]);
}

#[test]
fn without_a_default_no_interest_is_owed() {
    let mut book = short();
    book.go_to(day("2026-05-13"));
    book.settle(paper(PAPER), &[40_000], 60_000);
    let paid = [(day("2026-05-03"), 40_000), (day("2026-05-13"), 60_000)];
    let entry = book.interest(PAPER, &paid, 300, &[], 300).0;
    assert_eq!(refused(&mut book, entry, &[BOOK]), "not_in_default");
}

/// The keeper of the book may sign other days or sums: the journal shows when cash was shared.
#[test]
fn receipts_that_are_not_the_settlements_are_found() {
    let honest = [(day("2026-05-03"), 40_000), (day("2026-05-13"), 60_000)];
    let other = [
        // More interest than was due, for cash that came on no such day.
        (
            [(day("2026-05-03"), 39_000), (day("2026-05-13"), 61_000)],
            305,
        ),
        (
            [(day("2026-05-03"), 40_000), (day("2026-05-14"), 60_000)],
            330,
        ),
        (
            [(day("2026-05-02"), 40_000), (day("2026-05-13"), 60_000)],
            300,
        ),
    ];
    for (receipts, asked) in [(honest, 300)].into_iter().chain(other) {
        let mut book = short();
        book.go_to(day("2026-05-04"));
        book.default(PAPER, 60_000);
        book.go_to(day("2026-05-13"));
        book.settle(paper(PAPER), &[40_000], 60_000);
        book.pay_interest(PAPER, &receipts, asked, &[], asked);
        let verdict = verify(book.export().as_bytes());
        if receipts == honest {
            assert!(verdict.is_ok());
        } else {
            let reason = verdict.unwrap_err().reason;
            let Reason::Refused(refusal) = reason else {
                panic!("{reason:?}")
            };
            assert_eq!(refusal.code(), "interest_does_not_fit");
        }
    }
}

#[test]
fn an_interest_sheet_reads_back_and_is_no_clearing_sheet() {
    let mut book = short();
    book.go_to(day("2026-05-13"));
    let paid = [(day("2026-05-03"), 40_000), (day("2026-05-13"), 60_000)];
    let (_, sheet) = book.interest(PAPER, &paid, 301, &[100], 51);
    let bytes = sheet.canonical_bytes();
    assert_eq!(InterestSheet::from_bytes(&bytes), Ok(sheet.clone()));
    assert_ne!(sheet.digest(), sheet.sheet().digest());
    assert!(InterestSheet::from_bytes(&sheet.sheet().canonical_bytes()).is_err());
    book.settle(paper(PAPER), &[40_000], 60_000);
}

proptest! {
    /// Each cent that was late bears interest for each day that it was, and no other.
    #[test]
    fn stretches_are_the_days_that_cents_were_late(
        cash in prop::collection::vec((0_u64..40, 1_i64..500), 0..8),
        face in 1_i64..3_000,
    ) {
        let due = day("2026-05-03");
        let mut paid: Vec<(u64, i64)> = cash;
        paid.sort_by_key(|(day, _)| *day);
        let receipts: Vec<Receipt> = paid
            .iter()
            .map(|(after, cash)| Receipt {
                on: due + chrono::Days::new(*after),
                cash: amount(*cash),
            })
            .collect();
        let until = due + chrono::Days::new(40);
        let total: i64 = paid.iter().map(|(_, cash)| cash).sum();
        let found = stretches(amount(face), due, &receipts, until);
        prop_assert_eq!(found.is_some(), total <= face);
        if let Some(found) = found {
            let unit_days: i64 = found
                .iter()
                .map(|late| late.owed.minor() * (late.to - late.from).num_days())
                .sum();
            let expected: i64 = paid.iter().map(|(after, cash)| cash * i64::try_from(*after).unwrap()).sum();
            prop_assert_eq!(unit_days, expected + (face - total) * 40);
            let none = late_interest(None, amount(face), due, &receipts, until).unwrap();
            prop_assert!(none.is_zero());
        }
    }
}
