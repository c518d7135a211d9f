//! Where an offered fragment comes from: the path as a picture and as a list, its invoices and
//! documents. Names are those of the offered path; the rest of the paper is masked.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::provenance::DocumentFact;
use ledger_app::provenance::PayableFact;
use ledger_app::provenance::Step;
use ledger_app::provider_inbox;
use ledger_app::provider_inbox::Provenance;
use ledger_core::id::DocumentId;
use ledger_core::id::RequestId;

use crate::answer::Answer;
use crate::dates;
use crate::document_sheet::statement_name;
use crate::i18n::Lang;
use crate::icicle::Icicle;
use crate::icicle::Piece;
use crate::icicle::PieceState;
use crate::pages::desk::DocumentLine;
use crate::pages::desk::Origin;
use crate::pages::picture::Picture;
use crate::session::Signed;
use crate::supplier::fragment::media_type;
use crate::supplier::phrases::short_hash;
use crate::words;

pub(super) async fn document(who: Signed, at: web::Path<(String, String)>) -> HttpResponse {
    let (request, document) = at.into_inner();
    who.answer(move |who| {
        let request = RequestId::parse(&request).map_err(|_no_id| AppError::NotFound)?;
        let document = DocumentId::parse(&document).map_err(|_no_id| AppError::NotFound)?;
        let (app, person) = (&who.portal.app, &who.principal);
        let found = provider_inbox::document(app, person, request, document)?;
        Ok(Answer::file(
            found.file_name,
            media_type(&found.media_type),
            found.bytes,
        ))
    })
    .await
}

/// All of it; none once the request is closed to the reader.
pub(super) fn load(who: &Signed, request: RequestId) -> Result<Option<Origin>, AppError> {
    let found = match provider_inbox::provenance(&who.portal.app, &who.principal, request) {
        Ok(found) => found,
        Err(error) if error.code() == "request_not_open" => return Ok(None),
        Err(error) => return Err(error),
    };
    let lang = who.lang;
    let documents = found.steps.iter().flat_map(|step| &step.documents);
    let payables = found.steps.iter().flat_map(|step| &step.payables);
    Ok(Some(Origin {
        picture: picture(lang, &found)?,
        path: stations(&found)
            .iter()
            .map(|step| station(lang, step))
            .collect(),
        payables: payables.map(|one| payable(lang, one)).collect(),
        documents: documents.map(|one| line(lang, request, one)).collect(),
    }))
}

/// The entries after which somebody holds the fragment who did not before.
fn stations(found: &Provenance) -> Vec<&Step> {
    let mut stations: Vec<&Step> = Vec::new();
    for step in &found.steps {
        let moves = match stations.last() {
            None => step.holder.is_some(),
            Some(last) => step.holder.is_some() && step.holder != last.holder,
        };
        if moves {
            stations.push(step);
        }
    }
    stations
}

fn station(lang: Lang, step: &Step) -> (String, String, String) {
    let key = match step.kind {
        "issue" => "path-issue",
        "discount_complete" => "path-discount",
        _ => "path-transfer",
    };
    (
        step.holder.clone().unwrap_or_default(),
        lang.text_with("picture-tier", &[("tier", &u32::from(step.tier))]),
        format!("{} · {}", lang.text(key), dates::long(step.date, lang)),
    )
}

fn picture(lang: Lang, found: &Provenance) -> Result<Picture, AppError> {
    let paper = &found.asked.paper.paper;
    let (range, face) = (found.asked.range()?, paper.face.minor());
    let stations = stations(found);
    let rows = u32::try_from(stations.len())
        .unwrap_or(u32::MAX)
        .saturating_add(1);
    let amount = words::money(range.amount(), paper.currency);
    let mut pieces = vec![Piece {
        lo: 0,
        hi: face,
        top: 0,
        bottom: 1,
        holder: Some(found.asked.obligor.name.clone()),
        mine: false,
        state: PieceState::Moved,
        amount: words::money(paper.face, paper.currency),
    }];
    for (step, top) in stations.iter().zip(1..) {
        let last = top == rows.saturating_sub(1);
        pieces.push(Piece {
            lo: range.lo(),
            hi: range.hi(),
            top,
            bottom: top.saturating_add(1),
            holder: step.holder.clone(),
            mine: last,
            state: if last {
                PieceState::Live
            } else {
                PieceState::Moved
            },
            amount: amount.clone(),
        });
    }
    for (lo, hi) in [(0, range.lo()), (range.hi(), face)] {
        if lo < hi {
            pieces.push(Piece {
                lo,
                hi,
                top: 1,
                bottom: rows,
                holder: None,
                mine: false,
                state: PieceState::Moved,
                amount: String::new(),
            });
        }
    }
    let caption = lang.text("desk-picture");
    let icicle = Icicle {
        id: "path".to_owned(),
        face,
        rows: std::iter::once(lang.text("obligor"))
            .chain(
                stations
                    .iter()
                    .map(|step| lang.text_with("picture-tier", &[("tier", &u32::from(step.tier))])),
            )
            .collect(),
        pieces,
        axis: vec![
            (0, String::new()),
            (face, words::money(paper.face, paper.currency)),
        ],
        title: lang.text("desk-origin"),
        description: caption.clone(),
        masked: lang.text("picture-masked"),
        many: lang.text("picture-small"),
    };
    Ok(Picture::of(&icicle, lang, caption))
}

fn payable(lang: Lang, one: &PayableFact) -> (String, String, String) {
    let number = if one.invoice_no.is_empty() {
        one.po_no.clone()
    } else {
        one.invoice_no.clone()
    };
    (
        number,
        one.invoice_date
            .map(|date| dates::long(date, lang))
            .unwrap_or_default(),
        words::money(one.amount, one.currency),
    )
}

fn line(lang: Lang, request: RequestId, one: &DocumentFact) -> DocumentLine {
    let day = one.issued_on.map(|date| dates::long(date, lang));
    let amount = one
        .amount
        .zip(one.currency)
        .map(|(amount, currency)| words::money(amount, currency));
    let about = [Some(one.issuer.clone()), day, amount];
    let kind = lang.text_or(
        &format!("document-{}", one.kind.replace('_', "-")),
        &lang.text("desk-document"),
    );
    let words = one.words.iter().map(|word| {
        let said = statement_name(lang, word.record.statement);
        let on = dates::long(word.record.said_on, lang);
        format!("{} · {said} · {on}", word.party)
    });
    let overdrawn = match one.currency {
        Some(currency) if !one.overdrawn.is_zero() => {
            let over = words::money(one.overdrawn, currency);
            lang.text_with("document-over", &[("amount", &over)])
        }
        _ => String::new(),
    };
    DocumentLine {
        words: words.collect(),
        overdrawn,
        href: format!("/desk/requests/{request}/documents/{}", one.id),
        name: format!("{kind} {}", one.number),
        about: about.into_iter().flatten().collect::<Vec<_>>().join(" · "),
        digest: short_hash(&hex::encode(one.digest)),
    }
}
