//! The letters about trade documents.

use ledger_app::language::Language;
use ledger_app::notice::Notice;
use ledger_app::notice_documents::GoodsHandedOver;
use ledger_app::notice_documents::InvoiceOverdrawn;
use ledger_app::notice_documents::TrueUpWaiting;

use crate::draft::Draft;
use crate::draft::unwritten;
use crate::links::Links;
use crate::texts::Args;
use crate::texts::MissingText;
use crate::texts::Value::Text;

/// Price true-ups, invoices that carry too much, goods handed over.
pub(crate) fn of_documents(
    notice: &Notice,
    language: Language,
    links: &Links,
) -> Result<Draft, MissingText> {
    match notice {
        Notice::TrueUpWaiting(TrueUpWaiting {
            document,
            seller,
            invoice,
            amount,
        }) => {
            let args = [
                ("who", Text(seller)),
                ("document", Text(invoice)),
                ("amount", Text(amount)),
            ];
            begin(
                notice,
                language,
                &args,
                "document",
                links.document(document),
            )?
            .fact("supplier", Text(seller))?
            .fact("document", Text(invoice))?
            .fact("amount", Text(amount))
        }
        Notice::InvoiceOverdrawn(InvoiceOverdrawn {
            invoice,
            seller,
            over,
            document,
        }) => {
            let args = [
                ("who", Text(seller)),
                ("document", Text(invoice)),
                ("amount", Text(over)),
            ];
            begin(notice, language, &args, "documents", links.documents())?
                .fact("supplier", Text(seller))?
                .fact("document", Text(invoice))?
                .fact("changed-by", Text(document))?
                .fact("amount", Text(over))
        }
        Notice::GoodsHandedOver(GoodsHandedOver {
            document,
            carrier,
            number,
        }) => {
            let args = [("who", Text(carrier)), ("document", Text(number))];
            begin(notice, language, &args, "waybill", links.document(document))?
                .fact("document", Text(number))
        }
        other => Err(unwritten(other, language)),
    }
}

fn begin(
    notice: &Notice,
    language: Language,
    args: &Args<'_>,
    button: &str,
    href: String,
) -> Result<Draft, MissingText> {
    let name = notice.kind().replace('_', "-");
    Draft::new(language, &name, args, button, href)
}
