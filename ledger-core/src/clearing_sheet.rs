//! The clearing sheet: who gets what of one receipt, and the bytes that the settlement entry pins.

use crate::amount::Amount;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::hash::SheetDigest;
use crate::hash::sha256_of;
use crate::id::PartyId;

/// Which clearing rule; a paper keeps the one it was issued under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClearingRule {
    /// Pro rata over what is owed, largest remainder, ties to the lowest `lo`.
    V1,
}

impl ClearingRule {
    /// Its number in canonical form and in the terms of a paper.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            ClearingRule::V1 => 1,
        }
    }

    /// From its number.
    #[must_use]
    pub const fn from_number(number: u8) -> Option<ClearingRule> {
        match number {
            1 => Some(ClearingRule::V1),
            _ => None,
        }
    }
}

/// A receiving account, named by a digest so that sheets hold no account numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountKey([u8; 32]);

impl AccountKey {
    /// From its 32 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> AccountKey {
        AccountKey(bytes)
    }

    /// The key of account `number` at the bank `bank`: SHA-256 over the tag
    /// `tallystick/account/1`, bank and number, each preceded by its length as four bytes. Texts
    /// are taken as they are; the caller brings one spelling.
    #[must_use]
    pub fn of(bank: &str, number: &str) -> AccountKey {
        let mut writer = Writer::new();
        for part in ["tallystick/account/1", bank, number] {
            writer.text(part);
        }
        AccountKey(sha256_of(&writer.finish()))
    }

    /// Its 32 bytes.
    #[must_use]
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// What one holder gets at one account: the only credit to it from this receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Credit {
    /// Who gets it.
    pub holder: PartyId,
    /// Where.
    pub account: AccountKey,
    /// First unit of the lowest leaf of this claim; decides ties and the order of the sheet.
    pub lowest_lo: i64,
    /// All units of this claim.
    pub units: Amount,
    /// Received from earlier receipts.
    pub paid_before: Amount,
    /// Received now. Zero if the receipt was too small to reach this claim: no payment is made.
    pub amount: Amount,
    /// Still owed afterwards. `paid_before + amount + owed = units`.
    pub owed: Amount,
}

/// Who gets what of one receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearingSheet {
    pub(crate) rule: ClearingRule,
    pub(crate) face: Amount,
    pub(crate) earlier: Vec<Amount>,
    pub(crate) cash: Amount,
    pub(crate) credits: Vec<Credit>,
}

impl ClearingSheet {
    /// The rule it follows.
    #[must_use]
    pub const fn rule(&self) -> ClearingRule {
        self.rule
    }

    /// The paper's face.
    #[must_use]
    pub const fn face(&self) -> Amount {
        self.face
    }

    /// The receipts cleared by earlier sheets, oldest first.
    #[must_use]
    pub fn earlier(&self) -> &[Amount] {
        &self.earlier
    }

    /// The receipt cleared by this sheet: the sum of all credits.
    #[must_use]
    pub const fn cash(&self) -> Amount {
        self.cash
    }

    /// One line per holder and account, by lowest `lo`.
    #[must_use]
    pub fn credits(&self) -> &[Credit] {
        &self.credits
    }

    /// What is still owed on the paper after this sheet; zero means settled.
    #[must_use]
    pub fn owed(&self) -> Amount {
        let owed = self.credits.iter().map(|credit| credit.owed.minor()).sum();
        // A part of the face, which is an amount itself.
        Amount::from_minor(owed).unwrap_or(self.face)
    }

    /// Canonical bytes, format 1: the tag `tallystick/clearing-sheet` with its length as four
    /// bytes, format (1 byte), rule (1 byte); then, each as eight bytes big-endian: face, number of
    /// earlier receipts and each of them, cash, number of credits; then per credit: holder (16
    /// bytes), account (32 bytes), lowest `lo`, units, paid before, amount, owed (eight bytes each).
    #[must_use]
    pub fn canonical_bytes(&self) -> Vec<u8> {
        let count = |length: usize| i64::try_from(length).unwrap_or(i64::MAX);
        let mut writer = Writer::new();
        writer.text("tallystick/clearing-sheet");
        writer.u8(1);
        writer.u8(self.rule.number());
        writer.i64(self.face.minor());
        writer.i64(count(self.earlier.len()));
        for receipt in &self.earlier {
            writer.i64(receipt.minor());
        }
        writer.i64(self.cash.minor());
        writer.i64(count(self.credits.len()));
        for credit in &self.credits {
            writer.fixed(credit.holder.bytes());
            writer.fixed(credit.account.bytes());
            writer.i64(credit.lowest_lo);
            for amount in [credit.units, credit.paid_before, credit.amount, credit.owed] {
                writer.i64(amount.minor());
            }
        }
        writer.finish()
    }

    /// SHA-256 of the canonical bytes: what the settlement entry carries.
    #[must_use]
    pub fn digest(&self) -> SheetDigest {
        SheetDigest::from_bytes(sha256_of(&self.canonical_bytes()))
    }

    /// Reads a sheet back from its canonical bytes. That it follows from a journal is not checked
    /// here: whoever reads compares the digest with the one that stands in the run or the entry.
    ///
    /// # Errors
    /// Bytes that are not a sheet of format 1, or whose lines don't add up.
    pub fn from_bytes(bytes: &[u8]) -> Result<ClearingSheet, CanonicalError> {
        let unlawful = CanonicalError::Unlawful("clearing sheet");
        let mut reader = Reader::new(bytes);
        if reader.text()? != "tallystick/clearing-sheet" || reader.u8()? != 1 {
            return Err(unlawful);
        }
        let rule = ClearingRule::from_number(reader.u8()?).ok_or(unlawful)?;
        let face = amount(&mut reader)?;
        let count = reader.i64()?;
        let earlier = (0..count)
            .map(|_receipt| amount(&mut reader))
            .collect::<Result<Vec<_>, _>>()?;
        let cash = amount(&mut reader)?;
        let count = reader.i64()?;
        let credits = (0..count)
            .map(|_credit| credit(&mut reader))
            .collect::<Result<Vec<_>, _>>()?;
        reader.finish()?;
        let sum = credits.iter().try_fold(Amount::ZERO, |sum, credit| {
            let whole = credit.paid_before.checked_add(credit.amount);
            let whole = whole.and_then(|paid| paid.checked_add(credit.owed));
            (whole == Some(credit.units)).then_some(())?;
            sum.checked_add(credit.amount)
        });
        if sum != Some(cash) {
            return Err(unlawful);
        }
        Ok(ClearingSheet {
            rule,
            face,
            earlier,
            cash,
            credits,
        })
    }
}

fn amount(reader: &mut Reader<'_>) -> Result<Amount, CanonicalError> {
    Amount::from_minor(reader.i64()?).map_err(|_range| CanonicalError::Unlawful("amount"))
}

fn credit(reader: &mut Reader<'_>) -> Result<Credit, CanonicalError> {
    Ok(Credit {
        holder: PartyId::from_bytes(reader.fixed()?),
        account: AccountKey::from_bytes(reader.fixed()?),
        lowest_lo: reader.i64()?,
        units: amount(reader)?,
        paid_before: amount(reader)?,
        amount: amount(reader)?,
        owed: amount(reader)?,
    })
}
