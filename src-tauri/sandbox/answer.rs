//! What goes back over the wire: bodies, and connections that end before their time.

use std::{
    mem,
    pin::Pin,
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll},
};

use hyper::{
    Response, StatusCode,
    body::{Body, Bytes, Frame, SizeHint},
    header::{CONTENT_TYPE, HeaderValue},
};
use serde::Serialize;
use serde_json::{Value, json};
use zeroize::Zeroizing;

pub(super) type Answer = Response<Payload>;

/// The sandbox was told to end this connection.
#[derive(Debug, thiserror::Error)]
#[error("the connection is ended, as planned")]
pub(super) struct Ended;

/// `value` as JSON.
pub(super) fn json(status: StatusCode, value: &impl Serialize) -> Answer {
    // It may hold a token: wiped after it was sent, and with room for a key, since a Vec that grows leaves its old
    // contents behind.
    let mut body = Zeroizing::new(Vec::with_capacity(4096));
    serde_json::to_writer(&mut *body, value).expect("what the sandbox answers with always serializes");
    typed(status, "application/json", Bytes::from_owner(body))
}

/// An error as Dfns words it: `{"error":{"message":"…"}}`.
pub(super) fn error(status: StatusCode, message: &str) -> Answer {
    json(status, &json!({ "error": { "message": message } }))
}

/// An error with all that Dfns says of one: `{"error":{"id","status","message","details"}}`.
pub(super) fn full_error(status: StatusCode, message: &str, details: &Value) -> Answer {
    // So that two can be told apart.
    static NUMBER: AtomicU64 = AtomicU64::new(1);
    let id = format!("er-00000-00000-{:016}", NUMBER.fetch_add(1, Ordering::Relaxed));
    let error = json!({ "id": id, "status": status.as_u16(), "message": message, "details": details });
    json(status, &json!({ "error": error }))
}

/// An answer that has no body.
pub(super) fn empty(status: StatusCode) -> Answer {
    let mut answer = Response::new(Payload::Whole(Bytes::new()));
    *answer.status_mut() = status;
    answer
}

/// A text that is JSON already.
pub(super) fn json_text(status: StatusCode, text: &'static str) -> Answer {
    typed(status, "application/json", Bytes::from_static(text.as_bytes()))
}

/// A page, as a proxy shows it to a browser.
pub(super) fn html(status: StatusCode) -> Answer {
    let reason = status.canonical_reason().unwrap_or("Error");
    let page = format!(
        "<html>\r\n<head><title>{0} {reason}</title></head>\r\n<body>\r\n<center><h1>{0} {reason}</h1></center>\r\n\
         <hr><center>gateway</center>\r\n</body>\r\n</html>\r\n",
        status.as_u16(),
    );
    typed(status, "text/html; charset=utf-8", Bytes::from(page))
}

/// The same answer, whose connection breaks after half of the body that it promises.
pub(super) fn cut_short(answer: Answer) -> Answer {
    answer.map(|payload| match payload {
        Payload::Whole(body) => {
            let promised = body.len() as u64;
            Payload::Cut { half: body.slice(..body.len() / 2), promised, sent: false }
        }
        cut @ Payload::Cut { .. } => cut,
    })
}

fn typed(status: StatusCode, content_type: &'static str, body: Bytes) -> Answer {
    let mut answer = Response::new(Payload::Whole(body));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    answer
}

pub(super) enum Payload {
    Whole(Bytes),
    /// Less than its length promises; then the connection ends.
    Cut {
        /// What is still to be sent.
        half: Bytes,
        /// The length of the whole, in bytes.
        promised: u64,
        /// Whether the half had its chance to reach the network.
        sent: bool,
    },
}

impl Body for Payload {
    type Data = Bytes;
    type Error = Ended;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Ended>>> {
        match self.get_mut() {
            Self::Whole(body) if body.is_empty() => Poll::Ready(None),
            Self::Whole(rest) | Self::Cut { half: rest, .. } if !rest.is_empty() => {
                Poll::Ready(Some(Ok(Frame::data(mem::take(rest)))))
            }
            Self::Cut { sent: sent @ false, .. } => {
                // An error now would drop the half unsent; the server flushes while it waits for the body.
                *sent = true;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            _ => Poll::Ready(Some(Err(Ended))),
        }
    }

    fn is_end_stream(&self) -> bool {
        matches!(self, Self::Whole(body) if body.is_empty())
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Whole(body) => SizeHint::with_exact(body.len() as u64),
            Self::Cut { promised, .. } => SizeHint::with_exact(*promised),
        }
    }
}
