//! What the platform takes from a bank's notification.

use bank_channel::messages::camt;
use ledger_app::record_payment::MissingInBooking;
use scheduler::bank_conversation::statement;

fn entry(amount: &str, status: &str, rest: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"CNY\">{amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd>\
         <Sts><Cd>{status}</Cd></Sts>{rest}<BkTxCd/></Ntry>"
    )
}

fn notification(entries: &str) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
         <Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08\">\
         <BkToCstmrDbtCdtNtfctn>\
         <GrpHdr><MsgId>N-1</MsgId><CreDtTm>2026-11-20T08:00:00Z</CreDtTm></GrpHdr>\
         <Ntfctn><Id>N-1-1</Id><Acct><Id><Othr><Id>390102</Id></Othr></Id></Acct>{entries}\
         </Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    )
    .into_bytes()
}

#[test]
fn bookings_that_are_no_evidence_are_kept_apart_and_not_dropped() {
    let date = "<BookgDt><Dt>2026-11-20</Dt></BookgDt>";
    let reference = "<AcctSvcrRef>R-1</AcctSvcrRef>";
    let xml = notification(
        &[
            entry("1.00", "BOOK", &format!("{date}{reference}")),
            entry("2.00", "BOOK", date),
            entry("3.00", "PDNG", ""),
            entry("4.00", "BOOK", reference),
        ]
        .concat(),
    );
    let reports = camt::read(&xml).unwrap();
    let stated = statement(&reports, xml.clone(), None);
    assert_eq!(stated.kind, "camt.054");
    assert_eq!(stated.body, xml, "to the byte");
    let good: Vec<_> = stated.bookings.iter().map(|b| b.amount.minor()).collect();
    assert_eq!(good, [100]);
    let apart: Vec<_> = stated
        .unusable
        .iter()
        .map(|b| (b.place, b.amount.minor(), b.missing))
        .collect();
    assert_eq!(
        apart,
        [
            (2, 200, MissingInBooking::ServicerReference),
            (3, 400, MissingInBooking::BookingDate)
        ]
    );
}
