//! What an invoice can carry after credit notes and true-ups, and who may say so.

use ledger_app::adjust_invoice;
use ledger_app::adjust_invoice::AdjustInvoice;
use ledger_app::adjust_invoice::Adjusted;
use ledger_app::adjust_invoice::Change;
use ledger_app::attest_document;
use ledger_app::attest_document::AttestDocument;
use ledger_app::error::AppError;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_app::transfer_fragment::Offered;
use ledger_core::amount::Amount;
use ledger_core::attestation::Statement;
use ledger_core::id::DocumentId;
use ledger_core::recourse::Recourse;
use ledger_store::document_capacity::DocumentCapacity;
use ledger_store::error::StoreError;

use crate::stage::Actor;
use crate::stage::IssuedPaper;
use crate::stage::MATURITY;
use crate::stage::Stage;

/// A buyer with a paper of ¥1,000.00 and a seller with an invoice of ¥100.00 to it.
struct Trade {
    stage: Stage,
    buyer: Actor,
    seller: Actor,
    paper: IssuedPaper,
    invoice: DocumentId,
}

impl Trade {
    fn new() -> Trade {
        let stage = Stage::new();
        let (buyer, seller) = (stage.supplier("一级供应商"), stage.supplier("二级供应商"));
        let paper = stage.issued_paper(&buyer, Stage::yuan("1000.00"), MATURITY);
        let invoice = stage.invoice(&seller, &buyer, Stage::yuan("100.00"));
        Trade {
            stage,
            buyer,
            seller,
            paper,
            invoice,
        }
    }

    fn capacity(&self) -> DocumentCapacity {
        let found = self
            .stage
            .app
            .store
            .read(|tx| tx.document_capacities(&[self.invoice]));
        found.unwrap()[0]
    }

    fn free(&self) -> Amount {
        self.capacity().free()
    }

    fn pay(&self, fragment: &str, amount: &str) -> Result<Offered, AppError> {
        let command = OfferTransfer {
            fragment: fragment.to_owned(),
            amount: Stage::yuan(amount),
            to: self.seller.party(),
            recourse: Recourse::Without,
            documents: vec![self.invoice],
        };
        transfer_fragment::offer(
            &self.stage.app,
            &self.buyer.who,
            &self.buyer.signing(),
            &command,
            None,
        )
    }

    fn adjust(
        &self,
        who: &Actor,
        number: &str,
        change: Change,
        amount: &str,
    ) -> Result<Adjusted, AppError> {
        let command = AdjustInvoice {
            invoice: self.invoice,
            change,
            number: number.to_owned(),
            issued_on: None,
            amount: Stage::yuan(amount),
            file_name: String::new(),
            bytes: Vec::new(),
        };
        adjust_invoice::run(&self.stage.app, &who.who, &command)
    }

    fn confirm(&self, who: &Actor, document: DocumentId) -> Result<bool, AppError> {
        let command = AttestDocument {
            document,
            statement: Statement::DebtConfirmed,
            digest: None,
        };
        attest_document::run(&self.stage.app, &who.who, &who.signing(), &command)
    }
}

#[test]
fn a_credit_note_takes_from_what_is_free_and_no_more_can_be_carried() {
    let trade = Trade::new();
    let first = trade.pay(&trade.paper.fragment, "60.00").unwrap();
    let credited = trade
        .adjust(&trade.seller, "红-1", Change::Credit, "30.00")
        .unwrap();
    assert!(credited.counted);
    assert_eq!(credited.overdrawn, Amount::ZERO);
    assert_eq!(trade.free(), Stage::yuan("10.00"));
    let rest = first.rest.unwrap();
    let refused = trade.pay(&rest, "10.01").unwrap_err();
    assert_eq!(refused.code(), "document_used_up");
    let second = trade.pay(&rest, "10.00").unwrap();
    assert_eq!(trade.free(), Amount::ZERO);
    // An offer taken back frees exactly what it took.
    transfer_fragment::recall(
        &trade.stage.app,
        &trade.buyer.who,
        &trade.buyer.signing(),
        &second.offered,
    )
    .unwrap();
    assert_eq!(trade.free(), Stage::yuan("10.00"));
}

#[test]
fn a_credit_note_below_what_is_used_is_taken_in_and_blocks_every_new_use() {
    let trade = Trade::new();
    let first = trade.pay(&trade.paper.fragment, "60.00").unwrap();
    let credited = trade
        .adjust(&trade.buyer, "红-1", Change::Credit, "70.00")
        .unwrap();
    assert_eq!(credited.overdrawn, Stage::yuan("30.00"));
    assert_eq!(trade.free(), Amount::ZERO);
    let letters = trade.stage.database_letters("invoice_overdrawn");
    assert_eq!(letters, 2, "seller and buyer are told");
    let refused = trade.pay(&first.rest.unwrap(), "0.01").unwrap_err();
    assert_eq!(refused.code(), "document_used_up");
    // The database itself lets nothing more be used while it is overdrawn.
    let law = trade.stage.forced_use(trade.invoice, 1);
    assert!(law.contains("document_capacity"), "{law}");
    // Taken back, the invoice is whole again, and carries what it may.
    transfer_fragment::recall(
        &trade.stage.app,
        &trade.buyer.who,
        &trade.buyer.signing(),
        &first.offered,
    )
    .unwrap();
    assert_eq!(trade.capacity().overdrawn, Amount::ZERO);
    assert_eq!(trade.free(), Stage::yuan("30.00"));
    let law = trade.stage.forced_use(trade.invoice, 3_001);
    assert!(law.contains("document_capacity"), "{law}");
}

#[test]
fn no_invoice_is_lowered_below_zero_nor_by_a_number_twice_nor_by_a_stranger() {
    let trade = Trade::new();
    let stranger = trade.stage.supplier("无关供应商");
    let code = |who: &Actor, number: &str, amount: &str| {
        let refused = trade.adjust(who, number, Change::Credit, amount);
        refused.unwrap_err().code().to_owned()
    };
    assert_eq!(code(&stranger, "红-1", "1.00"), "not_found");
    assert_eq!(
        code(&trade.seller, "红-1", "100.01"),
        "credit_beyond_invoice"
    );
    assert_eq!(code(&trade.seller, " ", "1.00"), "adjustment_incomplete");
    assert_eq!(code(&trade.seller, "红-1", "0.00"), "adjustment_incomplete");
    trade
        .adjust(&trade.seller, "红-1", Change::Credit, "100.00")
        .unwrap();
    assert_eq!(
        code(&trade.seller, "红-1", "1.00"),
        "adjustment_number_taken"
    );
    assert_eq!(trade.free(), Amount::ZERO);
}

#[test]
fn a_higher_price_counts_once_the_buyer_says_so() {
    let trade = Trade::new();
    let up = trade
        .adjust(&trade.seller, "补-1", Change::Up, "20.00")
        .unwrap();
    assert!(!up.counted);
    assert_eq!(trade.free(), Stage::yuan("100.00"));
    assert_eq!(trade.stage.database_letters("true_up_waiting"), 1);
    let own = trade.confirm(&trade.seller, up.document).unwrap_err();
    assert_eq!(own.code(), "statement_not_yours");
    assert!(trade.confirm(&trade.buyer, up.document).unwrap());
    assert_eq!(trade.free(), Stage::yuan("120.00"));
    assert!(!trade.confirm(&trade.buyer, up.document).unwrap());
    assert_eq!(trade.free(), Stage::yuan("120.00"), "it counts once");
    // Handed in by the buyer it counts at once; a fall counts whoever says so.
    let by_buyer = trade.adjust(&trade.buyer, "补-2", Change::Up, "5.00");
    assert!(by_buyer.unwrap().counted);
    trade
        .adjust(&trade.seller, "退-1", Change::Down, "15.00")
        .unwrap();
    assert_eq!(trade.free(), Stage::yuan("110.00"));
}

#[test]
fn only_invoices_carry_transfers() {
    let trade = Trade::new();
    let up = trade
        .adjust(&trade.buyer, "补-1", Change::Up, "20.00")
        .unwrap();
    let command = OfferTransfer {
        fragment: trade.paper.fragment.clone(),
        amount: Stage::yuan("20.00"),
        to: trade.seller.party(),
        recourse: Recourse::Without,
        documents: vec![up.document],
    };
    let refused = transfer_fragment::offer(
        &trade.stage.app,
        &trade.buyer.who,
        &trade.buyer.signing(),
        &command,
        None,
    );
    assert_eq!(refused.unwrap_err().code(), "document_not_for_this_trade");
}

impl Stage {
    /// How many letters of a kind wait in the outbox.
    fn database_letters(&self, kind: &str) -> i64 {
        let mut client =
            postgres::Client::connect(&self.database.url_owner(), postgres::NoTls).unwrap();
        client
            .query_one(
                "SELECT count(*) FROM outbox WHERE payload->'notice'->>'kind' = $1",
                &[&kind],
            )
            .unwrap()
            .get(0)
    }

    /// What the database says to a use behind the program's back.
    fn forced_use(&self, document: DocumentId, fen: i64) -> String {
        let took = self.app.store.write(|tx| {
            let amount = Amount::from_minor(fen).unwrap();
            // Given back more than is there: the law of the table, not of the statement.
            let all = tx.document_capacities(&[document])?[0].used;
            let more = all.checked_add(amount).unwrap();
            tx.document_capacity_release(&[(document, more)])
                .map(|_| ())
        });
        let released = took.unwrap_err();
        assert_eq!(
            released,
            StoreError::Violated("document_capacity".to_owned())
        );
        let mut client =
            postgres::Client::connect(&self.database.url_owner(), postgres::NoTls).unwrap();
        let id = uuid::Uuid::from_bytes(*document.bytes());
        client
            .execute(
                "UPDATE document SET used = used + $2 WHERE id = $1",
                &[&id, &fen],
            )
            .unwrap_err()
            .as_db_error()
            .and_then(|e| e.constraint().map(str::to_owned))
            .unwrap_or_default()
    }
}
