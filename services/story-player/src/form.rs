//! A form of a page, filled in and posted as a browser would: hidden inputs as given, fields in
//! the order of the page, multipart where the form says so.

use scraper::ElementRef;

use crate::failure::Failure;
use crate::page::Page;
use crate::page::attribute;
use crate::page::inside;
use crate::page::text_of;

/// A form with what is in its fields.
#[derive(Debug, Clone)]
pub struct Form {
    /// Where it goes.
    pub action: String,
    /// Whether it is sent as multipart.
    pub multipart: bool,
    fields: Vec<(String, String)>,
    choices: Vec<Choice>,
    files: Vec<(String, String, Vec<u8>)>,
}

/// Something to choose: an option, a box to tick, a radio button.
#[derive(Debug, Clone)]
pub struct Choice {
    /// The field.
    pub field: String,
    /// The value sent.
    pub value: String,
    /// The words beside it.
    pub words: String,
}

impl Form {
    /// The first form of `page` whose action begins with `start` and ends with `end`.
    ///
    /// # Errors
    /// The page has none.
    pub fn find(page: &Page, start: &str, end: &str) -> Result<Form, Failure> {
        for form in page.all("form")? {
            let action = attribute(form, "action");
            if action.starts_with(start) && action.ends_with(end) {
                return Form::read(form);
            }
        }
        Err(Failure::unexpected(
            format!("a form {start}…{end}"),
            format!("none on {} “{}”", page.address, page.text("h1")?),
        ))
    }

    fn read(form: ElementRef<'_>) -> Result<Form, Failure> {
        let mut read = Form {
            action: attribute(form, "action").to_owned(),
            multipart: attribute(form, "enctype") == "multipart/form-data",
            fields: Vec::new(),
            choices: Vec::new(),
            files: Vec::new(),
        };
        for input in inside(form, "input, select, textarea")? {
            let name = attribute(input, "name").to_owned();
            if name.is_empty() {
                continue;
            }
            match (input.value().name(), attribute(input, "type")) {
                ("select", _) => read.select(&name, input)?,
                ("textarea", _) => read.fields.push((name, text_of(input))),
                (_, "file" | "submit" | "button") => {}
                (_, "checkbox" | "radio") => read.tickable(name, input),
                _ => read
                    .fields
                    .push((name, attribute(input, "value").to_owned())),
            }
        }
        Ok(read)
    }

    fn select(&mut self, name: &str, select: ElementRef<'_>) -> Result<(), Failure> {
        let mut chosen = None;
        for option in inside(select, "option")? {
            let value = attribute(option, "value").to_owned();
            let selected = option.value().attr("selected").is_some();
            if chosen.is_none() || selected {
                chosen = Some(value.clone());
            }
            self.choices.push(Choice {
                field: name.to_owned(),
                value,
                words: text_of(option),
            });
        }
        self.fields
            .push((name.to_owned(), chosen.unwrap_or_default()));
        Ok(())
    }

    fn tickable(&mut self, name: String, input: ElementRef<'_>) {
        let value = attribute(input, "value").to_owned();
        // The words stand in the label around it, or in the row of the table.
        let words = input
            .ancestors()
            .filter_map(ElementRef::wrap)
            .find(|around| matches!(around.value().name(), "label" | "tr"))
            .map(text_of)
            .unwrap_or_default();
        let checked = input.value().attr("checked").is_some();
        if checked && input.value().attr("disabled").is_none() {
            self.fields.push((name.clone(), value.clone()));
        }
        self.choices.push(Choice {
            field: name,
            value,
            words,
        });
    }

    /// What can be chosen in a field.
    pub fn choices<'a>(&'a self, field: &'a str) -> impl Iterator<Item = &'a Choice> {
        self.choices
            .iter()
            .filter(move |choice| choice.field == field)
    }

    /// What a field holds now; empty if nothing.
    #[must_use]
    pub fn value(&self, field: &str) -> &str {
        let found = self.fields.iter().find(|(name, _)| name == field);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// Whether the form has the field at all.
    #[must_use]
    pub fn has(&self, field: &str) -> bool {
        self.fields.iter().any(|(name, _)| name == field)
            || self.choices.iter().any(|choice| choice.field == field)
    }

    /// Puts `value` into the field, in its place, instead of everything it held. A field that the
    /// form doesn't have is added: nothing keeps a stranger from posting it.
    #[must_use]
    pub fn with(mut self, field: &str, value: &str) -> Form {
        match self.fields.iter().position(|(name, _)| name == field) {
            Some(at) => {
                let mut place = 0;
                self.fields.retain(|(name, _)| {
                    let keep = name != field || place == at;
                    place = place.saturating_add(1);
                    keep
                });
                if let Some((_, held)) = self.fields.get_mut(at) {
                    value.clone_into(held);
                }
            }
            None => self.fields.push((field.to_owned(), value.to_owned())),
        }
        self
    }

    /// Ticks exactly these values of a field.
    #[must_use]
    pub fn ticked(mut self, field: &str, values: &[String]) -> Form {
        self.fields.retain(|(name, _)| name != field);
        for value in values {
            self.fields.push((field.to_owned(), value.clone()));
        }
        self
    }

    /// Attaches a file.
    #[must_use]
    pub fn with_file(mut self, field: &str, name: &str, bytes: Vec<u8>) -> Form {
        self.files.push((field.to_owned(), name.to_owned(), bytes));
        self
    }

    /// Name and value of every field, in order.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }

    /// Field, name and bytes of every file.
    #[must_use]
    pub fn files(&self) -> &[(String, String, Vec<u8>)] {
        &self.files
    }
}
