//! What a settlement run came to: the facts that have to be the same whatever went wrong on the
//! way, one a line.
//!
//! Left out, and why: numbers that are drawn from a sequence and moments of the clock, which a
//! failed attempt uses up too (numbers of rows, the bank's references, `attempts`,
//! `next_attempt_at`); the digest of the bank's messages, which carry the moment of their writing;
//! the message in which a payment went, for after a fault it may go with others; how many papers
//! one letter is about, for the same reason: each letter is taken as what it says about each paper.
//!
//! After a fault of the bank's own making the days on which entries were written are left out too: a
//! bank that keeps its news back until the next day's statement moves them. The days of what happened
//! (paid, due, in default, cured) stay in. So are the letters that tell an obligor it has not paid: it
//! is not asked while a recourse in its paper waits for the bank's word, and is told less often then.

use ledger_core::hash::sha256_of;
use postgres::Client;
use serde_json::Value;

use crate::failure::Context;
use crate::failure::Failure;

/// Facts that a bank moves by keeping its news back.
const ENTRY_DAY: &str = "entry of a day";

/// What a letter says.
const TOLD: &str = "told";

/// A letter that follows each time an obligor was asked in vain.
const ASKED_IN_VAIN: &str = " | unpaid_obligor | ";

/// What is compared in the platform's database: a name, and a query of one column of text.
const PLATFORM: &[(&str, &str)] = &[
    (
        "run",
        "SELECT concat_ws(' | ', p.number, r.round, r.state, r.due_date, r.cash, r.paid_on,
                          encode(r.sheet_digest, 'hex'), r.short_reason, r.interest_cash,
                          encode(r.interest_digest, 'hex'), r.set_aside, e.kind)
           FROM settlement_run r JOIN paper p ON p.id = r.paper_id
           LEFT JOIN entry e ON e.no = r.entry_no",
    ),
    (
        "paper",
        "SELECT concat_ws(' | ', number, state, paid, dishonoured, interest_asked, interest_paid)
           FROM paper",
    ),
    (
        "default",
        "SELECT concat_ws(' | ', p.number, d.recorded_on, d.owed, d.reason, d.cured_on,
                          (SELECT count(*) FROM dishonour_notice n WHERE n.paper_id = d.paper_id))
           FROM paper_default d JOIN paper p ON p.id = d.paper_id",
    ),
    (
        "stop",
        "SELECT concat_ws(' | ', obligor, since, paper_id, lifted_on) FROM issue_stop",
    ),
    (
        "instruction",
        "SELECT concat_ws(' | ', id, end_to_end_id, kind, debtor_account, creditor_account,
                          amount, currency, state, reason, business_date,
                          evidence IS NOT NULL, netted_in)
           FROM payment_instruction",
    ),
    (
        "booking known",
        "SELECT concat_ws(' | ', account, end_to_end_id, direction, amount, currency,
                          booking_date, reversal)
           FROM statement_entry",
    ),
    (
        "statement known",
        "SELECT concat_ws(' | ', account, day, opening, closing, currency) FROM statement_balance",
    ),
    (
        "task",
        "SELECT concat_ws(' | ', kind, subject, code, closed_at IS NULL) FROM operator_task",
    ),
    (
        "entries",
        "SELECT concat_ws(' | ', p.number, e.kind, count(*))
           FROM entry e LEFT JOIN paper p ON p.no = e.paper GROUP BY p.number, e.kind",
    ),
    (
        ENTRY_DAY,
        "SELECT concat_ws(' | ', p.number, e.kind, e.date, count(*))
           FROM entry e LEFT JOIN paper p ON p.no = e.paper GROUP BY p.number, e.kind, e.date",
    ),
    (
        "live",
        "SELECT concat_ws(' | ', p.number, l.lo, l.hi, l.holder, l.state)
           FROM live_fragment_now l JOIN paper p ON p.no = l.paper",
    ),
    (
        "limit",
        "SELECT concat_ws(' | ', owner, paper, lo, hi, amount, state) FROM limit_use",
    ),
];

/// What is compared in the bank's books.
const BANK: &[(&str, &str)] = &[
    (
        "account",
        "SELECT concat_ws(' | ', id, balance, closed) FROM sandbox_bank.account",
    ),
    (
        "payment",
        "SELECT concat_ws(' | ', debtor_account, end_to_end_id, creditor_account, amount,
                          currency, status, reason, returned)
           FROM sandbox_bank.payment",
    ),
    (
        "booked",
        "SELECT concat_ws(' | ', b.account, b.side, p.end_to_end_id, b.amount, b.currency,
                          b.booked_on, b.return_reason)
           FROM sandbox_bank.booking b LEFT JOIN sandbox_bank.payment p ON p.id = b.payment",
    ),
];

/// The letters that wait in the outbox or went out of it.
const LETTERS: &str = "SELECT payload::text FROM outbox";

/// The facts, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outcome(Vec<String>);

impl Outcome {
    /// Reads the facts from both databases; `verified` is what `platform verify` said.
    pub(crate) fn read(
        platform: &mut Client,
        bank: &mut Client,
        verified: &str,
    ) -> Result<Outcome, Failure> {
        let mut facts = vec![verified.to_owned()];
        for (client, queries) in [(&mut *platform, PLATFORM), (bank, BANK)] {
            for (name, query) in queries {
                let rows = client.query(*query, &[]).doing(name)?;
                facts.extend(rows.iter().map(|row| {
                    let text: String = row.get(0);
                    format!("{name}: {text}")
                }));
            }
        }
        for row in platform.query(LETTERS, &[]).doing("letters")? {
            let payload: String = row.get(0);
            let payload = serde_json::from_str(&payload).doing("letter")?;
            facts.extend(told(&payload));
        }
        facts.sort();
        Ok(Outcome(facts))
    }

    /// An outcome that never came to rest.
    pub(crate) fn stuck(&self, day: &str) -> Outcome {
        let mut facts = self.0.clone();
        facts.push(format!("NEVER AT REST on {day}"));
        Outcome(facts)
    }

    /// One line that stands for all of them.
    pub(crate) fn digest(&self) -> String {
        hex::encode(sha256_of(self.0.join("\n").as_bytes()))
    }

    /// How many facts.
    pub(crate) const fn facts(&self) -> usize {
        self.0.len()
    }

    /// All of them, for a person.
    pub(crate) fn all(&self) -> String {
        self.0.join("\n")
    }

    /// The same without the days on which entries were written, and without the letters of which there
    /// are as many as days on which somebody was asked.
    pub(crate) fn whenever(&self) -> Outcome {
        let is_moved = |fact: &String| {
            fact.starts_with(ENTRY_DAY) || (fact.starts_with(TOLD) && fact.contains(ASKED_IN_VAIN))
        };
        let facts = self.0.iter().filter(|fact| !is_moved(fact));
        Outcome(facts.cloned().collect())
    }

    /// How many facts begin so and hold that.
    pub(crate) fn count(&self, name: &str, holding: &str) -> usize {
        let of = self.0.iter().filter(|fact| fact.starts_with(name));
        of.filter(|fact| fact.contains(holding)).count()
    }

    /// What is missing here and what is here beyond the other, each fact as often as it is.
    pub(crate) fn differences(&self, expected: &Outcome) -> Vec<String> {
        let mut missing = expected.0.clone();
        let mut found = Vec::new();
        for fact in &self.0 {
            match missing.iter().position(|other| other == fact) {
                Some(place) => drop(missing.remove(place)),
                None => found.push(format!("+ {fact}")),
            }
        }
        let missing = missing.into_iter().map(|fact| format!("- {fact}"));
        missing.chain(found).collect()
    }
}

/// Text at a place in a letter, or nothing.
fn at<'v>(value: &'v Value, place: &str) -> &'v str {
    let found = value.pointer(place);
    found.and_then(Value::as_str).unwrap_or_default()
}

/// What a letter tells, once for each paper it names.
fn told(payload: &Value) -> Vec<String> {
    let to = at(payload, "/to/email");
    let tell = |topic: &str, of: &Value, amount: &str| {
        format!(
            "{TOLD}: {to} | {topic} | {} | {}",
            at(of, "/paper/number"),
            at(of, amount)
        )
    };
    let Some(notice) = payload.get("notice") else {
        return Vec::new();
    };
    let alone = |topic: &str, amount: &str| vec![tell(topic, notice, amount)];
    match at(notice, "/kind") {
        "several_papers" => {
            let papers = notice.get("papers").and_then(Value::as_array);
            let papers = papers.into_iter().flatten();
            papers
                .map(|one| tell(at(notice, "/topic"), one, "/amount"))
                .collect()
        }
        "maturity_ahead" => alone(&format!("ahead_{}", at(notice, "/side")), "/amount"),
        "settlement_credited" => alone("credited", "/amount"),
        "settlement_completed" => alone("completed", "/face"),
        kind => alone(kind, "/amount"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn outcome(facts: &[&str]) -> Outcome {
        Outcome(facts.iter().map(|fact| (*fact).to_owned()).collect())
    }

    #[test]
    fn a_fact_that_is_there_twice_is_a_difference_and_so_is_one_that_is_missing() {
        let expected = outcome(&["booked: a", "booked: b"]);
        assert!(expected.differences(&expected).is_empty());
        let twice = outcome(&["booked: a", "booked: a", "booked: b"]);
        assert_eq!(twice.differences(&expected), ["+ booked: a"]);
        let missing = outcome(&["booked: a"]);
        assert_eq!(missing.differences(&expected), ["- booked: b"]);
        assert_ne!(twice.digest(), expected.digest());
        assert_ne!(expected.stuck("a day").digest(), expected.digest());
    }

    #[test]
    fn what_a_late_word_of_the_bank_moves_may_be_left_out_and_no_more() {
        let (early, late) = (
            "entry of a day: 1 | 34 | 2026-06-05",
            "entry of a day: 1 | 34 | 2026-06-08",
        );
        let (early, late) = (outcome(&["paper: 1", early]), outcome(&["paper: 1", late]));
        assert_eq!(late.differences(&early).len(), 2);
        assert!(late.whenever().differences(&early.whenever()).is_empty());
        let asked_once_more = outcome(&["paper: 1", "told: a@b | unpaid_obligor | 1 | CNY 1.00"]);
        let (once, twice) = (early.whenever(), asked_once_more.whenever());
        assert!(twice.differences(&once).is_empty());
        let other = outcome(&["paper: 2"]);
        assert!(!other.whenever().differences(&early.whenever()).is_empty());
    }

    #[test]
    fn one_letter_about_two_papers_tells_what_two_letters_do() {
        let to = json!({"email": "a@b"});
        let alone = |number: &str| {
            told(&json!({"to": to, "notice": {"kind": "settlement_credited",
                "paper": {"number": number}, "amount": "CNY 1.00"}}))
        };
        let both = told(&json!({"to": to, "notice": {"kind": "several_papers",
            "topic": "credited", "papers": [
                {"paper": {"number": "1"}, "amount": "CNY 1.00"},
                {"paper": {"number": "2"}, "amount": "CNY 1.00"}]}}));
        assert_eq!(both, [alone("1"), alone("2")].concat());
    }
}
