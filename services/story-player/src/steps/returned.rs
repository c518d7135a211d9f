//! The bank of the one who was paid sends the money back.

use serde::Deserialize;

use crate::bank_api;
use crate::deed::Step;
use crate::failure::Failure;
use crate::memory::recall;
use crate::neighbours;
use crate::player::Player;
use crate::shown;

/// A pay-out that was booked comes back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnPayment {
    /// Of which purchase.
    quote: String,
    /// Return reason of ISO 20022's list: `AC04` is a closed account.
    #[serde(default = "closed")]
    reason: String,
}

fn closed() -> String {
    "AC04".to_owned()
}

impl Step for ReturnPayment {
    fn who(&self) -> &str {
        ""
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let kept = recall(&player.memory.quotes, &self.quote)?;
        Ok(format!(
            "the bank sends {} back to {} ({})",
            shown::grouped(kept.reckoned.proceeds),
            player.stage.name(&kept.bank),
            self.reason
        ))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let kept = recall(&player.memory.quotes, &self.quote)?.clone();
        let api = player.client(&kept.bank)?;
        let bought = api.get(&format!("/v1/discounts/{}", kept.id))?;
        let end_to_end = bank_api::text(&bought, "payout.end_to_end_id")?;
        let account = &player.stage.party(&kept.bank)?.account;
        let reference = neighbours::send_back(&player.stage, account, end_to_end, &self.reason)?;
        player
            .transcript
            .note(&format!("booked back under {reference}"));
        Ok(())
    }
}
