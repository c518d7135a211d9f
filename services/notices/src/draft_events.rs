//! The letters about the rarer events in a paper's life.

use ledger_app::language::Language;
use ledger_app::notice::MaturitySide;
use ledger_app::notice_events::AgreementStep;
use ledger_app::notice_events::AgreementTold;
use ledger_app::notice_events::CorrectionStep;
use ledger_app::notice_events::CorrectionTold;
use ledger_app::notice_events::DayMoved;
use ledger_app::notice_events::FreezeStep;
use ledger_app::notice_events::FreezeTold;
use ledger_app::notice_events::OfferLapsed;
use ledger_app::notice_events::PaperEvent;
use ledger_app::notice_events::RecourseStep;
use ledger_app::notice_events::RecourseTold;
use ledger_app::notice_events::RedemptionStep;
use ledger_app::notice_events::RedemptionTold;

use crate::draft::Draft;
use crate::links::Links;
use crate::texts::MissingText;
use crate::texts::Value::Count;
use crate::texts::Value::Day;
use crate::texts::Value::Text;

/// Each of them.
pub(crate) fn of_events(
    event: &PaperEvent,
    language: Language,
    links: &Links,
) -> Result<Draft, MissingText> {
    match event {
        PaperEvent::Freeze(told) => of_freeze(told, language, links),
        PaperEvent::OfferLapsed(told) => of_lapse(told, language, links),
        PaperEvent::Agreement(told) => of_agreement(told, language, links),
        PaperEvent::Redemption(told) => of_redemption(told, language, links),
        PaperEvent::Recourse(told) => of_recourse(told, language, links),
        PaperEvent::Correction(told) => of_correction(told, language, links),
        PaperEvent::DayMoved(told) => of_move(told, language, links),
        PaperEvent::FreezeProposed(told) => {
            let name = if told.lifts {
                "freeze-lift-proposed"
            } else {
                "freeze-proposed"
            };
            let args = [
                ("who", Text(&told.maker)),
                ("reference", Text(&told.reference)),
            ];
            Draft::new(language, name, &args, "freezes", links.freezes())?
                .fact("authority", Text(&told.authority))?
                .fact("reference", Text(&told.reference))?
                .note("freeze-proposed")
        }
        PaperEvent::FreezeReturned(told) => {
            let args = [
                ("who", Text(&told.checker)),
                ("reference", Text(&told.reference)),
            ];
            Draft::new(
                language,
                "freeze-returned",
                &args,
                "freezes",
                links.freezes(),
            )?
            .fact("reference", Text(&told.reference))?
            .fact("reason", Text(&told.reason))
        }
    }
}

fn of_freeze(told: &FreezeTold, language: Language, links: &Links) -> Result<Draft, MissingText> {
    let name = match told.step {
        FreezeStep::Frozen => "freeze-frozen",
        FreezeStep::FrozenPledge => "freeze-pledge",
        FreezeStep::OfferOver => "freeze-offer-over",
        FreezeStep::Ended => "freeze-ended",
    };
    let args = [
        ("authority", Text(&told.authority)),
        ("reference", Text(&told.reference)),
    ];
    let mut draft = Draft::new(language, name, &args, "home", links.home())?;
    if told.step != FreezeStep::OfferOver {
        draft = draft
            .fact("authority", Text(&told.authority))?
            .fact("reference", Text(&told.reference))?
            .maybe("frozen-until", told.until.map(Day))?;
    }
    draft = draft.fact("fragments", Count(told.count))?;
    for one in &told.fragments {
        draft = draft
            .fragment(&one.fragment)?
            .fact("amount", Text(&one.amount))?;
    }
    match told.step {
        FreezeStep::Frozen | FreezeStep::FrozenPledge => draft.note(name),
        FreezeStep::OfferOver | FreezeStep::Ended => Ok(draft),
    }
}

fn of_lapse(told: &OfferLapsed, language: Language, links: &Links) -> Result<Draft, MissingText> {
    let name = if told.own {
        "offer-lapsed-own"
    } else {
        "offer-lapsed"
    };
    let args = [("who", Text(&told.other)), ("amount", Text(&told.amount))];
    Draft::new(language, name, &args, "home", links.home())?
        .fragment(&told.fragment)?
        .fact("amount", Text(&told.amount))
}

fn of_move(told: &DayMoved, language: Language, links: &Links) -> Result<Draft, MissingText> {
    let name = match told.side {
        MaturitySide::Obligor => "day-moved-obligor",
        MaturitySide::Holder => "day-moved-holder",
    };
    let args = [
        ("papers", Count(told.count)),
        ("amount", Text(&told.total)),
        ("from", Day(told.from)),
        ("to", Day(told.to)),
    ];
    let mut draft = Draft::new(language, name, &args, "home", links.home())?
        .fact("day-told", Day(told.from))?
        .fact("day-now", Day(told.to))?
        .fact("holiday-notice", Text(&told.source))?;
    for one in &told.papers {
        draft = draft.paper(&one.paper)?.fact("amount", Text(&one.amount))?;
    }
    let named = u32::try_from(told.papers.len()).unwrap_or(u32::MAX);
    let draft = draft.note("day-moved")?;
    if named < told.count {
        draft.note("several-more")
    } else {
        Ok(draft)
    }
}

fn of_agreement(
    told: &AgreementTold,
    language: Language,
    links: &Links,
) -> Result<Draft, MissingText> {
    let kind = if told.maturity.is_none() {
        "void"
    } else {
        "extend"
    };
    let step = match told.step {
        AgreementStep::Proposed => "proposed",
        AgreementStep::Asked => "asked",
        AgreementStep::Effective => "effective",
        AgreementStep::Declined => "declined",
        AgreementStep::Withdrawn => "withdrawn",
        AgreementStep::Lapsed => "lapsed",
    };
    let name = format!("agreement-{kind}-{step}");
    let args = [
        ("who", Text(&told.paper.obligor)),
        ("amount", Text(&told.amount)),
    ];
    let draft = Draft::new(language, &name, &args, "agreement", links.agreements())?
        .paper(&told.paper)?
        .fact("amount", Text(&told.amount))?
        .maybe("new-maturity", told.maturity.map(Day))?
        .maybe("new-due-date", told.due.map(Day))?
        .fact("reason", Text(&told.reason))?;
    match told.step {
        AgreementStep::Proposed | AgreementStep::Asked => draft
            .fact("sign-by", Day(told.until))?
            .note("agreement-asked"),
        _ => Ok(draft),
    }
}

fn of_redemption(
    told: &RedemptionTold,
    language: Language,
    links: &Links,
) -> Result<Draft, MissingText> {
    let name = match told.step {
        RedemptionStep::Proposed => "redemption-proposed",
        RedemptionStep::Offered => "redemption-offered",
        RedemptionStep::Accepted => "redemption-accepted",
        RedemptionStep::Paid => "redemption-paid",
        RedemptionStep::Redeemed => "redemption-redeemed",
        RedemptionStep::Released => "redemption-released",
        RedemptionStep::NotPaid => "redemption-not-paid",
    };
    let args = [
        ("who", Text(&told.paper.obligor)),
        ("amount", Text(&told.amount)),
    ];
    let rate = format!("{} %", told.percent);
    let draft = Draft::new(language, name, &args, "redemption", links.redemptions())?
        .paper(&told.paper)?
        .fact("amount", Text(&told.amount))?
        .fact("rebate-rate", Text(&rate))?
        .maybe("rebate", told.rebate.as_deref().map(Text))?
        .maybe("early-payment", told.payment.as_deref().map(Text))?
        .fact("payment-date", Day(told.pay_date))?
        .fact("due-on", Day(told.due))?;
    match told.step {
        RedemptionStep::Proposed | RedemptionStep::Offered => draft
            .fact("accept-by", Day(told.until))?
            .note("redemption-offered"),
        _ => Ok(draft),
    }
}

fn of_recourse(
    told: &RecourseTold,
    language: Language,
    links: &Links,
) -> Result<Draft, MissingText> {
    let name = match (told.step, told.own_claim) {
        (RecourseStep::Claimed, _) => "recourse-claimed",
        (RecourseStep::Withdrawn, _) => "recourse-withdrawn",
        (RecourseStep::Disputed, _) => "recourse-disputed",
        (RecourseStep::Agreed, _) => "recourse-agreed",
        (RecourseStep::Paid, true) => "recourse-paid-own",
        (RecourseStep::Paid, false) => "recourse-paid",
        (RecourseStep::Unpaid, true) => "recourse-unpaid-own",
        (RecourseStep::Unpaid, false) => "recourse-unpaid",
        (RecourseStep::Lapsed, _) => "recourse-lapsed",
    };
    let args = [
        ("who", Text(&told.other)),
        ("obligor", Text(&told.fragment.paper.obligor)),
    ];
    let draft = Draft::new(language, name, &args, "recourse", links.recourse())?
        .fragment(&told.fragment)?
        .maybe("amount", told.amount.as_deref().map(Text))?;
    let word = Some(told.word.as_str()).filter(|word| !word.is_empty());
    draft.maybe("reason", word.map(Text))
}

fn of_correction(
    told: &CorrectionTold,
    language: Language,
    links: &Links,
) -> Result<Draft, MissingText> {
    let name = match (told.step, told.gives_back) {
        (CorrectionStep::Proposed, true) => "correction-asked-back",
        (CorrectionStep::Proposed, false) => "correction-offered-back",
        (CorrectionStep::Withdrawn, _) => "correction-withdrawn",
        (CorrectionStep::Declined, _) => "correction-declined",
        (CorrectionStep::Effective, true) => "correction-given-back",
        (CorrectionStep::Effective, false) => "correction-taken-back",
    };
    let args = [("who", Text(&told.other)), ("amount", Text(&told.amount))];
    let word = Some(told.word.as_str()).filter(|word| !word.is_empty());
    Draft::new(language, name, &args, "corrections", links.corrections())?
        .fragment(&told.fragment)?
        .fact("amount", Text(&told.amount))?
        .fact("what-was-wrong", Text(&told.reason))?
        .maybe("reason", word.map(Text))
}
