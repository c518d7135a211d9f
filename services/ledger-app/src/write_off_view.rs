//! What a party has written off, and what came of it since; and what it may still write off. It is the
//! holder's own: nobody else's view shows any of it, but the auditor's.

use ledger_core::amount::Amount;
use ledger_store::live::FragmentNo;
use ledger_store::unit_of_work::ReadTx;
pub use ledger_store::write_offs::WriteOff;

use crate::app::App;
use crate::currency_totals::CurrencyTotals;
use crate::error::AppError;
use crate::held_fragment::HeldFragment;
use crate::policy::Action;
use crate::principal::Principal;
use crate::write_offs_possible;
use crate::write_offs_possible::Shares;

/// Most lines of each list.
pub const MOST: i64 = 500;

/// A fragment that can be written off now.
#[derive(Debug, Clone)]
pub struct Possible {
    /// Public id of the fragment.
    pub fragment: String,
    /// The fragment with its paper.
    pub held: HeldFragment,
    /// What is owed on it.
    pub owed: Amount,
}

/// A fragment written off.
#[derive(Debug, Clone)]
pub struct ShownWriteOff {
    /// Public id of the fragment.
    pub fragment: String,
    /// The fragment with its paper.
    pub held: HeldFragment,
    /// What was said of it, and when.
    pub write_off: WriteOff,
    /// What of the sum has come in since; late interest is not in it.
    pub recovered: Amount,
    /// What is owed on it still.
    pub owed: Amount,
}

/// Sums over a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WriteOffTotals {
    /// Written off.
    pub written_off: CurrencyTotals,
    /// Of that, come in since.
    pub recovered: CurrencyTotals,
    /// Owed still.
    pub owed: CurrencyTotals,
}

/// What a party sees.
#[derive(Debug, Clone, Default)]
pub struct WriteOffs {
    /// What it may write off, the oldest due first.
    pub possible: Vec<Possible>,
    /// What it has written off, newest first.
    pub list: Vec<ShownWriteOff>,
    /// The sums of that list.
    pub totals: WriteOffTotals,
    /// Whether it has written off more than the list, and its sums, hold.
    pub more: bool,
}

/// All of it.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(app: &App, who: &Principal) -> Result<WriteOffs, AppError> {
    who.may(Action::ViewWriteOffs)?;
    app.store.read(|tx| {
        let nos = tx.holding_nos_in_default(who.party, MOST)?;
        let held = HeldFragment::load_all(tx, &nos)?;
        let possible = write_offs_possible::assess(tx, held)?
            .into_iter()
            .filter_map(|one| {
                Some(Possible {
                    fragment: app.public_ids.show(one.held.fragment.no),
                    owed: one.owed.ok()?,
                    held: one.held,
                })
            })
            .collect();
        let mut found = tx.write_offs_of(who.party, MOST.saturating_add(1))?;
        let most = usize::try_from(MOST).unwrap_or(usize::MAX);
        let more = found.len() > most;
        found.truncate(most);
        let list = shown(app, tx, found)?;
        let mut totals = WriteOffTotals::default();
        for one in &list {
            let currency = one.write_off.currency;
            totals.written_off.add(one.write_off.amount, currency);
            totals.recovered.add(one.recovered, currency);
            totals.owed.add(one.owed, currency);
        }
        Ok(WriteOffs {
            possible,
            list,
            totals,
            more,
        })
    })
}

/// A fragment of the caller's that can be written off now, or why it can't.
///
/// # Errors
/// [`AppError::NotFound`] if it is not the caller's; as
/// [`prepare`](crate::write_off_fragment::prepare) of the fragment.
pub fn possible(app: &App, who: &Principal, fragment: &str) -> Result<Possible, AppError> {
    who.may(Action::WriteOff)?;
    let no = app.public_ids.read(fragment).ok_or(AppError::NotFound)?;
    app.store.read(|tx| {
        let held = HeldFragment::load_no(tx, no)?;
        if held.fragment.holder != who.party {
            return Err(AppError::NotFound);
        }
        let assessed = write_offs_possible::assess(tx, vec![held])?.pop();
        let one = assessed.ok_or(AppError::NotFound)?;
        Ok(Possible {
            fragment: fragment.to_owned(),
            owed: one.owed?,
            held: one.held,
        })
    })
}

/// What the holder may do about one fragment of its own, or has done.
#[derive(Debug, Clone)]
pub enum Standing {
    /// It can be written off.
    Possible(Box<Possible>),
    /// It is written off.
    Done(Box<ShownWriteOff>),
}

/// Of one fragment: none if it is neither written off nor can be.
///
/// # Errors
/// [`AppError::Forbidden`]; [`AppError::NotFound`] if it is not the caller's; the store's.
pub fn of_fragment(
    app: &App,
    who: &Principal,
    fragment: &str,
) -> Result<Option<Standing>, AppError> {
    who.may(Action::ViewWriteOffs)?;
    let no = app.public_ids.read(fragment).ok_or(AppError::NotFound)?;
    app.store.read(|tx| {
        let held = HeldFragment::load_no(tx, no)?;
        // Somebody else's is answered as what isn't there.
        if held.fragment.holder != who.party {
            return Err(AppError::NotFound);
        }
        if let Some(found) = tx.write_off_of(no, who.party)? {
            let shown = shown(app, tx, vec![found])?.pop();
            return Ok(shown.map(|one| Standing::Done(Box::new(one))));
        }
        if !held.paper.paper.arrears.dishonoured {
            return Ok(None);
        }
        let assessed = write_offs_possible::assess(tx, vec![held])?.pop();
        let possible = assessed.and_then(|one| {
            Some(Possible {
                fragment: fragment.to_owned(),
                owed: one.owed.ok()?,
                held: one.held,
            })
        });
        Ok(possible.map(|one| Standing::Possible(Box::new(one))))
    })
}

fn shown(
    app: &App,
    tx: &mut ReadTx<'_>,
    found: Vec<WriteOff>,
) -> Result<Vec<ShownWriteOff>, AppError> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let nos: Vec<FragmentNo> = found.iter().map(WriteOff::fragment_no).collect();
    let held = HeldFragment::load_all(tx, &nos)?;
    let shares = Shares::load(tx, &held)?;
    Ok(found
        .into_iter()
        .zip(held)
        .map(|(write_off, held)| {
            let owed = shares.owed_on(&held);
            // Rounding may move a cent between fragments of one holder: never below nothing.
            let recovered = write_off.amount.checked_sub(owed).unwrap_or(Amount::ZERO);
            ShownWriteOff {
                fragment: app.public_ids.show(held.fragment.no),
                held,
                write_off,
                recovered,
                owed,
            }
        })
        .collect())
}
