//! A sealed auction: banks bind themselves to quotes by a digest, the holder sees no more than how
//! many there are, and when bids are closed each bank shows what it was bound to.

use chrono::NaiveDate;
use ledger_core::hash::CommitmentDigest;
use ledger_core::id::PartyId;
use ledger_core::id::RequestId;
use ledger_core::sealed_bid::Opening;
use ledger_core::sealed_bid::commitment_bytes;
use ledger_core::signature::Seat;
use ring::rand::SecureRandom as _;
use ring::rand::SystemRandom;
use serde::Deserialize;
use serde_json::json;

use crate::bank_api;
use crate::bank_api::base64_of;
use crate::deed::Step;
use crate::failure::Doing;
use crate::failure::Failure;
use crate::memory::BidKept;
use crate::memory::QuoteKept;
use crate::memory::recall;
use crate::player::Player;
use crate::pricing;
use crate::pricing::Fee;
use crate::pricing::Price;
use crate::shown;
use crate::steps::provider::without;

/// Binds a bank to a quote without showing it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealBid {
    who: String,
    request: String,
    /// Percent a year.
    rate: String,
    #[serde(default)]
    fee: Vec<Fee>,
    #[serde(default = "without")]
    recourse: String,
    /// When the money is paid: bids have to be closed, shown and signed by then.
    pay_date: NaiveDate,
    /// What later steps call the bid.
    #[serde(rename = "as")]
    name: String,
}

/// 32 bytes that nobody can guess: what keeps likely figures from being tried against the digest.
fn nonce() -> Result<[u8; 32], Failure> {
    let mut bytes = [0; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_unspecified| Failure::Broken {
            doing: "drawing a nonce".to_owned(),
            why: "the operating system has no randomness".to_owned(),
        })?;
    Ok(bytes)
}

/// The digest of a bid, with which a bank binds itself.
fn digest(
    player: &Player,
    bank: &str,
    request: &str,
    opening: &Opening,
) -> Result<(RequestId, PartyId, CommitmentDigest), Failure> {
    let request = RequestId::parse(request).doing("the request's id")?;
    let provider = PartyId::parse(&player.stage.party(bank)?.party_id).doing("the bank's id")?;
    let digest = opening.commitment(request, provider);
    Ok((request, provider, digest))
}

impl Step for SealBid {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let id = recall(&player.memory.requests, &self.request)?;
        Ok(format!(
            "seals a bid of {} % a year on request {id}",
            self.rate
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let id = recall(&player.memory.requests, &self.request)?.clone();
        let asked_for = Price {
            rate: &self.rate,
            fees: &self.fee,
            recourse: &self.recourse,
            pay_date: Some(self.pay_date),
        };
        let priced = pricing::price(player, &self.who, &id, &asked_for)?;
        let opening = Opening {
            nonce: nonce()?,
            quote: priced.body,
        };
        let (request, provider, digest) = digest(player, &self.who, &id, &opening)?;
        let api = player.client(&self.who)?;
        let statement = commitment_bytes(request, provider, digest);
        let signature = api.signer().sign(Seat::FinanceProvider, &statement);
        let bound = api.post(
            &format!("/v1/requests/{id}/sealed-bids"),
            &json!({
                "commitment": digest.to_string(),
                "key": api.signer().key().to_string(),
                "signature": base64_of(&signature.bytes),
            }),
        )?;
        let bid = bank_api::text(&bound, "bid")?.to_owned();
        player
            .transcript
            .note(&format!("all the platform gets: {digest}"));
        player.transcript.note(&format!("bound by bid {bid}"));
        player.memory.bids.insert(
            self.name.clone(),
            BidKept {
                id: bid,
                request: id,
                opening,
                reckoned: priced.reckoned,
            },
        );
        Ok(())
    }
}

/// The holder looks while bids are sealed: a number, and nothing else.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeeBids {
    who: String,
    request: String,
    /// The bids that are in; no bank and no figure of theirs may be seen.
    bids: Vec<String>,
    /// Codes of the banks that were asked.
    banks: Vec<String>,
}

impl Step for SeeBids {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok(format!("sees that {} sealed bids are in", self.bids.len()))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let id = recall(&player.memory.requests, &self.request)?;
        let page = browser.get(&format!("/finance/{id}"))?;
        let said = page.text("main .notebox")?;
        let count = self.bids.len().to_string();
        let numbers: Vec<&str> = said
            .split(|c: char| !c.is_ascii_digit())
            .filter(|piece| !piece.is_empty())
            .collect();
        if numbers.first() != Some(&count.as_str()) {
            return Err(Failure::unexpected(format!("{count} sealed bids"), said));
        }
        let words = page.words()?;
        let mut secrets: Vec<String> = Vec::new();
        for bank in &self.banks {
            secrets.push(player.stage.party(bank)?.name.clone());
        }
        for bid in &self.bids {
            let reckoned = &recall(&player.memory.bids, bid)?.reckoned;
            secrets.push(shown::grouped(reckoned.proceeds));
            secrets.push(shown::grouped(reckoned.charge));
        }
        if let Some(seen) = secrets.iter().find(|secret| words.contains(*secret)) {
            return Err(Failure::unexpected(
                "neither bank nor figure while bids are sealed",
                seen.clone(),
            ));
        }
        player.transcript.note(&said);
        player
            .transcript
            .note("no bank and no figure stands on the page");
        Ok(())
    }
}

/// Shows a sealed bid; in its place something else, if the story wants the bank to try.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RevealBid {
    who: String,
    bid: String,
    /// Another rate than the one the bank is bound to.
    instead: Option<String>,
    /// What later steps call the quote.
    #[serde(rename = "as", default)]
    name: String,
}

impl Step for RevealBid {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let id = &recall(&player.memory.bids, &self.bid)?.id;
        Ok(match &self.instead {
            None => format!("shows bid {id}"),
            Some(rate) => format!("shows {rate} % a year for bid {id}"),
        })
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let kept = recall(&player.memory.bids, &self.bid)?.clone();
        let body = match &self.instead {
            None => kept.opening.quote.clone(),
            Some(rate) => {
                let other = Price {
                    rate,
                    fees: &[],
                    recourse: "without",
                    pay_date: None,
                };
                pricing::price(player, &self.who, &kept.request, &other)?.body
            }
        };
        let api = player.client(&self.who)?;
        let mut opening = pricing::signed(&api, &body);
        if let Some(members) = opening.as_object_mut() {
            members.insert("nonce".to_owned(), base64_of(&kept.opening.nonce).into());
        }
        let shown = api.post(&format!("/v1/sealed-bids/{}/reveal", kept.id), &opening)?;
        let quote = bank_api::text(&shown, "quote")?.to_owned();
        pricing::note(player, &kept.reckoned);
        player
            .transcript
            .note(&format!("fits its digest; on offer as quote {quote}"));
        player.memory.quotes.insert(
            self.name.clone(),
            QuoteKept {
                bank: self.who.clone(),
                id: quote,
                reckoned: kept.reckoned,
            },
        );
        Ok(())
    }
}
