//! Who the supplier of a row is.

use crate::column_mapping::IdentityKind;
use crate::column_plan::Taken;
use crate::field::Field;
use crate::payable_row::SupplierIdentity;
use crate::payable_row::normalised_name;
use crate::record::CellKind;
use crate::row_checks::Check;
use crate::row_problem::ProblemCode;
use crate::uscc::UsccVerdict;
use crate::uscc::judge;

impl Check<'_> {
    pub(crate) fn uscc(&self) -> Option<String> {
        let mut taken = self.cell(Field::SupplierUscc)?;
        taken.text.make_ascii_uppercase();
        match judge(&taken.text) {
            UsccVerdict::Valid => {}
            UsccVerdict::WrongCheckDigit { expected } => {
                self.problem(&taken, ProblemCode::UsccCheckDigit, &expected.to_string());
            }
            UsccVerdict::Malformed => {
                self.problem(&taken, ProblemCode::UsccMalformed, "");
                return None;
            }
        }
        Some(taken.text)
    }

    pub(crate) fn identity(
        &self,
        uscc: Option<&String>,
        vendor_id: Option<&String>,
        name: Option<&String>,
    ) -> Option<SupplierIdentity> {
        let kinds = &self.mapping.supplier_identity;
        let found = kinds.iter().find_map(|kind| match kind {
            IdentityKind::Uscc => uscc.cloned().map(SupplierIdentity::Uscc),
            IdentityKind::VendorId => vendor_id.cloned().map(SupplierIdentity::VendorId),
            IdentityKind::Name => name
                .map(|name| normalised_name(name))
                .filter(|name| !name.is_empty())
                .map(SupplierIdentity::Name),
        });
        // A field that is filled but bad has been reported already; so has its row.
        if found.is_none() && kinds.iter().all(|kind| self.is_nameless(*kind)) {
            let columns = kinds
                .iter()
                .map(|kind| self.plan.take(self.record, kind.field()).column);
            let columns = columns.collect::<Vec<_>>().join(" / ");
            let taken = Taken {
                text: String::new(),
                kind: CellKind::Text,
                column: columns,
            };
            self.problem(&taken, ProblemCode::MissingSupplier, &taken.column);
        }
        found
    }

    /// Whether a field tells nothing: empty, or a name of punctuation alone.
    fn is_nameless(&self, kind: IdentityKind) -> bool {
        let text = self.plan.take(self.record, kind.field()).text;
        text.is_empty() || (kind == IdentityKind::Name && normalised_name(&text).is_empty())
    }
}
