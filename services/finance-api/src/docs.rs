//! The documentation page: the OpenAPI document as HTML, without a script and without a request to
//! anywhere else.

use actix_web::HttpResponse;
use actix_web::get;
use actix_web::http::header;
use actix_web::web::Data;
use askama::Template;
use serde_json::Value;

use crate::document::Document;

const STYLE: &str = include_str!("../templates/docs.css");

#[derive(Template)]
#[template(path = "docs.html")]
struct Page {
    title: String,
    about: Vec<String>,
    groups: Vec<Group>,
    schemas: Vec<Schema>,
}

struct Group {
    name: String,
    operations: Vec<Operation>,
}

struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    description: String,
    parameters: Vec<Field>,
    takes: Option<Kind>,
    answers: Vec<Answer>,
}

struct Answer {
    status: String,
    description: String,
    kind: Option<Kind>,
}

struct Schema {
    name: String,
    description: String,
    fields: Vec<Field>,
}

struct Field {
    name: String,
    place: String,
    kind: Kind,
    required: bool,
    description: String,
    example: String,
}

/// A type: words, and the schema it leads to, if one.
struct Kind {
    words: String,
    schema: String,
}

/// Draws the page.
pub(crate) fn render(document: &Value) -> String {
    let drawn = Page {
        title: text(document, "/info/title"),
        about: text(document, "/info/description")
            .split("\n\n")
            .map(str::to_owned)
            .collect(),
        groups: groups(document),
        schemas: entries(document.pointer("/components/schemas"))
            .map(|(name, schema)| Schema {
                name: name.clone(),
                description: text(schema, "/description"),
                fields: fields(schema),
            })
            .collect(),
    };
    drawn.render().unwrap_or_default()
}

fn text(value: &Value, pointer: &str) -> String {
    let found = value.pointer(pointer).and_then(Value::as_str);
    found.unwrap_or_default().to_owned()
}

fn entries(object: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    object.and_then(Value::as_object).into_iter().flatten()
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}

fn groups(document: &Value) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for (path, methods) in entries(document.get("paths")) {
        for (method, operation) in entries(Some(methods)) {
            let name = text(operation, "/tags/0");
            let drawn = drawn(path, method, operation);
            match groups.iter_mut().find(|group| group.name == name) {
                Some(group) => group.operations.push(drawn),
                None => groups.push(Group {
                    name,
                    operations: vec![drawn],
                }),
            }
        }
    }
    groups
}

fn drawn(path: &str, method: &str, operation: &Value) -> Operation {
    let parameters = list(operation.get("parameters")).map(|parameter| Field {
        name: text(parameter, "/name"),
        place: text(parameter, "/in"),
        kind: kind(parameter.get("schema")),
        required: parameter.get("required") == Some(&Value::Bool(true)),
        description: text(parameter, "/description"),
        example: String::new(),
    });
    let body = operation.pointer("/requestBody/content");
    Operation {
        id: text(operation, "/operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(operation, "/summary"),
        description: text(operation, "/description"),
        parameters: parameters.collect(),
        takes: first_schema(body).map(|schema| kind(Some(schema))),
        answers: entries(operation.get("responses"))
            .map(|(status, answer)| Answer {
                status: status.clone(),
                description: text(answer, "/description"),
                kind: first_schema(answer.get("content")).map(|schema| kind(Some(schema))),
            })
            .collect(),
    }
}

fn first_schema(content: Option<&Value>) -> Option<&Value> {
    entries(content).find_map(|(_, media)| media.get("schema"))
}

fn fields(schema: &Value) -> Vec<Field> {
    entries(schema.get("properties"))
        .map(|(name, property)| Field {
            name: name.clone(),
            place: String::new(),
            kind: kind(Some(property)),
            required: list(schema.get("required")).any(|r| r == name.as_str()),
            description: text(property, "/description"),
            example: text(property, "/example"),
        })
        .collect()
}

fn kind(schema: Option<&Value>) -> Kind {
    let Some(schema) = schema else {
        return Kind {
            words: String::new(),
            schema: String::new(),
        };
    };
    if let Some(name) = reference(schema) {
        return Kind {
            words: name.clone(),
            schema: name,
        };
    }
    // A thing that may be missing: one of null and the thing.
    if let Some(inner) = list(schema.get("oneOf")).find(|inner| reference(inner).is_some()) {
        let inner = kind(Some(inner));
        return Kind {
            words: format!("{} or null", inner.words),
            schema: inner.schema,
        };
    }
    if schema.get("items").is_some() {
        let inner = kind(schema.get("items"));
        return Kind {
            words: format!("list of {}", inner.words),
            schema: inner.schema,
        };
    }
    let named = match schema.get("type") {
        Some(Value::String(name)) => name.clone(),
        Some(Value::Array(names)) => {
            let names: Vec<&str> = names.iter().filter_map(Value::as_str).collect();
            names.join(" or ")
        }
        _ => String::new(),
    };
    let format = text(schema, "/format");
    Kind {
        words: if format.is_empty() {
            named
        } else {
            format!("{named} ({format})")
        },
        schema: String::new(),
    }
}

fn reference(schema: &Value) -> Option<String> {
    let target = schema.get("$ref").and_then(Value::as_str)?;
    target.rsplit('/').next().map(str::to_owned)
}

/// The documentation page; public.
#[get("/docs")]
pub(crate) async fn page(document: Data<Document>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(document.page().to_owned())
}

/// Its style; public.
#[get("/docs.css")]
pub(crate) async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/css; charset=utf-8")
        .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
        .body(STYLE)
}
