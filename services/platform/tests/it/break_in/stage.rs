//! The site with its cast and what has happened there, ready to be broken into.

use chrono::NaiveDate;
use serde_json::json;

use super::asker::Asker;
use super::cast::Cast;
use super::secrets::Secret;
use super::secrets::of_cast;
use super::site::Site;
use super::trade::Owed;
use super::trade::Trade;

/// When the first paper is paid.
const EARLY: NaiveDate = NaiveDate::from_ymd_opt(2026, 3, 12).unwrap();

/// Whoever deals with the first chain's papers below tier one.
const BELOW: [&str; 4] = ["s1", "s2", "bank-a", "bank-b"];

/// The stage.
pub(crate) struct Stage {
    pub(crate) site: Site,
    pub(crate) cast: Cast,
    pub(crate) secrets: Vec<Secret>,
    /// Ids that no table holds, by the noun before them, with whose they are.
    pub(crate) in_memory: Vec<(&'static str, String, &'static str)>,
    terms: String,
}

impl Stage {
    /// Sets it: a paper paid, papers of two obligors passed on and offered, money asked for and
    /// quoted, a part bought.
    pub(crate) fn set() -> Stage {
        let site = Site::open();
        let cast = Cast::enrol(&site.app);
        let mut trade = Trade {
            app: &site.app,
            cast: &cast,
            secrets: of_cast(&cast),
        };
        early_paper(&mut trade);
        for party in ["bank-a", "bank-b", "s3"] {
            trade.listens(party);
        }
        trade.limited();
        trade.standing_rates("bank-c", "oem2", "6.719", &["bank-c", "rival", "auditor"]);
        trade.rates_proposed("bank-c", "oem2", "5.837");
        first_chain(&mut trade);
        second_chain(&mut trade);
        bought(&mut trade);
        after(&mut trade);
        trade.stated_without_reference();
        ledger_app::seal_journal::run(trade.app).unwrap();
        let terms = json!({
            "rate_percent": "3",
            "day_count": "actual_360",
            "fees": [],
            "recourse": {"mode": "without"},
            "pay_date": trade.today(),
            "expires_at": trade.in_hours(20),
        });
        let in_memory = at_the_portal(&mut trade, &site);
        let secrets = trade.secrets;
        Stage {
            site,
            cast,
            secrets,
            in_memory,
            terms: terms.to_string(),
        }
    }

    /// A body that the API takes at that pattern, as far as its form goes.
    pub(crate) fn body(&self, pattern: &str) -> String {
        if pattern.ends_with("/retransfers/{retransfer}/prepare")
            || pattern.ends_with("/offers/{offer}/prepare")
        {
            return json!({"act": "accept"}).to_string();
        }
        if pattern.ends_with("/pledges/{pledge}/prepare") {
            return "{}".to_owned();
        }
        if pattern.ends_with("/prepare") {
            return self.terms.clone();
        }
        "{}".to_owned()
    }
}

/// Paid a day after maturity, with two holders.
fn early_paper(trade: &mut Trade<'_>) {
    // Providers see how much an obligor has paid in all; the operator is asked to look at what was
    // not paid on its day.
    let known = ["oem", "s1", "s2", "bank-a", "bank-b", "auditor", "operator"];
    let owed = Owed {
        due: EARLY,
        ..Owed::new("s1", "EARLY", "31415.92", &known)
    };
    let list = trade.handed_in("oem", "early-list.csv", &[owed]);
    trade.issued("oem", list);
    let paper = trade.accepted("s1", "31415.92");
    // Paid from the obligor's own account through the operator's bank channel.
    trade.offered(
        "s1",
        "s2",
        &paper,
        "11111.17",
        &["oem", "operator", "s1", "s2"],
    );
    trade.accepted("s2", "11111.17");
    trade.not_paid(EARLY);
    trade.claimed_and_disputed("s2", "s1");
    trade.wrote_off("s1");
    trade.paid_at_last(EARLY);
}

/// One paper passed down three tiers, one that waits, one that is proposed only.
fn first_chain(trade: &mut Trade<'_>) {
    let face = [
        "oem", "s1", "s2", "s3", "rival", "bank-a", "bank-b", "auditor",
    ];
    let own = ["oem", "s1", "auditor"];
    let list = [
        Owed::new("s1", "MAIN", "1239567.83", &face),
        Owed::new("s1", "WAITS", "88001.17", &own),
    ];
    let list = trade.handed_in("oem", "march-list.csv", &list);
    trade.issued("oem", list);
    let paper = trade.accepted("s1", "1239567.83");
    trade.offered("s1", "s2", &paper, "400321.07", &BELOW);
    let second = trade.accepted("s2", "400321.07");
    // More than one leg below the payee: nobody reads one off the other's range.
    let rest = trade.held("s1", "800000.00");
    trade.offered("s1", "s2", &rest, "7777.79", &BELOW);
    trade.accepted("s2", "7777.79");
    trade.correction_asked("s2", "s1", "7777.79");
    let rest = trade.held("s1", "800000.00");
    trade.offered("s1", "rival", &rest, "5432.19", &["s1", "rival"]);
    trade.offered(
        "s2",
        "s3",
        &second,
        "150111.13",
        &["s2", "s3", "bank-a", "bank-b"],
    );
    trade.accepted("s3", "150111.13");
    let obligor = ["oem", "auditor"];
    let proposed = [Owed::new("s1", "PROPOSED", "66123.45", &obligor)];
    let proposed = trade.handed_in("oem", "proposed-list.csv", &proposed);
    trade.proposed("oem", proposed);
    let open = [Owed::new("s1", "OPEN", "55987.61", &obligor)];
    trade.handed_in("oem", "open-list.csv", &open);
}

/// A chain of its own.
fn second_chain(trade: &mut Trade<'_>) {
    let known = ["oem2", "rival", "bank-c", "auditor"];
    let list = [Owed::new("rival", "OTHER", "777333.11", &known)];
    let list = trade.handed_in("oem2", "other-list.csv", &list);
    trade.issued("oem2", list);
    let paper = trade.accepted("rival", "777333.11");
    let request = trade.asked("rival", &paper, "300100.07", &["bank-c"]);
    trade.desk("bank-c", "oem2");
    trade.quoted("bank-c", "rival", request, "5.191");
    trade.void_asked("oem2", "rival");
    trade.early_offered("oem2", "rival");
    trade.order_entered("s3");
}

/// Two requests with two quotes each: on one a price is chosen, proved and paid.
fn bought(trade: &mut Trade<'_>) {
    let both = ["bank-a", "bank-b"];
    let third = trade.held("s3", "100000.00");
    let request = trade.asked("s3", &third, "100777.31", &both);
    both.iter().for_each(|bank| trade.desk(bank, "oem"));
    trade.quoted("bank-a", "s3", request, "4.137");
    let chosen = trade.quoted("bank-b", "s3", request, "2.873");
    trade.bought("bank-b", "s3", chosen);
    let second = trade.held("s2", "200000.00");
    let request = trade.asked("s2", &second, "200000.03", &both);
    trade.quoted("bank-a", "s2", request, "3.379");
    trade.answer_proposed("bank-b", request);
    let third = trade.held("s3", "40000.00");
    let request = trade.auctioned("s3", &third, "40111.77", &both);
    trade.sealed("bank-a", request, "6.317");
    trade.sealed("bank-b", request, "6.829");
}

/// A fragment pledged, one asked to be, and one passed on between banks.
fn after(trade: &mut Trade<'_>) {
    let small = trade.held_of("s2", "7777.79");
    let pledge = trade.pledge_asked("s2", "bank-b", &small, ("7777.79", "6543.21"));
    trade.pledged("s2", "bank-b", pledge);
    let third = trade.held("s3", "1000.00");
    trade.pledge_asked("s3", "bank-a", &third, ("1000.00", "1987.65"));
    trade.retransferred("bank-b", "bank-a", ("40123.57", "39876.43"));
}

/// What the portal keeps in memory for its own pages: a list of suppliers that was taken in, papers
/// that were approved together. Gives their ids, by the noun before them.
fn at_the_portal(trade: &mut Trade<'_>, site: &Site) -> Vec<(&'static str, String, &'static str)> {
    let known = ["operator", "auditor"];
    let secret = Secret::text("a supplier to be taken in", "南屿紧固件厂", &known);
    trade.secrets.push(secret);
    let list = "supplier_name,registration_id,account_number,bank_code,email,language\n\
                南屿紧固件厂,nothing,6222,1,nobody,zh-CN\n";
    let operator = Asker::of(site, trade.cast.get("operator"));
    let intake = operator.upload("/operator/suppliers", "new-suppliers.csv", list);

    let known = ["oem2", "rival", "auditor"];
    let owed = [Owed::new("rival", "TOGETHER", "44771.93", &known)];
    let import = trade.handed_in("oem2", "together-list.csv", &owed);
    trade.proposed("oem2", import);
    let checker = Asker::of(site, trade.cast.get("oem2.checker"));
    let fields = [
        ("as_of", trade.app.clock.now().to_rfc3339()),
        ("papers", "1".to_owned()),
    ];
    let fields = fields.map(|(name, value)| (name.to_owned(), value));
    let sent = checker.post_form("/treasury/proposals/approve-all", &fields, false);
    let approval = checker.followed(&sent);
    let maker = Asker::of(site, trade.cast.get("oem2.maker"));
    let known = ["oem2", "auditor"];
    let secret = Secret::text("an export of oem2", "Belegnummer-4711", &known);
    trade.secrets.push(secret);
    let export = "Belegnummer-4711,Kreditor,Betrag\n1,2,3\n";
    let parked = maker.upload("/treasury/imports", "export-of-oem2.csv", export);
    let parked = parked.split("/mapping").next().unwrap().to_owned();
    let last = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    vec![
        ("suppliers", last(&intake), "operator"),
        ("approvals", last(&approval), "oem2"),
        ("imports", last(&parked), "oem2"),
    ]
}
