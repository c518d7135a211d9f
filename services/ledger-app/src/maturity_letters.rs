//! What obligor and holders are told about maturity. Whoever has many papers due on one day gets
//! one letter about them all, not one for each: the sum, how many there are, and the first of them
//! by name.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::clearing_sheet::ClearingSheet;
use ledger_core::clearing_sheet::Credit;
use ledger_core::currency::Currency;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::paper::Paper;
use ledger_store::arrears::OnThePath;
use ledger_store::papers::PaperRecord;
use ledger_store::settlement_proofs::RunCredit;

use crate::maturing_papers::Maturing;
use crate::maturing_papers::Payees;
use crate::notice::MaturitySide;
use crate::notice::Notice;
use crate::notice::PaperNamed;
use crate::notice::PaperSum;
use crate::notice::PapersTopic;
use crate::wording;

/// Papers that a letter about many names; the portal shows the rest.
const PAPERS_NAMED: usize = 40;

/// One thing to tell a party about one paper.
struct Told<'a> {
    party: PartyId,
    topic: PapersTopic,
    paper: &'a PaperRecord,
    obligor: &'a str,
    amount: Amount,
    day: NaiveDate,
    /// The account credited, masked; empty otherwise.
    account: String,
}

impl Told<'_> {
    fn named(&self) -> PaperNamed {
        wording::paper(&self.paper.paper.number, self.obligor)
    }

    fn money(&self) -> String {
        wording::money(self.amount, self.paper.paper.currency)
    }

    /// The letter about this paper alone.
    fn alone(&self) -> Notice {
        let (paper, amount) = (self.named(), self.money());
        let ahead = |side, paper, amount| Notice::MaturityAhead {
            paper,
            side,
            amount,
            maturity: self.paper.paper.maturity,
            payment_date: self.day,
        };
        match self.topic {
            PapersTopic::AheadObligor => ahead(MaturitySide::Obligor, paper, amount),
            PapersTopic::AheadHolder => ahead(MaturitySide::Holder, paper, amount),
            PapersTopic::Presented => Notice::Presented {
                paper,
                amount,
                presented_on: self.day,
            },
            // One of these reads as several do.
            topic @ (PapersTopic::UnpaidObligor
            | PapersTopic::DefaultObligor
            | PapersTopic::DefaultHolder) => {
                let when = (self.day, self.paper.paper.currency);
                about_many(topic, std::slice::from_ref(self), when, String::new())
            }
            PapersTopic::Credited => Notice::SettlementCredited {
                paper,
                amount,
                account: self.account.clone(),
                credited_on: self.day,
            },
            PapersTopic::Completed => Notice::SettlementCompleted {
                paper,
                face: amount,
                settled_on: self.day,
            },
        }
    }
}

/// One letter for each party, topic, day, currency and account.
fn letters(told: Vec<Told<'_>>) -> Vec<(PartyId, Notice)> {
    let all = letters_with_papers(told).into_iter();
    all.map(|(party, notice, _papers)| (party, notice))
        .collect()
}

/// The same, each with the papers it is about.
fn letters_with_papers(told: Vec<Told<'_>>) -> Vec<(PartyId, Notice, Vec<PaperId>)> {
    type Key = (PapersTopic, PartyId, NaiveDate, Currency, String);
    let mut together: BTreeMap<Key, Vec<Told<'_>>> = BTreeMap::new();
    for one in told {
        let currency = one.paper.paper.currency;
        let key = (one.topic, one.party, one.day, currency, one.account.clone());
        together.entry(key).or_default().push(one);
    }
    together
        .into_iter()
        .map(|((topic, party, day, currency, account), papers)| {
            let ids = papers.iter().map(|one| one.paper.paper.id).collect();
            let notice = match papers.as_slice() {
                [only] => only.alone(),
                many => about_many(topic, many, (day, currency), account),
            };
            (party, notice, ids)
        })
        .collect()
}

fn about_many(
    topic: PapersTopic,
    papers: &[Told<'_>],
    (day, currency): (NaiveDate, Currency),
    account: String,
) -> Notice {
    let total = papers
        .iter()
        .try_fold(Amount::ZERO, |sum, one| sum.checked_add(one.amount));
    Notice::SeveralPapers {
        topic,
        count: u32::try_from(papers.len()).unwrap_or(u32::MAX),
        // Beyond what an amount holds there is no sum to name; the papers are named all the same.
        total: total.map_or_else(String::new, |total| wording::money(total, currency)),
        papers: papers
            .iter()
            .take(PAPERS_NAMED)
            .map(|one| PaperSum {
                paper: one.named(),
                amount: one.money(),
            })
            .collect(),
        day,
        account: (!account.is_empty()).then_some(account),
    }
}

fn obligor_name<'a>(payees: &'a Payees, record: &PaperRecord) -> &'a str {
    payees
        .get(&record.paper.obligor)
        .map_or("", |payee| payee.party.name.as_str())
}

/// Maturities are near: to the obligor the faces, to each holder what it is to get, on the `day` of
/// each paper.
pub(crate) fn ahead(
    maturing: &[Maturing],
    payees: &Payees,
    day: &dyn Fn(&Paper) -> NaiveDate,
) -> Vec<(PartyId, Notice)> {
    let mut told = Vec::new();
    for Maturing { record, claims } in maturing {
        let of = |party, topic, amount| Told {
            party,
            topic,
            paper: record,
            obligor: obligor_name(payees, record),
            amount,
            day: day(&record.paper),
            account: String::new(),
        };
        let paper = &record.paper;
        let payable = paper.payable_at_maturity();
        told.push(of(paper.obligor, PapersTopic::AheadObligor, payable));
        // What is redeemed is the obligor's own, and paid to nobody.
        let owed = claims.iter().filter(|claim| claim.holder != paper.obligor);
        told.extend(owed.map(|claim| {
            let units = Amount::from_minor(claim.units).unwrap_or(Amount::ZERO);
            of(claim.holder, PapersTopic::AheadHolder, units)
        }));
    }
    letters(told)
}

/// The obligors have been asked to pay, and their bank will, each paper with how much.
pub(crate) fn presented<'a>(
    papers: impl Iterator<Item = (&'a PaperRecord, Amount)>,
    obligors: &Payees,
) -> Vec<(PartyId, Notice)> {
    to_obligors(papers, obligors, PapersTopic::Presented)
}

/// The obligors have been asked to pay, and this is what their bank won't pay now.
pub(crate) fn not_honoured<'a>(
    papers: impl Iterator<Item = (&'a PaperRecord, Amount)>,
    obligors: &Payees,
) -> Vec<(PartyId, Notice)> {
    to_obligors(papers, obligors, PapersTopic::UnpaidObligor)
}

fn to_obligors<'a>(
    papers: impl Iterator<Item = (&'a PaperRecord, Amount)>,
    obligors: &Payees,
    topic: PapersTopic,
) -> Vec<(PartyId, Notice)> {
    let told = papers.filter(|(_, amount)| !amount.is_zero());
    letters(
        told.map(|(paper, amount)| Told {
            party: paper.paper.obligor,
            topic,
            paper,
            obligor: obligor_name(obligors, paper),
            amount,
            day: paper.paper.due_date,
            account: String::new(),
        })
        .collect(),
    )
}

/// Holders are paid, on `day`: papers with the credits they brought.
pub(crate) fn credited(
    papers: &[(&PaperRecord, &[RunCredit])],
    obligors: &Payees,
    day: NaiveDate,
) -> Vec<(PartyId, Notice)> {
    let mut told = Vec::new();
    for (record, credits) in papers {
        let of = |party, topic, amount, account| Told {
            party,
            topic,
            paper: record,
            obligor: obligor_name(obligors, record),
            amount,
            day,
            account,
        };
        told.extend(credits.iter().map(|credit| {
            let account = masked(&credit.account);
            of(
                credit.creditor,
                PapersTopic::Credited,
                credit.amount,
                account,
            )
        }));
    }
    letters(told)
}

/// A part has come, on `day`: to each holder what it got of it and what it is still owed.
pub(crate) fn short_paid(
    papers: &[(&PaperRecord, &ClearingSheet)],
    obligors: &Payees,
    day: NaiveDate,
) -> Vec<(PartyId, Notice)> {
    let letter = |record: &PaperRecord, credit: &Credit| {
        let money = |amount| wording::money(amount, record.paper.currency);
        let notice = Notice::ShortPaid {
            paper: wording::paper(&record.paper.number, obligor_name(obligors, record)),
            due: money(credit.units),
            credited: money(credit.amount),
            outstanding: money(credit.owed),
            cleared_on: day,
        };
        (credit.holder, notice)
    };
    papers
        .iter()
        .flat_map(|(record, sheet)| sheet.credits().iter().map(|credit| letter(record, credit)))
        .collect()
}

/// Papers are paid in full, on `day`: to their obligors.
pub(crate) fn completed(
    papers: &[&PaperRecord],
    obligors: &Payees,
    day: NaiveDate,
) -> Vec<(PartyId, Notice)> {
    letters(
        papers
            .iter()
            .map(|record| Told {
                party: record.paper.obligor,
                topic: PapersTopic::Completed,
                paper: record,
                obligor: obligor_name(obligors, record),
                amount: record.paper.face,
                day,
                account: String::new(),
            })
            .collect(),
    )
}

/// Papers are in default, with what is owed of each: to their obligors, and to all on their paths.
/// Each letter with the papers it is about.
pub(crate) fn defaulted(
    papers: &[(&PaperRecord, Amount)],
    path: &[OnThePath],
    obligors: &Payees,
    day: NaiveDate,
) -> Vec<(PartyId, Notice, Vec<PaperId>)> {
    let mut told = Vec::new();
    let of = |party, topic, record, amount| Told {
        party,
        topic,
        paper: record,
        obligor: obligor_name(obligors, record),
        amount,
        day,
        account: String::new(),
    };
    let by_no: HashMap<i64, (&PaperRecord, Amount)> = papers
        .iter()
        .map(|(record, owed)| (record.no, (*record, *owed)))
        .collect();
    for (record, owed) in papers {
        let topic = PapersTopic::DefaultObligor;
        told.push(of(record.paper.obligor, topic, record, *owed));
    }
    for one in path {
        if let Some((record, owed)) = by_no.get(&one.paper) {
            told.push(of(one.party, PapersTopic::DefaultHolder, record, *owed));
        }
    }
    letters_with_papers(told)
}

/// An account number, masked but for its last four digits.
#[must_use]
pub fn masked(account: &str) -> String {
    let count = account.chars().count();
    let tail: String = account.chars().skip(count.saturating_sub(4)).collect();
    format!("****{tail}")
}
