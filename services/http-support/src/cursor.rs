//! Cursors of lists: the whole query and the place in it, sealed, so that a page that follows
//! belongs to the same query and nobody makes up a place.

use std::fmt;

use actix_web::http::StatusCode;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::hmac;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// Bytes of the tag before the content.
const TAG: usize = 16;

/// Longest cursor read.
const LONGEST: usize = 2_048;

/// Most rows a page may have.
pub const LARGEST_PAGE: u32 = 200;

/// Rows of a page where the caller asks for no number.
pub const USUAL_PAGE: u32 = 50;

/// Makes and reads cursors.
#[derive(Clone)]
pub struct Cursors {
    key: hmac::Key,
}

impl fmt::Debug for Cursors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cursors")
    }
}

impl Cursors {
    /// With a secret of the platform.
    #[must_use]
    pub fn new(secret: &[u8; 32]) -> Cursors {
        Cursors {
            key: hmac::Key::new(hmac::HMAC_SHA256, secret),
        }
    }

    fn tag(&self, list: &str, subject: &str, content: &[u8]) -> [u8; TAG] {
        let mut context = hmac::Context::with_key(&self.key);
        for part in [b"tallystick/v1/cursor", list.as_bytes(), subject.as_bytes()] {
            context.update(part);
            context.update(&[0]);
        }
        context.update(content);
        let mut tag = [0; TAG];
        for (to, from) in tag.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        tag
    }

    /// The cursor of a place in the list named `list`, for the one who asks (`Principal::subject`)
    /// only. `place` holds the query as well.
    ///
    /// # Errors
    /// 500, if the place can't be written as JSON.
    pub fn seal<T: Serialize>(
        &self,
        list: &str,
        subject: &str,
        place: &T,
    ) -> Result<String, Problem> {
        let content = serde_json::to_vec(place)
            .map_err(|_unwritable| Problem::of_status(StatusCode::INTERNAL_SERVER_ERROR))?;
        let mut bytes = self.tag(list, subject, &content).to_vec();
        bytes.extend_from_slice(&content);
        Ok(BASE64_URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Reads what [`Cursors::seal`] made for the same list and the same asker.
    ///
    /// # Errors
    /// 400 `cursor_invalid`.
    pub fn open<T: DeserializeOwned>(
        &self,
        list: &str,
        subject: &str,
        cursor: &str,
    ) -> Result<T, Problem> {
        self.read(list, subject, cursor).ok_or_else(|| {
            Problem::new(
                StatusCode::BAD_REQUEST,
                "cursor_invalid",
                "this cursor is not of this list; start again without one",
            )
            .at_field("cursor")
        })
    }

    fn read<T: DeserializeOwned>(&self, list: &str, subject: &str, cursor: &str) -> Option<T> {
        if cursor.len() > LONGEST {
            return None;
        }
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (tag, content) = bytes.split_at_checked(TAG)?;
        let right = self.tag(list, subject, content);
        // Compared through a second HMAC: in time that tells nothing.
        let same = hmac::sign(&self.key, tag);
        hmac::verify(&self.key, &right, same.as_ref()).ok()?;
        serde_json::from_slice(content).ok()
    }
}

/// How many rows a page has: as asked, within the limit.
///
/// # Errors
/// 422 `limit_out_of_range`.
pub fn page_size(asked: Option<u32>) -> Result<u32, Problem> {
    match asked {
        None => Ok(USUAL_PAGE),
        Some(rows @ 1..=LARGEST_PAGE) => Ok(rows),
        Some(_) => Err(Problem::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "limit_out_of_range",
            format!("ask for 1 to {LARGEST_PAGE} rows"),
        )
        .at_field("limit")),
    }
}

/// The value of the `Link` header that leads to the next page; `path` has no query.
#[must_use]
pub fn next_link(path: &str, cursor: &str) -> String {
    format!("<{path}?cursor={cursor}>; rel=\"next\"")
}
