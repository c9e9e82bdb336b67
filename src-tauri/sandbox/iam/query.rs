//! What comes after the question mark, as strictly as a body.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::Reply;
use crate::{api::Refusal, http::Asked};

/// How many there are on a page, where the request does not say, and at most.
const PAGE: usize = 50;
const LARGEST_PAGE: usize = 100;

/// Which page of a list is asked for.
pub(super) struct Page {
    start: usize,
    limit: usize,
}

impl Page {
    pub(super) fn of(asked: &Asked) -> Result<Self, Refusal> {
        let mut page = Self { start: 0, limit: PAGE };
        for (name, value) in asked.query_pairs() {
            match name {
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=LARGEST_PAGE).contains(limit));
                    page.limit = limit.ok_or_else(|| Refusal::bad_request("limit: must be 1 to 100."))?;
                }
                "paginationToken" => {
                    page.start = start_of(value).ok_or_else(|| Refusal::bad_request("paginationToken: is unknown."))?;
                }
                other => return Err(unknown(other)),
            }
        }
        Ok(page)
    }

    pub(super) fn reply(&self, items: impl Iterator<Item = Value>) -> Reply {
        let mut items = items.skip(self.start).peekable();
        let page: Vec<Value> = items.by_ref().take(self.limit).collect();
        let mut body = json!({ "items": page });
        if items.peek().is_some() {
            body["nextPageToken"] = URL_SAFE_NO_PAD.encode(format!("from {}", self.start + self.limit)).into();
        }
        Reply::ok(body)
    }
}

/// Whether `?force=true` is asked for.
pub(super) fn force(asked: &Asked) -> Result<bool, Refusal> {
    let mut force = false;
    for pair in asked.query_pairs() {
        force = match pair {
            ("force", "true") => true,
            ("force", "false") => false,
            ("force", _) => return Err(Refusal::bad_request("force: must be true or false.")),
            (other, _) => return Err(unknown(other)),
        };
    }
    Ok(force)
}

fn start_of(token: &str) -> Option<usize> {
    let told = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    told.strip_prefix("from ")?.parse().ok()
}

fn unknown(name: &str) -> Refusal {
    Refusal::bad_request(format_args!("{name}: is no parameter of this call."))
}
