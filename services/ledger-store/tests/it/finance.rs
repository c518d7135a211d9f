//! Requests, quotes, discounts.

use ledger_core::currency::Currency;
use ledger_core::id::InstructionId;
use ledger_core::id::KeyId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_core::party::PartyKind;
use ledger_store::error::StoreError;
use ledger_store::finance::FinanceRequest;
use ledger_store::finance::InvitationState;
use ledger_store::finance::RequestState;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::quotes::Discount;
use ledger_store::quotes::DiscountState;
use ledger_store::quotes::Quote;
use ledger_store::quotes::QuoteState;
use serde_json::json;
use testkit::database::TestDatabase;

use crate::samples::added;
use crate::samples::added_key;
use crate::samples::fen;
use crate::samples::instruction;
use crate::samples::moment;
use crate::samples::random;
use crate::samples::store;
use crate::samples::write;

fn request(holder: PartyId, parent: i64) -> FinanceRequest {
    FinanceRequest {
        id: RequestId::from_bytes(random()),
        holder,
        paper_id: PaperId::from_bytes(random()),
        parent,
        side: 1,
        lo: 50,
        hi: 150,
        amount: fen(100),
        currency: Currency::CNY,
        state: RequestState::Open,
        created_at: moment("2026-03-02T01:00:00Z"),
        expires_at: moment("2026-03-03T01:00:00Z"),
        inquiry: None,
    }
}

fn quote(request: RequestId, provider: PartyId, key_id: KeyId) -> Quote {
    Quote {
        id: QuoteId::from_bytes(random()),
        request,
        provider,
        terms: json!({"rate": "0.0365"}),
        body: vec![1],
        key_id,
        signature: [3; 64],
        proceeds: fen(97),
        charge: fen(3),
        state: QuoteState::Offered,
        expires_at: moment("2026-03-02T09:00:00Z"),
        created_at: moment("2026-03-02T02:00:00Z"),
        card: None,
        card_row: None,
        offer: None,
    }
}

#[test]
fn a_fragment_has_one_live_request_and_only_the_invited_see_it() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, holder) = added(&store, PartyKind::Supplier, "甲");
    let (_, bank) = added(&store, PartyKind::FinanceProvider, "江南银行");
    let (_, other) = added(&store, PartyKind::FinanceProvider, "江北银行");
    let first = request(holder, 1);
    write(&store, |tx| {
        tx.finance_requests_insert(std::slice::from_ref(&first), &[bank])
    });
    assert_eq!(
        store
            .read(|tx| tx.finance_requests_by_ids(&[first.id]))
            .unwrap(),
        [first.clone()]
    );
    let seen = |provider, after| {
        store
            .read(|tx| tx.finance_requests_of_provider(provider, after, 9))
            .unwrap()
    };
    assert_eq!(
        seen(bank, None),
        [(first.clone(), InvitationState::Invited)]
    );
    assert_eq!(seen(bank, Some((first.created_at, first.id))), []);
    assert_eq!(seen(other, None), []);
    let again = request(holder, 1);
    let refused = store
        .write(|tx| tx.finance_requests_insert(std::slice::from_ref(&again), &[other]))
        .unwrap_err();
    assert!(
        refused.is_duplicate_of("finance_request_fragment_unique"),
        "{refused}"
    );

    write(&store, |tx| tx.finance_request_lock(first.id));
    write(&store, |tx| {
        tx.finance_request_state_set(first.id, RequestState::Withdrawn)
    });
    write(&store, |tx| {
        tx.finance_requests_insert(std::slice::from_ref(&again), &[other])
    });
    write(&store, |tx| {
        tx.finance_invitation_state_set(again.id, other, InvitationState::Declined)
    });
    let invited = store
        .read(|tx| tx.finance_invitations(&[again.id]))
        .unwrap();
    assert_eq!(invited[0].state, InvitationState::Declined);
    let late = write(&store, |tx| {
        tx.finance_requests_expire(moment("2026-03-03T01:00:00Z"))
    });
    assert_eq!(late.iter().map(|r| r.id).collect::<Vec<_>>(), [again.id]);
    let of_holder = store
        .read(|tx| tx.finance_requests_of_holder(holder, 9))
        .unwrap();
    assert_eq!(of_holder.len(), 2);
    let wrong = FinanceRequest {
        amount: fen(99),
        ..request(holder, 2)
    };
    let refused = store
        .write(|tx| tx.finance_requests_insert(std::slice::from_ref(&wrong), &[]))
        .unwrap_err();
    assert_eq!(
        refused,
        StoreError::Violated("finance_request_amount".to_owned())
    );
}

#[test]
fn one_quote_of_a_request_is_accepted() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, holder) = added(&store, PartyKind::Supplier, "甲");
    let (one_no, one) = added(&store, PartyKind::FinanceProvider, "江南银行");
    let (two_no, two) = added(&store, PartyKind::FinanceProvider, "江北银行");
    let (one_key, two_key) = (added_key(&store, one_no), added_key(&store, two_no));
    let asked = request(holder, 1);
    write(&store, |tx| {
        tx.finance_requests_insert(std::slice::from_ref(&asked), &[one])
    });
    let first = quote(asked.id, one, one_key);
    write(&store, |tx| tx.quote_insert(&first));
    assert_eq!(
        store.read(|tx| tx.quotes_by_ids(&[first.id])).unwrap(),
        [first.clone()]
    );
    assert_eq!(
        store.read(|tx| tx.quotes_of_provider(one, 9)).unwrap(),
        [first.clone()]
    );
    let second_offer = quote(asked.id, one, one_key);
    let refused = store
        .write(|tx| tx.quote_insert(&second_offer))
        .unwrap_err();
    assert!(refused.is_duplicate_of("quote_offer_unique"), "{refused}");
    let uninvited = quote(asked.id, two, two_key);
    let refused = store.write(|tx| tx.quote_insert(&uninvited)).unwrap_err();
    assert_eq!(refused, StoreError::Violated("quote_invited".to_owned()));

    let accept =
        |id| store.write(|tx| tx.quote_move(id, QuoteState::Offered, QuoteState::Accepted));
    assert_eq!(accept(first.id), Ok(true));
    assert_eq!(accept(first.id), Ok(false), "once");
    write(&store, |tx| tx.quote_insert(&second_offer));
    let refused = accept(second_offer.id).unwrap_err();
    assert!(
        refused.is_duplicate_of("quote_accepted_unique"),
        "{refused}"
    );
    let lost = write(&store, |tx| {
        tx.quotes_on_offer_close(&[asked.id], QuoteState::Lost)
    });
    assert_eq!((lost.len(), lost[0].id), (1, second_offer.id));
    let third = quote(asked.id, one, one_key);
    write(&store, |tx| tx.quote_insert(&third));
    let lapsed = write(&store, |tx| tx.quotes_lapse(third.expires_at));
    assert_eq!((lapsed.len(), lapsed[0].state), (1, QuoteState::Lapsed));
    assert_eq!(
        store
            .read(|tx| tx.quotes_of_requests(&[asked.id]))
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn a_discount_is_funded_on_evidence_only() {
    let database = TestDatabase::fresh();
    let store = store(&database);
    let (_, holder) = added(&store, PartyKind::Supplier, "甲");
    let (no, bank) = added(&store, PartyKind::FinanceProvider, "江南银行");
    let key = added_key(&store, no);
    let asked = request(holder, 1);
    let offer = quote(asked.id, bank, key);
    let payout = Instruction {
        kind: InstructionKind::DiscountPayout,
        discount: Some(offer.id),
        ..instruction(bank, holder, "E2E-1")
    };
    let concluded = |instruction| Discount {
        quote: offer.id,
        lock_entry: 7,
        instruction,
        state: DiscountState::Signed,
        evidence: None,
    };
    write(&store, |tx| {
        tx.finance_requests_insert(std::slice::from_ref(&asked), &[bank])?;
        tx.quote_insert(&offer)
    });
    let nowhere = InstructionId::from_bytes(random());
    let refused = store
        .write(|tx| tx.discounts_insert(&[concluded(nowhere)]))
        .unwrap_err();
    assert_eq!(
        refused,
        StoreError::Violated("discount_instruction_fkey".to_owned())
    );
    write(&store, |tx| {
        tx.discounts_insert(&[concluded(payout.id)])?;
        tx.instructions_insert(std::slice::from_ref(&payout))
    });
    assert_eq!(
        write(&store, |tx| tx.discount_lock(offer.id)),
        concluded(payout.id)
    );
    let fund = |evidence| {
        store.write(|tx| tx.discount_state_set(offer.id, DiscountState::Funded, evidence))
    };
    let refused = fund(None).unwrap_err();
    assert_eq!(
        refused,
        StoreError::Violated("discount_funded_on_evidence".to_owned())
    );
    fund(Some([4; 32])).unwrap();
    let by_payment = store
        .read(|tx| tx.discounts_by_instructions(&[payout.id]))
        .unwrap();
    assert_eq!(
        by_payment,
        store
            .read(|tx| tx.discounts_by_quotes(&[offer.id]))
            .unwrap()
    );
    assert_eq!(by_payment[0].evidence, Some([4; 32]));
}
