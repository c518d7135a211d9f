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

    /// Cash shared out so far.
    #[must_use]
    pub const fn paid(self, face: Amount) -> Amount {
        match self {
            PaperState::PartSettled { paid } => paid,
            PaperState::Settled => face,
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
}
