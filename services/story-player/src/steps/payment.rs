//! A holder pays a supplier with part of a fragment, against an invoice.

use serde::Deserialize;

use crate::browser::Browser;
use crate::deed::Step;
use crate::failure::Failure;
use crate::failure::same;
use crate::form::Form;
use crate::holdings;
use crate::holdings::Holding;
use crate::memory::Piece;
use crate::memory::recall;
use crate::page::Page;
use crate::page::text_of;
use crate::player::Player;
use crate::shown;
use crate::stage::StageParty;

/// Pays with the front part of a piece. The rest keeps the piece's name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayPart {
    who: String,
    /// From which piece.
    piece: String,
    /// Code of the supplier.
    to: String,
    /// As typed.
    amount: String,
    /// What later steps call the part.
    #[serde(rename = "as", default)]
    name: String,
    /// `without` unless the story says `with`.
    recourse: Option<String>,
    invoice: Invoice,
    #[serde(default)]
    slip: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Invoice {
    number: String,
    date: String,
    /// The payment's amount if not given.
    amount: Option<String>,
}

/// The line of somebody's holdings that is exactly this piece.
///
/// # Errors
/// They don't hold it.
pub fn holding(browser: &Browser, piece: &Piece) -> Result<Holding, Failure> {
    let held = holdings::read(browser)?;
    let found = held.iter().find(|line| line.piece == *piece).cloned();
    found.ok_or_else(|| {
        let lines: Vec<String> = held
            .iter()
            .filter(|line| line.piece.paper == piece.paper)
            .map(|line| line.piece.range())
            .collect();
        Failure::unexpected(
            format!("held: {piece}"),
            format!("of this paper: {}", lines.join(", ")),
        )
    })
}

/// The form's value for a recipient, found as a person does: in the list, else by a search.
fn recipient(browser: &Browser, form: &Form, to: &StageParty) -> Result<String, Failure> {
    let listed = |form: &Form| {
        let mut choices = form.choices("recipient");
        let found = choices.find(|choice| choice.words.contains(&to.name));
        found.map(|choice| choice.value.clone())
    };
    if let Some(value) = listed(form) {
        return Ok(value);
    }
    let search = form.clone().with("search", &to.name).with("find", "1");
    let found = Form::find(&browser.post(&search)?, "/pay/preview", "")?;
    // Nobody finds oneself; a stranger posts the id all the same.
    Ok(listed(&found).unwrap_or_else(|| to.party_id.clone()))
}

impl PayPart {
    fn filled_form(
        &self,
        player: &Player,
        browser: &Browser,
        page: &Page,
        id: &str,
    ) -> Result<Form, Failure> {
        let number = player.filled(&self.invoice.number)?;
        let amount = self.invoice.amount.as_ref().unwrap_or(&self.amount);
        let to = player.stage.party(&self.to)?;
        let form = Form::find(page, "/pay/preview", "")?.with("fragment", id);
        let recipient = recipient(browser, &form, to)?;
        Ok(form
            .with("recipient", &recipient)
            .with("amount", &self.amount)
            .with("recourse", self.recourse.as_deref().unwrap_or("without"))
            .with("invoice_number", &number)
            .with("invoice_date", &self.invoice.date)
            .with("invoice_amount", amount)
            .with_file(
                "document",
                &format!("{number}.xml"),
                invoice_file(player, &number, &self.invoice.date, amount, &to.name),
            ))
    }
}

/// A plain electronic invoice, as a seller's system might write it.
fn invoice_file(player: &Player, number: &str, date: &str, amount: &str, seller: &str) -> Vec<u8> {
    let buyer = player.stage.name("oem");
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Invoice><Number>{number}</Number>\
         <IssueDate>{date}</IssueDate><Seller>{seller}</Seller><EndBuyer>{buyer}</EndBuyer>\
         <TotalWithTax currency=\"CNY\">{amount}</TotalWithTax></Invoice>\n"
    )
    .into_bytes()
}

impl Step for PayPart {
    fn who(&self) -> &str {
        &self.who
    }

    fn what(&self, player: &Player) -> Result<String, Failure> {
        let to = player.stage.name(&self.to);
        Ok(format!("pays {to} {} from {}", self.amount, self.piece))
    }

    fn run(&self, player: &mut Player) -> Result<(), Failure> {
        let browser = player.browser(&self.who)?;
        let whole = recall(&player.memory.pieces, &self.piece)?.clone();
        let held = holding(&browser, &whole)?;
        let page = browser.get(&format!("/pay?fragment={}", held.id))?;
        let form = self.filled_form(player, &browser, &page, &held.id)?;
        let preview = browser.submit(&form)?;
        let paid = shown::yuan(&self.amount)?;
        let last = whole.first.saturating_add(paid).saturating_sub(1);
        let part = Piece {
            paper: whole.paper.clone(),
            first: whole.first,
            last,
        };
        let rest = Piece {
            first: last.saturating_add(1),
            ..whole.clone()
        };
        let mut ranges = Vec::new();
        for range in preview.all("main .cutwords .range")? {
            ranges.extend(shown::range(&text_of(range)));
        }
        let mut expected = vec![(part.first, part.last)];
        if rest.first <= rest.last {
            expected.push((rest.first, rest.last));
        }
        same(
            "ranges after the cut:",
            &shown::ranges(&expected),
            &shown::ranges(&ranges),
        )?;
        let form = Form::find(&preview, "/pay/sign", "")?
            .with("passphrase", &player.passphrase(&self.who, self.slip)?);
        let receipt = browser.submit(&form)?;
        player
            .transcript
            .note(&format!("recorded: {}", receipt.text("h1")?));
        player.transcript.note(&format!("offered  {part}"));
        player.memory.pieces.remove(&self.piece);
        if rest.first <= rest.last {
            let kept = holding(&browser, &rest)?;
            player.transcript.note(&format!("stays    {}", kept.piece));
            player.memory.pieces.insert(self.piece.clone(), rest);
        }
        player.memory.pieces.insert(self.name.clone(), part);
        Ok(())
    }
}
