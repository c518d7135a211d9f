//! A headless Chromium for a test, driven through chromedriver, with the questions we ask of every
//! page: does it fit a phone, and did its script complain.

use crate::process::{Process, ProcessError};
use crate::tls;
use reqwest::Method;
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use std::{env, fs, io, thread};
use tempfile::TempDir;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::error::WebDriverError;
use thirtyfour::prelude::*;
use thirtyfour::{ChromeCapabilities, LoggingPrefsLogLevel, RequestData, SessionId};

/// The variable that holds the browser's program.
pub const CHROMIUM_VARIABLE: &str = "TALLYSTICK_CHROMIUM";
/// The variable that holds the driver's program.
pub const CHROMEDRIVER_VARIABLE: &str = "TALLYSTICK_CHROMEDRIVER";

/// How long the driver may take to listen, on a busy machine.
const START: Duration = Duration::from_secs(60);
/// Ports tried for the driver.
const PORTS_TRIED: usize = 5;

/// A page's inner width and height in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Viewport {
    /// Width in CSS pixels.
    pub width: u32,
    /// Height in CSS pixels.
    pub height: u32,
}

/// A telephone held upright.
pub const PHONE: Viewport = Viewport {
    width: 390,
    height: 844,
};
/// A desk.
pub const DESKTOP: Viewport = Viewport {
    width: 1440,
    height: 900,
};

/// Why the browser is of no use to the test.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// Nobody said which browser or driver to use.
    #[error("{0} is not set: run the tests through cargo nextest or ops/test")]
    NoProgram(&'static str),
    /// The driver did not start.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The profile folder or a screenshot could not be written.
    #[error(transparent)]
    Files(#[from] io::Error),
    /// The driver or the browser refused.
    #[error(transparent)]
    Driver(#[from] WebDriverError),
}

/// A browser with a fresh profile, gone with this value.
#[derive(Debug)]
pub struct Browser {
    driver: WebDriver,
    session: String,
    // Dropped after `Drop::drop` has closed the session: first the driver, then the profile.
    _process: Process,
    _profile: TempDir,
}

impl Browser {
    /// Starts a browser that asks for pages in `language` (a BCP 47 tag such as `zh-CN` or `en`).
    ///
    /// # Errors
    /// [`BrowserError`]: no programs named, or driver or browser did not start.
    pub async fn start(language: &str) -> Result<Self, BrowserError> {
        tls::install();
        let chromium = variable(CHROMIUM_VARIABLE)?;
        let (process, port) = start_driver(&variable(CHROMEDRIVER_VARIABLE)?)?;
        let profile = TempDir::new()?;
        let wishes = capabilities(&chromium, profile.path(), language)?;
        let address = format!("http://127.0.0.1:{port}");
        let driver = WebDriver::new(&address, wishes).await?;
        let session = format!("{address}/session/{}", driver.session_id());
        let browser = Self {
            driver,
            session,
            _process: process,
            _profile: profile,
        };
        browser.resize(DESKTOP).await?;
        Ok(browser)
    }

    /// The WebDriver session, for everything a user can do.
    #[must_use]
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Gives the page exactly this much room (a headless window itself can't be made as narrow as
    /// a phone).
    ///
    /// # Errors
    /// [`BrowserError::Driver`] when the browser refuses.
    pub async fn resize(&self, size: Viewport) -> Result<(), BrowserError> {
        let metrics = json!({
            "width": size.width, "height": size.height, "deviceScaleFactor": 1,
            "mobile": size.width < 600,
        });
        self.driver
            .handle()
            .cmd(DevTools {
                command: "Emulation.setDeviceMetricsOverride",
                parameters: metrics,
            })
            .await?;
        Ok(())
    }

    /// By how many CSS pixels the page is wider than its room; 0 when it fits.
    ///
    /// # Errors
    /// [`BrowserError::Driver`] when the page can't be asked.
    pub async fn horizontal_overflow(&self) -> Result<i64, BrowserError> {
        // On a phone the layout viewport grows with the content, so the room is asked of the
        // visual viewport at its unscaled size.
        let script = "const root = document.documentElement;
            const view = window.visualViewport;
            const room = Math.min(root.clientWidth, Math.round(view.width * view.scale));
            return Math.max(root.scrollWidth, document.body ? document.body.scrollWidth : 0) - room;";
        let wider: i64 = self.driver.execute(script, Vec::new()).await?.convert()?;
        Ok(wider.max(0))
    }

    /// What the page's scripts and loads complained about since the last call: level and text.
    ///
    /// # Errors
    /// [`BrowserError::Driver`] when the log can't be read.
    pub async fn console_errors(&self) -> Result<Vec<String>, BrowserError> {
        let entries = self.driver.get_log("browser").await?;
        Ok(entries
            .into_iter()
            .filter(|entry| entry.level == "SEVERE")
            .map(|entry| entry.message)
            .collect())
    }

    /// Writes what is on the screen to `path` as PNG, making its folder.
    ///
    /// # Errors
    /// [`BrowserError::Files`] or [`BrowserError::Driver`].
    pub async fn screenshot(&self, path: &Path) -> Result<(), BrowserError> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(path, self.driver.screenshot_as_png().await?)?;
        Ok(())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Killing the driver alone would leave the browser running; ending the session ends it.
        // Both clients must not be used on a thread that drives async tasks.
        let session = self.session.clone();
        let closing = thread::spawn(move || {
            reqwest::blocking::Client::builder()
                .timeout(Duration::from_secs(20))
                .no_proxy()
                .build()
                .and_then(|client| client.delete(session).send())
        });
        let _ = closing.join();
        // The session is closed: thirtyfour need not do it again.
        let _ = self.driver.clone().leak();
    }
}

/// Starts the driver on a free port. It lets the system choose one for IPv6 and then wants the same
/// for IPv4, where somebody else may have it: then it ends, and another is chosen.
fn start_driver(program: &str) -> Result<(Process, u16), BrowserError> {
    let start = || {
        let mut command = Command::new(program);
        command.args(["--port=0", "--log-level=SEVERE"]);
        let mut process = Process::start(&mut command)?;
        let port = process.wait_for_line(START, announced_port)?;
        Ok((process, port))
    };
    let taken = |outcome: &Result<_, ProcessError>| matches!(outcome, Err(ProcessError::Ended { said, .. }) if said.contains("port not available"));
    let mut outcome = start();
    for _ in 1..PORTS_TRIED {
        if !taken(&outcome) {
            break;
        }
        outcome = start();
    }
    Ok(outcome?)
}

/// The port in the line with which chromedriver says that it listens.
fn announced_port(line: &str) -> Option<u16> {
    line.split_once("started successfully on port ")?
        .1
        .trim_end_matches('.')
        .parse()
        .ok()
}

/// A program's path from the environment.
fn variable(name: &'static str) -> Result<String, BrowserError> {
    env::var(name).map_err(|_missing| BrowserError::NoProgram(name))
}

/// What we ask of the browser: no window, nothing fetched but our pages, a profile of its own.
fn capabilities(
    chromium: &str,
    profile: &Path,
    language: &str,
) -> Result<ChromeCapabilities, BrowserError> {
    let mut wishes = DesiredCapabilities::chrome();
    wishes.set_binary(chromium)?;
    for flag in [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--hide-scrollbars",
        "--no-proxy-server",
    ] {
        wishes.add_arg(flag)?;
    }
    wishes.add_arg(&format!("--lang={language}"))?;
    wishes.add_arg(&format!("--accept-lang={language}"))?;
    wishes.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    wishes.add_experimental_option("prefs", json!({ "intl.accept_languages": language }))?;
    wishes.set_browser_log_level(LoggingPrefsLogLevel::All)?;
    Ok(wishes)
}

/// A command of the DevTools protocol, passed on by chromedriver.
#[derive(Debug)]
struct DevTools {
    command: &'static str,
    parameters: Value,
}

impl FormatRequestData for DevTools {
    fn format_request(&self, session_id: &SessionId) -> RequestData {
        RequestData::new(
            Method::POST,
            format!("session/{session_id}/goog/cdp/execute"),
        )
        .add_body(json!({ "cmd": self.command, "params": self.parameters }))
    }
}
