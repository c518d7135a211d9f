//! What misbehaving parties try next: mostly something sensible, with one thing or another wrong.

use chrono::Duration;
use chrono::NaiveDate;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentState;
use ledger_core::id::PartyId;

use crate::simulation_model::Try;
use crate::simulation_model::Verb;
use crate::support::*;

/// SplitMix64: small, seeded, the same on every machine.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % u64::try_from(sides).unwrap()).unwrap()
    }

    pub(crate) fn one_in(&mut self, n: usize) -> bool {
        self.roll(n) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }
}

pub(crate) fn tag_of(id: PartyId) -> u8 {
    id.bytes()[0]
}

/// A try on one piece: sometimes an odd verb, a wrong signer, amount, date or signature.
pub(crate) fn plan(dice: &mut Dice, fragment: &Fragment, piece: usize, today: NaiveDate) -> Try {
    let verb = pick_verb(dice, fragment);
    let by = pick_signers(dice, fragment, verb);
    let take = pick_amount(dice, fragment.range.amount().minor(), verb);
    let slip = i64::try_from(dice.roll(3)).unwrap() - 1;
    let date = if dice.one_in(12) {
        today + Duration::days(slip)
    } else {
        today
    };
    let offered_by = if dice.one_in(9) {
        [OBLIGOR, dice.pick(&[OBLIGOR, SUPPLIERS[0], REVOKED])]
    } else {
        [OBLIGOR, CHECKER]
    };
    Try {
        verb,
        offered_by,
        piece,
        take,
        by,
        date,
        today,
        owed: 0,
        signed_well: !dice.one_in(20),
    }
}

fn pick_verb(dice: &mut Dice, fragment: &Fragment) -> Verb {
    use Verb::*;
    let holds_as_bank = BANKS.contains(&tag_of(fragment.holder));
    let pledges = dice.one_in(8);
    let supplier = dice.pick(&SUPPLIERS);
    let bank = dice.pick(&BANKS);
    if dice.one_in(6) {
        let all = [
            Accept,
            Refuse,
            Withdraw,
            Split,
            Offer(supplier),
            AcceptOffer,
            DeclineOffer,
            RecallOffer,
            Agree(bank),
            Complete,
            CompleteRegistered,
            Release,
            Pledge(bank),
            Retransfer(bank),
            ReleasePledge,
            Reverse,
            Redeem,
            CompleteRedemption,
            ReleaseRedemption,
            WriteOff,
            Freeze,
            Correct(supplier),
            Thaw { lifted: false },
        ];
        return dice.pick(&all);
    }
    if dice.one_in(12) {
        return Freeze;
    }
    if dice.one_in(12) {
        return Redeem;
    }
    if fragment.tier > 1 && dice.one_in(4) {
        return Correct(supplier);
    }
    if dice.one_in(20) {
        return WriteOff;
    }
    let lifted = dice.one_in(2);
    dice.pick(&match fragment.state {
        FragmentState::PendingAcceptance => [Accept, Accept, Accept, Refuse],
        FragmentState::Held if holds_as_bank => {
            [Reverse, Retransfer(bank), Agree(bank), Pledge(bank)]
        }
        FragmentState::Held if pledges => [Pledge(bank); 4],
        FragmentState::Held => [Split, Offer(supplier), Offer(supplier), Agree(bank)],
        FragmentState::Offered { .. } => [AcceptOffer, AcceptOffer, DeclineOffer, RecallOffer],
        FragmentState::FinanceLocked { provider } if tag_of(provider) == OBLIGOR => [
            CompleteRedemption,
            CompleteRedemption,
            ReleaseRedemption,
            Complete,
        ],
        FragmentState::Redeemed => [Split, Offer(supplier), Agree(bank), Redeem],
        FragmentState::FinanceLocked { .. } => [Complete, Complete, Release, CompleteRegistered],
        FragmentState::Pledged { .. } => [ReleasePledge; 4],
        FragmentState::Frozen { .. } => [Thaw { lifted }; 4],
        FragmentState::Recourse { .. } => [Release; 4],
        FragmentState::WrittenOff => [WriteOff, Split, Offer(supplier), Pledge(bank)],
    })
}

fn pick_signers(dice: &mut Dice, fragment: &Fragment, verb: Verb) -> (u8, Option<u8>) {
    let holder = tag_of(fragment.holder);
    let right = match (verb, fragment.state.counterparty()) {
        (Verb::Withdraw, _) => (OBLIGOR, None),
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
        ) => (BOOK, None),
        (Verb::AcceptOffer | Verb::DeclineOffer | Verb::ReleasePledge, Some(to)) => {
            (tag_of(to), None)
        }
        (Verb::Agree(bank) | Verb::Pledge(bank), _) => (bank, Some(holder)),
        (Verb::Correct(giver), _) => (holder, Some(giver)),
        _ => (holder, None),
    };
    if !dice.one_in(7) {
        return right;
    }
    let others = [BOOK, OBLIGOR, REVOKED, STRANGER];
    let wrong = dice.pick(&[SUPPLIERS.as_slice(), &BANKS, &others].concat());
    match right {
        (_, None) => (wrong, None),
        (first, Some(_)) => (first, Some(wrong)),
    }
}

fn pick_amount(dice: &mut Dice, size: i64, verb: Verb) -> i64 {
    let may_cut = matches!(
        verb,
        Verb::Split
            | Verb::Offer(_)
            | Verb::Retransfer(_)
            | Verb::Agree(_)
            | Verb::Pledge(_)
            | Verb::Freeze
    );
    match dice.roll(12) {
        0 => size + 1,
        1 => 0,
        2 => -1,
        3 => 1,
        _ if may_cut => 1 + i64::try_from(dice.roll(usize::try_from(size).unwrap())).unwrap(),
        _ => size,
    }
}
