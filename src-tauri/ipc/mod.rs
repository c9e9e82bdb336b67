//! What crosses the border between the page and Rust: the view that the page draws, the requests it makes, and errors.
//!
//! These are shapes for the border alone; the crate's own types are turned into them here and nowhere else.
//! `ui/ipc-types.d.ts` is written from this module, and a test holds the two equal. Nothing in here can carry a token,
//! save [`TokenText`], which only the token's own window may ask for.

mod account;
mod key;
mod protection;
mod settings;
mod told;
mod vault;

use serde::Serialize;

pub use self::{
    account::{AccountName, AccountView, Kept, PresetView, SessionView, SignInForm, TypedToken},
    key::{
        ClipboardView, CreationPhase, CreationView, DeliveredView, DeliveringView, HappenedView, KeyDetailsView,
        KeyView, KnownView, ListView, NoticeKind, NoticeView, ReceiptView, RevealView, TokenFactsView, TokenText,
        UndeliveredView, Whereabouts,
    },
    protection::{HoldsView, ProtectionView},
    settings::SettingsView,
    told::Told,
    vault::{
        AskView, CheckedList, CheckedName, DestinationForm, DestinationView, ManyRow, ManyRowState, ManyStateView,
        ManyView, ProgramForm, ProgramPresetView, TestedView, VaultForm,
    },
};

/// Everything the main window draws. Sent whole, through a channel, whenever something in it changes.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct View {
    /// Counts up by one with each view, so that the page can drop one that comes late.
    pub revision: u32,
    /// The app's version.
    pub version: &'static str,
    /// Who is signed in, or what to ask for.
    pub session: SessionView,
    /// The accounts that can be switched to, by environment and name.
    pub accounts: Vec<AccountView>,
    /// The organization's own environments, to be offered beside the others.
    pub presets: Vec<PresetView>,
    /// The request on its way to Dfns, if there is one.
    pub creation: Option<CreationView>,
    /// The new key whose token is held, if there is one.
    pub reveal: Option<RevealView>,
    /// Keys that need the person's attention, newest first.
    pub notices: Vec<NoticeView>,
    /// The vaults that tokens can be delivered to, in the person's order.
    pub destinations: Vec<DestinationView>,
    /// The list of names that is worked on, or was.
    pub many: Option<ManyView>,
    /// The receipt of the key that was finished with last, until it is put aside.
    pub receipt: Option<ReceiptView>,
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

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use ts_rs::{Config, TS};

    use super::*;
    use crate::{
        account::{self, EnvironmentKind},
        delivery::{self, Proof},
        failure::Code,
        issuance::Check,
        sandbox::Persona,
        settings::Theme,
    };

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
            account::Step::decl(&config),
            PresetView::decl(&config),
            SettingsView::decl(&config),
            Theme::decl(&config),
            Kept::decl(&config),
            EnvironmentKind::decl(&config),
            SignInForm::decl(&config),
            Persona::decl(&config),
            CreationView::decl(&config),
            CreationPhase::decl(&config),
            RevealView::decl(&config),
            DeliveringView::decl(&config),
            delivery::Step::decl(&config),
            DeliveredView::decl(&config),
            Proof::decl(&config),
            UndeliveredView::decl(&config),
            KeyView::decl(&config),
            ListView::decl(&config),
            KnownView::decl(&config),
            Whereabouts::decl(&config),
            KeyDetailsView::decl(&config),
            HappenedView::decl(&config),
            ReceiptView::decl(&config),
            TokenFactsView::decl(&config),
            ClipboardView::decl(&config),
            Check::decl(&config),
            NoticeView::decl(&config),
            NoticeKind::decl(&config),
            Closing::decl(&config),
            Told::decl(&config),
            Code::decl(&config),
            TokenText::decl(&config),
            AskView::decl(&config),
            CheckedList::decl(&config),
            CheckedName::decl(&config),
            DestinationForm::decl(&config),
            DestinationView::decl(&config),
            ManyRow::decl(&config),
            ManyRowState::decl(&config),
            ManyStateView::decl(&config),
            ManyView::decl(&config),
            ProgramPresetView::decl(&config),
            TestedView::decl(&config),
            ProgramForm::decl(&config),
            VaultForm::decl(&config),
            ProtectionView::decl(&config),
            HoldsView::decl(&config),
        ];
        let mut expected = String::from("// Written from src-tauri/ipc by its test; not edited by hand.\n");
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
