//! Split-transfers through `ledger-app`. Measured are offers: each cuts a fragment, names the
//! recipient and its invoice, is signed by the holder and is durable when it is answered.
//!
//! *One at a time* is the whole use case `transfer_fragment::offer` as a door calls it: policy,
//! fragment, paper, recipient, invoice and its capacity, the signature made, the entry posted, the
//! letter queued. *Batched* are bundles of up to 1,000 offers signed ahead, with the policy asked,
//! the invoices' capacity taken and the letters queued in the same unit of work; *the ledger alone*
//! is the same without invoices and letters.

use std::sync::Arc;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use chrono::NaiveDate;
use ledger_app::app::App;
use ledger_app::notice::Notice;
use ledger_app::notice::RecourseNamed;
use ledger_app::policy::Action;
use ledger_app::posting_queue::Bundle;
use ledger_app::posting_queue::Effects;
use ledger_app::random;
use ledger_app::signing::Signing;
use ledger_app::transfer_fragment;
use ledger_app::transfer_fragment::OfferTransfer;
use ledger_app::wording;
use ledger_core::amount::Amount;
use ledger_core::hash::sha256_of;
use ledger_core::id::DocumentId;
use ledger_core::id::PartyId;
use ledger_core::recourse::Recourse;
use ledger_store::documents::Document;
use ledger_store::documents::DocumentBlob;
use ledger_store::documents::DocumentKind;

use crate::cast::Cast;
use crate::failure::Failure;
use crate::failure::lost;
use crate::figures::percentile;
use crate::figures::rate;
use crate::growth::internal;
use crate::processor_time::ProcessorTime;
use crate::signed_entries::Leaf;
use crate::signed_entries::cny;
use crate::signed_entries::leaves;
use crate::signed_entries::offer;
use crate::signed_entries::post;

/// What a transfer takes from the front of a fragment: one yuan.
const PIECE: i64 = 100;

/// One offer to be made.
#[derive(Debug, Clone, Copy)]
struct Deal {
    /// From whose fragment.
    leaf: Leaf,
    /// To whom.
    to: PartyId,
    /// Against which invoice.
    invoice: DocumentId,
}

/// Fragments to cut, and who plays.
#[derive(Debug)]
pub(crate) struct Transfers<'a> {
    app: &'a App,
    superuser: &'a str,
    cast: &'a Cast,
    date: NaiveDate,
    /// Large fragments, cut at the front again and again.
    leaves: Vec<Leaf>,
    contents: [u8; 32],
}

impl<'a> Transfers<'a> {
    /// Over these fragments.
    pub(crate) fn new(
        app: &'a App,
        superuser: &'a str,
        cast: &'a Cast,
        leaves: Vec<Leaf>,
    ) -> Result<Self, Failure> {
        let bytes = b"invoice".to_vec();
        let contents = sha256_of(&bytes);
        let blob = DocumentBlob {
            sha256: contents,
            bytes,
        };
        app.store
            .write(|tx| tx.document_blobs_insert(std::slice::from_ref(&blob)))?;
        Ok(Transfers {
            app,
            superuser,
            cast,
            date: app.business_date()?,
            leaves,
            contents,
        })
    }

    /// An invoice and a recipient for the front of every fragment.
    fn deals(&self, count: usize) -> Result<Vec<Deal>, Failure> {
        let (mut deals, mut invoices) = (Vec::new(), Vec::new());
        for (place, leaf) in self.leaves.iter().take(count).enumerate() {
            let to = self.cast.another(leaf.fragment.holder, place)?.who.party;
            let invoice = DocumentId::from_bytes(random::bytes()?);
            invoices.push(self.invoice(invoice, to, leaf.fragment.holder)?);
            deals.push(Deal {
                leaf: *leaf,
                to,
                invoice,
            });
        }
        for part in invoices.chunks(1_000) {
            self.app.store.write(|tx| tx.documents_insert(part))?;
        }
        Ok(deals)
    }

    fn invoice(
        &self,
        id: DocumentId,
        seller: PartyId,
        buyer: PartyId,
    ) -> Result<Document, Failure> {
        Ok(Document {
            id,
            owner: seller,
            counterparty: Some(buyer),
            kind: DocumentKind::Invoice,
            number: id.to_string(),
            issued_on: Some(self.date),
            amount: Some(minor(PIECE)?),
            currency: Some(cny()?),
            sha256: self.contents,
            media_type: "text/plain".to_owned(),
            size: 7,
            file_name: String::new(),
            used: minor(0)?,
        })
    }

    /// The whole use case by `clients` at once, each `times` times; a second, and p50, p99.
    pub(crate) fn one_at_a_time(
        &mut self,
        clients: usize,
        offers: usize,
    ) -> Result<(u64, Duration, Duration), Failure> {
        let deals = self.deals(offers)?;
        let (app, cast) = (self.app, self.cast);
        let start = Instant::now();
        let mut times = each_client(&deals, clients, |deal| {
            let from = cast.supplier(deal.leaf.fragment.holder)?;
            let began = Instant::now();
            let command = OfferTransfer {
                fragment: app.public_ids.show(deal.leaf.no),
                amount: minor(PIECE)?,
                to: deal.to,
                recourse: Recourse::Without,
                documents: vec![deal.invoice],
            };
            let signing = Signing::With(&from.signer);
            let made = transfer_fragment::offer(app, &from.who, &signing, &command, None)?;
            let took = began.elapsed();
            let rest = made.rest.ok_or_else(|| lost("no rest"))?;
            let no = app
                .public_ids
                .read(&rest)
                .ok_or_else(|| lost("a public id"))?;
            Ok((took, no))
        })?;
        let per_second = rate(deals.len(), start.elapsed());
        self.reload(times.iter().map(|(_, no)| *no).collect())?;
        let mut times: Vec<Duration> = times.drain(..).map(|(took, _)| took).collect();
        Ok((
            per_second,
            percentile(&mut times, 50),
            percentile(&mut times, 99),
        ))
    }

    /// Looks up again what the used fragments have become.
    fn reload(&mut self, nos: Vec<ledger_store::live::FragmentNo>) -> Result<(), Failure> {
        let found = self.app.store.read(|tx| tx.fragments_by_nos(&nos))?;
        let used = nos.len();
        let rest = self.leaves.split_off(used.min(self.leaves.len()));
        self.leaves = found
            .into_iter()
            .map(|f| Leaf {
                no: f.no,
                fragment: f.fragment,
            })
            .chain(rest)
            .collect();
        Ok(())
    }

    /// Bundles of `size` offers signed ahead, brought by `clients`; `pace` is the time between two
    /// bundles of all clients together, none for as fast as it goes. The times are those from when
    /// a bundle was to be brought to its answer.
    pub(crate) fn batched(&mut self, batch: Batch, offers: usize) -> Result<Batched, Failure> {
        let (mut posted, mut times, mut spent) = (0_usize, Vec::new(), Duration::ZERO);
        let mut processor = ProcessorTime::default();
        while posted < offers {
            let wanted = offers.saturating_sub(posted).min(self.leaves.len());
            let bundles = self.sign(wanted, &batch)?;
            let before = ProcessorTime::read(self.superuser)?;
            let start = Instant::now();
            let (app, pace) = (self.app, batch.pace);
            let numbered: Vec<_> = bundles.into_iter().zip(0_u32..).collect();
            let done = each_client(&numbered, batch.clients, |(bundle, place)| {
                let due = start
                    .checked_add(pace.unwrap_or_default().saturating_mul(*place))
                    .unwrap_or(start);
                thread::sleep(due.saturating_duration_since(Instant::now()));
                let began = if pace.is_some() { due } else { Instant::now() };
                let done = post(app, bundle.postings.clone(), bundle.effects.clone())?;
                Ok((began.elapsed(), done))
            })?;
            spent = spent.saturating_add(start.elapsed());
            processor = processor.and(ProcessorTime::read(self.superuser)?.since(before));
            posted = posted.saturating_add(wanted);
            let mut next = Vec::with_capacity(wanted);
            for (took, verdicts) in done {
                times.push(took);
                for made in &verdicts {
                    next.extend(leaves(made).1);
                }
            }
            self.leaves.splice(..wanted, next);
        }
        Ok(Batched {
            per_second: rate(posted, spent),
            p50: percentile(&mut times, 50),
            p99: percentile(&mut times, 99),
            offers: posted,
            processor,
        })
    }

    fn sign(&self, wanted: usize, batch: &Batch) -> Result<Vec<Bundle>, Failure> {
        let deals = if batch.business {
            self.deals(wanted)?
        } else {
            let chosen = self.leaves.iter().take(wanted).enumerate();
            chosen
                .map(|(place, leaf)| {
                    Ok(Deal {
                        leaf: *leaf,
                        to: self.cast.another(leaf.fragment.holder, place)?.who.party,
                        invoice: DocumentId::from_bytes([0; 16]),
                    })
                })
                .collect::<Result<Vec<_>, Failure>>()?
        };
        let postings = ledger_app::in_parallel::map(&deals, |deal| {
            let what = (PIECE, deal.to, self.contents);
            offer(self.app, self.cast, self.date, &deal.leaf, what).map_err(internal)
        })?;
        postings
            .chunks(batch.bundle)
            .zip(deals.chunks(batch.bundle))
            .map(|(postings, deals)| {
                let effects = batch.business.then(|| self.effects(deals)).transpose()?;
                Ok(Bundle {
                    postings: postings.to_vec(),
                    effects,
                })
            })
            .collect()
    }

    /// What else happens in the unit of work of these offers.
    fn effects(&self, deals: &[Deal]) -> Result<Effects, Failure> {
        let mut notices = Vec::with_capacity(deals.len());
        let mut takes = Vec::with_capacity(deals.len());
        for deal in deals {
            let from = self.cast.supplier(deal.leaf.fragment.holder)?;
            from.who.may(Action::OfferTransfer)?;
            takes.push((deal.invoice, minor(PIECE)?));
            notices.push((deal.to, self.notice(deal, &from.who.party_name)?));
        }
        Ok(Arc::new(move |also, _date, _verdicts| {
            also.take_capacity(&takes);
            for (to, notice) in &notices {
                also.tell(*to, notice.clone());
            }
            Ok(())
        }))
    }

    fn notice(&self, deal: &Deal, from: &str) -> Result<Notice, Failure> {
        Ok(Notice::TransferOffered {
            offer: self.app.public_ids.show(deal.leaf.no),
            fragment: wording::fragment("", "", deal.leaf.fragment.range),
            from: from.to_owned(),
            amount: wording::money(minor(PIECE)?, cny()?),
            maturity: self.date,
            document: deal.invoice.to_string(),
            recourse: Some(RecourseNamed::Without),
        })
    }
}

/// What came of bundles.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Batched {
    /// Offers a second.
    pub(crate) per_second: u64,
    /// Half of the bundles were answered within this time.
    pub(crate) p50: Duration,
    /// All but a hundredth of them within this.
    pub(crate) p99: Duration,
    /// How many offers there were.
    pub(crate) offers: usize,
    /// Processor time from the first bundle to the last answer, what follows beside it included.
    pub(crate) processor: ProcessorTime,
}

/// How bundles are brought.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Batch {
    /// Offers in a bundle.
    pub(crate) bundle: usize,
    /// Clients at once.
    pub(crate) clients: usize,
    /// Time between two bundles.
    pub(crate) pace: Option<Duration>,
    /// With invoices and letters, or the ledger alone.
    pub(crate) business: bool,
}

fn minor(minor: i64) -> Result<Amount, Failure> {
    Amount::from_minor(minor).map_err(|e| lost(e.to_string()))
}

/// Deals `items` out to the clients in turn and lets them work; results come back in the order of
/// the items.
fn each_client<T: Sync, R: Send>(
    items: &[T],
    clients: usize,
    work: impl Fn(&T) -> Result<R, Failure> + Sync,
) -> Result<Vec<R>, Failure> {
    let work = &work;
    let mut done: Vec<(usize, R)> = thread::scope(|scope| {
        let hands: Vec<_> = (0..clients)
            .map(|client| {
                scope.spawn(move || {
                    let own = items
                        .iter()
                        .enumerate()
                        .skip(client)
                        .step_by(clients.max(1));
                    own.map(|(place, item)| Ok((place, work(item)?)))
                        .collect::<Result<Vec<_>, Failure>>()
                })
            })
            .collect();
        let mut all = Vec::with_capacity(items.len());
        for hand in hands {
            all.extend(hand.join().map_err(|_panic| lost("a client panicked"))??);
        }
        Ok::<_, Failure>(all)
    })?;
    done.sort_by_key(|(place, _)| *place);
    Ok(done.into_iter().map(|(_, result)| result).collect())
}
