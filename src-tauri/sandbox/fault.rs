//! The ways to fail: each row of the API's error table, with the doubtful ones kept apart by whether the key was made.

use serde::Deserialize;

/// A kind of call.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "camelCase")]
pub enum Call {
    /// `POST /api-keys/`
    Create,
    /// `GET /api-keys/`
    List,
    /// `GET /api-keys/{id}/`
    Read,
    /// `DELETE /api-keys/{id}`
    Revoke,
}

/// What goes wrong, for how many of the next calls of a kind.
#[derive(Clone, Debug, Deserialize)]
pub struct FaultPlan {
    /// Which calls.
    pub on: Call,
    /// What goes wrong.
    pub fault: Fault,
    /// How often.
    pub times: u32,
}

/// What goes wrong with a call. `made` tells whether the call is carried out nevertheless.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Fault {
    /// 400 with a message.
    Refused,
    /// 401.
    Unauthorized,
    /// 403, naming the permission.
    Forbidden,
    /// 403 that speaks of a user action signature.
    SignatureRequired,
    /// 404 with a JSON body.
    NotFound,
    /// 404 with a page, as a host that is no Dfns gives.
    Html404,
    /// 410.
    Gone,
    /// 409 with a message.
    Conflict,
    /// 429.
    RateLimited {
        /// Seconds, for `Retry-After`.
        retry_after: u64,
    },
    /// 5xx, from a proxy as a page.
    ServerError {
        /// The status.
        status: u16,
        /// Carried out nevertheless.
        made: bool,
    },
    /// Half of the answer, then the connection breaks.
    Cut {
        /// Carried out nevertheless.
        made: bool,
    },
    /// No answer; the connection breaks.
    Drop {
        /// Carried out nevertheless.
        made: bool,
    },
    /// No answer, ever.
    Silent {
        /// Carried out nevertheless.
        made: bool,
    },
    /// The usual answer, after a while.
    Slow {
        /// Milliseconds.
        ms: u64,
    },
    /// 202: a policy holds it back.
    PendingApproval,
    /// The key, without its token.
    WithoutToken,
    /// 400 whose message echoes the request's authorization.
    Echo,
    /// 307 to another address.
    Redirect {
        /// Where to.
        to: String,
    },
    /// 502, while the key is made and listed only after a while.
    Unlisted {
        /// Seconds.
        seconds: u64,
    },
    /// The documentation page's own sample answer, byte for byte, with its token that does not decode.
    Sample,
}
