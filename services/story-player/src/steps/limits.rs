//! A bank's limits: proposed by its system, approved by one of its people, watched afterwards.

use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use crate::bank_api;
use crate::bank_api::BankApi;
use crate::deed::Step;
use crate::failure::Failure;
use crate::failure::same;
use crate::form::Form;
use crate::memory::LimitKept;
use crate::memory::recall;
use crate::player::Player;
use crate::shown;

/// Sets a limit so that exactly so much more may be taken.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SetLimit {
    who: String,
    /// Code of the obligor.
    on: String,
    /// What shall be free beside what is held already.
    room: String,
}

/// What is used, reserved and free of a limit, beside what was there when it was set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectLimit {
    who: String,
    /// Code of the obligor.
    on: String,
    used: String,
    reserved: String,
    free: String,
}

/// Used and reserved of an obligor, whether a limit is set or not.
fn position(api: &BankApi, obligor: &str) -> Result<LimitKept, Failure> {
    let answer = api.get(&format!("/v1/limits/obligors/{obligor}"))?;
    let mut kept = LimitKept {
        used: 0,
        reserved: 0,
    };
    for item in bank_api::list(&answer, "items")? {
        if bank_api::text(item, "used.currency")? == "CNY" {
            kept.used = shown::yuan(bank_api::text(item, "used.amount")?)?;
            kept.reserved = shown::yuan(bank_api::text(item, "reserved.amount")?)?;
        }
    }
    Ok(kept)
}

/// The bank's own limit on an obligor.
fn limit(api: &BankApi, obligor: &str) -> Result<Value, Failure> {
    let answer = api.get("/v1/limits")?;
    for item in bank_api::list(&answer, "limits")? {
        let kind = bank_api::text(item, "subject.kind")?;
        if kind == "obligor" && bank_api::text(item, "subject.id")? == obligor {
            return Ok(item.clone());
        }
    }
    Err(Failure::unexpected(
        "a limit on the obligor",
        answer.to_string(),
    ))
}

/// Minor units, below zero too.
fn minor(answer: &Value, path: &str) -> Result<i64, Failure> {
    let text = bank_api::text(answer, path)?;
    match text.strip_prefix('-') {
        Some(less) => Ok(shown::yuan(less)?.saturating_neg()),
        None => shown::yuan(text),
    }
}

/// Under which name a bank's limit is kept.
fn name(who: &str, on: &str) -> String {
    format!("{who} on {on}")
}

impl Step for SetLimit {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "limits what it takes of {} to {} more",
            player.stage.name(&self.on),
            self.room
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let api = player.client(&self.who)?;
        let obligor = player.stage.party(&self.on)?.party_id.clone();
        let there = position(&api, &obligor)?;
        let room = shown::yuan(&self.room)?;
        let amount = there
            .used
            .saturating_add(there.reserved)
            .saturating_add(room);
        let proposed = api.post(
            "/v1/limits",
            &json!({
                "kind": "obligor",
                "subject": obligor,
                "currency": "CNY",
                "amount": shown::grouped(amount).replace(',', ""),
                "reason": "credit committee",
            }),
        )?;
        let proposal = bank_api::text(&proposed, "proposal")?.to_owned();
        // The key that proposed may not approve: that takes somebody else.
        let own = api.post(
            &format!("/v1/limits/proposals/{proposal}/approve"),
            &json!({}),
        );
        match own {
            Err(Failure::Refused(refusal)) if refusal.codes.contains(&"same_person".to_owned()) => {
                player
                    .transcript
                    .note(&format!("alone: refused: {refusal}"));
            }
            Err(other) => return Err(other),
            Ok(_) => {
                return Err(Failure::unexpected(
                    "a refusal: same_person",
                    "one key proposed and approved",
                ));
            }
        }
        let browser = player.browser(&self.who)?;
        let page = browser.get("/limits")?;
        let form = Form::find(&page, &format!("/limits/{proposal}"), "/approve")?;
        browser.submit(&form)?;
        let now = limit(&api, &obligor)?;
        same(
            "limit",
            &shown::grouped(amount),
            &shown::grouped(minor(&now, "limit.amount")?),
        )?;
        player.transcript.note(&format!(
            "approved by a second hand: {} in all, {} held before, {} free",
            shown::grouped(amount),
            shown::grouped(there.used.saturating_add(there.reserved)),
            shown::grouped(room),
        ));
        let kept = name(&self.who, &self.on);
        player.memory.limits.insert(kept, there);
        Ok(())
    }
}

impl Step for ExpectLimit {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        Ok(format!(
            "sees its limit on {}: {} used, {} reserved, {} free",
            player.stage.name(&self.on),
            self.used,
            self.reserved,
            self.free
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let api = player.client(&self.who)?;
        let before = *recall(&player.memory.limits, &name(&self.who, &self.on))?;
        let obligor = &player.stage.party(&self.on)?.party_id;
        let now = limit(&api, obligor)?;
        for (what, expected, path, there) in [
            ("used", &self.used, "used.amount", before.used),
            (
                "reserved",
                &self.reserved,
                "reserved.amount",
                before.reserved,
            ),
            ("free", &self.free, "free.amount", 0),
        ] {
            let came = minor(&now, path)?.saturating_sub(there);
            let expected = shown::yuan(expected)?;
            same(what, &shown::grouped(expected), &shown::grouped(came))?;
        }
        player.transcript.note("to the cent");
        Ok(())
    }
}
