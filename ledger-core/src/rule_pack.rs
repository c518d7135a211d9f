//! Dated rules of the voucher profile, each with its article. What applied on a date never changes
//! afterwards, so that history replays under the rule of its day: a changed rule is a new pack.
//!
//! The packs are data of the law, not settings of an installation: a verifier far away has to judge
//! an old entry by the same numbers as the ledger that took it.

use chrono::NaiveDate;

use crate::amount::Amount;
use crate::article::Article;
use crate::article::FEES;
use crate::article::LICENCE;
use crate::article::PACKAGE_LIMIT;
use crate::article::PRACTICE;
use crate::article::REAL_TRADE;
use crate::article::REGISTRATION;
use crate::article::Rule;
use crate::article::SPLITTING;
use crate::article::TENOR;
use crate::currency::Currency;
use crate::fee::FeeKind;
use crate::party::PartyKind;
use crate::refusal::Refusal;
use crate::tenor::add_months;
use crate::terms::PaperTerms;

/// How far a purchase has to be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegistrationDuty {
    /// Nobody asks for it.
    None,
    /// The certificate's number must be on record before money is let go.
    BeforePayOut,
    /// That, and the entry that moves the fragment states the number.
    InJournal,
}

/// The rules of one stretch of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RulePack {
    /// First day on which it is in force.
    pub since: NaiveDate,
    /// What it is called.
    pub title: Article,
    /// Longest tenor in calendar months, month ends clamped: see [`RulePack::check_tenor`].
    pub tenor_months: Rule<u16>,
    /// Largest face of one paper in major units: see [`RulePack::maximum_face`].
    pub face_major: Rule<i64>,
    /// Deepest tier the terms of a paper may allow.
    pub maximum_tier: Rule<u16>,
    /// Into how many parts a paper may be cut at most: see [`RulePack::least_minimum`].
    pub maximum_parts: Option<Rule<i64>>,
    /// Smallest fragment whatever the terms say, in minor units.
    pub smallest_fragment: Rule<i64>,
    /// Whether issue and transfer must name a trade document.
    pub trade_document: Rule<bool>,
    /// Which kinds of party may discount.
    pub discounters: Rule<&'static [PartyKind]>,
    /// How far a purchase has to be registered.
    pub registration: Rule<RegistrationDuty>,
    /// Kinds of fees that may never fall on a holder.
    pub never_on_holder: Rule<&'static [FeeKind]>,
}

/// A day of the calendar, known when this is compiled.
const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(date) => date,
        None => NaiveDate::MIN,
    }
}

/// Before any rule named a term: a year was the market's habit.
const BEFORE: RulePack = RulePack {
    since: NaiveDate::MIN,
    title: PRACTICE,
    tenor_months: Rule {
        says: 12,
        article: PRACTICE,
    },
    face_major: Rule {
        says: 1_000_000_000,
        article: PACKAGE_LIMIT,
    },
    maximum_tier: Rule {
        says: 12,
        article: PRACTICE,
    },
    maximum_parts: None,
    smallest_fragment: Rule {
        says: 1,
        article: PACKAGE_LIMIT,
    },
    trade_document: Rule {
        says: true,
        article: PRACTICE,
    },
    discounters: Rule {
        says: &[PartyKind::FinanceProvider],
        article: LICENCE,
    },
    registration: Rule {
        says: RegistrationDuty::None,
        article: PRACTICE,
    },
    never_on_holder: Rule {
        says: &[],
        article: PRACTICE,
    },
};

/// 银发〔2025〕77号, on electronic receivable vouchers, in force 15 June 2025.
const NOTICE_77: RulePack = RulePack {
    since: day(2025, 6, 15),
    title: Article {
        en: "银发〔2025〕77号, in force 15 June 2025",
        zh: "银发〔2025〕77号,自2025年6月15日起施行",
    },
    tenor_months: Rule {
        says: 6,
        article: TENOR,
    },
    maximum_tier: Rule {
        says: 12,
        article: SPLITTING,
    },
    trade_document: Rule {
        says: true,
        article: REAL_TRADE,
    },
    registration: Rule {
        says: RegistrationDuty::BeforePayOut,
        article: REGISTRATION,
    },
    never_on_holder: Rule {
        says: &[FeeKind::Confirmation],
        article: FEES,
    },
    ..BEFORE
};

/// The same notice, kept more closely: from here on the number of parts is bounded at issue, and the
/// journal itself states the registration of every purchase, so that a verifier sees both. Journals
/// of earlier days were kept without, and stay valid.
const NOTICE_77_CLOSELY: RulePack = RulePack {
    since: day(2026, 12, 1),
    title: Article {
        en: "银发〔2025〕77号, with parts bounded at issue and registration in the journal",
        zh: "银发〔2025〕77号,开立时限定份数,登记证明编号记入账簿",
    },
    maximum_parts: Some(Rule {
        says: 10_000,
        article: SPLITTING,
    }),
    registration: Rule {
        says: RegistrationDuty::InJournal,
        article: REGISTRATION,
    },
    ..NOTICE_77
};

/// Every pack, oldest first.
pub const PACKS: &[RulePack] = &[BEFORE, NOTICE_77, NOTICE_77_CLOSELY];

impl RulePack {
    /// The pack in force on `date`.
    #[must_use]
    pub fn on(date: NaiveDate) -> RulePack {
        let in_force = PACKS.iter().rev().find(|pack| pack.since <= date);
        in_force.copied().unwrap_or(BEFORE)
    }

    /// Holds a maturity against the longest tenor. The maturity is the agreed one, before any
    /// holiday roll. This is the one rule on tenor: the law and the checks of payables both ask it.
    ///
    /// Our papers are receivable vouchers. 银发〔2025〕77号 art. 11 allows them six months in principle
    /// and never more than a year; above six months a reason has to be on record and the bank looks
    /// closer. An issue entry has no place for such a reason, so a paper of ours keeps to the six
    /// months that need none. (The State Council's briefing of 14 September 2026 announced six
    /// months as the longest; should a legal text set another number, it becomes a pack of its own
    /// date.) Commercial bills have six months too, under a rule of their own:
    /// 《商业汇票承兑、贴现与再贴现管理办法》 art. 25, in force since 1 January 2023.
    ///
    /// # Errors
    /// [`Refusal::TenorTooLong`].
    pub fn check_tenor(self, issued: NaiveDate, maturity: NaiveDate) -> Result<(), Refusal> {
        let longest = add_months(issued, u32::from(self.tenor_months.says));
        if longest.is_some_and(|longest| maturity <= longest) {
            return Ok(());
        }
        Err(Refusal::TenorTooLong {
            months: self.tenor_months.says,
            article: self.tenor_months.article,
        })
    }

    /// Holds a face against the largest one.
    ///
    /// # Errors
    /// [`Refusal::FaceTooLarge`].
    pub fn check_face(self, face: Amount, currency: Currency) -> Result<(), Refusal> {
        if face <= self.maximum_face(currency) {
            return Ok(());
        }
        Err(Refusal::FaceTooLarge {
            article: self.face_major.article,
        })
    }

    /// Largest face of one paper: the package limit of the national system, 1 bn yuan, taken as a
    /// number of major units for other currencies too.
    #[must_use]
    pub fn maximum_face(self, currency: Currency) -> Amount {
        let minor = 10_i64
            .checked_pow(u32::from(currency.exponent()))
            .and_then(|unit| unit.checked_mul(self.face_major.says));
        minor
            .and_then(|minor| Amount::from_minor(minor).ok())
            .unwrap_or(Amount::ZERO)
    }

    /// The smallest fragment that the terms of a paper of this face must set. No count of parts is
    /// kept on the way: fragments that are all of this size or more can't be more than the rule
    /// allows, however they are cut, so that the bound costs nothing where entries are posted.
    #[must_use]
    pub fn least_minimum(self, face: Amount) -> Amount {
        let bound = self.maximum_parts.map(|rule| {
            let up = face.minor().saturating_add(rule.says).saturating_sub(1);
            up.checked_div(rule.says).unwrap_or(i64::MAX)
        });
        let least = bound.unwrap_or(0).max(self.smallest_fragment.says);
        Amount::from_minor(least).unwrap_or(Amount::ZERO)
    }

    /// Holds the terms of a new paper against the rules on tiers and parts.
    ///
    /// # Errors
    /// [`Refusal::TooDeep`], [`Refusal::TooManyParts`].
    pub fn check_terms(self, face: Amount, terms: &PaperTerms) -> Result<(), Refusal> {
        if terms.maximum_tier > self.maximum_tier.says {
            return Err(Refusal::TooDeep(self.maximum_tier.says));
        }
        let least = self.least_minimum(face);
        match self.maximum_parts {
            Some(rule) if terms.minimum_fragment.max(smallest(self)) < least => {
                Err(Refusal::TooManyParts {
                    most: rule.says,
                    least,
                    article: rule.article,
                })
            }
            _ => Ok(()),
        }
    }

    /// Holds the kind of a party that would discount against the licence it needs.
    ///
    /// # Errors
    /// [`Refusal::NotLicensed`].
    pub fn check_discounter(self, kind: PartyKind) -> Result<(), Refusal> {
        if self.discounters.says.contains(&kind) {
            return Ok(());
        }
        Err(Refusal::NotLicensed {
            article: self.discounters.article,
        })
    }

    /// Holds one fee of a quote, by the stable words for its kind and payer, against the rule that
    /// keeps some away from holders.
    ///
    /// # Errors
    /// [`Refusal::FeeForbidden`].
    pub fn check_fee(self, kind: &str, payer: &str, amount: Amount) -> Result<(), Refusal> {
        let forbidden = FeeKind::from_code(kind)
            .is_some_and(|kind| self.never_on_holder.says.contains(&kind))
            && payer == "holder"
            && !amount.is_zero();
        if forbidden {
            return Err(Refusal::FeeForbidden {
                article: self.never_on_holder.article,
            });
        }
        Ok(())
    }

    /// Refuses to let money go, or a fragment move, for a purchase that is not registered.
    ///
    /// # Errors
    /// [`Refusal::NotRegistered`].
    pub fn check_registered(self, registered: bool) -> Result<(), Refusal> {
        if registered || self.registration.says == RegistrationDuty::None {
            return Ok(());
        }
        Err(Refusal::NotRegistered {
            article: self.registration.article,
        })
    }
}

fn smallest(pack: RulePack) -> Amount {
    Amount::from_minor(pack.smallest_fragment.says).unwrap_or(Amount::ZERO)
}
