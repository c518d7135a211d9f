//! Whether a paper may stand for a payable: the rules that can be told before anybody signs. The
//! law decides again when the paper is issued; these give each row its reason early.

use std::collections::BTreeMap;
use std::collections::HashMap;

use chrono::NaiveDate;
use ledger_core::calendar::Calendar;
use ledger_core::calendar::Roll;
use ledger_core::calendar_year::Standing;
use ledger_core::id::PartyId;
use ledger_core::id::PayableId;
use ledger_core::refusal::Refusal;
use ledger_core::rule_pack::RulePack;
use ledger_store::parties::Party;
use ledger_store::parties::PartyState;
use ledger_store::payables::Payable;

use crate::error::AppError;
use crate::supplier_clock;

/// A payable that no paper may be issued for now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedPayable {
    /// Which.
    pub payable: PayableId,
    /// The obligor's number of it; empty if it isn't on the caller's list.
    pub payable_no: String,
    /// Stable code.
    pub code: &'static str,
    /// What to do, in English; doors translate by code.
    pub message: String,
    /// The caller's own payables whose papers use the invoice, where that is the reason.
    pub used_by: Vec<UsedBy>,
}

/// One of the caller's own payables whose paper uses an invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedBy {
    /// The obligor's number of it.
    pub payable_no: String,
    /// Number of its paper; none while that waits for a checker.
    pub paper: Option<String>,
    /// How much of the invoice it uses, in words: `CNY 1,200,000.00`.
    pub amount: String,
}

impl RefusedPayable {
    pub(crate) fn of(payable: &Payable, code: &'static str, message: String) -> RefusedPayable {
        RefusedPayable {
            payable: payable.id,
            payable_no: payable.payable_no.clone(),
            code,
            message,
            used_by: Vec::new(),
        }
    }
}

/// Something to look at that stops nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum IssueWarning {
    /// The due date was moved by a table of holidays that is not final.
    CalendarProvisional,
    /// The list gives no day of acceptance.
    NoAcceptanceDate,
    /// A large obligor would pay a small or medium supplier later than 60 days after acceptance:
    /// the supplier's free choice and the cash alternative must be on record.
    SmeLongerThan60Days,
}

impl IssueWarning {
    /// Stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            IssueWarning::CalendarProvisional => "calendar_provisional",
            IssueWarning::NoAcceptanceDate => "no_acceptance_date",
            IssueWarning::SmeLongerThan60Days => "sme_longer_than_60_days",
        }
    }
}

/// How often each warning applies.
pub type IssueWarnings = BTreeMap<IssueWarning, u64>;

/// Refuses an obligor that may not issue at all.
///
/// # Errors
/// [`AppError::Invalid`] `obligor_not_active`, `issuance_blocked`, `paper_bank_code_missing`.
pub fn check_obligor(obligor: &Party) -> Result<(), AppError> {
    if obligor.state != PartyState::Active {
        return Err(AppError::invalid(
            "obligor_not_active",
            "your organisation does not take part at present",
        ));
    }
    if obligor.issuance_blocked {
        // 银发〔2025〕77号 art. 15.
        return Err(AppError::invalid(
            "issuance_blocked",
            "no new papers while a paper of yours is overdue; pay what is due first",
        ));
    }
    let code = &obligor.paper_bank_code;
    if code.len() != 12 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(AppError::invalid(
            "paper_bank_code_missing",
            "the operator has to enter the 12-digit code of your settlement bank first",
        ));
    }
    Ok(())
}

/// The rules of one day for one obligor.
#[derive(Debug)]
pub(crate) struct IssueRules<'a> {
    pub(crate) today: NaiveDate,
    pub(crate) calendar: &'a Calendar,
    pub(crate) obligor: &'a Party,
    pub(crate) suppliers: HashMap<PartyId, Party>,
}

impl IssueRules<'_> {
    /// The due date of a paper for `payable`: its promised date rolled to a business day.
    pub(crate) fn judge(
        &self,
        payable: &Payable,
        warnings: &mut IssueWarnings,
    ) -> Result<NaiveDate, RefusedPayable> {
        let refuse = |code, message: String| Err(RefusedPayable::of(payable, code, message));
        let by_law = |law: &Refusal| RefusedPayable::of(payable, law.code(), law.to_string());
        let Some(supplier) = self.suppliers.get(&payable.supplier) else {
            return Err(by_law(&Refusal::UnknownParty));
        };
        if supplier.state != PartyState::Active {
            return refuse(
                "supplier_not_active",
                "this supplier does not take part at present".to_owned(),
            );
        }
        let maturity = payable.due_date;
        if maturity <= self.today {
            return refuse(
                "past_due",
                format!("it was due on {maturity}; pay it in money"),
            );
        }
        let pack = RulePack::on(self.today);
        if let Err(too_long) = pack.check_tenor(self.today, maturity) {
            return Err(by_law(&too_long));
        }
        if let Err(too_large) = pack.check_face(payable.amount, payable.currency) {
            return Err(by_law(&too_large));
        }
        let due = match self.calendar.adjust(maturity, Roll::Following) {
            Ok(due) => due,
            Err(error) => return refuse(error.code(), error.to_string()),
        };
        for warning in self.warnings(payable, supplier, due) {
            let seen = warnings.entry(warning).or_default();
            *seen = seen.saturating_add(1);
        }
        Ok(due)
    }

    fn warnings(
        &self,
        payable: &Payable,
        supplier: &Party,
        due: NaiveDate,
    ) -> impl Iterator<Item = IssueWarning> {
        let provisional = [payable.due_date, due]
            .iter()
            .any(|day| self.calendar.standing(*day) == Ok(Standing::Provisional));
        let clock = supplier_clock::of_payables([payable], Some(self.today), self.calendar);
        let late = matches!(clock, Ok(Some(clock)) if due > clock.money_by);
        let runs = supplier_clock::clock_runs(self.obligor.size_class, supplier.size_class);
        [
            provisional.then_some(IssueWarning::CalendarProvisional),
            payable
                .acceptance_date
                .is_none()
                .then_some(IssueWarning::NoAcceptanceDate),
            (runs && late).then_some(IssueWarning::SmeLongerThan60Days),
        ]
        .into_iter()
        .flatten()
    }
}
