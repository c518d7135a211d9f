//! Agreements on papers over the wire.

use chrono::NaiveDate;
use ledger_app::agreements_view::ListedAgreement;
use ledger_app::cash_choice::ChoiceAsked;
use ledger_app::error::AppError;
use ledger_app::pledged::ToSign;
use ledger_core::agreement::Change;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire::base64_of;
use crate::wire_offers::CashChoiceOut;
use crate::wire_offers::SignedChoosing;
use crate::wire_offers::agreed;
use crate::wire_quotes::signed;

/// An agreement on a paper of which the caller's party holds a part, or has one pledged to it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgreementOut {
    /// Its id.
    pub agreement: String,
    /// Number of the paper.
    pub paper_number: String,
    /// Who owes.
    pub obligor: String,
    /// What concerns the caller's party of the paper; to its obligor, the face.
    pub amount: Money,
    /// `void` or `extend`.
    pub asked: String,
    /// The due date that would change.
    pub due_date: NaiveDate,
    /// The new promised date; none if the paper would be void.
    pub new_maturity: Option<NaiveDate>,
    /// The same rolled to a business day.
    pub new_due_date: Option<NaiveDate>,
    /// Why, in the obligor's words.
    pub reason: String,
    /// The last day on which it can take effect.
    pub consent_by: NaiveDate,
    /// `waiting`, `open`, `effective`, `returned`, `withdrawn`, `declined` or `lapsed`.
    pub state: String,
    /// Whether the caller's party has signed.
    pub signed: bool,
    /// Whether it waits for the signature of the caller's party.
    pub asked_of_caller: bool,
}

impl AgreementOut {
    /// For an answer.
    #[must_use]
    pub fn of(one: &ListedAgreement) -> AgreementOut {
        let (asked, new_maturity, new_due_date) = match &one.change {
            Change::Void => ("void", None, None),
            Change::Extend {
                maturity, due_date, ..
            } => ("extend", Some(*maturity), Some(*due_date)),
        };
        AgreementOut {
            agreement: one.id.to_string(),
            paper_number: one.number.clone(),
            obligor: one.obligor.clone(),
            amount: Money::of(one.amount, one.currency),
            asked: asked.to_owned(),
            due_date: one.due_date,
            new_maturity,
            new_due_date,
            reason: one.reason.clone(),
            consent_by: one.consent_by,
            state: one.state.word().to_owned(),
            signed: one.signed,
            asked_of_caller: one.asked,
        }
    }
}

/// Agreements, newest first; a hundred at most.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgreementsOut {
    /// The agreements.
    pub items: Vec<AgreementOut>,
}

/// What to sign under an agreement.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AgreementToSignOut {
    /// `agreement`.
    pub act: String,
    /// Canonical bytes, base 64.
    pub body: String,
    /// What to sign with Ed25519, base 64: a domain, the caller's seat, `body`.
    pub payload: String,
    /// The choice to be made before it is signed: the payee of a paper whose new date is later than
    /// money would have to come. None if none has to be made.
    pub cash_choice: Option<CashChoiceOut>,
}

impl AgreementToSignOut {
    /// For an answer.
    #[must_use]
    pub fn of(to_sign: &ToSign, choice: Option<&ChoiceAsked>) -> AgreementToSignOut {
        AgreementToSignOut {
            act: "agreement".to_owned(),
            body: base64_of(&to_sign.body),
            payload: base64_of(&to_sign.payload),
            cash_choice: choice.map(CashChoiceOut::of),
        }
    }
}

/// A signature under an agreement.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignAgreementIn {
    /// Id of the key that signed.
    pub key: String,
    /// Ed25519 signature over the payload, 64 bytes, base 64.
    pub signature: String,
    /// One of the two `words_sha256` of the `cash_choice` that was prepared, if there is one.
    pub cash_choice: Option<String>,
}

impl SignAgreementIn {
    /// Key, signature, and the digest of the words agreed to.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `not_base64`, `key_id_invalid`, `signature_length`,
    /// `cash_choice_outdated`.
    pub fn read(&self) -> Result<SignedChoosing, AppError> {
        let (key, bytes) = signed(&self.key, &self.signature)?;
        Ok((key, bytes, agreed(self.cash_choice.as_deref())?))
    }
}

/// A no, with a word to the obligor.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeclineAgreementIn {
    /// Why; may be empty, 500 characters at most.
    #[serde(default)]
    pub word: String,
}

/// What came of a signature.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ConsentedOut {
    /// `waits` while others have to sign yet, `effective` if it was the last one.
    pub outcome: String,
}
