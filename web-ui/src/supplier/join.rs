//! Make one fragment of pieces that lie side by side.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::join_fragments;
use ledger_app::join_fragments::Pieces;
use ledger_app::signing;
use ledger_app::signing::Signing as With;

use crate::answer::Answer;
use crate::back_to_page::back;
use crate::forms::Form;
use crate::layout::Fact;
use crate::layout::Signing;
use crate::pages::join::JoinPage;
use crate::posted::Posted;
use crate::session::Signed;
use crate::words;

/// Where a fragment is joined with those beside it.
pub(super) fn at(fragment: &str) -> String {
    format!("/fragments/{fragment}/join")
}

pub(super) async fn show(who: Signed, fragment: web::Path<String>) -> HttpResponse {
    who.answer(move |who| {
        let found = join_fragments::beside(&who.portal.app, &who.principal, &fragment)?;
        who.page(&page(who, &fragment, &found, Form::default())?)
    })
    .await
}

pub(super) async fn sign(posted: Posted, fragment: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| post(who, &fragment, form))
        .await
}

fn post(who: &Signed, id: &str, form: Form) -> Result<Answer, AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    // Before anything is said about a passphrase: whose fragment it is.
    let found = join_fragments::beside(app, person, id)?;
    let done = signing::open_key(app, person, form.passphrase("passphrase")).and_then(|signer| {
        let pieces: Vec<&str> = form.all("piece").iter().map(String::as_str).collect();
        join_fragments::run(app, person, &With::With(&signer), &pieces, None)
    });
    match done {
        Ok(joined) => Ok(Answer::see_other(format!("/fragments/{}", joined.fragment))),
        Err(error) => back(who, form, (&at(id), &[]), Err(error), |who, form| {
            page(who, id, &found, form)
        }),
    }
}

fn page(who: &Signed, id: &str, found: &Pieces, form: Form) -> Result<JoinPage, AppError> {
    let (lang, paper) = (who.lang, &found.held.paper.paper);
    let whole = words::money(found.whole, paper.currency);
    let count = found.pieces.len();
    let pieces = found.pieces.iter().map(|piece| {
        let amount = words::money(piece.range.amount(), paper.currency);
        (piece.range.to_string(), amount)
    });
    let hidden = found.pieces.iter();
    let hidden = hidden.map(|piece| ("piece".to_owned(), piece.fragment.clone()));
    Ok(JoinPage {
        shell: who.shell()?,
        whole: whole.clone(),
        pieces: pieces.collect(),
        deed: (count > 1).then(|| Signing {
            action: at(id),
            statement: lang.text_with("join-deed", &[("count", &count), ("amount", &whole)]),
            facts: vec![
                Fact::new(lang.text("paper"), words::paper_number(&paper.number)),
                Fact::new(lang.text("obligor"), found.held.obligor.name.clone()),
            ],
            consequences: vec![
                lang.text("join-follows-same"),
                lang.text("join-follows-requests"),
            ],
            submit: lang.text("join-sign"),
            hidden: hidden.collect(),
        }),
        form,
        back: format!("/fragments/{id}"),
    })
}
