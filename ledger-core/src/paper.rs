//! Papers: one obligor's promise for its payables, cut into fragments.

use chrono::NaiveDate;

use crate::amount::Amount;
use crate::arrears::Arrears;
use crate::currency::Currency;
use crate::hash::EntryHash;
use crate::id::PaperId;
use crate::id::PartyId;
use crate::terms::PaperTerms;

/// Where a paper stands (domain 3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PaperState {
    /// Issued, not yet accepted (待签收).
    PendingAcceptance,
    /// In circulation (流通中).
    Active,
    /// Refused by the payee (已拒收).
    Refused,
    /// Taken back by the obligor before acceptance (已撤回).
    Withdrawn,
    /// Part of the face has been paid (部分兑付); total so far.
    PartSettled {
        /// Cash shared out so far.
        paid: Amount,
    },
    /// Paid in full and cleared (已结清).
    Settled,
    /// Void by agreement of all (已作废): its fragments are on record, and nothing is owed on them.
    Void,
}

impl PaperState {
    /// The code it has in the database and in files.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            PaperState::PendingAcceptance => 1,
            PaperState::Active => 2,
            PaperState::Refused => 3,
            PaperState::Withdrawn => 4,
            PaperState::PartSettled { .. } => 5,
            PaperState::Settled => 6,
            PaperState::Void => 8,
        }
    }

    /// From its code and the cash shared out so far.
    #[must_use]
    pub const fn from_code(code: u8, paid: Amount) -> Option<PaperState> {
        Some(match code {
            1 => PaperState::PendingAcceptance,
            2 => PaperState::Active,
            3 => PaperState::Refused,
            4 => PaperState::Withdrawn,
            5 => PaperState::PartSettled { paid },
            6 => PaperState::Settled,
            8 => PaperState::Void,
            _ => return None,
        })
    }

    /// Cash shared out so far, of `payable`, which is all that is to be shared out
    /// ([`Paper::payable_at_maturity`]).
    const fn paid(self, payable: Amount) -> Amount {
        match self {
            PaperState::PartSettled { paid } => paid,
            PaperState::Settled => payable,
            PaperState::PendingAcceptance
            | PaperState::Active
            | PaperState::Refused
            | PaperState::Withdrawn
            | PaperState::Void => Amount::ZERO,
        }
    }

    /// Whether it is in circulation or paid in part.
    #[must_use]
    pub const fn is_owed(self) -> bool {
        matches!(self, PaperState::Active | PaperState::PartSettled { .. })
    }
}

/// A paper as the law sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Its id.
    pub id: PaperId,
    /// The entry that issued it.
    pub issued_by: EntryHash,
    /// 30-digit public number.
    pub number: String,
    /// Who owes.
    pub obligor: PartyId,
    /// First holder.
    pub payee: PartyId,
    /// Currency of the face.
    pub currency: Currency,
    /// Face.
    pub face: Amount,
    /// When it was issued.
    pub issue_date: NaiveDate,
    /// The promised date, before adjustment for holidays.
    pub maturity: NaiveDate,
    /// The promised date rolled to a business day: when it is presented and after which nothing moves.
    pub due_date: NaiveDate,
    /// What the obligor signed.
    pub terms: PaperTerms,
    /// Where it stands.
    pub state: PaperState,
    /// What was or is late of it.
    pub arrears: Arrears,
    /// What of the face the obligor has paid early, and is nobody's claim any more.
    pub redeemed: Amount,
}

impl Paper {
    /// What is to be paid at maturity in all: the face less what was redeemed before.
    #[must_use]
    pub fn payable_at_maturity(&self) -> Amount {
        self.face.checked_sub(self.redeemed).unwrap_or(Amount::ZERO)
    }

    /// Cash shared out so far at or after maturity.
    #[must_use]
    pub fn paid(&self) -> Amount {
        self.state.paid(self.payable_at_maturity())
    }

    /// What of the face is paid, early or at maturity.
    #[must_use]
    pub fn paid_of_face(&self) -> Amount {
        let both = self.paid().checked_add(self.redeemed);
        both.unwrap_or(self.face)
    }

    /// What of the face is still to be paid.
    #[must_use]
    pub fn owed(&self) -> Amount {
        let owed = self.face.checked_sub(self.paid_of_face());
        owed.unwrap_or(Amount::ZERO)
    }
}
