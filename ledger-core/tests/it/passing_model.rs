//! A second model of who passed what to whom: it keeps, for every single unit of a small paper, the
//! list of legs by which it came, and knows no tree.

use ledger_core::entry::Cut;
use ledger_core::fragment::Side;
use ledger_core::id::PartyId;
use ledger_core::leg_tree::LegKind;
use ledger_core::leg_tree::LegTree;
use ledger_core::leg_tree::Passing;
use ledger_core::leg_tree::PassingStep;
use ledger_core::recourse::Recourse;

use crate::clearing::Dice;
use crate::clearing::amount;

/// One leg of one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnitLeg {
    pub(crate) entry: i64,
    pub(crate) giver: u8,
    pub(crate) recipient: u8,
    pub(crate) recourse: Recourse,
}

#[derive(Debug, Clone, Copy)]
struct Live {
    key: (i64, Side),
    lo: i64,
    hi: i64,
    holder: u8,
    offered: Option<(u8, LegKind, Recourse)>,
    /// By what it came to its holder, while it is as that left it.
    came_by: Option<LegKind>,
}

/// A paper passed about at random: what is told to the tree, and what is known of each unit.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) face: i64,
    pub(crate) steps: Vec<PassingStep>,
    /// Of each unit: its legs, oldest first.
    pub(crate) units: Vec<Vec<UnitLeg>>,
    /// To whom each step offers, by its place.
    pub(crate) offered_to: Vec<Option<u8>>,
    live: Vec<Live>,
}

pub(crate) fn party(number: u8) -> PartyId {
    PartyId::from_bytes([number; 16])
}

/// How many parties pass it about; the payee is 0.
pub(crate) const PARTIES: u8 = 6;

fn pick(dice: &mut Dice, count: usize) -> usize {
    usize::try_from(dice.below(i64::try_from(count).unwrap())).unwrap()
}

impl World {
    pub(crate) fn issued(dice: &mut Dice) -> World {
        let face = 1 + dice.below(90);
        let mut world = World {
            face,
            steps: Vec::new(),
            units: vec![Vec::new(); usize::try_from(face).unwrap()],
            offered_to: Vec::new(),
            live: Vec::new(),
        };
        world.tell(None, (0, face, face), Some(0), Passing::Begins, None);
        world.live.push(Live {
            key: (0, Side::Left),
            lo: 0,
            hi: face,
            holder: 0,
            offered: None,
            came_by: None,
        });
        world
    }

    fn tell(
        &mut self,
        spends: Option<(i64, Side)>,
        (lo, mid, hi): (i64, i64, i64),
        holder: Option<u8>,
        does: Passing,
        offered_to: Option<u8>,
    ) -> i64 {
        let entry = i64::try_from(self.steps.len()).unwrap();
        self.steps.push(PassingStep {
            joins: None,
            entry,
            spends,
            cut: Cut { lo, mid, hi },
            holder: holder.map(party),
            does,
        });
        self.offered_to.push(offered_to);
        entry
    }

    /// One more act of somebody of whom `acts` says so; the other side of an offer too.
    pub(crate) fn step(&mut self, dice: &mut Dice, acts: impl Fn(u8, Option<u8>) -> bool) {
        let place = pick(dice, self.live.len());
        let one = self.live[place];
        if !acts(one.holder, one.offered.map(|(to, ..)| to)) {
            return;
        }
        if let Some((to, kind, recourse)) = one.offered {
            let takes = dice.below(4) > 0;
            let (holder, does) = if takes {
                (to, Passing::Takes)
            } else {
                (one.holder, Passing::Stays)
            };
            let cut = (one.lo, one.hi, one.hi);
            let entry = self.tell(Some(one.key), cut, Some(holder), does, None);
            if takes {
                let leg = UnitLeg {
                    entry,
                    giver: one.holder,
                    recipient: to,
                    recourse,
                };
                self.each_unit(one, |legs| legs.push(leg));
            }
            self.live[place] = Live {
                key: (entry, Side::Left),
                holder,
                offered: None,
                came_by: takes.then_some(kind),
                ..one
            };
            return;
        }
        let undone = match one.came_by {
            Some(LegKind::Sale) => Some(Passing::Returns),
            Some(LegKind::Transfer) => Some(Passing::TakenBack),
            Some(LegKind::Retransfer) | None => None,
        };
        if let Some(undone) = undone.filter(|_| dice.below(4) == 0) {
            let unit = usize::try_from(one.lo).unwrap();
            let giver = self.units[unit].last().unwrap().giver;
            if !acts(one.holder, Some(giver)) {
                return;
            }
            let cut = (one.lo, one.hi, one.hi);
            let entry = self.tell(Some(one.key), cut, Some(giver), undone, None);
            self.each_unit(one, |legs| assert!(legs.pop().is_some()));
            self.live[place] = Live {
                key: (entry, Side::Left),
                holder: giver,
                came_by: None,
                ..one
            };
            return;
        }
        let to = u8::try_from(dice.below(i64::from(PARTIES))).unwrap();
        if to == one.holder || !acts(one.holder, Some(to)) {
            return;
        }
        self.offer(dice, place, to);
    }

    fn offer(&mut self, dice: &mut Dice, place: usize, to: u8) {
        let one = self.live[place];
        let size = 1 + dice.below(one.hi - one.lo);
        let mid = one.lo + size;
        let recourse = match dice.below(4) {
            0 => Recourse::Without,
            1 => Recourse::With,
            _ => Recourse::Limited(amount(1 + dice.below(size))),
        };
        let kind = match dice.below(3) {
            0 => LegKind::Transfer,
            1 => LegKind::Sale,
            _ => LegKind::Retransfer,
        };
        let does = Passing::Offers(kind, recourse);
        let cut = (one.lo, mid, one.hi);
        let entry = self.tell(Some(one.key), cut, Some(one.holder), does, Some(to));
        self.live[place] = Live {
            key: (entry, Side::Left),
            hi: mid,
            offered: Some((to, kind, recourse)),
            came_by: None,
            ..one
        };
        if mid < one.hi {
            self.live.push(Live {
                key: (entry, Side::Right),
                lo: mid,
                came_by: None,
                ..one
            });
        }
    }

    fn each_unit(&mut self, of: Live, change: impl Fn(&mut Vec<UnitLeg>)) {
        for unit in of.lo..of.hi {
            change(&mut self.units[usize::try_from(unit).unwrap()]);
        }
    }

    /// Ends of the paper now, by their first unit: `lo`, `hi`, holder.
    pub(crate) fn ends(&self) -> Vec<(i64, i64, u8)> {
        let mut ends: Vec<_> = self.live.iter().map(|l| (l.lo, l.hi, l.holder)).collect();
        ends.sort_unstable();
        ends
    }

    pub(crate) fn tree(&self) -> LegTree {
        LegTree::grow(self.steps.iter().copied()).unwrap()
    }

    /// The tree that one party may know: the steps of which it is a side, and all before them.
    pub(crate) fn tree_for(&self, me: u8) -> LegTree {
        let me = party(me);
        let at = |entry: i64| usize::try_from(entry).unwrap();
        let mut wanted = vec![false; self.steps.len()];
        for (place, step) in self.steps.iter().enumerate().rev() {
            let before = step.spends.map(|(entry, _)| at(entry));
            let side = step.holder == Some(me)
                || self.offered_to[place].map(party) == Some(me)
                || before.is_some_and(|before| self.steps[before].holder == Some(me))
                || before.is_none();
            if side || wanted[place] {
                wanted[place] = true;
                if let Some(before) = before {
                    wanted[before] = true;
                }
            }
        }
        let known = self.steps.iter().zip(&wanted);
        LegTree::grow(known.filter(|(_, wanted)| **wanted).map(|(step, _)| *step)).unwrap()
    }
}

pub(crate) fn passed_about(dice: &mut Dice, steps: i64) -> World {
    let mut world = World::issued(dice);
    for _ in 0..dice.below(steps) {
        world.step(dice, |_, _| true);
    }
    world
}
