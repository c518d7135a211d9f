//! One person's browser: cookies of its own, redirects followed, forms posted with the headers a
//! browser sends.

use std::time::Duration;

use reqwest::blocking::Client;
use reqwest::blocking::RequestBuilder;
use reqwest::blocking::Response;
use reqwest::blocking::multipart;
use reqwest::header;

use crate::failure::Doing;
use crate::failure::Failure;
use crate::form::Form;
use crate::page::Page;

/// The longest wait for one answer: signing thousands of papers takes its time.
const PATIENCE: Duration = Duration::from_secs(120);

/// A browser.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    origin: String,
}

/// An answer before it is read as a page: it may go from thread to thread, a page may not.
#[derive(Debug)]
pub struct Answered {
    address: String,
    status: u16,
    body: String,
}

impl Answered {
    /// As a page.
    #[must_use]
    pub fn page(self) -> Page {
        Page::new(self.address, self.status, &self.body)
    }
}

/// An HTTP client without proxies, over the one crypto stack.
///
/// # Errors
/// It can't be made.
pub fn client(cookies: bool) -> Result<Client, Failure> {
    // A second provider finds one installed, which is as good.
    let _already_there = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .cookie_store(cookies)
        .timeout(PATIENCE)
        .no_proxy()
        .build()
        .doing("HTTP client")
}

impl Browser {
    /// A fresh one, signed in nowhere.
    ///
    /// # Errors
    /// No HTTP client.
    pub fn new(origin: &str) -> Result<Browser, Failure> {
        Ok(Browser {
            client: client(true)?,
            origin: origin.trim_end_matches('/').to_owned(),
        })
    }

    /// A page, whatever its status.
    ///
    /// # Errors
    /// No answer.
    pub fn look(&self, path: &str) -> Result<Page, Failure> {
        let request = self.client.get(self.address(path));
        Ok(answered(self.send(request, path)?, path)?.page())
    }

    /// A page that must be there.
    ///
    /// # Errors
    /// No answer; [`Failure::Refused`] for a status of failure.
    pub fn get(&self, path: &str) -> Result<Page, Failure> {
        let page = self.look(path)?;
        if page.status >= 400 {
            return page.accepted();
        }
        Ok(page)
    }

    /// A file that must be there.
    ///
    /// # Errors
    /// No answer, or a status of failure.
    pub fn download(&self, path: &str) -> Result<Vec<u8>, Failure> {
        let answer = self.send(self.client.get(self.address(path)), path)?;
        let status = answer.status().as_u16();
        if status >= 400 {
            return Err(Failure::unexpected(
                format!("a file at {path}"),
                format!("status {status}"),
            ));
        }
        Ok(answer.bytes().doing(path)?.to_vec())
    }

    /// Posts a form and gives the page that follows, whatever it says.
    ///
    /// # Errors
    /// No answer.
    pub fn post(&self, form: &Form) -> Result<Page, Failure> {
        Ok(self.send_form(form)?.page())
    }

    /// The same, without reading the page.
    ///
    /// # Errors
    /// No answer.
    pub fn send_form(&self, form: &Form) -> Result<Answered, Failure> {
        let request = self
            .client
            .post(self.address(&form.action))
            .header(header::ORIGIN, &self.origin)
            .header("sec-fetch-site", "same-origin");
        let request = if form.multipart {
            let mut parts = multipart::Form::new();
            for (name, value) in form.fields() {
                parts = parts.text(name.clone(), value.clone());
            }
            for (field, name, bytes) in form.files() {
                let file = multipart::Part::bytes(bytes.clone()).file_name(name.clone());
                parts = parts.part(field.clone(), file);
            }
            request.multipart(parts)
        } else {
            request.form(form.fields())
        };
        answered(self.send(request, &form.action)?, &form.action)
    }

    /// Posts a form that must be taken.
    ///
    /// # Errors
    /// [`Failure::Refused`] with what the page shows.
    pub fn submit(&self, form: &Form) -> Result<Page, Failure> {
        self.post(form)?.accepted()
    }

    fn address(&self, path: &str) -> String {
        if path.starts_with("http://") || path.starts_with("https://") {
            path.to_owned()
        } else {
            format!("{}{path}", self.origin)
        }
    }

    fn send(&self, request: RequestBuilder, path: &str) -> Result<Response, Failure> {
        request
            .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
            .send()
            .doing(path)
    }
}

fn answered(answer: Response, path: &str) -> Result<Answered, Failure> {
    Ok(Answered {
        address: answer.url().path().to_owned(),
        status: answer.status().as_u16(),
        body: answer.text().doing(path)?,
    })
}
