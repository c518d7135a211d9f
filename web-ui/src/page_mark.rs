//! Where the next page of a list begins, as it stands in an address.

use chrono::DateTime;
use ledger_app::newest_first::Place;

/// The mark of a place.
pub(crate) fn of(place: Place) -> String {
    format!("{}-{}", place.at.timestamp_micros(), hex::encode(place.id))
}

/// The place of a mark; anything else begins at the beginning.
pub(crate) fn read(text: &str) -> Option<Place> {
    let (micros, id) = text.split_once('-')?;
    let mut bytes = [0; 16];
    hex::decode_to_slice(id, &mut bytes).ok()?;
    Some(Place {
        at: DateTime::from_timestamp_micros(micros.parse().ok()?)?,
        id: bytes,
    })
}
