//! Maturity days, for the tests of settlement: papers with several holders, the bank's side, and a
//! hand that breaks what the platform keeps.

use ledger_app::answer_offer;
use ledger_app::answer_offer::Answer;
use ledger_app::close_settlement;
use ledger_app::notice::Notice;
use ledger_app::operator_tasks;
use ledger_app::operator_tasks::OperatorTask;
use ledger_app::present_paper;
use ledger_app::present_paper::PresentedRun;
use ledger_app::record_payment;
use ledger_app::record_payment::BankStatement;
use ledger_app::record_payment::StatedBooking;
use ledger_app::settle_paper;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_app::transfer_fragment::offer;
use ledger_core::amount::Amount;
use ledger_core::recourse::Recourse;
use ledger_store::bank_messages::Booking;
use ledger_store::outbox::OutboxKind;
use ledger_store::payments::Instruction;
use ledger_store::payments::InstructionKind;
use ledger_store::payments::InstructionState;
use ledger_store::settlements::SettlementRun;

use crate::stage::Actor;
use crate::stage::IssuedPaper;
use crate::stage::MATURITY;
use crate::stage::Stage;

/// Some papers of one obligor, all due on [`MATURITY`]: each is held by the payee but for a part
/// that it passed on.
pub(crate) struct Due {
    pub(crate) stage: Stage,
    pub(crate) payee: Actor,
    pub(crate) second: Actor,
    pub(crate) papers: Vec<IssuedPaper>,
}

impl Due {
    /// `count` papers of 1,000.00, of which the second supplier holds 300.00 each.
    pub(crate) fn new(count: usize) -> Due {
        Due::on(Stage::new(), count)
    }

    /// The same on a stage that is set already.
    pub(crate) fn on(stage: Stage, count: usize) -> Due {
        let (payee, second) = (stage.supplier("一级供应商"), stage.supplier("二级供应商"));
        let papers: Vec<IssuedPaper> = (0..count)
            .map(|_| stage.issued_paper(&payee, Stage::yuan("1000.00"), MATURITY))
            .collect();
        for paper in &papers {
            pass_on(&stage, &payee, &paper.fragment, "300.00", &second);
        }
        Due {
            stage,
            payee,
            second,
            papers,
        }
    }

    /// Plans on the maturity day.
    pub(crate) fn planned(count: usize) -> Due {
        let due = Due::new(count);
        due.stage.advance(MATURITY);
        assert_eq!(settle_paper::plan(&due.stage.app).unwrap(), count);
        due
    }

    /// One paper whose credits are to be sent to the bank.
    pub(crate) fn instructed() -> Due {
        let due = Due::planned(1);
        assert_eq!(settle_paper::lock_due(&due.stage.app).unwrap(), 1);
        assert_eq!(due.present(), 1);
        assert_eq!(settle_paper::instruct(&due.stage.app).unwrap(), 2);
        due
    }

    /// Presents what is locked; the bank will pay all of it. Gives how many papers that were.
    pub(crate) fn present(&self) -> usize {
        let answers: Vec<PresentedRun> = present_paper::to_present(&self.stage.app)
            .unwrap()
            .into_iter()
            .map(|one| PresentedRun::in_full(one.run, "PAIN013-1".to_owned()))
            .collect();
        present_paper::note_all_presented(&self.stage.app, &answers, None).unwrap()
    }

    /// The bank states every instruction of a paper as booked.
    pub(crate) fn booked(&self, paper: &IssuedPaper) {
        let mut credits = self.credits(paper);
        credits.retain(|credit| credit.state != InstructionState::Settled);
        let bookings: Vec<StatedBooking> = credits.iter().map(booking).collect();
        let first = bookings.first().map_or("", |one| &one.end_to_end_id);
        let statement = statement(first, bookings.clone());
        record_payment::note_statement(&self.stage.app, &statement).unwrap();
    }

    pub(crate) fn close(&self) -> usize {
        close_settlement::run(&self.stage.app).unwrap()
    }

    pub(crate) fn run(&self, paper: &IssuedPaper) -> SettlementRun {
        let found = self
            .stage
            .app
            .store
            .read(|tx| tx.settlements_of_papers(&[paper.paper]));
        let runs = found.unwrap().into_iter();
        runs.max_by_key(|run| run.round).unwrap()
    }

    pub(crate) fn credits(&self, paper: &IssuedPaper) -> Vec<Instruction> {
        let found = self
            .stage
            .app
            .store
            .read(|tx| tx.instructions_of_paper(paper.paper));
        let mut credits = found.unwrap();
        credits.retain(|one| one.kind == InstructionKind::SettlementCredit);
        credits
    }

    pub(crate) fn tasks(&self) -> Vec<OperatorTask> {
        let listed = operator_tasks::open(&self.stage.app, &self.stage.operator).unwrap();
        listed.into_iter().map(|one| one.task).collect()
    }

    /// Codes of the open tasks, each with the run it is about.
    pub(crate) fn codes(&self) -> Vec<(String, String)> {
        let tasks = self.tasks().into_iter();
        tasks.map(|task| (task.code, task.subject)).collect()
    }

    /// A person closes the only open task.
    pub(crate) fn mended(&self) {
        let tasks = self.tasks();
        assert_eq!(tasks.len(), 1, "{tasks:?}");
        let (app, operator) = (&self.stage.app, &self.stage.operator);
        operator_tasks::close(app, operator, tasks[0].id, "mended").unwrap();
    }

    /// Breaks something, past all that the application may do.
    pub(crate) fn break_by(&self, sql: &str) {
        let mut hand =
            postgres::Client::connect(&self.stage.database.url_owner(), postgres::NoTls).unwrap();
        assert!(hand.execute(sql, &[]).unwrap() > 0, "{sql}");
    }

    /// Lets the projection of live fragments catch up.
    pub(crate) fn caught_up(&self) {
        let app = &self.stage.app;
        let book = app.store.read(|tx| tx.book_by_id(app.book)).unwrap();
        app.store.write(|tx| tx.live_advance(book.no)).unwrap();
    }

    /// The letters to somebody, oldest first.
    pub(crate) fn letters(&self, to: &Actor) -> Vec<Notice> {
        let items = self
            .stage
            .app
            .store
            .read(|tx| tx.outbox_latest(OutboxKind::Mail, 1_000))
            .unwrap();
        let mut notices: Vec<Notice> = items
            .into_iter()
            .filter(|item| item.payload["to"]["email"] == to.email.as_str())
            .map(|item| serde_json::from_value(item.payload["notice"].clone()).unwrap())
            .collect();
        notices.reverse();
        notices
    }
}

/// Passes the front part of a fragment on, which is accepted.
pub(crate) fn pass_on(stage: &Stage, from: &Actor, fragment: &str, amount: &str, to: &Actor) {
    pass_on_with(stage, from, (fragment, amount), to, Recourse::Without);
}

/// The same with recourse as stated; gives the recipient's fragment.
pub(crate) fn pass_on_with(
    stage: &Stage,
    from: &Actor,
    (fragment, amount): (&str, &str),
    to: &Actor,
    recourse: Recourse,
) -> String {
    let amount: Amount = Stage::yuan(amount);
    let command = OfferTransfer {
        fragment: fragment.to_owned(),
        amount,
        to: to.party(),
        recourse,
        documents: vec![stage.invoice(to, from, amount)],
    };
    let offered = offer(&stage.app, &from.who, &from.signing(), &command, None).unwrap();
    let answer = Answer::Accept;
    let (app, id) = (&stage.app, &offered.offered);
    let answered = answer_offer::run(app, &to.who, &to.signing(), id, answer, None).unwrap();
    answered.fragment.unwrap()
}

/// A booking of this instruction on its debtor's account.
pub(crate) fn booking(of: &Instruction) -> StatedBooking {
    StatedBooking {
        account: of.debtor_account.clone(),
        servicer_ref: format!("R{}", of.id),
        end_to_end_id: of.end_to_end_id.clone(),
        amount: of.amount,
        currency: of.currency,
        direction: Booking::Debit,
        booking_date: MATURITY,
        value_date: MATURITY,
        reversal: false,
    }
}

/// A notification with these bookings.
pub(crate) fn statement(id: &str, bookings: Vec<StatedBooking>) -> BankStatement {
    BankStatement {
        kind: "camt.054.001.08".to_owned(),
        message_id: format!("N{id}"),
        body: format!("<Ntfctn>{id}</Ntfctn>").into_bytes(),
        bookings,
        unusable: Vec::new(),
        balances: Vec::new(),
        feed: None,
    }
}
