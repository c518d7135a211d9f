//! A small book to test with: fixed ids, fixed keys, every party of the trade.

use chrono::NaiveDate;
use std::collections::HashMap;

use ledger_core::act::Act;
use ledger_core::act::IssueAct;
use ledger_core::act::OfferAct;
use ledger_core::amount::Amount;
use ledger_core::apply::Applied;
use ledger_core::certificate::CertificateNumber;
use ledger_core::checkpoint::Checkpoint;
use ledger_core::checkpoint::verifier_key;
use ledger_core::clearing::Leaf;
use ledger_core::clearing_payable::clear_payable;
use ledger_core::clearing_sheet::AccountKey;
use ledger_core::clearing_sheet::ClearingRule;
use ledger_core::clearing_sheet::ClearingSheet;
use ledger_core::currency::Currency;
use ledger_core::day_count::DayCount;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::entry::SealedEntry;
use ledger_core::fee::Fee;
use ledger_core::fee::FeeCharge;
use ledger_core::fee::Payer;
use ledger_core::fragment::Fragment;
use ledger_core::fragment::FragmentRef;
use ledger_core::hash::DocumentDigest;
use ledger_core::hash::EntryHash;
use ledger_core::hash::EvidenceDigest;
use ledger_core::id::BookId;
use ledger_core::id::KeyId;
use ledger_core::id::PaperId;
use ledger_core::id::PartyId;
use ledger_core::id::PledgeId;
use ledger_core::id::QuoteId;
use ledger_core::id::RateCardId;
use ledger_core::join::Acquisition;
use ledger_core::join::JoinAct;
use ledger_core::journal_file::LiveLine;
use ledger_core::journal_file::write_entry;
use ledger_core::journal_file::write_header;
use ledger_core::journal_file::write_live;
use ledger_core::journal_file::write_note;
use ledger_core::journal_file::write_sheet;
use ledger_core::ledger::Ledger;
use ledger_core::ledger::Moment;
use ledger_core::legs::Legs;
use ledger_core::merkle::LogFrontier;
use ledger_core::party::PartyKind;
use ledger_core::party::PartyRecord;
use ledger_core::party::SettlementAccount;
use ledger_core::payment_terms::PaymentTerms;
use ledger_core::pledge::PledgeDeed;
use ledger_core::pricing::Rate;
use ledger_core::quote::Quote;
use ledger_core::quote::QuotedFee;
use ledger_core::rate_card::CardRecourse;
use ledger_core::rate_card::CardRow;
use ledger_core::rate_card::RateCard;
use ledger_core::rate_card::grade_condition;
use ledger_core::rate_card::root_of_rows;
use ledger_core::recourse::Recourse;
use ledger_core::refusal::Refusal;
use ledger_core::replay::Replay;
use ledger_core::replay::Replayed;
use ledger_core::retransfer::RetransferAct;
use ledger_core::reversal::ReversalAct;
use ledger_core::seats::check_signatures;
use ledger_core::seats::seats;
use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_core::signature::signatures_to_bytes;
use ledger_core::standing_offer::StandingOffer;
use ledger_core::terms::PaperTerms;

/// Keys and parties are named by one byte. Keys: the book, the obligor's two people, one for each
/// other party, one that was revoked (the obligor's) and one that nobody enrolled.
pub(crate) const BOOK: u8 = 1;
pub(crate) const OBLIGOR: u8 = 2;
pub(crate) const CHECKER: u8 = 3;
pub(crate) const SUPPLIERS: [u8; 4] = [10, 11, 12, 13];
pub(crate) const BANKS: [u8; 2] = [20, 21];
pub(crate) const REVOKED: u8 = 90;
pub(crate) const STRANGER: u8 = 91;
pub(crate) const ORIGIN: &str = "tallystick.test/book";
pub(crate) const NOON: i64 = 1_770_000_000;

pub(crate) fn party(tag: u8) -> PartyId {
    PartyId::from_bytes([tag; 16])
}

pub(crate) fn key(tag: u8) -> KeyId {
    KeyId::from_bytes([tag ^ 0x80; 16])
}

pub(crate) fn signer(tag: u8) -> Signer {
    Signer::from_seed(key(tag), &[tag; 32]).unwrap()
}

pub(crate) fn paper(tag: u8) -> PaperId {
    PaperId::from_bytes([tag; 16])
}

pub(crate) fn book() -> BookId {
    BookId::from_bytes([BOOK; 16])
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(crate) fn amount(minor: i64) -> Amount {
    Amount::from_minor(minor).unwrap()
}

pub(crate) fn evidence(tag: u8) -> EvidenceDigest {
    EvidenceDigest::from_bytes([tag; 32])
}

pub(crate) const TERMS: PaperTerms = PaperTerms {
    clearing_rule: 1,
    minimum_fragment: Amount::ZERO,
    maximum_tier: 3,
    transferable: true,
    payment: PaymentTerms::FIRST_FORM,
};

/// A journal entry by entry, as one who has nothing but it replays it.
pub(crate) fn replayed(journal: &[SealedEntry]) -> Vec<Replayed> {
    let mut replay = Replay::new(ORIGIN.to_owned(), signer(BOOK).public_key());
    let take = |sealed: &SealedEntry| {
        let signatures = signatures_to_bytes(sealed.signatures());
        let taken = replay.entry(&sealed.entry().to_bytes(), &signatures);
        taken.unwrap()
    };
    journal.iter().map(take).collect()
}

/// A book that is kept: state, journal and sheets.
#[derive(Clone)]
pub(crate) struct Keeper {
    pub(crate) ledger: Ledger,
    pub(crate) today: NaiveDate,
    pub(crate) journal: Vec<SealedEntry>,
    pub(crate) sheets: Vec<(usize, PaperId, Vec<u8>)>,
    pub(crate) legs: Legs,
    /// Whose the part was that each entry acted on, after it.
    pub(crate) holders: HashMap<EntryHash, PartyId>,
    /// By which entry, counted, each holder acquired each fragment there ever was.
    pub(crate) acquisitions: HashMap<FragmentRef, Acquisition>,
}

impl Keeper {
    /// Only the state before the first entry.
    pub(crate) fn unopened() -> Keeper {
        let today = day("2026-02-02");
        Keeper {
            ledger: Ledger::deciding(book(), today, NOON),
            today,
            journal: Vec::new(),
            sheets: Vec::new(),
            legs: Legs::default(),
            holders: HashMap::new(),
            acquisitions: HashMap::new(),
        }
    }

    /// A book with all parties and keys.
    pub(crate) fn new() -> Keeper {
        let mut keeper = Keeper::unopened();
        keeper.about(open_book()).unwrap();
        for (tag, kind) in cast() {
            keeper.about(Act::EnrolParty(record(tag, kind))).unwrap();
            keeper.about(enrol_key(tag, tag)).unwrap();
        }
        keeper.about(enrol_key(OBLIGOR, CHECKER)).unwrap();
        keeper.about(enrol_key(OBLIGOR, REVOKED)).unwrap();
        keeper.about(Act::RevokeKey { key: key(REVOKED) }).unwrap();
        keeper
    }

    pub(crate) fn go_to(&mut self, date: NaiveDate) {
        self.today = date;
        self.ledger.judge_at(Moment::Now { date, unix: NOON });
    }

    /// An entry of today.
    pub(crate) fn entry(&self, paper: Option<PaperId>, on: Option<&Fragment>, act: Act) -> Entry {
        Entry {
            book: book(),
            date: self.today,
            paper,
            spends: on.map(|f| f.reference),
            cut: on.map_or(Cut::default(), |f| Cut {
                lo: f.range.lo(),
                mid: f.range.hi(),
                hi: f.range.hi(),
            }),
            act,
        }
    }

    /// Checks signatures, applies, and notes it in the journal.
    pub(crate) fn post(&mut self, sealed: SealedEntry) -> Result<Applied, Refusal> {
        check_signatures(&sealed, |id| self.ledger.key(id).map(|k| k.public_key))?;
        let applied = self.ledger.apply(&sealed)?;
        self.legs.follow(&sealed, &applied);
        for made in [&applied.left, &applied.right].into_iter().flatten() {
            if let Some(leg) = self.legs.newest(made.reference) {
                self.ledger.load_leg(made.reference, leg);
            }
        }
        if let Some(left) = &applied.left {
            self.holders.insert(sealed.hash(), left.holder);
        }
        self.follow_acquisitions(&applied);
        self.journal.push(sealed);
        Ok(applied)
    }

    fn follow_acquisitions(&mut self, applied: &Applied) {
        let now = Acquisition(i64::try_from(self.journal.len()).unwrap());
        for made in [&applied.left, &applied.right].into_iter().flatten() {
            let by = match &applied.spent {
                Some(spent) if spent.holder == made.holder => self.acquisitions[&spent.reference],
                _ => now,
            };
            self.acquisitions.insert(made.reference, by);
            self.ledger.load_acquisition(made.reference, by);
        }
    }

    /// The entry that joins two fragments, or would if it could.
    pub(crate) fn join_entry(&self, first: &Fragment, second: &Fragment) -> Entry {
        let neighbour = second.reference;
        let mut entry = self.entry(
            Some(first.paper),
            Some(first),
            Act::Join(JoinAct { neighbour }),
        );
        (entry.cut.mid, entry.cut.hi) = (second.range.hi(), second.range.hi());
        entry
    }

    /// Posts an act about the book, signed as it must be.
    pub(crate) fn about(&mut self, act: Act) -> Result<Applied, Refusal> {
        let subject = match &act {
            Act::EnrolKey { key: id, .. } => id.bytes()[0] ^ 0x80,
            _ => BOOK,
        };
        let sealed = sign(self.entry(None, None, act), &[BOOK, subject]);
        self.post(sealed)
    }

    /// Issues a paper to the first supplier, due in 90 days.
    pub(crate) fn issue(&mut self, tag: u8, face: i64) -> Fragment {
        let sealed = sign(self.issue_entry(tag, face), &[OBLIGOR, CHECKER]);
        self.post(sealed).unwrap().left.unwrap()
    }

    pub(crate) fn issue_entry(&self, tag: u8, face: i64) -> Entry {
        let maturity = self.today + chrono::Duration::days(90);
        Entry {
            cut: Cut {
                lo: 0,
                mid: face,
                hi: face,
            },
            ..self.entry(
                Some(paper(tag)),
                None,
                Act::Issue(Box::new(IssueAct {
                    number: format!("{tag:030}"),
                    obligor: party(OBLIGOR),
                    payee: party(SUPPLIERS[0]),
                    currency: Currency::CNY,
                    maturity,
                    due_date: maturity,
                    calendar: "CN".to_owned(),
                    terms: TERMS,
                    payables: vec![DocumentDigest::from_bytes([tag; 32])],
                })),
            )
        }
    }

    /// Posts an act on the first `take` units of a fragment.
    pub(crate) fn act(
        &mut self,
        on: &Fragment,
        take: i64,
        act: Act,
        signers: &[u8],
    ) -> Result<Applied, Refusal> {
        let sealed = sign(self.act_entry(on, take, act), signers);
        self.post(sealed)
    }

    pub(crate) fn act_entry(&self, on: &Fragment, take: i64, act: Act) -> Entry {
        let mut entry = self.entry(Some(on.paper), Some(on), act);
        entry.cut.mid = on.range.lo() + take;
        entry
    }

    /// Undoes the purchase of a fragment, as far as the journal has one: with the entry that made
    /// the fragment and that one's parent, whatever they are; with the newest purchase of all if
    /// they can't even be written into the act.
    pub(crate) fn reverse(&self, fragment: &Fragment) -> Act {
        let find = |hash| self.journal.iter().find(|sealed| sealed.hash() == hash);
        let of = |completed: &SealedEntry| {
            let agreed = completed.entry().spends.and_then(|r| find(r.parent))?;
            let fits = matches!(
                completed.entry().act,
                Act::CompleteDiscount { .. } | Act::CompleteRegistered { .. }
            );
            fits.then(|| ReversalAct {
                evidence: evidence(9),
                agreed: agreed.clone(),
                completed: completed.clone(),
            })
        };
        let own = find(fragment.reference.parent).and_then(of);
        match own.or_else(|| self.journal.iter().rev().find_map(of)) {
            Some(reversal) => Act::ReverseDiscount(Box::new(reversal)),
            None => Act::ReverseDiscount(Box::new(ReversalAct {
                evidence: evidence(9),
                agreed: self.journal[0].clone(),
                completed: self.journal[0].clone(),
            })),
        }
    }

    /// Issues and accepts.
    pub(crate) fn active(&mut self, tag: u8, face: i64) -> Fragment {
        let waiting = self.issue(tag, face);
        let accepted = self.act(&waiting, face, Act::Accept, &[SUPPLIERS[0]]);
        accepted.unwrap().left.unwrap()
    }

    /// The live fragments of a paper with their holders' accounts, lowest first.
    pub(crate) fn leaves(&self, paper: PaperId) -> Vec<Leaf> {
        let mut leaves: Vec<Leaf> = self
            .ledger
            .fragments()
            .filter(|f| f.paper == paper)
            .map(|f| {
                let account = &self.ledger.party(f.holder).unwrap().account;
                Leaf {
                    range: f.range,
                    holder: f.holder,
                    account: AccountKey::of(&account.bank_code, &account.number),
                }
            })
            .collect();
        leaves.sort_by_key(|leaf| leaf.range.lo());
        leaves
    }

    /// What clearing says now about `cash_total`, and the entry that carries it.
    pub(crate) fn settle_entry(
        &self,
        paper: PaperId,
        earlier: &[i64],
        cash: i64,
    ) -> (Entry, ClearingSheet) {
        let face = self.ledger.paper(paper).unwrap().face;
        let leaves = self.leaves(paper);
        let receipts: Vec<Amount> = earlier.iter().map(|cash| amount(*cash)).collect();
        let (rule, obligor) = (ClearingRule::V1, party(OBLIGOR));
        let sheet = clear_payable(rule, face, obligor, &leaves, &receipts, amount(cash)).unwrap();
        let act = Act::Settle {
            cash_total: amount(earlier.iter().sum::<i64>() + cash),
            sheet: sheet.digest(),
            evidence: evidence(77),
        };
        let mut entry = self.entry(Some(paper), None, act);
        entry.cut = Cut {
            lo: 0,
            mid: face.minor(),
            hi: face.minor(),
        };
        (entry, sheet)
    }

    /// Settles with what clearing says now.
    pub(crate) fn settle(&mut self, paper: PaperId, earlier: &[i64], cash: i64) {
        let (entry, sheet) = self.settle_entry(paper, earlier, cash);
        let n = self.journal.len();
        self.post(sign(entry, &[BOOK])).unwrap();
        self.sheets.push((n, paper, sheet.canonical_bytes()));
    }

    /// The journal as a file.
    pub(crate) fn export(&self) -> String {
        let mut out = String::new();
        write_header(&mut out, &book_verifier_key());
        let mut log = LogFrontier::new();
        for (n, sealed) in self.journal.iter().enumerate() {
            let signatures = signatures_to_bytes(sealed.signatures());
            write_entry(
                &mut out,
                u64::try_from(n).unwrap(),
                &sealed.entry().to_bytes(),
                &signatures,
            );
            log.append(sealed.hash());
        }
        let mut live: Vec<&Fragment> = self.ledger.fragments().collect();
        live.sort_by_key(|f| (f.paper, f.range.lo()));
        for fragment in live {
            write_live(&mut out, &LiveLine::from(fragment));
        }
        for (n, paper, bytes) in &self.sheets {
            write_sheet(&mut out, *paper, u64::try_from(*n).unwrap(), bytes);
        }
        let checkpoint = Checkpoint {
            origin: ORIGIN.to_owned(),
            size: log.size(),
            root: log.root(),
        };
        write_note(&mut out, &checkpoint.signed(&signer(BOOK)));
        out
    }
}

pub(crate) fn book_verifier_key() -> String {
    verifier_key(ORIGIN, &signer(BOOK).public_key())
}

/// Signs the act's seats with these keys, in order.
pub(crate) fn sign(entry: Entry, tags: &[u8]) -> SealedEntry {
    let signers: Vec<Signer> = tags.iter().map(|tag| signer(*tag)).collect();
    let filled: Vec<(Seat, &Signer)> = seats(&entry.act)
        .iter()
        .copied()
        .zip(signers.iter())
        .collect();
    entry.sealed_by(&filled)
}

pub(crate) fn cast() -> Vec<(u8, PartyKind)> {
    let mut cast = vec![(OBLIGOR, PartyKind::Obligor)];
    cast.extend(SUPPLIERS.map(|tag| (tag, PartyKind::Supplier)));
    cast.extend(BANKS.map(|tag| (tag, PartyKind::FinanceProvider)));
    cast
}

pub(crate) fn record(tag: u8, kind: PartyKind) -> PartyRecord {
    PartyRecord {
        id: party(tag),
        kind,
        name: format!("Party {tag}"),
        registration: String::new(),
        account: SettlementAccount {
            bank_code: "313290000017".to_owned(),
            number: format!("{:012}", u64::from(tag)),
        },
    }
}

pub(crate) fn open_book() -> Act {
    Act::OpenBook {
        key: key(BOOK),
        public_key: signer(BOOK).public_key(),
        origin: ORIGIN.to_owned(),
    }
}

pub(crate) fn enrol_key(owner: u8, tag: u8) -> Act {
    Act::EnrolKey {
        party: party(owner),
        key: key(tag),
        public_key: signer(tag).public_key(),
    }
}

pub(crate) fn offer(to: u8) -> Act {
    Act::Offer(OfferAct {
        to: party(to),
        recourse: Recourse::Without,
        documents: vec![DocumentDigest::from_bytes([to; 32])],
    })
}

/// A quote of `bank` for the first `take` units, one unit of it interest if that leaves proceeds.
pub(crate) fn quote(on: &Fragment, take: i64, bank: u8, pay_date: NaiveDate) -> Quote {
    let (front, _rest) = on.range.cut(amount(take)).unwrap();
    let charge = i64::from(take > 1);
    Quote {
        id: QuoteId::from_bytes([bank; 16]),
        provider: party(bank),
        holder: on.holder,
        paper: on.paper,
        fragment: on.reference,
        range: front,
        currency: Currency::CNY,
        rate: "3.65".to_owned(),
        day_count: "act/360".to_owned(),
        days: 30,
        charge: amount(charge),
        obligor_share: Amount::ZERO,
        fees: vec![QuotedFee {
            kind: "registration".to_owned(),
            payer: "funder".to_owned(),
            amount: amount(30),
        }],
        proceeds: amount(take - charge),
        annual_cost: "3.7000".to_owned(),
        recourse: Recourse::Without,
        pay_date,
        expires_at: NOON,
    }
}

pub(crate) fn agree(quote: &Quote) -> Act {
    Act::AgreeDiscount {
        quote: quote.to_bytes().unwrap(),
    }
}

/// A card of `bank` with one row for the obligor without recourse, one for anybody with limited
/// recourse at a rate a month, and one that nobody here can use.
pub(crate) fn card(bank: u8, today: NaiveDate) -> (RateCard, Vec<CardRow>) {
    let row = CardRow {
        obligor: Some(party(OBLIGOR)),
        grade: [0; 32],
        days_from: 1,
        days_to: 120,
        amount_from: amount(1),
        amount_to: amount(100_000),
        recourse: CardRecourse::Without,
        rate: Rate::AnnualPercent("3.65".parse().unwrap()),
        day_count: DayCount::Actual365Fixed,
    };
    let rows = vec![
        row.clone(),
        CardRow {
            obligor: None,
            grade: grade_condition(&[7; 16], 4),
            recourse: CardRecourse::LimitedPercent("20".parse().unwrap()),
            rate: Rate::MonthlyPerMille("3".parse().unwrap()),
            day_count: DayCount::Actual360,
            ..row.clone()
        },
        CardRow {
            obligor: Some(party(SUPPLIERS[3])),
            recourse: CardRecourse::With,
            ..row
        },
    ];
    let (count, root) = root_of_rows(&rows).unwrap();
    let card = RateCard {
        id: RateCardId::from_bytes([bank; 16]),
        provider: party(bank),
        currency: Currency::CNY,
        rows: count,
        root,
        fees: vec![
            Fee::Handling {
                payer: Payer::Holder,
                charge: FeeCharge::PerMilleOfFace("2.5".parse().unwrap()),
            },
            Fee::Registration {
                payer: Payer::Funder,
                charge: FeeCharge::Flat(amount(30)),
            },
        ],
        buyer_paid_share: "50".parse().unwrap(),
        payout_lag_days: 1,
        quote_minutes: 15,
        valid_from: today,
        valid_until: today + chrono::Days::new(30),
        most_in_all: Amount::ZERO,
    };
    (card, rows)
}

/// The quote that row `index` gives today for the first `take` units, and its proof.
pub(crate) fn by_card(
    card: &RateCard,
    rows: &[CardRow],
    index: u16,
    ledger: &Ledger,
    on: &Fragment,
    take: i64,
) -> (Quote, StandingOffer) {
    let offer = card.offer(rows, index).unwrap();
    let paper = ledger.paper(on.paper).unwrap();
    let today = card.valid_from;
    let blank = Quote {
        expires_at: NOON + 900,
        ..quote(on, take, 20, today + chrono::Days::new(1))
    };
    let proved = offer.proved().unwrap().unwrap();
    let follows = proved.quote(&blank, paper.obligor, paper.due_date, today);
    (follows.unwrap(), offer)
}

pub(crate) fn agree_by_card(quote: &Quote, offer: StandingOffer) -> Act {
    Act::AgreeDiscountByCard {
        quote: quote.to_bytes().unwrap(),
        offer,
    }
}

pub(crate) fn complete_registered(tag: u8) -> Act {
    Act::CompleteRegistered {
        evidence: evidence(tag),
        certificate: CertificateNumber::parse("0123 4567 0001 2345 6789").unwrap(),
    }
}

/// A deed of `bank` over the first `take` units.
pub(crate) fn deed(on: &Fragment, take: i64, bank: u8) -> PledgeDeed {
    let (front, _rest) = on.range.cut(amount(take)).unwrap();
    PledgeDeed {
        id: PledgeId::from_bytes([bank; 16]),
        pledgee: party(bank),
        holder: on.holder,
        paper: on.paper,
        fragment: on.reference,
        range: front,
        currency: Currency::CNY,
        secured: amount(1_000),
        loan: "LOAN-7".to_owned(),
        expires_at: NOON,
    }
}

/// An offer to another bank, on a contract, without recourse.
pub(crate) fn retransfer(to: u8) -> Act {
    Act::OfferRetransfer(RetransferAct {
        to: party(to),
        recourse: Recourse::Without,
        contract: "ZZR-2026-7".to_owned(),
    })
}

pub(crate) fn pledge(deed: &PledgeDeed) -> Act {
    Act::Pledge {
        deed: deed.to_bytes(),
    }
}
