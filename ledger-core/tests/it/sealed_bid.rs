//! Sealed bids: the digest binds, hides, and never changes its form.

use ledger_core::id::PartyId;
use ledger_core::id::RequestId;
use ledger_core::sealed_bid::Opening;
use ledger_core::sealed_bid::commitment_bytes;
use ledger_core::signature::Seat;
use ledger_core::signature::signing_payload;

const REQUEST: RequestId = RequestId::from_bytes([0x11; 16]);
const PROVIDER: PartyId = PartyId::from_bytes([0x22; 16]);

fn opening() -> Opening {
    Opening {
        nonce: [0x33; 32],
        quote: b"\x01a quote".to_vec(),
    }
}

/// Reckoned apart from this program: `sha256` of domain, ids, nonce, length and quote.
#[test]
fn the_form_is_pinned() {
    let digest = opening().commitment(REQUEST, PROVIDER);
    assert_eq!(
        digest.to_string(),
        "1a4e26f77c7aeabc531b92b9cddb397a5d788a853d66c926d722e346775cf534"
    );
    assert_eq!(
        hex::encode(commitment_bytes(REQUEST, PROVIDER, digest)),
        format!("b1{}{}{digest}", "11".repeat(16), "22".repeat(16))
    );
    assert_eq!(
        hex::encode(opening().to_bytes()),
        format!("01{}0000000801{}", "33".repeat(32), hex::encode("a quote"))
    );
}

#[test]
fn every_part_counts() {
    let digest = opening().commitment(REQUEST, PROVIDER);
    let other_request = RequestId::from_bytes([0x12; 16]);
    let other_provider = PartyId::from_bytes([0x23; 16]);
    let mut other_nonce = opening();
    other_nonce.nonce[31] ^= 1;
    let mut other_quote = opening();
    other_quote.quote[3] ^= 1;
    for other in [
        opening().commitment(other_request, PROVIDER),
        opening().commitment(REQUEST, other_provider),
        other_nonce.commitment(REQUEST, PROVIDER),
        other_quote.commitment(REQUEST, PROVIDER),
    ] {
        assert_ne!(digest, other);
    }
}

#[test]
fn an_opening_is_read_back_whole_or_not_at_all() {
    let bytes = opening().to_bytes();
    assert_eq!(Opening::from_bytes(&bytes).unwrap(), opening());
    for length in 0..bytes.len() {
        assert!(Opening::from_bytes(&bytes[..length]).is_err());
    }
    let mut longer = bytes.clone();
    longer.push(0);
    assert!(Opening::from_bytes(&longer).is_err());
    let mut newer = bytes;
    newer[0] = 2;
    assert!(Opening::from_bytes(&newer).is_err());
    // What stands in a log says nothing.
    assert_eq!(format!("{:?}", opening()), "Opening(sealed)");
}

/// A signature under a commitment is none under a quote or an entry: those begin with 1.
#[test]
fn a_commitment_is_signed_as_nothing_else() {
    let digest = opening().commitment(REQUEST, PROVIDER);
    let body = commitment_bytes(REQUEST, PROVIDER, digest);
    let payload = signing_payload(Seat::FinanceProvider, &body);
    assert!(payload.ends_with(&body));
    assert_ne!(body[0], opening().quote[0]);
    assert!(ledger_core::quote::Quote::from_bytes(&body).is_err());
}
