//! What a default of an obligor would mean for the reader's own party: a supplier chooses the
//! obligor beside its plan, a bank's people come from the obligor's page.

use actix_web::HttpResponse;
use actix_web::web;
use ledger_app::error::AppError;
use ledger_app::own_default_risk;
use ledger_app::own_default_risk::OtherSide;
use ledger_app::own_default_risk::OwnDefaultRisk;
use ledger_app::own_default_risk::RiskIn;
use ledger_app::own_default_risk::RiskLine;
use ledger_app::policy::Action;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::PartyId;

use crate::answer::Answer;
use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::layout::Figure;
use crate::pages::defaults::OwnDefault;
use crate::pages::defaults::OwnRisk;
use crate::pages::defaults::OwnRiskLine;
use crate::pages::defaults::OwnRiskSide;
use crate::session::Signed;
use crate::supplier::phrases;
use crate::words;

/// Most lines on the page, those of papers that owe most.
const SHOWN: usize = 200;

/// Mounts the pages.
pub(crate) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/plan/default", web::get().to(of_supplier))
        .route("/desk/obligors/{obligor}/default", web::get().to(of_bank));
}

async fn of_supplier(who: Signed) -> HttpResponse {
    who.answer(|who| {
        let mut form = phrases::query(who);
        let obligors = own_default_risk::obligors(&who.portal.app, &who.principal)?;
        let choices: Vec<(String, String)> = obligors
            .into_iter()
            .map(|one| (one.id.to_string(), one.name))
            .collect();
        if form.text("obligor").is_empty()
            && let Some((first, _)) = choices.first()
        {
            form.set("obligor", first);
        }
        let obligor = form.text("obligor").to_owned();
        page(who, form, "/plan/default".to_owned(), &obligor, choices)
    })
    .await
}

async fn of_bank(who: Signed, obligor: web::Path<String>) -> HttpResponse {
    who.answer(move |who| {
        // The desk is a finance provider's; a supplier has a page of its own.
        who.principal.may(Action::ViewRequests)?;
        let form = phrases::query(who);
        let action = format!("/desk/obligors/{obligor}/default");
        page(who, form, action, &obligor, Vec::new())
    })
    .await
}

fn page(
    who: &Signed,
    mut form: Form,
    action: String,
    obligor: &str,
    obligors: Vec<(String, String)>,
) -> Result<Answer, AppError> {
    let found = if obligor.is_empty() {
        None
    } else {
        let id = PartyId::parse(obligor).map_err(|_not_hex| AppError::NotFound)?;
        let day = if form.text("day").is_empty() {
            None
        } else {
            form.date("day")
        };
        let (app, person) = (&who.portal.app, &who.principal);
        Some(own_default_risk::run(app, person, id, day)?)
    };
    if form.text("day").is_empty() {
        form.set("day", &who.business_date.to_string());
    }
    let again = !form.errors().is_empty();
    let risks = found.as_ref().map_or(&[][..], |found| &found.currencies);
    let view = OwnDefault {
        shell: who.shell()?,
        action,
        obligors,
        obligor: found.as_ref().map_or_else(String::new, name),
        found: risks
            .iter()
            .map(|one| told(who.lang, one, risks.len() > 1))
            .collect(),
        more: found.as_ref().is_some_and(|found| found.more),
        form,
    };
    if again {
        who.page_again(&view)
    } else {
        who.page(&view)
    }
}

fn name(found: &OwnDefaultRisk) -> String {
    found.obligor.name.clone()
}

fn told(lang: Lang, of: &RiskIn, several: bool) -> OwnRisk {
    let figure = |label: &str, minor: i128| Figure {
        label: lang.text(label),
        value: words::sum(minor, of.currency),
        note: String::new(),
    };
    let lines = of.lines.iter().take(SHOWN);
    OwnRisk {
        currency: if several {
            of.currency.to_string()
        } else {
            String::new()
        },
        figures: vec![
            figure("own-risk-hit", of.hit),
            figure("own-risk-may-claim", of.may_claim),
            figure("own-risk-claimed-from", of.claimed_from),
        ],
        lines: lines.map(|one| line(lang, of.currency, one)).collect(),
        more_lines: of.lines.len().saturating_sub(SHOWN),
    }
}

fn line(lang: Lang, currency: Currency, of: &RiskLine) -> OwnRiskLine {
    let money = |amount: Amount| {
        if amount.is_zero() {
            String::new()
        } else {
            words::money(amount, currency)
        }
    };
    let or_dash = |amount: Amount| match money(amount) {
        words if words.is_empty() => "–".to_owned(),
        words => words,
    };
    let side = |other: &OtherSide| OwnRiskSide {
        name: other.name.clone(),
        mode: phrases::recourse(lang, other.recourse, currency),
        amount: money(other.at_most),
    };
    OwnRiskLine {
        paper: words::paper_number(&of.number),
        due: dates::long(of.due_date, lang),
        held: or_dash(of.held),
        hit: or_dash(of.hit),
        from: of.from.as_ref().map_or_else(
            || OwnRiskSide {
                name: lang.text("own-risk-from-obligor"),
                mode: String::new(),
                amount: String::new(),
            },
            side,
        ),
        passed_on: of.passed_on.iter().map(side).collect(),
    }
}
