//! A page as it came, with the questions a story asks of it.

use scraper::ElementRef;
use scraper::Html;
use scraper::Selector;

use crate::failure::Failure;
use crate::failure::Refusal;

/// A page of the portal.
#[derive(Debug)]
pub struct Page {
    /// Where it came from, after redirects.
    pub address: String,
    /// Status of the answer.
    pub status: u16,
    html: Html,
}

/// A CSS selector.
///
/// # Errors
/// It is none: a fault of the player's.
pub fn css(selector: &str) -> Result<Selector, Failure> {
    Selector::parse(selector)
        .map_err(|error| Failure::story(format!("selector {selector}: {error}")))
}

/// The text inside an element, its pieces and each run of white space one space apart.
#[must_use]
pub fn text_of(element: ElementRef<'_>) -> String {
    let words: Vec<&str> = element.text().flat_map(str::split_whitespace).collect();
    words.join(" ")
}

/// An attribute of an element; empty if it has none of that name.
#[must_use]
pub fn attribute<'a>(element: ElementRef<'a>, name: &str) -> &'a str {
    element.value().attr(name).unwrap_or_default()
}

/// The elements inside `element` that fit.
///
/// # Errors
/// Not a selector.
pub fn inside<'a>(element: ElementRef<'a>, selector: &str) -> Result<Vec<ElementRef<'a>>, Failure> {
    let selector = css(selector)?;
    Ok(element.select(&selector).collect())
}

/// The text of the first element inside `element` that fits; empty without one.
///
/// # Errors
/// Not a selector.
pub fn text_inside(element: ElementRef<'_>, selector: &str) -> Result<String, Failure> {
    Ok(inside(element, selector)?
        .into_iter()
        .next()
        .map(text_of)
        .unwrap_or_default())
}

impl Page {
    /// Reads a page.
    #[must_use]
    pub fn new(address: String, status: u16, body: &str) -> Page {
        Page {
            address,
            status,
            html: Html::parse_document(body),
        }
    }

    /// Every element that fits, in order.
    ///
    /// # Errors
    /// Not a selector.
    pub fn all(&self, selector: &str) -> Result<Vec<ElementRef<'_>>, Failure> {
        let selector = css(selector)?;
        Ok(self.html.select(&selector).collect())
    }

    /// The text of the first element that fits; empty without one.
    ///
    /// # Errors
    /// Not a selector.
    pub fn text(&self, selector: &str) -> Result<String, Failure> {
        Ok(self
            .all(selector)?
            .into_iter()
            .next()
            .map(text_of)
            .unwrap_or_default())
    }

    /// All words of the page's main part.
    ///
    /// # Errors
    /// None but the player's own.
    pub fn words(&self) -> Result<String, Failure> {
        self.text("main")
    }

    /// The refusal the page shows, if it shows one: a banner or problem with a code, or fields
    /// marked as wrong, or a status of failure without words.
    ///
    /// # Errors
    /// None but the player's own.
    pub fn refusal(&self) -> Result<Option<Refusal>, Failure> {
        let mut refusal = Refusal::default();
        let said = self.all(".banner.refused .code code")?;
        let problem = if self.status >= 400 {
            self.all("main .slim > p.soft code")?
        } else {
            Vec::new()
        };
        for code in said.into_iter().chain(problem) {
            refusal.codes.push(text_of(code));
        }
        for wrong in self.all("main .wrong")? {
            let code = attribute(wrong, "data-code");
            if !code.is_empty() {
                refusal.codes.push(code.to_owned());
            }
            let field = attribute(wrong, "id").trim_end_matches("-wrong");
            refusal.fields.push(field.to_owned());
            refusal.words = text_of(wrong);
        }
        if refusal.words.is_empty() && !refusal.codes.is_empty() {
            refusal.words = self.text(".banner.refused .what")?;
        }
        if refusal == Refusal::default() {
            if self.status < 400 {
                return Ok(None);
            }
            refusal.codes.push(format!("http_{}", self.status));
            refusal.words = self.text("h1")?;
        }
        Ok(Some(refusal))
    }

    /// The page itself, unless it shows a refusal.
    ///
    /// # Errors
    /// [`Failure::Refused`].
    pub fn accepted(self) -> Result<Page, Failure> {
        match self.refusal()? {
            Some(refusal) => Err(Failure::Refused(refusal)),
            None => Ok(self),
        }
    }
}
