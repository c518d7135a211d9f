//! Many papers in one presentation, and the bank's answer to each.

use bank_channel::messages::pain014;
use chrono::NaiveDate;
use ledger_app::present_paper::Accepted;
use ledger_app::present_paper::Presentation;
use ledger_app::record_payment::Instruction;
use ledger_app::record_payment::InstructionState;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::InstructionId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::party::PartyKind;
use ledger_store::parties::Language;
use ledger_store::parties::Party;
use ledger_store::parties::PartyState;
use ledger_store::parties::SizeClass;
use ledger_store::payments::InstructionKind;
use scheduler::presentation::answers;
use scheduler::presentation::grouped;
use uuid::Uuid;

const DAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 9, 2).unwrap();

fn party(number: u8) -> Party {
    let text = |what: &str| format!("{what}{number}");
    Party {
        no: i32::from(number),
        id: PartyId::from_bytes([number; 16]),
        kind: PartyKind::Obligor,
        name: text("party "),
        name_en: String::new(),
        uscc: String::new(),
        size_class: SizeClass::Small,
        state: PartyState::Active,
        email: String::new(),
        language: Language::English,
        account_name: text("party "),
        account_number: text("A"),
        account_bank_code: "102290000018".to_owned(),
        licence_note: String::new(),
        issuance_blocked: false,
        paper_bank_code: String::new(),
        created_on: DAY,
    }
}

/// A paper of an obligor's with so many claims; claims are named `E<paper>-<place>`.
pub(crate) fn presentation(paper: u8, obligor: u8, claims: usize) -> Presentation {
    let (obligor, holder) = (party(obligor), party(99));
    let claim = |place: usize| Instruction {
        id: InstructionId::from_bytes([paper; 16]),
        kind: InstructionKind::SettlementCredit,
        paper_id: PaperId::from_bytes([paper; 16]),
        run: None,
        discount: None,
        debtor: obligor.id,
        debtor_name: obligor.account_name.clone(),
        debtor_account: obligor.account_number.clone(),
        debtor_bank_code: obligor.account_bank_code.clone(),
        creditor: holder.id,
        creditor_name: holder.account_name.clone(),
        creditor_account: holder.account_number.clone(),
        creditor_bank_code: holder.account_bank_code.clone(),
        amount: Amount::from_minor(100).unwrap(),
        currency: Currency::CNY,
        end_to_end_id: format!("E{paper}-{place}"),
        message_id: None,
        state: InstructionState::Created,
        reason: String::new(),
        evidence: None,
        business_date: DAY,
        attempts: 0,
        next_attempt_at: chrono::DateTime::UNIX_EPOCH,
        netted_in: None,
    };
    Presentation {
        run: Uuid::from_bytes([paper; 16]),
        paper_number: format!("{paper:030}"),
        asked_for: DAY,
        refused_message: None,
        interest_until: None,
        claims: (0..claims).map(claim).collect(),
        obligor,
    }
}

fn papers(groups: &[Vec<Presentation>]) -> Vec<Vec<u8>> {
    groups
        .iter()
        .map(|group| group.iter().map(|one| one.run.as_bytes()[0]).collect())
        .collect()
}

#[test]
fn one_message_carries_many_papers_of_one_obligor() {
    let groups = grouped(vec![
        presentation(1, 1, 10),
        presentation(2, 2, 10),
        presentation(3, 1, 10),
        presentation(4, 1, 985),
        presentation(5, 1, 5),
        presentation(6, 1, 3_000),
        presentation(7, 1, 1),
    ]);
    assert_eq!(
        papers(&groups),
        [vec![1, 3], vec![4, 5], vec![6], vec![7], vec![2]]
    );
    let another_day = Presentation {
        asked_for: DAY.succ_opt().unwrap(),
        ..presentation(8, 1, 1)
    };
    let groups = grouped(vec![presentation(9, 1, 1), another_day]);
    assert_eq!(papers(&groups), [vec![9], vec![8]]);
}

/// The bank's report on a message of the two papers 1 and 2.
fn said(group_status: &str, transactions: &str) -> Vec<bool> {
    let xml = format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:pain.014.001.07\">\
         <CdtrPmtActvtnReqStsRpt><GrpHdr><MsgId>B1</MsgId>\
         <CreDtTm>2026-09-02T08:00:00Z</CreDtTm></GrpHdr>\
         <OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId>\
         <OrgnlMsgNmId>pain.013.001.07</OrgnlMsgNmId>{group_status}</OrgnlGrpInfAndSts>\
         <OrgnlPmtInfAndSts><OrgnlPmtInfId>M1</OrgnlPmtInfId>{transactions}\
         </OrgnlPmtInfAndSts></CdtrPmtActvtnReqStsRpt></Document>"
    );
    let report = pain014::read(xml.as_bytes()).unwrap();
    let group = [presentation(1, 1, 2), presentation(2, 1, 2)];
    let answers = answers(&group, "M1", &report);
    assert!(answers.iter().all(|answer| answer.message_id == "M1"));
    assert_eq!(answers[0].id, group[0].run);
    answers
        .iter()
        .map(|answer| answer.accepted == Accepted::All)
        .collect()
}

#[test]
fn the_bank_answers_claim_by_claim() {
    let one = |id: &str, status: &str| {
        format!(
            "<TxInfAndSts><OrgnlEndToEndId>{id}</OrgnlEndToEndId><TxSts>{status}</TxSts>\
             </TxInfAndSts>"
        )
    };
    assert_eq!(said("<GrpSts>ACCP</GrpSts>", ""), [true, true]);
    assert_eq!(said("<GrpSts>RJCT</GrpSts>", ""), [false, false]);
    let second = [one("E1-0", "ACCP"), one("E2-1", "RJCT")].concat();
    assert_eq!(said("<GrpSts>PART</GrpSts>", &second), [true, false]);
    let nameless = "<TxInfAndSts><TxSts>RJCT</TxSts></TxInfAndSts>";
    assert_eq!(said("", nameless), [false, false]);
}
