//! The default simulator of the operator and the auditor: page, chart, files.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::policy::Action;
use ledger_app::simulate_default;
use ledger_app::simulate_default::AssumedDefault;
use ledger_app::simulate_default::SimulatedCurrency;
use ledger_app::simulate_default::SimulatedDefault;
use ledger_app::simulate_default::SimulatedParty;
use ledger_app::simulated_files;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;
use ledger_core::leg_tree::LegKind;
use rust_decimal::Decimal;

use crate::answer::Answer;
use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::layout::Chart;
use crate::layout::Figure;
use crate::loss_chart::LossChart;
use crate::loss_chart::LossRow;
use crate::operator_door::kind_name;
use crate::pages::defaults::ClaimRow;
use crate::pages::defaults::DefaultSimulation;
use crate::pages::defaults::PaperRow;
use crate::pages::defaults::PartyRow;
use crate::pages::defaults::SimulatedIn;
use crate::provider_desk::terms;
use crate::session::Signed;
use crate::supplier::phrases;
use crate::svg::Size;
use crate::words;

const HERE: &str = "/default-simulation";

/// Most lines of a table on the page; all of them stand in the files.
const SHOWN: usize = 200;

/// Most parties in the chart, but for the others together.
const DRAWN: usize = 12;

/// Mounts the pages.
pub(crate) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route(HERE, web::get().to(show))
        .route(
            "/default-simulation/parties.csv",
            web::get().to(parties_file),
        )
        .route("/default-simulation/claims.csv", web::get().to(claims_file));
}

async fn show(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let mut form = phrases::query(who);
        if form.text("day").is_empty() {
            form.set("day", &who.business_date.to_string());
        }
        if form.text("obligor").is_empty() {
            return page(who, form, None, false);
        }
        let Some(assumed) = read(&mut form) else {
            return page(who, form, None, true);
        };
        match simulate_default::run(&who.portal.app, &who.principal, assumed) {
            Ok(found) => page(who, form, Some(&found), false),
            Err(error) => {
                form.refuse("recovery", "see_above");
                page(&who.refused(error)?, form, None, true)
            }
        }
    })
    .await
}

async fn parties_file(who: Signed) -> HttpResponse {
    file(who, "parties", simulated_files::parties).await
}

async fn claims_file(who: Signed) -> HttpResponse {
    file(who, "claims", simulated_files::claims).await
}

async fn file(
    who: Signed,
    name: &'static str,
    write: fn(&SimulatedDefault) -> String,
) -> HttpResponse {
    who.answer(move |who| {
        let mut form = phrases::query(who);
        let (app, person) = (&who.portal.app, &who.principal);
        // Before anything is said about the fields: who may not ask learns nothing of them.
        person.may(Action::SimulateDefault)?;
        let assumed = read(&mut form).ok_or(AppError::NotFound)?;
        let found = simulate_default::run(app, person, assumed)?;
        Ok(Answer::file(
            format!("default-{}-{name}.csv", assumed.day),
            "text/csv; charset=utf-8",
            write(&found).into_bytes(),
        ))
    })
    .await
}

/// What is assumed, as typed; none if something can't be read.
fn read(form: &mut Form) -> Option<AssumedDefault> {
    let obligor = PartyId::parse(form.text("obligor")).ok();
    if obligor.is_none() {
        form.refuse("obligor", "missing");
    }
    let day = form.date("day");
    let recovery = if form.text("recovery").is_empty() {
        Some(Decimal::ZERO)
    } else {
        terms::percent(form, "recovery", false)
    };
    Some(AssumedDefault {
        obligor: obligor?,
        day: day?,
        recovery: recovery?,
    })
}

fn page(
    who: &Signed,
    form: Form,
    found: Option<&SimulatedDefault>,
    again: bool,
) -> Result<Answer, AppError> {
    let obligors = simulate_default::obligors(&who.portal.app, &who.principal)?;
    let view = DefaultSimulation {
        shell: who.shell()?,
        obligors: obligors
            .into_iter()
            .map(|one| (one.id.to_string(), one.name))
            .collect(),
        found: found.map(|found| {
            let several = found.currencies.len() > 1;
            let each = found.currencies.iter();
            each.map(|one| told(who.lang, one, several)).collect()
        }),
        query: found.map_or_else(String::new, |found| {
            format!(
                "obligor={}&day={}&recovery={}",
                found.obligor.id, found.assumed.day, found.assumed.recovery
            )
        }),
        form,
    };
    if again {
        who.page_again(&view)
    } else {
        who.page(&view)
    }
}

fn told(lang: Lang, of: &SimulatedCurrency, several: bool) -> SimulatedIn {
    let more = |all: usize| all.saturating_sub(SHOWN);
    SimulatedIn {
        currency: if several {
            of.currency.to_string()
        } else {
            String::new()
        },
        figures: figures(lang, of),
        notes: notes(lang, of),
        chart: chart(lang, of),
        parties: of
            .parties
            .iter()
            .take(SHOWN)
            .map(|one| party(lang, of.currency, one))
            .collect(),
        more_parties: more(of.parties.len()),
        claims: claims(lang, of),
        more_claims: more(of.claims.len()),
        papers: papers(lang, of),
        more_papers: more(of.papers.len()),
    }
}

fn figures(lang: Lang, of: &SimulatedCurrency) -> Vec<Figure> {
    let figure = |label: &str, minor: i128, note: &str, count: usize| Figure {
        label: lang.text(label),
        value: words::sum(minor, of.currency),
        note: lang.text_with(note, &[("count", &count)]),
    };
    let hit = of.parties.iter().filter(|one| one.figures.hit > 0);
    let left = of.parties.iter().filter(|one| one.figures.left > 0);
    let claimed = of.claims.iter().map(|one| i128::from(one.amount.minor()));
    vec![
        figure(
            "sim-shortfall",
            of.shortfall,
            "sim-papers-count",
            of.papers.len(),
        ),
        figure(
            "sim-hit",
            hit.clone().map(|one| one.figures.hit).sum(),
            "sim-holders-count",
            hit.count(),
        ),
        figure(
            "sim-claims-sum",
            claimed.sum(),
            "sim-claims-count",
            of.claims.len(),
        ),
        figure(
            "sim-left",
            left.clone().map(|one| one.figures.left).sum(),
            "sim-parties-count",
            left.count(),
        ),
    ]
}

fn notes(lang: Lang, of: &SimulatedCurrency) -> Vec<String> {
    let said = |key: &str, beyond: simulate_default::Beyond| {
        let amount = words::sum(beyond.minor, of.currency);
        let papers = u64::try_from(beyond.papers).unwrap_or(0);
        lang.text_with(key, &[("count", &papers), ("amount", &amount)])
    };
    let mut notes = Vec::new();
    if of.left_out.papers > 0 {
        notes.push(said("sim-left-out", of.left_out));
    }
    if of.not_followed.papers > 0 {
        notes.push(said("sim-not-followed", of.not_followed));
    }
    notes
}

fn chart(lang: Lang, of: &SimulatedCurrency) -> Chart {
    let row = |name: String, first: i128, left: i128| LossRow {
        name,
        first: i64::try_from(first).unwrap_or(i64::MAX),
        left: i64::try_from(left).unwrap_or(i64::MAX),
        words: (
            words::sum(first, of.currency),
            words::sum(left, of.currency),
        ),
    };
    let mut drawn: Vec<&SimulatedParty> = of.parties.iter().collect();
    drawn.sort_by_key(|one| std::cmp::Reverse(one.figures.hit.max(one.figures.left)));
    // One more than fits is no reason to sum up.
    let others = if drawn.len() > DRAWN.saturating_add(1) {
        drawn.split_off(DRAWN)
    } else {
        Vec::new()
    };
    let mut rows: Vec<LossRow> = drawn
        .iter()
        .map(|one| row(one.name.clone(), one.figures.hit, one.figures.left))
        .collect();
    if !others.is_empty() {
        let name = lang.text_with("sim-others", &[("count", &others.len())]);
        let sum = |part: fn(&SimulatedParty) -> i128| others.iter().map(|one| part(one)).sum();
        rows.push(row(
            name,
            sum(|one| one.figures.hit),
            sum(|one| one.figures.left),
        ));
    }
    let drawing = LossChart {
        id: format!("losses-{}", of.currency),
        rows,
        title: lang.text("sim-chart"),
        description: lang.text_with(
            "sim-chart-says",
            &[
                ("count", &of.parties.len()),
                ("total", &words::sum(of.shortfall, of.currency)),
            ],
        ),
    };
    Chart {
        narrow: drawing.draw(Size::Narrow),
        wide: drawing.draw(Size::Wide),
    }
}

fn party(lang: Lang, currency: Currency, one: &SimulatedParty) -> PartyRow {
    let money = |minor: i128| match minor {
        0 => "–".to_owned(),
        minor => words::sum(minor, currency),
    };
    PartyRow {
        name: one.name.clone(),
        kind: kind_name(one.kind, lang),
        hit: money(one.figures.hit),
        claims: money(one.figures.claims),
        claimed_from: money(one.figures.claimed_from),
        left: money(one.figures.left),
    }
}

fn claims(lang: Lang, of: &SimulatedCurrency) -> Vec<ClaimRow> {
    let money = |amount: Amount| words::money(amount, of.currency);
    let shown = of.claims.iter().take(SHOWN).map(|one| ClaimRow {
        paper: words::paper_number(&one.number),
        claimant: one.claimant.clone(),
        from: one.from.clone(),
        leg: lang.text(match one.kind {
            LegKind::Transfer => "sim-leg-transfer",
            LegKind::Sale => "sim-leg-sale",
            LegKind::Retransfer => "sim-leg-retransfer",
        }),
        mode: phrases::recourse(lang, one.recourse, of.currency),
        lost: money(one.lost),
        amount: money(one.amount),
    });
    shown.collect()
}

fn papers(lang: Lang, of: &SimulatedCurrency) -> Vec<PaperRow> {
    let money = |amount: Amount| {
        if amount.is_zero() {
            "–".to_owned()
        } else {
            words::money(amount, of.currency)
        }
    };
    let shown = of.papers.iter().take(SHOWN).map(|one| PaperRow {
        number: words::paper_number(&one.number),
        due: dates::long(one.due_date, lang),
        face: money(one.face),
        paid: money(one.paid),
        recovered: money(one.recovered),
        shortfall: money(one.shortfall),
    });
    shown.collect()
}
