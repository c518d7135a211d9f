//! Trade documents: the digital invoice's face, capitals, tokens between platforms, attestations and
//! waybills. The bytes are pinned: what somebody signed must stay readable for ever.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::attestation::Attestation;
use ledger_core::attestation::Statement;
use ledger_core::canonical::CanonicalError;
use ledger_core::currency::Currency;
use ledger_core::hash::DocumentDigest;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::invoice::InvoiceFace;
use ledger_core::invoice::InvoiceFault;
use ledger_core::invoice::InvoiceLine;
use ledger_core::invoice::InvoiceParty;
use ledger_core::invoice::InvoiceStatus;
use ledger_core::invoice_token::CircleKey;
use ledger_core::invoice_token::InvoiceIdentity;
use ledger_core::signature::Signer;
use ledger_core::waybill::Waybill;
use ledger_core::waybill::WaybillLine;
use ledger_core::yuan_capitals::capitals;

fn fen(minor: i64) -> Amount {
    Amount::from_minor(minor).unwrap()
}

fn cny() -> Currency {
    "CNY".parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The published sample: 169.03 + 21.97 = 191.00.
fn sample() -> InvoiceFace {
    InvoiceFace {
        number: "24217000000146091898".to_owned(),
        issued_on: day("2024-11-21"),
        seller: InvoiceParty {
            name: "沈阳某商贸有限公司".to_owned(),
            tax_id: "91210112MA10499C0F".to_owned(),
        },
        buyer: InvoiceParty {
            name: "某汽车有限公司".to_owned(),
            tax_id: "91350100M000100Y43".to_owned(),
        },
        currency: cny(),
        net: fen(16_903),
        tax: fen(2_197),
        gross: fen(19_100),
        capitals: "壹佰玖拾壹圆整".to_owned(),
        lines: vec![InvoiceLine {
            item: "*汽车零件*制动片".to_owned(),
            net: fen(16_903),
            tax: fen(2_197),
        }],
        status: InvoiceStatus::Normal,
    }
}

#[test]
fn the_published_sample_is_an_invoice_and_each_spoilt_field_is_named() {
    assert_eq!(sample().check(), Ok(()));
    type Spoil = fn(&mut InvoiceFace);
    let cases: [(Spoil, InvoiceFault); 10] = [
        (|f| f.number.truncate(19), InvoiceFault::Number),
        (|f| f.number.replace_range(3..4, "x"), InvoiceFault::Number),
        (|f| f.number.replace_range(0..2, "25"), InvoiceFault::Year),
        (|f| f.tax = fen(2_196), InvoiceFault::Sum),
        (|f| f.lines[0].net = fen(16_902), InvoiceFault::Lines),
        (
            |f| f.capitals = "壹佰玖拾圆整".to_owned(),
            InvoiceFault::Capitals,
        ),
        (
            |f| {
                (f.net, f.tax, f.gross) = (fen(0), fen(0), fen(0));
                f.lines.clear();
                f.capitals.clear();
            },
            InvoiceFault::Nothing,
        ),
        (|f| f.buyer.tax_id.clear(), InvoiceFault::Parties),
        (|f| f.status = InvoiceStatus::Void, InvoiceFault::NotInForce),
        (
            |f| f.status = InvoiceStatus::Reversed,
            InvoiceFault::NotInForce,
        ),
    ];
    for (spoil, fault) in cases {
        let mut face = sample();
        spoil(&mut face);
        assert_eq!(face.check(), Err(fault), "{face:?}");
    }
}

#[test]
fn capitals_follow_the_rules_of_the_settlement_measures() {
    for (minor, text) in [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (19_100, "壹佰玖拾壹元整"),
        (140_950, "壹仟肆佰零玖元伍角整"),
        (600_714, "陆仟零柒元壹角肆分"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (10_700_053, "壹拾万柒仟元零伍角叁分"),
        (100_000_000, "壹佰万元整"),
        (1_000_000_100, "壹仟万零壹元整"),
        (10_000_001_000, "壹亿零壹拾元整"),
        (1_000_000_000_000, "壹佰亿元整"),
    ] {
        // The measures allow 零 or nothing before 角 after a zero of yuan; we write nothing.
        let own = capitals(fen(minor)).unwrap();
        assert_eq!(own, text.replace("元零伍角", "元伍角"), "{minor}");
    }
}

#[test]
fn tokens_agree_across_spellings_and_tell_any_other_invoice_apart() {
    let key = CircleKey::new(&[7; 32]);
    let one = InvoiceIdentity {
        number: "24217000000146091898",
        seller: "91210112MA10499C0F",
        gross: fen(19_100),
        currency: cny(),
        issued_on: Some(day("2024-11-21")),
    };
    let tokens = key.tokens(&one);
    assert_eq!(
        tokens.token.to_string(),
        "c57f476dab0ccd6ff656d21de6808917d8a6decbbb35d6d8d52cb3d40b1fd43e"
    );
    assert_eq!(
        tokens.kin.to_string(),
        "b92633f40844bfc4ca2234637aab48c106d991d0c49c179f2966fce56ebadbd5"
    );
    let typed = InvoiceIdentity {
        number: " ２４２１７000000146091898",
        seller: "91210112ma10499c0f ",
        ..one
    };
    assert_eq!(key.tokens(&typed), tokens);
    let others = [
        InvoiceIdentity {
            gross: fen(19_101),
            ..one
        },
        InvoiceIdentity {
            issued_on: Some(day("2024-11-22")),
            ..one
        },
        InvoiceIdentity {
            issued_on: None,
            ..one
        },
        InvoiceIdentity {
            currency: "USD".parse().unwrap(),
            ..one
        },
    ];
    for other in others {
        let seen = key.tokens(&other);
        assert_ne!(seen.token, tokens.token);
        assert_eq!(seen.kin, tokens.kin, "an altered copy is known by its kin");
    }
    let stranger = InvoiceIdentity {
        seller: "91350100M000100Y43",
        ..one
    };
    assert_ne!(key.tokens(&stranger).kin, tokens.kin);
    assert_ne!(
        CircleKey::new(&[8; 32]).tokens(&one).kin,
        tokens.kin,
        "the key matters"
    );
    assert_eq!(format!("{key:?}"), "CircleKey(hidden)");
}

fn word() -> Attestation {
    Attestation {
        document: DocumentDigest::from_bytes([3; 32]),
        by: PartyId::from_bytes([4; 16]),
        statement: Statement::GoodsReceived,
        on: day("2026-03-02"),
    }
}

#[test]
fn an_attestation_is_signed_as_a_whole() {
    let bytes = word().to_bytes();
    assert_eq!(
        hex::encode(&bytes),
        format!("01{}{}0200005022", "03".repeat(32), "04".repeat(16))
    );
    assert_eq!(Attestation::from_bytes(&bytes), Ok(word()));
    for end in 0..bytes.len() {
        assert_eq!(
            Attestation::from_bytes(&bytes[..end]),
            Err(CanonicalError::Short)
        );
    }
    let signer = Signer::from_seed(KeyId::from_bytes([1; 16]), &[9; 32]).unwrap();
    let signature = signer.sign_raw(&word().signing_payload());
    assert!(word().is_signed(&signer.public_key(), &signature));
    let other = Attestation {
        statement: Statement::SeenOriginal,
        ..word()
    };
    assert!(!other.is_signed(&signer.public_key(), &signature));
    let other = Attestation {
        by: PartyId::from_bytes([5; 16]),
        ..word()
    };
    assert!(!other.is_signed(&signer.public_key(), &signature));
    for statement in Statement::ALL {
        assert_eq!(Statement::from_code(statement.code()), Some(*statement));
        assert_eq!(Statement::from_word(statement.word()), Some(*statement));
    }
}

fn waybill() -> Waybill {
    Waybill {
        number: "YD-1".to_owned(),
        carrier: PartyId::from_bytes([1; 16]),
        shipper: PartyId::from_bytes([2; 16]),
        receiver: PartyId::from_bytes([3; 16]),
        vehicle: "沪A12345".to_owned(),
        picked_up_at: 1_772_400_000,
        handed_over_at: 1_772_440_000,
        lines: vec![WaybillLine {
            item: "LSVAA4182E2184841".to_owned(),
            quantity: 1,
        }],
        exceptions: String::new(),
    }
}

#[test]
fn a_waybill_comes_back_and_its_digest_is_pinned() {
    let bytes = waybill().to_bytes().unwrap();
    assert_eq!(Waybill::from_bytes(&bytes), Ok(waybill()));
    assert_eq!(
        waybill().digest().unwrap().to_string(),
        "e7f25771cc46d86bb044cfb8f548e4b247887fc553dab83ec52366ffd2b7add9"
    );
    for end in 0..bytes.len() {
        assert!(Waybill::from_bytes(&bytes[..end]).is_err());
    }
    assert_eq!(waybill().fault(), None);
    type Spoil = fn(&mut Waybill);
    let cases: [(Spoil, &str); 6] = [
        (|w| w.number.clear(), "waybill_number_missing"),
        (|w| w.receiver = w.carrier, "waybill_same_party"),
        (|w| w.vehicle.clear(), "waybill_vehicle_missing"),
        (
            |w| w.handed_over_at = w.picked_up_at - 1,
            "waybill_handed_over_before_pick_up",
        ),
        (|w| w.lines.clear(), "waybill_lines_missing"),
        (|w| w.lines[0].quantity = 0, "waybill_line_incomplete"),
    ];
    for (spoil, fault) in cases {
        let mut spoilt = waybill();
        spoil(&mut spoilt);
        assert_eq!(spoilt.fault(), Some(fault));
    }
    let many = Waybill {
        lines: vec![waybill().lines[0].clone(); 256],
        ..waybill()
    };
    assert_eq!(many.to_bytes(), Err(CanonicalError::TooMany("lines")));
}
