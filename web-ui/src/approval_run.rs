//! The checker approves all that was shown, however many papers: they are issued beside the
//! requests, and a page shows how far it is.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web;
use chrono::DateTime;
use chrono::Utc;
use ledger_app::approve_issue;
use ledger_app::approved::Approved;
use ledger_app::error::AppError;
use ledger_app::meant_proposals::Meant;
use ledger_app::meant_proposals::Seen;
use ledger_app::policy::Action;
use ledger_app::signing::open_key;
use ledger_core::id::UserId;

use crate::answer::Answer;
use crate::forms::Form;
use crate::layout::Banner;
use crate::layout::Tone;
use crate::pages::proposals::ApprovalProgress;
use crate::pages::proposals::Approving;
use crate::proposal_desk;
use crate::refusal;
use crate::session::Signed;

/// An approval under way.
#[derive(Debug, Clone)]
pub struct ApprovalRun {
    /// Whose.
    pub checker: UserId,
    /// How many papers are meant.
    pub meant: u64,
    /// What has come of it so far, without the papers one by one.
    pub done: Approved,
    /// Whether it is over.
    pub ended: bool,
    /// Why it stopped before the end: the stable code. Papers issued before stay issued.
    pub failed: Option<&'static str>,
}

impl ApprovalRun {
    fn decided(&self) -> u64 {
        let refused: u64 = self.done.refused_by_code.values().sum();
        self.done.issued.saturating_add(refused)
    }
}

/// Mounts the page.
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.route("/treasury/approvals/{id}", web::get().to(page));
}

/// What the form says was shown.
pub(crate) fn seen(form: &Form) -> Result<Seen, AppError> {
    let stale = || AppError::invalid("form_outdated", "load the page again");
    let as_of: DateTime<Utc> = form.text("as_of").parse().map_err(|_no_time| stale())?;
    let papers = form.text("papers").parse().map_err(|_no_number| stale())?;
    Ok(Seen {
        maker: None,
        as_of,
        papers,
    })
}

/// Opens the checker's key and starts; the passphrase is not kept.
pub(crate) fn start(who: &Signed, form: &Form) -> Result<Answer, AppError> {
    let app = who.portal.app.clone();
    let checker = who.principal.user.ok_or(AppError::NotFound)?;
    let seen = seen(form)?;
    let signer = open_key(&app, &who.principal, form.passphrase("passphrase"))?;
    let id = hex::encode(ledger_app::random::bytes::<16>()?);
    let memory = who.portal.memory.clone();
    memory.approval_begin(
        &id,
        ApprovalRun {
            checker,
            meant: seen.papers,
            done: Approved::default(),
            ended: false,
            failed: None,
        },
    );
    let (principal, name) = (who.principal.clone(), id.clone());
    let work = move || {
        let meant = Meant::Waiting(seen);
        let told = |so_far: &Approved| memory.approval_change(&name, |run| run.done = sums(so_far));
        let done = approve_issue::run_telling(&app, &principal, &signer, &meant, told);
        memory.approval_change(&name, |run| {
            run.ended = true;
            match &done {
                Ok(done) => run.done = sums(done),
                Err(error) => run.failed = Some(refusal::worded_code(error)),
            }
        });
        if let Err(error) = done {
            tracing::warn!(%error, "an approval stopped before its end");
        }
    };
    std::thread::Builder::new()
        .name("approval".to_owned())
        .spawn(work)
        .map_err(|e| AppError::Internal(format!("approval: {e}")))?;
    Ok(Answer::see_other(format!("/treasury/approvals/{id}")))
}

fn sums(done: &Approved) -> Approved {
    Approved {
        issued: done.issued,
        total: done.total.clone(),
        refused_by_code: done.refused_by_code.clone(),
        papers: Vec::new(),
    }
}

async fn page(who: Signed, id: web::Path<String>) -> HttpResponse {
    who.answer(move |who| show(who, &id)).await
}

fn show(who: &Signed, id: &str) -> Result<Answer, AppError> {
    who.principal.may(Action::ApproveIssue)?;
    let found = who.portal.memory.approval(id);
    let run = found.filter(|run| who.principal.user == Some(run.checker));
    let run = run.ok_or(AppError::NotFound)?;
    if run.ended {
        if who.part_only {
            return Ok(Answer::bare(StatusCode::NO_CONTENT).with_refresh());
        }
        let who = match run.failed {
            Some(code) => who.with_banner(Banner {
                tone: Tone::Refused,
                title: who.lang.text(&refusal::title_key(code)),
                advice: who.lang.text(&refusal::advice_key(code)),
                code: code.to_owned(),
            }),
            None => who.clone(),
        };
        return proposal_desk::receipt(&who, &run.done);
    }
    let size = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    let progress = ApprovalProgress {
        id: id.to_owned(),
        words: who.lang.text_with(
            "approving-words",
            &[("done", &run.decided()), ("papers", &run.meant)],
        ),
        done: size(run.decided()),
        total: size(run.meant).max(1),
    };
    if who.part_only {
        return who.page(&progress);
    }
    who.page(&Approving {
        shell: who.at(proposal_desk::HERE).shell()?,
        progress,
    })
}
