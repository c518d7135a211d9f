//! Writing off in one's own books what nobody is left to pay: the deed, the list with what came since,
//! and the list as a file.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::currency_totals::CurrencyTotals;
use ledger_app::error::AppError;
use ledger_app::policy::Action;
use ledger_app::signing;
use ledger_app::signing::Signing as With;
use ledger_app::write_off_fragment;
use ledger_app::write_off_fragment::Said;
use ledger_app::write_off_view;
use ledger_app::write_off_view::Possible;
use ledger_app::write_off_view::ShownWriteOff;
use ledger_app::write_off_view::Standing;

use crate::answer::Answer;
use crate::back_to_page::back;
use crate::dates;
use crate::file_templates::CSV;
use crate::forms::Form;
use crate::import_problems::csv_line;
use crate::layout::Fact;
use crate::layout::Figure;
use crate::layout::Signing;
use crate::pages::write_offs::WriteOffDeed;
use crate::pages::write_offs::WriteOffLine;
use crate::pages::write_offs::WriteOffsPage;
use crate::posted::Posted;
use crate::session::Signed;
use crate::words;

const HERE: &str = "/write-offs";

/// Mounts the pages.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(show))
        .route("/write-offs.csv", web::get().to(file))
        .route("/fragments/{fragment}/write-off", web::get().to(deed))
        .route("/fragments/{fragment}/write-off", web::post().to(sign));
}

fn at(fragment: &str) -> String {
    format!("/fragments/{fragment}/write-off")
}

async fn show(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let lang = who.lang;
        let found = write_off_view::list(&who.portal.app, &who.principal)?;
        let figure = |key: &str, sums: &CurrencyTotals| Figure {
            label: lang.text(key),
            value: words::totals(sums),
            note: String::new(),
        };
        let totals = &found.totals;
        let possible = found.possible.iter().map(|one| possible(who, one));
        who.page(&WriteOffsPage {
            shell: who.shell()?,
            possible: possible.collect(),
            figures: vec![
                figure("write-off-sum", &totals.written_off),
                figure("write-off-recovered", &totals.recovered),
                figure("write-off-owed", &totals.owed),
            ],
            list: found.list.iter().map(|one| done(who, one)).collect(),
            more: found.more,
        })
    })
    .await
}

fn possible(who: &Signed, one: &Possible) -> WriteOffLine {
    let paper = &one.held.paper.paper;
    let may = who.principal.may(Action::WriteOff).is_ok();
    WriteOffLine {
        href: if may {
            at(&one.fragment)
        } else {
            format!("/fragments/{}", one.fragment)
        },
        paper: words::paper_number(&paper.number),
        range: one.held.fragment.range.to_string(),
        obligor: one.held.obligor.name.clone(),
        day: dates::long(paper.due_date, who.lang),
        amount: words::money(one.owed, paper.currency),
        recovered: String::new(),
        owed: String::new(),
        reason: String::new(),
        evidence: String::new(),
    }
}

fn done(who: &Signed, one: &ShownWriteOff) -> WriteOffLine {
    let (write_off, currency) = (&one.write_off, one.write_off.currency);
    WriteOffLine {
        href: format!("/fragments/{}", one.fragment),
        paper: words::paper_number(&one.held.paper.paper.number),
        range: one.held.fragment.range.to_string(),
        obligor: one.held.obligor.name.clone(),
        day: dates::long(write_off.written_off_on, who.lang),
        amount: words::money(write_off.amount, currency),
        recovered: words::money(one.recovered, currency),
        owed: words::money(one.owed, currency),
        reason: write_off.reason.clone(),
        evidence: write_off.evidence.clone(),
    }
}

/// The list as a file for spreadsheets: dates as in ISO 8601, amounts with a point, UTF-8 with a
/// byte-order mark.
async fn file(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let lang = who.lang;
        let found = write_off_view::list(&who.portal.app, &who.principal)?;
        let mut text = String::from("\u{feff}");
        let heads = [
            "paper",
            "range",
            "obligor",
            "write-off-day",
            "currency",
            "write-off-sum",
            "write-off-recovered",
            "write-off-owed",
            "write-off-reason",
            "write-off-evidence",
        ];
        csv_line(&mut text, &heads.map(|key| lang.text(key)));
        for one in &found.list {
            let (write_off, currency) = (&one.write_off, one.write_off.currency);
            csv_line(
                &mut text,
                &[
                    one.held.paper.paper.number.clone(),
                    one.held.fragment.range.to_string(),
                    one.held.obligor.name.clone(),
                    write_off.written_off_on.to_string(),
                    currency.to_string(),
                    write_off.amount.to_plain(currency),
                    one.recovered.to_plain(currency),
                    one.owed.to_plain(currency),
                    write_off.reason.clone(),
                    write_off.evidence.clone(),
                ],
            );
        }
        Ok(Answer::file("write-offs.csv", CSV, text.into_bytes()))
    })
    .await
}

async fn deed(who: Signed, fragment: web::Path<String>) -> HttpResponse {
    who.answer(move |who| {
        let (app, person) = (&who.portal.app, &who.principal);
        if let Some(Standing::Done(one)) = write_off_view::of_fragment(app, person, &fragment)? {
            return who.page(&WriteOffDeed {
                shell: who.shell()?,
                id: fragment.to_string(),
                deed: None,
                facts: record(who, &one),
                form: Form::default(),
            });
        }
        let one = write_off_view::possible(app, person, &fragment)?;
        who.page(&page(who, &one, Form::default())?)
    })
    .await
}

fn page(who: &Signed, one: &Possible, form: Form) -> Result<WriteOffDeed, AppError> {
    let (lang, paper) = (who.lang, &one.held.paper.paper);
    let owed = words::money(one.owed, paper.currency);
    let range = one.held.fragment.range;
    Ok(WriteOffDeed {
        shell: who.shell()?,
        id: one.fragment.clone(),
        facts: Vec::new(),
        deed: Some(Signing {
            action: at(&one.fragment),
            statement: lang.text_with("write-off-deed", &[("amount", &owed)]),
            facts: vec![
                Fact::new(lang.text("paper"), words::paper_number(&paper.number)),
                Fact::new(lang.text("obligor"), one.held.obligor.name.clone()),
                Fact::new(lang.text("range"), range.to_string()),
                Fact::new(lang.text("due-date"), dates::long(paper.due_date, lang)),
                Fact::new(lang.text("write-off-owed"), owed),
            ],
            consequences: vec![
                lang.text("write-off-follows-claim"),
                lang.text("write-off-follows-still"),
                lang.text("write-off-follows-who"),
            ],
            submit: lang.text("write-off-sign"),
            hidden: Vec::new(),
        }),
        form,
    })
}

async fn sign(posted: Posted, fragment: web::Path<String>) -> HttpResponse {
    posted
        .answer(move |who, form| {
            let (app, person) = (&who.portal.app, &who.principal);
            // Before anything is said about a passphrase: whose fragment it is, and whether it can be.
            let one = write_off_view::possible(app, person, &fragment)?;
            let said = Said {
                reason: form.text("reason").to_owned(),
                evidence: form.text("evidence").to_owned(),
            };
            let done =
                signing::open_key(app, person, form.passphrase("passphrase")).and_then(|signer| {
                    let with = With::With(&signer);
                    write_off_fragment::run(app, person, &with, &fragment, &said, None)
                });
            match done {
                Ok(_written_off) => Ok(Answer::see_other(HERE)),
                Err(error) => back(who, form, (&at(&fragment), &[]), Err(error), |who, form| {
                    page(who, &one, form)
                }),
            }
        })
        .await
}

/// What a fragment's own page tells its holder: the way to the deed, or what was written off of it and
/// what came since.
///
/// # Errors
/// The store's.
pub(crate) fn on_fragment(who: &Signed, id: &str) -> Result<(String, Vec<Fact>), AppError> {
    let (app, person) = (&who.portal.app, &who.principal);
    if person.may(Action::ViewWriteOffs).is_err() {
        return Ok(Default::default());
    }
    Ok(match write_off_view::of_fragment(app, person, id)? {
        Some(Standing::Done(one)) => (String::new(), record(who, &one)),
        Some(Standing::Possible(_)) if person.may(Action::WriteOff).is_ok() => (at(id), Vec::new()),
        Some(Standing::Possible(_)) | None => Default::default(),
    })
}

fn record(who: &Signed, one: &ShownWriteOff) -> Vec<Fact> {
    let (lang, one) = (who.lang, done(who, one));
    vec![
        Fact::new(
            lang.text("write-off-sum"),
            format!("{} · {}", one.amount, one.day),
        ),
        Fact::new(lang.text("write-off-recovered"), one.recovered),
        Fact::new(lang.text("write-off-owed"), one.owed),
        Fact::new(lang.text("write-off-reason"), one.reason),
        Fact::new(lang.text("write-off-evidence"), one.evidence),
    ]
}
