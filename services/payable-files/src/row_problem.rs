//! What is wrong with a row, and what to do about it, in both languages.

use serde::Serialize;

/// How far a problem goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The row is refused.
    Refused,
    /// The row is kept out without being wrong: a credit note, a repetition.
    SetAside,
    /// The row goes ahead; somebody should look.
    Warning,
}

/// One thing wrong in one row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowProblem {
    /// Line of the file, 1-based, the header counted.
    pub row: u64,
    /// The column as the file's header has it; the field's published name if it has none.
    pub column: String,
    /// What stood there, cut to 80 characters.
    pub value: String,
    /// The kind.
    pub code: ProblemCode,
    /// Advice in English.
    pub what_to_do_en: String,
    /// Advice in Chinese.
    pub what_to_do_zh: String,
}

impl RowProblem {
    /// Makes one; `detail` fills the advice's gap (a row number, a format, a limit).
    #[must_use]
    pub fn new(row: u64, column: &str, value: &str, code: ProblemCode, detail: &str) -> RowProblem {
        let (english, chinese) = code.advice();
        RowProblem {
            row,
            column: column.to_owned(),
            value: value.chars().take(80).collect(),
            code,
            what_to_do_en: english.replace("{}", detail),
            what_to_do_zh: chinese.replace("{}", detail),
        }
    }
}

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $name:ident $code:literal $severity:ident $en:literal $zh:literal;)*) => {
        /// The kinds of problem. The text of a code never changes once published.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        pub enum ProblemCode {$(
            $(#[$doc])*
            #[serde(rename = $code)]
            $name,
        )*}

        impl ProblemCode {
            /// All codes, in order.
            pub const ALL: &'static [ProblemCode] = &[$(ProblemCode::$name,)*];

            /// The stable code.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {$(ProblemCode::$name => $code,)*}
            }

            /// How far it goes.
            #[must_use]
            pub const fn severity(self) -> Severity {
                match self {$(ProblemCode::$name => Severity::$severity,)*}
            }

            /// What to do, English and Chinese, `{}` standing for the detail.
            const fn advice(self) -> (&'static str, &'static str) {
                match self {$(ProblemCode::$name => ($en, $zh),)*}
            }
        }
    };
}

problem_codes! {
    /// More or fewer fields than the header: the columns can't be trusted.
    FieldCount "field_count" Refused
        "The header has {} fields, this row another number. Look for a missing or surplus separator or quotation mark."
        "表头有 {} 列，本行列数不同。请检查是否缺少或多出分隔符、引号。";
    /// Characters that could not be decoded.
    InvalidEncoding "invalid_encoding" Refused
        "Characters of this cell can't be read. Save the file as UTF-8 or GB18030 and hand it in again."
        "单元格含无法识别的字符。请将文件另存为 UTF-8 或 GB18030 后重新上传。";
    /// A workbook error value.
    CellError "cell_error" Refused
        "The workbook cell holds an error. Correct its formula."
        "单元格为错误值。请修正公式后重新上传。";
    /// Line ends, tabs or invisible characters.
    ControlCharacter "control_character" Refused
        "The cell holds a line end, a tab or an invisible character. Take it out."
        "单元格含换行、制表符或不可见字符。请删除。";
    /// Beyond the field's length.
    TextTooLong "text_too_long" Refused
        "The text is longer than {} characters. Shorten it."
        "文本超过 {} 个字符。请缩短。";
    /// A long number kept as a workbook number: its last digits are lost.
    NumberPrecisionLost "number_precision_lost" Refused
        "Excel keeps only 15 digits of a number. Format the column as text and enter the number again."
        "Excel 数值仅保留 15 位有效数字。请将该列设为文本格式后重新录入。";
    /// A required field is empty.
    MissingField "missing_field" Refused
        "Fill in {}."
        "请填写 {}。";
    /// Nothing identifies the supplier.
    MissingSupplier "missing_supplier" Refused
        "Nothing says who the supplier is. Fill in {}."
        "缺少供应商标识。请填写 {}。";
    /// Not a credit code.
    UsccMalformed "uscc_malformed" Refused
        "A unified social credit code has 18 digits and capitals without I, O, S, V and Z."
        "统一社会信用代码为 18 位数字或大写字母（不含 I、O、S、V、Z）。请核对。";
    /// The credit code's check digit is wrong; some real registrations violate the rule.
    UsccCheckDigit "uscc_check_digit" Warning
        "By the standard the last character would be {}. Compare with the business licence; some genuine codes differ."
        "按国家标准末位应为 {}。请与营业执照核对；个别真实代码不符合校验规则。";
    /// Not a currency.
    CurrencyUnknown "currency_unknown" Refused
        "Use a three-letter ISO 4217 code such as CNY."
        "请使用三位 ISO 4217 币种代码，例如 CNY。";
    /// Not a number.
    AmountNotANumber "amount_not_a_number" Refused
        "Write digits with an optional decimal sign, such as 1234.50, without exponent or currency sign. Thousands separators must be declared in the mapping."
        "请仅填写数字和小数点，例如 1234.50，不得使用科学计数法或货币符号；千位分隔符须在列映射中声明。";
    /// More places than the currency has.
    AmountTooManyDecimals "amount_too_many_decimals" Refused
        "This currency has {} decimal places. Amounts are not rounded on the way in."
        "该币种小数位数为 {} 位。系统导入时不做四舍五入，请修正金额。";
    /// More than the ledger takes.
    AmountTooLarge "amount_too_large" Refused
        "The amount is larger than the ledger takes (10,000,000,000.00)."
        "金额超过账本上限（10,000,000,000.00）。";
    /// Nothing owed.
    AmountZero "amount_zero" Refused
        "Nothing is owed in this row. Leave it out."
        "本行金额为零，请删除。";
    /// The invoice is said to be over less than is owed of it.
    InvoiceGrossTooSmall "invoice_gross_too_small" Refused
        "The invoice's total can't be less than the amount of this row. Correct one of them, or leave the total empty."
        "发票总额不得小于本行金额。请更正其中一项，或将发票总额留空。";
    /// A negative amount.
    CreditNote "credit_note" SetAside
        "A negative amount is a credit note, not a payable. Treasury nets it against a payable of the same supplier."
        "负数金额为贷项通知单（红字），不是应付账款，请由资金部门与同一供应商的应付账款冲抵。";
    /// Not a date.
    DateInvalid "date_invalid" Refused
        "This is no date in a format of the mapping. Write for example 2026-03-31, without a time of day."
        "日期无效或格式不在列映射内。请写成 2026-03-31 的形式，不带时间。";
    /// Day or month first?
    DateAmbiguous "date_ambiguous" Refused
        "Day and month can't be told apart here. Name the date format in the mapping, or write 2026-03-31."
        "无法区分日与月。请在列映射中指定日期格式，或写成 2026-03-31 的形式。";
    /// A year out of reach.
    DateOutOfRange "date_out_of_range" Refused
        "The year must lie between 1990 and 2099."
        "年份须在 1990 至 2099 之间。";
    /// Due before it was invoiced.
    DueBeforeInvoice "due_before_invoice" Refused
        "The due date lies before the invoice date {}. Correct one of them."
        "到期日早于发票日期 {}，请更正。";
    /// No acceptance, or marked as paid in advance.
    Prepayment "prepayment" Refused
        "No paper may be issued on a prepayment. Hand the row in once the goods are accepted, with the acceptance date."
        "预付款不得开立凭证。请在验收后填写验收日期再提交。";
    /// The number stands for something else above.
    PayableNoReused "payable_no_reused" Refused
        "Row {} uses this payable number with other content. Give each payable its own number."
        "第 {} 行已使用该应付单号且内容不同。每笔应付账款须有唯一单号。";
    /// The same row again.
    RepeatedRow "repeated_row" SetAside
        "The same as row {}; taken once. Nothing to do."
        "与第 {} 行完全相同，只取一次，无需处理。";
    /// Same supplier, amount, invoice and dates under another number.
    PossibleDuplicate "possible_duplicate" Warning
        "Supplier, amount, invoice and dates are those of row {} under another number. Make sure it is not owed twice."
        "供应商、金额、发票和日期与第 {} 行相同但单号不同。请确认未重复入账。";
}
