//! Accounts, as the page draws them.

use keybearer_core::{
    account::{Account, Environment, KnownAccount, Session, SignedIn, Storage, Where},
    app::Keybearer,
    failure::Failure,
    org_policy::PolicyEnvironment,
};
use time::OffsetDateTime;

use super::since_ms;
use crate::ipc::{
    AccountName, AccountView, CredentialView, Kept, OfferView, PresetView, SessionView, SignInForm, Told,
};

pub(super) fn session(app: &Keybearer) -> SessionView {
    match app.sessions.now() {
        Session::SignedOut { reason, account } => SessionView::SignedOut {
            retry: reason.as_ref().is_some_and(|reason| may_be_over(reason, account.as_ref())),
            reason: reason.as_ref().map(Told::from),
            form: form(app, account.as_ref()),
            account: account.as_ref().map(account_name),
            back: app.sessions.before().as_ref().map(account_name),
        },
        Session::Checking(checking) => SessionView::Checking {
            host: checking.at.base.host(),
            step: checking.step,
            running_ms: since_ms(checking.since),
        },
        Session::SignedIn(signed_in) => signed_in_view(&signed_in),
    }
}

/// Whether what keeps an account from being used may be over by now. One with a credential signs in anew each time, for which it
/// takes the network.
fn may_be_over(reason: &Failure, account: Option<&Account>) -> bool {
    match reason {
        Failure::Keyring(_) | Failure::Computer(_) => true,
        Failure::Credential(_) | Failure::KeyringEmpty | Failure::SignInAgain => false,
        _ => account.is_some_and(|account| account.credential.is_some()),
    }
}

/// What the sign-in form begins with: the account that is asked for a token, or, where there is none yet, the first of
/// the organization's own environments.
fn form(app: &Keybearer, account: Option<&Account>) -> SignInForm {
    let first = if app.sessions.accounts().is_empty() { app.org_policy.environments().first() } else { None };
    let environment = match (account, first) {
        (Some(account), _) => account.environment.clone(),
        (None, Some(preset)) => Environment::at(preset.url.clone()),
        (None, None) => Environment::Production,
    };
    let name = account.map(|account| account.name.clone()).unwrap_or_default();
    SignInForm { environment: environment.kind(), url: environment.url(), name, remember: true, passphrase: false }
}

pub(super) fn known_accounts(app: &Keybearer) -> Vec<AccountView> {
    let current = match app.sessions.now() {
        Session::SignedIn(signed_in) => Some(signed_in.at.account.id),
        _ => None,
    };
    let known = app.sessions.accounts();
    let view = |known: &KnownAccount| {
        let is_current = current.as_ref() == Some(&known.at.account.id);
        account(&known.at, &known.storage, known.over, is_current)
    };
    let mut accounts: Vec<AccountView> = known.iter().map(view).collect();
    // As people look for them; the order of use would move them about under the pointer.
    accounts.sort_by_cached_key(|account| (account.environment, account.label.to_lowercase(), account.id.clone()));
    accounts
}

pub(super) fn preset(PolicyEnvironment { name, url }: &PolicyEnvironment) -> PresetView {
    PresetView { name: name.clone(), host: url.host(), url: url.to_string() }
}

fn account_name(account: &Account) -> AccountName {
    AccountName { id: account.id.clone(), label: account.label() }
}

fn account(Where { account, base }: &Where, storage: &Storage, over: bool, current: bool) -> AccountView {
    let expires_in = account.expires.map(|expires| expires - OffsetDateTime::now_utc());
    AccountView {
        id: account.id.clone(),
        label: account.label(),
        environment: account.environment.apparent_kind(),
        host: base.host(),
        user: account.user.clone(),
        organization: account.organization.clone(),
        expires_in_ms: expires_in.map(|left| left.as_seconds_f64() * 1000.0),
        current,
        over,
        kept: match storage {
            Storage::Keyring => Kept::Keyring,
            Storage::Keeping => Kept::Keeping,
            Storage::Memory | Storage::MemoryForWant(_) => Kept::Memory,
        },
    }
}

fn signed_in_view(signed_in: &SignedIn) -> SessionView {
    SessionView::SignedIn {
        account: account(&signed_in.at, &signed_in.storage, false, true),
        name: signed_in.at.account.name.clone(),
        may_list: signed_in.may_list,
        kept_problem: match &signed_in.storage {
            Storage::MemoryForWant(failure) => Some(Told::from(failure)),
            Storage::Keyring | Storage::Keeping | Storage::Memory => None,
        },
        unchecked: signed_in.unchecked.as_ref().map(Told::from),
        credential: signed_in
            .at
            .account
            .credential
            .as_ref()
            .map(|credential| CredentialView { id: credential.id.clone(), own: credential.own }),
        unrenewed: signed_in.unrenewed.as_ref().map(Told::from),
        kinds: signed_in
            .offers
            .iter()
            .flat_map(|offers| offers.0)
            .map(|(kind, offer)| OfferView { kind, offer })
            .collect(),
    }
}
