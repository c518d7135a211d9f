//! Our published column set: English header names and their Chinese aliases.

use serde::Deserialize;
use serde::Serialize;

/// A field of a payable that a column can fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Unified social credit code of the supplier (GB 32100-2015).
    SupplierUscc,
    /// The obligor's own number of the supplier, for suppliers without a code.
    VendorId,
    /// Name of the supplier.
    SupplierName,
    /// The obligor's number of the payable; with the company code it is the idempotency key.
    PayableNo,
    /// Purchase order.
    PoNo,
    /// When the goods or services were accepted.
    AcceptanceDate,
    /// Invoice number.
    InvoiceNo,
    /// Invoice date.
    InvoiceDate,
    /// Total of the invoice with tax, where the payable may be a part of it only.
    InvoiceGross,
    /// Amount with tax, in major units of the currency.
    GrossAmount,
    /// ISO 4217 code.
    Currency,
    /// When it is to be paid.
    DueDate,
    /// The obligor's company that owes it.
    CompanyCode,
    /// Cost centre.
    CostCentre,
    /// Free text.
    Remark,
}

/// All fields in the order of the published columns.
pub const ALL: [Field; 15] = [
    Field::SupplierUscc,
    Field::VendorId,
    Field::SupplierName,
    Field::PayableNo,
    Field::PoNo,
    Field::AcceptanceDate,
    Field::InvoiceNo,
    Field::InvoiceDate,
    Field::InvoiceGross,
    Field::GrossAmount,
    Field::Currency,
    Field::DueDate,
    Field::CompanyCode,
    Field::CostCentre,
    Field::Remark,
];

impl Field {
    /// The published header name, also the key in a saved mapping.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Field::SupplierUscc => "supplier_uscc",
            Field::VendorId => "vendor_id",
            Field::SupplierName => "supplier_name",
            Field::PayableNo => "payable_no",
            Field::PoNo => "po_no",
            Field::AcceptanceDate => "acceptance_date",
            Field::InvoiceNo => "invoice_no",
            Field::InvoiceDate => "invoice_date",
            Field::InvoiceGross => "invoice_gross",
            Field::GrossAmount => "gross_amount",
            Field::Currency => "currency",
            Field::DueDate => "due_date",
            Field::CompanyCode => "company_code",
            Field::CostCentre => "cost_centre",
            Field::Remark => "remark",
        }
    }

    /// Chinese header names; the first is the one templates use.
    #[must_use]
    pub const fn names_zh(self) -> &'static [&'static str] {
        match self {
            Field::SupplierUscc => &["供应商统一社会信用代码", "统一社会信用代码"],
            Field::VendorId => &["供应商编码", "供应商编号"],
            Field::SupplierName => &["供应商名称", "供应商"],
            Field::PayableNo => &["应付单号", "应付账款编号"],
            Field::PoNo => &["采购订单号", "订单号"],
            Field::AcceptanceDate => &["验收日期"],
            Field::InvoiceNo => &["发票号码", "发票号"],
            Field::InvoiceDate => &["发票日期", "开票日期"],
            Field::InvoiceGross => &["发票总额", "发票价税合计"],
            Field::GrossAmount => &["含税金额", "价税合计"],
            Field::Currency => &["币种"],
            Field::DueDate => &["到期日", "付款到期日"],
            Field::CompanyCode => &["公司代码"],
            Field::CostCentre => &["成本中心"],
            Field::Remark => &["备注"],
        }
    }

    /// Longest value, in characters.
    #[must_use]
    pub const fn max_chars(self) -> usize {
        match self {
            Field::SupplierName => 200,
            Field::Remark => 500,
            Field::CompanyCode => 32,
            Field::SupplierUscc
            | Field::VendorId
            | Field::PayableNo
            | Field::PoNo
            | Field::AcceptanceDate
            | Field::InvoiceNo
            | Field::InvoiceDate
            | Field::InvoiceGross
            | Field::GrossAmount
            | Field::Currency
            | Field::DueDate
            | Field::CostCentre => 64,
        }
    }

    /// Whether a header text is one of the published names of this field. Case, spaces around it
    /// and a trailing required-mark (`*`) don't matter.
    #[must_use]
    pub fn is_named(self, header: &str) -> bool {
        let header = crate::record::trimmed(header);
        let header = crate::record::trimmed(header.trim_matches('*'));
        header.eq_ignore_ascii_case(self.name()) || self.names_zh().contains(&header)
    }
}
