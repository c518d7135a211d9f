//! Offers to pay early as each side sees them. A holder sees its own fragments and what each would come
//! to; the obligor sees what has been taken in one sum, and no holder by name.

use std::collections::HashMap;

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::day_count::DayCount;
use ledger_core::fragment::FragmentState;
use ledger_core::fragment::Side;
use ledger_core::range::Range;
use ledger_store::live::FragmentNo;
use ledger_store::live::FragmentRecord;
pub use ledger_store::redemption_offers::RedemptionOfferState;
use ledger_store::redemptions::Redemption;
use ledger_store::redemptions::RedemptionState;
use ledger_store::redemptions::RedemptionSums;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppError;
use crate::person;
use crate::policy::Action;
use crate::principal::Principal;
use crate::redemption;
use crate::redemption::OnOffer;

/// How many are shown.
const SHOWN: i64 = 100;

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRedemption {
    /// Its id.
    pub id: Uuid,
    /// Number of the paper.
    pub number: String,
    /// Who owes.
    pub obligor: String,
    /// In what.
    pub currency: Currency,
    /// What is to be paid at maturity as it stands.
    pub due_amount: Amount,
    /// When the paper is due.
    pub due_date: NaiveDate,
    /// When it would be paid.
    pub pay_date: NaiveDate,
    /// Days of the rebate.
    pub days: i64,
    /// The rebate, percent a year.
    pub percent: Decimal,
    /// How days are counted.
    pub day_count: DayCount,
    /// The last day on which a holder may accept.
    pub accept_by: NaiveDate,
    /// How far it is.
    pub state: RedemptionOfferState,
    /// Whether the reader is the obligor.
    pub own: bool,
    /// Whether the reader's hand proposed it.
    pub made_by_reader: bool,
    /// Who proposed; told to the obligor's people.
    pub maker: String,
    /// When.
    pub made_at: DateTime<Utc>,
    /// The word with a no; told to the obligor's people.
    pub word: String,
    /// What has been taken in all; told to the obligor's people.
    pub taken: Option<Taken>,
    /// The reader's fragments of the paper, as far as the offer concerns them.
    pub fragments: Vec<OfferedFragment>,
}

/// What has been taken of an offer, over all holders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Face accepted, whose money is on its way.
    pub accepted: Amount,
    /// Face redeemed.
    pub redeemed: Amount,
    /// Paid for that.
    pub paid: Amount,
}

/// One fragment under an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedFragment {
    /// Public id.
    pub fragment: String,
    /// Its units.
    pub range: Range,
    /// What the holder would leave to the obligor.
    pub rebate: Amount,
    /// What the holder would be paid.
    pub payment: Amount,
    /// Where it stands.
    pub standing: OfferedStanding,
}

/// Where a fragment stands under an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OfferedStanding {
    /// It can be redeemed now.
    Free,
    /// It is offered, sold, pledged or frozen, and can't.
    Bound,
    /// Its holder has accepted; the money is on its way.
    Accepted,
    /// It is paid.
    Redeemed,
    /// The bank did not pay; it is the holder's again.
    Released,
}

impl OfferedStanding {
    /// Its word in lists and files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            OfferedStanding::Free => "free",
            OfferedStanding::Bound => "bound",
            OfferedStanding::Accepted => "accepted",
            OfferedStanding::Redeemed => "redeemed",
            OfferedStanding::Released => "released",
        }
    }
}

/// Those that concern the caller's party: what stands first, then the newest.
///
/// # Errors
/// [`AppError::Forbidden`]; the store's.
pub fn list(app: &App, who: &Principal) -> Result<Vec<ListedRedemption>, AppError> {
    read(app, who, None)
}

fn read(app: &App, who: &Principal, only: Option<Uuid>) -> Result<Vec<ListedRedemption>, AppError> {
    who.may(Action::ViewRedemptions)?;
    app.store.read(|tx| {
        let hand = person::hand(tx, who)?;
        let found = tx.redemption_offers_of(who.party, only, SHOWN)?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
        let sums: HashMap<Uuid, RedemptionSums> = tx
            .redemption_sums(&ids)?
            .into_iter()
            .map(|sums| (sums.offer, sums))
            .collect();
        let taken = tx.redemptions_by_holder(&ids, who.party)?;
        let all = redemption::load_all(tx, found)?;
        let nos: Vec<i64> = all.iter().map(|one| one.paper.no).collect();
        let held = tx.fragments_of_holder_in(who.party, &nos)?;
        all.into_iter()
            .map(|one| {
                let own = one.row.obligor == who.party;
                let fragments = if own {
                    Vec::new()
                } else {
                    fragments(app, &one, &held, &taken)
                };
                let made_by_reader = one.row.made_by == hand;
                let sums = sums.get(&one.row.id);
                listed(one, own, made_by_reader, sums, fragments)
            })
            .collect()
    })
}

/// One of them.
///
/// # Errors
/// [`AppError::NotFound`] if it doesn't concern the caller's party.
pub fn one(app: &App, who: &Principal, id: Uuid) -> Result<ListedRedemption, AppError> {
    let found = read(app, who, Some(id))?.pop();
    found.ok_or(AppError::NotFound)
}

fn listed(
    one: OnOffer,
    own: bool,
    made_by_reader: bool,
    sums: Option<&RedemptionSums>,
    fragments: Vec<OfferedFragment>,
) -> Result<ListedRedemption, AppError> {
    let amount = |minor: Option<i64>| Amount::from_minor(minor.unwrap_or(0));
    let taken = Taken {
        accepted: amount(sums.map(|sums| sums.accepted))?,
        redeemed: amount(sums.map(|sums| sums.redeemed))?,
        paid: amount(sums.map(|sums| sums.paid))?,
    };
    let to_own = |text: String| if own { text } else { String::new() };
    Ok(ListedRedemption {
        id: one.row.id,
        number: one.paper.paper.number.clone(),
        obligor: one.obligor,
        currency: one.paper.paper.currency,
        due_amount: one.paper.paper.payable_at_maturity(),
        due_date: one.offer.due_date,
        pay_date: one.offer.pay_date,
        days: one
            .offer
            .day_count
            .days(one.offer.pay_date, one.offer.due_date),
        percent: one.offer.percent,
        day_count: one.offer.day_count,
        accept_by: one.offer.accept_by,
        state: one.row.state,
        own,
        made_by_reader,
        maker: to_own(one.row.maker_name),
        made_at: one.row.made_at,
        word: to_own(one.row.word),
        taken: own.then_some(taken),
        fragments,
    })
}

/// What the holder has now, and what it has taken before.
fn fragments(
    app: &App,
    one: &OnOffer,
    held: &[FragmentRecord],
    taken: &[Redemption],
) -> Vec<OfferedFragment> {
    let open = one.row.state == RedemptionOfferState::Open;
    let of_taken = |taken: &Redemption| {
        let standing = match taken.state {
            RedemptionState::Accepted => OfferedStanding::Accepted,
            RedemptionState::Redeemed => OfferedStanding::Redeemed,
            RedemptionState::Released => OfferedStanding::Released,
        };
        Some(OfferedFragment {
            fragment: app
                .public_ids
                .show(FragmentNo::of(taken.lock_entry, Side::Left)),
            range: Range::new(taken.lo, taken.hi).ok()?,
            rebate: taken.rebate,
            payment: taken.payment,
            standing,
        })
    };
    let of_held = |found: &FragmentRecord| {
        let price = one.offer.price(found.range.amount()).ok()?;
        let standing = match found.fragment.state {
            FragmentState::Held => OfferedStanding::Free,
            _ => OfferedStanding::Bound,
        };
        Some(OfferedFragment {
            fragment: app.public_ids.show(found.no),
            range: found.range,
            rebate: price.rebate,
            payment: price.payment,
            standing,
        })
    };
    let locked: Vec<FragmentNo> = taken
        .iter()
        .filter(|one| one.state == RedemptionState::Accepted)
        .map(|one| FragmentNo::of(one.lock_entry, Side::Left))
        .collect();
    let own = held
        .iter()
        .filter(|found| open && found.fragment.paper == one.row.paper)
        .filter(|found| !locked.contains(&found.no));
    let before = taken.iter().filter(|taken| taken.offer == one.row.id);
    own.filter_map(of_held)
        .chain(before.filter_map(of_taken))
        .collect()
}
