//! Golden vectors: the canonical bytes, hashes and signatures of every act. Proofs are built on
//! these bytes; a change here is a new version of the format, never a correction of the file.
//!
//! `TALLYSTICK_WRITE_GOLDEN=1` writes the files anew, for adding an act.

use ledger_core::act::Act;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Fragment;
use ledger_core::signature::signatures_to_bytes;

use crate::support::*;

/// A book in which every act happens, with papers in every end state.
pub(crate) fn every_act() -> Keeper {
    let mut book = first_acts();
    let [s1, ..] = SUPPLIERS;
    let [bank, other_bank] = BANKS;
    let whole = book.active(0x35, 900);
    let pledged = book.act(&whole, 300, pledge(&deed(&whole, 300, bank)), &[bank, s1]);
    let pledged = left(pledged);
    left(book.act(&pledged, 300, Act::ReleasePledge, &[bank]));
    let rest = fragment_at(&book, 0x35, 300);
    let bid = quote(&rest, 600, bank, book.today);
    let locked = left(book.act(&rest, 600, agree(&bid), &[bank, s1]));
    let bought = left(book.act(&locked, 600, complete_registered(8), &[BOOK]));
    left(book.act(&bought, 600, book.reverse(&bought), &[BOOK]));
    let whole = book.active(0x36, 900);
    let (card, rows) = card(bank, book.today);
    let (bid, sale) = by_card(&card, &rows, 1, &book.ledger, &whole, 400);
    left(book.act(&whole, 400, agree_by_card(&bid, sale), &[bank, s1]));
    let whole = book.active(0x37, 800);
    let bid = quote(&whole, 800, bank, book.today);
    let locked = left(book.act(&whole, 800, agree(&bid), &[bank, s1]));
    let bought = left(book.act(&locked, 800, complete_registered(9), &[BOOK]));
    let offered = left(book.act(&bought, 500, retransfer(other_bank), &[bank]));
    left(book.act(&offered, 500, Act::AcceptOffer, &[other_bank]));
    book.active_with_interest(0x38, 100_000);
    book.go_to(day("2026-08-03"));
    book.default(0x38, 100_000);
    book.go_to(day("2026-08-12"));
    book.settle(paper(0x38), &[], 100_000);
    let paid = [(day("2026-08-12"), 100_000)];
    book.pay_interest(0x38, &paid, 500, &[], 500);
    book
}

/// A book of the first seventeen acts: short enough to change every bit of it.
pub(crate) fn first_acts() -> Keeper {
    let mut book = Keeper::new();
    let [s1, s2, s3, s4] = SUPPLIERS;
    let [bank, other_bank] = BANKS;

    let refused = book.issue(0x31, 500);
    book.act(&refused, 500, Act::Refuse, &[s1]).unwrap();
    let withdrawn = book.issue(0x32, 600);
    book.act(&withdrawn, 600, Act::Withdraw, &[OBLIGOR])
        .unwrap();
    book.issue(0x33, 700);

    let whole = book.active(0x30, 1_000);
    let cut = book.act(&whole, 700, Act::Split, &[s1]).unwrap();
    let (front, rest) = (cut.left.unwrap(), cut.right.unwrap());
    let offered = left(book.act(&front, 400, offer(s2), &[s1]));
    let second = left(book.act(&offered, 400, Act::AcceptOffer, &[s2]));
    let offered = left(book.act(&second, 150, offer(s3), &[s2]));
    left(book.act(&offered, 150, Act::AcceptOffer, &[s3]));
    let declined = left(book.act(&rest, 100, offer(s4), &[s1]));
    left(book.act(&declined, 100, Act::DeclineOffer, &[s4]));

    book.go_to(day("2026-03-02"));
    let fresh = fragment_at(&book, 0x30, 400);
    let recalled = left(book.act(&fresh, 300, offer(s3), &[s1]));
    left(book.act(&recalled, 300, Act::RecallOffer, &[s1]));
    let seller = fragment_at(&book, 0x30, 150);
    let bid = quote(&seller, 200, bank, day("2026-03-03"));
    let locked = left(book.act(&seller, 200, agree(&bid), &[bank, s2]));
    book.go_to(day("2026-03-03"));
    let paid = Act::CompleteDiscount {
        evidence: evidence(5),
    };
    left(book.act(&locked, 200, paid, &[BOOK]));
    let seller = fragment_at(&book, 0x30, 400);
    let bid = quote(&seller, 300, other_bank, day("2026-03-04"));
    let locked = left(book.act(&seller, 300, agree(&bid), &[other_bank, s1]));
    let lapsed = Act::ReleaseDiscount {
        evidence: evidence(6),
    };
    left(book.act(&locked, 300, lapsed, &[BOOK]));

    book.active(0x34, 250);
    book.go_to(day("2026-05-04"));
    book.settle(paper(0x30), &[], 333);
    let mut moved = record(bank, ledger_core::party::PartyKind::FinanceProvider);
    moved.account.number = "000000009999".to_owned();
    book.about(Act::EnrolParty(moved)).unwrap();
    book.settle(paper(0x30), &[333], 100);
    book.settle(paper(0x30), &[333, 100], 567);
    book
}

pub(crate) fn left(
    applied: Result<ledger_core::apply::Applied, ledger_core::refusal::Refusal>,
) -> Fragment {
    applied.unwrap().left.unwrap()
}

/// The live fragment of a paper that starts at `lo`.
pub(crate) fn fragment_at(book: &Keeper, tag: u8, lo: i64) -> Fragment {
    *book
        .ledger
        .fragments()
        .find(|f| f.paper == paper(tag) && f.range.lo() == lo)
        .unwrap()
}

pub(crate) fn compare(name: &str, pinned: &str, produced: &str) {
    if std::env::var_os("TALLYSTICK_WRITE_GOLDEN").is_some() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/golden/");
        std::fs::write(format!("{folder}{name}"), produced).unwrap();
        return;
    }
    for (n, (pinned, produced)) in pinned.lines().zip(produced.lines()).enumerate() {
        assert_eq!(pinned, produced, "{name} line {} has drifted", n + 1);
    }
    assert_eq!(pinned, produced, "{name} has drifted");
}

pub(crate) fn vectors(journal: &[SealedEntry]) -> String {
    let mut out = String::from(
        "# act body hash signatures, in hexadecimal; the keys' seeds are 32 times their tag byte\n",
    );
    let mut seen = Vec::new();
    for sealed in journal {
        let name = sealed.entry().act.name();
        if seen.contains(&name) {
            continue;
        }
        seen.push(name);
        let body = hex::encode(sealed.entry().to_bytes());
        let signatures = hex::encode(signatures_to_bytes(sealed.signatures()));
        out.push_str(&format!("{name} {body} {} {signatures}\n", sealed.hash()));
    }
    out
}

#[test]
fn the_bytes_of_every_act_are_pinned() {
    let produced = vectors(&every_act().journal);
    assert_eq!(produced.lines().count(), 1 + 25, "one vector for each act");
    let pinned = include_str!("../../../fixtures/golden/entries.txt");
    compare("entries.txt", pinned, &produced);
}

#[test]
fn the_journal_file_is_pinned() {
    let pinned = include_str!("../../../fixtures/golden/journal.txt");
    compare("journal.txt", pinned, &every_act().export());
}

#[test]
fn every_pinned_entry_reads_back() {
    for line in include_str!("../../../fixtures/golden/entries.txt")
        .lines()
        .skip(1)
    {
        let fields: Vec<&str> = line.split(' ').collect();
        let body = hex::decode(fields[1]).unwrap();
        let signatures = hex::decode(fields[3]).unwrap();
        let sealed = SealedEntry::from_bytes(&body, &signatures).unwrap();
        assert_eq!(sealed.entry().act.name(), fields[0]);
        assert_eq!(sealed.hash().to_string(), fields[2]);
        assert_eq!(sealed.entry().to_bytes(), body);
        assert_eq!(
            sealed,
            SealedEntry::new(sealed.entry().clone(), sealed.signatures().to_vec())
        );
    }
}

/// One encoding of a value, one value of an encoding: whatever still reads after a byte was
/// changed, cut off or added must write those very bytes again.
#[test]
fn a_changed_body_reads_as_itself_or_not_at_all() {
    let mut read = 0;
    for sealed in every_act().journal {
        let body = sealed.entry().to_bytes();
        for at in 0..body.len() {
            for bit in 0..8 {
                let mut changed = body.clone();
                changed[at] ^= 1 << bit;
                if let Ok(entry) = Entry::from_bytes(&changed) {
                    assert_eq!(entry.to_bytes(), changed);
                    assert_ne!(&entry, sealed.entry());
                    read += 1;
                }
            }
            assert!(Entry::from_bytes(&body[..at]).is_err());
        }
        let longer = [body.as_slice(), &[0]].concat();
        assert!(Entry::from_bytes(&longer).is_err());
    }
    assert!(read > 1_000, "most changes of ids and digests still read");
}

/// A paper may stand for far more invoices than a byte can count.
#[test]
fn many_documents_survive_the_round_trip() {
    let book = Keeper::new();
    let mut entry = book.issue_entry(0x40, 100);
    if let Act::Issue(issue) = &mut entry.act {
        issue.payables = (0..3_000_u32)
            .map(|n| {
                ledger_core::hash::DocumentDigest::from_bytes(ledger_core::hash::sha256_of(
                    &n.to_be_bytes(),
                ))
            })
            .collect();
    }
    assert_eq!(Entry::from_bytes(&entry.to_bytes()).unwrap(), entry);
}
