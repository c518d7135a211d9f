//! What parties' own systems are told, in the unit of work of the fact. A message is thin: of what,
//! which ids, and where in the API to look. Whoever reads one it should not have learns nothing but
//! that something happened, and no message says anything about another provider's price.

use std::collections::HashSet;

use chrono::DateTime;
use chrono::SecondsFormat;
use chrono::Utc;
use ledger_core::id::InquiryId;
use ledger_core::id::PartyId;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_store::quotes::Quote;
use ledger_store::sealed_bids::SealedBid;
use ledger_store::unit_of_work::WriteTx;
use ledger_store::webhook_deliveries::WebhookEvent;
pub use ledger_store::webhooks::WebhookTopic;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use uuid::Uuid;

use crate::error::AppError;
use crate::random;

/// Something that happened, as far as a message says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    topic: WebhookTopic,
    about: About,
}

/// About what.
#[derive(Debug, Clone, PartialEq, Eq)]
enum About {
    /// A request that a provider was invited to, and the inquiry it was asked with.
    Request(RequestId, Option<InquiryId>),
    /// A provider's quote.
    Quote(RequestId, QuoteId),
    /// A purchase, for the provider.
    Purchase(RequestId, QuoteId),
    /// A purchase, for the seller: the API shows it the provider's side only.
    Sale(RequestId, QuoteId),
    /// A paper, by its number.
    Paper(String),
    /// An obligor.
    Obligor(PartyId),
    /// A webhook, for its test.
    Webhook(Uuid),
}

/// What can be chosen: all but the test, which goes to whoever asks for it.
#[must_use]
pub fn choices() -> Vec<WebhookTopic> {
    let all = WebhookTopic::ALL.iter().copied();
    all.filter(|topic| *topic != WebhookTopic::Ping).collect()
}

impl Happening {
    /// About a request.
    pub(crate) const fn on_request(
        topic: WebhookTopic,
        request: RequestId,
        inquiry: Option<InquiryId>,
    ) -> Happening {
        Happening {
            topic,
            about: About::Request(request, inquiry),
        }
    }

    /// About a quote, for its provider.
    pub(crate) const fn on_quote(
        topic: WebhookTopic,
        request: RequestId,
        quote: QuoteId,
    ) -> Happening {
        Happening {
            topic,
            about: About::Quote(request, quote),
        }
    }

    /// About a purchase, for its provider.
    pub(crate) const fn on_purchase(
        topic: WebhookTopic,
        request: RequestId,
        quote: QuoteId,
    ) -> Happening {
        Happening {
            topic,
            about: About::Purchase(request, quote),
        }
    }

    /// About the same, for its seller.
    pub(crate) const fn on_sale(
        topic: WebhookTopic,
        request: RequestId,
        quote: QuoteId,
    ) -> Happening {
        Happening {
            topic,
            about: About::Sale(request, quote),
        }
    }

    /// A holder's share in a paper was credited.
    pub(crate) fn settled(paper: &str) -> Happening {
        Happening {
            topic: WebhookTopic::MaturitySettled,
            about: About::Paper(paper.to_owned()),
        }
    }

    /// A paper was not paid on its due date.
    pub(crate) fn defaulted(paper: &str) -> Happening {
        Happening {
            topic: WebhookTopic::PaperDefaulted,
            about: About::Paper(paper.to_owned()),
        }
    }

    /// An obligor may issue nothing new, or may again.
    pub(crate) const fn issue_stop(obligor: PartyId, stopped: bool) -> Happening {
        Happening {
            topic: if stopped {
                WebhookTopic::IssuanceStopped
            } else {
                WebhookTopic::IssuanceResumed
            },
            about: About::Obligor(obligor),
        }
    }

    /// A test of a webhook.
    pub(crate) const fn ping(webhook: Uuid) -> Happening {
        Happening {
            topic: WebhookTopic::Ping,
            about: About::Webhook(webhook),
        }
    }

    /// The message as it is kept: `type`, `timestamp`, `data` with ids and links into the API.
    pub(crate) fn event(
        &self,
        party: PartyId,
        now: DateTime<Utc>,
    ) -> Result<WebhookEvent, AppError> {
        let message = json!({
            "type": self.topic.word(),
            "timestamp": now.to_rfc3339_opts(SecondsFormat::Millis, true),
            "data": self.data(),
        });
        Ok(WebhookEvent {
            id: Uuid::from_bytes(random::bytes()?),
            party,
            topic: self.topic,
            body: message.to_string(),
            made_at: now,
        })
    }

    fn data(&self) -> Value {
        let request_link = |id: &RequestId| format!("/v1/requests/{id}");
        let (ids, links) = match &self.about {
            About::Request(request, inquiry) => {
                let mut ids = vec![("request", request.to_string())];
                ids.extend(inquiry.map(|id| ("inquiry", id.to_string())));
                (ids, vec![("request", request_link(request))])
            }
            About::Quote(request, quote) => (
                vec![
                    ("request", request.to_string()),
                    ("quote", quote.to_string()),
                ],
                vec![
                    ("request", request_link(request)),
                    ("quote", format!("/v1/quotes/{quote}")),
                ],
            ),
            About::Purchase(request, quote) => (
                vec![
                    ("request", request.to_string()),
                    ("quote", quote.to_string()),
                ],
                vec![
                    ("request", request_link(request)),
                    ("quote", format!("/v1/quotes/{quote}")),
                    ("discount", format!("/v1/discounts/{quote}")),
                ],
            ),
            About::Sale(request, quote) => (
                vec![
                    ("request", request.to_string()),
                    ("quote", quote.to_string()),
                ],
                Vec::new(),
            ),
            About::Paper(number) => (vec![("paper", number.clone())], Vec::new()),
            About::Obligor(obligor) => (
                vec![("obligor", obligor.to_string())],
                vec![("obligor", format!("/v1/obligors/{obligor}"))],
            ),
            About::Webhook(id) => {
                let id = id.simple().to_string();
                let link = format!("/v1/webhooks/{id}");
                (vec![("webhook", id)], vec![("webhook", link)])
            }
        };
        let object = |pairs: Vec<(&str, String)>| {
            let pairs = pairs.into_iter();
            pairs
                .map(|(name, value)| (name.to_owned(), Value::String(value)))
                .collect::<Map<String, Value>>()
        };
        let mut data = object(ids);
        if !links.is_empty() {
            data.insert("links".to_owned(), Value::Object(object(links)));
        }
        Value::Object(data)
    }
}

/// Keeps messages for all webhooks that want them, set-based. Whoever has none costs one look.
///
/// # Errors
/// The store's.
pub(crate) fn tell(
    tx: &mut WriteTx<'_>,
    now: DateTime<Utc>,
    happenings: &[(PartyId, Happening)],
) -> Result<(), AppError> {
    if happenings.is_empty() {
        return Ok(());
    }
    let mut parties: Vec<PartyId> = happenings.iter().map(|(party, _)| *party).collect();
    parties.sort_unstable();
    parties.dedup();
    let wanted: HashSet<(PartyId, WebhookTopic)> =
        tx.webhook_interests(&parties)?.into_iter().collect();
    let events = happenings
        .iter()
        .filter(|(party, one)| wanted.contains(&(*party, one.topic)))
        .map(|(party, one)| one.event(*party, now))
        .collect::<Result<Vec<_>, AppError>>()?;
    if !events.is_empty() {
        tx.webhook_events_tell(&events)?;
    }
    Ok(())
}

/// To each provider what became of its quotes. Those that follow from standing rates come and go by
/// the minute: nobody is told.
pub(crate) fn on_quotes(topic: WebhookTopic, quotes: &[Quote]) -> Vec<(PartyId, Happening)> {
    quotes
        .iter()
        .filter(|quote| quote.card.is_none())
        .map(|quote| {
            let happening = Happening::on_quote(topic, quote.request, quote.id);
            (quote.provider, happening)
        })
        .collect()
}

/// To each provider whose sealed bid ended unread.
pub(crate) fn on_bids(bids: &[SealedBid]) -> Vec<(PartyId, Happening)> {
    bids.iter()
        .map(|bid| {
            let happening = Happening::on_request(WebhookTopic::BidLapsed, bid.request, None);
            (bid.provider, happening)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use ledger_core::id::PartyId;
    use ledger_core::id::QuoteId;
    use ledger_core::id::RequestId;

    use super::Happening;
    use super::WebhookTopic;

    #[test]
    fn a_message_names_ids_and_links_and_nothing_else() {
        let (request, quote) = (RequestId::from_bytes([1; 16]), QuoteId::from_bytes([2; 16]));
        let happening = Happening::on_purchase(WebhookTopic::QuoteSigned, request, quote);
        let now = DateTime::UNIX_EPOCH;
        let event = happening.event(PartyId::from_bytes([3; 16]), now).unwrap();
        let message: serde_json::Value = serde_json::from_str(&event.body).unwrap();
        assert_eq!(
            message,
            serde_json::json!({
                "type": "quote.signed",
                "timestamp": "1970-01-01T00:00:00.000Z",
                "data": {
                    "request": request.to_string(),
                    "quote": quote.to_string(),
                    "links": {
                        "request": format!("/v1/requests/{request}"),
                        "quote": format!("/v1/quotes/{quote}"),
                        "discount": format!("/v1/discounts/{quote}"),
                    },
                },
            })
        );
    }
}
