//! Corrections over the wire.

use ledger_app::corrections_view::ShownCorrection;
use ledger_app::corrections_view::TransferSide;
use ledger_app::error::AppError;
use ledger_core::id::KeyId;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire::moment;
use crate::wire_pledges::SignedDeedIn;

/// A correction of a transfer of which the caller's party is a side.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CorrectionOut {
    /// Its id.
    pub correction: String,
    /// `holder` (gives the fragment back) or `giver` (gets it back): the caller's side.
    pub side: String,
    /// `holder` or `giver`: who proposed it.
    pub proposed_by: String,
    /// `open`, `declined`, `withdrawn` or `effective` (signed by both, the fragment went back).
    #[schema(example = "open")]
    pub state: String,
    /// Whether nothing can come of an open one any more, as far as the caller may know.
    pub over: bool,
    /// Whether it waits for the caller's answer.
    pub asked: bool,
    /// Id of the fragment, where it is the caller's now.
    pub fragment: Option<String>,
    /// Who has, or had, the fragment.
    pub holder: String,
    /// Who had given it.
    pub giver: String,
    /// Number of the paper.
    pub paper_number: String,
    /// Who owes.
    pub obligor: String,
    /// The range.
    pub range: String,
    /// The amount.
    pub amount: Money,
    /// What was wrong with the transfer.
    pub reason: String,
    /// Why the other side declined, if it did.
    pub word: String,
    /// When it was proposed.
    pub made_at: String,
}

/// Those of which the caller's party is a side, newest first; a hundred at most.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CorrectionsOut {
    /// The corrections.
    pub corrections: Vec<CorrectionOut>,
}

/// What was wrong.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonIn {
    /// 1 to 500 characters; the other side and the auditor read it.
    pub reason: String,
}

/// A signed proposal.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedCorrectionIn {
    /// The reason for which it was prepared.
    pub reason: String,
    /// Canonical bytes of the correction as prepared, base 64.
    pub body: String,
    /// Id of the key that signed.
    pub key: String,
    /// Ed25519 signature over the payload, 64 bytes, base 64.
    pub signature: String,
}

/// A proposal on record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProposedCorrectionOut {
    /// Its id.
    pub correction: String,
}

/// A transfer taken back.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CorrectedOut {
    /// The entry's hash.
    pub entry: String,
    /// Id of the fragment, if it is the caller's again.
    pub fragment: Option<String>,
}

/// Why the transfer stands.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineCorrectionIn {
    /// 1 to 500 characters.
    pub word: String,
}

impl SignedCorrectionIn {
    /// Reason, bytes, key and signature.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `not_base64`, `key_id_invalid`, `signature_length`.
    pub fn read(self) -> Result<(String, Vec<u8>, KeyId, [u8; 64]), AppError> {
        let signed = SignedDeedIn {
            body: self.body,
            key: self.key,
            signature: self.signature,
        };
        let (body, key, bytes) = signed.read()?;
        Ok((self.reason, body, key, bytes))
    }
}

impl CorrectionOut {
    fn of(one: &ShownCorrection) -> CorrectionOut {
        let (sides, held) = (&one.sides, &one.sides.held);
        let (paper, range) = (&held.paper.paper, held.fragment.range);
        CorrectionOut {
            correction: sides.correction.id.to_string(),
            side: side(one.side).to_owned(),
            proposed_by: side(sides.proposed_by()).to_owned(),
            state: sides.correction.state.word().to_owned(),
            over: one.over,
            asked: one.asked,
            fragment: one.fragment.clone(),
            holder: sides.holder.name.clone(),
            giver: sides.giver.name.clone(),
            paper_number: paper.number.clone(),
            obligor: held.obligor.name.clone(),
            range: range.to_string(),
            amount: Money::of(range.amount(), paper.currency),
            reason: sides.correction.reason.clone(),
            word: sides.correction.word.clone(),
            made_at: moment(sides.correction.created_at),
        }
    }
}

const fn side(side: TransferSide) -> &'static str {
    match side {
        TransferSide::Holder => "holder",
        TransferSide::Giver => "giver",
    }
}

impl CorrectionsOut {
    /// For an answer.
    #[must_use]
    pub fn of(found: &[ShownCorrection]) -> CorrectionsOut {
        CorrectionsOut {
            corrections: found.iter().map(CorrectionOut::of).collect(),
        }
    }
}
