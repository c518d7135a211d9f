//! Plays a story: the people's browsers, the banks' clients, what is kept between steps.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::rc::Rc;

use chrono::NaiveDate;

use crate::bank_api::BankApi;
use crate::browser::Browser;
use crate::deed::Deed;
use crate::failure::Failure;
use crate::form::Form;
use crate::memory::Memory;
use crate::memory::recall;
use crate::scenario::Scenario;
use crate::shown;
use crate::stage::Stage;
use crate::steps::business_day;
use crate::transcript::Transcript;
use crate::wall_clock;

/// Everything that steps need.
#[derive(Debug)]
pub struct Player {
    /// Addresses, people, parties.
    pub stage: Stage,
    /// What the reader sees.
    pub transcript: Transcript,
    /// What steps keep.
    pub memory: Memory,
    /// The platform's program, for the offline check.
    pub platform: PathBuf,
    /// Where downloads go.
    pub folder: PathBuf,
    run: String,
    browsers: BTreeMap<String, Rc<Browser>>,
    clients: BTreeMap<String, Rc<BankApi>>,
}

impl Player {
    /// On `stage`, with downloads in `folder`.
    #[must_use]
    pub fn new(stage: Stage, transcript: Transcript, platform: PathBuf, folder: PathBuf) -> Player {
        Player {
            stage,
            transcript,
            memory: Memory::default(),
            platform,
            folder,
            run: wall_clock::now().timestamp().to_string(),
            browsers: BTreeMap::new(),
            clients: BTreeMap::new(),
        }
    }

    /// Plays a story to its end and gives what the offline check of the journal said.
    ///
    /// # Errors
    /// The first step that did not come out as told; a story in which nothing was checked offline.
    pub fn play(&mut self, story: &Scenario) -> Result<String, Failure> {
        self.transcript.line(&story.title);
        if self.stage.business_date > story.begins {
            return Err(Failure::story(format!(
                "it begins on {}, but here it is {} already",
                story.begins, self.stage.business_date
            )));
        }
        if self.stage.business_date < story.begins {
            business_day::advance(self, "operator", story.begins)?;
        }
        for told in &story.steps {
            if let Some(heading) = &told.heading {
                self.transcript.line("");
                self.transcript.line(&format!("== {heading}"));
            }
            self.perform(&told.deed)?;
        }
        let verdict = self.memory.verdict.clone();
        verdict.ok_or_else(|| Failure::story("it ends without an offline check of the journal"))
    }

    /// Plays one step with its head line.
    fn perform(&mut self, deed: &Deed) -> Result<(), Failure> {
        let step = deed.step();
        let who = self.called(step.who());
        let what = step.what(self)?;
        self.transcript.step(&who, &what);
        step.run(self)
    }

    /// How the transcript calls somebody: `Name (maker)`.
    #[must_use]
    pub fn called(&self, who: &str) -> String {
        match who.split_once('/') {
            Some((party, role)) => format!("{} ({role})", self.stage.name(party)),
            None => self.stage.name(who).to_owned(),
        }
    }

    /// Puts names in place of `{run}`, `{name:t1-1}`, `{paper:A}`, `{range:A}`.
    ///
    /// # Errors
    /// A name that nothing stands for.
    pub fn filled(&self, text: &str) -> Result<String, Failure> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, behind) = after
                .split_once('}')
                .ok_or_else(|| Failure::story(format!("{text:?} has no closing brace")))?;
            out.push_str(before);
            out.push_str(&self.meaning(name)?);
            rest = behind;
        }
        out.push_str(rest);
        Ok(out)
    }

    fn meaning(&self, name: &str) -> Result<String, Failure> {
        let piece = |label: &str| recall(&self.memory.pieces, label);
        match name.split_once(':') {
            None if name == "run" => Ok(self.run.clone()),
            Some(("name", code)) => Ok(self.stage.party(code)?.name.clone()),
            Some(("paper", label)) => Ok(piece(label)?.paper.clone()),
            Some(("range", label)) => Ok(piece(label)?.range()),
            _ => Err(Failure::story(format!("{{{name}}} means nothing"))),
        }
    }

    /// Somebody's browser, signed in.
    ///
    /// # Errors
    /// Nobody of that name, or the sign-in failed.
    pub fn browser(&mut self, who: &str) -> Result<Rc<Browser>, Failure> {
        let person = self.stage.person(who)?.clone();
        if let Some(open) = self.browsers.get(&person.email) {
            return Ok(Rc::clone(open));
        }
        let browser = Rc::new(Browser::new(&self.stage.portal)?);
        sign_in(&browser, &person.email, &person.passphrase)?;
        self.browsers.insert(person.email, Rc::clone(&browser));
        Ok(browser)
    }

    /// The passphrase somebody types; another one where the story wants a slip.
    ///
    /// # Errors
    /// Nobody of that name.
    pub fn passphrase(&self, who: &str, slip: bool) -> Result<String, Failure> {
        let right = &self.stage.person(who)?.passphrase;
        Ok(if slip {
            format!("{right} slipped")
        } else {
            right.clone()
        })
    }

    /// A bank's own client of the financing API.
    ///
    /// # Errors
    /// It has none, or its key can't be read.
    pub fn client(&mut self, bank: &str) -> Result<Rc<BankApi>, Failure> {
        if let Some(open) = self.clients.get(bank) {
            return Ok(Rc::clone(open));
        }
        let client = Rc::new(BankApi::new(&self.stage.portal, self.stage.client(bank)?)?);
        self.clients.insert(bank.to_owned(), Rc::clone(&client));
        Ok(client)
    }

    /// The business date as the pages say it.
    ///
    /// # Errors
    /// No page says it.
    pub fn business_date(&mut self, who: &str) -> Result<NaiveDate, Failure> {
        let page = self.browser(who)?.get("/")?;
        let words = page.text("header .today b")?;
        shown::date(&words).ok_or_else(|| Failure::unexpected("a business date on the page", words))
    }
}

/// Signs somebody in.
fn sign_in(browser: &Browser, login: &str, passphrase: &str) -> Result<(), Failure> {
    let page = browser.get("/sign-in")?;
    let form = Form::find(&page, "/sign-in", "")?
        .with("login", login)
        .with("passphrase", passphrase);
    let page = browser.submit(&form)?;
    if page.address.starts_with("/sign-in") {
        return Err(Failure::unexpected(
            format!("{login} signed in"),
            page.words()?,
        ));
    }
    Ok(())
}
