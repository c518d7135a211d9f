//! What customers ask for: pain.001 (pay) and pain.013 (be asked to pay), read into one order.

use chrono::NaiveDate;

use crate::money;
use crate::xml_in::{At, Message};

/// The order to pay that this bank takes.
pub(crate) const PAIN_001: &str = "pain.001.001.09";
/// The request to pay that this bank takes.
pub(crate) const PAIN_013: &str = "pain.013.001.07";

/// A party of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Party {
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) bank_code: Option<String>,
}

/// One payment of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OrderedPayment {
    pub(crate) payment_information_id: String,
    pub(crate) instruction_id: Option<String>,
    pub(crate) end_to_end_id: String,
    /// Minor units.
    pub(crate) amount: i64,
    pub(crate) currency: String,
    pub(crate) execution_date: NaiveDate,
    pub(crate) debtor: Party,
    pub(crate) creditor: Party,
    pub(crate) reference: Option<String>,
    pub(crate) lines: Vec<String>,
}

/// A message with its payments.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) message_id: String,
    pub(crate) message_name: &'static str,
    pub(crate) payments: Vec<OrderedPayment>,
}

/// An order that can't be taken at all.
#[derive(Debug, Clone)]
pub(crate) struct NotAnOrder {
    /// If even this is unreadable, there is nobody to write a status report to.
    pub(crate) message_id: Option<String>,
    /// ISO reason code.
    pub(crate) reason: &'static str,
    pub(crate) text: String,
}

/// Reads a pain.001.
pub(crate) fn read_pain001(body: &[u8]) -> Result<Order, NotAnOrder> {
    read(body, PAIN_001, "CstmrCdtTrfInitn", "CdtTrfTxInf")
}

/// Reads a pain.013.
pub(crate) fn read_pain013(body: &[u8]) -> Result<Order, NotAnOrder> {
    read(body, PAIN_013, "CdtrPmtActvtnReq", "CdtTrfTx")
}

fn read(
    body: &[u8],
    message_name: &'static str,
    element: &str,
    transaction: &str,
) -> Result<Order, NotAnOrder> {
    let nobody = |text| NotAnOrder {
        message_id: None,
        reason: "FF01",
        text,
    };
    let message = Message::read(body).map_err(nobody)?;
    let body = message.body(message_name, element).map_err(nobody)?;
    let header = body.one("GrpHdr").map_err(nobody)?;
    let message_id = header.say("MsgId", 35).map_err(nobody)?;
    let refuse = |reason, text| NotAnOrder {
        message_id: Some(message_id.to_owned()),
        reason,
        text,
    };
    let payments = payments(body, transaction).map_err(|text| refuse("FF01", text))?;
    let counted = header
        .say("NbOfTxs", 15)
        .map_err(|text| refuse("FF01", text))?;
    if counted.parse() != Ok(payments.len()) {
        let text = format!("NbOfTxs says {counted}, there are {}", payments.len());
        return Err(refuse("AM18", text));
    }
    let sum = header
        .maybe_say("CtrlSum", 20)
        .map_err(|text| refuse("FF01", text))?;
    if let Some(sum) = sum
        && money::shifted(sum, 5) != Some(control_sum(&payments))
    {
        return Err(refuse(
            "AM10",
            format!("CtrlSum says {sum}, which is not the sum"),
        ));
    }
    Ok(Order {
        message_id: message_id.to_owned(),
        message_name,
        payments,
    })
}

/// The sum of the written numbers in hundred-thousandths, whatever the currencies.
fn control_sum(payments: &[OrderedPayment]) -> i128 {
    payments
        .iter()
        .filter_map(|payment| {
            let places = money::places(&payment.currency)?;
            let scale = 10_i128.checked_pow(u32::try_from(5_usize.checked_sub(places)?).ok()?)?;
            i128::from(payment.amount).checked_mul(scale)
        })
        .fold(0, i128::saturating_add)
}

fn payments(body: At<'_>, transaction: &str) -> Result<Vec<OrderedPayment>, String> {
    let mut all = Vec::new();
    for block in body.each("PmtInf") {
        let debtor = party(block, "Dbtr")?;
        let date = block.one("ReqdExctnDt")?.say("Dt", 10)?;
        let execution_date = date
            .parse()
            .map_err(|_not_a_date| format!("ReqdExctnDt is no date: {date}"))?;
        let payment_information_id = block.say("PmtInfId", 35)?;
        for found in block.each(transaction) {
            let amount = found.one("Amt")?.one("InstdAmt")?;
            let (text, currency) = (amount.text(20)?, amount.currency()?);
            let ids = found.one("PmtId")?;
            let (reference, lines) = remittance(found)?;
            all.push(OrderedPayment {
                payment_information_id: payment_information_id.to_owned(),
                instruction_id: ids.maybe_say("InstrId", 35)?.map(str::to_owned),
                end_to_end_id: ids.say("EndToEndId", 35)?.to_owned(),
                amount: money::parse(text, currency)
                    .ok_or_else(|| format!("{text} is no amount of {currency}"))?,
                currency: currency.to_owned(),
                execution_date,
                debtor: debtor.clone(),
                creditor: party(found, "Cdtr")?,
                reference,
                lines,
            });
        }
    }
    if all.is_empty() {
        return Err("no transaction".to_owned());
    }
    Ok(all)
}

/// `Dbtr`, `DbtrAcct`, `DbtrAgt`, or the same of `Cdtr`.
fn party(holder: At<'_>, role: &str) -> Result<Party, String> {
    let id = holder.one(&format!("{role}Acct"))?.one("Id")?;
    let account = match id.maybe_say("IBAN", 34)? {
        Some(iban) => iban,
        None => id.one("Othr")?.say("Id", 34)?,
    };
    let bank_code = match holder.maybe(&format!("{role}Agt"))? {
        Some(agent) => {
            let institution = agent.one("FinInstnId")?;
            match institution.maybe_say("BICFI", 11)? {
                Some(bic) => Some(bic),
                None => match institution.maybe("ClrSysMmbId")? {
                    Some(member) => Some(member.say("MmbId", 35)?),
                    None => None,
                },
            }
        }
        None => None,
    };
    Ok(Party {
        name: holder.one(role)?.say("Nm", 140)?.to_owned(),
        account: account.to_owned(),
        bank_code: bank_code.map(str::to_owned),
    })
}

fn remittance(found: At<'_>) -> Result<(Option<String>, Vec<String>), String> {
    let Some(remittance) = found.maybe("RmtInf")? else {
        return Ok((None, Vec::new()));
    };
    let mut reference = None;
    for structured in remittance.each("Strd") {
        if let Some(creditor) = structured.maybe("CdtrRefInf")?
            && reference.is_none()
        {
            reference = creditor.maybe_say("Ref", 35)?.map(str::to_owned);
        }
    }
    let lines = remittance
        .each("Ustrd")
        .map(|line| line.text(140).map(str::to_owned))
        .collect::<Result<_, _>>()?;
    Ok((reference, lines))
}
