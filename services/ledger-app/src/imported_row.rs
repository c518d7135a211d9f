//! Rows of a list of payables as plain data: what a door hands to
//! [`import_payables`](crate::import_payables) after it has read a file or a request.

use chrono::NaiveDate;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;
use ledger_core::id::ImportId;
use ledger_store::imports::ImportProblem;

/// What identifies the supplier of a row.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SupplierIdentity {
    /// Unified social credit code in capitals.
    Uscc(String),
    /// The obligor's vendor number.
    VendorId(String),
    /// A name.
    Name(String),
}

/// One payable that a file reader found good. Texts are trimmed, never empty where present.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedRow {
    /// Line of the file, 1-based, or place in the request.
    pub line: u64,
    /// SHA-256 over the content: tells the same row again from a changed one.
    pub digest: [u8; 32],
    /// Who is to be paid, by the strongest means the row has.
    pub supplier: SupplierIdentity,
    /// Unified social credit code in capitals.
    pub supplier_uscc: Option<String>,
    /// The obligor's vendor number.
    pub vendor_id: Option<String>,
    /// The supplier's name as written.
    pub supplier_name: Option<String>,
    /// The obligor's number of the payable.
    pub payable_no: String,
    /// Purchase order.
    pub po_no: Option<String>,
    /// When the goods were accepted.
    pub acceptance_date: Option<NaiveDate>,
    /// Invoice number.
    pub invoice_no: Option<String>,
    /// Invoice date.
    pub invoice_date: Option<NaiveDate>,
    /// Total of the invoice with tax, where the payable may be a part of it only.
    pub invoice_gross: Option<Amount>,
    /// Amount with tax, above zero.
    pub gross_amount: Amount,
    /// Its currency.
    pub currency: Currency,
    /// When it is to be paid.
    pub due_date: NaiveDate,
    /// The obligor's company, or empty.
    pub company_code: String,
    /// Cost centre.
    pub cost_centre: Option<String>,
    /// Free text.
    pub remark: Option<String>,
}

/// How far a problem goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weight {
    /// The row does not proceed.
    Refused,
    /// The row is kept out without being wrong: a credit note, a repetition.
    SetAside,
    /// The row proceeds; somebody should look.
    Warning,
}

/// Something wrong with one cell, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedProblem {
    /// Line of the file.
    pub line: u64,
    /// How far it goes.
    pub weight: Weight,
    /// Column of the file, or empty for the whole row.
    pub column: String,
    /// What stands there.
    pub value: String,
    /// Stable code.
    pub code: String,
    /// What to do, in English.
    pub what_to_do_en: String,
    /// What to do, in Chinese.
    pub what_to_do_zh: String,
}

/// Longest value kept with a problem, in characters.
const LONGEST_VALUE: usize = 240;

impl ImportedProblem {
    /// The record of it, as the `ordinal`-th problem of its row.
    #[must_use]
    pub fn record(&self, import: ImportId, ordinal: i32) -> ImportProblem {
        let clean = |text: &str| text.replace('\0', "").chars().take(LONGEST_VALUE).collect();
        ImportProblem {
            import,
            row_no: i64::try_from(self.line).unwrap_or(i64::MAX),
            ordinal,
            column_name: clean(&self.column),
            value: clean(&self.value),
            code: self.code.clone(),
            message_en: self.what_to_do_en.clone(),
            message_zh: self.what_to_do_zh.clone(),
        }
    }
}

macro_rules! load_problems {
    ($($(#[$doc:meta])* $name:ident $code:literal $column:literal $en:literal $zh:literal;)*) => {
        /// What can be wrong with a row that only the ledger can know.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum LoadProblem { $($(#[$doc])* $name),* }

        impl LoadProblem {
            /// Stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(LoadProblem::$name => $code),* }
            }

            /// Published column, English advice, Chinese advice.
            const fn words(self) -> (&'static str, &'static str, &'static str) {
                match self { $(LoadProblem::$name => ($column, $en, $zh)),* }
            }
        }
    };
}

load_problems! {
    /// Nobody on the platform is this supplier.
    UnknownSupplier "unknown_supplier" "supplier"
        "This supplier is not on the platform yet. Ask the operator to invite it, then hand the same file in again: what is loaded already stays as it is."
        "该供应商尚未加入平台。请联系平台运营方邀请其入驻，然后重新上传同一文件；已载入的行不受影响。";
    /// The name fits several.
    AmbiguousSupplier "supplier_ambiguous" "supplier"
        "Several suppliers bear this name. Give the unified social credit code."
        "有多家供应商使用该名称。请填写统一社会信用代码。";
    /// The party is an obligor, a bank, or somebody else who can't be a payee.
    NotASupplier "not_a_supplier" "supplier"
        "This party does not take part as a supplier. Check the code; papers are issued to suppliers only."
        "该单位不是以供应商身份入驻。请核对代码；凭证只能开立给供应商。";
    /// The number is on the list with other content.
    Changed "payable_changed" "payable_no"
        "This payable number was handed in before with other content. What stands on the list was kept. If the debt has changed, hand it in under a number of its own."
        "该应付单号此前已提交且内容不同，系统保留原内容。如债务有变更，请使用新的单号提交。";
    /// Nothing is owed.
    ZeroAmount "amount_zero" "gross_amount"
        "Nothing is owed in this row. Leave it out."
        "本行金额为零，请删除。";
    /// More is owed of the invoice than it is over, or no invoice is named.
    InvoiceGross "invoice_gross_not_possible" "invoice_gross"
        "The invoice's total can't be less than the amount of this row, and needs the invoice's number. Correct the cell, or leave it empty."
        "发票总额不得小于本行金额，且须填写发票号码。请更正或留空。";
    /// No number.
    NoNumber "missing_field" "payable_no"
        "Fill in payable_no."
        "请填写 payable_no。";
    /// A character that no text may hold.
    ControlCharacter "control_character" ""
        "A cell of this row holds an invisible character. Take it out."
        "本行单元格含不可见字符，请删除。";
}

impl LoadProblem {
    /// As a problem of `line`, about `value`.
    #[must_use]
    pub fn at(self, line: u64, value: String) -> ImportedProblem {
        let (column, en, zh) = self.words();
        ImportedProblem {
            line,
            weight: Weight::Refused,
            column: column.to_owned(),
            value,
            code: self.code().to_owned(),
            what_to_do_en: en.to_owned(),
            what_to_do_zh: zh.to_owned(),
        }
    }
}

impl ImportedRow {
    /// What a door's reader should have caught: one such row must not stop its neighbours in the
    /// database.
    pub(crate) fn fault(&self) -> Option<LoadProblem> {
        let texts = [
            Some(&self.payable_no),
            Some(&self.company_code),
            self.po_no.as_ref(),
            self.invoice_no.as_ref(),
            self.cost_centre.as_ref(),
            self.remark.as_ref(),
        ];
        if texts.into_iter().flatten().any(|text| text.contains('\0')) {
            Some(LoadProblem::ControlCharacter)
        } else if self.payable_no.is_empty() {
            Some(LoadProblem::NoNumber)
        } else if self.gross_amount.is_zero() {
            Some(LoadProblem::ZeroAmount)
        } else if self.invoice_gross.is_some_and(|gross| {
            gross < self.gross_amount || self.invoice_no.as_ref().is_none_or(String::is_empty)
        }) {
            Some(LoadProblem::InvoiceGross)
        } else {
            None
        }
    }
}
