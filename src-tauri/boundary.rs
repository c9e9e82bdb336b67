//! The commands, as the border has them: which window may give each, with which arguments, and what a page that has turned
//! hostile could do with it. `boundary/table.rs` has a line for each. From it come what Tauri is told of it, the lists of who
//! may give it (by `build.rs`), the types that the page is checked with, and the rows of SECURITY.md; what it does is the
//! function of its name in `commands`.

use std::sync::Arc;

use keybearer_core::{
    app::{Keybearer, Tested},
    bundle::BundleFormat,
    credential::{CredentialKind, SecretName},
    export::ExportFormat,
    journal::NoteField,
    key::KeyId,
};
use keybearer_sandbox::Persona;
use tauri::{
    AppHandle, Manager, Wry,
    ipc::{Channel, Invoke, Response},
};

#[cfg(test)]
use crate::ipc::Types;
use crate::{
    commands::{self, Answer, Context, caught, handed_on},
    ipc::{
        ActivityListView, CheckedList, CredentialForm, DestinationForm, EnrolmentCodeText, KeyDetailsView, KeySource,
        ListView, NewName, Operation, ProgramPresetView, ReplacementView, RoleView, SettingsView, SignInForm,
        TermsForm, Told, TypedToken, View,
    },
    security_report::Protection,
    window::Page,
};

/// What keeps a command from being turned against the person.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Bound {
    /// A secret may follow it, and goes only where the person has confirmed it outside the page.
    ConfirmedOutside,
    /// It names what Rust knows, by an id or a number, or carries a choice, a name or a setting: nothing that a secret could
    /// go to.
    IdsOnly,
    /// It changes nothing.
    ReadsFacts,
}

/// The window that may give a command.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Window {
    Main,
    Token,
}

#[derive(Clone, Copy, Debug)]
pub struct Command {
    pub name: &'static str,
    pub window: Window,
    /// The name and the type of each argument, as Rust has them.
    pub arguments: &'static [(&'static str, &'static str)],
    pub bound: Bound,
    /// What a hostile page can still do with it, as SECURITY.md says it; nothing where it harms nobody.
    pub still: &'static str,
}

const READS: &str = "Read what the window shows: names and ids of keys and accounts, vaults, settings, history";
const SENDS: &str = "Ask you to confirm a host or a vault, twice at most until you press a key or click in the window, and use those \
     that you confirmed: a token is delivered and an access token taken from the clipboard without another question";
const KEYS: &str = "Ask Dfns for keys in the account in use, also a whole list of them";
const REVOKES: &str = "Revoke keys of the account in use, also in Production: it can type a name as you can";
const CHANGES: &str =
    "Rename, deactivate and activate service accounts and personal access tokens, where no signature is asked about";
const ROLES: &str = "Give service accounts and personal access tokens roles and take them, where no signature is asked about; one that \
     may do everything is asked about everywhere";
const NOTES: &str = "Change what you noted here of keys";
const ENDS: &str =
    "Erase a token that is held, keep it longer, say that it is in a vault, and settle what needs attention";
const TRIES: &str =
    "Have a held token and its private key tried at the Dfns that made them, which makes and changes nothing there";
const SHOWS: &str = "Put the held token on the clipboard, or show it in its own window, neither of which it can read; copy a key’s id or \
     receipts, and save receipts, the list, the activity or a calendar file among your downloads";
const ACCOUNTS: &str = "Sign you out, switch between your accounts, and call them something else";
const SETS: &str =
    "Change or remove vaults, which are confirmed anew before they are used, and settings within their bounds";
const STOPS: &str = "Call off what is under way, and close the window";
const TYPED: &str = "Keep what you type into it, a sign-in token as well, for as long as it runs";
const NOTHING: &str = "";

macro_rules! commands {
    ($($window:ident $kind:ident $name:ident($($argument:ident: $type:ty $(as $given:literal)?),*)
        -> $answer:ty $(as $got:literal)?, $bound:ident, $still:ident;)*) => {
        pub const COMMANDS: &[Command] = &[$(Command {
            name: stringify!($name),
            window: Window::$window,
            arguments: &[$((stringify!($argument), stringify!($type))),*],
            bound: Bound::$bound,
            still: $still,
        }),*];

        /// Hands each on to the function of its name.
        pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool {
            $(handed!($kind $name($($argument: $type),*) -> $answer);)*
            handed_on(tauri::generate_handler![$($name),*])
        }

        /// Each as a function of the page's, in TypeScript, and whose it is.
        #[cfg(test)]
        pub(crate) fn signatures(types: &mut Types) -> Vec<(Window, String)> {
            vec![$((Window::$window, {
                let arguments: &[String] =
                    &[$(format!("{}: {}", page_name(stringify!($argument)), shape!(types, $type $(as $given)?))),*];
                let arguments =
                    if arguments.is_empty() { String::new() } else { format!("args: {{ {} }}", arguments.join(", ")) };
                format!("{}: ({arguments}) => {}", stringify!($name), shape!(types, $answer $(as $got)?))
            })),*]
        }
    };
}

/// One that takes its time and panicked would never answer its page: each of them is caught.
macro_rules! handed {
    (async $name:ident($($argument:ident: $type:ty),*) -> $answer:ty) => {
        #[allow(clippy::too_many_arguments, reason = "they are the page's, by their names")]
        #[tauri::command]
        async fn $name(handle: AppHandle, $($argument: $type),*) -> Result<$answer, Told> {
            caught(async { commands::$name(context(&handle), $($argument),*).await.answer() }).await
        }
    };
    (sync $name:ident($($argument:ident: $type:ty),*) -> $answer:ty) => {
        #[tauri::command]
        fn $name(handle: AppHandle, $($argument: $type),*) -> Result<$answer, Told> {
            commands::$name(context(&handle), $($argument),*).answer()
        }
    };
}

/// What the page has for a type of Rust's.
#[cfg(test)]
macro_rules! shape {
    ($types:ident, $type:ty) => {
        $types.name::<$type>()
    };
    ($types:ident, $type:ty as $shape:literal) => {
        $shape.to_owned()
    };
}

include!("boundary/table.rs");

/// What the page calls an argument, as Tauri has it.
pub fn page_name(argument: &str) -> String {
    let mut words = argument.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &word[..1].to_uppercase() + &word[1..])
}

fn context(handle: &AppHandle) -> Context<'_> {
    let (app, page) = (handle.state::<Arc<Keybearer>>(), handle.state::<Page>());
    Context { app: app.inner(), page: page.inner(), handle }
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::Path};

    use super::{
        Bound::{ConfirmedOutside, IdsOnly, ReadsFacts},
        *,
    };

    #[test]
    fn every_command_stands_in_the_table_and_nothing_else_does() {
        let permissions = include_str!(concat!(env!("OUT_DIR"), "/permissions.toml"));
        let lists: Vec<Vec<&str>> = permissions
            .split("commands.allow = ")
            .skip(1)
            .map(|list| list.split_once('\n').unwrap_or_default().0.split('"').skip(1).step_by(2).collect())
            .collect();
        let of = |window| -> Vec<&str> {
            COMMANDS.iter().filter(|each| each.window == window).map(|each| each.name).collect()
        };
        assert_eq!(lists, [Window::Main, Window::Token].map(of));
        // Past `ui/ipc.js`, nothing would hold what the page gives to the table.
        let pages = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("ui")).expect("the pages");
        let files = pages.map(|file| file.expect("a file").path()).filter(|path| path.is_file());
        let knows_tauri = files.filter_map(|file| {
            let text = fs::read_to_string(&file).expect("a text");
            text.contains("__TAURI").then(|| file.file_name().map(ToOwned::to_owned)).flatten()
        });
        assert_eq!(knows_tauri.collect::<Vec<_>>(), ["ipc.js"]);
    }

    /// Run with `WRITE_TYPES=1` to write the rows anew after a change of the commands.
    #[test]
    fn what_a_hostile_page_can_still_do_is_told_with_every_command_of_its() {
        let mut rows: Vec<(&str, String)> = Vec::new();
        for Command { name, still, .. } in COMMANDS.iter().filter(|each| !each.still.is_empty()) {
            match rows.iter_mut().find(|(what, _)| what == still) {
                Some((_, commands)) => commands.push_str(&format!(", `{name}`")),
                None => rows.push((still, format!("`{name}`"))),
            }
        }
        let rows: String = rows.into_iter().map(|(what, commands)| format!("| {what} | {commands} |\n")).collect();
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("SECURITY.md");
        let there = fs::read_to_string(&file).expect("it is there");
        let (before, table) = there.split_once("| it can | by |\n|---|---|\n").expect("the table");
        let (told, after) = table.split_once("\n\n").expect("it ends");
        if env::var_os("WRITE_TYPES").is_some() {
            let written = format!("{before}| it can | by |\n|---|---|\n{rows}\n{after}");
            return fs::write(&file, written).expect("the file can be written");
        }
        assert_eq!(format!("{told}\n"), rows, "SECURITY.md is out of date: run the tests once with WRITE_TYPES=1");
    }

    #[test]
    fn whatever_may_send_a_secret_somewhere_is_confirmed_outside() {
        // Of each command that is not, what it calls never makes a destination ready nor signs in at a host of one's own. What
        // is kept of destinations is in the hands of one module alone, which asks first.
        let destinations = include_str!("core/app/destinations.rs");
        for opened in ["kept.open(", "kept.give_secret("] {
            assert!(!destinations.contains(opened), "{opened}…) goes past what is confirmed");
        }
        for other in [
            include_str!("core/app/delivering.rs"),
            include_str!("core/app/batch/checking.rs"),
            include_str!("core/app/batch/mod.rs"),
            include_str!("core/app/batch/working.rs"),
            include_str!("core/app/signing_in.rs"),
        ] {
            for past in ["vault::Destinations", ".kept"] {
                assert!(!other.contains(past), "{past} goes past what is confirmed");
            }
        }
        for (command, bound) in [
            ("deliver", ConfirmedOutside),
            ("give_vault_secret", ConfirmedOutside),
            ("sign_in_pasted", ConfirmedOutside),
            ("revoke_key", IdsOnly),
            ("list_keys", ReadsFacts),
        ] {
            assert!(COMMANDS.iter().any(|each| each.name == command && each.bound == bound), "{command}");
        }
    }
}
