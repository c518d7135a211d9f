//! Sealed bids from the digest to the signature, and everybody who would like to look.

use ledger_app::change_passphrase;
use ledger_app::decline_request;
use ledger_app::error::AppError;
use ledger_app::expire_inquiries;
use ledger_app::obligor_status::Finding;
use ledger_app::priced_quote::QuoteTerms;
use ledger_app::provider_inbox;
use ledger_app::quote_fragment;
use ledger_app::quote_fragment::Prepared;
use ledger_app::quote_fragment::Quoted;
use ledger_app::record_disclosure;
use ledger_app::record_disclosure::LookedUp;
use ledger_app::request_finance::Bidding;
use ledger_app::request_finance::Providers;
use ledger_app::request_finance::RequestFinance;
use ledger_app::reveal_bid;
use ledger_app::seal_bid;
use ledger_app::sign_in;
use ledger_app::supplier_quotes;
use ledger_app::supplier_quotes::Comparison;
use ledger_app::withdraw_inquiry;
use ledger_core::id::BidId;
use ledger_core::id::QuoteId;
use ledger_core::id::RequestId;
use ledger_core::sealed_bid::Opening;
use ledger_store::finance::InvitationState;
use ledger_store::quotes::QuoteState;
use ledger_store::sealed_bids::BidState;

use crate::finance_stage::bid_terms;
use crate::finance_stage::in_hours;
use crate::finance_stage::inquire;
use crate::finance_stage::letters;
use crate::finance_stage::part;
use crate::finance_stage::quote;
use crate::finance_stage::sign;
use crate::sign_in::PASSPHRASE;
use crate::sign_in::behind;
use crate::sign_in::invited_member;
use crate::stage::Actor;
use crate::stage::MATURITY;
use crate::stage::OPENING;
use crate::stage::Stage;

/// A rate that stands nowhere else.
const RATE: &str = "7.4193";

/// A supplier's sealed inquiry on one fragment, to all banks there are.
pub(crate) struct Auction {
    pub(crate) stage: Stage,
    pub(crate) supplier: Actor,
    pub(crate) banks: [Actor; 2],
    pub(crate) request: RequestId,
}

/// A bid as its bank keeps it at home.
pub(crate) struct Kept {
    pub(crate) bid: BidId,
    pub(crate) opening: Opening,
    pub(crate) prepared: Prepared,
}

pub(crate) fn auction() -> Auction {
    let stage = Stage::new();
    let supplier = stage.supplier("溪谷五金");
    let banks = [stage.bank("江口银行"), stage.bank("海港保理")];
    let face = Stage::yuan("310000.00");
    let paper = stage.issued_paper(&supplier, face, MATURITY);
    let command = RequestFinance {
        parts: vec![part(&paper.fragment, face)],
        providers: Providers::All,
        bidding: Bidding::Sealed(in_hours(&stage, 24)),
        expires_at: in_hours(&stage, 48),
    };
    let request = inquire(&stage, &supplier, &command).unwrap()[0];
    Auction {
        stage,
        supplier,
        banks,
        request,
    }
}

impl Auction {
    pub(crate) fn bid(&self, bank: &Actor, rate: &str) -> Result<Kept, AppError> {
        self.bid_on(bank, &bid_terms(&self.stage, rate))
    }

    pub(crate) fn bid_on(&self, bank: &Actor, terms: &QuoteTerms) -> Result<Kept, AppError> {
        let app = &self.stage.app;
        let prepared = quote_fragment::prepare(app, &bank.who, self.request, terms)?;
        let opening = Opening {
            nonce: ledger_app::random::bytes().unwrap(),
            quote: prepared.body.clone(),
        };
        let digest = opening.commitment(self.request, bank.party());
        let sealed = seal_bid::commit(app, &bank.who, self.request, digest, &bank.signing(), None)?;
        Ok(Kept {
            bid: BidId::parse(&sealed.bid).unwrap(),
            opening,
            prepared,
        })
    }

    pub(crate) fn reveal(&self, bank: &Actor, kept: &Kept) -> Result<Quoted, AppError> {
        let (app, signing) = (&self.stage.app, bank.signing());
        reveal_bid::reveal(app, &bank.who, kept.bid, &kept.opening, &signing, None)
    }

    pub(crate) fn seen(&self) -> Comparison {
        supplier_quotes::run(&self.stage.app, &self.supplier.who, self.request).unwrap()
    }

    /// Bids are closed from now on.
    pub(crate) fn close_bids(&self) {
        behind(
            &self.stage,
            "UPDATE finance_inquiry SET bids_until = created_at + interval '1 microsecond'",
        );
    }

    /// The inquiry is over from now on.
    pub(crate) fn end(&self) {
        self.close_bids();
        behind(
            &self.stage,
            "UPDATE finance_inquiry SET bids_until = created_at + interval '1 microsecond', \
             expires_at = created_at + interval '2 microseconds'; \
             UPDATE finance_request SET expires_at = created_at + interval '2 microseconds'",
        );
    }

    pub(crate) fn state(&self, bid: BidId) -> BidState {
        let found = self
            .stage
            .app
            .store
            .read(|tx| tx.sealed_bids_by_ids(&[bid]));
        found.unwrap()[0].state
    }
}

/// All that the database holds, every row of every table as text, bytes as hexadecimal digits.
fn everything(stage: &Stage) -> String {
    let mut client =
        postgres::Client::connect(&stage.database.url_superuser(), postgres::NoTls).unwrap();
    let tables = client
        .query(
            "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables \
             WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
            &[],
        )
        .unwrap();
    assert!(tables.len() > 30, "that is not the whole database");
    let mut all = String::new();
    for table in tables {
        let table: String = table.get(0);
        let rows = client.query(&format!("SELECT t::text FROM {table} t"), &[]);
        for row in rows.unwrap() {
            all.push_str(row.get(0));
            all.push('\n');
        }
    }
    all
}

/// What of a bid stands readable in the database.
fn found(stage: &Stage, opening: &Opening, prepared: &Prepared) -> Vec<&'static str> {
    let all = everything(stage);
    let quote = &prepared.quote;
    let plain = |amount: ledger_core::amount::Amount| amount.to_plain(quote.currency);
    let signs = [
        ("rate", quote.rate.clone()),
        ("rate in bytes", hex::encode(&quote.rate)),
        ("proceeds", plain(quote.proceeds)),
        ("proceeds in cents", quote.proceeds.minor().to_string()),
        (
            "proceeds in bytes",
            hex::encode(quote.proceeds.minor().to_be_bytes()),
        ),
        ("charge", plain(quote.charge)),
        ("charge in cents", quote.charge.minor().to_string()),
        ("cost a year", quote.annual_cost.clone()),
        ("body", hex::encode(&prepared.body)),
        (
            "end of the body",
            hex::encode(&prepared.body[prepared.body.len() - 40..]),
        ),
        ("id of the quote", hex::encode(quote.id.bytes())),
        ("nonce", hex::encode(opening.nonce)),
    ];
    let there = signs.into_iter().filter(|(_, sign)| all.contains(sign));
    there.map(|(name, _)| name).collect()
}

#[test]
fn not_even_the_database_holds_a_bid_before_it_is_shown() {
    let auction = auction();
    let [bank, _] = &auction.banks;
    let kept = auction.bid(bank, RATE).unwrap();
    let nothing: [&str; 0] = [];
    assert_eq!(
        found(&auction.stage, &kept.opening, &kept.prepared),
        nothing
    );
    auction.close_bids();
    auction.reveal(bank, &kept).unwrap();
    // The same look finds it all from then on: it would have seen it before.
    let shown = found(&auction.stage, &kept.opening, &kept.prepared);
    for sign in [
        "rate",
        "proceeds",
        "charge in cents",
        "body",
        "end of the body",
        "cost a year",
    ] {
        assert!(shown.contains(&sign), "{sign} is not among {shown:?}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
fn a_persons_bid_rests_in_an_envelope_that_only_its_passphrase_opens() {
    let auction = auction();
    let (stage, request) = (&auction.stage, auction.request);
    let bank = stage.bank("山前银行");
    let command = RequestFinance {
        parts: vec![part(
            &stage
                .issued_paper(&auction.supplier, Stage::yuan("70000.00"), MATURITY)
                .fragment,
            Stage::yuan("70000.00"),
        )],
        providers: Providers::Chosen(vec![bank.party()]),
        bidding: Bidding::Sealed(in_hours(stage, 24)),
        expires_at: in_hours(stage, 48),
    };
    let asked = inquire(stage, &auction.supplier, &command).unwrap()[0];
    assert_ne!(asked, request);
    let person = |email: &str| {
        invited_member(stage, bank.party(), email);
        let signed = sign_in::run(&stage.app, email, PASSPHRASE, "test");
        signed.unwrap().principal
    };
    let (clerk, colleague) = (person("clerk@bank.test"), person("colleague@bank.test"));
    let terms = bid_terms(stage, RATE);
    let prepared = quote_fragment::prepare(&stage.app, &clerk, asked, &terms).unwrap();
    let wrong = seal_bid::seal(
        &stage.app,
        &clerk,
        asked,
        &prepared.body,
        "not this one",
        None,
    );
    assert_eq!(wrong.unwrap_err().code(), "wrong_passphrase");
    let gate = seal_bid::seal(&stage.app, &clerk, asked, &prepared.body, PASSPHRASE, None);
    assert_eq!(gate.unwrap_err().code(), "disclosure_not_checked");
    let look = LookedUp {
        obligor: stage.obligor.maker.party(),
        on: OPENING,
        source: "票据信息披露平台".to_owned(),
        finding: Finding::Clean,
        word: String::new(),
    };
    record_disclosure::run(&stage.app, &clerk, &look).unwrap();
    let sealed = seal_bid::seal(&stage.app, &clerk, asked, &prepared.body, PASSPHRASE, None);
    let bid = BidId::parse(&sealed.unwrap().bid).unwrap();
    let blank = Opening {
        nonce: [0x5a; 32],
        quote: Vec::new(),
    };
    let nothing: [&str; 0] = [];
    assert_eq!(found(stage, &blank, &prepared), nothing);
    let row = stage
        .app
        .store
        .read(|tx| tx.sealed_bids_by_ids(&[bid]))
        .unwrap();
    let length = row[0].envelope.as_ref().unwrap().len();
    assert_eq!(
        (length - 33) % ledger_app::custody::NOTE_BLOCK,
        0,
        "{length}"
    );

    let open = |who, passphrase| reveal_bid::open(&stage.app, who, bid, passphrase, None);
    assert_eq!(
        open(&clerk, PASSPHRASE).unwrap_err().code(),
        "bids_not_closed"
    );
    auction.close_bids();
    assert_eq!(
        open(&clerk, "not this one").unwrap_err().code(),
        "wrong_passphrase"
    );
    assert_eq!(
        open(&colleague, PASSPHRASE).unwrap_err().code(),
        "bid_of_another_person"
    );
    assert_eq!(
        open(&auction.banks[0].who, PASSPHRASE).unwrap_err().code(),
        "not_found"
    );
    // Another passphrase in the meantime takes nothing away.
    let new = "four quite ordinary words";
    change_passphrase::run(&stage.app, &clerk, PASSPHRASE, new, "test").unwrap();
    assert_eq!(
        open(&clerk, PASSPHRASE).unwrap_err().code(),
        "wrong_passphrase"
    );
    let quoted = open(&clerk, new).unwrap();
    assert_eq!(quoted.quote, prepared.quote.id.to_string());
    assert_eq!(open(&clerk, new).unwrap_err().code(), "bid_not_sealed");
    let row = stage
        .app
        .store
        .read(|tx| tx.sealed_bids_by_ids(&[bid]))
        .unwrap();
    assert_eq!(
        (row[0].state, row[0].envelope.clone()),
        (BidState::Revealed, None)
    );
    let signed = sign(stage, &auction.supplier, prepared.quote.id).unwrap();
    assert!(signed.rest.is_none());
}

#[test]
#[expect(clippy::too_many_lines, reason = "one story, told in order")]
fn bids_are_counted_shown_and_signed_and_the_unread_one_lapses() {
    let auction = auction();
    let stage = &auction.stage;
    let [dear, cheap] = &auction.banks;
    let late = stage.bank("迟到银行");
    // The later bank was not there when all were asked.
    assert_eq!(auction.bid(&late, "1").err().unwrap().code(), "not_found");
    assert_eq!(
        quote(stage, dear, auction.request, &bid_terms(stage, "4"))
            .unwrap_err()
            .code(),
        "sealed_bids_only"
    );
    let first = auction.bid(dear, "4.10").unwrap();
    assert_eq!(
        auction.bid(dear, "4.00").err().unwrap().code(),
        "bid_sealed"
    );
    let refused = decline_request::run(&stage.app, &dear.who, auction.request);
    assert_eq!(refused.unwrap_err().code(), "bid_sealed");
    // Taken back and made anew as long as bids are taken: nobody is told.
    seal_bid::withdraw(&stage.app, &dear.who, first.bid).unwrap();
    seal_bid::withdraw(&stage.app, &dear.who, first.bid).unwrap();
    assert_eq!(auction.seen().bidders, 0);
    let second = auction.bid(dear, "4.00").unwrap();
    let third = auction.bid(cheap, RATE).unwrap();

    // The holder knows how many, and nothing else.
    let seen = auction.seen();
    assert_eq!((seen.sealed, seen.bidders, seen.offers.len()), (true, 2, 0));
    assert!(seen.waiting.is_empty() && seen.declined.is_empty());
    let invitations = stage
        .app
        .store
        .read(|tx| tx.finance_invitations(&[auction.request]));
    for invitation in invitations.unwrap() {
        assert_eq!(invitation.state, InvitationState::Invited);
    }
    assert_eq!(letters(stage, &auction.supplier), [""; 0]);
    let mine = provider_inbox::one(&stage.app, &dear.who, auction.request).unwrap();
    assert_eq!(mine.my_bid, Some((second.bid, BidState::Sealed)));
    assert_eq!(mine.my_quote, None);
    // Too early, and not by another.
    assert_eq!(
        auction.reveal(dear, &second).unwrap_err().code(),
        "bids_not_closed"
    );
    assert_eq!(
        auction.reveal(cheap, &second).unwrap_err().code(),
        "not_found"
    );
    let now = stage.app.moment().unwrap();
    assert_eq!(expire_inquiries::call_reveals(&stage.app, now), Ok(0));

    auction.close_bids();
    assert_eq!(
        auction.bid(&auction.banks[0], "1").err().unwrap().code(),
        "bids_closed"
    );
    let taken_back = seal_bid::withdraw(&stage.app, &dear.who, second.bid);
    assert_eq!(taken_back.unwrap_err().code(), "bids_closed");
    let now = stage.app.moment().unwrap();
    assert_eq!(expire_inquiries::call_reveals(&stage.app, now), Ok(1));
    assert_eq!(
        expire_inquiries::call_reveals(&stage.app, now),
        Ok(0),
        "once"
    );
    for bank in [dear, cheap] {
        assert_eq!(letters(stage, bank), ["finance_requested", "reveal_due"]);
    }
    assert_eq!(letters(stage, &auction.supplier), ["bids_in"]);
    assert_eq!(auction.seen().waiting.len(), 2);

    // Other figures than those it was bound to, under a good signature: no.
    let better = quote_fragment::prepare(
        &stage.app,
        &dear.who,
        auction.request,
        &bid_terms(stage, "0.50"),
    );
    let other = Opening {
        quote: better.unwrap().body,
        ..second.opening.clone()
    };
    let swapped = Kept {
        opening: other,
        ..auction_copy(&second)
    };
    assert_eq!(
        auction.reveal(dear, &swapped).unwrap_err().code(),
        "commitment_differs"
    );
    let mut nonce = auction_copy(&second);
    nonce.opening.nonce[0] ^= 1;
    assert_eq!(
        auction.reveal(dear, &nonce).unwrap_err().code(),
        "commitment_differs"
    );
    assert_eq!(auction.state(second.bid), BidState::Sealed);
    assert!(auction.seen().offers.is_empty());

    auction.reveal(dear, &second).unwrap();
    let seen = auction.seen();
    assert_eq!((seen.offers.len(), seen.waiting.len()), (1, 1));
    assert_eq!(seen.offers[0].quotes[0].quote, second.prepared.quote);
    // Neither bank learns of the other, bid or quote.
    let theirs = provider_inbox::one(&stage.app, &cheap.who, auction.request).unwrap();
    assert_eq!(
        (theirs.my_quote, theirs.my_bid),
        (None, Some((third.bid, BidState::Sealed)))
    );
    sign(stage, &auction.supplier, second.prepared.quote.id).unwrap();
    // Another was signed: the one that was not shown ends unread.
    assert_eq!(auction.state(third.bid), BidState::Lapsed);
    assert!(letters(stage, cheap).ends_with(&["bid_lapsed"]));
    assert_eq!(
        auction.reveal(cheap, &third).unwrap_err().code(),
        "request_not_open"
    );
    let nothing: [&str; 0] = [];
    assert_eq!(found(stage, &third.opening, &third.prepared), nothing);
}

fn auction_copy(kept: &Kept) -> Kept {
    Kept {
        bid: kept.bid,
        opening: kept.opening.clone(),
        prepared: kept.prepared.clone(),
    }
}

#[test]
fn time_and_the_holder_end_bids_unread() {
    let auction = auction();
    let stage = &auction.stage;
    let [one, other] = &auction.banks;
    let kept = auction.bid(one, RATE).unwrap();
    auction.end();
    assert_eq!(
        auction.reveal(one, &kept).unwrap_err().code(),
        "request_not_open"
    );
    let ended = expire_inquiries::run(&stage.app, stage.app.moment().unwrap()).unwrap();
    assert_eq!((ended.requests, ended.bids, ended.quotes), (1, 1, 0));
    assert_eq!(auction.state(kept.bid), BidState::Lapsed);
    assert!(letters(stage, one).ends_with(&["bid_lapsed"]));
    assert_eq!(letters(stage, other), ["finance_requested"]);

    let again = self::auction();
    let [one, _] = &again.banks;
    let kept = again.bid(one, RATE).unwrap();
    withdraw_inquiry::run(&again.stage.app, &again.supplier.who, again.request).unwrap();
    assert_eq!(again.state(kept.bid), BidState::Lapsed);
    again.close_bids();
    assert_eq!(
        again.reveal(one, &kept).unwrap_err().code(),
        "request_not_open"
    );
}

/// What the use cases refuse, the database refuses too.
#[test]
fn the_database_keeps_bids_sealed_by_itself() {
    let auction = auction();
    let stage = &auction.stage;
    let [bank, _] = &auction.banks;
    let kept = auction.bid(bank, RATE).unwrap();
    let row = ledger_store::quotes::Quote {
        id: QuoteId::from_bytes([7; 16]),
        request: auction.request,
        provider: bank.party(),
        terms: serde_json::json!({}),
        body: kept.prepared.body.clone(),
        key_id: bank.signer.key(),
        signature: [0; 64],
        proceeds: kept.prepared.quote.proceeds,
        charge: kept.prepared.quote.charge,
        state: QuoteState::Offered,
        expires_at: in_hours(stage, 40),
        created_at: stage.app.moment().unwrap(),
        card: None,
        card_row: None,
        offer: None,
    };
    let early = stage
        .app
        .store
        .write(|tx| tx.quote_insert(&row))
        .unwrap_err();
    assert_eq!(
        early,
        ledger_store::error::StoreError::Violated("quote_keeps_sealed".to_owned())
    );
    let bids = stage
        .app
        .store
        .read(|tx| tx.sealed_bids_by_ids(&[kept.bid]));
    let mut late = bids.unwrap().remove(0);
    seal_bid::withdraw(&stage.app, &bank.who, kept.bid).unwrap();
    auction.close_bids();
    late.id = BidId::from_bytes([8; 16]);
    late.commitment = [8; 32];
    late.created_at = stage.app.moment().unwrap();
    let refused = stage
        .app
        .store
        .write(|tx| tx.sealed_bid_insert(&late))
        .unwrap_err();
    assert_eq!(
        refused,
        ledger_store::error::StoreError::Violated("sealed_bid_in_time".to_owned())
    );
    // Bids are closed, but this bank is bound to none.
    let unbound = ledger_store::quotes::Quote {
        created_at: stage.app.moment().unwrap(),
        ..row
    };
    assert!(
        stage
            .app
            .store
            .write(|tx| tx.quote_insert(&unbound))
            .is_err()
    );
}

#[test]
fn who_may_not_bid_may_not_and_who_asks_sees_no_more_than_a_number() {
    let auction = auction();
    let stage = &auction.stage;
    let [bank, other] = &auction.banks;
    let kept = auction.bid(bank, RATE).unwrap();
    let digest = kept.opening.commitment(auction.request, bank.party());
    let app = &stage.app;
    let commit = |who: &Actor, signing: &Actor| {
        seal_bid::commit(
            app,
            &who.who,
            auction.request,
            digest,
            &signing.signing(),
            None,
        )
        .unwrap_err()
        .code()
    };
    assert_eq!(commit(&auction.supplier, &auction.supplier), "forbidden");
    // Another's digest under one's own name is signed by nobody of that name.
    assert_eq!(commit(other, bank), "wrong_signer");
    assert_eq!(commit(other, other), "commitment_taken");
    let code = |outcome: Result<(), AppError>| outcome.unwrap_err().code();
    assert_eq!(
        code(seal_bid::withdraw(app, &other.who, kept.bid)),
        "not_found"
    );
    assert_eq!(
        code(seal_bid::withdraw(app, &auction.supplier.who, kept.bid)),
        "forbidden"
    );
    let operator = &stage.operator;
    for who in [operator, &other.who] {
        assert!(supplier_quotes::run(app, who, auction.request).is_err());
    }
    assert!(provider_inbox::one(app, operator, auction.request).is_err());
    assert!(
        quote_fragment::prepare(app, operator, auction.request, &bid_terms(stage, "1")).is_err()
    );
}
