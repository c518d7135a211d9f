//! The box in which a supplier chooses freely: the days of its clock, the words, and their digest.

use ledger_app::cash_choice::ChoiceAsked;
use ledger_app::error::AppError;
use ledger_core::payment_clock::CountedFrom;

use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::pages::offer::Choice;

/// As a page shows it.
pub(crate) fn shown(lang: Lang, asked: &ChoiceAsked) -> Choice {
    let key = match asked.counted_from {
        CountedFrom::Acceptance => "cash-choice-clock",
        CountedFrom::Invoice => "cash-choice-clock-invoice",
        CountedFrom::Issue => "cash-choice-clock-issue",
    };
    let days =
        [asked.accepted_on, asked.money_by, asked.due_date].map(|day| dates::long(day, lang));
    let [accepted, money, due] = &days;
    Choice {
        clock: lang.text_with(
            key,
            &[("accepted", accepted), ("money", money), ("due", due)],
        ),
        words: asked.words(lang.language()),
        value: hex::encode(asked.digest(lang.language())),
    }
}

/// Which words were agreed to, 64 hexadecimal digits; none if the box was not ticked.
///
/// # Errors
/// [`AppError::Invalid`] `cash_choice_outdated` if what came is no digest.
pub(crate) fn digest(form: &Form) -> Result<Option<[u8; 32]>, AppError> {
    let text = form.text("cash_choice");
    if text.is_empty() {
        return Ok(None);
    }
    let mut bytes = [0; 32];
    match hex::decode_to_slice(text, &mut bytes) {
        Ok(()) => Ok(Some(bytes)),
        Err(_not_hex) => Err(AppError::invalid_field(
            "cash_choice",
            "cash_choice_outdated",
            "the words to agree to are others now; read them again",
        )),
    }
}
