//! What this machine can do at most, measured in the same run: the denominators of the ratios.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use postgres::Client;
use postgres::NoTls;
use postgres::binary_copy::BinaryCopyInWriter;
use postgres::types::Type;
use ring::signature::ED25519;
use ring::signature::Ed25519KeyPair;
use ring::signature::KeyPair;
use ring::signature::UnparsedPublicKey;

use crate::arguments::Arguments;
use crate::failure::Failure;
use crate::failure::lost;
use crate::figures::rate;

/// Per second, each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawLimits {
    /// 8 kB written and made durable.
    pub(crate) fsyncs: u64,
    /// Rows of about an entry's width by COPY BINARY into a table with two indexes.
    pub(crate) copied_rows: u64,
    /// Ed25519 checks on one core.
    pub(crate) signature_checks: u64,
    /// pgbench TPC-B, the best of 1, 8 and 32 clients; none without pgbench.
    pub(crate) tpc_b: Option<u64>,
    /// A ledger in SQL, one function call a transfer, the best of 1, 8 and 32 clients.
    pub(crate) sql_ledger: u64,
}

impl RawLimits {
    /// For a run of one part: every ratio comes out as nothing.
    pub(crate) const fn unmeasured() -> Self {
        RawLimits {
            fsyncs: 0,
            copied_rows: 0,
            signature_checks: 0,
            tpc_b: None,
            sql_ledger: 0,
        }
    }
}

/// Measures all of them, each for about `arguments.seconds()`.
pub(crate) fn measure(arguments: &Arguments) -> Result<RawLimits, Failure> {
    let time = arguments.time();
    Ok(RawLimits {
        fsyncs: fsyncs(&arguments.data, time)?,
        copied_rows: copied_rows(&arguments.superuser, arguments.copy_rows())?,
        signature_checks: signature_checks(time)?,
        tpc_b: tpc_b(arguments)?,
        sql_ledger: sql_ledger(&arguments.superuser, time)?,
    })
}

fn fsyncs(folder: &Path, time: Duration) -> Result<u64, Failure> {
    let path = folder.join("fsync.probe");
    let mut file = File::create(&path)?;
    let page = [7_u8; 8_192];
    let (mut done, start) = (0_usize, Instant::now());
    while start.elapsed() < time {
        file.write_all(&page)?;
        file.sync_data()?;
        done = done.saturating_add(1);
    }
    let figure = rate(done, start.elapsed());
    std::fs::remove_file(&path)?;
    Ok(figure)
}

fn copied_rows(url: &str, rows: i64) -> Result<u64, Failure> {
    let mut client = Client::connect(url, NoTls)?;
    client.batch_execute(
        "CREATE TABLE copy_probe (no bigint PRIMARY KEY, spent bigint UNIQUE, lo bigint, \
         mid bigint, hi bigint, hash bytea, act bytea)",
    )?;
    let start = Instant::now();
    let sink = client.copy_in("COPY copy_probe FROM STDIN BINARY")?;
    let int = Type::INT8;
    let columns = [
        int.clone(),
        int.clone(),
        int.clone(),
        int.clone(),
        int,
        Type::BYTEA,
        Type::BYTEA,
    ];
    let mut writer = BinaryCopyInWriter::new(sink, &columns);
    let (hash, act) = ([5_u8; 32].as_slice(), [6_u8; 64].as_slice());
    for no in 0..rows {
        let spent = no.wrapping_mul(2);
        writer.write(&[&no, &spent, &0_i64, &no, &rows, &hash, &act])?;
    }
    writer.finish()?;
    let took = start.elapsed();
    client.batch_execute("DROP TABLE copy_probe")?;
    Ok(rate(usize::try_from(rows).unwrap_or(0), took))
}

fn signature_checks(time: Duration) -> Result<u64, Failure> {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[9; 32]).map_err(|e| lost(e.to_string()))?;
    let message = [3_u8; 200];
    let signature = pair.sign(&message);
    let key = UnparsedPublicKey::new(&ED25519, pair.public_key().as_ref());
    let (mut done, start) = (0_usize, Instant::now());
    while start.elapsed() < time {
        key.verify(&message, signature.as_ref())
            .map_err(|_wrong| lost("ring refused its own signature"))?;
        done = done.saturating_add(1);
    }
    Ok(rate(done, start.elapsed()))
}

/// pgbench at scale 10 in its own schema of the bench database.
fn tpc_b(arguments: &Arguments) -> Result<Option<u64>, Failure> {
    let Some(program) = &arguments.pgbench else {
        return Ok(None);
    };
    let seconds = arguments.time().as_secs().max(1).to_string();
    let run = |more: &[&str]| -> Result<String, Failure> {
        let output = Command::new(program)
            .args(more)
            .arg(&arguments.superuser)
            .output()?;
        if output.status.success() {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        } else {
            Err(lost(String::from_utf8_lossy(&output.stderr)))
        }
    };
    run(&["-i", "-q", "-s", "10"])?;
    let mut best = 0;
    for clients in ["1", "8", "32"] {
        let said = run(&[
            "-n", "-M", "prepared", "-c", clients, "-j", "2", "-T", &seconds,
        ])?;
        let found = said
            .lines()
            .find_map(|line| line.strip_prefix("tps = "))
            .and_then(|rest| rest.split('.').next())
            .and_then(|whole| whole.parse().ok())
            .ok_or_else(|| lost("pgbench named no rate"))?;
        best = u64::max(best, found);
    }
    run(&["-i", "-I", "d"])?;
    Ok(Some(best))
}

/// A ledger in SQL as others build it, of our own and leaner than the one that the budget was set
/// against (`README-figures.md` says by how much): one function call a transfer, both accounts
/// locked in order, balances moved, the transfer and its two legs written, one transaction each,
/// whole numbers as keys, nothing signed.
const SQL_LEDGER: &str = "\
CREATE TABLE ref_account (id bigint PRIMARY KEY, balance bigint NOT NULL, version bigint NOT NULL);
CREATE TABLE ref_transfer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    debit bigint NOT NULL REFERENCES ref_account, credit bigint NOT NULL REFERENCES ref_account,
    amount bigint NOT NULL CHECK (amount > 0), at timestamptz NOT NULL DEFAULT now());
CREATE TABLE ref_leg (transfer bigint NOT NULL REFERENCES ref_transfer,
    account bigint NOT NULL REFERENCES ref_account, amount bigint NOT NULL,
    balance_after bigint NOT NULL, version bigint NOT NULL, PRIMARY KEY (account, version));
CREATE INDEX ref_leg_transfer ON ref_leg (transfer);
INSERT INTO ref_account SELECT n, 1000000000, 0 FROM generate_series(1, 1000) n;
CREATE FUNCTION ref_post(p_debit bigint, p_credit bigint, p_amount bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_transfer bigint;
    v_left ref_account;
    v_right ref_account;
BEGIN
    PERFORM 1 FROM ref_account WHERE id IN (p_debit, p_credit) ORDER BY id FOR UPDATE;
    INSERT INTO ref_transfer (debit, credit, amount) VALUES (p_debit, p_credit, p_amount)
        RETURNING id INTO v_transfer;
    UPDATE ref_account SET balance = balance - p_amount, version = version + 1
        WHERE id = p_debit RETURNING * INTO v_left;
    IF v_left.balance < 0 THEN RAISE EXCEPTION 'overdrawn'; END IF;
    UPDATE ref_account SET balance = balance + p_amount, version = version + 1
        WHERE id = p_credit RETURNING * INTO v_right;
    INSERT INTO ref_leg VALUES
        (v_transfer, p_debit, -p_amount, v_left.balance, v_left.version),
        (v_transfer, p_credit, p_amount, v_right.balance, v_right.version);
    RETURN v_transfer;
END $$;";

fn sql_ledger(url: &str, time: Duration) -> Result<u64, Failure> {
    let mut client = Client::connect(url, NoTls)?;
    client.batch_execute(SQL_LEDGER)?;
    let mut best = 0;
    for clients in [1_i64, 8, 32] {
        let start = Instant::now();
        let done = thread::scope(|scope| {
            let hands: Vec<_> = (0..clients)
                .map(|seed| scope.spawn(move || transfer_until(url, seed, time)))
                .collect();
            hands.into_iter().try_fold(0_usize, |sum, hand| {
                let done = hand.join().map_err(|_panic| lost("a client panicked"))??;
                Ok::<_, Failure>(sum.saturating_add(done))
            })
        })?;
        best = best.max(rate(done, start.elapsed()));
    }
    client
        .batch_execute("DROP FUNCTION ref_post; DROP TABLE ref_leg, ref_transfer, ref_account")?;
    Ok(best)
}

fn transfer_until(url: &str, seed: i64, time: Duration) -> Result<usize, Failure> {
    let mut client = Client::connect(url, NoTls)?;
    let call = client.prepare("SELECT ref_post($1, $2, 1)")?;
    let (mut done, start) = (0_usize, Instant::now());
    let mut state = seed.wrapping_add(1);
    while start.elapsed() < time {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let debit = (state >> 33).rem_euclid(1_000);
        let credit = debit.wrapping_add(1 + (state >> 20).rem_euclid(998)) % 1_000;
        client.query_one(&call, &[&(debit + 1), &(credit + 1)])?;
        done = done.saturating_add(1);
    }
    Ok(done)
}
