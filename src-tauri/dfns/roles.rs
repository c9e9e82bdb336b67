//! Roles: `GET /permissions`, page by page.

use keybearer_core::{
    failure::{CallContext, Failure, UnclearAnswer},
    role::Role,
};
use reqwest::{Method, StatusCode};
use serde::Deserialize;

use super::{
    answer::{Expected, Refusal},
    refusal,
    transport::Transport,
    wire::{lenient, text},
};

const READ: Expected = Expected { context: CallContext::Read, largest: 4 << 20 };

/// As many as Dfns gives at once, and so many times: more roles than that nobody has.
const PAGE: &str = "100";
const MOST_PAGES: usize = 50;

/// What is asked for where Dfns does not name it.
const PERMISSION: &str = "Permissions:Read";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    items: Vec<RoleBody>,
    #[serde(default, deserialize_with = "text")]
    next_page_token: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RoleBody {
    #[serde(default, deserialize_with = "text")]
    id: String,
    #[serde(default, deserialize_with = "text")]
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    operations: Vec<String>,
    #[serde(default, deserialize_with = "lenient")]
    is_archived: bool,
}

pub(super) async fn list(transport: &Transport) -> Result<Vec<Role>, Failure> {
    let (mut roles, mut next) = (Vec::new(), String::new());
    for _ in 0..MOST_PAGES {
        let mut query = vec![("limit", PAGE)];
        if !next.is_empty() {
            query.push(("paginationToken", &next));
        }
        let request = transport.request_for(Method::GET, &["permissions"], &query);
        let received = transport.call(READ, request).await?;
        if received.status != StatusCode::OK {
            let Some(Refusal { word, message }) = received.refusal(transport.own_token()) else {
                return Err(received.of_somebody(READ, &transport.host()));
            };
            return Err(match received.status.as_u16() {
                401 => Failure::SignInAgain,
                403 => {
                    let permission = Some(refusal::permission(&word).unwrap_or(PERMISSION).to_owned());
                    Failure::Forbidden { permission, message }
                }
                404 | 410 => Failure::NoSuchService(transport.host()),
                _ => received.unforeseen(message),
            });
        }
        let page: Page = received.parse(READ)?;
        let told = page.items.into_iter().filter(|role| !role.is_archived && !role.id.is_empty());
        roles.extend(told.map(|RoleBody { id, name, operations, .. }| Role { id, name, operations }));
        // Whoever tells the same page again and again has no end.
        if page.next_page_token.is_empty() || page.next_page_token == next {
            return Ok(roles);
        }
        next = page.next_page_token;
    }
    Err(READ.unclear(UnclearAnswer::TooMany(roles.len())))
}
