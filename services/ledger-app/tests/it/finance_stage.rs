//! The steps of a finance story, for the tests of it.

use chrono::DateTime;
use chrono::Duration;
use chrono::NaiveDate;
use chrono::Utc;
use ledger_app::error::AppError;
use ledger_app::notice::Notice;
use ledger_app::priced_quote::QuoteTerms;
use ledger_app::quote_fragment;
use ledger_app::record_payment;
use ledger_app::record_payment::BankStatement;
use ledger_app::record_payment::StatedBooking;
use ledger_app::register_discount;
use ledger_app::request_finance;
use ledger_app::request_finance::AskedPart;
use ledger_app::request_finance::Bidding;
use ledger_app::request_finance::Providers;
use ledger_app::request_finance::RequestFinance;
use ledger_app::sign_quote;
use ledger_app::sign_quote::Signed;
use ledger_core::amount::Amount;
use ledger_core::day_count::DayCount;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_core::recourse::Recourse;
use ledger_store::bank_messages::Booking;
use ledger_store::live::FragmentRecord;
use ledger_store::outbox::OutboxKind;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionState;
use ledger_store::payments::InstructionWord;
use rust_decimal::Decimal;

use crate::stage::Actor;
use crate::stage::OPENING;
use crate::stage::Stage;

/// Terms that nobody would wonder at.
pub(crate) fn terms(stage: &Stage, rate: &str) -> QuoteTerms {
    QuoteTerms {
        rate_percent: rate.parse::<Decimal>().unwrap(),
        day_count: DayCount::Actual360,
        fees: Vec::new(),
        buyer_paid_share: Decimal::ZERO,
        recourse: Recourse::Without,
        pay_date: OPENING,
        expires_at: in_hours(stage, 24),
    }
}

/// The same for a sealed bid, which pays when bids are closed and signed.
pub(crate) fn bid_terms(stage: &Stage, rate: &str) -> QuoteTerms {
    QuoteTerms {
        pay_date: OPENING + chrono::Days::new(2),
        expires_at: in_hours(stage, 47),
        ..terms(stage, rate)
    }
}

pub(crate) fn in_hours(stage: &Stage, hours: i64) -> DateTime<Utc> {
    stage.app.moment().unwrap() + Duration::hours(hours)
}

/// A request on all or the front part of a fragment.
pub(crate) fn ask(
    stage: &Stage,
    holder: &Actor,
    fragment: &str,
    amount: Amount,
    banks: &[&Actor],
) -> Result<RequestId, AppError> {
    let command = RequestFinance {
        parts: vec![part(fragment, amount)],
        providers: Providers::Chosen(banks.iter().map(|b| b.party()).collect()),
        bidding: Bidding::Open,
        expires_at: in_hours(stage, 48),
    };
    Ok(inquire(stage, holder, &command)?[0])
}

pub(crate) fn part(fragment: &str, amount: Amount) -> AskedPart {
    AskedPart {
        fragment: fragment.to_owned(),
        amount,
    }
}

/// Asks, and gives the requests in the order asked.
pub(crate) fn inquire(
    stage: &Stage,
    holder: &Actor,
    command: &RequestFinance,
) -> Result<Vec<RequestId>, AppError> {
    let asked = request_finance::run(&stage.app, &holder.who, command, None)?;
    let ids = asked.requests.iter().map(|id| RequestId::parse(id));
    Ok(ids.collect::<Result<_, _>>().unwrap())
}

/// Prepared, signed by the bank, handed in.
pub(crate) fn quote(
    stage: &Stage,
    bank: &Actor,
    request: RequestId,
    terms: &QuoteTerms,
) -> Result<QuoteId, AppError> {
    let prepared = quote_fragment::prepare(&stage.app, &bank.who, request, terms)?;
    let (app, who) = (&stage.app, &bank.who);
    quote_fragment::submit(app, who, request, &prepared.body, &bank.signing(), None)?;
    Ok(prepared.quote.id)
}

pub(crate) fn sign(stage: &Stage, holder: &Actor, quote: QuoteId) -> Result<Signed, AppError> {
    sign_quote::run(&stage.app, &holder.who, &holder.signing(), quote, None)
}

pub(crate) fn instruction(stage: &Stage, quote: QuoteId) -> Instruction {
    let id = sign_quote::instruction_of(quote);
    let found = stage.app.store.read(|tx| tx.instructions_by_ids(&[id]));
    found.unwrap().pop().unwrap()
}

/// The bank records a certificate of its own for the purchase.
pub(crate) fn register(stage: &Stage, bank: &Actor, quote: QuoteId) -> String {
    let digits: String = quote
        .bytes()
        .iter()
        .map(|byte| format!("{byte:03}"))
        .collect();
    let number: String = digits.chars().take(20).collect();
    let kept = register_discount::run(&stage.app, &bank.who, quote, &number, None).unwrap();
    assert_eq!(kept.certificate, number);
    number
}

/// The fragment of a public id.
pub(crate) fn fragment(stage: &Stage, id: &str) -> FragmentRecord {
    let no = stage.app.public_ids.read(id).unwrap();
    let found = stage.app.store.read(|tx| tx.fragments_by_nos(&[no]));
    found.unwrap().pop().unwrap()
}

/// The bank states that it has booked a pay-out on the debtor's account.
pub(crate) fn booked(stage: &Stage, of: &Instruction, on: NaiveDate) -> usize {
    let statement = BankStatement {
        kind: "camt.054.001.08".to_owned(),
        message_id: format!("BK{}", of.id),
        body: format!("<Ntfctn>{}</Ntfctn>", of.end_to_end_id).into_bytes(),
        bookings: vec![StatedBooking {
            account: of.debtor_account.clone(),
            servicer_ref: format!("R{}", of.id),
            end_to_end_id: of.end_to_end_id.clone(),
            amount: of.amount,
            currency: of.currency,
            direction: Booking::Debit,
            booking_date: on,
            value_date: on,
            reversal: false,
        }],
        unusable: Vec::new(),
        balances: Vec::new(),
        feed: None,
    };
    record_payment::note_statement(&stage.app, &statement).unwrap()
}

/// The bank states that a pay-out came back to the debtor's account.
pub(crate) fn came_back(stage: &Stage, of: &Instruction, on: NaiveDate) {
    let statement = BankStatement {
        kind: "camt.054.001.08".to_owned(),
        message_id: format!("RT{}", of.id),
        body: format!("<Rtr>{}</Rtr>", of.end_to_end_id).into_bytes(),
        bookings: vec![StatedBooking {
            account: of.debtor_account.clone(),
            servicer_ref: format!("RT{}", of.id),
            end_to_end_id: of.end_to_end_id.clone(),
            amount: of.amount,
            currency: of.currency,
            direction: Booking::Credit,
            booking_date: on,
            value_date: on,
            reversal: true,
        }],
        unusable: Vec::new(),
        balances: Vec::new(),
        feed: None,
    };
    record_payment::note_statement(&stage.app, &statement).unwrap();
}

/// The bank says no to a pay-out.
pub(crate) fn rejected(stage: &Stage, of: &Instruction) {
    let word = InstructionWord {
        end_to_end_id: of.end_to_end_id.clone(),
        state: InstructionState::Rejected,
        reason: "AM04".to_owned(),
        evidence: None,
    };
    let body = format!("<TxInfAndSts>{} RJCT AM04</TxInfAndSts>", of.end_to_end_id);
    let kind = "pain.002.001.10";
    record_payment::note_answer(&stage.app, kind, "ANSWER-1", body.as_bytes(), &[word]).unwrap();
}

/// Kinds of the letters to a party, oldest first.
pub(crate) fn letters(stage: &Stage, to: &Actor) -> Vec<&'static str> {
    let items = stage
        .app
        .store
        .read(|tx| tx.outbox_latest(OutboxKind::Mail, 1_000))
        .unwrap();
    let mut kinds: Vec<&'static str> = items
        .into_iter()
        .filter(|item| item.payload["to"]["email"] == to.email.as_str())
        .map(|item| serde_json::from_value::<Notice>(item.payload["notice"].clone()).unwrap())
        .map(|notice| notice.kind())
        .collect();
    kinds.reverse();
    kinds
}
