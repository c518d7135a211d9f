//! Cursors belong to their list and to who asked.

use http_support::cursor::Cursors;
use http_support::cursor::next_link;
use http_support::cursor::page_size;
use proptest::prelude::*;

type Place = (String, i64);

#[test]
fn a_cursor_leads_back_to_its_place_and_nowhere_else() {
    let cursors = Cursors::new(&[4; 32]);
    let place: Place = ("state=open".to_owned(), 17);
    let cursor = cursors.seal("requests", "key:1", &place).unwrap();
    assert_eq!(
        cursors.open::<Place>("requests", "key:1", &cursor).unwrap(),
        place
    );
    let strangers = [
        cursors.open::<Place>("quotes", "key:1", &cursor),
        cursors.open::<Place>("requests", "key:2", &cursor),
        Cursors::new(&[5; 32]).open::<Place>("requests", "key:1", &cursor),
        cursors.open::<Place>("requests", "key:1", ""),
        cursors.open::<Place>("requests", "key:1", &"A".repeat(5_000)),
    ];
    for refused in strangers {
        assert_eq!(refused.unwrap_err().code, "cursor_invalid");
    }
    // Names can't be shifted into each other.
    let shifted = cursors.seal("a", "b", &1).unwrap();
    assert!(cursors.open::<i32>("a\0b", "", &shifted).is_err());
    assert_eq!(
        next_link("/v1/requests", "abc"),
        "</v1/requests?cursor=abc>; rel=\"next\""
    );
}

#[test]
fn pages_have_1_to_200_rows() {
    assert_eq!(page_size(None).unwrap(), 50);
    assert_eq!(page_size(Some(1)).unwrap(), 1);
    assert_eq!(page_size(Some(200)).unwrap(), 200);
    for odd in [0, 201, u32::MAX] {
        assert_eq!(page_size(Some(odd)).unwrap_err().code, "limit_out_of_range");
    }
}

proptest! {
    #[test]
    fn a_made_up_cursor_leads_nowhere(text in any::<String>()) {
        prop_assert!(Cursors::new(&[4; 32]).open::<Place>("requests", "key:1", &text).is_err());
    }

    #[test]
    fn a_spoilt_cursor_leads_nowhere(at in 0_usize..60, byte in "[A-Za-z0-9_-]") {
        let cursors = Cursors::new(&[4; 32]);
        let place: Place = ("state=open".to_owned(), 17);
        let good = cursors.seal("requests", "key:1", &place).unwrap();
        let at = at % good.len();
        let spoilt = format!("{}{byte}{}", &good[..at], &good[at + 1..]);
        prop_assume!(spoilt != good);
        prop_assert!(cursors.open::<Place>("requests", "key:1", &spoilt).is_err());
    }
}
