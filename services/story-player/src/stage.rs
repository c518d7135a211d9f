//! The stage a story is played on: addresses, people with their passphrases, banks with their
//! keys, parties. Written by whoever started the platform.

use std::collections::BTreeMap;
use std::path::Path;
use std::path::PathBuf;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::failure::Doing;
use crate::failure::Failure;

/// Everything outside the story itself. Unknown members are somebody else's.
#[derive(Debug, Clone, Deserialize)]
pub struct Stage {
    /// Address of the portal and the financing API.
    pub portal: String,
    /// Address of the mailbox.
    pub mailbox: String,
    /// Address of the sandbox bank.
    pub sandbox_bank: String,
    /// Token of the sandbox bank's control door.
    pub sandbox_bank_control_token: String,
    /// The book's verifier key.
    pub verifier_key: String,
    /// The business date when the stage was set.
    pub business_date: NaiveDate,
    /// Who can sign in.
    pub people: Vec<StagePerson>,
    /// Banks that use the financing API.
    #[serde(default)]
    pub api_clients: Vec<StageClient>,
    /// All parties.
    pub parties: Vec<StageParty>,
    /// Parts that only the play casts, with who plays them: `winner` is `t1-2`.
    #[serde(skip)]
    pub cast: BTreeMap<String, String>,
}

/// Somebody who signs in.
#[derive(Debug, Clone, Deserialize)]
pub struct StagePerson {
    /// Code of the party: `t1-1`.
    pub party: String,
    /// Name of the party.
    pub party_name: String,
    /// `maker`, `checker`, `member`, `operator`, `auditor`.
    pub role: String,
    /// Where letters go, and the name to sign in with.
    pub email: String,
    /// The passphrase.
    pub passphrase: String,
}

/// A bank's own system.
#[derive(Debug, Clone, Deserialize)]
pub struct StageClient {
    /// Code of the bank.
    pub party: String,
    /// Name of the bank.
    pub party_name: String,
    /// Id of its key, in hexadecimal.
    pub key_id: String,
    /// File with the key's 32-byte seed, as bytes or in hexadecimal.
    pub seed_file: PathBuf,
}

/// A party.
#[derive(Debug, Clone, Deserialize)]
pub struct StageParty {
    /// Its code.
    pub code: String,
    /// Registered name.
    pub name: String,
    /// Unified social credit code.
    #[serde(default)]
    pub uscc: String,
    /// Id in hexadecimal.
    pub party_id: String,
    /// Account number at the sandbox bank.
    #[serde(default)]
    pub account: String,
}

impl Stage {
    /// Reads a stage file.
    ///
    /// # Errors
    /// The file can't be read or is no stage.
    pub fn load(path: &Path) -> Result<Stage, Failure> {
        let doing = format!("stage {}", path.display());
        let text = std::fs::read_to_string(path).doing(&doing)?;
        serde_json::from_str(&text).doing(&doing)
    }

    /// The code behind a part that the play has cast; any other is its own.
    #[must_use]
    pub fn played_by<'a>(&'a self, part: &'a str) -> &'a str {
        self.cast.get(part).map_or(part, String::as_str)
    }

    /// The party of a code.
    ///
    /// # Errors
    /// There is none.
    pub fn party(&self, code: &str) -> Result<&StageParty, Failure> {
        let code = self.played_by(code);
        let found = self.parties.iter().find(|party| party.code == code);
        found.ok_or_else(|| Failure::story(format!("no party {code} on this stage")))
    }

    /// The party of a code, or the code itself where nobody has it (`operator`).
    #[must_use]
    pub fn name<'a>(&'a self, code: &'a str) -> &'a str {
        let code = self.played_by(code);
        let found = self.parties.iter().find(|party| party.code == code);
        let person = || self.people.iter().find(|person| person.party == code);
        found
            .map(|party| party.name.as_str())
            .or_else(|| person().map(|person| person.party_name.as_str()))
            .unwrap_or(code)
    }

    /// Somebody by `party` or `party/role`.
    ///
    /// # Errors
    /// Nobody fits.
    pub fn person(&self, who: &str) -> Result<&StagePerson, Failure> {
        let (party, role) = match who.split_once('/') {
            Some((party, role)) => (party, Some(role)),
            None => (who, None),
        };
        let party = self.played_by(party);
        self.people
            .iter()
            .find(|person| person.party == party && role.is_none_or(|role| person.role == role))
            .ok_or_else(|| Failure::story(format!("nobody is {who} on this stage")))
    }

    /// The system of a bank.
    ///
    /// # Errors
    /// It has none.
    pub fn client(&self, party: &str) -> Result<&StageClient, Failure> {
        let party = self.played_by(party);
        let found = self.api_clients.iter().find(|client| client.party == party);
        found.ok_or_else(|| Failure::story(format!("{party} has no client on this stage")))
    }
}
