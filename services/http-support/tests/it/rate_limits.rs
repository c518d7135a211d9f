//! Everybody has an allowance, and nobody can fill the memory.

use std::num::NonZeroU32;

use actix_web::App;
use actix_web::HttpResponse;
use actix_web::middleware::from_fn;
use actix_web::test;
use actix_web::web;
use http_support::rate_limit::RateLimit;
use http_support::rate_limit::by_address;
use http_support::rate_limit::source;

fn limit(a_minute: u32, behind_proxy: bool) -> RateLimit {
    RateLimit::per_minute(NonZeroU32::new(a_minute).unwrap(), behind_proxy)
}

#[actix_web::test]
async fn after_the_allowance_comes_429_with_retry_after() {
    let service = App::new()
        .app_data(web::Data::new(limit(3, false)))
        .wrap(from_fn(by_address))
        .route("/", web::get().to(HttpResponse::Ok));
    let service = test::init_service(service).await;
    let ask = |address: &str| {
        test::TestRequest::get()
            .peer_addr(address.parse().unwrap())
            .to_request()
    };
    for _ in 0..3 {
        assert_eq!(
            test::call_service(&service, ask("192.0.2.1:1000"))
                .await
                .status(),
            200
        );
    }
    let refused = test::call_service(&service, ask("192.0.2.1:1001")).await;
    assert_eq!(refused.status(), 429);
    let wait: u32 = refused
        .headers()
        .get("retry-after")
        .unwrap()
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    assert_eq!(
        test::call_service(&service, ask("192.0.2.2:1000"))
            .await
            .status(),
        200
    );
}

#[::core::prelude::v1::test]
fn a_house_is_one_asker_and_a_proxy_is_believed_only_where_told() {
    let request = |peer: &str| {
        test::TestRequest::get()
            .peer_addr(peer.parse().unwrap())
            .insert_header(("x-forwarded-for", "203.0.113.9"))
            .to_http_request()
    };
    assert_eq!(
        source(&request("[2001:db8:1:2:3::4]:1"), false),
        "2001:db8:1:2::/64"
    );
    assert_eq!(source(&request("[::ffff:192.0.2.1]:1"), false), "192.0.2.1");
    assert_eq!(source(&request("192.0.2.1:1"), false), "192.0.2.1");
    assert_eq!(source(&request("192.0.2.1:1"), true), "203.0.113.9");
}

#[::core::prelude::v1::test]
fn made_up_askers_fill_no_memory() {
    let limit = limit(1, false);
    let mut refused = 0;
    for n in 0..60_000 {
        refused += usize::from(limit.check(&format!("asker {n}")).is_err());
    }
    assert!(limit.remembered() <= 50_001, "{}", limit.remembered());
    assert!(refused > 0, "those beyond share one allowance");
}
