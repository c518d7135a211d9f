//! What the tests put into the database.

use chrono::DateTime;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::DocumentId;
use ledger_core::id::InstructionId;
use ledger_core::id::KeyId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::PayableId;
use ledger_core::id::UserId;
use ledger_core::party::PartyKind;
use ledger_store::documents::Document;
use ledger_store::documents::DocumentKind;
use ledger_store::error::StoreError;
use ledger_store::parties::Language;
use ledger_store::parties::NewParty;
use ledger_store::parties::PartyState;
use ledger_store::parties::SizeClass;
use ledger_store::payables::Payable;
use ledger_store::payables::PayableState;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::signing_keys::Custody;
use ledger_store::signing_keys::NewSigningKey;
use ledger_store::unit_of_work::Store;
use ledger_store::unit_of_work::StoreConfig;
use ledger_store::unit_of_work::WriteTx;
use ledger_store::users::Role;
use ledger_store::users::User;
use ledger_store::users::UserState;
use testkit::database::TestDatabase;

pub(crate) fn store(database: &TestDatabase) -> Store {
    Store::connect(&StoreConfig::new(database.url_app())).unwrap()
}

/// A unit of work that must succeed.
pub(crate) fn write<T>(
    store: &Store,
    work: impl FnMut(&mut WriteTx<'_>) -> Result<T, StoreError>,
) -> T {
    store.write(work).unwrap()
}

pub(crate) fn random() -> [u8; 16] {
    *uuid::Uuid::new_v4().as_bytes()
}

pub(crate) fn random32() -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(&random());
    bytes[16..].copy_from_slice(&random());
    bytes
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn moment(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

pub(crate) fn fen(minor: i64) -> Amount {
    Amount::from_minor(minor).unwrap()
}

pub(crate) fn party(kind: PartyKind, name: &str) -> NewParty {
    NewParty {
        id: PartyId::from_bytes(random()),
        kind,
        name: name.to_owned(),
        name_en: format!("{name} Ltd."),
        uscc: String::new(),
        size_class: SizeClass::Small,
        state: PartyState::Active,
        email: "finance@example.com".to_owned(),
        language: Language::Chinese,
        account_name: name.to_owned(),
        account_number: "6222020200112233".to_owned(),
        account_bank_code: "102100099996".to_owned(),
        licence_note: String::new(),
        issuance_blocked: false,
        paper_bank_code: "102100099996".to_owned(),
        created_on: day("2026-03-02"),
    }
}

/// Adds a party and gives its number and id.
pub(crate) fn added(store: &Store, kind: PartyKind, name: &str) -> (i32, PartyId) {
    let new = party(kind, name);
    (write(store, |tx| tx.party_insert(&new)), new.id)
}

pub(crate) fn user(party: PartyId, email: &str) -> User {
    User {
        id: UserId::from_bytes(random()),
        party,
        display_name: "王芳".to_owned(),
        email: email.to_owned(),
        language: Language::Chinese,
        role: Role::Maker,
        password_hash: "$argon2id$".to_owned(),
        state: UserState::Active,
        invitation_hash: None,
        invitation_expires: None,
        failed_attempts: 0,
        locked_until: None,
        created_at: moment("2026-03-02T01:00:00Z"),
    }
}

/// Adds a person with a random address.
pub(crate) fn added_user(store: &Store, party: PartyId) -> UserId {
    let new = user(party, &format!("{}@example.com", hex::encode(random())));
    write(store, |tx| tx.users_insert(std::slice::from_ref(&new)));
    new.id
}

/// Adds a key of the party's own.
pub(crate) fn added_key(store: &Store, party: i32) -> KeyId {
    let new = NewSigningKey {
        id: KeyId::from_bytes(random()),
        party,
        user_id: None,
        public_key: random32(),
        custody: Custody::Own,
        sealed: None,
        valid_from: day("2026-03-02"),
    };
    write(store, |tx| tx.signing_key_insert(&new));
    new.id
}

pub(crate) fn payable(obligor: PartyId, supplier: PartyId, number: &str) -> Payable {
    Payable {
        id: PayableId::from_bytes(random()),
        obligor,
        import: None,
        company_code: "1000".to_owned(),
        payable_no: number.to_owned(),
        content_digest: [7; 32],
        supplier,
        amount: fen(120_000_000),
        currency: Currency::CNY,
        invoice_no: "24312000000012345678".to_owned(),
        invoice_date: Some(day("2026-02-27")),
        invoice_gross: None,
        acceptance_date: None,
        po_no: "PO-1".to_owned(),
        due_date: day("2026-08-31"),
        cost_centre: "C1".to_owned(),
        remark: "座椅骨架".to_owned(),
        state: PayableState::Loaded,
        paper_id: None,
    }
}

pub(crate) fn invoice(seller: PartyId, number: &str, amount: i64) -> Document {
    Document {
        id: DocumentId::from_bytes(random()),
        owner: seller,
        counterparty: None,
        kind: DocumentKind::Invoice,
        number: number.to_owned(),
        issued_on: Some(day("2026-02-27")),
        amount: Some(fen(amount)),
        currency: Some(Currency::CNY),
        sha256: random32(),
        media_type: "application/pdf".to_owned(),
        size: 3,
        file_name: "发票.pdf".to_owned(),
        used: Amount::ZERO,
    }
}

pub(crate) fn instruction(debtor: PartyId, creditor: PartyId, end_to_end_id: &str) -> Instruction {
    Instruction {
        id: InstructionId::from_bytes(random()),
        kind: InstructionKind::SettlementCredit,
        paper_id: PaperId::from_bytes(random()),
        run: None,
        discount: None,
        debtor,
        debtor_name: "江南汽车".to_owned(),
        debtor_account: "1".to_owned(),
        debtor_bank_code: "102100099996".to_owned(),
        creditor,
        creditor_name: "甲".to_owned(),
        creditor_account: "2".to_owned(),
        creditor_bank_code: "102100099997".to_owned(),
        amount: fen(100),
        currency: Currency::CNY,
        end_to_end_id: end_to_end_id.to_owned(),
        message_id: None,
        state: InstructionState::Created,
        reason: String::new(),
        evidence: None,
        business_date: day("2026-08-31"),
        attempts: 0,
        next_attempt_at: moment("2026-08-31T01:00:00Z"),
        netted_in: None,
    }
}
