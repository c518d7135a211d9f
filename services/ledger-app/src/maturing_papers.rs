//! Papers at maturity: their holders, the clearing sheet, the credits that follow from it.

use std::collections::HashMap;

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::clearing::Leaf;
use ledger_core::clearing::clear;
use ledger_core::clearing_sheet::AccountKey;
use ledger_core::clearing_sheet::ClearingSheet;
use ledger_core::hash::sha256;
use ledger_core::id::InstructionId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_store::live::FragmentRecord;
use ledger_store::papers::PaperRecord;
use ledger_store::parties::Party;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::settlements::SettlementRun;
use ledger_store::unit_of_work::ReadTx;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::names;

/// Everything about the papers of some runs.
pub(crate) struct Maturing {
    pub(crate) papers: HashMap<PaperId, PaperRecord>,
    pub(crate) fragments: HashMap<PaperId, Vec<FragmentRecord>>,
    pub(crate) parties: HashMap<PartyId, Party>,
}

/// Loads them, set-based.
pub(crate) fn load(tx: &mut ReadTx<'_>, ids: &[PaperId]) -> Result<Maturing, AppError> {
    let records = tx.papers_by_ids(ids)?;
    let nos: Vec<i64> = records.iter().map(|record| record.no).collect();
    let mut fragments: HashMap<PaperId, Vec<FragmentRecord>> = HashMap::new();
    for fragment in tx.fragments_of_papers(&nos)? {
        fragments.entry(fragment.paper).or_default().push(fragment);
    }
    let holders = fragments.values().flatten().map(|f| f.holder);
    let obligors = records.iter().map(|record| record.paper.obligor);
    let parties = names(tx, holders.chain(obligors).collect::<Vec<_>>())?;
    let papers = records
        .into_iter()
        .map(|record| (record.paper.id, record))
        .collect();
    Ok(Maturing {
        papers,
        fragments,
        parties,
    })
}

fn derived(tag: &[u8], parts: &[&[u8]]) -> [u8; 16] {
    let mut all = vec![tag];
    all.extend_from_slice(parts);
    let hash = sha256(&all);
    hash.first_chunk::<16>().copied().unwrap_or_default()
}

/// A run's id follows from its paper: planned twice, it is the same run.
pub(crate) fn run_id(paper: PaperId) -> Uuid {
    Uuid::from_bytes(derived(b"tallystick/run", &[paper.bytes()]))
}

/// Who gets what, by the rule in the paper's own terms.
pub(crate) fn clearing_sheet(
    record: &PaperRecord,
    fragments: &[FragmentRecord],
    parties: &HashMap<PartyId, Party>,
) -> Result<ClearingSheet, AppError> {
    let paper = &record.paper;
    let broken = |what: &str| AppError::Internal(format!("paper {}: {what}", paper.number));
    let leaves = fragments
        .iter()
        .map(|f| {
            let holder = parties
                .get(&f.holder)
                .ok_or_else(|| broken("a holder is missing"))?;
            Ok(Leaf {
                range: f.range,
                holder: f.holder,
                account: account_key(holder),
            })
        })
        .collect::<Result<Vec<_>, AppError>>()?;
    let rule = paper
        .terms
        .clearing()
        .ok_or_else(|| broken("its clearing rule is unknown"))?;
    let paid = paper.state.paid(paper.face);
    let cash = paper
        .face
        .checked_sub(paid)
        .ok_or_else(|| broken("more was paid than its face"))?;
    let earlier: Vec<Amount> = if paid.is_zero() {
        Vec::new()
    } else {
        vec![paid]
    };
    clear(rule, paper.face, &leaves, &earlier, cash).map_err(|e| broken(&e.to_string()))
}

fn account_key(party: &Party) -> AccountKey {
    AccountKey::of(&party.account_bank_code, &party.account_number)
}

/// The credits of a locked run: one for each holder and account, with ids that follow from run and
/// account, so that a second attempt makes the same instructions and not new ones.
pub(crate) fn credits(
    app: &App,
    today: NaiveDate,
    run: &SettlementRun,
    record: &PaperRecord,
    loaded: &Maturing,
) -> Result<Vec<Instruction>, AppError> {
    let broken = |what: &str| AppError::Internal(format!("paper {}: {what}", record.paper.number));
    let no_fragments = Vec::new();
    let fragments = loaded.fragments.get(&run.paper_id).unwrap_or(&no_fragments);
    let sheet = clearing_sheet(record, fragments, &loaded.parties)?;
    if run.sheet_digest != Some(*sheet.digest().bytes()) {
        return Err(broken(
            "its locked clearing sheet no longer follows from the record",
        ));
    }
    let obligor = loaded
        .parties
        .get(&record.paper.obligor)
        .ok_or_else(|| broken("no obligor"))?;
    let paid: Vec<_> = sheet
        .credits()
        .iter()
        .filter(|c| !c.amount.is_zero())
        .collect();
    paid.into_iter()
        .map(|credit| {
            let holder = loaded
                .parties
                .get(&credit.holder)
                .ok_or_else(|| broken("no holder"))?;
            let id = derived(
                b"tallystick/credit",
                &[
                    run.id.as_bytes(),
                    credit.holder.bytes(),
                    credit.account.bytes(),
                ],
            );
            Ok(Instruction {
                id: InstructionId::from_bytes(id),
                kind: InstructionKind::SettlementCredit,
                paper_id: record.paper.id,
                run: Some(run.id),
                discount: None,
                debtor: obligor.id,
                debtor_name: obligor.account_name.clone(),
                debtor_account: obligor.account_number.clone(),
                debtor_bank_code: obligor.account_bank_code.clone(),
                creditor: holder.id,
                creditor_name: holder.account_name.clone(),
                creditor_account: holder.account_number.clone(),
                creditor_bank_code: holder.account_bank_code.clone(),
                amount: credit.amount,
                currency: record.paper.currency,
                end_to_end_id: format!("TS{}", hex::encode(id)),
                message_id: None,
                state: InstructionState::Created,
                reason: String::new(),
                evidence: None,
                business_date: today,
                attempts: 0,
                next_attempt_at: app.clock.now(),
            })
        })
        .collect()
}
