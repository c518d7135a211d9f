//! Papers that wait for their payee over the wire, and its answer.

use chrono::NaiveDate;
use ledger_app::answer_offer::Answer;
use ledger_app::answer_offer::Answered;
use ledger_app::cash_choice::ChoiceAsked;
use ledger_app::error::AppError;
use ledger_app::language::Language;
use ledger_app::offered_papers::OfferedPaper;
use ledger_core::id::KeyId;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire::PartyRef;
use crate::wire_quotes::signed;

/// Longest reason of a refusal, in characters.
const LONGEST_REASON: usize = 500;

/// A text in both languages of the platform.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BothLanguages {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// A choice to be made before a paper is accepted: it is due later than money would have to come
/// (保障中小企业款项支付条例, art. 9).
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CashChoiceOut {
    /// The first of the 60 days.
    pub counted_on: NaiveDate,
    /// What that day is: `acceptance`; `invoice` or `issue` where no day of acceptance is given.
    #[schema(example = "acceptance")]
    pub counted_from: String,
    /// By when money would have to come.
    pub money_by: NaiveDate,
    /// When the paper is due.
    pub due_date: NaiveDate,
    /// What a person of the payee's has to read and agree to.
    pub words: BothLanguages,
    /// SHA-256 of those words in UTF-8, hexadecimal: to be sent back with the acceptance, the digest
    /// of the language that was read. The words are kept with it.
    pub words_sha256: BothLanguages,
}

/// What a paper would stand for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfferedDebt {
    /// The obligor's number of it.
    pub payable_no: String,
    /// The invoice, or empty.
    pub invoice_no: String,
    /// Its date.
    pub invoice_date: Option<NaiveDate>,
    /// When its goods or services were accepted.
    pub acceptance_date: Option<NaiveDate>,
    /// How much.
    pub amount: Money,
}

/// A paper issued to the caller's party that waits for its answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfferOut {
    /// Id of the offer.
    pub offer: String,
    /// Number of the paper, 30 digits.
    pub paper_number: String,
    /// Who promises to pay.
    pub obligor: PartyRef,
    /// How much.
    pub amount: Money,
    /// When it was issued.
    pub issue_date: NaiveDate,
    /// The promised date.
    pub maturity: NaiveDate,
    /// The same rolled to a business day.
    pub due_date: NaiveDate,
    /// Whether it can be passed on.
    pub transferable: bool,
    /// How far down the chain it goes; the payee is tier 1.
    pub maximum_tier: u16,
    /// The smallest part of it.
    pub minimum_fragment: Money,
    /// What it would stand for.
    pub debts: Vec<OfferedDebt>,
    /// The choice to be made before it is accepted; none if none has to be made.
    pub cash_choice: Option<CashChoiceOut>,
}

/// Papers that wait, soonest due first; two hundred at most, the others come when these are
/// answered.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OffersOut {
    /// The papers.
    pub items: Vec<OfferOut>,
}

/// Which answer to prepare.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfferActIn {
    /// `accept` or `refuse`.
    #[schema(example = "accept")]
    pub act: String,
}

/// An acceptance with its signature.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptOfferIn {
    /// Id of the key that signed.
    pub key: String,
    /// Ed25519 signature over the payload, 64 bytes, base 64.
    pub signature: String,
    /// One of the two `words_sha256` of the offer's `cash_choice`, if it has one: with it the payee
    /// says that it takes the paper of its own free will instead of money in time.
    pub cash_choice: Option<String>,
}

/// A refusal with its signature.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RefuseOfferIn {
    /// Id of the key that signed.
    pub key: String,
    /// Ed25519 signature over the payload, 64 bytes, base 64.
    pub signature: String,
    /// Why, 500 characters at most: the obligor reads it.
    pub reason: String,
}

/// What became of an offer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct OfferAnsweredOut {
    /// Id of the fragment that the payee holds now; none after a refusal.
    pub fragment: Option<String>,
    /// The entry's hash.
    pub entry: String,
}

impl CashChoiceOut {
    /// For an answer.
    #[must_use]
    pub fn of(asked: &ChoiceAsked) -> CashChoiceOut {
        let digest = |language| hex::encode(asked.digest(language));
        CashChoiceOut {
            counted_on: asked.accepted_on,
            counted_from: asked.counted_from.code().to_owned(),
            money_by: asked.money_by,
            due_date: asked.due_date,
            words: BothLanguages {
                zh: asked.words(Language::Zh),
                en: asked.words(Language::En),
            },
            words_sha256: BothLanguages {
                zh: digest(Language::Zh),
                en: digest(Language::En),
            },
        }
    }
}

impl OfferOut {
    /// For an answer.
    #[must_use]
    pub fn of(one: &OfferedPaper) -> OfferOut {
        let (paper, obligor) = (&one.held.paper.paper, &one.held.obligor);
        OfferOut {
            offer: one.offer.clone(),
            paper_number: paper.number.clone(),
            obligor: PartyRef {
                id: obligor.id.to_string(),
                name: obligor.name.clone(),
                registration: obligor.uscc.clone(),
            },
            amount: Money::of(paper.face, paper.currency),
            issue_date: paper.issue_date,
            maturity: paper.maturity,
            due_date: paper.due_date,
            transferable: paper.terms.transferable,
            maximum_tier: paper.terms.maximum_tier,
            minimum_fragment: Money::of(paper.terms.minimum_fragment, paper.currency),
            debts: one
                .payables
                .iter()
                .map(|payable| OfferedDebt {
                    payable_no: payable.payable_no.clone(),
                    invoice_no: payable.invoice_no.clone(),
                    invoice_date: payable.invoice_date,
                    acceptance_date: payable.acceptance_date,
                    amount: Money::of(payable.amount, payable.currency),
                })
                .collect(),
            cash_choice: one.choice.as_ref().map(CashChoiceOut::of),
        }
    }
}

impl OfferActIn {
    /// The answer.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `act_unknown`.
    pub fn read(&self) -> Result<Answer, AppError> {
        match self.act.as_str() {
            "accept" => Ok(Answer::Accept),
            "refuse" => Ok(Answer::Refuse),
            _ => Err(AppError::invalid_field(
                "act",
                "act_unknown",
                "an answer is accept or refuse",
            )),
        }
    }
}

/// Key, signature, and the digest of the words agreed to, if there were any.
pub type SignedChoosing = (KeyId, [u8; 64], Option<[u8; 32]>);

impl AcceptOfferIn {
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

/// The digest of the words agreed to.
///
/// # Errors
/// [`AppError::Invalid`] `cash_choice_outdated`.
pub(crate) fn agreed(sent: Option<&str>) -> Result<Option<[u8; 32]>, AppError> {
    let digest = sent.map(|text| {
        let mut digest = [0; 32];
        hex::decode_to_slice(text, &mut digest).map(|()| digest)
    });
    digest.transpose().map_err(|_not_hex| {
        AppError::invalid_field(
            "cash_choice",
            "cash_choice_outdated",
            "send one of the words_sha256 that were shown, 64 hexadecimal digits",
        )
    })
}

impl RefuseOfferIn {
    /// Key, signature and reason.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `not_base64`, `key_id_invalid`, `signature_length`, `reason_missing`,
    /// `word_too_long`.
    pub fn read(&self) -> Result<(KeyId, [u8; 64], String), AppError> {
        let (key, bytes) = signed(&self.key, &self.signature)?;
        let reason = self.reason.trim().replace('\0', "");
        if reason.is_empty() {
            return Err(AppError::invalid_field(
                "reason",
                "reason_missing",
                "say why: the obligor reads it",
            ));
        }
        if reason.chars().count() > LONGEST_REASON {
            return Err(AppError::invalid_field(
                "reason",
                "word_too_long",
                format!("use at most {LONGEST_REASON} characters"),
            ));
        }
        Ok((key, bytes, reason))
    }
}

impl OfferAnsweredOut {
    /// For an answer.
    #[must_use]
    pub fn of(answered: Answered) -> OfferAnsweredOut {
        OfferAnsweredOut {
            fragment: answered.fragment,
            entry: answered.entry,
        }
    }
}
