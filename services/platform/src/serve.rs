//! Serves the four doors and rings the bell until told to stop.

use std::net::TcpListener;
use std::process::ExitCode;
use std::sync::Arc;

use actix_web::App as HttpApp;
use actix_web::HttpServer;
use ledger_app::import_payables;
use scheduler::ticker::Ticker;
use web_ui::portal::Portal;

use crate::config::Settings;
use crate::doors;
use crate::doors::Doors;
use crate::failure::Context;
use crate::failure::Failure;
use crate::job_runner::DeskRunner;
use crate::open;

/// HTTP workers: pages wait for the database, not for a core.
const WORKERS: usize = 2;

/// Seconds that open requests get to finish.
const SHUTDOWN_SECONDS: u64 = 10;

/// What is to be served.
pub(crate) struct Served {
    /// Settings.
    pub(crate) settings: Settings,
    /// Jobs and the platform itself.
    pub(crate) runner: DeskRunner,
    /// Where to listen.
    pub(crate) listener: TcpListener,
    /// The mailbox's page, in the demo.
    pub(crate) mailbox: Option<String>,
    /// The sandbox bank's page, in the demo.
    pub(crate) sandbox_bank: Option<String>,
    /// Whether this is the demo.
    pub(crate) demo: bool,
}

/// Serves by configuration until told to stop (TERM or INT).
pub(crate) fn run(settings: &Settings) -> Result<ExitCode, Failure> {
    let app = open::app(settings)?;
    let runner = DeskRunner::new(open::desk(settings, app)?);
    let listener = TcpListener::bind(&settings.listen).doing(&settings.listen)?;
    open::say(&format!("ready http://{}", settings.listen));
    let served = Served {
        settings: settings.clone(),
        runner,
        listener,
        mailbox: None,
        sandbox_bank: None,
        demo: false,
    };
    until_stopped(served, || Ok(ExitCode::SUCCESS), false)
}

/// Serves until told to stop, or until `work`, done meanwhile, is finished.
pub(crate) fn until_stopped(
    served: Served,
    work: impl FnOnce() -> Result<ExitCode, Failure> + Send + 'static,
    ends_with_work: bool,
) -> Result<ExitCode, Failure> {
    let desk = served.runner.desk.clone();
    // Held here to the end: a blocking client may not be dropped inside the runtime.
    let runner = Arc::new(served.runner);
    let portal = Portal {
        mailbox: served.mailbox,
        demo: served.demo,
        sandbox_bank: served.sandbox_bank,
        ..doors::portal(&served.settings, desk.app.clone(), runner.clone())
    };
    // Before anybody can hand a list in: what is being read now has lost its reader.
    let interrupted =
        import_payables::close_interrupted(&desk.app).doing("closing interrupted lists")?;
    if interrupted > 0 {
        tracing::warn!(interrupted, "lists of payables were not read to their end");
    }
    let doors = Doors::new(&served.settings, portal)?;
    let kept = (desk.clone(), doors.clone());
    let listener = served.listener;
    let code = actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(move || {
            HttpApp::new()
                .wrap(doors::headers())
                .configure(doors.mount())
        })
        .workers(WORKERS)
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .listen(listener)
        .doing("listening")?
        .run();
        let handle = server.handle();
        let ticker = Ticker::start(desk).await.doing("starting the bell")?;
        let code = if ends_with_work {
            let serving = actix_web::rt::spawn(server);
            let code = actix_web::rt::task::spawn_blocking(work)
                .await
                .doing("the work")?;
            handle.stop(true).await;
            serving.await.doing("serving")?.doing("serving")?;
            code
        } else {
            server.await.doing("serving")?;
            Ok(ExitCode::SUCCESS)
        };
        ticker.stop().await.doing("stopping the bell")?;
        code
    });
    drop(kept);
    drop(runner);
    code
}
