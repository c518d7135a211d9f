//! `sandbox-mailbox --folder DIR`: receives mail over SMTP on loopback and shows it on a web page.

use std::io::Write as _;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;

use actix_web::App;
use actix_web::HttpServer;
use actix_web::web;
use clap::Parser;
use sandbox_mailbox::folder::Folder;
use sandbox_mailbox::pages;
use sandbox_mailbox::receiver;

/// Receives mail over SMTP on loopback and shows it on a web page.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where SMTP listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    smtp: SocketAddr,
    /// Where the page listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    http: SocketAddr,
    /// The folder that keeps the messages; made if it isn't there.
    #[arg(long)]
    folder: PathBuf,
    /// How many messages are kept; the oldest go first.
    #[arg(long, default_value_t = 2000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    keep: u32,
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::WARN)
        .with_writer(std::io::stderr)
        .init();
    let arguments = Arguments::parse();
    for address in [arguments.smtp, arguments.http] {
        if !address.ip().is_loopback() {
            return Err(
                format!("{address} is not on loopback: this mailbox is open to all").into(),
            );
        }
    }
    let keep = usize::try_from(arguments.keep)?;
    let folder = Arc::new(Folder::open(&arguments.folder, keep)?);
    let smtp = TcpListener::bind(arguments.smtp)?;
    let smtp_address = smtp.local_addr()?;
    let shelf = web::Data::from(Arc::clone(&folder));
    let server =
        HttpServer::new(move || App::new().app_data(shelf.clone()).configure(pages::routes))
            .workers(1)
            .shutdown_timeout(1)
            .bind(arguments.http)?;
    let http_address = server
        .addrs()
        .first()
        .copied()
        .ok_or("the page has no address")?;
    std::thread::Builder::new()
        .name("smtp".to_owned())
        .spawn(move || receiver::serve(&smtp, &folder))?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "ready smtp {smtp_address} http://{http_address}")?;
    out.flush()?;
    drop(out);
    server.run().await?;
    Ok(())
}
