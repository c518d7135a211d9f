//! Pledges (质押): a fragment stays its holder's and can't be moved, cut or sold until the pledgee
//! lets it go. At maturity it is paid to its holder's own account like any other; what the pledgee
//! may claim of that is between the two and its loan. (A pledge that redirected the payment would
//! make the platform judge whether the loan is due.)

use crate::amount::Amount;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::currency::Currency;
use crate::fragment::FragmentRef;
use crate::fragment::Side;
use crate::hash::EntryHash;
use crate::id::PaperId;
use crate::id::PartyId;
use crate::id::PledgeId;
use crate::quote::read_currency;
use crate::quote::read_range;
use crate::range::Range;
use crate::terms::read_amount;

/// What the pledgee signs before the holder does: which cents secure which claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PledgeDeed {
    /// Its id.
    pub id: PledgeId,
    /// Whose claim is secured: a finance provider.
    pub pledgee: PartyId,
    /// Who pledges.
    pub holder: PartyId,
    /// Of which paper.
    pub paper: PaperId,
    /// The fragment as it stood when the deed was made; the deed dies when this is spent.
    pub fragment: FragmentRef,
    /// The cents pledged: the front part of the fragment or all of it.
    pub range: Range,
    /// Currency of the fragment and of the claim.
    pub currency: Currency,
    /// The secured claim.
    pub secured: Amount,
    /// The two parties' name for the loan, such as its contract number.
    pub loan: String,
    /// Last moment to sign, seconds since 1970 UTC.
    pub expires_at: i64,
}

impl PledgeDeed {
    /// Canonical bytes: what the pledgee signs.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut w = Writer::new();
        w.u8(1);
        w.fixed(self.id.bytes());
        w.fixed(self.pledgee.bytes());
        w.fixed(self.holder.bytes());
        w.fixed(self.paper.bytes());
        w.fixed(self.fragment.parent.bytes());
        w.u8(self.fragment.side.code());
        w.i64(self.range.lo());
        w.i64(self.range.hi());
        w.fixed(&self.currency.code_bytes());
        w.i64(self.secured.minor());
        w.text(&self.loan);
        w.i64(self.expires_at);
        w.finish()
    }

    /// Reads what [`PledgeDeed::to_bytes`] wrote.
    ///
    /// # Errors
    /// Not that form.
    pub fn from_bytes(bytes: &[u8]) -> Result<PledgeDeed, CanonicalError> {
        let mut r = Reader::new(bytes);
        if r.u8()? != 1 {
            return Err(CanonicalError::Unlawful("deed version"));
        }
        let deed = PledgeDeed {
            id: PledgeId::from_bytes(r.fixed()?),
            pledgee: PartyId::from_bytes(r.fixed()?),
            holder: PartyId::from_bytes(r.fixed()?),
            paper: PaperId::from_bytes(r.fixed()?),
            fragment: FragmentRef {
                parent: EntryHash::from_bytes(r.fixed()?),
                side: Side::from_code(r.u8()?).ok_or(CanonicalError::Unlawful("side"))?,
            },
            range: read_range(&mut r)?,
            currency: read_currency(&mut r)?,
            secured: read_amount(&mut r)?,
            loan: r.text()?,
            expires_at: r.i64()?,
        };
        r.finish()?;
        Ok(deed)
    }
}
