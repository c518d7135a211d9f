//! The promise itself, as bytes.

use crate::act::IssueAct;
use crate::act::read_digests;
use crate::act::write_digests;
use crate::canonical::CanonicalError;
use crate::canonical::Reader;
use crate::canonical::Writer;
use crate::id::PartyId;
use crate::quote::read_currency;
use crate::terms::PaperTerms;

impl IssueAct {
    pub(crate) fn write(&self, w: &mut Writer) {
        w.text(&self.number);
        w.fixed(self.obligor.bytes());
        w.fixed(self.payee.bytes());
        w.fixed(&self.currency.code_bytes());
        w.date(self.maturity);
        w.date(self.due_date);
        w.text(&self.calendar);
        self.terms.write(w);
        write_digests(w, &self.payables);
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<IssueAct, CanonicalError> {
        Ok(IssueAct {
            number: r.text()?,
            obligor: PartyId::from_bytes(r.fixed()?),
            payee: PartyId::from_bytes(r.fixed()?),
            currency: read_currency(r)?,
            maturity: r.date()?,
            due_date: r.date()?,
            calendar: r.text()?,
            terms: PaperTerms::read(r)?,
            payables: read_digests(r)?,
        })
    }
}
