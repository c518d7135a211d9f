//! The published sample as the tax authority's XML, and what is no invoice.

use invoice_files::einvoice::EInvoiceFault;
use invoice_files::einvoice::is_xml;
use invoice_files::einvoice::read;
use ledger_core::invoice::InvoiceFault;

const SAMPLE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<EInvoice><Header><EIid>24217000000146091898</EIid><Version>0.2</Version></Header>
<EInvoiceData>
<SellerInformation><SellerIdNum>91210112MA10499C0F</SellerIdNum><SellerName>沈阳某商贸 &amp; 有限公司</SellerName></SellerInformation>
<BuyerInformation><BuyerIdNum>91350100M000100Y43</BuyerIdNum><BuyerName>某汽车有限公司</BuyerName></BuyerInformation>
<BasicInformation><TotalAmWithoutTax>169.03</TotalAmWithoutTax><TotalTaxAm>21.97</TotalTaxAm><TotalTax-includedAmount>191.00</TotalTax-includedAmount><TotalTax-includedAmountInChinese>壹佰玖拾壹圆整</TotalTax-includedAmountInChinese></BasicInformation>
<IssuItemInformation><ItemName>*汽车零件*制动片</ItemName><Amount>100.00</Amount><ComTaxAm>13.00</ComTaxAm></IssuItemInformation>
<IssuItemInformation><ItemName>*汽车零件*滤芯</ItemName><Amount>69.03</Amount><ComTaxAm>8.97</ComTaxAm></IssuItemInformation>
</EInvoiceData>
<TaxSupervisionInfo><InvoiceNumber>24217000000146091898</InvoiceNumber><IssueTime>2024-11-21 10:11:12</IssueTime></TaxSupervisionInfo>
</EInvoice>"#;

#[test]
fn the_sample_is_read_whole_and_adds_up() {
    assert!(is_xml(SAMPLE.as_bytes()));
    let face = read(SAMPLE.as_bytes()).unwrap();
    assert_eq!(face.check(), Ok(()));
    assert_eq!(face.number, "24217000000146091898");
    assert_eq!(face.issued_on.to_string(), "2024-11-21");
    assert_eq!(face.seller.name, "沈阳某商贸 & 有限公司");
    assert_eq!(face.gross.minor(), 19_100);
    assert_eq!(face.lines.len(), 2);
    let spoilt = SAMPLE.replace("21.97</TotalTaxAm>", "21.98</TotalTaxAm>");
    let face = read(spoilt.as_bytes()).unwrap();
    assert_eq!(face.check(), Err(InvoiceFault::Sum));
}

#[test]
fn what_is_no_invoice_is_told_apart() {
    let fault = |text: &str| read(text.as_bytes()).unwrap_err();
    assert_eq!(
        fault("<?xml version=\"1.0\"?><a/>"),
        EInvoiceFault::Missing("InvoiceNumber")
    );
    assert_eq!(
        fault("<?xml version=\"1.0\"?><a></a>"),
        EInvoiceFault::Missing("EInvoice")
    );
    assert_eq!(
        fault("<?xml version=\"1.0\"?><EInvoice>"),
        EInvoiceFault::Xml
    );
    let without = SAMPLE.replace("<TotalTaxAm>21.97</TotalTaxAm>", "");
    assert_eq!(fault(&without), EInvoiceFault::Missing("TotalTaxAm"));
    let red = SAMPLE.replace("191.00", "-191.00");
    assert_eq!(
        fault(&red),
        EInvoiceFault::Malformed("TotalTax-includedAmount")
    );
    let typed = SAMPLE.replace(
        "<EInvoice>",
        "<!DOCTYPE EInvoice [<!ENTITY a \"b\">]><EInvoice>",
    );
    assert_eq!(fault(&typed), EInvoiceFault::Xml);
    let entity = SAMPLE.replace("&amp;", "&a;");
    assert_eq!(fault(&entity), EInvoiceFault::Xml);
}
