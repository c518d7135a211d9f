//! What the bank tells, read from documents of several versions written by hand here.

use bank_channel::messages::camt::{self, EntryStatus, ReportKind};
use bank_channel::messages::identification::Side;
use bank_channel::messages::pain002::{self, StatusMeaning};
use bank_channel::messages::pain014;

/// An entry with one detail.
pub(crate) fn entry(
    amount: &str,
    currency: &str,
    side: &str,
    reference: &str,
    extra: &str,
) -> String {
    format!(
        "<Ntry><Amt Ccy=\"{currency}\">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd>\
         <Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt>\
         <AcctSvcrRef>{reference}</AcctSvcrRef><BkTxCd/>\
         <NtryDtls><TxDtls>{extra}</TxDtls></NtryDtls></Ntry>"
    )
}

/// A camt.054 around entries.
pub(crate) fn notification(name: &str, entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{name}\"><BkToCstmrDbtCdtNtfctn>\
         <GrpHdr><MsgId>N-1</MsgId><CreDtTm>2026-11-20T08:00:00Z</CreDtTm></GrpHdr>\
         <Ntfctn><Id>N-1-1</Id><Acct><Id><Othr><Id>390102</Id></Othr></Id></Acct>{entries}\
         </Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    )
}

#[test]
fn a_statement_of_an_old_version_with_prefixes_is_read() {
    let xml = r#"<?xml version="1.0"?>
<c:Document xmlns:c="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><c:BkToCstmrStmt>
 <c:GrpHdr><c:MsgId>S-1</c:MsgId><c:CreDtTm>2026-11-21T00:10:00</c:CreDtTm></c:GrpHdr>
 <c:Stmt><c:Id>S-1-1</c:Id><c:Acct><c:Id><c:IBAN>GB82WEST12345698765432</c:IBAN></c:Id></c:Acct>
  <c:Bal><c:Tp><c:CdOrPrtry><c:Cd>OPBD</c:Cd></c:CdOrPrtry></c:Tp><c:Amt Ccy="GBP">10.00</c:Amt>
   <c:CdtDbtInd>DBIT</c:CdtDbtInd><c:Dt><c:Dt>2026-11-20</c:Dt></c:Dt></c:Bal>
  <c:Bal><c:Tp><c:CdOrPrtry><c:Cd>CLBD</c:Cd></c:CdOrPrtry></c:Tp><c:Amt Ccy="GBP">89.50</c:Amt>
   <c:CdtDbtInd>CRDT</c:CdtDbtInd><c:Dt><c:DtTm>2026-11-20T23:59:59</c:DtTm></c:Dt></c:Bal>
  <c:Ntry><c:Amt Ccy="GBP">100</c:Amt><c:CdtDbtInd>CRDT</c:CdtDbtInd><c:Sts>BOOK</c:Sts>
   <c:BookgDt><c:DtTm>2026-11-20T11:00:00+00:00</c:DtTm></c:BookgDt><c:BkTxCd/>
   <c:NtryDtls><c:TxDtls><c:Refs><c:EndToEndId>E-1</c:EndToEndId></c:Refs><c:RltdPties>
    <c:Dbtr><c:Nm>Huaxing &#x4E2D; Motors</c:Nm></c:Dbtr>
    <c:DbtrAcct><c:Id><c:Othr><c:Id>1001</c:Id></c:Othr></c:Id></c:DbtrAcct></c:RltdPties>
   </c:TxDtls></c:NtryDtls></c:Ntry>
  <c:Ntry><c:Amt Ccy="GBP">0.5</c:Amt><c:CdtDbtInd>DBIT</c:CdtDbtInd><c:Sts>BOOK</c:Sts>
   <c:BkTxCd/></c:Ntry>
  <c:Ntry><c:Amt Ccy="GBP">7.00</c:Amt><c:CdtDbtInd>DBIT</c:CdtDbtInd><c:Sts>PDNG</c:Sts>
   <c:BkTxCd/></c:Ntry>
 </c:Stmt></c:BkToCstmrStmt></c:Document>"#;
    let reports = camt::read(xml.as_bytes()).unwrap();
    let report = &reports[0];
    assert_eq!(report.kind, ReportKind::Statement);
    assert_eq!(report.account, "GB82WEST12345698765432");
    assert_eq!(report.opening().unwrap().minor, -1_000);
    assert_eq!(report.movement_minor(), Some(9_950));
    assert_eq!(report.adds_up(), Some(true));
    let first = &report.entries[0];
    assert_eq!((first.amount.minor(), first.side), (10_000, Side::Credit));
    assert_eq!(first.booking_date.unwrap().to_string(), "2026-11-20");
    assert_eq!(
        first.counterparty_name.as_deref(),
        Some("Huaxing 中 Motors")
    );
    assert_eq!(first.counterparty_account.as_deref(), Some("1001"));
    assert_eq!(report.entries[2].status, EntryStatus::NotBooked);
    let wrong = xml.replace("89.50", "89.51");
    assert_eq!(
        camt::read(wrong.as_bytes()).unwrap()[0].adds_up(),
        Some(false)
    );
}

#[test]
fn a_batch_entry_is_taken_apart_only_if_its_details_add_up() {
    let batch = |second: &str| {
        let detail = |id: &str, amount: &str| {
            format!(
                "<TxDtls><Refs><EndToEndId>{id}</EndToEndId></Refs>\
                 <AmtDtls><TxAmt><Amt Ccy=\"CNY\">{amount}</Amt></TxAmt></AmtDtls></TxDtls>"
            )
        };
        let entries = format!(
            "<Ntry><Amt Ccy=\"CNY\">30.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts>BOOK</Sts>\
             <AcctSvcrRef>B-9</AcctSvcrRef><BkTxCd/><NtryDtls>{}{}</NtryDtls></Ntry>",
            detail("E-1", "10.00"),
            detail("E-2", second)
        );
        let xml = notification("camt.054.001.04", &entries);
        camt::read(xml.as_bytes()).unwrap().remove(0).entries
    };
    let apart = batch("20.00");
    assert_eq!(apart.len(), 2);
    assert_eq!(apart[1].end_to_end_id.as_deref(), Some("E-2"));
    assert_eq!(apart[1].amount.minor(), 2_000);
    assert_ne!(apart[0].servicer_reference, apart[1].servicer_reference);
    let whole = batch("19.99");
    assert_eq!(whole.len(), 1);
    assert_eq!(
        (whole[0].amount.minor(), &whole[0].end_to_end_id),
        (3_000, &None)
    );
}

#[test]
fn a_return_says_why() {
    let extra = "<Refs><EndToEndId>E-1</EndToEndId></Refs><RtrInf><Rsn><Cd>AC04</Cd></Rsn>\
                 <AddtlInf>closed</AddtlInf></RtrInf>";
    let entries = entry("1.00", "CNY", "CRDT", "R-1", extra);
    let reports = camt::read(notification("camt.054.001.08", &entries).as_bytes()).unwrap();
    let returned = reports[0].entries[0].returned.as_ref().unwrap();
    assert_eq!(returned.code.as_deref(), Some("AC04"));
    assert_eq!(returned.text, ["closed"]);
}

fn status_report(name: &str, element: &str, inside: &str) -> String {
    format!(
        "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{name}\"><{element}>\
         <GrpHdr><MsgId>B-1</MsgId><CreDtTm>2026-11-20T08:00:00Z</CreDtTm></GrpHdr>\
         <OrgnlGrpInfAndSts><OrgnlMsgId>M-1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>\
         {inside}</{element}></Document>"
    )
}

#[test]
fn statuses_are_read_for_each_payment_and_for_the_whole() {
    let xml = status_report(
        "pain.002.001.10",
        "CstmrPmtStsRpt",
        "<GrpSts>PART</GrpSts></OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>M-1</OrgnlPmtInfId>\
         <TxInfAndSts><OrgnlEndToEndId>E-1</OrgnlEndToEndId><TxSts>ACSC</TxSts>\
         <StsRsnInf><Rsn><Cd>AM05</Cd></Rsn></StsRsnInf><AcctSvcrRef>R-1</AcctSvcrRef></TxInfAndSts>\
         <TxInfAndSts><OrgnlEndToEndId>E-2</OrgnlEndToEndId><TxSts>RJCT</TxSts>\
         <StsRsnInf><Rsn><Cd>AM04</Cd></Rsn><AddtlInf>insufficient funds</AddtlInf></StsRsnInf>\
         </TxInfAndSts></OrgnlPmtInfAndSts>",
    );
    let report = pain002::read(xml.as_bytes()).unwrap();
    assert_eq!(report.original_message_id, "M-1");
    let of = |id| report.status_of(id).map(|(status, _)| status.meaning());
    assert_eq!(of("E-1"), Some(StatusMeaning::Settled));
    assert_eq!(of("E-2"), Some(StatusMeaning::Rejected));
    assert_eq!(
        of("E-3"),
        None,
        "a partial group says nothing of a payment it does not name"
    );
    assert!(report.transactions[0].has_reason("AM05"));
    assert_eq!(
        report.transactions[1].reasons[0].text,
        ["insufficient funds"]
    );
    let whole = status_report(
        "pain.014.001.07",
        "CdtrPmtActvtnReqStsRpt",
        "<GrpSts>ACCP</GrpSts></OrgnlGrpInfAndSts>",
    );
    let report = pain014::read(whole.as_bytes()).unwrap();
    assert_eq!(
        report.status_of("E-1").unwrap().0.meaning(),
        StatusMeaning::Pending
    );
    assert!(
        pain002::read(whole.as_bytes()).is_err(),
        "a pain.014 is no pain.002"
    );
}
