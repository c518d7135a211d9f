//! The electronic waybill (电子运单): what was carried, by whom, and how it was handed over.
//!
//! Its canonical bytes are the document. Carrier and receiver both sign at hand-over, each an
//! [`Attestation`](crate::attestation::Attestation) about the digest of these bytes: `carried` by
//! the one, `goods_received` by the other.

use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::hash::DocumentDigest;
use crate::hash::sha256_of;
use crate::id::PartyId;

/// Most lines of goods on one waybill.
pub const MOST_LINES: usize = 255;

/// One line of goods; a finished car is a line of its own, under its VIN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaybillLine {
    /// VIN, article or batch number.
    pub item: String,
    /// How many, whole pieces.
    pub quantity: i64,
}

/// A waybill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waybill {
    /// Its number, unique among one carrier's.
    pub number: String,
    /// Who carries.
    pub carrier: PartyId,
    /// Who sends: the seller of the goods.
    pub shipper: PartyId,
    /// Who receives.
    pub receiver: PartyId,
    /// Plate of the vehicle, or number of the train, ship or container.
    pub vehicle: String,
    /// When the goods were picked up, seconds since 1970 UTC.
    pub picked_up_at: i64,
    /// When they were handed over, likewise.
    pub handed_over_at: i64,
    /// The goods.
    pub lines: Vec<WaybillLine>,
    /// What was missing or damaged at hand-over, in words; empty for nothing.
    pub exceptions: String,
}

impl Waybill {
    /// Canonical bytes, version 1: the document itself.
    ///
    /// # Errors
    /// [`CanonicalError::TooMany`] above [`MOST_LINES`].
    pub fn to_bytes(&self) -> Result<Vec<u8>, CanonicalError> {
        let lines =
            u8::try_from(self.lines.len()).map_err(|_beyond| CanonicalError::TooMany("lines"))?;
        let mut w = Writer::new();
        w.fixed(MAGIC);
        w.u8(1);
        w.text(&self.number);
        w.fixed(self.carrier.bytes());
        w.fixed(self.shipper.bytes());
        w.fixed(self.receiver.bytes());
        w.text(&self.vehicle);
        w.i64(self.picked_up_at);
        w.i64(self.handed_over_at);
        w.u8(lines);
        for line in &self.lines {
            w.text(&line.item);
            w.i64(line.quantity);
        }
        w.text(&self.exceptions);
        Ok(w.finish())
    }

    /// Reads what [`Waybill::to_bytes`] wrote.
    ///
    /// # Errors
    /// Not that form.
    pub fn from_bytes(bytes: &[u8]) -> Result<Waybill, CanonicalError> {
        let mut r = Reader::new(bytes);
        if &r.fixed::<8>()? != MAGIC || r.u8()? != 1 {
            return Err(CanonicalError::Unlawful("waybill version"));
        }
        let waybill = Waybill {
            number: r.text()?,
            carrier: PartyId::from_bytes(r.fixed()?),
            shipper: PartyId::from_bytes(r.fixed()?),
            receiver: PartyId::from_bytes(r.fixed()?),
            vehicle: r.text()?,
            picked_up_at: r.i64()?,
            handed_over_at: r.i64()?,
            lines: (0..r.u8()?)
                .map(|_| {
                    Ok(WaybillLine {
                        item: r.text()?,
                        quantity: r.i64()?,
                    })
                })
                .collect::<Result<_, CanonicalError>>()?,
            exceptions: r.text()?,
        };
        r.finish()?;
        Ok(waybill)
    }

    /// Digest of the bytes: what both sign.
    ///
    /// # Errors
    /// As [`Waybill::to_bytes`].
    pub fn digest(&self) -> Result<DocumentDigest, CanonicalError> {
        Ok(DocumentDigest::from_bytes(sha256_of(&self.to_bytes()?)))
    }

    /// Why this can't be a waybill, as a stable code; the first reason in this order.
    #[must_use]
    pub fn fault(&self) -> Option<&'static str> {
        let long = |text: &str, most| text.chars().count() > most;
        if self.number.trim().is_empty() || long(&self.number, 100) {
            return Some("waybill_number_missing");
        }
        if self.carrier == self.receiver || self.shipper == self.receiver {
            return Some("waybill_same_party");
        }
        if self.vehicle.trim().is_empty() || long(&self.vehicle, 60) {
            return Some("waybill_vehicle_missing");
        }
        if self.handed_over_at < self.picked_up_at {
            return Some("waybill_handed_over_before_pick_up");
        }
        if self.lines.is_empty() || self.lines.len() > MOST_LINES {
            return Some("waybill_lines_missing");
        }
        let bad = |line: &WaybillLine| {
            line.item.trim().is_empty() || long(&line.item, 100) || line.quantity <= 0
        };
        if self.lines.iter().any(bad) {
            return Some("waybill_line_incomplete");
        }
        long(&self.exceptions, 1000).then_some("text_too_long")
    }
}

const MAGIC: &[u8; 8] = b"TSWAYBIL";
