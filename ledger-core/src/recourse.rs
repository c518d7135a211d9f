//! Recourse is always said, never implied (有追索权 / 无追索权 / 有限追索).

use crate::amount::Amount;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::terms::read_amount;

/// Whether the next holder may turn to this one if the obligor doesn't pay (Civil Code art. 766, 767).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recourse {
    /// The risk of the obligor passes with the fragment.
    Without,
    /// The next holder may claim the whole of it back.
    With,
    /// The next holder may claim back at most this much.
    Limited(Amount),
}

impl Recourse {
    pub(crate) fn write(self, w: &mut Writer) {
        match self {
            Recourse::Without => w.u8(0),
            Recourse::With => w.u8(1),
            Recourse::Limited(cap) => {
                w.u8(2);
                w.i64(cap.minor());
            }
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, CanonicalError> {
        Ok(match r.u8()? {
            0 => Recourse::Without,
            1 => Recourse::With,
            2 => Recourse::Limited(read_amount(r)?),
            _ => return Err(CanonicalError::Unlawful("recourse")),
        })
    }
}
