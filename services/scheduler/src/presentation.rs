//! Presentation: the papers that are due, put before their obligors' bank. One message to an
//! obligor carries the claims of many of its papers; the bank answers claim by claim.

use std::collections::BTreeMap;
use std::collections::HashSet;

use bank_channel::bank_client::Outcome;
use bank_channel::messages::identification::AccountParty;
use bank_channel::messages::pain002::StatusMeaning;
use bank_channel::messages::pain002::StatusReport;
use bank_channel::messages::pain013::PaymentRequest;
use ledger_app::app::App;
use ledger_app::settle_paper;
use ledger_app::settle_paper::Presentation;
use ledger_app::settle_paper::PresentedRun;
use ledger_core::hash::sha256;

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
    for group in grouped(settle_paper::to_present(app)?) {
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
            one.due_date,
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
    let Some(request) = payment_request(app, bank, group) else {
        return Ok(0);
    };
    let outcome = match bank.client.request_payment(&request) {
        Ok(outcome) => outcome,
        Err(error) => {
            if let [only] = group {
                settle_paper::note_not_presentable(app, only.run, &error.to_string())?;
                return Ok(0);
            }
            let mut funded: usize = 0;
            for one in group {
                let alone = std::slice::from_ref(one);
                funded = funded.saturating_add(present_group(app, bank, alone)?);
            }
            return Ok(funded);
        }
    };
    let answers: Vec<PresentedRun> = match outcome {
        Outcome::Answered(report) => answers(group, &request.message_id, &report),
        Outcome::Refused { status, text } => {
            tracing::error!(status, text, "the obligor's bank refuses the presentation");
            group
                .iter()
                .map(|one| answer(one, &request.message_id, false))
                .collect()
        }
        // Presenting again does no harm: nothing is booked by it.
        Outcome::Unknown { cause } => {
            tracing::warn!(cause, "the bank does not answer");
            return Ok(0);
        }
    };
    settle_paper::note_all_presented(app, &answers)?;
    Ok(answers.iter().filter(|answer| answer.pays).count())
}

fn answer(presentation: &Presentation, message_id: &str, pays: bool) -> PresentedRun {
    PresentedRun {
        id: presentation.run,
        message_id: message_id.to_owned(),
        pays,
    }
}

/// What the bank's report says of each paper of a message: one is refused if the whole message is,
/// or any of its claims.
#[must_use]
pub fn answers(
    group: &[Presentation],
    message_id: &str,
    report: &StatusReport,
) -> Vec<PresentedRun> {
    let all_refused = report
        .group_status
        .as_ref()
        .is_some_and(|status| status.meaning() == StatusMeaning::Rejected);
    let rejected = report
        .transactions
        .iter()
        .filter(|t| t.status.meaning() == StatusMeaning::Rejected);
    // A rejection that names no claim can only be taken as one of the whole message.
    let nameless = rejected.clone().any(|t| t.end_to_end_id.is_none());
    let refused: HashSet<&str> = rejected
        .filter_map(|t| t.end_to_end_id.as_deref())
        .collect();
    group
        .iter()
        .map(|one| {
            let claims = &mut one.claims.iter();
            let any = claims.any(|claim| refused.contains(claim.end_to_end_id.as_str()));
            answer(one, message_id, !(all_refused || nameless || any))
        })
        .collect()
}

/// One request for the claims of all these papers of one obligor. Its id follows from the runs:
/// presented again, it is the same message.
fn payment_request(app: &App, bank: &BankDesk, group: &[Presentation]) -> Option<PaymentRequest> {
    let first = group.first()?;
    let id = match group {
        [only] => only.run.simple().to_string(),
        many => {
            let runs: Vec<&[u8]> = many
                .iter()
                .map(|one| one.run.as_bytes().as_slice())
                .collect();
            let hash = sha256(&runs);
            hex::encode(hash.first_chunk::<16>()?)
        }
    };
    Some(PaymentRequest {
        message_id: format!("TSP{id}"),
        created_at: app.clock.now(),
        initiator_name: bank.initiator.clone(),
        debtor: AccountParty {
            name: first.obligor.account_name.clone(),
            account: first.obligor.account_number.clone(),
            bank_code: first.obligor.account_bank_code.clone(),
        },
        requested_execution_date: first.due_date,
        expiry_date: None,
        claims: group
            .iter()
            .flat_map(|one| &one.claims)
            .map(transfer)
            .collect(),
    })
}
