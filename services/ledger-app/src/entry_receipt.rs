//! What stands on record after a signature: the receipt of an entry, for those who were a side of
//! it. An entry is asked for by the fragment it spent; nothing is spent twice, so that names it.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::fragment::Side;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::quote::Quote;
use ledger_core::signature::Seat;
use ledger_store::live::FragmentNo;

use crate::app::App;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::held_fragment::names;
use crate::policy::Action;
use crate::principal::Principal;

/// A signature under the entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedBy {
    /// In which part.
    pub seat: Seat,
    /// For which party; empty for the book itself.
    pub party: String,
}

/// The receipt.
#[derive(Debug, Clone)]
pub struct EntryReceipt {
    /// The fragment that was spent, its paper and obligor.
    pub spent: HeldFragment,
    /// What was done ([`name`](ledger_core::act::Act::name)).
    pub act: &'static str,
    /// Its business date.
    pub date: NaiveDate,
    /// How much it acted on.
    pub amount: Amount,
    /// The other side's name; empty if there is none.
    pub other: String,
    /// The terms of a sale.
    pub quote: Option<Quote>,
    /// Public id of what became of the part acted on, if it is the reader's to see.
    pub made: Option<String>,
    /// Public id of what stayed.
    pub rest: Option<String>,
    /// Who signed.
    pub signatures: Vec<SignedBy>,
    /// Its hash, 64 hexadecimal digits.
    pub hash: String,
}

/// The receipt of the entry that spent `fragment`.
///
/// # Errors
/// [`AppError::NotFound`] if nothing has spent it, or the caller was no side of the entry.
pub fn run(app: &App, who: &Principal, fragment: &str) -> Result<EntryReceipt, AppError> {
    who.may(Action::TraceFragment)?;
    let no = app.public_ids.read(fragment).ok_or(AppError::NotFound)?;
    app.store.read(|tx| {
        let spent = HeldFragment::load_no(tx, no)?;
        let holder = spent.fragment.holder;
        let asked = spent.fragment.state.counterparty();
        if holder != who.party && asked != Some(who.party) {
            return Err(AppError::NotFound);
        }
        let record = tx.entry_spending(no)?.ok_or(AppError::NotFound)?;
        let entry = record.sealed.entry();
        let keys: Vec<KeyId> = record.sealed.signatures().iter().map(|s| s.key).collect();
        let keys = tx.signing_keys_by_ids(&keys)?;
        let other = [Some(holder), asked, record.holder, record.counterparty]
            .into_iter()
            .flatten()
            .find(|party| *party != who.party)
            .unwrap_or(spent.paper.paper.obligor);
        let signers = keys.iter().map(|key| key.party_id);
        let parties = names(tx, signers.chain([other]))?;
        let name = |id: &PartyId| parties.get(id).map(|p| p.name.clone()).unwrap_or_default();
        let signatures = record.sealed.signatures().iter().map(|signature| SignedBy {
            seat: signature.seat,
            party: keys
                .iter()
                .find(|key| key.id == signature.key)
                .map(|key| name(&key.party_id))
                .unwrap_or_default(),
        });
        let quote = entry.act.quote_bytes();
        let quote = quote.and_then(|bytes| Quote::from_bytes(bytes).ok());
        let mine = |party: Option<PartyId>| party == Some(who.party);
        let show = |side| app.public_ids.show(FragmentNo::of(record.no, side));
        Ok(EntryReceipt {
            act: entry.act.name(),
            date: entry.date,
            amount: Amount::from_minor(entry.cut.mid.saturating_sub(entry.cut.lo))
                .unwrap_or(Amount::ZERO),
            other: name(&other),
            quote,
            made: (record.state.is_some() && mine(record.holder)).then(|| show(Side::Left)),
            rest: (entry.cut.mid < entry.cut.hi && mine(record.holder)).then(|| show(Side::Right)),
            signatures: signatures.collect(),
            hash: record.sealed.hash().to_string(),
            spent,
        })
    })
}
