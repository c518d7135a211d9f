//! Re-transfer between finance providers (再转让): who has bought passes on to another bank or factor.
//!
//! No goods change hands between the two, so that there is no trade document to rest on: the entry
//! names their contract instead, and says whether the next holder may turn back. The price is theirs
//! and is paid outside; a sale whose money is to move with the fragment is a discount
//! ([`crate::quote`]).

use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::id::PartyId;
use crate::recourse::Recourse;

/// An offer to pass a fragment, or its front part, to another finance provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetransferAct {
    /// To whom.
    pub to: PartyId,
    /// Whether the recipient may turn back to the holder. It never reaches further: what those
    /// before them agreed on stays as they signed it.
    pub recourse: Recourse,
    /// The two providers' name for their contract, such as its number.
    pub contract: String,
}

impl RetransferAct {
    pub(crate) fn write(&self, w: &mut Writer) {
        w.fixed(self.to.bytes());
        self.recourse.write(w);
        w.text(&self.contract);
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<RetransferAct, CanonicalError> {
        Ok(RetransferAct {
            to: PartyId::from_bytes(r.fixed()?),
            recourse: Recourse::read(r)?,
            contract: r.text()?,
        })
    }
}
