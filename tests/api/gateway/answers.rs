//! What a gateway answers with.

use keybearer_support::recorder::Reply;

/// Whose words an answer has.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Form {
    Others,
    /// Dfns' own: who speaks so is believed, except that no key was made.
    Dfns,
}

/// An answer in place of Dfns'.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    pub(super) name: &'static str,
    pub(super) reply: Reply,
    pub(super) form: Form,
    /// As an answer to the list it is one, without a key in it.
    pub(super) lists: bool,
    /// As an answer to the list it says that this user may not.
    pub(super) forbids: bool,
    /// What it is taken for nevertheless, since nothing tells it from Dfns' own.
    pub(super) claims: Option<&'static str>,
}

impl Answer {
    pub(super) fn is_any(&self) -> bool {
        true
    }

    pub(super) fn is_of_others(&self) -> bool {
        self.form == Form::Others
    }

    /// Whether nothing in it tells which keys there are, nor that this user may not know it.
    pub(super) fn is_no_list(&self) -> bool {
        !self.lists && !self.forbids
    }

    /// The same, as far as not much has to be read for that.
    pub(super) fn is_small_and_no_list(&self) -> bool {
        self.is_no_list() && self.is_small()
    }

    /// Whether there is an end to it, so that it does not take long to be read.
    pub(super) fn is_small(&self) -> bool {
        !matches!(self.reply, Reply::Endless { .. })
    }

    fn others(name: &'static str, status: &str, kind: &str, body: &str) -> Self {
        let head = format!(
            "HTTP/1.1 {status} x\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n",
            body.len()
        );
        let reply = Reply::Bytes(format!("{head}\r\n{body}").into_bytes());
        Self { name, reply, form: Form::Others, lists: false, forbids: false, claims: None }
    }

    fn dfns(name: &'static str, status: &str, message: &str) -> Self {
        let body = format!(r#"{{"error":{{"message":"{message}"}}}}"#);
        Self { form: Form::Dfns, ..Self::others(name, status, JSON, &body) }
    }

    fn with(self, header: &str) -> Self {
        let Reply::Bytes(bytes) = &self.reply else { return self };
        let text = String::from_utf8_lossy(bytes).replacen("\r\n", &format!("\r\n{header}\r\n"), 1);
        Self { reply: Reply::Bytes(text.into_bytes()), ..self }
    }
}

const JSON: &str = "application/json";
const PAGE: &str = "<!doctype html><title>Blocked</title><h1>This page was blocked by your organization</h1>";

/// Every answer. Those that point elsewhere point to this address.
pub(super) fn answers(elsewhere: &str) -> Vec<Answer> {
    let page = |name, status| Answer::others(name, status, "text/html", PAGE);
    let json = |name, status, body| Answer::others(name, status, JSON, body);
    let nothing = |name, status| Answer::others(name, status, "text/plain", "");
    let location = format!("Location: {elsewhere}/api-keys/");
    let endless = |status: &str| Reply::Endless {
        head: format!("HTTP/1.1 {status} x\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n").into_bytes(),
        piece: b"<p>blocked</p>".repeat(1 << 10),
        total: 40 << 20,
    };
    let forbidden = r#"{"message":"Forbidden"}"#;
    let mut answers = vec![
        page("401 as a page", "401"),
        json("401 as JSON", "401", r#"{"message":"Unauthorized"}"#),
        nothing("401 as nothing", "401"),
        page("403 as a page", "403"),
        json("403 as JSON", "403", forbidden),
        nothing("403 as nothing", "403"),
        page("418 as a page", "418"),
        json("418 as JSON", "418", forbidden),
        nothing("418 as nothing", "418"),
        page("451 as a page", "451"),
        json("451 as JSON", "451", forbidden),
        nothing("451 as nothing", "451"),
        page("302 as a page", "302").with(&location),
        json("302 as JSON", "302", forbidden).with(&location),
        nothing("302 as nothing", "302").with(&location),
        page("429 as a page", "429").with("Retry-After: 1"),
        json("429 as JSON", "429", r#"{"message":"Too Many Requests"}"#).with("Retry-After: 1"),
        nothing("429 as nothing", "429").with("Retry-After: 1"),
        // A network that wants a person to sign in, and what else stands in between.
        page("200 as a page", "200"),
        nothing("200 as nothing", "200"),
        json("200 as a page that is called JSON", "200", PAGE),
        json("200 as JSON that says nothing", "200", "{}"),
        json("200 as JSON of somebody", "200", r#"{"message":"Blocked","status":"denied"}"#),
        json("200 as JSON with an id of its own", "200", r#"{"id":"req-7f3a","message":"Blocked"}"#),
        json("200 as JSON with a token of its own", "200", r#"{"token":"cG9ydGFsLXNlc3Npb24"}"#),
        json("200 as JSON with both", "200", r#"{"id":"req-7f3a","name":"portal","token":"cG9ydGFsLXNlc3Npb24"}"#),
        json("200 as a list of nothing", "200", r#"{"items":[{},{}]}"#),
        Answer { lists: true, ..json("200 as an empty list", "200", r#"{"items":[]}"#) },
        nothing("204", "204"),
        Answer { claims: Some("policy"), ..json("202 as JSON of somebody", "202", r#"{"message":"Queued"}"#) },
        page("202 as a page", "202"),
        nothing("307 to another host", "307").with(&location),
        page("404 as a page", "404"),
        json("404 as JSON", "404", r#"{"message":"no Route matched with those values"}"#),
        page("407 as a page", "407"),
        page("511 as a page", "511"),
        page("502 as a page", "502"),
        json("403 as a page that is called JSON", "403", PAGE),
        json("403 as JSON with an empty error", "403", r#"{"error":{}}"#),
        json("403 as JSON of another house", "403", r#"{"error":{"code":403,"message":"Permission denied."}}"#),
        json("403 as JSON that is cut short", "403", r#"{"error":{"message":"The caller"#),
        Answer::dfns("429 in Dfns’ own form", "429", "Too many requests.").with("Retry-After: 1"),
        Answer::dfns("400 in Dfns’ own form", "400", "The name is not allowed."),
    ];
    for (name, reply) in [
        ("403 as a page without an end", endless("403")),
        ("200 as a page without an end", endless("200")),
        ("the connection’s end", Reply::closing()),
        ("a reset", Reply::Reset),
    ] {
        answers.push(Answer { reply, ..json(name, "200", "") });
    }
    let refused = Answer::dfns("403 in Dfns’ own form", "403", "Forbidden: no permission ApiKeys:Create.");
    answers.push(Answer { forbids: true, ..refused });
    answers
}
