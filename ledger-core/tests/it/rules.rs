//! The dated rules and their articles; purchases that are registered, undone, or stand behind a loan.

use ledger_core::act::Act;
use ledger_core::article::Article;
use ledger_core::certificate::CertificateNumber;
use ledger_core::currency::Currency;
use ledger_core::entry::Entry;
use ledger_core::fee::FeeKind;
use ledger_core::fragment::Fragment;
use ledger_core::party::PartyKind;
use ledger_core::pledge::PledgeDeed;
use ledger_core::quote::Quote;
use ledger_core::quote::QuotedFee;
use ledger_core::refusal::Refusal;
use ledger_core::reversal::ReversalAct;
use ledger_core::rule_pack::PACKS;
use ledger_core::rule_pack::RegistrationDuty;
use ledger_core::rule_pack::RulePack;

use crate::refusals::BANK;
use crate::refusals::S1;
use crate::refusals::S2;
use crate::refusals::active;
use crate::refusals::issue;
use crate::refusals::refused;
use crate::support::*;
use crate::verify::verify;

const OTHER: u8 = BANKS[1];

#[test]
fn packs_follow_one_another_and_every_rule_has_its_article_in_both_languages() {
    for pair in PACKS.windows(2) {
        assert!(pair[0].since < pair[1].since);
    }
    for pack in PACKS {
        assert_eq!(&RulePack::on(pack.since), pack);
        let articles: [Article; 9] = [
            pack.title,
            pack.tenor_months.article,
            pack.face_major.article,
            pack.maximum_tier.article,
            pack.smallest_fragment.article,
            pack.trade_document.article,
            pack.discounters.article,
            pack.registration.article,
            pack.never_on_holder.article,
        ];
        for article in articles {
            assert!(!article.en.is_empty() && !article.zh.is_empty());
        }
    }
    let says = |date: &str| RulePack::on(day(date));
    assert_eq!(says("2025-06-14").tenor_months.says, 12);
    assert_eq!(says("2025-06-15").tenor_months.says, 6);
    assert_eq!(says("2025-06-14").registration.says, RegistrationDuty::None);
    assert_eq!(
        says("2026-11-30").registration.says,
        RegistrationDuty::BeforePayOut
    );
    assert_eq!(
        says("2026-12-01").registration.says,
        RegistrationDuty::InJournal
    );
    assert!(says("2025-06-14").never_on_holder.says.is_empty());
}

#[test]
fn every_refusal_of_a_rule_cites_its_article() {
    let pack = RulePack::on(day("2026-12-01"));
    let cases: [(Result<(), Refusal>, &str, &str); 6] = [
        (
            pack.check_tenor(day("2026-12-01"), day("2027-06-02")),
            "tenor_too_long",
            "第十一条",
        ),
        (
            pack.check_face(amount(100_000_000_001), Currency::CNY),
            "face_too_large",
            "票据包限额",
        ),
        (
            pack.check_discounter(PartyKind::Supplier),
            "not_licensed",
            "令〔2022〕第4号",
        ),
        (
            pack.check_fee("confirmation", "holder", amount(1)),
            "fee_forbidden",
            "第八条",
        ),
        (pack.check_registered(false), "not_registered", "第十三条"),
        (
            pack.check_terms(amount(10_001), &TERMS),
            "too_many_parts",
            "第十六条",
        ),
    ];
    for (refused, code, zh) in cases {
        let refusal = refused.unwrap_err();
        assert_eq!(refusal.code(), code);
        let article = refusal.article().unwrap();
        assert!(article.zh.contains(zh), "{article:?}");
        assert!(refusal.to_string().contains(article.en), "{refusal}");
    }
    for (refusal, zh) in [
        (Refusal::TooDeep(3), "第十六条"),
        (Refusal::BelowMinimumFragment(amount(100)), "第十六条"),
        (Refusal::NoTradeDocument, "第十条"),
    ] {
        let article = refusal.article().unwrap();
        assert!(article.zh.ends_with(zh));
        assert!(refusal.to_string().contains(article.en));
    }
    assert_eq!(Refusal::FragmentSpent.article(), None);
    for good in [
        pack.check_fee("confirmation", "funder", amount(1)),
        pack.check_fee("confirmation", "holder", amount(0)),
        pack.check_fee("handling", "holder", amount(1)),
        pack.check_registered(true),
        pack.check_discounter(PartyKind::FinanceProvider),
        RulePack::on(day("2025-06-14")).check_registered(false),
    ] {
        assert_eq!(good, Ok(()));
    }
    assert_eq!(pack.never_on_holder.says, [FeeKind::Confirmation]);
}

#[test]
fn parts_are_bounded_by_the_smallest_fragment_from_their_day_on() {
    let at = |date: &str, face: i64, smallest: i64| {
        let mut book = Keeper::new();
        book.go_to(day(date));
        let mut entry = issue(&book, face, |_| {});
        if let Act::Issue(issue) = &mut entry.act {
            issue.terms.minimum_fragment = amount(smallest);
        }
        book.post(sign(entry, &[OBLIGOR, CHECKER]))
            .map(|_| ())
            .map_err(|refusal| refusal.code())
    };
    assert_eq!(at("2026-11-30", 1_000_000, 1), Ok(()));
    assert_eq!(at("2026-12-01", 1_000_000, 99), Err("too_many_parts"));
    assert_eq!(at("2026-12-01", 1_000_000, 100), Ok(()));
    assert_eq!(at("2026-12-01", 1_000_001, 100), Err("too_many_parts"));
    // Cents can't be cut any smaller.
    assert_eq!(at("2026-12-01", 10_000, 0), Ok(()));
    let pack = RulePack::on(day("2026-12-01"));
    assert_eq!(pack.least_minimum(amount(1_000_001)), amount(101));
}

#[test]
fn a_fee_that_holders_are_spared_is_refused_whatever_its_quote_says() {
    let (mut book, whole) = active();
    let fee = QuotedFee {
        kind: "confirmation".to_owned(),
        payer: "holder".to_owned(),
        amount: amount(1),
    };
    let bad = Quote {
        fees: vec![fee.clone()],
        charge: amount(0),
        proceeds: amount(399),
        ..quote(&whole, 400, BANK, book.today)
    };
    assert!(bad.adds_up());
    let entry = book.act_entry(&whole, 400, agree(&bad));
    assert_eq!(refused(&mut book, entry, &[BANK, S1]), "fee_forbidden");
    let good = Quote {
        fees: vec![QuotedFee {
            payer: "obligor".to_owned(),
            ..fee
        }],
        proceeds: amount(400),
        ..bad
    };
    book.act(&whole, 400, agree(&good), &[BANK, S1]).unwrap();
}

fn sold(book: &mut Keeper, on: &Fragment, take: i64, seller: u8, bank: u8) -> Fragment {
    let bid = quote(on, take, bank, book.today);
    let agreed = book.act(on, take, agree(&bid), &[bank, seller]);
    agreed.unwrap().left.unwrap()
}

fn bought(book: &mut Keeper, on: &Fragment, take: i64, seller: u8, bank: u8) -> Fragment {
    let locked = sold(book, on, take, seller, bank);
    let moved = book.act(&locked, take, complete_registered(5), &[BOOK]);
    moved.unwrap().left.unwrap()
}

#[test]
fn from_its_day_on_a_fragment_moves_only_with_its_certificate() {
    let plain = Act::CompleteDiscount {
        evidence: evidence(5),
    };
    for (date, code) in [("2026-11-30", None), ("2026-12-01", Some("not_registered"))] {
        let mut book = Keeper::new();
        book.go_to(day(date));
        let whole = book.active(0x60, 1_000);
        let locked = sold(&mut book, &whole, 1_000, S1, BANK);
        let entry = book.act_entry(&locked, 1_000, plain.clone());
        let got = book.post(sign(entry, &[BOOK]));
        assert_eq!(got.err().map(|refusal| refusal.code()), code, "{date}");
    }
    let mut book = Keeper::new();
    book.go_to(day("2026-12-01"));
    let whole = book.active(0x60, 1_000);
    let mine = bought(&mut book, &whole, 1_000, S1, BANK);
    assert_eq!(mine.holder, party(BANK));
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn certificate_numbers_have_one_form() {
    let read = |text: &str| CertificateNumber::parse(text).map(|n| n.to_string());
    assert_eq!(
        read(" 0123 4567 0001 2345 6789 ").as_deref(),
        Some("01234567000123456789")
    );
    assert_eq!(read("uk-2026-000017").as_deref(), Some("UK-2026-000017"));
    for bad in [
        "",
        "1234567",
        "ABCDEFGHIJ",
        "0123_45678",
        &"1".repeat(41),
        "登记证明00000001",
    ] {
        assert_eq!(read(bad), None, "{bad}");
    }
    assert_eq!(CertificateNumber::canonical("uk-2026-000017"), None);
    let mut lower = complete_registered(5).to_bytes();
    assert!(Act::from_bytes(37, &lower).is_ok());
    *lower.last_mut().unwrap() = b'a';
    assert!(Act::from_bytes(37, &lower).is_err());
}

#[test]
fn a_purchase_whose_money_came_back_is_undone_for_its_own_seller_only() {
    let (mut book, whole) = active();
    let mine = bought(&mut book, &whole, 600, S1, BANK);
    let undone = book.reverse(&mine);
    // Only the book records what banks say.
    let entry = book.act_entry(&mine, 600, undone.clone());
    assert_eq!(refused(&mut book, entry, &[BANK]), "wrong_signer");
    // Not in part.
    let entry = book.act_entry(&mine, 500, undone.clone());
    assert_eq!(refused(&mut book, entry, &[BOOK]), "wrong_cut");
    // A fragment that this purchase did not make.
    let beside = fragment_of(&book, 600);
    let entry = book.act_entry(&beside, 400, undone.clone());
    assert_eq!(refused(&mut book, entry, &[BOOK]), "not_that_purchase");
    // A purchase that is not this fragment's, and a seller that is made up.
    if let Act::ReverseDiscount(reversal) = &undone {
        let other = ReversalAct {
            agreed: reversal.completed.clone(),
            ..(**reversal).clone()
        };
        let entry = book.act_entry(&mine, 600, Act::ReverseDiscount(Box::new(other)));
        assert_eq!(refused(&mut book, entry, &[BOOK]), "not_that_purchase");
        let mut agreed = reversal.agreed.entry().clone();
        let forged = Quote {
            holder: party(S2),
            ..quote(&whole, 600, BANK, book.today)
        };
        agreed.act = agree(&forged);
        let other = ReversalAct {
            agreed: sign(agreed, &[BANK, S2]),
            ..(**reversal).clone()
        };
        let entry = book.act_entry(&mine, 600, Act::ReverseDiscount(Box::new(other)));
        assert_eq!(refused(&mut book, entry, &[BOOK]), "not_that_purchase");
    }
    let back = book.act(&mine, 600, undone.clone(), &[BOOK]).unwrap();
    assert_eq!(back.left.unwrap().holder, party(S1));
    assert_eq!(back.left.unwrap().tier, 1);
    let entry = book.act_entry(&mine, 600, undone);
    assert_eq!(refused(&mut book, entry, &[BOOK]), "fragment_spent");
    verify(book.export().as_bytes()).unwrap();
}

fn fragment_of(book: &Keeper, lo: i64) -> Fragment {
    *book
        .ledger
        .fragments()
        .find(|f| f.range.lo() == lo)
        .unwrap()
}

#[test]
fn what_a_bank_has_used_is_not_taken_from_it() {
    let (mut book, whole) = active();
    let mine = bought(&mut book, &whole, 1_000, S1, BANK);
    let undone = book.reverse(&mine);
    // Sold on: the second bank's purchase may be undone, the first bank's not.
    let theirs = bought(&mut book, &mine, 400, BANK, OTHER);
    let entry = book.act_entry(&mine, 1_000, undone.clone());
    assert_eq!(refused(&mut book, entry, &[BOOK]), "fragment_spent");
    let rest = fragment_of(&book, 400);
    let entry = book.act_entry(&rest, 600, undone);
    assert_eq!(refused(&mut book, entry, &[BOOK]), "not_that_purchase");
    let undone = book.reverse(&theirs);
    let back = book.act(&theirs, 400, undone, &[BOOK]).unwrap();
    assert_eq!(back.left.unwrap().holder, party(BANK));
}

#[test]
fn a_bank_sells_on_to_another_but_not_to_itself() {
    let (mut book, whole) = active();
    let mine = bought(&mut book, &whole, 1_000, S1, BANK);
    let own = quote(&mine, 400, BANK, book.today);
    let entry = book.act_entry(&mine, 400, agree(&own));
    assert_eq!(refused(&mut book, entry, &[BANK, BANK]), "self_transfer");
    let theirs = bought(&mut book, &mine, 400, BANK, OTHER);
    assert_eq!((theirs.holder, theirs.tier), (party(OTHER), 1));
    // Suppliers are no way out: a bank passes on by discount alone.
    verify(book.export().as_bytes()).unwrap();
}

#[test]
fn a_deed_that_does_not_fit_pledges_nothing() {
    let (mut book, whole) = active();
    let good = deed(&whole, 600, BANK);
    let due = book.ledger.paper(whole.paper).unwrap().due_date;
    for (wrong, code) in [
        (
            PledgeDeed {
                secured: amount(0),
                ..good.clone()
            },
            "deed_does_not_fit",
        ),
        (
            PledgeDeed {
                range: whole.range,
                ..good.clone()
            },
            "deed_does_not_fit",
        ),
        (
            PledgeDeed {
                holder: party(S2),
                ..good.clone()
            },
            "deed_does_not_fit",
        ),
        (
            PledgeDeed {
                expires_at: NOON - 1,
                ..good.clone()
            },
            "deed_expired",
        ),
    ] {
        let entry = book.act_entry(&whole, 600, pledge(&wrong));
        assert_eq!(refused(&mut book, entry, &[BANK, S1]), code);
    }
    let unlicensed = deed(&whole, 600, S2);
    let entry = book.act_entry(&whole, 600, pledge(&unlicensed));
    assert_eq!(refused(&mut book, entry, &[S2, S1]), "wrong_kind_of_party");
    let entry = book.act_entry(&whole, 600, pledge(&good));
    assert_eq!(
        refused(&mut book, entry.clone(), &[OTHER, S1]),
        "wrong_signer"
    );
    assert_eq!(
        refused(&mut book, entry.clone(), &[BANK, S2]),
        "wrong_signer"
    );
    let late = Entry { date: due, ..entry };
    let mut on_the_day = book.clone();
    on_the_day.go_to(due);
    assert_eq!(refused(&mut on_the_day, late, &[BANK, S1]), "past_maturity");
}

#[test]
fn a_pledged_fragment_stays_put_until_its_pledgee_lets_go() {
    let (mut book, whole) = active();
    let good = deed(&whole, 600, BANK);
    let due = book.ledger.paper(whole.paper).unwrap().due_date;
    let pledged = book
        .act(&whole, 600, pledge(&good), &[BANK, S1])
        .unwrap()
        .left
        .unwrap();
    assert_eq!(pledged.holder, party(S1));
    for (act, who) in [
        (Act::Split, [S1].as_slice()),
        (offer(S2), &[S1]),
        (
            agree(&quote(&pledged, 300, OTHER, book.today)),
            &[OTHER, S1],
        ),
        (pledge(&deed(&pledged, 300, OTHER)), &[OTHER, S1]),
    ] {
        let entry = book.act_entry(&pledged, 300, act);
        assert_eq!(refused(&mut book, entry, who), "fragment_not_free");
    }
    let entry = book.act_entry(&pledged, 600, Act::ReleasePledge);
    assert_eq!(refused(&mut book, entry.clone(), &[S1]), "wrong_signer");
    let mut paid = book.clone();
    paid.go_to(due);
    paid.settle(whole.paper, &[], 1_000);
    let credits = &paid.sheets.last().unwrap().2;
    assert!(!credits.is_empty());
    let free = book.post(sign(entry, &[BANK])).unwrap().left.unwrap();
    book.act(&free, 600, offer(S2), &[S1]).unwrap();
    verify(book.export().as_bytes()).unwrap();
    verify(paid.export().as_bytes()).unwrap();
}

/// Written before purchases were registered and fragments pledged; not to be written anew.
#[test]
fn a_journal_of_older_days_stays_valid() {
    let old = include_bytes!("../../../fixtures/golden/journal-of-17-acts.txt");
    let report = verify(old).unwrap();
    assert_eq!(report.papers, 5);
}
