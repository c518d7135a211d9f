//! Presentation: the papers that are due, put before their obligors' bank. One message to an
//! obligor carries the claims of many of its papers; the bank answers claim by claim.

use std::collections::BTreeMap;
use std::collections::HashMap;

use bank_channel::bank_client::Outcome;
use bank_channel::messages::identification::AccountParty;
use bank_channel::messages::pain002::StatusMeaning;
use bank_channel::messages::pain002::StatusReason;
use bank_channel::messages::pain002::StatusReport;
use bank_channel::messages::pain002::TransactionStatus;
use bank_channel::messages::pain013::PaymentRequest;
use chrono::DateTime;
use chrono::Utc;
use ledger_app::app::App;
use ledger_app::present_paper;
use ledger_app::present_paper::Accepted;
use ledger_app::present_paper::Presentation;
use ledger_app::present_paper::PresentedRun;
use ledger_core::amount::Amount;
use ledger_core::hash::sha256;
use uuid::Uuid;

use crate::bank_conversation::BankDesk;
use crate::bank_conversation::transfer;
use crate::error::JobError;

/// Claims in one message, but for a paper that has more by itself.
const CLAIMS_A_MESSAGE: usize = 1_000;

/// Presents the papers that are locked to their obligors' bank; gives how many it will pay. A
/// paper whose message can't be written is set aside and stops no other.
///
/// # Errors
/// [`JobError`].
pub fn present(app: &App, bank: &BankDesk) -> Result<usize, JobError> {
    let mut funded: usize = 0;
    for group in grouped(present_paper::to_present(app)?) {
        funded = funded.saturating_add(present_group(app, bank, &group)?);
    }
    Ok(funded)
}

/// What goes into one message together: papers of one obligor's account, day and currency, and no
/// more claims than a message should have, but for a paper that has more by itself.
#[must_use]
pub fn grouped(presentations: Vec<Presentation>) -> Vec<Vec<Presentation>> {
    let mut groups: BTreeMap<_, Vec<Vec<Presentation>>> = BTreeMap::new();
    for one in presentations {
        let key = (
            one.obligor.account_bank_code.clone(),
            one.obligor.account_number.clone(),
            one.asked_for,
            one.claims.first().map(|claim| claim.currency),
        );
        let of_key = groups.entry(key).or_default();
        let claims =
            |group: &Vec<Presentation>| -> usize { group.iter().map(|one| one.claims.len()).sum() };
        match of_key.last_mut() {
            Some(group) if claims(group).saturating_add(one.claims.len()) <= CLAIMS_A_MESSAGE => {
                group.push(one);
            }
            _full => of_key.push(vec![one]),
        }
    }
    groups.into_values().flatten().collect()
}

fn present_group(app: &App, bank: &BankDesk, group: &[Presentation]) -> Result<usize, JobError> {
    let asked = ask(bank, app.clock.now(), group);
    for (run, why) in &asked.unpresentable {
        match why {
            NotPresentable::Unwritable(why) => present_paper::note_not_presentable(app, *run, why)?,
            NotPresentable::Refused(why) => {
                present_paper::note_presentation_refused(app, *run, why)?;
            }
        }
    }
    for (answers, xml) in &asked.answers {
        present_paper::note_all_presented(app, answers, Some(xml))?;
    }
    let answers = asked.answers.iter().flat_map(|(answers, _xml)| answers);
    Ok(answers
        .filter(|answer| answer.accepted != Accepted::Nothing)
        .count())
}

/// Why an obligor's bank can't be asked about a paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotPresentable {
    /// The presentation can't be put into a message.
    Unwritable(String),
    /// The bank won't read the message: its HTTP status and words.
    Refused(String),
}

/// What presenting some papers gave. Of those that it does not name nothing is known yet: they are
/// presented again, which does no harm, for nothing is booked by it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// What the obligor's bank said, message by message, each with the bytes of its answer.
    pub answers: Vec<(Vec<PresentedRun>, Vec<u8>)>,
    /// Papers that its bank can't be asked about, each with why: the message can't be written, or
    /// the bank won't read it. That says nothing about whether the obligor honours them.
    pub unpresentable: Vec<(Uuid, NotPresentable)>,
}

/// Presents papers of one group together at `now`; where the whole message fails, each alone, so
/// that one bad claim says nothing about the papers beside it.
#[must_use]
pub fn ask(bank: &BankDesk, now: DateTime<Utc>, group: &[Presentation]) -> Asked {
    let Some(request) = payment_request(bank, now, group) else {
        return Asked::default();
    };
    let fault = match bank.client.request_payment(&request) {
        Ok(Outcome::Answered(answer)) if group.len() > 1 && refuses_whole(&answer.message) => {
            return each_alone(bank, now, group);
        }
        Ok(Outcome::Answered(answer)) => {
            let said = answers(group, &request.message_id, &answer.message);
            return Asked {
                answers: vec![(said, answer.xml)],
                unpresentable: Vec::new(),
            };
        }
        Ok(Outcome::Unknown { cause }) => {
            tracing::warn!(cause, "the bank does not answer");
            return Asked::default();
        }
        Ok(Outcome::Refused { status, text }) => {
            tracing::error!(status, text, "the obligor's bank refuses the presentation");
            NotPresentable::Refused(format!("{status} {text}"))
        }
        Err(error) => NotPresentable::Unwritable(error.to_string()),
    };
    match group {
        [only] => Asked {
            answers: Vec::new(),
            unpresentable: vec![(only.run, fault)],
        },
        many => each_alone(bank, now, many),
    }
}

fn each_alone(bank: &BankDesk, now: DateTime<Utc>, group: &[Presentation]) -> Asked {
    let mut all = Asked::default();
    for one in group {
        let asked = ask(bank, now, std::slice::from_ref(one));
        all.answers.extend(asked.answers);
        all.unpresentable.extend(asked.unpresentable);
    }
    all
}

/// Whether a rejection can only be taken as one of the whole message.
fn refuses_whole(report: &StatusReport) -> bool {
    let all = report.group_status.as_ref();
    all.is_some_and(|status| status.meaning() == StatusMeaning::Rejected)
        || rejected(report).any(|t| t.end_to_end_id.is_none())
}

fn rejected(report: &StatusReport) -> impl Iterator<Item = &TransactionStatus> {
    let transactions = report.transactions.iter();
    transactions.filter(|t| t.status.meaning() == StatusMeaning::Rejected)
}

/// The first code that the bank gives, or its first words.
fn said(reasons: &[StatusReason]) -> Option<String> {
    let code = reasons.iter().find_map(|reason| reason.code.clone());
    code.or_else(|| {
        reasons
            .iter()
            .find_map(|reason| reason.text.first().cloned())
    })
}

/// What the bank's report says of each paper of a message: how much of its claims together it will
/// pay. How that is shared among them is for the paper's own terms to say, not for the bank.
#[must_use]
pub fn answers(
    group: &[Presentation],
    message_id: &str,
    report: &StatusReport,
) -> Vec<PresentedRun> {
    let whole = refuses_whole(report);
    let lines: HashMap<&str, &TransactionStatus> = report
        .transactions
        .iter()
        .filter_map(|t| Some((t.end_to_end_id.as_deref()?, t)))
        .collect();
    let of_whole = said(&report.group_reasons)
        .or_else(|| rejected(report).find_map(|t| said(&t.reasons)))
        .unwrap_or_default();
    let answer = |one: &Presentation| {
        let of = |end_to_end_id: &str| lines.get(end_to_end_id).copied();
        let (mut asked, mut taken) = (0_i128, 0_i128);
        for claim in &one.claims {
            let sum = i128::from(claim.amount.minor());
            asked = asked.saturating_add(sum);
            taken = taken.saturating_add(match of(&claim.end_to_end_id) {
                _ if whole => 0,
                Some(line) if line.status.meaning() == StatusMeaning::Rejected => 0,
                Some(line) => line.accepted.map_or(sum, |(amount, currency)| {
                    let part = i128::from(amount.minor()).min(sum);
                    if currency == claim.currency { part } else { 0 }
                }),
                None => sum,
            });
        }
        let part = i64::try_from(taken).ok();
        let part = part.and_then(|part| Amount::from_minor(part).ok());
        let accepted = match part {
            _ if taken == asked => Accepted::All,
            Some(part) if !part.is_zero() => Accepted::Part(part),
            _ => Accepted::Nothing,
        };
        let short = |line: &&TransactionStatus| {
            line.accepted.is_some() || line.status.meaning() == StatusMeaning::Rejected
        };
        let by_claim = |id: &str| {
            let status = of(id)
                .map(|line| &line.status)
                .or(report.group_status.as_ref());
            status.is_none_or(|status| !status.orders_nothing())
        };
        let mut claims = one.claims.iter();
        let reason =
            claims.find_map(|claim| said(&of(&claim.end_to_end_id).filter(short)?.reasons));
        PresentedRun {
            id: one.run,
            message_id: message_id.to_owned(),
            accepted,
            pays_by_claim: one
                .claims
                .iter()
                .any(|claim| by_claim(&claim.end_to_end_id)),
            reason: match accepted {
                Accepted::All => String::new(),
                _ => reason.unwrap_or_else(|| of_whole.clone()),
            },
        }
    };
    group.iter().map(answer).collect()
}

/// One request for the claims of all these papers of one obligor. Its id follows from the runs and
/// from the messages that were answered no before: asked again for want of an answer it is the same
/// message, asked again after a no it is another.
fn payment_request(
    bank: &BankDesk,
    now: DateTime<Utc>,
    group: &[Presentation],
) -> Option<PaymentRequest> {
    let first = group.first()?;
    let id = match group {
        [only] if only.refused_message.is_none() => only.run.simple().to_string(),
        many => {
            let refused = |one: &'_ Presentation| one.refused_message.clone().unwrap_or_default();
            let before: Vec<String> = many.iter().map(refused).collect();
            let parts: Vec<&[u8]> = many
                .iter()
                .zip(&before)
                .flat_map(|(one, before)| [one.run.as_bytes().as_slice(), before.as_bytes()])
                .collect();
            let hash = sha256(&parts);
            hex::encode(hash.first_chunk::<16>()?)
        }
    };
    Some(PaymentRequest {
        message_id: format!("TSP{id}"),
        created_at: now,
        initiator_name: bank.initiator.clone(),
        debtor: AccountParty {
            name: first.obligor.account_name.clone(),
            account: first.obligor.account_number.clone(),
            bank_code: first.obligor.account_bank_code.clone(),
        },
        requested_execution_date: first.asked_for,
        expiry_date: None,
        claims: group
            .iter()
            .flat_map(|one| &one.claims)
            .map(transfer)
            .collect(),
    })
}
