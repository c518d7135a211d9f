//! What goes out by itself: every letter, read as its reader gets it.

use ledger_app::letters::QueuedLetter;
use ledger_store::outbox::OutboxKind;
use notices::letters;
use notices::links::Links;

use super::asker::Asker;
use super::attempt::Findings;
use super::cast::Cast;
use super::crawl::Reached;
use super::secrets::Secret;
use super::site::Site;

/// Reads every letter for secrets that its reader must not know.
pub(crate) fn letters(
    site: &Site,
    everybody: &[(Asker<'_>, Reached)],
    cast: &Cast,
    secrets: &[Secret],
) -> Findings {
    let links = Links::parse(&site.url).unwrap();
    let items = site
        .app
        .store
        .read(|tx| tx.outbox_latest(OutboxKind::Mail, 10_000));
    let mut findings = Findings::default();
    let mut read = 0;
    for item in items.unwrap() {
        let queued: QueuedLetter = serde_json::from_value(item.payload.clone()).unwrap();
        let Some(reader) = cast
            .actors
            .iter()
            .find(|actor| actor.email == queued.to.email)
        else {
            continue;
        };
        let (asker, _) = everybody
            .iter()
            .find(|(asker, _)| asker.name == reader.name)
            .unwrap();
        let letter = letters::write(&queued.notice, &queued.to, &links).unwrap();
        let whole = format!(
            "{}\n{}\n{}",
            letter.subject, letter.text, item.payload["notice"]
        );
        let what = format!("a letter ({})", queued.notice.kind());
        findings.read(asker, &what, &whole, secrets);
        read += 1;
    }
    assert!(read > 20, "{read} letters only");
    findings
}
