//! Proposed answers over the wire.

use ledger_app::error::AppError;
use ledger_app::propose_answer::Answer;
use ledger_app::provider_inbox::ProposedAnswer;
use ledger_app::signing::Signing;
use ledger_core::currency::Currency;
use ledger_core::id::KeyId;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::base64_of;
use crate::wire::bytes_of;
use crate::wire::moment;
use crate::wire_quotes::FiguresOut;
use crate::wire_quotes::TermsIn;

/// An answer to propose.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AnswerIn {
    /// The terms of a price; none to propose a no.
    pub terms: Option<TermsIn>,
    /// A word to who decides, at most 500 characters.
    #[serde(default)]
    pub word: String,
}

/// A proposal waits.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ProposedOut {
    /// Its id.
    pub proposal: String,
}

/// An approval. Key and signature are needed for a price.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApprovalIn {
    /// Id of the key that signed: the one that signs this request.
    pub key: Option<String>,
    /// Ed25519 signature over the payload, 64 bytes, base 64.
    pub signature: Option<String>,
}

/// What went out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnsweredOut {
    /// The quote now on offer; none for a no.
    pub quote: Option<String>,
}

/// A word to a colleague.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordIn {
    /// At most 500 characters.
    pub word: String,
}

/// The proposals on a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnswerList {
    /// Oldest first.
    pub items: Vec<AnswerOut>,
}

/// A proposed answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AnswerOut {
    /// Its id.
    pub proposal: String,
    /// `quote` or `decline`.
    pub kind: String,
    /// `waiting`, `approved`, `returned` or `withdrawn`.
    pub state: String,
    /// Who proposed it.
    pub made_by: String,
    /// When.
    pub made_at: String,
    /// The word with it.
    pub word: String,
    /// Whether the caller's own key proposed it.
    pub own: bool,
    /// The figures of a price.
    pub figures: Option<FiguresOut>,
    /// What approving a price signs, base 64: a domain, the seat of the finance provider, the
    /// quote's canonical bytes.
    pub payload: Option<String>,
    /// What was decided; none while it waits.
    pub decision: Option<DecisionOut>,
}

/// A decision.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DecisionOut {
    /// `approved`, `returned` or `withdrawn`.
    pub verdict: String,
    /// Who decided.
    pub decided_by: String,
    /// When.
    pub decided_at: String,
    /// The word with it.
    pub word: String,
}

impl AnswerIn {
    /// The answer, in the currency of the request.
    ///
    /// # Errors
    /// Those of [`TermsIn::read`].
    pub fn read(&self, currency: Currency) -> Result<Answer, AppError> {
        match &self.terms {
            Some(terms) => Ok(Answer::Quote(terms.read(currency)?)),
            None => Ok(Answer::Decline),
        }
    }
}

impl ApprovalIn {
    /// The signature; none for a no.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `key_id_invalid`, `not_base64`, `signature_length`.
    pub fn read(&self) -> Result<Option<Signing<'static>>, AppError> {
        let (Some(key), Some(signature)) = (&self.key, &self.signature) else {
            return Ok(None);
        };
        let key = KeyId::parse(key).map_err(|error| {
            AppError::invalid_field("key", "key_id_invalid", format!("no key id: {error}"))
        })?;
        let bytes = bytes_of("signature", signature)?;
        let bytes = <[u8; 64]>::try_from(bytes).map_err(|_length| {
            AppError::invalid_field(
                "signature",
                "signature_length",
                "an Ed25519 signature has 64 bytes",
            )
        })?;
        Ok(Some(Signing::Brought { key, bytes }))
    }
}

impl AnswerList {
    /// For an answer.
    #[must_use]
    pub fn of(found: &[ProposedAnswer]) -> AnswerList {
        AnswerList {
            items: found.iter().map(AnswerOut::of).collect(),
        }
    }
}

impl AnswerOut {
    fn of(one: &ProposedAnswer) -> AnswerOut {
        let proposal = &one.proposal;
        let payload = |body: &Vec<u8>| base64_of(&signing_payload(Seat::FinanceProvider, body));
        AnswerOut {
            proposal: proposal.id.to_string(),
            kind: proposal.kind.word().to_owned(),
            state: proposal.state.word().to_owned(),
            made_by: proposal.maker_name.clone(),
            made_at: moment(proposal.made_at),
            word: proposal.word.clone(),
            own: one.own,
            figures: one.quote.as_ref().map(FiguresOut::of),
            payload: proposal.body.as_ref().map(payload),
            decision: one.decision.as_ref().map(|decision| DecisionOut {
                verdict: decision.verdict.word().to_owned(),
                decided_by: decision.decider_name.clone(),
                decided_at: moment(decision.decided_at),
                word: decision.word.clone(),
            }),
        }
    }
}
