//! What crosses the border between the page and Rust: the view that the page draws, the requests it makes, and errors.
//!
//! These are shapes for the border alone; the crate's own types are turned into them here and nowhere else.
//! `ui/ipc-types.d.ts` is written from this file, and a test holds the two equal. Nothing in here can carry a token,
//! save [`TokenText`], which only the token's own window may ask for.

use serde::{Deserialize, Deserializer, Serialize};
use zeroize::Zeroizing;

/// Everything the main window draws. Sent whole, through a channel, whenever something in it changes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// Counts up by one with each view, so that the page can drop one that comes late.
    pub revision: u32,
    /// Who is signed in, or what to ask for.
    pub session: SessionView,
    /// The accounts that can be switched to, by environment and name.
    pub accounts: Vec<AccountView>,
    /// The request on its way to Dfns, if there is one.
    pub creation: Option<CreationView>,
    /// The new key whose token is held, if there is one.
    pub reveal: Option<RevealView>,
    /// Keys that need the person's attention, newest first.
    pub notices: Vec<NoticeView>,
    /// The person wants to close the window while something is open.
    pub closing: Option<Closing>,
    /// One sentence on what just happened elsewhere (the clipboard was cleared, an account was remembered).
    pub said: Option<Said>,
    /// A key's name that was typed before the page was replaced.
    pub draft: String,
    /// The settings.
    pub settings: SettingsView,
    /// Where the settings are kept.
    pub settings_file: String,
    /// What is wrong with files of Keybearer's own.
    pub problems: Vec<Told>,
}

/// One sentence for the person, with a number that tells it from an equal one said before.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Said {
    /// Counts up.
    pub number: u32,
    /// The sentence.
    pub text: String,
}

/// The session, as the page shows it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum SessionView {
    /// Nobody is signed in: the sign-in form is shown.
    SignedOut {
        /// Why, where it was not the person's own wish: a remembered account was refused, say.
        reason: Option<Told>,
        /// What to fill the form with.
        form: SignInForm,
        /// The account that is asked for a new token; `null` asks for any.
        account: Option<AccountName>,
        /// The account that was in use before, and can be gone back to.
        back: Option<AccountName>,
        /// The account's token may be good: what kept it from being used may be over by now.
        retry: bool,
    },
    /// A remembered account, or a new one, is being checked.
    Checking {
        /// Its host.
        host: String,
        /// What is waited for.
        step: CheckingStep,
        /// Milliseconds since it began.
        running_ms: f64,
    },
    /// Somebody is signed in.
    SignedIn {
        /// The account's id.
        id: String,
        /// The name that the person gave the account; may be empty.
        name: String,
        /// The account's name, chosen by the person or made from what is known.
        account: String,
        /// Which Dfns this is.
        environment: EnvironmentKind,
        /// Host name, and port where it is not the usual one.
        host: String,
        /// The user, where the sign-in token tells it.
        user: Option<String>,
        /// The organization, where the sign-in token tells it.
        organization: Option<String>,
        /// Milliseconds until the sign-in token expires (negative: since), where it tells.
        expires_in_ms: Option<f64>,
        /// Whether this user may list keys.
        may_list: bool,
        /// Where the sign-in token is kept.
        kept: Kept,
        /// Why it is not in the keyring although it should be.
        kept_problem: Option<Told>,
        /// Why the sign-in token could not be checked, where it could not.
        unchecked: Option<Told>,
    },
}

/// An account, by what it is called.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AccountName {
    /// Names it in commands.
    pub id: String,
    /// What it is called.
    pub label: String,
}

/// An account that can be switched to.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct AccountView {
    /// Names it in commands.
    pub id: String,
    /// The name that the person gave it, or made from what is known.
    pub label: String,
    /// Which Dfns it is at.
    pub environment: EnvironmentKind,
    /// Its host.
    pub host: String,
    /// The user, where the sign-in token tells it.
    pub user: Option<String>,
    /// The organization, where the sign-in token tells it.
    pub organization: Option<String>,
    /// Milliseconds until its sign-in token expires (negative: since), where it tells.
    pub expires_in_ms: Option<f64>,
    /// It is the one in use.
    pub current: bool,
    /// It is known to need a new sign-in token.
    pub over: bool,
    /// Where its sign-in token is kept.
    pub kept: Kept,
}

/// What is waited for while a sign-in token is checked.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum CheckingStep {
    /// The keyring, which may ask the person to unlock it.
    Keyring,
    /// Dfns.
    Dfns,
}

/// The settings.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// Seconds that a copied token stays on the clipboard: 1 to 600.
    pub clipboard_seconds: u32,
    /// Seconds after which a token nobody finished with is wiped, and that "keep" adds: 1 to 86,400.
    pub held_seconds: u32,
    /// The colours.
    pub theme: ThemeView,
}

/// The colours of the windows.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ThemeView {
    /// As the system has it.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// Where a sign-in token is kept.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Kept {
    /// In the operating system's keyring, until signed out.
    Keyring,
    /// In memory, and on its way to the keyring.
    Keeping,
    /// In memory, until Keybearer quits.
    Memory,
}

/// The kinds of environment.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum EnvironmentKind {
    /// Dfns' production: real funds.
    Production,
    /// Dfns' staging: test funds.
    Staging,
    /// The Dfns inside the app.
    Sandbox,
    /// An address of the person's own.
    Custom,
}

/// What the sign-in form holds, save the token.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SignInForm {
    /// Which Dfns.
    pub environment: EnvironmentKind,
    /// Its address; only for a custom one, empty otherwise.
    pub url: String,
    /// The account's name; may be empty.
    pub name: String,
    /// Whether to keep the sign-in token in the keyring.
    pub remember: bool,
}

/// A sign-in token that was typed into the page; wiped once it is used.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct TypedToken(#[serde(deserialize_with = "wiped")] pub Zeroizing<String>);

/// The users of the sandbox.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum SandboxPersona {
    /// May create, list and revoke.
    Admin,
    /// May create, but neither list nor revoke.
    Issuer,
    /// May list only.
    Auditor,
}

/// A request for a key, on its way.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CreationView {
    /// The key's name.
    pub name: String,
    /// Milliseconds since the person asked.
    pub running_ms: f64,
    /// How far it is.
    pub phase: CreationPhase,
}

/// How far a request for a key is.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum CreationPhase {
    /// The keys there are, are being looked through; nothing was asked for yet, and calling it off is harmless.
    Looking,
    /// Dfns was asked for the key; calling it off leaves in doubt whether it was made.
    Asked,
    /// The answer was doubtful; the list is being looked through for a key that may have been made.
    Verifying,
}

/// The one-time dialog.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct RevealView {
    /// The key.
    pub key: KeyView,
    /// How many characters the token has.
    pub token_length: u32,
    /// What can be read of the token; `null` where it does not decode, which is fine.
    pub facts: Option<TokenFactsView>,
    /// Where the token is on the clipboard.
    pub clipboard: ClipboardView,
    /// Milliseconds until the token's own window closes, while it is open.
    pub shown_for_ms: Option<f64>,
    /// Whether this system keeps screenshots from showing that window.
    pub capture_protected: bool,
    /// How the last Check ended.
    pub check: Option<CheckView>,
    /// Milliseconds until the token is wiped.
    pub wiped_in_ms: f64,
    /// Whether it is proven to be in a vault: then Done does not ask.
    pub proven: bool,
    /// Milliseconds since its revocation was asked for, while it is under way.
    pub revoking_ms: Option<f64>,
}

/// A key, as Dfns told it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct KeyView {
    /// `api-…`
    pub id: String,
    /// As it was given.
    pub name: String,
    /// `cu-…` or `or-…`
    pub organization: String,
    /// `ce-…` or `us-…`
    pub author: String,
    /// ISO 8601, UTC.
    pub created: String,
    /// As it came.
    pub status: String,
}

/// What a token says of itself. Nothing of it is verified.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TokenFactsView {
    /// Who issued it.
    pub issuer: Option<String>,
    /// Whom it speaks for.
    pub subject: Option<String>,
    /// ISO 8601, UTC.
    pub issued: Option<String>,
    /// ISO 8601, UTC.
    pub expires: Option<String>,
    /// Its id, which is the key's.
    pub id: Option<String>,
}

/// Where the token is on the clipboard.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(tag = "state", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ClipboardView {
    /// It was not put there.
    Untouched,
    /// It is there.
    Live {
        /// Milliseconds until it is cleared.
        clears_in_ms: f64,
        /// Put there by Copy, rather than by the vault it was checked from.
        own: bool,
    },
    /// It could not be made sure of that it is there.
    Unsure {
        /// What is known, and what to do.
        problem: Told,
    },
    /// It was cleared, and is gone.
    Cleared,
    /// Something else was copied since; that was left alone.
    Replaced,
    /// It could not be cleared.
    StillThere {
        /// Why, and what to do.
        problem: Told,
    },
}

/// How a Check ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum CheckView {
    /// What is on the clipboard is the token, to the last byte.
    Stored,
    /// Something else is on the clipboard.
    Different,
    /// The token with white space around it: some vaults add a line's end.
    WhiteSpace,
    /// Nothing is on the clipboard.
    Empty,
    /// It is Keybearer's own copy that is still on the clipboard; that proves nothing.
    OwnCopy,
}

/// A key that needs attention.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct NoticeView {
    /// Names the notice in commands.
    pub number: u32,
    /// What happened.
    pub kind: NoticeKind,
    /// The key's name.
    pub key_name: String,
    /// The key's id, where it is known. Only then it can be revoked.
    pub key_id: Option<String>,
    /// The account that it belongs to, where that is not the one in use.
    pub account: Option<String>,
    /// Who made it, where it is known.
    pub author: Option<String>,
    /// When, where it is known: ISO 8601, UTC.
    pub created: Option<String>,
    /// What happened and what it means, and what to do.
    pub told: Told,
    /// Milliseconds since its revocation was asked for, while it is under way.
    pub revoking_ms: Option<f64>,
}

/// Why a key needs attention.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum NoticeKind {
    /// Its token was wiped without a proof that it is in a vault.
    NotHandedOver,
    /// Dfns may have made it: it is new under the name that was asked for.
    Candidate,
    /// Dfns may have made one, and none was found.
    Doubtful,
    /// It was made, but no token came.
    WithoutToken,
    /// A policy holds its creation back.
    AwaitingApproval,
    /// Its token was wiped, but could not be cleared from the clipboard.
    OnClipboard,
}

/// Why the window does not close at once.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Closing {
    /// A token is held.
    Holding,
    /// A key is being asked for.
    Creating,
}

/// What happened, in words for a person: the message says what it means, the hint what to do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// For the page to branch on, and for people who automate.
    pub code: Code,
    /// One or two sentences.
    pub message: String,
    /// One or two sentences.
    pub hint: String,
    /// Milliseconds until the next try makes sense, where Dfns told.
    pub wait_ms: Option<f64>,
}

/// The codes of [`Told`]: one for each row of the table of errors.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Code {
    /// The key's name is empty or has control characters: shown at the field.
    Name,
    /// An active key of that name exists: "create anyway" is offered.
    SameName,
    /// The address is not one that can be used: shown at the field.
    Address,
    /// The sign-in token is empty: shown at the field.
    TokenMissing,
    /// 400: the input was refused.
    Refused,
    /// 401 to a sign-in token that was good: a new one is asked for.
    SignInAgain,
    /// 401 to a sign-in token that is being given.
    SignInRefused,
    /// 403: a permission is missing.
    Forbidden,
    /// Dfns wants signed requests.
    SignatureRequired,
    /// 404 or 410 on the path itself: no Dfns, or one without API keys.
    NoSuchService,
    /// 404 on one key.
    KeyGone,
    /// The key cannot be named to Dfns.
    KeyWithoutId,
    /// 409.
    Conflict,
    /// 429: with `wait_ms`, where Dfns told it.
    RateLimited,
    /// 3xx, which is not followed.
    Redirected,
    /// Another answer that is sure to mean "no".
    Unexpected,
    /// No connection; nothing was sent.
    Unreachable,
    /// No clear answer to a call that changes nothing.
    NoClearAnswer,
    /// No clear answer to a revocation.
    NotConfirmed,
    /// The answer leaves in doubt whether a key was made.
    Doubtful,
    /// The person called it off before it could do anything.
    CalledOff,
    /// Something else is under way, or there is nothing to do it with.
    NotNow,
    /// The key's account is not signed in.
    OtherAccount,
    /// Done was asked for without a proof that the token is in a vault.
    NotProven,
    /// The clipboard.
    Clipboard,
    /// The keyring.
    Keyring,
    /// A setting is out of its bounds.
    Setting,
    /// A file of Keybearer's own.
    File,
    /// Something else on this computer.
    Computer,
    /// Of a notice, which its kind says more of.
    Notice,
}

/// The token's text, and for how long its window stays open. For that window alone.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct TokenText<'a> {
    /// The token.
    pub text: &'a str,
    /// The key's name.
    pub key_name: &'a str,
    /// Milliseconds until the window closes by itself.
    pub closes_in_ms: f64,
    /// Whether this system keeps screenshots from showing the window.
    pub capture_protected: bool,
}

fn wiped<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Zeroizing<String>, D::Error> {
    String::deserialize(deserializer).map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use ts_rs::{Config, TS};

    use super::*;

    /// Run with `WRITE_TYPES=1` to write the file anew after a change of the shapes.
    #[test]
    fn the_types_that_the_page_is_checked_with_are_those_of_this_file() {
        let config = Config::new();
        let declarations = [
            View::decl(&config),
            Said::decl(&config),
            SessionView::decl(&config),
            AccountName::decl(&config),
            AccountView::decl(&config),
            CheckingStep::decl(&config),
            SettingsView::decl(&config),
            ThemeView::decl(&config),
            Kept::decl(&config),
            EnvironmentKind::decl(&config),
            SignInForm::decl(&config),
            SandboxPersona::decl(&config),
            CreationView::decl(&config),
            CreationPhase::decl(&config),
            RevealView::decl(&config),
            KeyView::decl(&config),
            TokenFactsView::decl(&config),
            ClipboardView::decl(&config),
            CheckView::decl(&config),
            NoticeView::decl(&config),
            NoticeKind::decl(&config),
            Closing::decl(&config),
            Told::decl(&config),
            Code::decl(&config),
            TokenText::decl(&config),
        ];
        let mut expected = String::from("// Written from src-tauri/ipc.rs by its test; not edited by hand.\n");
        for declaration in declarations {
            expected.push_str(&format!("\nexport {}\n", declaration.trim()));
        }
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/ipc-types.d.ts");
        if env::var_os("WRITE_TYPES").is_some() {
            fs::write(&file, &expected).expect("the file can be written");
        }
        let there = fs::read_to_string(&file).expect("the file is there");
        assert!(there == expected, "ui/ipc-types.d.ts is out of date: run the tests once with WRITE_TYPES=1");
    }
}
