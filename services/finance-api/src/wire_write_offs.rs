//! Write-offs over the wire.

use chrono::NaiveDate;
use ledger_app::write_off_fragment::Said;
use ledger_app::write_off_view::Possible;
use ledger_app::write_off_view::ShownWriteOff;
use ledger_app::write_off_view::WriteOffs;
use serde::Deserialize;
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::Money;
use crate::wire_pledges::SignatureIn;

/// What the holder says of a fragment that it writes off.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WriteOffIn {
    /// Why nothing more is to be had: 1 to 500 characters. Its digest is in the entry.
    pub reason: String,
    /// What it rests on, as the number of a court's ruling: one line of 1 to 140 characters.
    pub evidence: String,
}

/// The same words, with the signature under the entry as prepared.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignedWriteOffIn {
    /// As prepared.
    pub reason: String,
    /// As prepared.
    pub evidence: String,
    /// Id of the key that signed.
    pub key: String,
    /// Ed25519 signature over the payload, 64 bytes, base 64.
    pub signature: String,
}

/// A fragment written off just now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WrittenOffOut {
    /// Id of the fragment as it stands now.
    pub fragment: String,
    /// The entry's hash.
    pub entry: String,
}

/// A fragment that the caller's party may write off.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WriteOffPossibleOut {
    /// Id of the fragment.
    pub fragment: String,
    /// Number of the paper.
    pub paper_number: String,
    /// Who owes.
    pub obligor: String,
    /// The range.
    pub range: String,
    /// What is owed on it now.
    pub owed: Money,
}

/// A fragment that the caller's party has written off. The claim stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WriteOffOut {
    /// Id of the fragment.
    pub fragment: String,
    /// Number of the paper.
    pub paper_number: String,
    /// Who owes.
    pub obligor: String,
    /// The range.
    pub range: String,
    /// Business date.
    pub written_off_on: NaiveDate,
    /// What was owed that day.
    pub written_off: Money,
    /// What of it came in since; late interest is not counted.
    pub recovered: Money,
    /// What is owed still.
    pub owed: Money,
    /// Why.
    pub reason: String,
    /// What it rests on.
    pub evidence: String,
}

/// What the caller's party may write off, and what it has, newest first; five hundred of each at most.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WriteOffsOut {
    /// What it may, the oldest due first.
    pub possible: Vec<WriteOffPossibleOut>,
    /// What it has.
    pub written_off: Vec<WriteOffOut>,
}

impl WriteOffIn {
    /// As the use case takes it.
    #[must_use]
    pub fn said(self) -> Said {
        Said {
            reason: self.reason,
            evidence: self.evidence,
        }
    }
}

impl SignedWriteOffIn {
    /// The words, and the signature.
    #[must_use]
    pub fn parts(self) -> (Said, SignatureIn) {
        let said = Said {
            reason: self.reason,
            evidence: self.evidence,
        };
        let signature = SignatureIn {
            key: self.key,
            signature: self.signature,
        };
        (said, signature)
    }
}

impl WriteOffPossibleOut {
    fn of(one: &Possible) -> WriteOffPossibleOut {
        let paper = &one.held.paper.paper;
        WriteOffPossibleOut {
            fragment: one.fragment.clone(),
            paper_number: paper.number.clone(),
            obligor: one.held.obligor.name.clone(),
            range: one.held.fragment.range.to_string(),
            owed: Money::of(one.owed, paper.currency),
        }
    }
}

impl WriteOffOut {
    fn of(one: &ShownWriteOff) -> WriteOffOut {
        let (write_off, currency) = (&one.write_off, one.write_off.currency);
        WriteOffOut {
            fragment: one.fragment.clone(),
            paper_number: one.held.paper.paper.number.clone(),
            obligor: one.held.obligor.name.clone(),
            range: one.held.fragment.range.to_string(),
            written_off_on: write_off.written_off_on,
            written_off: Money::of(write_off.amount, currency),
            recovered: Money::of(one.recovered, currency),
            owed: Money::of(one.owed, currency),
            reason: write_off.reason.clone(),
            evidence: write_off.evidence.clone(),
        }
    }
}

impl WriteOffsOut {
    /// For an answer.
    #[must_use]
    pub fn of(found: &WriteOffs) -> WriteOffsOut {
        WriteOffsOut {
            possible: found.possible.iter().map(WriteOffPossibleOut::of).collect(),
            written_off: found.list.iter().map(WriteOffOut::of).collect(),
        }
    }
}
