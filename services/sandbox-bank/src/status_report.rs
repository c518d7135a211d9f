//! Answers to orders: pain.002 to a pain.001, pain.014 to a pain.013.

use crate::xml_out::{amount, around, cut, document, leaf, maybe_leaf};

/// The bank's answer to an order to pay.
const PAIN_002: &str = "pain.002.001.12";
/// The bank's answer to a request to pay.
const PAIN_014: &str = "pain.014.001.07";

/// What the bank says of one order.
#[derive(Debug, Clone)]
pub(crate) struct Report {
    pub(crate) message_id: String,
    pub(crate) message_name: String,
    /// Code and words, when nothing of the order was taken.
    pub(crate) refused: Option<(String, String)>,
    pub(crate) lines: Vec<Line>,
}

/// What the bank says of one payment.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) payment_information_id: String,
    pub(crate) instruction_id: Option<String>,
    pub(crate) end_to_end_id: String,
    pub(crate) status: String,
    pub(crate) reasons: Vec<(String, String)>,
    /// Of a request to pay: minor units and currency, where less is accepted than was asked.
    pub(crate) accepted: Option<(i64, String)>,
    pub(crate) servicer_ref: Option<String>,
}

impl Report {
    /// The words for a repetition.
    pub(crate) const REPEATED: &str = "a repetition: paid once, the status is that of the first";

    /// An order of which nothing was taken.
    pub(crate) fn refused(message_id: &str, message_name: &str, code: &str, text: &str) -> Report {
        Report {
            message_id: message_id.to_owned(),
            message_name: message_name.to_owned(),
            refused: Some((code.to_owned(), text.to_owned())),
            lines: Vec::new(),
        }
    }

    /// Says of every payment that it is told again.
    pub(crate) fn mark_repeated(&mut self) {
        for line in &mut self.lines {
            if !line.reasons.iter().any(|(code, _)| code == "AM05") {
                line.reasons
                    .push(("AM05".to_owned(), Report::REPEATED.to_owned()));
            }
        }
    }

    /// As pain.002.
    pub(crate) fn pain002(&self, own_id: &str, stamp: &str) -> String {
        self.write(PAIN_002, "CstmrPmtStsRpt", own_id, stamp)
    }

    /// As pain.014.
    pub(crate) fn pain014(&self, own_id: &str, stamp: &str) -> String {
        self.write(PAIN_014, "CdtrPmtActvtnReqStsRpt", own_id, stamp)
    }

    fn write(&self, message_name: &str, element: &str, own_id: &str, stamp: &str) -> String {
        let header = [
            leaf("MsgId", own_id),
            leaf("CreDtTm", stamp),
            around("InitgPty", &leaf("Nm", "Sandbox bank")),
        ]
        .concat();
        let group = [
            leaf("OrgnlMsgId", &self.message_id),
            leaf("OrgnlMsgNmId", &self.message_name),
            match self.lines.len() {
                0 => String::new(),
                count => leaf("OrgnlNbOfTxs", &count.to_string()),
            },
            leaf("GrpSts", self.group_status()),
            self.refused.iter().map(reason).collect(),
        ]
        .concat();
        let mut blocks = String::new();
        // Lines of one payment information block follow each other, as they did in the order.
        for block in self
            .lines
            .chunk_by(|a, b| a.payment_information_id == b.payment_information_id)
        {
            let id = block
                .first()
                .map_or("", |line| &line.payment_information_id);
            let lines: String = block.iter().map(Line::write).collect();
            let block = format!("{}{lines}", leaf("OrgnlPmtInfId", id));
            blocks.push_str(&around("OrgnlPmtInfAndSts", &block));
        }
        let body = [
            around("GrpHdr", &header),
            around("OrgnlGrpInfAndSts", &group),
            blocks,
        ]
        .concat();
        document(message_name, &around(element, &body))
    }

    fn group_status(&self) -> &str {
        if self.refused.is_some() {
            return "RJCT";
        }
        match self.lines.split_first() {
            Some((first, rest)) if rest.iter().all(|line| line.status == first.status) => {
                &first.status
            }
            _ => "PART",
        }
    }
}

impl Line {
    fn write(&self) -> String {
        let inside = [
            maybe_leaf("OrgnlInstrId", self.instruction_id.as_deref()),
            leaf("OrgnlEndToEndId", &self.end_to_end_id),
            leaf("TxSts", &self.status),
            self.reasons.iter().map(reason).collect(),
            self.accepted
                .as_ref()
                .map_or_else(String::new, |(minor, currency)| {
                    around("PmtCondSts", &amount("AccptdAmt", *minor, currency))
                }),
            maybe_leaf("AcctSvcrRef", self.servicer_ref.as_deref()),
        ]
        .concat();
        around("TxInfAndSts", &inside)
    }
}

fn reason((code, text): &(String, String)) -> String {
    let mut inside = around("Rsn", &leaf("Cd", code));
    if !text.is_empty() {
        inside.push_str(&leaf("AddtlInf", &cut(text, 105)));
    }
    around("StsRsnInf", &inside)
}
