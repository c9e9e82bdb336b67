//! What crosses the border between the page and Rust: the view that the page draws, the requests it makes, and errors.
//!
//! These are shapes for the border alone; where a type of the core or of another part says just what the page draws, it
//! crosses itself. `ui/ipc-types.d.ts` is written from this module and the table of commands, and a test holds it to them.
//! Nothing in here can carry a token, save [`TokenText`], which only the token's own window may ask for.

mod account;
mod activity;
mod error;
mod expiring;
mod key;
mod settings;
mod vault;

use keybearer_core::{app::Closing, words::Message};
use serde::Serialize;

pub use self::{
    account::{
        AccountName, AccountView, CredentialForm, CredentialView, EnrolmentCodeText, Kept, KeySource, OfferView,
        PresetView, SessionView, SignInForm, TypedToken,
    },
    activity::{ActivityListView, ActivityView},
    error::Told,
    expiring::{EndingView, EndingsView, NotificationsView},
    key::{
        ClipboardView, CreationPhase, CreationView, DeliveredView, DeliveringView, HappenedView, KeyDetailsView,
        KeyView, KnownView, ListView, NotedView, NoticeKind, NoticeView, OpenRoleState, Operation, ReceiptView,
        RevealView, RoleChangeView, RoleView, SecretView, TermsForm, TokenFactsView, TokenText, TriedView,
        UndeliveredView, UnlistedView,
    },
    settings::SettingsView,
    vault::{
        AskView, BatchRow, BatchRowState, BatchStateView, BatchView, CheckedList, CheckedName, DestinationForm,
        DestinationView, NewName, ProgramForm, ProgramPresetView, ReplacementView, VaultForm,
    },
};

/// Everything the main window draws. Sent whole, through a channel, whenever something in it changes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// Counts up by one with each view, so that the page can drop one that comes late.
    pub revision: u32,
    pub version: &'static str,
    /// Who is signed in, or what to ask for.
    pub session: SessionView,
    /// The accounts that can be switched to, by environment and name.
    pub accounts: Vec<AccountView>,
    /// The organization's own environments, to be offered beside the others.
    pub presets: Vec<PresetView>,
    pub creation: Option<CreationView>,
    pub reveal: Option<RevealView>,
    /// Counts up whenever the list of keys may be another than before; `null` while that is about to change, or where they
    /// cannot be listed.
    pub keys_revision: Option<u32>,
    /// Keys that need the person's attention, newest first.
    pub notices: Vec<NoticeView>,
    /// Roles that were to be given or taken, and are not settled, newest first.
    pub role_changes: Vec<RoleChangeView>,
    /// What ends soon, or has ended, of the account in use.
    pub endings: EndingsView,
    /// `null` where this system has no notifications.
    pub notifications: Option<NotificationsView>,
    /// The vaults that tokens can be delivered to, in the person's order.
    pub destinations: Vec<DestinationView>,
    /// The list of names that is worked on, or was.
    pub batch: Option<BatchView>,
    /// The receipt of the key that was finished with last, until it is put aside.
    pub receipt: Option<ReceiptView>,
    /// The person wants to close the window while something is open.
    pub closing: Option<Closing>,
    /// One sentence on what just happened elsewhere (the clipboard was cleared, an account was remembered).
    pub said: Option<Said>,
    /// A key's name that was typed before the page was replaced.
    pub draft: String,
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
    pub number: u32,
    pub text: Message,
}

/// The shapes in TypeScript: each that was named, and all that those hold.
#[cfg(test)]
#[derive(Default)]
pub(crate) struct Types {
    config: ts_rs::Config,
    declared: std::collections::BTreeMap<String, String>,
}

#[cfg(test)]
impl Types {
    pub(crate) fn name<T: ts_rs::TS + 'static>(&mut self) -> String {
        ts_rs::TypeVisitor::visit::<T>(self);
        T::name(&self.config)
    }
}

#[cfg(test)]
impl ts_rs::TypeVisitor for Types {
    fn visit<T: ts_rs::TS + 'static + ?Sized>(&mut self) {
        // What would have no file of its own, a number say, needs no declaration.
        let is_new =
            T::output_path().is_none() || self.declared.insert(T::name(&self.config), T::decl(&self.config)).is_none();
        if is_new {
            T::visit_generics(self);
            T::visit_dependencies(self);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use super::*;
    use crate::boundary::{self, Window};

    /// Run with `WRITE_TYPES=1` to write the file anew after a change of the shapes or the commands.
    #[test]
    fn the_types_that_the_page_is_checked_with_are_those_of_this_file() {
        let mut types = Types::default();
        types.name::<View>();
        types.name::<Told>();
        types.name::<TokenText<'static>>();
        let signatures = boundary::signatures(&mut types);
        let mut expected = String::from("// Written from src-tauri/ipc and boundary by a test; not edited by hand.\n");
        for (window, name) in [(Window::Main, "MainCommands"), (Window::Token, "TokenCommands")] {
            let own = signatures.iter().filter(|(whose, _)| *whose == window);
            let own: Vec<String> = own.map(|(_, signature)| format!("{signature},\n")).collect();
            expected.push_str(&format!("\nexport type {name} = {{\n{}}};\n", own.concat()));
        }
        expected.push_str("\nexport type Channel<T> = { onmessage: (message: T) => void };\n");
        for declaration in types.declared.values() {
            expected.push_str(&format!("\nexport {}\n", declaration.trim()));
        }
        hold("ui/ipc-types.d.ts", &expected);
        hold("ui/words-types.d.ts", keybearer_core::words::TYPES);
    }

    fn hold(file: &str, expected: &str) {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
        if env::var_os("WRITE_TYPES").is_some() {
            fs::write(&path, expected).expect("the file can be written");
        }
        let there = fs::read_to_string(&path).unwrap_or_default();
        assert!(there == expected, "{file} is out of date: run the tests once with WRITE_TYPES=1");
    }
}
