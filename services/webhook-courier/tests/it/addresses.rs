//! Messages go to public addresses only: whoever sets up a webhook can't make the platform speak to
//! its own neighbours.

use std::str::FromStr as _;

use ledger_app::deliver_webhooks;
use ledger_app::deliver_webhooks::Outcome;
use reqwest::dns::Name;
use reqwest::dns::Resolve as _;
use webhook_courier::public_names::PublicNames;
use webhook_courier::sender::Sender;

use crate::receiver::Receiver;
use crate::sending::Told;

/// Set up where private addresses were allowed, sent where they are not any more.
#[test]
fn a_private_address_is_not_spoken_to() {
    let told = Told::new();
    told.ping();
    let now = told.app.clock.now();
    let mut due = deliver_webhooks::take(&told.app, now, &[], 9).unwrap();
    let careful = Sender::new(false).unwrap();
    let port = told.receiver.url();
    let port = port.split(':').nth(2).unwrap().split('/').next().unwrap();
    for address in [
        told.receiver.url(),
        format!("https://127.0.0.1:{port}/"),
        format!("https://localhost:{port}/"),
        format!("https://[::1]:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        format!("https://2130706433:{port}/"),
        "https://169.254.169.254/latest/meta-data/".to_owned(),
    ] {
        due[0].url = address.clone();
        let outcome = careful.send(&due[0], now.timestamp());
        assert!(
            matches!(&outcome, Outcome::Failed { status: None, .. }),
            "{address}: {outcome:?}"
        );
    }
    assert!(told.receiver.got().is_empty());
}

/// A name that leads home is refused when it is looked up, whatever it looked like before.
#[test]
fn a_name_that_leads_home_is_refused_when_it_is_looked_up() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    let name = Name::from_str("localhost").unwrap();
    let found = runtime.block_on(PublicNames.resolve(name));
    let refused = found.err().unwrap().to_string();
    assert_eq!(refused, "localhost leads to no public address");
}

#[test]
fn a_receiver_sends_nobody_elsewhere() {
    let told = Told::new();
    let elsewhere = Receiver::start();
    told.receiver.redirects(&elsewhere.url());
    let event = told.ping();
    assert_eq!(told.run_in(0), 0);
    assert_eq!(told.delivery(event).status, Some(307));
    assert!(elsewhere.got().is_empty());
}

/// The address may hold a secret: no word about a failure repeats it.
#[test]
fn a_failure_is_told_without_the_address() {
    let told = Told::new();
    let event = told.ping();
    let url = told.receiver.url();
    let (stage, app) = (&told.stage, &told.app);
    drop(told.receiver);
    let mut hand = postgres::Client::connect(&stage.database.url_owner(), postgres::NoTls).unwrap();
    // A port nobody listens on.
    let dead = url.replace("127.0.0.1", "127.0.0.2");
    hand.execute("UPDATE webhook SET url = $1", &[&dead])
        .unwrap();
    crate::sending::run(app, &told.sender, app.clock.now());
    let page =
        ledger_app::webhooks_view::deliveries(app, &told.bank.who, told.webhook, None, 9).unwrap();
    let one = page
        .items
        .into_iter()
        .find(|one| one.event == event)
        .unwrap();
    assert!(!one.last_error.is_empty());
    assert!(
        !one.last_error.contains("in-the-address"),
        "{}",
        one.last_error
    );
}
