//! Which addresses webhooks may have. The platform sends to them from inside its own network: what
//! is no public address could be somebody's neighbour there (server-side request forgery), so that
//! only an operator who says so lets private ones be told, as the demo does.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

use url::Host;
use url::Url;

use crate::error::AppError;

/// Longest address.
const LONGEST: usize = 2_000;

/// The address, if webhooks may have it: https with a public host, without user or fragment. Where
/// private targets are allowed, http and any host too. A name is looked up when a message is sent,
/// and what it leads to is asked of [`is_public`] then.
///
/// # Errors
/// [`AppError::Invalid`] `webhook_url_invalid`, `webhook_url_not_allowed`.
pub fn check(url: &str, private: bool) -> Result<Url, AppError> {
    let invalid = || {
        AppError::invalid_field(
            "url",
            "webhook_url_invalid",
            "give the whole https address of your receiver, without a user name or a fragment",
        )
    };
    let parsed = Url::parse(url).map_err(|_no_url| invalid())?;
    let plain = parsed.username().is_empty()
        && parsed.password().is_none()
        && parsed.fragment().is_none()
        && url.len() <= LONGEST;
    let Some(host) = parsed.host().filter(|_| plain) else {
        return Err(invalid());
    };
    let allowed = match parsed.scheme() {
        "https" => private || is_public_host(&host),
        "http" => private,
        _other => false,
    };
    if allowed {
        Ok(parsed)
    } else {
        Err(not_allowed())
    }
}

/// The refusal of an address that is no public https address.
fn not_allowed() -> AppError {
    AppError::invalid_field(
        "url",
        "webhook_url_not_allowed",
        "messages go to public https addresses only: give one that can be reached from the internet",
    )
}

fn is_public_host(host: &Host<&str>) -> bool {
    match host {
        Host::Ipv4(ip) => is_public(IpAddr::V4(*ip)),
        Host::Ipv6(ip) => is_public(IpAddr::V6(*ip)),
        // Names that never are anybody's on the internet; what others lead to is seen at sending.
        Host::Domain(name) => {
            let name = name.trim_end_matches('.').to_ascii_lowercase();
            let inner = ["localhost", "local", "internal", "home.arpa", "onion"];
            name.contains('.')
                && !inner
                    .iter()
                    .any(|end| name == *end || name.ends_with(&format!(".{end}")))
        }
    }
}

/// Whether an address is one of the public internet (IANA special-purpose registries).
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    let special = ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_documentation()
        || a == 0
        // 100.64.0.0/10, between carriers and their customers.
        || (a == 100 && (64..128).contains(&b))
        // 192.0.0.0/24, protocols; 192.88.99.0/24, 6to4 relays.
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        // 198.18.0.0/15, benchmarks.
        || (a == 198 && (18..20).contains(&b))
        // Multicast, reserved, broadcast.
        || a >= 224;
    !special
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    // Only 2000::/3 is given out; within it some is special, or carries an IPv4 address inside.
    let global = (0x2000..0x4000).contains(&a);
    let special =
        (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) || a == 0x2002 || (a == 0x3fff && b < 0x1000);
    global && !special
}

#[cfg(test)]
mod tests {
    use super::check;
    use super::is_public;

    #[test]
    fn only_public_https_addresses_are_told() {
        for good in [
            "https://bank.example.com/tally?x=1",
            "https://1.1.1.1/",
            "https://[2606:4700::1]:8443/hook",
        ] {
            check(good, false).unwrap();
        }
        let code = |url: &str, private| check(url, private).unwrap_err().code();
        for bad in [
            "http://bank.example.com/",
            "https://127.0.0.1/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://db.internal/",
            "https://printer/",
            "https://10.0.0.1/",
            // Every spelling of 127.0.0.1 is read as it.
            "https://2130706433/",
            "https://0x7f.1/",
            "https://017700000001/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://169.254.169.254/latest/meta-data/",
            "ftp://bank.example.com/",
            "file:///etc/passwd",
        ] {
            let found = code(bad, false);
            assert!(found.starts_with("webhook_url_"), "{bad}: {found}");
        }
        for bad in [
            "",
            "bank.example.com",
            "https://user:word@bank.example.com/",
            "https://bank.example.com/#part",
            &format!("https://bank.example.com/{}", "x".repeat(2_000)),
        ] {
            assert_eq!(code(bad, true), "webhook_url_invalid", "{bad}");
        }
        for private in [
            "http://127.0.0.1:9000/",
            "https://10.0.0.1/",
            "http://receiver/",
        ] {
            check(private, true).unwrap();
        }
    }

    #[test]
    fn special_addresses_are_not_public() {
        for special in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.9.9.9",
            "169.254.1.1",
            "172.16.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:8.8.8.8",
            "64:ff9b::7f00:1",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
        ] {
            assert!(!is_public(special.parse().unwrap()), "{special}");
        }
        for public in [
            "8.8.8.8",
            "100.128.0.1",
            "172.32.0.1",
            "2606:4700::1111",
            "2400::1",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }
}
