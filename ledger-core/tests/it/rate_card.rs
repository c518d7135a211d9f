//! Rate cards: their bytes, and the law that a quote must follow from one, to the cent and the day.

use ledger_core::amount::Amount;
use ledger_core::fragment::Fragment;
use ledger_core::id::PartyId;
use ledger_core::quote::Quote;
use ledger_core::rate_card::CardRecourse;
use ledger_core::rate_card::CardRow;
use ledger_core::rate_card::RateCard;
use ledger_core::rate_card::root_of_rows;
use ledger_core::recourse::Recourse;
use ledger_core::refusal::Refusal;
use ledger_core::seats::check_signatures;
use ledger_core::signature::Seat;
use ledger_core::standing_offer::StandingOffer;

use crate::support::*;

const BANK: u8 = 20;
const S1: u8 = 10;

/// A paper of 900 minor units in the first supplier's hands, and a card.
fn stage() -> (Keeper, Fragment, RateCard, Vec<CardRow>) {
    let mut book = Keeper::new();
    let whole = book.active(0x30, 90_000);
    let (card, rows) = card(BANK, book.today);
    (book, whole, card, rows)
}

fn sell(book: &Keeper, on: &Fragment, quote: &Quote, offer: StandingOffer) -> Result<(), Refusal> {
    let entry = book.act_entry(
        on,
        quote.range.amount().minor(),
        agree_by_card(quote, offer),
    );
    book.clone()
        .post(sign(entry, &[BANK, S1]))
        .map(|_applied| ())
}

fn code(result: Result<(), Refusal>) -> &'static str {
    result.map_or_else(|refusal| refusal.code(), |()| "ok")
}

#[test]
fn a_card_has_one_encoding() {
    let (_book, _, card, rows) = stage();
    let bytes = card.to_bytes().unwrap();
    assert_eq!(RateCard::from_bytes(&bytes).unwrap(), card);
    for row in &rows {
        assert_eq!(&CardRow::from_bytes(&row.to_bytes()).unwrap(), row);
    }
    for at in 0..bytes.len() {
        assert!(RateCard::from_bytes(&bytes[..at]).is_err());
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            if let Ok(other) = RateCard::from_bytes(&changed) {
                assert_eq!(other.to_bytes().unwrap(), changed);
                assert_ne!(other, card);
            }
        }
    }
    assert!(RateCard::from_bytes(&[bytes.as_slice(), &[0]].concat()).is_err());
    // A card is never a quote, nor a quote a card: one key signs both in one seat.
    assert!(Quote::from_bytes(&bytes).is_err());
}

#[test]
fn the_bytes_of_card_and_row_are_pinned() {
    let (_, _, card, rows) = stage();
    let pinned = include_str!("../../../fixtures/golden/rate_card.txt");
    let mut produced = format!("card {}\n", hex::encode(card.to_bytes().unwrap()));
    for row in &rows {
        produced.push_str(&format!("row {}\n", hex::encode(row.to_bytes())));
    }
    let offer = card.offer(&rows, 2).unwrap();
    produced.push_str(&format!("offer {}\n", hex::encode(offer.to_bytes())));
    if std::env::var_os("TALLYSTICK_WRITE_GOLDEN").is_some() {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../fixtures/golden/rate_card.txt"
        );
        std::fs::write(file, &produced).unwrap();
        return;
    }
    assert_eq!(pinned, produced);
    assert_eq!(StandingOffer::from_bytes(&offer.to_bytes()).unwrap(), offer);
}

/// 400.00 without recourse at 3.65 % for 89 days by 365: interest 3.56, half of it the obligor's,
/// 1.78; handling 2.5 per mille = 1.00 on the holder; registration 0.30 on the bank.
#[test]
fn figures_of_an_annual_rate() {
    let (book, whole, card, rows) = stage();
    let (quote, offer) = by_card(&card, &rows, 0, &book.ledger, &whole, 40_000);
    assert_eq!(quote.days, 89);
    assert_eq!(quote.charge, amount(356));
    assert_eq!(quote.obligor_share, amount(178));
    assert_eq!(quote.holder_fees(), Some(amount(100)));
    assert_eq!(quote.proceeds, amount(40_000 - 178 - 100));
    assert_eq!(quote.recourse, Recourse::Without);
    assert_eq!(code(sell(&book, &whole, &quote, offer)), "ok");
}

/// 400.00 with recourse limited to a fifth at 3 per mille a month for 89 days: 3.56 (400 × 0.003 ×
/// 89 / 30), shown as 3.6 % a year.
#[test]
fn figures_of_a_monthly_rate_and_limited_recourse() {
    let (book, whole, card, rows) = stage();
    let (quote, offer) = by_card(&card, &rows, 1, &book.ledger, &whole, 40_000);
    assert_eq!((quote.charge, quote.rate.as_str()), (amount(356), "3.6"));
    assert_eq!(quote.recourse, Recourse::Limited(amount(8_000)));
    assert_eq!(code(sell(&book, &whole, &quote, offer)), "ok");
    let nothing = CardRecourse::LimitedPercent("0.0001".parse().unwrap());
    assert_eq!(
        nothing.of(amount(40_000)),
        None,
        "a cap of nothing is no cap"
    );
}

/// Whatever is changed in the quote, it doesn't follow from the card any more.
#[test]
fn a_quote_that_says_something_else_is_refused() {
    let (book, whole, card, rows) = stage();
    let (good, offer) = by_card(&card, &rows, 0, &book.ledger, &whole, 40_000);
    let changes: [fn(&mut Quote); 8] = [
        |q| q.rate = "3.64".to_owned(),
        |q| q.day_count = "actual_360".to_owned(),
        |q| q.days = 88,
        |q| q.annual_cost = "1.0000".to_owned(),
        |q| q.recourse = Recourse::With,
        |q| q.fees[1].payer = "obligor".to_owned(),
        |q| {
            // Adds up, and is a cent too dear.
            q.charge = amount(357);
            q.proceeds = amount(39_721);
        },
        |q| {
            q.fees.remove(1);
        },
    ];
    for change in changes {
        let mut quote = good.clone();
        change(&mut quote);
        assert_eq!(
            code(sell(&book, &whole, &quote, offer.clone())),
            "card_does_not_fit"
        );
    }
    for days in [0, 2, 17] {
        let quote = Quote {
            pay_date: book.today + chrono::Days::new(days),
            ..good.clone()
        };
        assert_eq!(
            code(sell(&book, &whole, &quote, offer.clone())),
            "card_does_not_fit"
        );
    }
    // No quote outlives the fifteen minutes that the card allows.
    let long = Quote {
        expires_at: NOON + 901,
        ..good.clone()
    };
    assert_eq!(code(sell(&book, &whole, &long, offer)), "card_does_not_fit");
}

/// A row is good only for its obligor, days, amounts and dates, whatever the bank's signature says.
#[test]
fn a_card_that_does_not_cover_the_deal_is_refused() {
    let (book, whole, card, rows) = stage();
    let (quote, _) = by_card(&card, &rows, 0, &book.ledger, &whole, 40_000);
    let row_changes: [fn(&mut CardRow); 5] = [
        |row| row.obligor = Some(PartyId::from_bytes([9; 16])),
        |row| row.days_from = 90,
        |row| row.days_to = 88,
        |row| row.amount_from = amount(40_001),
        |row| row.amount_to = amount(39_999),
    ];
    for change in row_changes {
        let mut rows = rows.clone();
        change(&mut rows[0]);
        let (count, root) = root_of_rows(&rows).unwrap();
        let card = RateCard {
            rows: count,
            root,
            ..card.clone()
        };
        let offer = card.offer(&rows, 0).unwrap();
        assert_eq!(
            code(sell(&book, &whole, &quote, offer)),
            "card_does_not_fit"
        );
    }
    let card_changes: [fn(&mut RateCard); 5] = [
        |card| card.provider = party(21),
        |card| card.currency = "USD".parse().unwrap(),
        |card| card.valid_from = card.valid_until,
        |card| card.valid_until = card.valid_from - chrono::Days::new(1),
        |card| card.payout_lag_days = 2,
    ];
    for change in card_changes {
        let mut card = card.clone();
        change(&mut card);
        let offer = card.offer(&rows, 0).unwrap();
        assert_eq!(
            code(sell(&book, &whole, &quote, offer)),
            "card_does_not_fit"
        );
    }
}

/// The row must be one of those that were signed, in its place; the signature must be over the card.
#[test]
fn a_row_that_nobody_signed_is_refused() {
    let (book, whole, card, rows) = stage();
    let (quote, offer) = by_card(&card, &rows, 0, &book.ledger, &whole, 40_000);
    let cheaper = CardRow {
        amount_to: Amount::from_minor(1_000_000).unwrap(),
        ..rows[0].clone()
    };
    for forged in [
        StandingOffer {
            row: cheaper.to_bytes(),
            ..offer.clone()
        },
        StandingOffer {
            index: 1,
            ..offer.clone()
        },
        StandingOffer {
            path: Vec::new(),
            ..offer.clone()
        },
        StandingOffer {
            row: vec![1],
            ..offer.clone()
        },
    ] {
        assert_eq!(code(sell(&book, &whole, &quote, forged)), "wrong_shape");
    }
    // The bank signed another card: the signature in its seat doesn't fit this one.
    let other = RateCard {
        quote_minutes: 16,
        ..card.clone()
    };
    let entry = book.act_entry(&whole, 40_000, agree_by_card(&quote, offer));
    let mut signatures = vec![signer(BANK).sign(Seat::FinanceProvider, &other.to_bytes().unwrap())];
    signatures.push(signer(S1).sign(Seat::Holder, &entry.to_bytes()));
    let sealed = ledger_core::entry::SealedEntry::new(entry, signatures);
    let verdict = check_signatures(&sealed, |id| book.ledger.key(id).map(|k| k.public_key));
    assert_eq!(verdict.unwrap_err().code(), "bad_signature");
}
