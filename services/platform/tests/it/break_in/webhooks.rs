//! Where banks' and a supplier's own systems are told what happens, and every message to them, read
//! as its receiver reads it.

use ledger_app::replay_webhook;
use ledger_app::set_up_webhook;
use ledger_app::set_up_webhook::WebhookTerms;
use ledger_app::webhook_event;

use super::asker::Asker;
use super::attempt::Findings;
use super::crawl::Reached;
use super::secrets::Secret;
use super::site::Site;
use super::trade::Trade;

impl Trade<'_> {
    /// A party's system listens for everything from now on. Its address and what it calls it are
    /// its own.
    pub(crate) fn listens(&mut self, party: &str) {
        let (path, note) = (format!("hook-of-{party}"), format!("inbox of {party}"));
        let known = [party];
        for text in [&path, &note] {
            let what = format!("where {party} listens");
            self.secrets.push(Secret::text(&what, text, &known));
        }
        let terms = WebhookTerms {
            url: format!("https://receiver.example.com/{path}"),
            topics: webhook_event::choices(),
            note,
        };
        let system = &self.cast.get(&format!("{party}.system")).who;
        let made = set_up_webhook::add(self.app, system, &terms).unwrap();
        let secret = made.secret.reveal();
        let what = format!("the signing secret of {party}");
        // Shown when it was made, and to nobody since.
        self.secrets.push(Secret::text(&what, &secret, &[]));
        replay_webhook::ping(self.app, system, made.id).unwrap();
    }
}

/// Reads every message for secrets that its receiver must not know.
pub(crate) fn messages(
    site: &Site,
    everybody: &[(Asker<'_>, Reached)],
    secrets: &[Secret],
) -> Findings {
    let mut hand =
        postgres::Client::connect(&site.database.url_superuser(), postgres::NoTls).unwrap();
    let statement = "SELECT replace(party::text, '-', ''), topic, body FROM webhook_event";
    let mut findings = Findings::default();
    let mut topics = std::collections::BTreeSet::new();
    for row in hand.query(statement, &[]).unwrap() {
        let (party, topic, body): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let (asker, _) = everybody
            .iter()
            .find(|(asker, _)| asker.is_system() && asker.party_id == party)
            .unwrap();
        findings.read(asker, &format!("a message ({topic})"), &body, secrets);
        topics.insert(topic);
    }
    assert!(topics.len() > 4, "{topics:?} only");
    findings
}
