//! Seeded simulation: parties who try everything, lawful or not, against the small model. After
//! every step the model and the ledger agree unit by unit, and a refusal has changed nothing.

use std::collections::HashMap;

use chrono::Duration;
use ledger_core::act::Act;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentRef;
use ledger_core::fragment::FragmentState;
use ledger_core::fragment::Side;
use ledger_core::paper::PaperState;
use ledger_core::payment_terms::EarlyRedemption;
use ledger_core::redemption::RedemptionOffer;
use ledger_core::tiling::tiles;

use crate::events::freeze;
use crate::simulation_model::*;
use crate::simulation_plan::Dice;
use crate::simulation_plan::plan;
use crate::simulation_plan::tag_of;
use crate::support::*;
use crate::verify::verify;
use crate::write_offs::write_off;

const SEEDS: u64 = 2_000;
const STEPS: usize = 40;

/// A piece of the model and the ledger's fragment for it, living or spent.
#[derive(Clone, Copy)]
struct Known {
    tag: u8,
    piece: usize,
    fragment: Fragment,
}

struct Play {
    dice: Dice,
    book: Keeper,
    world: World,
    papers: HashMap<u8, ModelPaper>,
    known: Vec<Known>,
    receipts: HashMap<u8, Vec<i64>>,
    /// What each holder of each paper has received.
    received: HashMap<(u8, u8), i64>,
    lawful: usize,
    refused: usize,
    written_off: usize,
    joined: usize,
}

impl Play {
    fn new(seed: u64, opened: &Keeper) -> Play {
        let mut stage = Play {
            dice: Dice(seed),
            book: opened.clone(),
            world: World {
                book: BOOK,
                obligor: [OBLIGOR, CHECKER],
                suppliers: SUPPLIERS,
                banks: BANKS,
                next_piece: 0,
            },
            papers: HashMap::new(),
            known: Vec::new(),
            receipts: HashMap::new(),
            received: HashMap::new(),
            lawful: 0,
            refused: 0,
            written_off: 0,
            joined: 0,
        };
        for tag in [0xa0, 0xa1] {
            stage.issue(tag);
        }
        stage
    }

    fn issue(&mut self, tag: u8) {
        let face = 1 + self.dice.roll(24);
        let smallest = self.dice.roll(3);
        let (face_minor, smallest) = (
            i64::try_from(face).unwrap(),
            i64::try_from(smallest).unwrap(),
        );
        let mut entry = self.book.issue_entry(tag, face_minor);
        let due = self.book.today + Duration::days(2);
        if let Act::Issue(issue) = &mut entry.act {
            (issue.maturity, issue.due_date) = (due, due);
            issue.terms.minimum_fragment = amount(smallest);
            issue.terms.payment.early_redemption = EarlyRedemption::EqualTerms;
        }
        let sealed = sign(entry, &[OBLIGOR, CHECKER]);
        let fragment = self.book.post(sealed).unwrap().left.unwrap();
        let paper = self.world.issue(face, due, smallest);
        let piece = paper.units[0].piece;
        self.papers.insert(tag, paper);
        self.known.push(Known {
            tag,
            piece,
            fragment,
        });
    }

    fn step(&mut self) {
        let before = self.book.ledger.clone();
        let posted = match self.dice.roll(20) {
            0 => {
                let later = self.book.today + Duration::days(1);
                self.book.go_to(later);
                return;
            }
            1 => self.replay(),
            2 | 3 => self.settle(),
            4 | 5
                if self
                    .papers
                    .values()
                    .any(|paper| paper.due < self.book.today) =>
            {
                self.default()
            }
            _ => self.try_verb(),
        };
        if posted {
            self.lawful += 1;
        } else {
            self.refused += 1;
            assert!(self.book.ledger == before, "a refusal changed something");
        }
        self.compare();
    }

    /// The same entry twice.
    fn replay(&mut self) -> bool {
        let old = self.dice.roll(self.book.journal.len());
        let sealed = self.book.journal[old].clone();
        // Facts about a party may be noted again; nothing that moves money may.
        if sealed.entry().paper.is_none() {
            return false;
        }
        assert!(self.book.post(sealed).is_err(), "a replayed entry passed");
        false
    }

    fn settle(&mut self) -> bool {
        let tag = self.dice.pick(&[0xa0, 0xa1]);
        let held = self.book.ledger.paper(paper(tag)).unwrap();
        let (whole, face) = (held.face.minor(), held.payable_at_maturity().minor());
        let receipts = self.receipts.entry(tag).or_default();
        let before: i64 = receipts.iter().sum();
        let cash = match self.dice.roll(4) {
            0 => face - before,
            1 => face - before + 1,
            _ => i64::try_from(self.dice.roll(6)).unwrap(),
        };
        let by = if self.dice.one_in(5) { OBLIGOR } else { BOOK };
        let model = self.papers.get_mut(&tag).unwrap();
        let expected = self.world.settle(model, before + cash, by, self.book.today);
        let (entry, sheet) = if expected {
            let (entry, sheet) = self.book.settle_entry(paper(tag), receipts, cash);
            (entry, Some(sheet))
        } else {
            let sheet = ledger_core::hash::SheetDigest::from_bytes([1; 32]);
            let cash_total = amount(before + cash);
            let act = Act::Settle {
                cash_total,
                sheet,
                evidence: evidence(1),
            };
            let mut entry = self.book.entry(Some(paper(tag)), None, act);
            (entry.cut.mid, entry.cut.hi) = (whole, whole);
            (entry, None)
        };
        let n = self.book.journal.len();
        let got = self.book.post(sign(entry, &[by]));
        assert_eq!(got.is_ok(), expected, "settle {cash} of {face}: {got:?}");
        if let Some(sheet) = sheet {
            let paid: i64 = sheet.credits().iter().map(|c| c.amount.minor()).sum();
            assert_eq!(paid, cash, "clearing pays exactly the cash");
            self.book
                .sheets
                .push((n, paper(tag), sheet.canonical_bytes()));
            receipts.push(cash);
            for credit in sheet.credits() {
                let pair = (tag, tag_of(credit.holder));
                *self.received.entry(pair).or_default() += credit.amount.minor();
            }
        }
        expected
    }

    fn default(&mut self) -> bool {
        let tag = self.dice.pick(&[0xa0, 0xa1]);
        let by = if self.dice.one_in(5) { OBLIGOR } else { BOOK };
        let owed = self.book.ledger.paper(paper(tag)).unwrap().owed().minor();
        let model = self.papers.get_mut(&tag).unwrap();
        let expected = model.default((by, BOOK), self.book.today);
        let entry = self.book.default_entry(tag, owed.max(1));
        let got = self.book.post(sign(entry, &[by]));
        assert_eq!(got.is_ok(), expected, "default: {got:?}");
        expected
    }

    /// What is owed on a fragment: nobody passes anything on once cash has come, so that each holder's
    /// receipts lie evenly on what it has.
    fn owed(&self, fragment: &Fragment) -> i64 {
        let same = |f: &&Fragment| f.paper == fragment.paper && f.holder == fragment.holder;
        let units_of = |f: &Fragment| f.range.amount().minor();
        let own = || self.book.ledger.fragments().filter(same);
        let whole: i64 = own().map(units_of).sum();
        let below = own().filter(|f| f.range.lo() < fragment.range.lo());
        let below: i64 = below.map(units_of).sum();
        let tag = fragment.paper.bytes()[0];
        let pair = (tag, tag_of(fragment.holder));
        let received = self.received.get(&pair).copied().unwrap_or(0);
        let units = fragment.range.amount().minor();
        let up_to = |units: i64| units * received / whole.max(1);
        units - (up_to(below + units) - up_to(below))
    }

    fn try_verb(&mut self) -> bool {
        // Mostly a living piece, now and then one that is long spent.
        let living: Vec<Known> = self
            .known
            .iter()
            .copied()
            .filter(|k| self.lives(k))
            .collect();
        let known = if living.is_empty() || self.dice.one_in(8) {
            self.dice.pick(&self.known)
        } else {
            self.dice.pick(&living)
        };
        let mut attempt = plan(
            &mut self.dice,
            &known.fragment,
            known.piece,
            self.book.today,
        );
        // In default, holders come to think of writing off.
        if self.papers[&known.tag].defaulted && self.dice.one_in(3) {
            attempt.verb = Verb::WriteOff;
            attempt.take = known.fragment.range.amount().minor();
            attempt.by.1 = None;
        }
        if self.dice.one_in(6) {
            self.plan_join(&known, &mut attempt);
        }
        attempt.owed = self.owed(&known.fragment);
        let entry = self.entry_of(known.fragment, attempt);
        let mut sealed = match attempt.by {
            (holder, None) if attempt.verb == Verb::Redeem => {
                let [maker, checker] = attempt.offered_by;
                sign(entry, &[maker, checker, holder])
            }
            (first, None) => sign(entry, &[first]),
            (first, Some(second)) => sign(entry, &[first, second]),
        };
        if !attempt.signed_well {
            let mut bent = sealed.signatures().to_vec();
            let byte = self.dice.roll(64);
            bent[0].bytes[byte] ^= 1 << self.dice.roll(8);
            sealed = SealedEntry::new(sealed.entry().clone(), bent);
        }
        let model = self.papers.get_mut(&known.tag).unwrap();
        let expected = self.world.attempt(model, attempt);
        let hash = sealed.hash();
        let got = self.book.post(sealed);
        assert_eq!(got.is_ok(), expected.is_some(), "{attempt:?}: {got:?}");
        let Some((front, rest)) = expected else {
            return false;
        };
        self.written_off += usize::from(attempt.verb == Verb::WriteOff);
        self.joined += usize::from(matches!(attempt.verb, Verb::Join(_)));
        for (side, piece) in [(Side::Left, front), (Side::Right, rest)] {
            let reference = FragmentRef { parent: hash, side };
            let made = self.book.ledger.fragment(reference).copied();
            assert_eq!(made.is_some(), piece.is_some());
            if let (Some(piece), Some(fragment)) = (piece, made) {
                self.known.push(Known {
                    tag: known.tag,
                    piece,
                    fragment,
                });
            }
        }
        true
    }

    /// Mostly with a piece that follows in the same hand, now and then with any other.
    fn plan_join(&mut self, known: &Known, attempt: &mut Try) {
        let follows = |k: &&Known| {
            k.tag == known.tag
                && k.fragment.range.lo() == known.fragment.range.hi()
                && k.fragment.holder == known.fragment.holder
                && self.lives(k)
        };
        let beside = self.known.iter().find(follows).copied();
        let other = match beside {
            Some(other) => other,
            None if self.dice.one_in(8) => self.dice.pick(&self.known),
            None => return,
        };
        attempt.verb = Verb::Join(other.piece);
        attempt.take = other.fragment.range.hi() - known.fragment.range.lo();
        attempt.by.1 = None;
    }

    fn lives(&self, known: &Known) -> bool {
        self.papers[&known.tag]
            .units
            .iter()
            .any(|unit| unit.piece == known.piece)
    }

    fn entry_of(&self, fragment: Fragment, attempt: Try) -> Entry {
        let act = match attempt.verb {
            Verb::Accept => Act::Accept,
            Verb::Refuse => Act::Refuse,
            Verb::Withdraw => Act::Withdraw,
            Verb::Split => Act::Split,
            Verb::Offer(to) => offer(to),
            Verb::Retransfer(to) => retransfer(to),
            Verb::AcceptOffer => Act::AcceptOffer,
            Verb::DeclineOffer => Act::DeclineOffer,
            Verb::RecallOffer => Act::RecallOffer,
            Verb::Agree(bank) => {
                let lawful = attempt.take.clamp(1, fragment.range.amount().minor());
                agree(&quote(&fragment, lawful, bank, attempt.today))
            }
            Verb::Complete => Act::CompleteDiscount {
                evidence: evidence(2),
            },
            Verb::CompleteRegistered => complete_registered(4),
            Verb::Release => Act::ReleaseDiscount {
                evidence: evidence(3),
            },
            Verb::Pledge(bank) => {
                let lawful = attempt.take.clamp(1, fragment.range.amount().minor());
                pledge(&deed(&fragment, lawful, bank))
            }
            Verb::ReleasePledge => Act::ReleasePledge,
            Verb::Reverse => self.book.reverse(&fragment),
            Verb::Redeem => {
                let paper = self.book.ledger.paper(fragment.paper).unwrap();
                let offer = RedemptionOffer {
                    percent: "0".parse().unwrap(),
                    pay_date: paper.due_date - Duration::days(1),
                    accept_by: paper.due_date - Duration::days(1),
                    ..self.book.redemption(&fragment)
                };
                Act::AcceptRedemption {
                    offer: offer.to_bytes(),
                }
            }
            Verb::CompleteRedemption => Act::CompleteRedemption {
                evidence: evidence(5),
            },
            Verb::ReleaseRedemption => Act::ReleaseRedemption {
                evidence: evidence(6),
            },
            Verb::Correct(giver) => self.book.correct(&fragment, giver),
            Verb::WriteOff => write_off(attempt.owed.max(0)),
            Verb::Join(other) => {
                let other = self.known.iter().find(|k| k.piece == other).unwrap();
                let entry = self.book.join_entry(&fragment, &other.fragment);
                return Entry {
                    date: attempt.date,
                    ..entry
                };
            }
            Verb::Freeze => freeze(attempt.today + Duration::days(1)),
            Verb::Thaw { lifted } => self.book.thaw(&fragment, lifted),
        };
        Entry {
            date: attempt.date,
            ..self.book.act_entry(&fragment, attempt.take, act)
        }
    }

    /// Unit by unit: whose, in which state, how deep; and one fragment for each piece.
    fn compare(&self) {
        for (tag, model) in &self.papers {
            let held = self.book.ledger.paper(paper(*tag)).unwrap();
            let mut fragments: Vec<Fragment> = self
                .book
                .ledger
                .fragments()
                .filter(|f| f.paper == held.id)
                .copied()
                .collect();
            assert!(tiles(held, &mut fragments));
            let units: Vec<(u8, Hold, u16)> = fragments
                .iter()
                .flat_map(|f| {
                    let unit = (tag_of(f.holder), hold_of(f.state), f.tier);
                    std::iter::repeat_n(unit, usize::try_from(f.range.amount().minor()).unwrap())
                })
                .collect();
            let expected: Vec<_> = model
                .units
                .iter()
                .map(|u| (u.owner, u.hold, u.tier))
                .collect();
            assert_eq!(units, expected);
            let mut pieces: Vec<usize> = model.units.iter().map(|u| u.piece).collect();
            pieces.dedup();
            assert_eq!(pieces.len(), fragments.len());
            let stage = match held.state {
                PaperState::PendingAcceptance => Stage::Waiting,
                PaperState::Active => Stage::Running,
                PaperState::Refused | PaperState::Withdrawn | PaperState::Void => Stage::Ended,
                PaperState::PartSettled { paid } => Stage::Paid(paid.minor()),
                PaperState::Settled => Stage::Paid(held.paid().minor()),
            };
            assert_eq!(stage, model.stage);
        }
    }
}

fn hold_of(state: FragmentState) -> Hold {
    match state {
        FragmentState::PendingAcceptance => Hold::Waiting,
        FragmentState::Held => Hold::Free,
        FragmentState::Offered { to } => Hold::Offered(tag_of(to)),
        FragmentState::FinanceLocked { provider } if tag_of(provider) == OBLIGOR => Hold::Leaving,
        FragmentState::Redeemed => Hold::Redeemed,
        FragmentState::FinanceLocked { provider } => Hold::Sold(tag_of(provider)),
        FragmentState::Pledged { pledgee } => Hold::Pledged(tag_of(pledgee)),
        FragmentState::Frozen { pledgee } => Hold::Frozen(pledgee.map(tag_of)),
        FragmentState::WrittenOff => Hold::WrittenOff,
        FragmentState::Recourse { .. } => unreachable!("nothing is passed on with recourse here"),
    }
}

/// A book as it stands after one seed's tries, for other tests.
pub(crate) fn journal_of(seed: u64, steps: usize) -> Keeper {
    let mut stage = Play::new(seed, &Keeper::new());
    for _ in 0..steps {
        stage.step();
    }
    stage.book
}

/// Runs a part of the seeds; returns how many steps were lawful, how many refused, and how many of the
/// lawful ones wrote off, and how many joined.
fn play(seeds: std::ops::Range<u64>) -> [usize; 4] {
    let opened = Keeper::new();
    let mut counts = [0; 4];
    for seed in seeds {
        let mut stage = Play::new(seed, &opened);
        for step in 0..STEPS {
            let shown = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stage.step()));
            if let Err(panic) = shown {
                eprintln!("seed {seed}, step {step}");
                std::panic::resume_unwind(panic);
            }
        }
        counts[0] += stage.lawful;
        counts[1] += stage.refused;
        counts[2] += stage.written_off;
        counts[3] += stage.joined;
        // What was kept under all these tries is a journal that the verifier takes.
        if seed % 20 == 0 {
            let report = verify(stage.book.export().as_bytes()).unwrap();
            assert_eq!(
                report.entries,
                u64::try_from(stage.book.journal.len()).unwrap()
            );
        }
    }
    counts
}

#[test]
fn misbehaving_parties_never_get_past_the_model() {
    let half = SEEDS / 2;
    let (first, second) = std::thread::scope(|scope| {
        let first = scope.spawn(|| play(0..half));
        let second = scope.spawn(|| play(half..SEEDS));
        (first.join().unwrap(), second.join().unwrap())
    });
    let [lawful, refused, written_off, joined] = [0, 1, 2, 3].map(|at| first[at] + second[at]);
    // A simulation in which nearly everything is refused, or nothing is, would prove little.
    assert!(
        lawful > 15_000 && refused > 15_000,
        "{lawful} lawful, {refused} refused, {written_off} written off"
    );
    assert!(written_off > 50, "{written_off} written off");
    assert!(joined > 50, "{joined} joined");
}
