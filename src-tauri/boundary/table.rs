// Every command, one a line. `commands!` is what reads it: `build.rs` takes the permissions of each window from it, and
// `boundary.rs` everything else.
//
//   window kind name(arguments) -> answer, what keeps it, what a hostile page can still do with it;
//
// An async one may take its time; a sync one is done on the main thread before the next. `as "…"` says what the page has
// instead of a type that is Tauri's own, or a secret. The order is that of the table in SECURITY.md.

commands! {
    Main async sign_in_pasted(form: SignInForm) -> (), ConfirmedOutside, SENDS;
    Main async sign_in_typed(form: SignInForm, token: TypedToken as "string") -> (), ConfirmedOutside, SENDS;
    // Registers a credential of this computer's own.
    Main async enrol(form: SignInForm, code: EnrolmentCodeText as "string", organization: String) -> (),
        ConfirmedOutside, SENDS;
    // The private key comes from the clipboard, or from a file that is chosen outside the page.
    Main async sign_in_by_key(form: SignInForm, credential: CredentialForm, from: KeySource) -> (),
        ConfirmedOutside, SENDS;
    // What opens it comes from the clipboard.
    Main async give_vault_secret(id: String) -> (), ConfirmedOutside, SENDS;
    Main async test_destination(id: String) -> Tested, ConfirmedOutside, SENDS;
    // `key` is here and below the one whose token is held.
    Main async deliver(key: KeyId, id: String) -> (), ConfirmedOutside, SENDS;
    // A name on each line, of a kind that signs with a role of its own behind it, perhaps.
    Main async check_names(kind: CredentialKind, text: String, terms: Option<TermsForm>, destination: String) -> CheckedList,
        ConfirmedOutside, SENDS;

    // `terms`: of a kind that signs. `signed`: by the user's credential, though the kind does not ask for that. `replaces` is the key that it is to replace, `deliver_to` the destination that its token is to go to at once.
    Main async create_key(
        kind: CredentialKind, name: String, terms: Option<TermsForm>, anyway: bool, signed: bool,
        replaces: Option<KeyId>, deliver_to: Option<String>
    ) -> (), ConfirmedOutside, KEYS;
    // What is to replace several of one kind, each under a name; of a kind that signs with the roles of the old one.
    Main async check_replacements(names: Vec<NewName>, terms: Option<TermsForm>, destination: String) -> CheckedList,
        ConfirmedOutside, SENDS;
    // The list with this number, as it was checked.
    Main async begin_batch(number: u32) -> (), ConfirmedOutside, KEYS;
    // `failed`: those again of which no key was made.
    Main async resume_batch(failed: bool) -> (), ConfirmedOutside, KEYS;

    // `typed` is what was typed as its name, where that is asked for.
    Main async revoke_key(id: KeyId, typed: String) -> (), IdsOnly, REVOKES;
    Main async revoke_held(key: KeyId, quit: bool) -> (), IdsOnly, REVOKES;
    Main async revoke_noticed(number: u32) -> (), IdsOnly, REVOKES;
    // Of one that was replaced: has it rest, not before Dfns shows that the new one takes its place; or work again.
    Main async set_noticed_active(number: u32, active: bool) -> (), IdsOnly, CHANGES;
    // To what replaces it, those that the old one has.
    Main async give_missing_roles(number: u32) -> (), IdsOnly, CHANGES;

    Main async rename_key(id: KeyId, name: String) -> (), IdsOnly, CHANGES;
    Main async set_key_active(id: KeyId, active: bool) -> (), IdsOnly, CHANGES;

    // `role` is the id of one that Dfns lists, or that the key has.
    Main async give_role(id: KeyId, role: String) -> (), IdsOnly, ROLES;
    Main async take_role(id: KeyId, role: String) -> (), IdsOnly, ROLES;
    // Reads what became of it.
    Main async check_role_change(number: u32) -> (), IdsOnly, NOTHING;
    Main async dismiss_role_change(number: u32) -> (), IdsOnly, ENDS;
    // One of what is noted of a key on this computer; nothing, where the text is empty.
    Main async note(id: KeyId, field: NoteField, text: String) -> (), IdsOnly, NOTES;

    Main async clear_clipboard(key: KeyId) -> (), IdsOnly, ENDS;
    // `secret` is the one that is meant, where that is told.
    Main async check_token(key: KeyId, secret: Option<SecretName>) -> (), IdsOnly, ENDS;
    // Its secrets go to the Dfns that gave them, and nowhere that the page could choose: nothing is left to confirm.
    Main async try_held(key: KeyId) -> (), IdsOnly, TRIES;
    Main sync extend_hold(key: KeyId) -> (), IdsOnly, ENDS;
    // `unproven`: although nothing proves that it is in a vault.
    Main async finish(key: KeyId, unproven: bool) -> (), IdsOnly, ENDS;
    Main async dismiss_notice(number: u32) -> (), IdsOnly, ENDS;
    // Until it is nearer: one, or all that stand there.
    Main async put_off_ending(id: Option<KeyId>) -> (), IdsOnly, ENDS;
    Main sync dismiss_receipt() -> (), IdsOnly, ENDS;
    Main sync dismiss_problems() -> (), IdsOnly, ENDS;
    Main async dismiss_batch() -> (), IdsOnly, ENDS;

    Main async copy_key_id(id: KeyId) -> (), IdsOnly, SHOWS;
    Main async copy_token(key: KeyId, secret: SecretName) -> (), IdsOnly, SHOWS;
    // All its secrets in one text.
    Main async copy_all(key: KeyId, format: BundleFormat) -> (), IdsOnly, SHOWS;
    Main async show_token(key: KeyId, secret: SecretName) -> (), IdsOnly, SHOWS;
    Main async copy_receipt(id: KeyId) -> (), IdsOnly, SHOWS;
    Main async export_list(format: ExportFormat) -> (), IdsOnly, SHOWS;
    Main async save_receipt(id: KeyId) -> (), IdsOnly, SHOWS;
    // Of one, or of all whose end is to come.
    Main async save_calendar(id: Option<KeyId>) -> (), IdsOnly, SHOWS;
    // Those of what was made of the list which is shown.
    Main async copy_batch_receipts() -> (), IdsOnly, SHOWS;
    Main async save_batch_receipts() -> (), IdsOnly, SHOWS;
    // Of the list with this number, what stands in these places.
    Main async export_activity(format: ExportFormat, number: u32, places: Vec<u32>) -> (), IdsOnly, SHOWS;

    Main sync change_settings(settings: SettingsView) -> (), IdsOnly, SETS;
    // Answers with its id.
    Main async save_destination(form: DestinationForm) -> String, ConfirmedOutside, SETS;
    Main async remove_destination(id: String) -> (), IdsOnly, SETS;
    Main sync move_destination(id: String, up: bool) -> (), IdsOnly, SETS;
    Main sync set_default_destination(id: Option<String>) -> (), IdsOnly, SETS;

    Main async enter_sandbox(persona: Persona) -> (), IdsOnly, ACCOUNTS;
    Main async switch_account(id: String) -> (), IdsOnly, ACCOUNTS;
    // Shows the sign-in form: for a new token of the account in use, or else for another account.
    Main sync ask_for_token(same_account: bool) -> (), IdsOnly, ACCOUNTS;
    Main sync rename_account(name: String) -> (), IdsOnly, ACCOUNTS;
    // `deactivate`: its credential too, at Dfns.
    Main async sign_out(deactivate: bool) -> (), ConfirmedOutside, ACCOUNTS;

    Main sync cancel(operation: Operation) -> (), IdsOnly, STOPS;
    Main sync hide_token() -> (), IdsOnly, STOPS;
    Main sync pause_batch() -> (), IdsOnly, STOPS;
    // Calls off the name that is worked on, too.
    Main sync stop_batch() -> (), IdsOnly, STOPS;
    Main sync keep_open() -> (), IdsOnly, STOPS;
    Main async quit_anyway() -> (), IdsOnly, STOPS;

    // Something is typed into the field for a sign-in token: the page is replaced once somebody is signed in, and `draft`,
    // the key's name typed so far, is filled into the next.
    Main sync note_typed(draft: String) -> (), IdsOnly, TYPED;

    Main sync watch(on_view: Channel<View> as "Channel<View>") -> (), ReadsFacts, READS;
    // What is made of this kind would wait for is listed ahead; it stays in Rust.
    Main async prepare(kind: CredentialKind) -> (), ReadsFacts, READS;
    Main async list_keys() -> ListView, ReadsFacts, READS;
    Main async list_roles() -> Vec<RoleView>, ReadsFacts, READS;
    Main async get_key(id: KeyId) -> KeyDetailsView, ReadsFacts, READS;
    Main async list_activity() -> ActivityListView, ReadsFacts, READS;
    Main async list_presets() -> Vec<ProgramPresetView>, ReadsFacts, READS;
    Main sync fill_preset(id: String, answers: Vec<String>) -> DestinationForm, ReadsFacts, READS;
    // What these are to be called that replace these.
    Main async propose_replacements(ids: Vec<KeyId>) -> Vec<ReplacementView>, ReadsFacts, READS;
    // Where the token of the key that replaces this one goes.
    Main async place_of_replacement(id: KeyId, destination: String) -> String, ReadsFacts, READS;
    // What protects a secret on this computer.
    Main async security_report() -> Vec<Protection>, ReadsFacts, READS;

    // The names in a file, one on each line.
    Main async names_in(kind: CredentialKind, file: String, bytes: Vec<u8>) -> String, ReadsFacts, NOTHING;

    // The one that gives a token to a page.
    Token sync token_text() -> Response as "TokenText", ReadsFacts, NOTHING;
    Token sync close_token_window() -> (), IdsOnly, NOTHING;
}
