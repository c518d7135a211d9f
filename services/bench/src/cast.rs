//! Who takes part: an operator, an obligor with two people, and as many suppliers as asked, each
//! with one person who is written to, and one key of its own.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;
use ledger_app::app::App;
use ledger_app::posting_queue::Bundle;
use ledger_app::posting_queue::Effects;
use ledger_app::principal::Principal;
use ledger_app::random;
use ledger_app::sessions::principal_of;
use ledger_core::act::Act;
use ledger_core::entry::Cut;
use ledger_core::entry::Entry;
use ledger_core::id::KeyId;
use ledger_core::id::PartyId;
use ledger_core::id::UserId;
use ledger_core::party::PartyKind;
use ledger_core::party::PartyRecord;
use ledger_core::party::SettlementAccount;
use ledger_core::signature::Seat;
use ledger_core::signature::Signer;
use ledger_store::parties::Language;
use ledger_store::parties::NewParty;
use ledger_store::parties::PartyState;
use ledger_store::parties::SizeClass;
use ledger_store::posting::Posting;
use ledger_store::signing_keys::Custody;
use ledger_store::signing_keys::NewSigningKey;
use ledger_store::users::Role;
use ledger_store::users::User;
use ledger_store::users::UserState;

use crate::failure::Failure;
use crate::failure::lost;

/// Parties enrolled in one unit of work.
const AT_ONCE: usize = 500;

/// Numbers beyond those of suppliers.
const OVERSEERS: usize = 90_000_000;

/// Somebody who acts.
#[derive(Debug)]
pub(crate) struct Actor {
    /// Who.
    pub(crate) who: Principal,
    /// With which key.
    pub(crate) signer: Signer,
}

/// All of them.
#[derive(Debug)]
pub(crate) struct Cast {
    /// The obligor's first person.
    pub(crate) maker: Actor,
    /// Its second.
    pub(crate) checker: Actor,
    /// The suppliers.
    pub(crate) suppliers: Vec<Actor>,
    places: HashMap<PartyId, usize>,
}

impl Cast {
    /// Enrols everybody on an open book.
    pub(crate) fn enrol(app: &App, suppliers: usize) -> Result<Cast, Failure> {
        let date = app.business_date()?;
        let obligor = new_party(PartyKind::Obligor, "东风岭汽车", 0, date)?;
        let mut people = enrol(app, &[(obligor.clone(), Role::Maker)], true)?;
        people.extend(enrol(app, &[(obligor, Role::Checker)], false)?);
        let mut people = people.into_iter();
        let (Some(maker), Some(checker)) = (people.next(), people.next()) else {
            return Err(lost("the obligor's people"));
        };
        let mut members = Vec::with_capacity(suppliers);
        for number in 1..=suppliers {
            let name = supplier_name(number);
            members.push((
                new_party(PartyKind::Supplier, &name, number, date)?,
                Role::Member,
            ));
        }
        let mut all = Vec::with_capacity(suppliers);
        for part in members.chunks(AT_ONCE) {
            all.extend(enrol(app, part, true)?);
        }
        let places = all
            .iter()
            .enumerate()
            .map(|(place, a)| (a.who.party, place))
            .collect();
        Ok(Cast {
            maker,
            checker,
            suppliers: all,
            places,
        })
    }

    /// Somebody who takes no part in the trade: of a party of its own.
    pub(crate) fn overseer(app: &App, kind: PartyKind, role: Role) -> Result<Actor, Failure> {
        let party = new_party(
            kind,
            "监督",
            OVERSEERS + usize::from(kind.code()),
            app.business_date()?,
        )?;
        let found = enrol(app, &[(party, role)], true)?.pop();
        found.ok_or_else(|| lost("an overseer"))
    }

    /// The supplier of this id.
    pub(crate) fn supplier(&self, party: PartyId) -> Result<&Actor, Failure> {
        self.places
            .get(&party)
            .and_then(|place| self.suppliers.get(*place))
            .ok_or_else(|| lost("a holder is none of the suppliers"))
    }

    /// Another supplier than `holder`, chosen by `draw`.
    pub(crate) fn another(&self, holder: PartyId, draw: usize) -> Result<&Actor, Failure> {
        let place = draw % self.suppliers.len().max(1);
        let chosen = self
            .suppliers
            .get(place)
            .ok_or_else(|| lost("no suppliers"))?;
        if chosen.who.party != holder {
            return Ok(chosen);
        }
        let next = place.wrapping_add(1) % self.suppliers.len().max(1);
        self.suppliers
            .get(next)
            .ok_or_else(|| lost("no second supplier"))
    }
}

/// How the payables list writes the name of a supplier.
pub(crate) fn supplier_name(number: usize) -> String {
    format!("量衡供应商{number}号")
}

fn new_party(
    kind: PartyKind,
    name: &str,
    number: usize,
    date: NaiveDate,
) -> Result<NewParty, Failure> {
    Ok(NewParty {
        id: PartyId::from_bytes(random::bytes()?),
        kind,
        name: name.to_owned(),
        name_en: String::new(),
        uscc: String::new(),
        size_class: SizeClass::Large,
        state: PartyState::Active,
        email: String::new(),
        language: Language::Chinese,
        account_name: name.to_owned(),
        account_number: format!("62220000{number:08}"),
        account_bank_code: "102290000018".to_owned(),
        licence_note: String::new(),
        issuance_blocked: false,
        paper_bank_code: "102290000018".to_owned(),
        created_on: date,
    })
}

fn new_user(app: &App, party: PartyId, role: Role) -> Result<User, Failure> {
    let id = UserId::from_bytes(random::bytes()?);
    Ok(User {
        id,
        party,
        display_name: "员工".to_owned(),
        email: format!("{id}@example.com"),
        language: Language::Chinese,
        role,
        password_hash: "$argon2id$none".to_owned(),
        state: UserState::Active,
        invitation_hash: None,
        invitation_expires: None,
        failed_attempts: 0,
        locked_until: None,
        created_at: app.clock.now(),
    })
}

/// Parties (unless they are there), a person each, and its key, which proves itself.
fn enrol(app: &App, members: &[(NewParty, Role)], new: bool) -> Result<Vec<Actor>, Failure> {
    let mut users = Vec::with_capacity(members.len());
    let mut ids = Vec::with_capacity(members.len());
    for (party, role) in members {
        users.push(new_user(app, party.id, *role)?);
        ids.push(party.id);
    }
    if new {
        enrol_parties(app, members)?;
    }
    let parties = app.store.write(|tx| {
        tx.users_insert(&users)?;
        Ok::<_, Failure>(tx.parties_by_ids(&ids)?)
    })?;
    let by_id: HashMap<PartyId, _> = parties.into_iter().map(|p| (p.id, p)).collect();
    let (mut actors, mut keys, mut postings) = (Vec::new(), Vec::new(), Vec::new());
    let date = app.business_date()?;
    for user in users {
        let party = by_id
            .get(&user.party)
            .cloned()
            .ok_or_else(|| lost("a party"))?;
        let seed: [u8; 32] = random::bytes()?;
        let signer = Signer::from_seed(KeyId::from_bytes(random::bytes()?), &seed)
            .map_err(|e| lost(e.to_string()))?;
        keys.push(NewSigningKey {
            id: signer.key(),
            party: party.no,
            user_id: Some(user.id),
            public_key: signer.public_key(),
            custody: Custody::Own,
            sealed: None,
            valid_from: date,
        });
        postings.push(enrolment(app, date, party.id, &signer));
        actors.push(Actor {
            who: principal_of(user, party),
            signer,
        });
    }
    let effects: Effects = Arc::new(move |tx, _date, _verdicts| {
        for key in &keys {
            tx.signing_key_insert(key)?;
        }
        Ok(())
    });
    let bundle = Bundle {
        postings,
        effects: Some(effects),
    };
    for verdict in app.posting.post(bundle)? {
        verdict?;
    }
    Ok(actors)
}

/// The parties themselves, on record and in the journal.
fn enrol_parties(app: &App, members: &[(NewParty, Role)]) -> Result<(), Failure> {
    let date = app.business_date()?;
    let all: Vec<NewParty> = members.iter().map(|(party, _)| party.clone()).collect();
    let postings = all.iter().map(|party| {
        let act = Act::EnrolParty(PartyRecord {
            id: party.id,
            kind: party.kind,
            name: party.name.clone(),
            registration: party.uscc.clone(),
            account: SettlementAccount {
                bank_code: party.account_bank_code.clone(),
                number: party.account_number.clone(),
            },
        });
        about_book(app, date, act, None)
    });
    let bundle = Bundle {
        postings: postings.collect(),
        effects: Some(Arc::new(move |tx, _date, _verdicts| {
            tx.parties_insert(&all)?;
            Ok(())
        })),
    };
    for verdict in app.posting.post(bundle)? {
        verdict?;
    }
    Ok(())
}

fn enrolment(app: &App, date: NaiveDate, party: PartyId, signer: &Signer) -> Posting {
    let act = Act::EnrolKey {
        party,
        key: signer.key(),
        public_key: signer.public_key(),
    };
    about_book(app, date, act, Some(signer))
}

fn about_book(app: &App, date: NaiveDate, act: Act, subject: Option<&Signer>) -> Posting {
    let entry = Entry {
        book: app.book,
        date,
        paper: None,
        spends: None,
        cut: Cut::default(),
        act,
    };
    let seats = subject.map(|signer| (Seat::Subject, signer));
    let seats: Vec<_> = [(Seat::Book, app.recorder())]
        .into_iter()
        .chain(seats)
        .collect();
    Posting {
        sealed: entry.sealed_by(&seats),
        spent: None,
    }
}
