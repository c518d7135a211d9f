//! Which ids there are, by the noun that stands before them in an address: every route with an id
//! is filled with everybody's. A noun that is missing here fails the test until it is added.

use std::collections::BTreeMap;

use ledger_store::live::FragmentNo;

use super::cast::Cast;
use super::cast::Company;
use super::site::Site;

/// For each noun the statement that lists its ids, each with the parties whose it is too.
const SOURCES: &[(&str, &str)] = &[
    (
        "agreements",
        "SELECT a.id::text, array_agg(h.id::text) || a.obligor::text FROM paper_agreement a \
         JOIN paper p ON p.id = a.paper JOIN live_fragment_now f ON f.paper = p.no \
         JOIN party h ON h.no IN (f.holder, f.counterparty) GROUP BY a.id",
    ),
    (
        "answers",
        "SELECT id::text, ARRAY[provider::text] FROM quote_proposal",
    ),
    (
        "audit",
        "SELECT unnest(ARRAY['journal', 'balances', 'payables', 'settlements', 'access']), '{}'::text[]",
    ),
    ("circles", CIRCLES),
    (
        "corrections",
        "SELECT id::text, ARRAY[holder::text, giver::text] FROM transfer_correction",
    ),
    (
        "deliveries",
        "SELECT replace(id::text, '-', ''), ARRAY[party::text] FROM webhook_event",
    ),
    ("cures", "SELECT id::text, '{}'::text[] FROM cure_proposal"),
    ("discounts", QUOTES),
    (
        "documents",
        "SELECT replace(id::text, '-', ''), ARRAY[owner::text, counterparty::text] FROM document",
    ),
    ("finance", REQUESTS),
    ("fragments", FRAGMENTS),
    (
        "freezes",
        "SELECT id::text, '{}'::text[] FROM freeze_proposal",
    ),
    ("groups", "SELECT id::text, '{}'::text[] FROM party_group"),
    ("imports", IMPORTS),
    (
        "jobs",
        "SELECT unnest(ARRAY['seal', 'quotes']), '{}'::text[]",
    ),
    ("limit-circles", CIRCLES),
    ("limits", PROPOSALS),
    // Every provider reads its own of each there.
    (
        "obligors",
        "SELECT replace(id::text, '-', ''), ARRAY(SELECT id::text FROM party \
         WHERE kind = 'finance_provider') FROM party WHERE kind = 'obligor'",
    ),
    ("offers", FRAGMENTS),
    ("papers", PAPERS),
    (
        "pledges",
        "SELECT replace(id::text, '-', ''), ARRAY[holder::text, pledgee::text] FROM pledge",
    ),
    ("proposals", PROPOSALS),
    ("quotes", QUOTES),
    ("purchases", QUOTES),
    ("rate-cards", RATE_CARDS),
    (
        "rate-proposals",
        "SELECT id::text, ARRAY[provider::text] FROM rate_proposal",
    ),
    ("rates", RATE_CARDS),
    ("receipts", SPENT),
    (
        "redemptions",
        "SELECT a.id::text, array_agg(h.id::text) || a.obligor::text FROM redemption_offer a \
         JOIN paper p ON p.id = a.paper JOIN live_fragment_now f ON f.paper = p.no \
         JOIN party h ON h.no = f.holder GROUP BY a.id",
    ),
    (
        "recourse",
        "SELECT id::text, ARRAY[claimant::text, against::text] FROM recourse_claim",
    ),
    ("requests", REQUESTS),
    (
        "retransfers",
        "SELECT replace(id::text, '-', ''), ARRAY[seller::text, buyer::text] FROM retransfer",
    ),
    (
        "sealed-bids",
        "SELECT replace(id::text, '-', ''), ARRAY[provider::text] FROM sealed_bid",
    ),
    ("settlements", PAPERS),
    ("stops", "SELECT id::text, '{}'::text[] FROM issue_stop"),
    ("tasks", "SELECT id::text, '{}'::text[] FROM operator_task"),
    ("unknown", IMPORTS),
    (
        "users",
        "SELECT replace(id::text, '-', ''), '{}'::text[] FROM app_user",
    ),
    (
        "webhooks",
        "SELECT replace(id::text, '-', ''), ARRAY[party::text] FROM webhook",
    ),
];

const REQUESTS: &str = "SELECT replace(r.id::text, '-', ''), array_agg(i.provider::text) || r.holder::text \
     FROM finance_request r JOIN finance_invitation i ON i.request = r.id GROUP BY r.id";

const QUOTES: &str = "SELECT replace(q.id::text, '-', ''), ARRAY[q.provider::text, r.holder::text] \
     FROM quote q JOIN finance_request r ON r.id = q.request";

const RATE_CARDS: &str = "SELECT replace(id::text, '-', ''), ARRAY[provider::text] FROM rate_card";

const CIRCLES: &str =
    "SELECT circle::text, array_agg(provider::text) FROM limit_circle_seat GROUP BY circle";

const PROPOSALS: &str = "SELECT id::text, ARRAY[owner::text] FROM limit_proposal";

const IMPORTS: &str = "SELECT replace(id::text, '-', ''), ARRAY[obligor::text] FROM import_batch";

const PAPERS: &str = "SELECT number, ARRAY[o.id::text] FROM paper JOIN party o ON o.no = obligor";

/// Compact keys of the fragments that there are (outside they have other names), with the sides of
/// the entry that made each and of the one before.
const FRAGMENTS: &str = "WITH made AS (\
     SELECT no << 1 AS f, spent, holder, counterparty FROM entry WHERE paper IS NOT NULL AND lo < mid \
     UNION ALL \
     SELECT no << 1 | 1, spent, holder, counterparty FROM entry WHERE paper IS NOT NULL AND mid < hi) \
     SELECT f::text, array_agg(p.id::text) FROM made m LEFT JOIN entry e ON e.no = m.spent >> 1 \
     JOIN party p ON p.no IN (m.holder, m.counterparty, e.holder, e.counterparty) \
     WHERE NOT EXISTS (SELECT FROM spent_fragment WHERE fragment = f) GROUP BY f";

/// Compact keys of the fragments that an entry has spent, with its sides and those of the entry
/// that had made them.
const SPENT: &str = "SELECT m.spent::text, array_agg(p.id::text) \
     FROM entry m JOIN entry e ON e.no = m.spent >> 1 \
     JOIN party p ON p.no IN (m.holder, m.counterparty, e.holder, e.counterparty) GROUP BY m.spent";

/// An address that a pattern can mean.
#[derive(Debug, Clone)]
pub(crate) struct Filled {
    pub(crate) path: String,
    /// Codes of the parties to whom all its ids belong.
    pub(crate) parties: Vec<String>,
    /// Codes of the parties to whom the first of them belongs.
    pub(crate) whole: Vec<String>,
    /// Codes of the parties to whom the last of them belongs.
    pub(crate) last: Vec<String>,
}

/// An id and the codes of the parties to whom it belongs.
type Id = (String, Vec<String>);

/// All ids by noun.
#[derive(Debug)]
pub(crate) struct Ids(BTreeMap<String, Vec<Id>>);

impl Ids {
    /// What the database holds, and what lives in memory only.
    pub(crate) fn of(site: &Site, cast: &Cast, besides: &[(&str, String, &str)]) -> Ids {
        let mut hand =
            postgres::Client::connect(&site.database.url_superuser(), postgres::NoTls).unwrap();
        let code = |id: String| {
            let named = |(_, company): &(&String, &Company)| id == company.uuid();
            let found = cast.companies.iter().find(named);
            found.map(|(code, _)| code.clone())
        };
        let mut found: BTreeMap<String, Vec<Id>> = BTreeMap::new();
        for (noun, statement) in SOURCES {
            let rows = hand.query(*statement, &[]).unwrap();
            let ids = rows.iter().map(|row| {
                let id: String = row.get(0);
                let parties: Vec<Option<String>> = row.get(1);
                let id = match *statement {
                    FRAGMENTS | SPENT => site.app.public_ids.show(FragmentNo(id.parse().unwrap())),
                    _ => id,
                };
                (id, parties.into_iter().flatten().filter_map(code).collect())
            });
            found.insert((*noun).to_owned(), ids.collect());
        }
        for (noun, id, party) in besides {
            let ids = found.entry((*noun).to_owned()).or_default();
            ids.push((id.clone(), vec![(*party).to_owned()]));
        }
        Ids(found)
    }

    /// The noun before an id of the pattern whose ids nobody has said.
    pub(crate) fn missing(&self, pattern: &str) -> Option<String> {
        let nouns = pattern.split('/').zip(pattern.split('/').skip(1));
        let mut unknown = nouns.filter(|(noun, id)| {
            id.contains('{') && !noun.contains('{') && !self.0.contains_key(*noun)
        });
        unknown
            .next()
            .map(|(noun, _)| format!("{noun:?} of {pattern}"))
    }

    /// Every address that the pattern can mean.
    #[track_caller]
    pub(crate) fn fill(&self, pattern: &str) -> Vec<Filled> {
        // Two doors are one party's altogether.
        let door = match pattern.split('/').nth(1) {
            Some("audit") => Some("auditor"),
            Some("operator") => Some("operator"),
            _ => None,
        };
        let start = Filled {
            path: String::new(),
            parties: Vec::new(),
            whole: Vec::new(),
            last: Vec::new(),
        };
        let mut paths = vec![start];
        let (mut noun, mut first) = ("", true);
        for segment in pattern.split('/').skip(1) {
            let Some((before, rest)) = segment.split_once('{') else {
                noun = segment;
                paths
                    .iter_mut()
                    .for_each(|one| one.path.push_str(&format!("/{segment}")));
                continue;
            };
            let after = rest.split_once('}').unwrap().1;
            let ids = self.0.get(noun).unwrap_or_else(|| {
                panic!("{pattern}: say in ids.rs where the ids after {noun:?} come from")
            });
            let longer = paths.iter().flat_map(|so_far| {
                ids.iter().map(move |(id, parties)| {
                    let last = parties.clone();
                    let mut parties = parties.clone();
                    if first {
                        parties.extend(door.map(str::to_owned));
                    } else {
                        parties.retain(|party| so_far.parties.contains(party));
                    }
                    Filled {
                        path: format!("{}/{before}{id}{after}", so_far.path),
                        whole: if first {
                            parties.clone()
                        } else {
                            so_far.whole.clone()
                        },
                        last,
                        parties,
                    }
                })
            });
            paths = longer.collect();
            first = false;
        }
        if door == Some("auditor") {
            paths
                .iter_mut()
                .for_each(|one| one.parties.retain(|party| party == "auditor"));
        }
        paths
    }
}

/// The same address with ids that nobody has, of the same form; `keep`s the first of several.
pub(crate) fn made_up(pattern: &str, path: &str, keep: bool) -> String {
    let (path, _query) = path.split_once('?').unwrap_or((path, ""));
    let segments = pattern.split('/').zip(path.split('/'));
    let mut keep = keep && pattern.matches('{').count() > 1;
    let other = segments.map(|(pattern, segment)| {
        let Some((before, rest)) = pattern.split_once('{') else {
            return segment.to_owned();
        };
        if std::mem::take(&mut keep) {
            return segment.to_owned();
        }
        let after = rest.split_once('}').map_or("", |(_, after)| after);
        let id = segment
            .strip_prefix(before)
            .and_then(|id| id.strip_suffix(after))
            .unwrap_or(segment);
        format!("{before}{}{after}", turned(id))
    });
    other.collect::<Vec<_>>().join("/")
}

/// The id read backwards, its dashes where they were.
fn turned(id: &str) -> String {
    let mut backwards = id.chars().rev().filter(|letter| *letter != '-');
    let letters = id.chars().map(|letter| match letter {
        '-' => Some('-'),
        _ => backwards.next(),
    });
    letters.flatten().collect()
}
