//! Turns what the app knows into what the page draws.

use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio::time::Instant;

use crate::{
    account::{Account, Environment, KnownAccount, Session, SignedIn, Step, Storage},
    app::Keybearer,
    failure::{Failure, TokenProblem},
    ipc::{
        AccountName, AccountView, CheckView, CheckingStep, ClipboardView, Code, CreationPhase, CreationView,
        EnvironmentKind, Kept, KeyView, NoticeKind, NoticeView, RevealView, Said, SessionView, SettingsView,
        SignInForm, ThemeView, TokenFactsView, Told, View,
    },
    issuance::{self, Asking, Check, Held, Notice, OnClipboard, Phase, Revocation},
    jwt::Facts,
    key::Key,
    settings::{Settings, Theme},
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
            session: self.session(),
            accounts: self.known_accounts(),
            creation: self.issuance.asking().map(|asking| creation(&asking)),
            reveal: self.issuance.with_held(reveal),
            notices: self.issuance.notices().iter().map(|each| notice(each, self)).collect(),
            closing: self.closing(),
            said: aside.said.map(|(number, text)| Said { number, text }),
            draft: aside.draft,
            settings: aside.settings.into(),
            settings_file: self.settings_path().display().to_string(),
            problems: aside.problems.iter().map(Told::from).collect(),
        }
    }

    fn session(&self) -> SessionView {
        match self.sessions.now() {
            Session::SignedOut { reason, account } => SessionView::SignedOut {
                retry: matches!(reason, Some(Failure::Keyring(_))),
                reason: reason.as_ref().map(Told::from),
                form: form(account.as_ref()),
                account: account.as_ref().map(account_name),
                back: self.sessions.before().as_ref().map(account_name),
            },
            Session::Checking(checking) => SessionView::Checking {
                host: checking.at.base.host(),
                step: match checking.step {
                    Step::Keyring => CheckingStep::Keyring,
                    Step::Dfns => CheckingStep::Dfns,
                },
                running_ms: since_ms(checking.since),
            },
            Session::SignedIn(signed_in) => signed_in_view(&signed_in),
        }
    }

    fn known_accounts(&self) -> Vec<AccountView> {
        let current = match self.sessions.now() {
            Session::SignedIn(signed_in) => Some(signed_in.at.account.id),
            _ => None,
        };
        let known = self.sessions.accounts();
        let mut accounts: Vec<AccountView> = known.iter().map(|known| account(known, current.as_deref())).collect();
        // As people look for them; the order of use would move them about under the pointer.
        accounts.sort_by_cached_key(|account| {
            (account.environment as u8, account.label.to_lowercase(), account.id.clone())
        });
        accounts
    }
}

impl From<Settings> for SettingsView {
    fn from(settings: Settings) -> Self {
        let Settings { clipboard_seconds, held_seconds, theme } = settings;
        let theme = match theme {
            Theme::System => ThemeView::System,
            Theme::Light => ThemeView::Light,
            Theme::Dark => ThemeView::Dark,
        };
        Self { clipboard_seconds, held_seconds, theme }
    }
}

impl TryFrom<SettingsView> for Settings {
    type Error = Failure;

    fn try_from(view: SettingsView) -> Result<Self, Failure> {
        let SettingsView { clipboard_seconds, held_seconds, theme } = view;
        let theme = match theme {
            ThemeView::System => Theme::System,
            ThemeView::Light => Theme::Light,
            ThemeView::Dark => Theme::Dark,
        };
        Self { clipboard_seconds, held_seconds, theme }.checked()
    }
}

impl From<&Failure> for Told {
    fn from(failure: &Failure) -> Self {
        let wait_ms = failure.wait().map(|wait| wait.as_secs_f64() * 1000.0);
        Self { code: code(failure), message: failure.to_string(), hint: failure.hint(), wait_ms }
    }
}

impl From<Failure> for Told {
    fn from(failure: Failure) -> Self {
        Self::from(&failure)
    }
}

fn code(failure: &Failure) -> Code {
    match failure {
        Failure::NameEmpty | Failure::NameControl => Code::Name,
        Failure::SameName(_) => Code::SameName,
        Failure::Address(_) => Code::Address,
        Failure::TokenMissing(TokenProblem::Typed) => Code::TokenMissing,
        Failure::TokenMissing(_) | Failure::Clipboard(_) => Code::Clipboard,
        Failure::Refused(_) => Code::Refused,
        Failure::SignInAgain | Failure::SignInOver => Code::SignInAgain,
        Failure::SignInRefused => Code::SignInRefused,
        Failure::Forbidden { .. } => Code::Forbidden,
        Failure::SignatureRequired => Code::SignatureRequired,
        Failure::NoSuchService(_) => Code::NoSuchService,
        Failure::KeyGone => Code::KeyGone,
        Failure::KeyWithoutId => Code::KeyWithoutId,
        Failure::Conflict(_) => Code::Conflict,
        Failure::RateLimited(_) => Code::RateLimited,
        Failure::Redirected(_) => Code::Redirected,
        Failure::Unexpected { .. } => Code::Unexpected,
        Failure::Unreachable { .. } => Code::Unreachable,
        Failure::NoClearAnswer(_) | Failure::NotLooked(_) => Code::NoClearAnswer,
        Failure::NotConfirmed(_) => Code::NotConfirmed,
        Failure::Doubtful(_) => Code::Doubtful,
        Failure::CalledOff | Failure::CheckCalledOff => Code::CalledOff,
        Failure::NotNow(_) => Code::NotNow,
        Failure::OtherAccount(_) => Code::OtherAccount,
        Failure::NotProven => Code::NotProven,
        Failure::Keyring(_) | Failure::KeyringEmpty => Code::Keyring,
        Failure::Setting(_) => Code::Setting,
        Failure::File(_) => Code::File,
        Failure::Computer(_) => Code::Computer,
    }
}

/// Milliseconds from now until then, none below zero.
#[must_use]
pub fn until_ms(then: Instant) -> f64 {
    then.saturating_duration_since(Instant::now()).as_secs_f64() * 1000.0
}

fn since_ms(then: Instant) -> f64 {
    then.elapsed().as_secs_f64() * 1000.0
}

fn expires_in_ms(account: &Account) -> Option<f64> {
    account.expires.map(|expires| (expires - OffsetDateTime::now_utc()).as_seconds_f64() * 1000.0)
}

fn account_name(account: &Account) -> AccountName {
    AccountName { id: account.id.clone(), label: account.label().to_owned() }
}

fn account(known: &KnownAccount, current: Option<&str>) -> AccountView {
    let account = &known.at.account;
    AccountView {
        id: account.id.clone(),
        label: account.label().to_owned(),
        environment: kind(&account.environment),
        host: known.at.base.host(),
        user: account.user.clone(),
        organization: account.organization.clone(),
        expires_in_ms: expires_in_ms(account),
        current: current == Some(&account.id),
        over: known.over,
        kept: kept(&known.storage),
    }
}

fn kept(storage: &Storage) -> Kept {
    match storage {
        Storage::Keyring => Kept::Keyring,
        Storage::Keeping => Kept::Keeping,
        Storage::Memory | Storage::MemoryForWant(_) => Kept::Memory,
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
    let account = &signed_in.at.account;
    SessionView::SignedIn {
        id: account.id.clone(),
        name: account.name.clone(),
        account: account.label().to_owned(),
        environment: kind(&account.environment),
        host: signed_in.at.base.host(),
        user: account.user.clone(),
        organization: account.organization.clone(),
        expires_in_ms: expires_in_ms(account),
        may_list: signed_in.may_list,
        kept: kept(&signed_in.storage),
        kept_problem: match &signed_in.storage {
            Storage::MemoryForWant(failure) => Some(Told::from(failure)),
            Storage::Keyring | Storage::Keeping | Storage::Memory => None,
        },
        unchecked: signed_in.unchecked.as_ref().map(Told::from),
    }
}

fn revoking_ms(revocation: Option<&Revocation>) -> Option<f64> {
    revocation.map(|revocation| since_ms(revocation.since))
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
        running_ms: since_ms(asking.since),
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
        revoking_ms: revoking_ms(held.revocation.as_ref()),
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

fn notice(notice: &Notice, app: &Keybearer) -> NoticeView {
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
        account: app.sessions.other_account_of(&notice.keys).map(|account| account.label().to_owned()),
        author: notice.key.as_ref().map(|key| key.author.clone()),
        created: notice.key.as_ref().map(|key| key.created.clone()),
        told: Told { code: Code::Notice, message: notice.message(), hint: notice.hint(), wait_ms: None },
        revoking_ms: revoking_ms(notice.revocation.as_ref()),
    }
}
