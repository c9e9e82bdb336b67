//! The commands, as the border has them: which window may give each, and what a page that has turned hostile could do with
//! it. The tests hold everything that names a command to this table, and SECURITY.md to what it says.

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
    /// The main one.
    Main,
    /// The token's own.
    Token,
}

/// A command.
#[derive(Clone, Copy, Debug)]
pub struct Command {
    /// Its name.
    pub name: &'static str,
    /// Whose it is.
    pub window: Window,
    /// What keeps it.
    pub bound: Bound,
    /// What a hostile page can still do with it, as SECURITY.md says it; nothing where it harms nobody.
    pub still: &'static str,
}

const READS: &str = "Read what the window shows: names and ids of keys and accounts, destinations, settings, history";
const SENDS: &str = "Ask you to confirm a host or a destination, twice at most until you press a key or click in the window, and use those \
     that you confirmed: a token is delivered and an access token taken from the clipboard without another question";
const KEYS: &str = "Ask Dfns for keys in the account in use, also a whole list of them";
const REVOKES: &str = "Revoke keys of the account in use, also in Production: it can type a name as you can";
const ENDS: &str =
    "Wipe a token that is held, keep it longer, say that it is in a vault, and settle what needs attention";
const SHOWS: &str = "Put the held token on the clipboard, or show it in its own window, neither of which it can read; copy a key’s id or a \
     receipt, and save a receipt among your downloads";
const ACCOUNTS: &str = "Sign you out, switch between your accounts, and call them something else";
const SETS: &str =
    "Change or remove destinations, which are confirmed anew before they are used, and settings within their bounds";
const STOPS: &str = "Call off what is under way, and close the window";
const TYPED: &str = "Keep what you type into it, a sign-in token as well, for as long as it runs";

const fn main(name: &'static str, bound: Bound, still: &'static str) -> Command {
    Command { name, window: Window::Main, bound, still }
}

use Bound::{ConfirmedOutside, IdsOnly, ReadsFacts};

/// All of them.
pub const COMMANDS: &[Command] = &[
    main("watch", ReadsFacts, READS),
    main("sign_in_pasted", ConfirmedOutside, SENDS),
    main("note_typed", IdsOnly, TYPED),
    main("sign_in_typed", ConfirmedOutside, SENDS),
    main("enter_sandbox", IdsOnly, ACCOUNTS),
    main("switch_account", IdsOnly, ACCOUNTS),
    main("ask_for_token", IdsOnly, ACCOUNTS),
    main("rename_account", IdsOnly, ACCOUNTS),
    main("cancel_checking", IdsOnly, STOPS),
    main("sign_out", IdsOnly, ACCOUNTS),
    main("create_key", ConfirmedOutside, KEYS),
    main("cancel_creation", IdsOnly, STOPS),
    main("list_keys", ReadsFacts, READS),
    main("look_at_key", ReadsFacts, READS),
    main("copy_key_id", IdsOnly, SHOWS),
    main("revoke_key", IdsOnly, REVOKES),
    main("cancel_key_revocation", IdsOnly, STOPS),
    main("copy_token", IdsOnly, SHOWS),
    main("clear_clipboard", IdsOnly, ENDS),
    main("show_token", IdsOnly, SHOWS),
    main("hide_token", IdsOnly, STOPS),
    main("check_token", IdsOnly, ENDS),
    main("keep_longer", IdsOnly, ENDS),
    main("finish", IdsOnly, ENDS),
    main("revoke_held", IdsOnly, REVOKES),
    main("revoke_noticed", IdsOnly, REVOKES),
    main("cancel_revocation", IdsOnly, STOPS),
    main("dismiss_notice", IdsOnly, ENDS),
    main("copy_receipt", IdsOnly, SHOWS),
    main("save_receipt", IdsOnly, SHOWS),
    main("put_receipt_aside", IdsOnly, ENDS),
    main("change_settings", IdsOnly, SETS),
    main("put_problems_aside", IdsOnly, ENDS),
    main("list_presets", ReadsFacts, READS),
    main("fill_preset", ReadsFacts, READS),
    main("save_destination", ConfirmedOutside, SETS),
    main("remove_destination", IdsOnly, SETS),
    main("shift_destination", IdsOnly, SETS),
    main("set_default_destination", IdsOnly, SETS),
    main("give_vault_secret", ConfirmedOutside, SENDS),
    main("place_of_replacement", ReadsFacts, READS),
    main("test_destination", ConfirmedOutside, SENDS),
    main("deliver", ConfirmedOutside, SENDS),
    main("cancel_delivery", IdsOnly, STOPS),
    main("names_in", ReadsFacts, ""),
    main("check_names", ConfirmedOutside, SENDS),
    main("cancel_look", IdsOnly, STOPS),
    main("begin_many", ConfirmedOutside, KEYS),
    main("pause_many", IdsOnly, STOPS),
    main("stop_many", IdsOnly, STOPS),
    main("resume_many", ConfirmedOutside, KEYS),
    main("put_many_aside", IdsOnly, ENDS),
    main("what_protects", ReadsFacts, READS),
    main("keep_open", IdsOnly, STOPS),
    main("quit_anyway", IdsOnly, STOPS),
    Command { name: "token_text", window: Window::Token, bound: ReadsFacts, still: "" },
    Command { name: "close_token_window", window: Window::Token, bound: IdsOnly, still: "" },
];

#[cfg(test)]
mod tests {
    use super::*;

    fn names(wanted: impl Fn(&Command) -> bool) -> Vec<&'static str> {
        let mut names: Vec<&str> = COMMANDS.iter().filter(|each| wanted(each)).map(|each| each.name).collect();
        names.sort_unstable();
        names
    }

    fn sorted<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names
    }

    /// What stands behind each `before`, as far as a name goes.
    fn behind<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
        text.split(before).skip(1).map(|after| {
            let end = after.find(|letter: char| !letter.is_ascii_lowercase() && letter != '_').unwrap_or(after.len());
            &after[..end]
        })
    }

    #[test]
    fn every_command_stands_in_the_table_and_nothing_else_does() {
        let all = names(|_| true);
        let written = include_str!("commands.rs").split("#[tauri::command]").skip(1);
        let written = written.filter_map(|command| behind(command, "fn ").next());
        assert_eq!(sorted(written), all, "commands.rs");
        let (_, handled) = include_str!("lib.rs").split_once("generate_handler![").expect("they are handled");
        let (handled, _) = handled.split_once(']').expect("it ends");
        assert_eq!(sorted(behind(handled, "commands::")), all, "lib.rs");
        let permissions = include_str!("permissions/windows.toml");
        for (window, identifier) in [(Window::Main, "main-window"), (Window::Token, "token-window")] {
            let section = permissions.split("[[permission]]").find(|section| section.contains(identifier));
            let allowed = section.and_then(|section| section.split("commands.allow").nth(1)).unwrap_or_default();
            let allowed = sorted(allowed.split('"').skip(1).step_by(2));
            assert_eq!(allowed, names(|each| each.window == window), "{identifier} in windows.toml");
        }
        let page = include_str!("../ui/ipc.js");
        let given = ["run(\"", "ask(\"", "invoke(\""].into_iter().flat_map(|call| behind(page, call));
        assert_eq!(sorted(given), all, "ui/ipc.js");
    }

    #[test]
    fn what_a_hostile_page_can_still_do_is_told_with_every_command_of_its() {
        let security = include_str!("../SECURITY.md");
        let (_, section) = security.split_once("## What a hostile page can still do").expect("the section");
        let (section, _) = section.split_once("\n## ").unwrap_or((section, ""));
        let rows: Vec<(&str, Vec<&str>)> = section
            .lines()
            .filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | "))
            .filter(|(what, _)| *what != "it can" && !what.starts_with("---"))
            .map(|(what, commands)| (what, sorted(commands.split('`').skip(1).step_by(2))))
            .collect();
        let mut told: Vec<&str> = rows.iter().map(|(what, _)| *what).collect();
        told.sort_unstable();
        let mut known = sorted(COMMANDS.iter().map(|each| each.still).filter(|still| !still.is_empty()));
        known.dedup();
        assert_eq!(told, known);
        for (what, commands) in rows {
            assert_eq!(commands, names(|each| each.still == what), "{what}");
        }
    }

    #[test]
    fn whatever_may_send_a_secret_somewhere_is_confirmed_outside() {
        // Of each command that is not, what it calls never makes a destination ready nor signs in at a host of one's own.
        let app = [
            include_str!("app/destinations.rs"),
            include_str!("app/many/checking.rs"),
            include_str!("app/many/mod.rs"),
            include_str!("app/many/working.rs"),
            include_str!("app/signing_in.rs"),
        ];
        for source in app {
            for opened in ["destinations.open(", "destinations.give_secret("] {
                assert!(!source.contains(opened), "{opened}…) goes past what is confirmed");
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
