//! How the list of documents and one of them are shown.

use std::fmt::Write as _;

use ledger_app::document_type;
use ledger_app::documents_view;
use ledger_app::documents_view::DocumentSeen;
use ledger_app::error::AppError;
use ledger_app::preview_transfer::DocumentKind;
use ledger_core::amount::Amount;
use ledger_core::attestation::Statement;
use ledger_core::currency::Currency;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;

use crate::answer::Answer;
use crate::dates;
use crate::documents_desk::KINDS;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::layout::Chart;
use crate::layout::Fact;
use crate::layout::Signing;
use crate::pages::documents::ChangeLine;
use crate::pages::documents::DocumentLine;
use crate::pages::documents::Documents;
use crate::pages::documents::OneDocument;
use crate::pages::documents::WordLine;
use crate::session::Signed;
use crate::svg;
use crate::svg::Size;
use crate::words;

/// The list with the form to hand a document in.
pub(crate) fn list(who: &Signed, form: Form, again: bool) -> Result<Answer, AppError> {
    let seen = documents_view::list(&who.portal.app, &who.principal)?;
    let lang = who.lang;
    let view = Documents {
        shell: who.shell()?,
        form,
        lines: seen.iter().map(|one| line(who, one)).collect(),
        kinds: KINDS
            .iter()
            .map(|kind| (kind.word(), kind_name(lang, *kind)))
            .collect(),
        open: again,
    };
    if again {
        who.page_again(&view)
    } else {
        who.page(&view)
    }
}

fn line(who: &Signed, seen: &DocumentSeen) -> DocumentLine {
    let (lang, document) = (who.lang, &seen.document);
    let (status, dot) = status(who, seen);
    DocumentLine {
        href: format!("/documents/{}", document.id),
        kind: kind_name(lang, document.kind),
        number: match document.number.is_empty() {
            true => document.file_name.clone(),
            false => document.number.clone(),
        },
        other: if document.owner == who.principal.party {
            seen.counterparty.clone()
        } else {
            seen.owner.clone()
        },
        date: document
            .issued_on
            .map(|day| dates::long(day, lang))
            .unwrap_or_default(),
        amount: money(document.amount, document.currency),
        status,
        dot,
    }
}

fn status(who: &Signed, seen: &DocumentSeen) -> (String, &'static str) {
    let (lang, document, capacity) = (who.lang, &seen.document, &seen.capacity);
    let sum = |amount| money(Some(amount), document.currency);
    if !capacity.overdrawn.is_zero() {
        let over = sum(capacity.overdrawn);
        return (
            lang.text_with("document-over", &[("amount", &over)]),
            "overdue",
        );
    }
    if seen
        .adjusts
        .as_ref()
        .is_some_and(|a| a.counted_at.is_none())
    {
        return (lang.text("change-waiting"), "waiting");
    }
    if let Some(waybill) = &seen.waybill {
        let received = said(seen, waybill.receiver, Statement::GoodsReceived);
        return match received {
            true => (lang.text("waybill-received"), "live"),
            false => (lang.text("waybill-open"), "waiting"),
        };
    }
    if document.kind == DocumentKind::Invoice {
        let free = sum(capacity.free());
        return match capacity.free().is_zero() {
            true => (lang.text("capacity-none"), "ended"),
            false => (
                lang.text_with("capacity-left", &[("amount", &free)]),
                "live",
            ),
        };
    }
    (lang.text("document-kept"), "ended")
}

fn said(seen: &DocumentSeen, party: PartyId, statement: Statement) -> bool {
    seen.words
        .iter()
        .any(|word| (word.record.party, word.record.statement) == (party, statement))
}

/// One document with everything about it.
pub(crate) fn one(
    who: &Signed,
    id: DocumentId,
    form: Form,
    again: bool,
) -> Result<Answer, AppError> {
    let seen = documents_view::one(&who.portal.app, &who.principal, id)?;
    let (goods, of_the_run) = if seen.document.media_type == document_type::WAYBILL {
        goods(who, id)?
    } else {
        (Vec::new(), Vec::new())
    };
    let (lang, document) = (who.lang, &seen.document);
    let who = who.at(&format!("/documents/{id}"));
    let is_invoice = document.kind == DocumentKind::Invoice;
    let over = seen.capacity.overdrawn;
    let view = OneDocument {
        shell: who.shell()?,
        form,
        kind: kind_name(lang, document.kind),
        number: document.number.clone(),
        amount: money(document.amount, document.currency),
        facts: facts(&who, &seen).into_iter().chain(of_the_run).collect(),
        goods,
        bar: is_invoice.then(|| bar(lang, &seen)),
        legend: if is_invoice {
            legend(lang, &seen)
        } else {
            Vec::new()
        },
        overdrawn: match over.is_zero() {
            true => String::new(),
            false => money(Some(over), document.currency),
        },
        changes: changes(lang, &seen),
        rests_on: seen
            .rests_on
            .iter()
            .map(|d| {
                let name = format!("{} {}", kind_name(lang, d.kind), d.number);
                (format!("/documents/{}", d.id), name)
            })
            .collect(),
        words: said_words(lang, &seen),
        digest: documents_view::digest(document).to_string(),
        content: format!("/documents/{id}/content"),
        adjust: match is_invoice {
            true => format!("/documents/{id}/adjust"),
            false => String::new(),
        },
        statements: statements(who.principal.party, &seen)
            .into_iter()
            .map(|statement| (statement.word(), statement_name(lang, statement)))
            .collect(),
        deed: Some(deed(lang, id)),
    };
    if again {
        who.page_again(&view)
    } else {
        who.page(&view)
    }
}

fn changes(lang: Lang, seen: &DocumentSeen) -> Vec<ChangeLine> {
    seen.adjustments
        .iter()
        .map(|(adjustment, by)| {
            let sign = if adjustment.delta < 0 { "−" } else { "+" };
            let counted = adjustment.counted_at.is_some();
            ChangeLine {
                href: format!("/documents/{}", by.id),
                what: format!("{} {}", kind_name(lang, by.kind), by.number),
                amount: format!("{sign}{}", money(by.amount, by.currency)),
                state: lang.text(if counted {
                    "change-counted"
                } else {
                    "change-waiting"
                }),
            }
        })
        .collect()
}

fn said_words(lang: Lang, seen: &DocumentSeen) -> Vec<WordLine> {
    seen.words
        .iter()
        .map(|word| WordLine {
            party: word.party.clone(),
            statement: statement_name(lang, word.record.statement),
            date: dates::long(word.record.said_on, lang),
            key: short(&word.record.key.to_string()),
        })
        .collect()
}

/// A line of a waybill: what, how much.
type GoodsLine = (String, String);

/// What a waybill carried, and what it says of the run.
fn goods(who: &Signed, id: DocumentId) -> Result<(Vec<GoodsLine>, Vec<Fact>), AppError> {
    let waybill = documents_view::waybill(&who.portal.app, &who.principal, id)?;
    let lines = waybill
        .lines
        .iter()
        .map(|line| (line.item.clone(), line.quantity.to_string()))
        .collect();
    let mut facts = vec![Fact::new(who.lang.text("waybill-vehicle"), waybill.vehicle)];
    if !waybill.exceptions.is_empty() {
        let exceptions = who.lang.text("waybill-exceptions");
        facts.push(Fact::new(exceptions, waybill.exceptions));
    }
    Ok((lines, facts))
}

/// What this side may say about the document and hasn't said.
fn statements(party: PartyId, seen: &DocumentSeen) -> Vec<Statement> {
    let buyer = seen.document.counterparty == Some(party);
    let mut open = Vec::new();
    match (&seen.waybill, seen.document.kind) {
        (Some(waybill), _) if waybill.receiver == party => open.push(Statement::GoodsReceived),
        (Some(waybill), _) if waybill.carrier == party => open.push(Statement::Carried),
        (None, DocumentKind::Statement) => open.push(Statement::BalanceAgreed),
        (None, DocumentKind::Invoice | DocumentKind::PriceTrueUp) if buyer => {
            open.push(Statement::DebtConfirmed);
            open.push(Statement::GoodsReceived);
        }
        (None, DocumentKind::AcceptanceSlip) if buyer => open.push(Statement::GoodsReceived),
        _ => {}
    }
    open.push(Statement::SeenOriginal);
    open.push(Statement::Disputed);
    open.retain(|statement| !said(seen, party, *statement));
    open
}

fn deed(lang: Lang, id: DocumentId) -> Signing {
    Signing {
        action: format!("/documents/{id}/attest"),
        statement: lang.text("attest-statement"),
        facts: Vec::new(),
        consequences: vec![lang.text("attest-follows"), lang.text("deed-final")],
        submit: lang.text("attest-sign"),
        hidden: Vec::new(),
    }
}

fn facts(who: &Signed, seen: &DocumentSeen) -> Vec<Fact> {
    let (lang, document) = (who.lang, &seen.document);
    let mut facts = vec![Fact::new(
        lang.text(match document.kind {
            DocumentKind::Invoice | DocumentKind::CreditNote | DocumentKind::PriceTrueUp => {
                "document-seller"
            }
            DocumentKind::Waybill => "waybill-shipper",
            _ => "document-owner",
        }),
        seen.owner.clone(),
    )];
    let mut add = |key: &str, value: String| {
        if !value.is_empty() {
            facts.push(Fact::new(lang.text(key), value));
        }
    };
    let other = match document.kind {
        DocumentKind::Invoice | DocumentKind::CreditNote | DocumentKind::PriceTrueUp => {
            "document-buyer"
        }
        DocumentKind::Waybill => "waybill-receiver",
        _ => "document-other",
    };
    add(other, seen.counterparty.clone());
    let day = document.issued_on.map(|day| dates::long(day, lang));
    add("document-date", day.unwrap_or_default());
    if let Some(waybill) = &seen.waybill {
        add(
            "waybill-picked-up",
            dates::moment(waybill.picked_up_at, lang),
        );
        add(
            "waybill-handed-over",
            dates::moment(waybill.handed_over_at, lang),
        );
    }
    if let Some(face) = &seen.face {
        let sum = |amount| money(Some(amount), Some(face.currency));
        add("invoice-net", sum(face.net));
        add("invoice-tax", sum(face.tax));
        add("invoice-gross", sum(face.gross));
        add("invoice-capitals", face.capitals.clone());
        add("invoice-seller-tax", face.seller_tax_id.clone());
        add("invoice-buyer-tax", face.buyer_tax_id.clone());
    }
    facts
}

/// The parts of what an invoice can carry: class, key of the label, amount.
fn parts(seen: &DocumentSeen) -> [(&'static str, &'static str, Amount); 4] {
    let capacity = &seen.capacity;
    [
        ("mine", "capacity-used", capacity.used),
        ("ink-0", "capacity-reserved", capacity.reserved),
        ("ink-1", "capacity-elsewhere", capacity.elsewhere),
        ("masked", "capacity-free", capacity.free()),
    ]
}

fn legend(lang: Lang, seen: &DocumentSeen) -> Vec<(&'static str, String, String)> {
    parts(seen)
        .into_iter()
        .filter(|(_, _, amount)| !amount.is_zero())
        .map(|(class, key, amount)| {
            let sum = money(Some(amount), seen.document.currency);
            (class, lang.text(key), sum)
        })
        .collect()
}

fn bar(lang: Lang, seen: &DocumentSeen) -> Chart {
    let words: Vec<String> = legend(lang, seen)
        .into_iter()
        .map(|(_, label, sum)| format!("{label} {sum}"))
        .collect();
    let draw = |size: Size| {
        let width = size.width().saturating_mul(100);
        let whole = seen.capacity.total().max(seen.capacity.taken()).minor();
        let mut out = svg::open(
            size,
            2800,
            "capacity",
            "capacity",
            &lang.text("capacity-title"),
            &words.join(", "),
        );
        let mut left = 0;
        for (class, _, amount) in parts(seen) {
            let wide = svg::share(amount.minor(), whole, width);
            let _ = write!(
                out,
                "<rect class=\"part {class}\" x=\"{}\" y=\"0\" width=\"{}\" height=\"28\"/>",
                svg::num(left),
                svg::num(wide)
            );
            left = left.saturating_add(wide);
        }
        out.push_str("</svg>");
        out
    };
    Chart {
        narrow: draw(Size::Narrow),
        wide: draw(Size::Wide),
    }
}

fn money(amount: Option<Amount>, currency: Option<Currency>) -> String {
    match (amount, currency) {
        (Some(amount), Some(currency)) => words::money(amount, currency),
        _ => String::new(),
    }
}

fn kind_name(lang: Lang, kind: DocumentKind) -> String {
    lang.text(&format!("kind-{}", kind.word().replace('_', "-")))
}

/// A word about a document as people say it.
pub(crate) fn statement_name(lang: Lang, statement: Statement) -> String {
    lang.text(&format!("says-{}", statement.word().replace('_', "-")))
}

/// Start of an id, in groups of four.
fn short(hex: &str) -> String {
    let groups = [hex.get(..4), hex.get(4..8), hex.get(8..12)];
    groups.into_iter().flatten().collect::<Vec<_>>().join(" ")
}
