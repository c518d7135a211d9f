//! From a notice to a letter: subject, plain text and HTML in the reader's language.

use askama::Template;
use ledger_app::language::Language;
use ledger_app::notice::Notice;
use ledger_app::recipient::Recipient;

use crate::draft::Draft;
use crate::links::Links;
use crate::texts::MissingText;
use crate::texts::one_line;
use crate::texts::text;

/// A letter, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// One line, without control characters.
    pub subject: String,
    /// The plain text, lines ended by `\n`.
    pub text: String,
    /// The same as one self-contained HTML page: no script, no picture, nothing loaded.
    pub html: String,
    /// The language it is written in.
    pub language: Language,
}

/// A letter that can't be written.
#[derive(Debug, thiserror::Error)]
pub enum LetterError {
    /// A text is missing in a language.
    #[error(transparent)]
    Text(#[from] MissingText),
    /// The template failed.
    #[error("the template of a letter failed")]
    Template(#[from] askama::Error),
}

impl LetterError {
    /// The stable code of this error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            LetterError::Text(missing) => missing.code(),
            LetterError::Template(_) => "mail_template_failed",
        }
    }
}

/// What both templates are filled with; they differ only in their dress.
struct Frame {
    language: &'static str,
    greeting: String,
    subject: String,
    paragraphs: Vec<String>,
    facts: Vec<(String, String)>,
    /// The button's words and where it leads.
    link: (String, String),
    link_hint: String,
    colon: String,
    /// Why this letter came, and that nobody asks for a passphrase by mail.
    footer: Vec<String>,
}

#[derive(Template)]
#[template(path = "letter.html")]
struct HtmlLetter<'a> {
    frame: &'a Frame,
}

#[derive(Template)]
#[template(path = "letter.txt")]
struct TextLetter<'a> {
    frame: &'a Frame,
}

/// Writes the letter that tells `recipient` the `notice`.
///
/// # Errors
/// A text is missing in the recipient's language (a test walks all of them), or a template fails.
pub fn write(notice: &Notice, recipient: &Recipient, links: &Links) -> Result<Letter, LetterError> {
    let language = recipient.language;
    let draft = Draft::of(notice, language, links)?;
    let name = one_line(&recipient.name);
    let plain = |key: &str| text(language, key, &[]);
    let frame = Frame {
        language: language.tag(),
        greeting: text(
            language,
            "greeting",
            &[("name", crate::texts::Value::Text(&name))],
        )?,
        link_hint: plain("link-hint")?,
        colon: plain("colon")?,
        footer: vec![plain("footer-why")?, plain("footer-passphrase")?],
        subject: draft.subject,
        paragraphs: draft.paragraphs,
        facts: draft.facts,
        link: draft.link,
    };
    Ok(Letter {
        text: TextLetter { frame: &frame }.render()?,
        html: HtmlLetter { frame: &frame }.render()?,
        subject: frame.subject,
        language,
    })
}
