//! What came of an uploaded list, row by row and in sum.

use actix_web::http::StatusCode;
use ledger_app::error::AppError;
use ledger_app::import_payees;
use ledger_app::import_payees::ImportProblem;
use ledger_app::import_payees::WaitingPayables;
use ledger_app::import_result::ImportResult as List;
use ledger_app::imports_view;
use ledger_app::issue_rules::UsedBy;
use ledger_app::policy::Action;
use ledger_app::propose_issue::Proposed;
use ledger_app::unknown_suppliers;
use ledger_app::unknown_suppliers::UnknownSuppliers;
use ledger_core::id::ImportId;

use crate::answer::Answer;
use crate::dates;
use crate::forms::Form;
use crate::i18n::Lang;
use crate::issue_terms_form;
use crate::layout::Banner;
use crate::layout::Fact;
use crate::layout::Figure;
use crate::layout::Signing;
use crate::layout::Tone;
use crate::pages::imports::ImportLine;
use crate::pages::imports::ImportProgress;
use crate::pages::imports::ImportResult;
use crate::pages::imports::ProposedLine;
use crate::pages::imports::RowProblem;
use crate::pages::receipt::Receipt;
use crate::refusal;
use crate::session::Signed;
use crate::words;
use crate::words::totals;

/// Problems shown on the page; all are in the download.
const SHOWN: i64 = 100;

/// Refused payables whose invoices' users are named, and users named of each.
const USES_NAMED: usize = 20;

/// Payees shown.
const PAYEES: usize = 200;

/// A list in the table of lists.
#[must_use]
pub fn line(who: &Signed, list: &List) -> ImportLine {
    let counts = &list.counts;
    ImportLine {
        href: format!("/treasury/imports/{}", list.import),
        file: list.file_name.clone(),
        state: state_words(list, who.lang),
        good: counts.new.saturating_add(counts.same).to_string(),
        bad: counts.refused.saturating_add(counts.set_aside).to_string(),
    }
}

fn state_words(list: &List, lang: Lang) -> String {
    lang.text(&format!("import-{}", list.state.word()))
}

/// The result's page; while the file is read, how far it is.
///
/// # Errors
/// [`AppError::NotFound`] for somebody else's list.
pub fn show(who: &Signed, import: ImportId, form: Form) -> Result<Answer, AppError> {
    let list = imports_view::view(&who.portal.app, &who.principal, import)?;
    let progress = progress(who, &list);
    if who.part_only {
        return match &progress {
            Some(progress) => who.page(progress),
            // The reading is over: htmx is told to load the whole page.
            None => Ok(Answer::bare(StatusCode::NO_CONTENT).with_refresh()),
        };
    }
    let who = failure_banner(who, &list);
    let failed = who.banner.is_some();
    let view = result_view(&who, &list, progress, form)?;
    if failed {
        who.page_again(&view)
    } else {
        who.page(&view)
    }
}

/// Over a list whose reading stopped: why, as far as it is remembered.
fn failure_banner(who: &Signed, list: &List) -> Signed {
    if who.banner.is_some() || list.state.word() != "failed" {
        return who.clone();
    }
    let reading = who.portal.memory.reading(list.import);
    let code = reading
        .and_then(|reading| reading.failed)
        .unwrap_or("import_interrupted");
    who.with_banner(Banner {
        tone: Tone::Refused,
        title: who.lang.text(&refusal::title_key(code)),
        advice: who.lang.text(&refusal::advice_key(code)),
        code: code.to_owned(),
    })
}

fn progress(who: &Signed, list: &List) -> Option<ImportProgress> {
    if list.state.word() != "reading" {
        return None;
    }
    let reading = who.portal.memory.reading(list.import).unwrap_or_default();
    let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
    Some(ImportProgress {
        id: list.import.to_string(),
        words: who
            .lang
            .text_with("import-rows-read", &[("rows", &reading.rows)]),
        done: size(reading.done),
        total: size(reading.total).max(1),
    })
}

fn result_view(
    who: &Signed,
    list: &List,
    progress: Option<ImportProgress>,
    form: Form,
) -> Result<ImportResult, AppError> {
    let app = &who.portal.app;
    let waiting = import_payees::view(app, &who.principal, list.import, PAYEES)?;
    let unknown = match progress {
        // While the file is read nobody looks the payees up each second.
        Some(_) => UnknownSuppliers::default(),
        None => unknown_suppliers::view(app, &who.principal, list.import)?,
    };
    let found = imports_view::problems(app, &who.principal, list.import, 0, SHOWN)?;
    let all: u64 = list.counts.by_code.values().sum();
    let shown = u64::try_from(found.len()).unwrap_or(0);
    let kind = |(code, count): (&String, &u64)| {
        let words = who
            .lang
            .text(&format!("problem-{}", code.replace('_', "-")));
        (words, count.to_string())
    };
    let may = who.principal.may(Action::ProposeIssue).is_ok() && waiting.payables > 0;
    let mut form = form;
    issue_terms_form::usual(&mut form);
    Ok(ImportResult {
        shell: who.shell()?,
        id: list.import.to_string(),
        file: list.file_name.clone(),
        how: state_words(list, who.lang),
        progress,
        figures: figures(who, list, &waiting),
        unknown: unknown_words(who.lang, &unknown),
        unknown_waiting: !unknown.waiting.is_empty(),
        kinds: list.counts.by_code.iter().map(kind).collect(),
        problems: found
            .into_iter()
            .map(|found| row_problem(found, who.lang))
            .collect(),
        left_out: usize::try_from(all.saturating_sub(shown)).unwrap_or(usize::MAX),
        proposed: waiting
            .payees
            .iter()
            .map(|sum| payee_line(sum, who.lang))
            .collect(),
        deed: may.then(|| propose_deed(who, list, &waiting)),
        form,
    })
}

/// How many payees nobody knows yet and how many have been taken in since, in a sentence each.
fn unknown_words(lang: Lang, unknown: &UnknownSuppliers) -> Vec<String> {
    let mut words = Vec::new();
    if !unknown.waiting.is_empty() {
        words.push(lang.text_with(
            "unknown-waiting",
            &[
                ("payees", &unknown.waiting.len()),
                ("rows", &unknown.waiting_rows),
            ],
        ));
    }
    if unknown.taken_in > 0 {
        words.push(lang.text_with("unknown-taken-in", &[("payees", &unknown.taken_in)]));
    }
    words
}

pub(crate) fn row_problem(found: ImportProblem, lang: Lang) -> RowProblem {
    RowProblem {
        row: found.row_no.to_string(),
        column: found.column_name,
        value: found.value,
        advice: match lang {
            Lang::Zh => found.message_zh,
            Lang::En => found.message_en,
        },
        code: found.code,
    }
}

fn payee_line(sum: &import_payees::PayeeSum, lang: Lang) -> ProposedLine {
    ProposedLine {
        payee: sum.payee.clone(),
        invoices: sum.payables.to_string(),
        maturity: dates::long(sum.maturity, lang),
        amount: totals(&sum.total),
    }
}

fn figures(who: &Signed, list: &List, waiting: &WaitingPayables) -> Vec<Figure> {
    let figure = |key: &str, value: String, note: String| Figure {
        label: who.lang.text(key),
        value,
        note,
    };
    let counts = &list.counts;
    let note = |key: &str, rows: u64| match rows {
        0 => String::new(),
        rows => who.lang.text_with(key, &[("rows", &rows)]),
    };
    vec![
        figure(
            "import-new",
            counts.new.to_string(),
            note("import-same", counts.same),
        ),
        figure(
            "import-refused",
            counts.refused.to_string(),
            note("import-warned", counts.warned),
        ),
        figure(
            "import-set-aside",
            counts.set_aside.to_string(),
            String::new(),
        ),
        figure(
            "import-waiting",
            totals(&waiting.total),
            note("import-waiting-rows", waiting.payables),
        ),
    ]
}

fn propose_deed(who: &Signed, list: &List, waiting: &WaitingPayables) -> Signing {
    let lang = who.lang;
    Signing {
        action: format!("/treasury/imports/{}/propose", list.import),
        statement: lang.text_with(
            "propose-statement",
            &[
                ("papers", &waiting.payables),
                ("total", &totals(&waiting.total)),
            ],
        ),
        facts: vec![
            Fact::new(lang.text("obligor"), who.principal.party_name.clone()),
            Fact::new(lang.text("face"), totals(&waiting.total)),
            Fact::new(lang.text("papers"), waiting.payables.to_string()),
        ],
        consequences: vec![lang.text("propose-hint")],
        submit: lang.text("do-propose"),
        hidden: Vec::new(),
    }
}

/// Which of the obligor's own payables use the invoice of one that was refused.
fn used_by(users: &[UsedBy], lang: Lang) -> String {
    let told = users.iter().take(USES_NAMED).map(|user| match &user.paper {
        Some(paper) => lang.text_with(
            "proposed-used-by",
            &[
                ("payable", &user.payable_no),
                ("paper", &words::paper_number(paper)),
                ("amount", &user.amount),
            ],
        ),
        None => lang.text_with(
            "proposed-used-by-waiting",
            &[("payable", &user.payable_no), ("amount", &user.amount)],
        ),
    });
    told.collect::<Vec<_>>().join("; ")
}

/// What came of the proposal, with the reasons for what could not be proposed.
///
/// # Errors
/// [`AppError::Internal`] if the page can't be made.
pub fn proposed_receipt(
    who: &Signed,
    import: ImportId,
    done: &Proposed,
) -> Result<Answer, AppError> {
    let lang = who.lang;
    let mut facts = vec![Fact::new(lang.text("papers"), done.papers.to_string())];
    facts.extend(
        done.refused_by_code.iter().map(|(code, count)| {
            Fact::new(lang.text(&refusal::title_key(code)), count.to_string())
        }),
    );
    let used = done.refused.iter().filter(|one| !one.used_by.is_empty());
    facts.extend(
        used.take(USES_NAMED)
            .map(|one| Fact::new(one.payable_no.clone(), used_by(&one.used_by, lang))),
    );
    facts.extend(done.warnings.iter().map(|(warning, count)| {
        let key = format!("warning-{}", warning.code().replace('_', "-"));
        Fact::new(lang.text(&key), count.to_string())
    }));
    let view = Receipt {
        shell: who.at("/treasury/proposals").shell()?,
        title: lang.text_with("proposed-title", &[("papers", &done.papers)]),
        amount: totals(&done.total),
        next: lang.text("propose-hint"),
        facts,
        links: vec![
            (lang.text("nav-proposals"), "/treasury/proposals".to_owned()),
            (
                lang.text("import-back"),
                format!("/treasury/imports/{import}"),
            ),
        ],
    };
    who.page(&view)
}
