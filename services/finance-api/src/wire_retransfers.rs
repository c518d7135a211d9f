//! Fragments passed on between finance providers, over the wire.

use chrono::NaiveDate;
use ledger_app::answer_offer::Answer;
use ledger_app::answer_retransfer::Answered;
use ledger_app::error::AppError;
use ledger_app::finance_providers::FinanceProvider;
use ledger_app::retransfer_fragment::OfferRetransfer;
use ledger_app::retransfer_fragment::Offered;
use ledger_app::retransfers_view::RetransferState;
use ledger_app::retransfers_view::ShownRetransfer;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire::RecourseTerms;
use crate::wire::id;
use crate::wire::moment;
use crate::wire_pledges::StationOut;
use crate::wire_quotes::signed;

/// What to pass on, to whom, on which terms. Amounts are in the paper's currency.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetransferTermsIn {
    /// Id of the finance provider.
    pub to: String,
    /// All of the fragment, or its front part.
    #[schema(example = "350000.00")]
    pub amount: String,
    /// Whether it may turn back to the caller: always said.
    pub recourse: RecourseTerms,
    /// The two providers' name for their contract; 140 characters at most.
    pub contract: String,
    /// What it is paid with, outside, if the two note that here. Nobody else sees it.
    #[serde(default)]
    pub price: Option<String>,
}

/// The terms with the caller's signature under what was prepared from them.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetransferIn {
    /// The terms as prepared.
    pub terms: RetransferTermsIn,
    /// Id of the key that signed.
    pub key: String,
    /// Ed25519 signature over the payload, 64 bytes, base 64.
    pub signature: String,
}

/// An offer on record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RetransferOfferedOut {
    /// Its id.
    pub retransfer: String,
    /// Id of the offered part.
    pub offered: String,
    /// Id of what stays, if something does.
    pub rest: Option<String>,
    /// The entry's hash.
    pub entry: String,
}

/// An offer that the caller's party made or got.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RetransferOut {
    /// Its id.
    pub retransfer: String,
    /// Whether the caller's party offers.
    pub own: bool,
    /// `offered`, `accepted`, `declined`, `recalled` or `lapsed` (due before it was answered).
    #[schema(example = "offered")]
    pub state: String,
    /// Id of the fragment that was offered.
    pub fragment: String,
    /// Who offers.
    pub from: String,
    /// To whom.
    pub to: String,
    /// The paper's number.
    pub paper_number: String,
    /// Who owes.
    pub obligor: String,
    /// The range offered.
    pub range: String,
    /// How much that is.
    pub amount: Money,
    /// When it is due.
    pub due_date: NaiveDate,
    /// Whether the recipient may turn back.
    pub recourse: RecourseTerms,
    /// The contract.
    pub contract: String,
    /// The price, if the two have noted one.
    pub price: Option<Money>,
    /// When it was offered.
    pub offered_at: String,
}

/// A page of offers, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RetransferPage {
    /// The offers.
    pub items: Vec<RetransferOut>,
    /// For the next page; none on the last.
    pub next_cursor: Option<String>,
}

/// An offer with the way of its fragment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RetransferSeenOut {
    /// It.
    pub retransfer: RetransferOut,
    /// From the obligor to the holder.
    pub path: Vec<StationOut>,
}

/// What the caller wants to sign.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetransferActIn {
    /// `accept`, `decline` (the recipient) or `recall` (who offered).
    #[schema(example = "accept")]
    pub act: String,
}

/// The recipient's answer with its signature.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetransferAnswerIn {
    /// `accept` or `decline`.
    #[schema(example = "accept")]
    pub act: String,
    /// Id of the key that signed.
    pub key: String,
    /// Ed25519 signature over the payload, 64 bytes, base 64.
    pub signature: String,
}

/// What became of it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RetransferAnsweredOut {
    /// Of which offer.
    pub retransfer: String,
    /// Id of the fragment after the answer.
    pub fragment: String,
    /// The entry's hash.
    pub entry: String,
}

/// A finance provider that takes part.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FinanceProviderOut {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its licence, in words; may be empty.
    pub licence: String,
}

/// The finance providers that take part, but for the caller's own party.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FinanceProviders {
    /// By name.
    pub items: Vec<FinanceProviderOut>,
}

/// What can be signed about an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// The recipient's answer.
    Answer(Answer),
    /// Taking it back.
    Recall,
}

impl Act {
    /// From its word.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `act_unknown`.
    pub fn read(word: &str) -> Result<Act, AppError> {
        match word {
            "accept" => Ok(Act::Answer(Answer::Accept)),
            "decline" => Ok(Act::Answer(Answer::Refuse)),
            "recall" => Ok(Act::Recall),
            _ => Err(AppError::invalid_field(
                "act",
                "act_unknown",
                "say accept, decline or recall",
            )),
        }
    }
}

impl RetransferTermsIn {
    /// As asked for on this fragment.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if the recipient is none; the codes of amounts and recourse.
    pub fn read(&self, fragment: String, currency: Currency) -> Result<OfferRetransfer, AppError> {
        let price = self.price.as_deref();
        let price = price
            .map(|text| Amount::parse(text, currency))
            .transpose()?;
        Ok(OfferRetransfer {
            fragment,
            amount: Amount::parse(&self.amount, currency)?,
            to: id(&self.to, PartyId::parse)?,
            recourse: self.recourse.read(currency)?,
            contract: self.contract.clone(),
            price,
        })
    }
}

impl RetransferIn {
    /// Key and signature.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `not_base64`, `key_id_invalid`, `signature_length`.
    pub fn read(&self) -> Result<(KeyId, [u8; 64]), AppError> {
        signed(&self.key, &self.signature)
    }
}

impl RetransferAnswerIn {
    /// Answer, key and signature.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `act_unknown`, `not_base64`, `key_id_invalid`, `signature_length`.
    pub fn read(&self) -> Result<(Answer, KeyId, [u8; 64]), AppError> {
        let Act::Answer(answer) = Act::read(&self.act)? else {
            return Err(AppError::invalid_field(
                "act",
                "act_unknown",
                "an answer is accept or decline",
            ));
        };
        let (key, bytes) = signed(&self.key, &self.signature)?;
        Ok((answer, key, bytes))
    }
}

impl RetransferOut {
    /// For an answer.
    #[must_use]
    pub fn of(one: &ShownRetransfer) -> RetransferOut {
        let (deal, of) = (&one.retransferred, &one.retransferred.retransfer);
        let lapsed = of.state == RetransferState::Offered && !one.open;
        RetransferOut {
            retransfer: of.id.to_string(),
            own: one.own,
            state: if lapsed { "lapsed" } else { of.state.word() }.to_owned(),
            fragment: one.fragment.clone(),
            from: deal.seller.name.clone(),
            to: deal.buyer.name.clone(),
            paper_number: deal.paper.paper.number.clone(),
            obligor: deal.obligor.name.clone(),
            range: deal.range().map(|r| r.to_string()).unwrap_or_default(),
            amount: Money::of_minor(of.hi.saturating_sub(of.lo), of.currency),
            due_date: deal.paper.paper.due_date,
            recourse: RecourseTerms::of(of.recourse(), of.currency),
            contract: of.contract.clone(),
            price: of.price.map(|price| Money::of(price, of.currency)),
            offered_at: moment(of.created_at),
        }
    }
}

impl RetransferOfferedOut {
    /// For an answer.
    #[must_use]
    pub fn of(offered: Offered) -> RetransferOfferedOut {
        RetransferOfferedOut {
            retransfer: offered.retransfer,
            offered: offered.offered,
            rest: offered.rest,
            entry: offered.entry,
        }
    }
}

impl RetransferAnsweredOut {
    /// For an answer.
    #[must_use]
    pub fn of(answered: Answered) -> RetransferAnsweredOut {
        RetransferAnsweredOut {
            retransfer: answered.retransfer,
            fragment: answered.fragment,
            entry: answered.entry,
        }
    }
}

impl FinanceProviderOut {
    /// For an answer.
    #[must_use]
    pub fn of(provider: &FinanceProvider) -> FinanceProviderOut {
        FinanceProviderOut {
            id: provider.party.to_string(),
            name: provider.name.clone(),
            licence: provider.licence.clone(),
        }
    }
}
