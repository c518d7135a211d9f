//! Papers at maturity: their holders, and the credits that follow from the sheets of a run.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::clearing_sheet::AccountKey;
use ledger_core::hash::sha256;
use ledger_core::id::InstructionId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_store::live_claims::HeldClaim;
use ledger_store::papers::PaperRecord;
use ledger_store::parties::Party;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::settlements::SettlementRun;
use ledger_store::unit_of_work::ReadTx;
use ledger_store::unit_of_work::WriteTx;
use uuid::Uuid;

use crate::error::AppError;
use crate::held_fragment::names;
use crate::run_fault::RunFault;
use crate::run_sheets::RunSheets;

/// Most claims looked at in one unit of work, but for those of a single paper.
const CLAIMS_A_STEP: usize = 200_000;

/// A party with the key of its settlement account as it is on record now.
#[derive(Debug)]
pub(crate) struct Payee {
    pub(crate) party: Party,
    pub(crate) account: AccountKey,
}

/// Parties by id.
pub(crate) type Payees = HashMap<PartyId, Payee>;

/// Parties with their accounts, set-based.
pub(crate) fn payees(
    tx: &mut ReadTx<'_>,
    ids: impl IntoIterator<Item = PartyId>,
) -> Result<Payees, AppError> {
    let with_account = |(id, party): (PartyId, Party)| {
        let account = AccountKey::of(&party.account_bank_code, &party.account_number);
        (id, Payee { party, account })
    };
    Ok(names(tx, ids)?.into_iter().map(with_account).collect())
}

/// A paper that falls due, with what each holder has of it.
#[derive(Debug)]
pub(crate) struct Maturing {
    pub(crate) record: PaperRecord,
    pub(crate) claims: Vec<HeldClaim>,
}

/// What each holder has of these papers, and all their parties. Papers at the end of the list are
/// left out if there are more claims than one step looks at; the first never is.
pub(crate) fn load(
    tx: &mut WriteTx<'_>,
    records: Vec<PaperRecord>,
) -> Result<(Vec<Maturing>, Payees), AppError> {
    load_within(tx, records, CLAIMS_A_STEP)
}

fn load_within(
    tx: &mut WriteTx<'_>,
    mut records: Vec<PaperRecord>,
    most: usize,
) -> Result<(Vec<Maturing>, Payees), AppError> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let all: Vec<&PaperRecord> = records.iter().collect();
    let mut claims = tx.live_claims(&all, limit)?;
    if claims.len() >= most {
        let last = claims.last().map(|claim| claim.paper);
        let place = records.iter().position(|record| Some(record.no) == last);
        let whole = place.unwrap_or(0);
        if whole == 0 {
            records.truncate(1);
            let first: Vec<&PaperRecord> = records.iter().collect();
            claims = tx.live_claims(&first, i64::MAX)?;
        } else {
            records.truncate(whole);
            claims.retain(|claim| Some(claim.paper) != last);
        }
    }
    let holders = claims.iter().map(|claim| claim.holder);
    let obligors = records.iter().map(|record| record.paper.obligor);
    let payees = payees(tx, holders.chain(obligors).collect::<Vec<_>>())?;
    let mut by_paper: HashMap<i64, Vec<HeldClaim>> = HashMap::new();
    for claim in claims {
        by_paper.entry(claim.paper).or_default().push(claim);
    }
    let maturing = records
        .into_iter()
        .map(|record| Maturing {
            claims: by_paper.remove(&record.no).unwrap_or_default(),
            record,
        })
        .collect();
    Ok((maturing, payees))
}

pub(crate) fn derived(tag: &[u8], parts: &[&[u8]]) -> [u8; 16] {
    let mut all = vec![tag];
    all.extend_from_slice(parts);
    let hash = sha256(&all);
    hash.first_chunk::<16>().copied().unwrap_or_default()
}

/// A run's id follows from its paper and round: planned twice, it is the same run.
pub(crate) fn run_id(paper: PaperId, round: i32) -> Uuid {
    let round = round.to_be_bytes();
    let parts: &[&[u8]] = match round {
        [0, 0, 0, 1] => &[paper.bytes()],
        _ => &[paper.bytes(), &round],
    };
    Uuid::from_bytes(derived(b"tallystick/run", parts))
}

/// When and of whom credits are asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crediting<'a> {
    pub(crate) today: NaiveDate,
    pub(crate) now: DateTime<Utc>,
    pub(crate) payees: &'a Payees,
}

impl Crediting<'_> {
    /// The credits of a locked run: one for each holder and account of its sheets, with ids that
    /// follow from run and account, so that a second attempt makes the same instructions and not
    /// new ones. Money only goes to the account that stands in the sheets.
    pub(crate) fn credits(
        &self,
        run: &SettlementRun,
        record: &PaperRecord,
        sheets: &RunSheets,
    ) -> Result<Vec<Instruction>, RunFault> {
        let party = |id: PartyId| self.payees.get(&id).ok_or(RunFault::PartyMissing);
        let obligor = &party(record.paper.obligor)?.party;
        let shares = sheets.shares();
        let credits = shares.iter().map(|credit| {
            let payee = party(credit.holder)?;
            let holder = &payee.party;
            if payee.account != credit.account {
                return Err(RunFault::AccountChanged {
                    holder: holder.name.clone(),
                });
            }
            let (holder_id, account) = (credit.holder.bytes(), credit.account.bytes());
            let id = derived(
                b"tallystick/credit",
                &[run.id.as_bytes(), holder_id, account],
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
                business_date: self.today,
                attempts: 0,
                next_attempt_at: self.now,
                netted_in: None,
            })
        });
        credits.collect()
    }
}
