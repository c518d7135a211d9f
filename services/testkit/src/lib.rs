//! What the tests of every room share: databases, an SMTP server, a browser, child processes.
//!
//! Only ever a dev-dependency. The services behind it are started by `ops/lib/test-services.sh`.

pub mod browser;
pub mod database;
pub mod migrations;
pub mod process;
pub mod smtp;
pub mod tls;
