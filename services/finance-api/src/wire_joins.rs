//! Joins over the wire.

use ledger_app::join_fragments::Pieces;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire_pledges::SignatureIn;

/// What a fragment is joined with.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinIn {
    /// Id of the fragment that begins where the other ends.
    pub neighbour: String,
}

/// The same, with the signature under the entry as prepared.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedJoinIn {
    /// As prepared.
    pub neighbour: String,
    /// Id of the key that signed.
    pub key: String,
    /// Ed25519 signature over the payload, 64 bytes, base 64.
    pub signature: String,
}

/// Two fragments joined just now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct JoinedOut {
    /// Id of the one fragment.
    pub fragment: String,
    /// The entry's hash.
    pub entry: String,
}

/// A fragment that can be joined with its neighbours.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PieceOut {
    /// Id of the fragment.
    pub fragment: String,
    /// Its range.
    pub range: String,
    /// How much it is.
    pub amount: Money,
}

/// Fragments that can be joined, lowest first; fifty at most.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PiecesOut {
    /// Number of the paper.
    pub paper_number: String,
    /// The pieces; one alone can't be joined.
    pub pieces: Vec<PieceOut>,
    /// How much they are together.
    pub whole: Money,
}

impl SignedJoinIn {
    /// The neighbour, and the signature.
    #[must_use]
    pub fn parts(self) -> (String, SignatureIn) {
        let signature = SignatureIn {
            key: self.key,
            signature: self.signature,
        };
        (self.neighbour, signature)
    }
}

impl PiecesOut {
    /// For an answer.
    #[must_use]
    pub fn of(found: &Pieces) -> PiecesOut {
        let paper = &found.held.paper.paper;
        let pieces = found.pieces.iter().map(|piece| PieceOut {
            fragment: piece.fragment.clone(),
            range: piece.range.to_string(),
            amount: Money::of(piece.range.amount(), paper.currency),
        });
        PiecesOut {
            paper_number: paper.number.clone(),
            pieces: pieces.collect(),
            whole: Money::of(found.whole, paper.currency),
        }
    }
}
