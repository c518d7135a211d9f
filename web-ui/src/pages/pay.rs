//! Pay a supplier with part of a fragment, against an invoice: fill in, look, sign.

use askama::Template;

use crate::forms::Form;
use crate::i18n::Lang;
use crate::layout::{Shell, Signing};

/// `GET /pay?fragment=…` and `POST /pay/preview` (multipart): `fragment`, `recipient`, `amount`,
/// `invoice_number`, `invoice_date`, `invoice_amount`, `document` (file).
#[derive(Debug, Template)]
#[template(path = "pay.html")]
pub struct Pay {
    /// Around the page.
    pub shell: Shell,
    /// What was typed.
    pub form: Form,
    /// Fragments that can be passed on.
    pub fragments: Vec<FragmentChoice>,
    /// Suppliers known to the payer: value and name.
    pub recipients: Vec<(String, String)>,
}

/// A fragment to choose.
#[derive(Debug, Clone)]
pub struct FragmentChoice {
    /// Its id.
    pub id: String,
    /// Obligor.
    pub obligor: String,
    /// Amount.
    pub amount: String,
    /// The same as it is typed.
    pub plain: String,
    /// Code of its currency.
    pub currency: String,
    /// Maturity and days.
    pub maturity: String,
    /// Short form of paper and range.
    pub paper: String,
}

/// The label of an amount with the currency that is typed, where all fragments have the same.
#[must_use]
pub fn in_currency(label: &str, shell: &Shell, fragments: &[FragmentChoice]) -> String {
    let Some(first) = fragments.first() else {
        return label.to_owned();
    };
    let code = &first.currency;
    if fragments.iter().any(|one| one.currency != *code) {
        return label.to_owned();
    }
    with_currency(label, shell.lang, code)
}

/// A label with the currency that is typed.
#[must_use]
pub fn with_currency(label: &str, lang: Lang, code: &str) -> String {
    match lang {
        Lang::Zh => format!("{label}（{code}）"),
        Lang::En => format!("{label} ({code})"),
    }
}

/// `POST /pay/preview`: what the payment would do; signing posts to the deed's action.
#[derive(Debug, Template)]
#[template(path = "pay_preview.html")]
pub struct PayPreview {
    /// Around the page.
    pub shell: Shell,
    /// Errors of the passphrase.
    pub form: Form,
    /// To whom.
    pub recipient: String,
    /// How much.
    pub amount: String,
    /// The range that goes.
    pub range: String,
    /// How much stays; empty if all goes.
    pub rest: String,
    /// The range that stays; empty if all goes.
    pub rest_range: String,
    /// The part that goes, in tenths of a per cent, for the cut bar.
    pub cut: u32,
    /// What is signed.
    pub deed: Signing,
    /// Address of the form with what was typed, to change it.
    pub back: String,
}
