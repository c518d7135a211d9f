//! What a bank checks by itself before it prices: the way of a fragment as the financing API tells
//! it, hash by hash and signature by signature.

use ledger_core::hash::sha256_of;
use ledger_core::signature::is_signed;
use ledger_core::signature::signatures_from_bytes;
use serde_json::Value;

use crate::bank_api;
use crate::failure::Doing;
use crate::failure::Failure;
use crate::failure::same;

/// The chain of entries from the obligor's issue to the one who asks: each hash is that of its
/// bytes, each signature fits its key. Gives the number of entries.
///
/// # Errors
/// The first thing that does not hold.
pub fn check(obligor: &str, traced: &Value, asked: &Value) -> Result<usize, Failure> {
    let steps = bank_api::list(traced, "steps")?;
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
        return Err(Failure::unexpected("entries", "none"));
    };
    same(
        "first entry",
        &"issue".to_owned(),
        &bank_api::text(first, "kind")?.to_owned(),
    )?;
    same(
        "holder at the end",
        &bank_api::text(asked, "holder.name")?.to_owned(),
        &bank_api::text(last, "holder")?.to_owned(),
    )?;
    same(
        "obligor",
        &obligor.to_owned(),
        &bank_api::text(traced, "obligor.name")?.to_owned(),
    )?;
    for step in steps {
        check_proof(step)?;
    }
    Ok(steps.len())
}

fn check_proof(step: &Value) -> Result<(), Failure> {
    let kind = bank_api::text(step, "kind")?;
    if step.get("proof").is_none_or(Value::is_null) {
        return if kind == "discount" {
            Ok(())
        } else {
            Err(Failure::unexpected(format!("a proof of {kind}"), "none"))
        };
    }
    let body = bank_api::bytes(step, "proof.body")?;
    let signatures = bank_api::bytes(step, "proof.signatures")?;
    let length = u32::try_from(body.len()).doing("length of an entry")?;
    let mut leaf = vec![0];
    leaf.extend_from_slice(&length.to_be_bytes());
    leaf.extend_from_slice(&body);
    leaf.extend_from_slice(&signatures);
    let hash = bank_api::text(step, "hash")?.to_owned();
    same(
        &format!("hash of {kind}"),
        &hash,
        &hex::encode(sha256_of(&leaf)),
    )?;
    let keys = step.get("proof").map(|proof| bank_api::list(proof, "keys"));
    let keys = keys.unwrap_or(Ok(&[]))?;
    for signature in signatures_from_bytes(&signatures).doing("signatures of an entry")? {
        let id = signature.key.to_string();
        let key = keys
            .iter()
            .find(|key| bank_api::text(key, "id").is_ok_and(|known| known == id));
        let key = key.ok_or_else(|| Failure::unexpected(format!("key {id}"), "not given"))?;
        let public = bank_api::bytes(key, "public_key")?;
        let public = <[u8; 32]>::try_from(public.as_slice()).doing("public key")?;
        if !is_signed(&public, &signature, &body) {
            return Err(Failure::unexpected(
                format!("a signature of key {id} under {kind}"),
                "one that does not fit",
            ));
        }
    }
    Ok(())
}
