//! Turns what the app knows into what the page draws.

use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::time::Instant;

use crate::{
    account::{Account, Environment, Session, SignedIn, Storage},
    app::Keybearer,
    failure::{Failure, TokenProblem},
    ipc::{
        CheckView, ClipboardView, Code, CreationPhase, CreationView, EnvironmentKind, Kept, KeyView, NoticeKind,
        NoticeView, RevealView, Said, SessionView, SignInForm, TokenFactsView, Told, View,
    },
    issuance::{self, Asking, Check, Held, Notice, OnClipboard, Phase},
    jwt::Facts,
    key::Key,
};

/// Whether this system keeps screenshots from showing a window that asks for it. Linux does nothing, silently.
pub const CAPTURE_PROTECTED: bool = cfg!(any(target_os = "windows", target_os = "macos"));

impl Keybearer {
    /// Everything the main window draws, as it is now.
    #[must_use]
    pub fn view(&self, revision: u32) -> View {
        let aside = self.aside();
        View {
            revision,
            session: session(&self.sessions.now()),
            creation: self.issuance.asking().map(|asking| creation(&asking)),
            reveal: self.issuance.with_held(reveal),
            notices: self.issuance.notices().iter().map(notice).collect(),
            closing: self.closing(),
            said: aside.said.map(|(number, text)| Said { number, text }),
            draft: aside.draft,
            clipboard_seconds: self.settings.clipboard_seconds,
            held_seconds: self.settings.held_seconds,
            settings_problem: self.settings_problem.as_ref().map(Told::from),
        }
    }
}

impl From<&Failure> for Told {
    fn from(failure: &Failure) -> Self {
        let code = match failure {
            Failure::NameEmpty | Failure::NameControl => Code::Name,
            Failure::SameName(_) => Code::SameName,
            Failure::Address(_) => Code::Address,
            Failure::TokenMissing(TokenProblem::Typed) => Code::TokenMissing,
            Failure::SignInAgain => Code::SignInAgain,
            Failure::Doubtful(_) => Code::Doubtful,
            Failure::CalledOff => Code::CalledOff,
            Failure::NotNow(_) => Code::NotNow,
            Failure::NotProven => Code::NotProven,
            _ => Code::Other,
        };
        Self { code, message: failure.to_string(), hint: failure.hint() }
    }
}

impl From<Failure> for Told {
    fn from(failure: Failure) -> Self {
        Self::from(&failure)
    }
}

/// Milliseconds from now until then, none below zero.
#[must_use]
pub fn until_ms(then: Instant) -> f64 {
    then.saturating_duration_since(Instant::now()).as_secs_f64() * 1000.0
}

fn session(session: &Session) -> SessionView {
    match session {
        Session::SignedOut { reason, account } => {
            SessionView::SignedOut { reason: reason.as_ref().map(Told::from), form: form(account.as_ref()) }
        }
        Session::Checking(at) => SessionView::Checking { host: at.base.host() },
        Session::SignedIn(signed_in) => signed_in_view(signed_in),
    }
}

fn form(account: Option<&Account>) -> SignInForm {
    let environment = account.map_or(EnvironmentKind::Production, |account| kind(&account.environment));
    let url = match account.map(|account| &account.environment) {
        Some(Environment::Custom(base)) => base.to_string(),
        _ => String::new(),
    };
    let name = account.map(|account| account.name.clone()).unwrap_or_default();
    SignInForm { environment, url, name, remember: true }
}

fn signed_in_view(signed_in: &SignedIn) -> SessionView {
    let environment = &signed_in.at.account.environment;
    let facts = signed_in.facts.as_ref();
    let user = facts.and_then(|facts| facts.user.clone().or_else(|| facts.subject.clone()));
    let account = match signed_in.at.account.name.as_str() {
        "" => user.clone().unwrap_or_else(|| environment.label().to_owned()),
        name => name.to_owned(),
    };
    let expires = facts.and_then(|facts| facts.expires);
    SessionView::SignedIn {
        account,
        environment: kind(environment),
        host: signed_in.at.base.host(),
        user,
        organization: facts.and_then(|facts| facts.organization.clone()),
        expires_in_ms: expires.map(|expires| (expires - OffsetDateTime::now_utc()).as_seconds_f64() * 1000.0),
        may_list: signed_in.may_list,
        kept: if signed_in.storage == Storage::Keyring { Kept::Keyring } else { Kept::Memory },
        kept_problem: match &signed_in.storage {
            Storage::MemoryForWant(failure) => Some(Told::from(failure)),
            Storage::Keyring | Storage::Memory => None,
        },
    }
}

fn kind(environment: &Environment) -> EnvironmentKind {
    match environment {
        Environment::Production => EnvironmentKind::Production,
        Environment::Staging => EnvironmentKind::Staging,
        Environment::Sandbox => EnvironmentKind::Sandbox,
        Environment::Custom(_) => EnvironmentKind::Custom,
    }
}

fn creation(asking: &Asking) -> CreationView {
    CreationView {
        name: asking.name.to_string(),
        running_ms: asking.since.elapsed().as_secs_f64() * 1000.0,
        phase: match asking.phase {
            Phase::Looking => CreationPhase::Looking,
            Phase::Asked => CreationPhase::Asked,
            Phase::Verifying => CreationPhase::Verifying,
        },
    }
}

fn reveal(held: &Held) -> RevealView {
    RevealView {
        key: key(&held.key),
        token_length: u32::try_from(held.token_length).unwrap_or(u32::MAX),
        facts: held.facts.as_ref().map(facts),
        clipboard: clipboard(&held.clipboard),
        shown_for_ms: held.shown_until.map(until_ms),
        capture_protected: CAPTURE_PROTECTED,
        check: held.check.map(check),
        wiped_in_ms: until_ms(held.wiped_at),
        proven: held.proven(),
        revoking: held.revoking,
    }
}

fn key(key: &Key) -> KeyView {
    KeyView {
        id: key.id.0.clone(),
        name: key.name.clone(),
        organization: key.organization.clone(),
        author: key.author.clone(),
        created: key.created.clone(),
        status: key.status.as_str().to_owned(),
    }
}

fn facts(facts: &Facts) -> TokenFactsView {
    let instant = |at: Option<OffsetDateTime>| at.and_then(|at| at.format(&Rfc3339).ok());
    TokenFactsView {
        issuer: facts.issuer.clone(),
        subject: facts.subject.clone(),
        issued: instant(facts.issued),
        expires: instant(facts.expires),
        id: facts.id.clone(),
    }
}

fn clipboard(clipboard: &OnClipboard) -> ClipboardView {
    let told = |problem: &crate::failure::ClipboardProblem| Told::from(Failure::Clipboard(problem.clone()));
    match clipboard {
        OnClipboard::Untouched => ClipboardView::Untouched,
        OnClipboard::Live { until, own } => ClipboardView::Live { clears_in_ms: until_ms(*until), own: *own },
        OnClipboard::Unsure(problem) => ClipboardView::Unsure { problem: told(problem) },
        OnClipboard::Cleared => ClipboardView::Cleared,
        OnClipboard::Replaced => ClipboardView::Replaced,
        OnClipboard::StillThere(problem) => ClipboardView::StillThere { problem: told(problem) },
    }
}

fn check(check: Check) -> CheckView {
    match check {
        Check::Stored => CheckView::Stored,
        Check::Different => CheckView::Different,
        Check::WhiteSpace => CheckView::WhiteSpace,
        Check::Empty => CheckView::Empty,
        Check::OwnCopy => CheckView::OwnCopy,
    }
}

fn notice(notice: &Notice) -> NoticeView {
    NoticeView {
        number: notice.number,
        kind: match &notice.kind {
            issuance::NoticeKind::NotHandedOver => NoticeKind::NotHandedOver,
            issuance::NoticeKind::Candidate => NoticeKind::Candidate,
            issuance::NoticeKind::Doubtful { .. } => NoticeKind::Doubtful,
            issuance::NoticeKind::WithoutToken => NoticeKind::WithoutToken,
            issuance::NoticeKind::AwaitingApproval => NoticeKind::AwaitingApproval,
            issuance::NoticeKind::OnClipboard(_) => NoticeKind::OnClipboard,
        },
        key_name: notice.name.clone(),
        key_id: notice.key.as_ref().map(|key| key.id.0.clone()),
        author: notice.key.as_ref().map(|key| key.author.clone()),
        created: notice.key.as_ref().map(|key| key.created.clone()),
        told: Told { code: Code::Other, message: notice.message(), hint: notice.hint() },
        busy: notice.busy,
    }
}
