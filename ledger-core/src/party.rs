//! Who takes part.

use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::id::KeyId;
use crate::id::PartyId;

/// What a party is allowed to be in the trade. One party has one kind; a group's finance company
/// is a party of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PartyKind {
    /// Owes and promises to pay (核心企业).
    Obligor,
    /// Holder in the chain (供应商).
    Supplier,
    /// Bank or factor with a licence to discount (资金方).
    FinanceProvider,
    /// Runs the platform; never owns, guarantees or advances (银发〔2025〕77号 art. 4).
    Operator,
    /// Reads everything, moves nothing.
    Auditor,
}

impl PartyKind {
    /// The byte it has in canonical form.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            PartyKind::Obligor => 1,
            PartyKind::Supplier => 2,
            PartyKind::FinanceProvider => 3,
            PartyKind::Operator => 4,
            PartyKind::Auditor => 5,
        }
    }

    /// From its byte.
    #[must_use]
    pub const fn from_code(code: u8) -> Option<PartyKind> {
        Some(match code {
            1 => PartyKind::Obligor,
            2 => PartyKind::Supplier,
            3 => PartyKind::FinanceProvider,
            4 => PartyKind::Operator,
            5 => PartyKind::Auditor,
            _ => return None,
        })
    }

    /// Whether such a party may hold fragments.
    #[must_use]
    pub const fn may_hold(self) -> bool {
        matches!(self, PartyKind::Supplier | PartyKind::FinanceProvider)
    }
}

/// Where a party is paid: the account bound to it after verification.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SettlementAccount {
    /// 12-digit payment-system bank code, or a BIC.
    pub bank_code: String,
    /// Account number at that bank.
    pub number: String,
}

impl SettlementAccount {
    /// Bank code and number as one canonical byte string: the key under which credits are netted.
    #[must_use]
    pub fn key_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.text(&self.bank_code);
        w.text(&self.number);
        w.finish()
    }
}

/// A party as the journal knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyRecord {
    /// Its id.
    pub id: PartyId,
    /// What it may be.
    pub kind: PartyKind,
    /// Registered name.
    pub name: String,
    /// Unified social credit code, LEI, or empty.
    pub registration: String,
    /// Where it is paid.
    pub account: SettlementAccount,
}

impl PartyRecord {
    pub(crate) fn write(&self, w: &mut Writer) {
        w.fixed(self.id.bytes());
        w.u8(self.kind.code());
        w.text(&self.name);
        w.text(&self.registration);
        w.text(&self.account.bank_code);
        w.text(&self.account.number);
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        Ok(PartyRecord {
            id: PartyId::from_bytes(r.fixed()?),
            kind: PartyKind::from_code(r.u8()?).ok_or(CanonicalError::Unlawful("party kind"))?,
            name: r.text()?,
            registration: r.text()?,
            account: SettlementAccount {
                bank_code: r.text()?,
                number: r.text()?,
            },
        })
    }
}

/// A signing key as the journal knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledKey {
    /// Its id.
    pub id: KeyId,
    /// Whose it is.
    pub party: PartyId,
    /// Ed25519 public key.
    pub public_key: [u8; 32],
    /// Revoked keys sign nothing new; what they signed stays signed.
    pub revoked: bool,
}
