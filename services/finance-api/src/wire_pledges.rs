//! Pledges over the wire.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_app::ask_pledge::AskPledge;
use ledger_app::error::AppError;
use ledger_app::pledge_fragment::Entered;
use ledger_app::pledged::ToSign;
use ledger_app::pledges_view::PledgeSide;
use ledger_app::pledges_view::ShownPledge;
use ledger_app::traced_path::CameBy;
use ledger_app::traced_path::PathStep;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire::base64_of;
use crate::wire::bytes_of;
use crate::wire::id;
use crate::wire::moment;
use crate::wire_quotes::signed;

/// What to pledge, to whom, for which claim. Amounts are in the paper's currency.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PledgeIn {
    /// Id of the finance provider whose claim it secures.
    pub pledgee: String,
    /// All of the fragment, or its front part.
    #[schema(example = "350000.00")]
    pub amount: String,
    /// The secured claim.
    #[schema(example = "300000.00")]
    pub secured: String,
    /// The two parties' name for the loan, such as its contract number; 140 characters at most.
    pub loan: String,
}

/// A question on record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PledgeAskedOut {
    /// Its id.
    pub pledge: String,
}

/// A pledge of which the caller's party is a side.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PledgeOut {
    /// Its id.
    pub pledge: String,
    /// `holder` or `pledgee`: the caller's side.
    pub side: String,
    /// `asked`, `granted` (the deed is signed, the holder may sign), `pledged`, `released`,
    /// `declined`, `withdrawn`, `void` (the fragment was used otherwise before both had signed) or
    /// `paid` (at maturity, to the holder's own account).
    #[schema(example = "pledged")]
    pub state: String,
    /// Id of the fragment it stands on now.
    pub fragment: String,
    /// Who pledges.
    pub holder: String,
    /// Whose claim is secured.
    pub pledgee: String,
    /// The paper's number.
    pub paper_number: String,
    /// Who owes.
    pub obligor: String,
    /// The range pledged.
    pub range: String,
    /// How much that is.
    pub amount: Money,
    /// When it is due.
    pub due_date: NaiveDate,
    /// The secured claim.
    pub secured: Money,
    /// The loan.
    pub loan: String,
    /// Until when the holder may sign the deed.
    pub expires_at: Option<String>,
    /// When it was asked.
    pub asked_at: String,
}

/// A page of pledges, newest first.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PledgePage {
    /// The pledges.
    pub items: Vec<PledgeOut>,
    /// For the next page; none on the last.
    pub next_cursor: Option<String>,
}

/// A pledge with the way of its fragment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PledgeSeenOut {
    /// It.
    pub pledge: PledgeOut,
    /// From the obligor to the holder; to its pledgee every name is told.
    pub path: Vec<StationOut>,
}

/// One holder on the way of a fragment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct StationOut {
    /// The obligor is 0, the payee 1.
    pub tier: u16,
    /// Who, if the caller may know.
    pub holder: Option<String>,
    /// `promise`, `issue`, `transfer`, `retransfer`, `discount`, `reversal`, `recourse` or `correction`.
    pub came_by: String,
    /// When, if the caller may know.
    pub date: Option<NaiveDate>,
    /// Whether hashes and signatures up to the next step hold.
    pub proved: bool,
}

/// Until when a deed shall stand.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreparePledgeIn {
    /// Of a deed: last moment for the holder to sign, RFC 3339; seven days if not said.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// What the caller signs next. Nothing is kept until the signature comes.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ActToSignOut {
    /// `deed`, `pledge`, `release`, `retransfer`, `accept`, `decline`, `recall`, `agreement`, `claim` or
    /// `pay`.
    #[schema(example = "deed")]
    pub act: String,
    /// Canonical bytes, base 64. An entry bears the business date and is to be signed on that day.
    pub body: String,
    /// What to sign with Ed25519, base 64: a domain, the caller's seat, `body`.
    pub payload: String,
}

/// A deed with its signature.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedDeedIn {
    /// Canonical bytes of the deed as prepared, base 64.
    pub body: String,
    /// Id of the key that signed.
    pub key: String,
    /// Ed25519 signature over the payload, 64 bytes, base 64.
    pub signature: String,
}

/// A signature under what was prepared.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignatureIn {
    /// Id of the key that signed.
    pub key: String,
    /// Ed25519 signature over the payload, 64 bytes, base 64.
    pub signature: String,
}

/// A deed on record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct GrantedOut {
    /// Of which pledge.
    pub pledge: String,
    /// Until when the holder may sign it.
    pub expires_at: String,
}

/// A fragment pledged.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EnteredOut {
    /// Id of the part pledged.
    pub fragment: String,
    /// Id of what stays free, if something does.
    pub rest: Option<String>,
    /// The entry's hash.
    pub entry: String,
}

/// A fragment let go.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ReleasedOut {
    /// Id of the fragment as its holder has it now.
    pub fragment: String,
    /// The entry's hash.
    pub entry: String,
}

impl PledgeIn {
    /// As asked for on this fragment.
    ///
    /// # Errors
    /// [`AppError::NotFound`] if the pledgee is none; the amounts' codes.
    pub fn read(&self, fragment: String, currency: Currency) -> Result<AskPledge, AppError> {
        Ok(AskPledge {
            fragment,
            amount: Amount::parse(&self.amount, currency)?,
            pledgee: id(&self.pledgee, PartyId::parse)?,
            secured: Amount::parse(&self.secured, currency)?,
            loan: self.loan.clone(),
        })
    }
}

impl PledgeOut {
    /// For an answer.
    #[must_use]
    pub fn of(one: &ShownPledge) -> PledgeOut {
        let (pledged, pledge) = (&one.pledged, &one.pledged.pledge);
        let units = pledge.hi.saturating_sub(pledge.lo);
        PledgeOut {
            pledge: pledge.id.to_string(),
            side: match one.side {
                PledgeSide::Holder => "holder",
                PledgeSide::Pledgee => "pledgee",
            }
            .to_owned(),
            state: one.standing.word().to_owned(),
            fragment: one.fragment.clone(),
            holder: pledged.holder.name.clone(),
            pledgee: pledged.pledgee.name.clone(),
            paper_number: pledged.paper.paper.number.clone(),
            obligor: pledged.obligor.name.clone(),
            range: pledged.range().map(|r| r.to_string()).unwrap_or_default(),
            amount: Money::of_minor(units, pledge.currency),
            due_date: pledged.paper.paper.due_date,
            secured: Money::of(pledge.secured, pledge.currency),
            loan: pledge.loan.clone(),
            expires_at: pledge.expires_at.map(moment),
            asked_at: moment(pledge.created_at),
        }
    }
}

impl StationOut {
    /// For an answer.
    #[must_use]
    pub fn of(step: &PathStep) -> StationOut {
        StationOut {
            tier: step.tier,
            holder: step.holder.clone(),
            came_by: match step.came_by {
                CameBy::Promise => "promise",
                CameBy::Issue => "issue",
                CameBy::Transfer => "transfer",
                CameBy::Retransfer => "retransfer",
                CameBy::Discount => "discount",
                CameBy::Reversal => "reversal",
                CameBy::Recourse => "recourse",
                CameBy::Correction => "correction",
            }
            .to_owned(),
            date: step.date,
            proved: step.proved,
        }
    }
}

impl ActToSignOut {
    /// For an answer.
    #[must_use]
    pub fn of(act: &str, to_sign: &ToSign) -> ActToSignOut {
        ActToSignOut {
            act: act.to_owned(),
            body: base64_of(&to_sign.body),
            payload: base64_of(&to_sign.payload),
        }
    }
}

impl SignedDeedIn {
    /// Bytes, key and signature.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `not_base64`, `key_id_invalid`, `signature_length`.
    pub fn read(&self) -> Result<(Vec<u8>, KeyId, [u8; 64]), AppError> {
        let body = bytes_of("body", &self.body)?;
        let (key, bytes) = signed(&self.key, &self.signature)?;
        Ok((body, key, bytes))
    }
}

impl SignatureIn {
    /// Key and signature.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `not_base64`, `key_id_invalid`, `signature_length`.
    pub fn read(&self) -> Result<(KeyId, [u8; 64]), AppError> {
        signed(&self.key, &self.signature)
    }
}

impl EnteredOut {
    /// For an answer.
    #[must_use]
    pub fn of(entered: Entered) -> EnteredOut {
        EnteredOut {
            fragment: entered.fragment,
            rest: entered.rest,
            entry: entered.entry,
        }
    }
}
