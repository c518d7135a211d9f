//! What the bank says: balances of accounts, and how they changed.

use serde::Deserialize;

use crate::deed::Step;
use crate::failure::Failure;
use crate::failure::same;
use crate::memory::Balances;
use crate::memory::recall;
use crate::neighbours;
use crate::player::Player;
use crate::shown;

/// Notes every balance under a name, and which letter is the newest.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RememberBalances {
    #[serde(rename = "as")]
    name: String,
}

impl Step for RememberBalances {
    fn who(&self) -> &str {
        ""
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok("every balance at the bank is noted".to_owned())
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let (date, accounts) = neighbours::balances(&player.stage)?;
        player
            .transcript
            .note(&format!("{} accounts on {date}", accounts.len()));
        let balances = Balances {
            date,
            accounts,
            newest_letter: neighbours::newest_letter(&player.stage)?,
        };
        player.memory.balances.insert(self.name.clone(), balances);
        Ok(())
    }
}

/// Compares balances with those noted.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectBankBalance {
    /// Since which note.
    since: String,
    account: Vec<Change>,
    /// Whether no other account may have changed.
    #[serde(default)]
    nobody_else: bool,
}

/// How much a party's account must have changed: by named pieces, by an amount, or by the
/// proceeds of a quote.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    party: String,
    /// Pieces paid out to it.
    #[serde(default)]
    pieces: Vec<String>,
    /// Pieces it paid for as the obligor.
    #[serde(default)]
    owed: Vec<String>,
    /// Quotes whose proceeds it got.
    #[serde(default)]
    sold: Vec<String>,
    /// Quotes whose proceeds it paid.
    #[serde(default)]
    bought: Vec<String>,
    /// Anything else, with its sign: `-1200.00`.
    #[serde(default)]
    plus: String,
}

impl Change {
    fn minor(&self, player: &Player) -> Result<i64, Failure> {
        let pieces = &player.memory.pieces;
        let quotes = &player.memory.quotes;
        let mut sum: i64 = match self.plus.strip_prefix('-') {
            _ if self.plus.is_empty() => 0,
            Some(less) => shown::yuan(less)?.saturating_neg(),
            None => shown::yuan(self.plus.trim_start_matches('+'))?,
        };
        for piece in &self.pieces {
            sum = sum.saturating_add(recall(pieces, piece)?.amount());
        }
        for piece in &self.owed {
            sum = sum.saturating_sub(recall(pieces, piece)?.amount());
        }
        for quote in &self.sold {
            sum = sum.saturating_add(recall(quotes, quote)?.reckoned.proceeds);
        }
        for quote in &self.bought {
            sum = sum.saturating_sub(recall(quotes, quote)?.reckoned.proceeds);
        }
        Ok(sum)
    }
}

impl Step for ExpectBankBalance {
    fn who(&self) -> &str {
        ""
    }

    fn what(&self, _player: &Player) -> Result<String, Failure> {
        Ok("the bank's balances are compared with those noted".to_owned())
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let before = recall(&player.memory.balances, &self.since)?.clone();
        let (_date, now) = neighbours::balances(&player.stage)?;
        let mut told = Vec::new();
        for change in &self.account {
            let party = player.stage.party(&change.party)?.clone();
            let was = recall(&before.accounts, &party.account)?;
            let is = recall(&now, &party.account)?;
            let came = is.saturating_sub(*was);
            let expected = change.minor(player)?;
            let what = format!("change of {}'s account", party.name);
            same(&what, &shown::grouped(expected), &shown::grouped(came))?;
            let sign = if came >= 0 { "+" } else { "" };
            player.transcript.note(&format!(
                "{}  {sign}{}  = {}",
                party.name,
                shown::grouped(came),
                shown::grouped(*is)
            ));
            told.push(party.account);
        }
        if self.nobody_else {
            for (account, is) in &now {
                let was = before.accounts.get(account).copied().unwrap_or(0);
                if was != *is && !told.contains(account) {
                    let came = shown::grouped(is.saturating_sub(was));
                    return Err(Failure::unexpected(
                        format!("no change of account {account}"),
                        came,
                    ));
                }
            }
            player.transcript.note("no other account has changed");
        }
        Ok(())
    }
}

/// Cash is paid in or out at the counter until a party's account has exactly so much.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LeaveAtBank {
    party: String,
    amount: String,
}

impl Step for LeaveAtBank {
    fn who(&self) -> &str {
        ""
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let name = player.stage.name(&self.party);
        Ok(format!("{name} has {} at its bank", self.amount))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let account = player.stage.party(&self.party)?.account.clone();
        neighbours::leave(&player.stage, &account, shown::yuan(&self.amount)?)
    }
}
