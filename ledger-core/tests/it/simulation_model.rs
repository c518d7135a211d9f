//! An independent small model of the law: every unit of a paper has its owner, one by one. It knows
//! nothing of ranges, fragments, hashes or canonical bytes.

use chrono::NaiveDate;

/// What holds one unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hold {
    /// Not yet accepted.
    Waiting,
    /// Free.
    Free,
    /// Offered to this supplier.
    Offered(u8),
    /// Sold to this bank, which hasn't paid.
    Sold(u8),
    /// Pledged to this bank.
    Pledged(u8),
    /// Waits for the obligor's own money.
    Leaving,
    /// Paid early: the obligor's own.
    Redeemed,
    /// Frozen by order; pledged to this bank before.
    Frozen(Option<u8>),
    /// Written off in its owner's books.
    WrittenOff,
}

/// One unit. Units of one piece move together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit {
    pub(crate) owner: u8,
    pub(crate) hold: Hold,
    pub(crate) tier: u16,
    pub(crate) piece: usize,
    /// Which change of hands brought it to its owner.
    pub(crate) acquired_by: usize,
    /// Who sold this very piece to its owner, while nothing else has happened to it.
    pub(crate) bought_from: Option<u8>,
    /// Who passed this very piece to its owner against an invoice, while nothing else has happened to it.
    pub(crate) given_by: Option<u8>,
    /// Whether an offer that stands rests on an invoice.
    pub(crate) in_trade: bool,
    /// The last day of the freeze that stands or stood last.
    pub(crate) frozen_until: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Waiting,
    Running,
    Ended,
    Paid(i64),
}

#[derive(Debug, Clone)]
pub(crate) struct ModelPaper {
    pub(crate) units: Vec<Unit>,
    pub(crate) stage: Stage,
    pub(crate) due: NaiveDate,
    pub(crate) deepest: u16,
    pub(crate) smallest: i64,
    /// Whether its default is on record.
    pub(crate) defaulted: bool,
}

impl ModelPaper {
    /// How many units are to be paid at maturity.
    fn payable(&self) -> i64 {
        let open = |unit: &&Unit| unit.hold != Hold::Redeemed;
        i64::try_from(self.units.iter().filter(open).count()).unwrap()
    }

    /// Whether it circulates and something of it is unpaid.
    fn is_owed(&self) -> bool {
        match self.stage {
            Stage::Running => true,
            Stage::Paid(cash) => cash < self.payable(),
            Stage::Waiting | Stage::Ended => false,
        }
    }

    /// Whether its default may go on record; if so it does.
    pub(crate) fn default(&mut self, by: (u8, u8), today: NaiveDate) -> bool {
        let lawful = by.0 == by.1 && self.is_owed() && !self.defaulted && today > self.due;
        self.defaulted |= lawful;
        lawful
    }

    /// Where the paper stands after a step.
    fn follow(&mut self, verb: Verb) {
        match verb {
            Verb::Accept => self.stage = Stage::Running,
            // With the last of it nothing is owed any more.
            Verb::CompleteRedemption
                if self.units.iter().all(|unit| unit.hold == Hold::Redeemed) =>
            {
                self.stage = Stage::Paid(0);
            }
            Verb::Refuse | Verb::Withdraw => {
                self.stage = Stage::Ended;
                self.units.clear();
            }
            _ => {}
        }
    }
}

/// What somebody tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    Accept,
    Refuse,
    Withdraw,
    Split,
    Offer(u8),
    AcceptOffer,
    DeclineOffer,
    RecallOffer,
    Agree(u8),
    Complete,
    CompleteRegistered,
    Release,
    Pledge(u8),
    Retransfer(u8),
    ReleasePledge,
    Reverse,
    /// Accept the obligor's offer to pay early.
    Redeem,
    CompleteRedemption,
    ReleaseRedemption,
    WriteOff,
    /// Make one of the piece and this other.
    Join(usize),
    Freeze,
    /// Give back what this one passed on by mistake.
    Correct(u8),
    /// Because its last day is over, or by another order.
    Thaw {
        lifted: bool,
    },
}

/// A try, as the model sees it: everything is a small number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Try {
    pub(crate) verb: Verb,
    pub(crate) piece: usize,
    pub(crate) take: i64,
    /// Who signs, in the order of the seats.
    pub(crate) by: (u8, Option<u8>),
    /// Who signs the obligor's offer beside them, if one is accepted.
    pub(crate) offered_by: [u8; 2],
    pub(crate) date: NaiveDate,
    pub(crate) today: NaiveDate,
    /// What is owed on the piece, as the sheets so far say; only a write-off states it.
    pub(crate) owed: i64,
    /// Whether the signature bytes are whole.
    pub(crate) signed_well: bool,
}

pub(crate) struct World {
    pub(crate) book: u8,
    pub(crate) obligor: [u8; 2],
    pub(crate) suppliers: [u8; 4],
    pub(crate) banks: [u8; 2],
    pub(crate) next_piece: usize,
}

impl World {
    fn new_piece(&mut self) -> usize {
        self.next_piece += 1;
        self.next_piece
    }

    /// A paper as it is after its issue.
    pub(crate) fn issue(&mut self, face: usize, due: NaiveDate, smallest: i64) -> ModelPaper {
        let piece = self.new_piece();
        let unit = Unit {
            owner: self.suppliers[0],
            hold: Hold::Waiting,
            tier: 1,
            piece,
            acquired_by: piece,
            bought_from: None,
            given_by: None,
            in_trade: false,
            frozen_until: None,
        };
        ModelPaper {
            units: vec![unit; face],
            stage: Stage::Waiting,
            due,
            deepest: 3,
            smallest,
            defaulted: false,
        }
    }

    /// Whether the try is lawful; if so it is done, and the pieces made are returned: the front, if
    /// it lives on, and the rest.
    pub(crate) fn attempt(
        &mut self,
        paper: &mut ModelPaper,
        attempt: Try,
    ) -> Option<(Option<usize>, Option<usize>)> {
        let mut of_piece = places(paper, attempt.piece);
        let unit = paper.units[*of_piece.first()?];
        if let Verb::Join(other) = attempt.verb {
            let beside = places(paper, other);
            if !goes_on_in(paper, &of_piece, &beside) {
                return None;
            }
            of_piece.extend(beside);
        }
        let size = i64::try_from(of_piece.len()).unwrap();
        let lawful = attempt.signed_well
            && attempt.date == attempt.today
            && self.may_sign(unit, attempt)
            && is_in_order(paper, unit, attempt)
            && self.may_retransfer(unit, attempt)
            && is_cut_well(paper, unit, size, attempt);
        if !lawful {
            return None;
        }
        let (front, rest) = of_piece.split_at(usize::try_from(attempt.take).unwrap());
        let ends = matches!(attempt.verb, Verb::Refuse | Verb::Withdraw);
        let front_piece = self.new_piece();
        let rest_piece = self.new_piece();
        for at in front {
            let after = &mut paper.units[*at];
            after.piece = front_piece;
            let owner_before = after.owner;
            after.bought_from = None;
            after.given_by = None;
            after.in_trade = matches!(attempt.verb, Verb::Offer(_));
            self.becomes(attempt, unit, after);
            if after.owner != owner_before {
                after.acquired_by = front_piece;
            }
        }
        for at in rest {
            paper.units[*at].piece = rest_piece;
            paper.units[*at].bought_from = None;
            paper.units[*at].given_by = None;
        }
        paper.follow(attempt.verb);
        Some((
            (!ends).then_some(front_piece),
            (!rest.is_empty()).then_some(rest_piece),
        ))
    }

    /// What a unit of the part that is acted on becomes.
    fn becomes(&self, attempt: Try, unit: Unit, after: &mut Unit) {
        match (attempt.verb, unit.hold) {
            (Verb::Offer(to) | Verb::Retransfer(to), _) => after.hold = Hold::Offered(to),
            (Verb::Agree(bank), _) => after.hold = Hold::Sold(bank),
            (Verb::AcceptOffer, Hold::Offered(to)) => {
                // A bank takes the place of the one before it.
                let down = u16::from(!self.banks.contains(&to));
                (after.owner, after.hold, after.tier) = (to, Hold::Free, unit.tier + down);
                after.given_by = unit.in_trade.then_some(unit.owner);
            }
            (Verb::Complete | Verb::CompleteRegistered, Hold::Sold(bank)) => {
                (after.owner, after.hold) = (bank, Hold::Free);
                after.bought_from = Some(unit.owner);
            }
            (Verb::Pledge(bank), _) => after.hold = Hold::Pledged(bank),
            (Verb::WriteOff, _) => after.hold = Hold::WrittenOff,
            (Verb::Redeem, _) => after.hold = Hold::Leaving,
            (Verb::CompleteRedemption, _) => {
                (after.owner, after.hold) = (self.obligor[0], Hold::Redeemed);
            }
            (Verb::Freeze, hold) => {
                let pledged = match hold {
                    Hold::Pledged(bank) => Some(bank),
                    _ => None,
                };
                after.hold = Hold::Frozen(pledged);
                after.frozen_until = Some(attempt.today + chrono::Duration::days(1));
            }
            (Verb::Thaw { .. }, Hold::Frozen(Some(bank))) => after.hold = Hold::Pledged(bank),
            (Verb::Correct(giver), _) => (after.owner, after.tier) = (giver, unit.tier - 1),
            (Verb::Reverse, _) => after.owner = unit.bought_from.unwrap(),
            _ => after.hold = Hold::Free,
        }
    }

    /// From bank to bank only.
    fn may_retransfer(&self, unit: Unit, attempt: Try) -> bool {
        match attempt.verb {
            Verb::Retransfer(to) => [unit.owner, to].iter().all(|one| self.banks.contains(one)),
            _ => true,
        }
    }

    fn may_sign(&self, unit: Unit, attempt: Try) -> bool {
        let (first, second) = attempt.by;
        match (attempt.verb, unit.hold) {
            (Verb::Agree(bank) | Verb::Pledge(bank), _) => {
                first == bank && second == Some(unit.owner)
            }
            (Verb::Correct(giver), _) => first == unit.owner && second == Some(giver),
            _ if second.is_some() => false,
            (
                Verb::Complete
                | Verb::CompleteRegistered
                | Verb::Release
                | Verb::Reverse
                | Verb::CompleteRedemption
                | Verb::ReleaseRedemption
                | Verb::Freeze
                | Verb::Thaw { .. },
                _,
            ) => first == self.book,
            (Verb::Redeem, _) => first == unit.owner && attempt.offered_by == self.obligor,
            (Verb::ReleasePledge, Hold::Offered(to) | Hold::Sold(to) | Hold::Pledged(to)) => {
                first == to
            }
            (Verb::ReleasePledge, _) => false,
            (Verb::Withdraw, _) => self.obligor.contains(&first),
            (Verb::AcceptOffer | Verb::DeclineOffer, Hold::Offered(to)) => first == to,
            (Verb::AcceptOffer | Verb::DeclineOffer, _) => false,
            _ => first == unit.owner,
        }
    }

    /// Whether a settlement that brings the cash to `total` is lawful; if so it is done.
    pub(crate) fn settle(
        &self,
        paper: &mut ModelPaper,
        total: i64,
        by: u8,
        today: NaiveDate,
    ) -> bool {
        let before = match paper.stage {
            Stage::Running => 0,
            Stage::Paid(cash) => cash,
            Stage::Waiting | Stage::Ended => return false,
        };
        let face = paper.payable();
        let sold =
            |unit: &Unit| matches!(unit.hold, Hold::Sold(_) | Hold::Leaving | Hold::Frozen(_));
        let lawful = by == self.book
            && !paper.units.iter().any(sold)
            && today >= paper.due
            && total > before
            && total <= face
            && before < face;
        if lawful {
            paper.stage = Stage::Paid(total);
        }
        lawful
    }
}

fn places(paper: &ModelPaper, piece: usize) -> Vec<usize> {
    (0..paper.units.len())
        .filter(|at| paper.units[*at].piece == piece)
        .collect()
}

/// Whether the other piece begins where the first ends, as free as it, and came with it.
fn goes_on_in(paper: &ModelPaper, first: &[usize], other: &[usize]) -> bool {
    let (Some(last), Some(next)) = (first.last(), other.first()) else {
        return false;
    };
    let (one, two) = (paper.units[*last], paper.units[*next]);
    last + 1 == *next && two.hold == Hold::Free && one.acquired_by == two.acquired_by
}

fn is_trader(tag: u8) -> bool {
    crate::support::SUPPLIERS.contains(&tag)
}

fn is_in_order(paper: &ModelPaper, unit: Unit, attempt: Try) -> bool {
    let waits = paper.stage == Stage::Waiting;
    let runs = paper.stage == Stage::Running;
    let early = attempt.date < paper.due;
    match (attempt.verb, unit.hold) {
        (Verb::Accept, Hold::Waiting) => waits && early,
        (Verb::Refuse | Verb::Withdraw, Hold::Waiting) => waits,
        (Verb::Split | Verb::Join(_), Hold::Free) => runs && early,
        // A bank that holds may sell on or pledge, but not to itself.
        (Verb::Agree(bank) | Verb::Pledge(bank), Hold::Free) => runs && early && bank != unit.owner,
        (Verb::ReleasePledge, Hold::Pledged(_)) => runs,
        (Verb::Freeze, Hold::Free | Hold::Offered(_) | Hold::Pledged(_)) => runs && early,
        (Verb::Thaw { lifted }, Hold::Frozen(_)) => {
            runs && (lifted || unit.frozen_until.is_some_and(|until| attempt.date > until))
        }
        (Verb::WriteOff, Hold::Free) => paper.is_owed() && paper.defaulted && attempt.owed > 0,
        (Verb::Redeem, Hold::Free) => runs && early,
        (Verb::CompleteRedemption | Verb::ReleaseRedemption, Hold::Leaving) => runs,
        // What a bank has given is its contract with whoever has it, and no trade.
        (Verb::Correct(giver), Hold::Free) => {
            runs && early && unit.given_by == Some(giver) && is_trader(giver)
        }
        (Verb::Reverse, Hold::Free) => runs && unit.bought_from.is_some(),
        (Verb::Offer(to), Hold::Free) => {
            runs && early && to != unit.owner && unit.tier < paper.deepest
        }
        (Verb::Retransfer(to), Hold::Free) => runs && early && to != unit.owner,
        (Verb::AcceptOffer, Hold::Offered(_)) => runs && early,
        (Verb::DeclineOffer | Verb::RecallOffer, Hold::Offered(_)) => runs,
        (Verb::Complete | Verb::CompleteRegistered | Verb::Release, Hold::Sold(_)) => runs,
        _ => false,
    }
}

fn is_cut_well(paper: &ModelPaper, unit: Unit, size: i64, attempt: Try) -> bool {
    let (take, rest) = (attempt.take, size - attempt.take);
    if take <= 0 || rest < 0 {
        return false;
    }
    let large_enough = rest == 0 || take.min(rest) >= paper.smallest;
    match attempt.verb {
        Verb::Split => rest > 0 && large_enough,
        Verb::Freeze => rest == 0 || unit.hold == Hold::Free,
        Verb::Offer(_) | Verb::Retransfer(_) | Verb::Agree(_) | Verb::Pledge(_) => large_enough,
        _ => rest == 0,
    }
}
