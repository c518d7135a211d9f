//! One page for people: balances and the latest messages.

use actix_web::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use actix_web::{HttpResponse, get, web};

use crate::accounts;
use crate::books::Books;
use crate::error::BankError;
use crate::message_log;
use crate::money;

/// The look of the page.
const STYLE: &str = "body{font:15px/1.5 system-ui,'Noto Sans CJK SC',sans-serif;margin:0;\
background:#f6f5f1;color:#1d2a26}main{max-width:68rem;margin:0 auto;padding:1rem}\
h1{font-size:1.4rem;margin:.5rem 0}h2{font-size:1.05rem;margin:1.6rem 0 .4rem}\
p{color:#52605b;margin:.2rem 0}ul{list-style:none;margin:0;padding:0;background:#fff;\
border:1px solid #dcd9cf;border-radius:8px}li{display:flex;flex-wrap:wrap;gap:.2rem 1rem;\
padding:.5rem .8rem;border-top:1px solid #eceae2}li:first-child{border-top:0}\
.grow{flex:1 1 14rem;overflow-wrap:anywhere}.mono{font-family:ui-monospace,monospace;\
font-size:.9em;overflow-wrap:anywhere}.money{font-variant-numeric:tabular-nums;\
margin-left:auto;font-weight:600}.quiet{color:#6d7975}.lost{color:#a3341f;font-weight:600}";

#[get("/")]
pub(crate) async fn page(books: web::Data<Books>) -> Result<HttpResponse, BankError> {
    let (date, accounts, messages) = books
        .unit(|unit| {
            Ok((
                unit.today,
                accounts::list(unit)?,
                message_log::latest(unit)?,
            ))
        })
        .await?;
    let accounts: String = accounts
        .iter()
        .map(|account| {
            format!(
                "<li><span class=grow>{}{}</span><span class=mono>{} · {}</span>\
                 <span class=money>{} {}</span></li>",
                escaped(&account.owner),
                if account.closed { " (closed)" } else { "" },
                escaped(&account.id),
                escaped(&account.bank_code),
                money::grouped(account.balance_minor, &account.currency),
                escaped(&account.currency),
            )
        })
        .collect();
    let messages: String = messages
        .iter()
        .map(|message| {
            format!(
                "<li><span class={class}>{direction}</span><span class=mono>{name}</span>\
                 <span class=\"mono grow\">{id}</span><span class=quiet>{size} bytes</span>\
                 <span class=quiet>{stamp}</span></li>",
                class = if message.direction == "lost" {
                    "lost"
                } else {
                    "quiet"
                },
                direction = escaped(&message.direction),
                name = escaped(&message.name),
                id = escaped(&message.message_id),
                size = message.size,
                stamp = escaped(&message.stamp),
            )
        })
        .collect();
    let html = format!(
        "<!doctype html><html lang=en><meta charset=utf-8>\
         <meta name=viewport content=\"width=device-width,initial-scale=1\">\
         <title>Sandbox bank</title><style>{STYLE}</style><main><h1>Sandbox bank</h1>\
         <p>A bank to talk to, with its own books. Business date {date}.</p>\
         <h2>Accounts</h2><ul>{}</ul><h2>Latest messages</h2><ul>{}</ul></main></html>",
        or_nothing(&accounts),
        or_nothing(&messages),
    );
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'",
        ))
        .body(html))
}

fn or_nothing(items: &str) -> &str {
    if items.is_empty() {
        "<li class=quiet>None yet.</li>"
    } else {
        items
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
