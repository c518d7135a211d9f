//! What one round of a paper's settlement shares out: of the face, and of late interest once the
//! face is paid up by it.

use std::collections::HashMap;

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::arrears::InterestSheet;
use ledger_core::arrears::Receipt;
use ledger_core::arrears::late_interest;
use ledger_core::clearing::Claim;
use ledger_core::clearing::OpenClaim;
use ledger_core::clearing::clear_owed;
use ledger_core::clearing_payable::clear_payable_claims;
use ledger_core::clearing_payable::open_payable;
use ledger_core::clearing_sheet::AccountKey;
use ledger_core::clearing_sheet::ClearingSheet;
use ledger_core::hash::sha256_of;
use ledger_core::id::PartyId;
use ledger_core::paper::Paper;
use ledger_core::paper::PaperState;
use ledger_store::settlement_rounds::PastReceipt;
use ledger_store::settlement_sheets::KeptSheet;
use ledger_store::settlement_sheets::LockedRun;
use ledger_store::settlements::SettlementRun;
use uuid::Uuid;

use crate::maturing_papers::Maturing;
use crate::maturing_papers::Payees;
use crate::received_shares::Received;
use crate::run_fault::RunFault;

/// The sheets of one round. One of the two is always there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunSheets {
    /// Of the face; none once that is paid.
    pub(crate) principal: Option<ClearingSheet>,
    /// Of late interest.
    pub(crate) interest: Option<InterestSheet>,
    /// Late interest on the paper in all, if this round pays the last of the face or comes after.
    pub(crate) interest_asked: Option<Amount>,
}

/// What one holder gets at one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Share {
    pub(crate) holder: PartyId,
    pub(crate) account: AccountKey,
    pub(crate) amount: Amount,
}

impl RunSheets {
    /// What is to be asked for on `today`: all that is owed, by the rules in the paper's own terms.
    /// `moved` is what holders have received where recourse has moved a fragment. None while a
    /// fragment is sold, or claimed back, and not yet paid for: whose the cash is stands open.
    pub(crate) fn owed(
        maturing: &Maturing,
        payees: &Payees,
        receipts: &[PastReceipt],
        moved: Option<&Received>,
        today: NaiveDate,
    ) -> Result<Option<RunSheets>, RunFault> {
        let paper = &maturing.record.paper;
        let circulates = matches!(
            paper.state,
            PaperState::Active | PaperState::PartSettled { .. } | PaperState::Settled
        );
        if !circulates {
            return Err(RunFault::NotInCirculation);
        }
        if maturing.claims.iter().any(|claim| claim.sold > 0) {
            return Ok(None);
        }
        let mut claims = claims(maturing, payees)?;
        let rule = paper.terms.clearing().ok_or(RunFault::UnknownRule)?;
        let earlier: Vec<Amount> = receipts
            .iter()
            .map(|receipt| receipt.cash)
            .filter(|cash| !cash.is_zero())
            .collect();
        let payable = paper.payable_at_maturity();
        let owed = not_paid(payable, &earlier)?;
        if paper.paid().checked_add(owed) != Some(payable) {
            return Err(RunFault::ReceiptsNotPaid);
        }
        let principal = if owed.is_zero() {
            None
        } else {
            let (face, obligor) = (paper.face, paper.obligor);
            Some(match moved {
                Some(received) => {
                    let (claims, before) = open(&claims, received, obligor, &earlier);
                    clear_owed(rule, face, &claims, &before, owed)?
                }
                None => clear_payable_claims(rule, face, obligor, &claims, &earlier, owed)?,
            })
        };
        let asked = interest_on(paper, receipts, today)?;
        let earlier: Vec<Amount> = receipts
            .iter()
            .map(|receipt| receipt.interest)
            .filter(|cash| !cash.is_zero())
            .collect();
        let rest = not_paid(asked, &earlier)?;
        // What was redeemed was never late.
        claims.retain(|claim| claim.holder != paper.obligor);
        let interest = if rest.is_zero() {
            None
        } else {
            Some(InterestSheet::clear(rule, asked, &claims, &earlier, rest)?)
        };
        Ok(Some(RunSheets {
            principal,
            interest,
            interest_asked: (!asked.is_zero()).then_some(asked),
        }))
    }

    /// The sheets that a run was locked with, as they were kept.
    pub(crate) fn kept(run: &SettlementRun) -> Result<RunSheets, RunFault> {
        let principal = kept_bytes(run.sheet.as_deref(), run.sheet_digest)?
            .map(ClearingSheet::from_bytes)
            .transpose()?;
        let interest = kept_bytes(run.interest_sheet.as_deref(), run.interest_digest)?
            .map(InterestSheet::from_bytes)
            .transpose()?;
        if principal.is_none() && interest.is_none() {
            return Err(RunFault::SheetMissing);
        }
        let cash = principal.as_ref().map(ClearingSheet::cash);
        let late = interest.as_ref().map(|sheet| sheet.sheet().cash());
        if cash != run.cash || late != run.interest_cash {
            return Err(RunFault::CreditsNotCash);
        }
        Ok(RunSheets {
            principal,
            interest,
            interest_asked: run.interest_asked,
        })
    }

    /// All that they share out.
    pub(crate) fn cash(&self) -> Option<Amount> {
        self.principal_cash().checked_add(self.interest_cash())
    }

    /// What they share out of the face.
    pub(crate) fn principal_cash(&self) -> Amount {
        self.principal
            .as_ref()
            .map_or(Amount::ZERO, ClearingSheet::cash)
    }

    /// What they share out of late interest.
    pub(crate) fn interest_cash(&self) -> Amount {
        let late = self.interest.as_ref();
        late.map_or(Amount::ZERO, |sheet| sheet.sheet().cash())
    }

    /// The same with less cash, which is more than nothing: the face comes first, and interest is
    /// only fixed once the face is paid.
    pub(crate) fn with_cash(&self, cash: Amount) -> Result<RunSheets, RunFault> {
        let left = cash.checked_sub(self.principal_cash());
        match (&self.principal, left) {
            (Some(principal), None) => Ok(RunSheets {
                principal: Some(principal.with_cash(cash)?),
                interest: None,
                interest_asked: None,
            }),
            (_, left) => {
                let left = left.unwrap_or(Amount::ZERO);
                let late = self.interest.as_ref().filter(|_sheet| !left.is_zero());
                Ok(RunSheets {
                    principal: self.principal.clone(),
                    interest: late.map(|sheet| sheet.with_cash(left)).transpose()?,
                    interest_asked: self.interest_asked,
                })
            }
        }
    }

    /// As they are kept with a run.
    pub(crate) fn locked(&self, run: Uuid) -> LockedRun {
        let principal = self.principal.as_ref().map(|sheet| KeptSheet {
            cash: sheet.cash(),
            bytes: sheet.canonical_bytes(),
            digest: *sheet.digest().bytes(),
        });
        let interest = self.interest.as_ref().map(|sheet| KeptSheet {
            cash: sheet.sheet().cash(),
            bytes: sheet.canonical_bytes(),
            digest: *sheet.digest().bytes(),
        });
        LockedRun {
            id: run,
            principal,
            interest,
            interest_asked: self.interest_asked,
        }
    }

    /// What each holder gets at each account: one credit, of face and interest together, in the
    /// order of the sheets; those that get nothing now are left out.
    pub(crate) fn shares(&self) -> Vec<Share> {
        let principal = self.principal.as_ref().map(ClearingSheet::credits);
        let late = self.interest.as_ref().map(|sheet| sheet.sheet().credits());
        let mut shares: Vec<Share> = Vec::new();
        let mut place: HashMap<(PartyId, AccountKey), usize> = HashMap::new();
        for credit in principal.into_iter().chain(late).flatten() {
            if credit.amount.is_zero() {
                continue;
            }
            let key = (credit.holder, credit.account);
            let index = *place.entry(key).or_insert(shares.len());
            match shares.get_mut(index) {
                // Both are parts of sums that are amounts.
                Some(share) => {
                    let both = share.amount.checked_add(credit.amount);
                    share.amount = both.unwrap_or(share.amount);
                }
                None => shares.push(Share {
                    holder: credit.holder,
                    account: credit.account,
                    amount: credit.amount,
                }),
            }
        }
        shares
    }
}

fn claims(maturing: &Maturing, payees: &Payees) -> Result<Vec<Claim>, RunFault> {
    let seams: i64 = maturing.claims.iter().map(|claim| claim.seams).sum();
    if seams > 0 {
        return Err(RunFault::NotTiled(seams));
    }
    maturing
        .claims
        .iter()
        .map(|held| {
            let payee = payees.get(&held.holder).ok_or(RunFault::PartyMissing)?;
            Ok(Claim {
                holder: held.holder,
                account: payee.account,
                lowest_lo: held.lowest_lo,
                units: held.units,
            })
        })
        .collect()
}

/// Claims with what their holders have received, and the receipts that belong to them.
fn open(
    claims: &[Claim],
    received: &Received,
    obligor: PartyId,
    earlier: &[Amount],
) -> (Vec<OpenClaim>, Vec<Amount>) {
    let with = |claim: &Claim| OpenClaim {
        claim: *claim,
        received: received.get(&claim.holder).copied().unwrap_or(0),
    };
    let open: Vec<OpenClaim> = claims.iter().map(with).collect();
    open_payable(&open, obligor, earlier)
}

/// Late interest in all, if what is owed of the face is paid on `today`; none is owed before a
/// default is on record.
fn interest_on(
    paper: &Paper,
    receipts: &[PastReceipt],
    today: NaiveDate,
) -> Result<Amount, RunFault> {
    if !paper.arrears.dishonoured {
        return Ok(Amount::ZERO);
    }
    let receipts = principal_receipts(receipts);
    let terms = paper.terms.payment.late_interest.as_ref();
    let payable = paper.payable_at_maturity();
    late_interest(terms, payable, paper.due_date, &receipts, today)
        .ok_or(RunFault::InterestNotReckoned)
}

/// What came of the face, as the law wants it stated.
pub(crate) fn principal_receipts(receipts: &[PastReceipt]) -> Vec<Receipt> {
    let of_face = receipts.iter().filter(|receipt| !receipt.cash.is_zero());
    of_face
        .map(|receipt| Receipt {
            on: receipt.paid_on,
            cash: receipt.cash,
        })
        .collect()
}

fn not_paid(whole: Amount, earlier: &[Amount]) -> Result<Amount, RunFault> {
    earlier
        .iter()
        .try_fold(whole, |rest, receipt| rest.checked_sub(*receipt))
        .ok_or(RunFault::ReceiptsNotPaid)
}

fn kept_bytes(bytes: Option<&[u8]>, digest: Option<[u8; 32]>) -> Result<Option<&[u8]>, RunFault> {
    match (bytes, digest) {
        (None, None) => Ok(None),
        (Some(bytes), Some(digest)) if sha256_of(bytes) == digest => Ok(Some(bytes)),
        _ => Err(RunFault::SheetChanged),
    }
}
