//! What the pages may call: a function for each line of `boundary/table.rs`, which only forwards.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use keybearer_core::{
    account::{Environment, Keep, SigningCredential},
    app::{Keybearer, SignInTo, Tested, Wanted},
    bundle::BundleFormat,
    caught,
    credential::{CredentialKind, SecretName},
    export::ExportFormat,
    failure::{Failure, NotNow},
    journal::NoteField,
    key::{Change, KeyId},
    settings::Settings,
    vault::Destination,
    words,
};
use keybearer_sandbox::Persona;
use tauri::{
    AppHandle, Manager, Runtime,
    ipc::{Channel, Invoke, Response},
};

use crate::{
    ipc::{
        ActivityListView, CheckedList, CredentialForm, DestinationForm, EnrolmentCodeText, KeyDetailsView, KeySource,
        ListView, NewName, Operation, ProgramPresetView, ReplacementView, RoleView, SettingsView, SignInForm,
        TermsForm, TokenText, Told, TypedToken, View,
    },
    key_file,
    security_report::{self, Protection},
    session_lock::Listening,
    started_sandbox::StartedSandbox,
    view::{self, CAPTURE_PROTECTED, until_ms},
    window::{self, Page},
};

/// What a command is done with.
pub(crate) struct Context<'a> {
    pub(crate) app: &'a Arc<Keybearer>,
    pub(crate) page: &'a Page,
    pub(crate) handle: &'a AppHandle,
}

type Outcome<T = ()> = Result<T, Failure>;

/// What a command comes back with, as it crosses the border.
pub(crate) trait Answer<T> {
    fn answer(self) -> Result<T, Told>;
}

impl Answer<()> for () {
    fn answer(self) -> Result<(), Told> {
        Ok(self)
    }
}

impl<T> Answer<T> for Result<T, Told> {
    fn answer(self) -> Self {
        self
    }
}

impl<T> Answer<T> for Outcome<T> {
    fn answer(self) -> Result<T, Told> {
        self.map_err(Told::from)
    }
}

/// Does what a command asks for. Each that takes its time goes through here: one that panicked would never answer its page.
pub(crate) async fn caught<T>(work: impl Future<Output = Result<T, Told>>) -> Result<T, Told> {
    caught::caught(work).await.unwrap_or_else(|_| Err(Told::unforeseen()))
}

/// Hands a command on, and answers its page also where that panics: one that takes no time is done with in here, where a
/// panic would end the whole app, and what it holds with it.
pub(crate) fn handed_on<R: Runtime>(handler: impl Fn(Invoke<R>) -> bool) -> impl Fn(Invoke<R>) -> bool {
    move |invoke| {
        let resolver = invoke.resolver.clone();
        catch_unwind(AssertUnwindSafe(|| handler(invoke))).unwrap_or_else(|_| {
            resolver.reject(Told::unforeseen());
            true
        })
    }
}

pub(crate) fn watch(cx: Context<'_>, on_view: Channel<View>) {
    cx.page.watch(on_view);
}

pub(crate) async fn sign_in_pasted(cx: Context<'_>, form: SignInForm) -> Outcome {
    let environment = Environment::of(form.environment, &form.url)?;
    cx.unless_secret(cx.app.sign_in_pasted(environment, &form.name, form.remember).await)
}

pub(crate) fn note_typed(cx: Context<'_>, draft: String) {
    cx.page.note_typed(draft);
}

pub(crate) async fn sign_in_typed(cx: Context<'_>, form: SignInForm, token: TypedToken) -> Outcome {
    let environment = Environment::of(form.environment, &form.url)?;
    cx.unless_secret(cx.app.sign_in_typed(environment, &form.name, &token.0, form.remember).await)
}

pub(crate) async fn enrol(cx: Context<'_>, form: SignInForm, code: EnrolmentCodeText, organization: String) -> Outcome {
    let environment = Environment::of(form.environment, &form.url)?;
    cx.unless_secret(cx.app.enrol(sign_in_to(environment, &form), &code.0, &organization).await)
}

pub(crate) async fn sign_in_by_key(
    cx: Context<'_>,
    form: SignInForm,
    credential: CredentialForm,
    from: KeySource,
) -> Outcome {
    let environment = Environment::of(form.environment, &form.url)?;
    let CredentialForm { id, username, organization } = credential;
    let credential = SigningCredential::parse(&id, &username, &organization)?;
    let to = sign_in_to(environment, &form);
    cx.unless_secret(match from {
        KeySource::Clipboard => cx.app.sign_in_by_pasted_key(to, credential).await,
        KeySource::File => cx.app.sign_in_by_key_in_file(to, credential, key_file::choose(cx.handle)).await,
    })
}

fn sign_in_to(environment: Environment, form: &SignInForm) -> SignInTo<'_> {
    let keep = match (form.remember, form.passphrase) {
        (false, _) => Keep::Not,
        (true, false) => Keep::Open,
        (true, true) => Keep::Locked,
    };
    SignInTo { environment, name: &form.name, keep }
}

pub(crate) async fn enter_sandbox(cx: Context<'_>, persona: Persona) -> Outcome {
    let sandbox = cx.handle.state::<StartedSandbox>();
    cx.app.enter_sandbox(sandbox.sign_in_as(persona)).await
}

pub(crate) async fn switch_account(cx: Context<'_>, id: String) -> Outcome {
    cx.app.switch_account(&id).await
}

pub(crate) fn ask_for_token(cx: Context<'_>, same_account: bool) -> Outcome {
    cx.app.ask_for_token(same_account)
}

pub(crate) fn rename_account(cx: Context<'_>, name: String) -> Outcome {
    cx.unless_secret(cx.app.rename_account(&name))
}

pub(crate) async fn sign_out(cx: Context<'_>, deactivate: bool) -> Outcome {
    let outcome = cx.app.sign_out(deactivate).await;
    // Nobody is signed in, and yet a token may have been typed.
    window::replace_page_typed_into(cx.handle);
    outcome
}

#[allow(clippy::too_many_arguments, reason = "they are the page's, by their names")]
pub(crate) async fn create_key(
    cx: Context<'_>,
    kind: CredentialKind,
    name: String,
    terms: Option<TermsForm>,
    anyway: bool,
    signed: bool,
    replaces: Option<KeyId>,
    deliver_to: Option<String>,
) -> Outcome {
    let replaces = match replaces {
        Some(id) => Some(cx.app.known_key(&id).await?),
        None => None,
    };
    let terms = terms.as_ref().map(TermsForm::wanted).unwrap_or_default();
    let wanted = Wanted { kind, name: &name, anyway, signed, replaces, terms };
    cx.unless_secret(match deliver_to {
        Some(id) => cx.app.create_and_deliver(wanted, &id).await,
        None => cx.app.create_key(wanted).await,
    })
}

pub(crate) async fn list_keys(cx: Context<'_>) -> Outcome<ListView> {
    Ok(view::list(&cx.app.list_keys().await?))
}

pub(crate) async fn list_roles(cx: Context<'_>) -> Outcome<Vec<RoleView>> {
    Ok(cx.app.list_roles().await?.into_iter().map(RoleView::from).collect())
}

pub(crate) async fn get_key(cx: Context<'_>, id: KeyId) -> Outcome<KeyDetailsView> {
    Ok(view::details(cx.app.get_key(&id).await?))
}

pub(crate) async fn copy_key_id(cx: Context<'_>, id: KeyId) -> Outcome {
    cx.app.copy_id(&id).await
}

pub(crate) async fn revoke_key(cx: Context<'_>, id: KeyId, typed: String) -> Outcome {
    cx.app.revoke_key(&id, &typed).await
}

pub(crate) async fn rename_key(cx: Context<'_>, id: KeyId, name: String) -> Outcome {
    cx.unless_secret(cx.app.rename_key(&id, &name).await)
}

pub(crate) async fn set_key_active(cx: Context<'_>, id: KeyId, active: bool) -> Outcome {
    let change = if active { Change::Activate } else { Change::Deactivate };
    cx.app.change_key(&id, &change).await
}

pub(crate) async fn give_role(cx: Context<'_>, id: KeyId, role: String) -> Outcome {
    cx.app.give_role(&id, &role).await
}

pub(crate) async fn take_role(cx: Context<'_>, id: KeyId, role: String) -> Outcome {
    cx.app.take_role(&id, &role).await
}

pub(crate) async fn check_role_change(cx: Context<'_>, number: u32) -> Outcome {
    cx.app.check_role_change(number).await
}

pub(crate) async fn dismiss_role_change(cx: Context<'_>, number: u32) {
    cx.app.dismiss_role_change(number).await;
}

pub(crate) async fn note(cx: Context<'_>, id: KeyId, field: NoteField, text: String) -> Outcome {
    cx.unless_secret(cx.app.note(&id, field, &text).await)
}

pub(crate) async fn copy_token(cx: Context<'_>, key: KeyId, secret: SecretName) -> Outcome {
    cx.app.issuance.copy(cx.app.issuance.held_of(&key)?, secret).await
}

pub(crate) async fn copy_all(cx: Context<'_>, key: KeyId, format: BundleFormat) -> Outcome {
    cx.app.issuance.copy_all(cx.app.issuance.held_of(&key)?, format).await
}

pub(crate) async fn clear_clipboard(cx: Context<'_>, key: KeyId) -> Outcome {
    cx.app.issuance.clear_clipboard(cx.app.issuance.held_of(&key)?).await
}

pub(crate) async fn show_token(cx: Context<'_>, key: KeyId, secret: SecretName) -> Outcome {
    cx.app.issuance.show(cx.app.issuance.held_of(&key)?, secret)
}

pub(crate) fn hide_token(cx: Context<'_>) {
    cx.app.issuance.hide();
}

pub(crate) async fn check_token(cx: Context<'_>, key: KeyId, secret: Option<SecretName>) -> Outcome {
    cx.app.issuance.check(cx.app.issuance.held_of(&key)?, secret).await
}

pub(crate) async fn try_held(cx: Context<'_>, key: KeyId) -> Outcome {
    cx.app.issuance.try_out(cx.app.issuance.held_of(&key)?).await
}

pub(crate) fn extend_hold(cx: Context<'_>, key: KeyId) -> Outcome {
    cx.app.issuance.extend_hold(cx.app.issuance.held_of(&key)?)
}

pub(crate) async fn finish(cx: Context<'_>, key: KeyId, unproven: bool) -> Outcome {
    cx.app.finish(cx.app.issuance.held_of(&key)?, unproven).await
}

pub(crate) async fn revoke_held(cx: Context<'_>, key: KeyId, quit: bool) -> Outcome {
    let held = cx.app.issuance.held_of(&key)?;
    if quit {
        cx.app.quit_is_meant()?;
        cx.app.lists.pause();
    }
    cx.app.revoke_held(held).await?;
    if quit {
        cx.handle.exit(0);
    }
    Ok(())
}

pub(crate) async fn revoke_noticed(cx: Context<'_>, number: u32) -> Outcome {
    cx.app.revoke_noticed(number).await
}

pub(crate) async fn dismiss_notice(cx: Context<'_>, number: u32) {
    cx.app.dismiss_notice(number).await;
}

pub(crate) async fn copy_receipt(cx: Context<'_>, id: KeyId) -> Outcome {
    cx.app.copy_receipt(&id).await
}

pub(crate) async fn save_receipt(cx: Context<'_>, id: KeyId) -> Outcome {
    cx.app.save_receipt(&id).await
}

pub(crate) async fn save_calendar(cx: Context<'_>, id: Option<KeyId>) -> Outcome {
    cx.app.save_calendar(id.as_ref()).await
}

pub(crate) async fn put_off_ending(cx: Context<'_>, id: Option<KeyId>) -> Outcome {
    cx.app.put_off(id.as_ref()).await
}

pub(crate) async fn export_list(cx: Context<'_>, format: ExportFormat) -> Outcome {
    cx.app.export_list(format).await
}

pub(crate) async fn copy_batch_receipts(cx: Context<'_>) -> Outcome {
    cx.app.copy_batch_receipts().await
}

pub(crate) async fn save_batch_receipts(cx: Context<'_>) -> Outcome {
    cx.app.save_batch_receipts().await
}

pub(crate) async fn list_activity(cx: Context<'_>) -> Outcome<ActivityListView> {
    Ok(view::activity(&cx.app.list_activity().await?))
}

pub(crate) async fn export_activity(cx: Context<'_>, format: ExportFormat, number: u32, places: Vec<u32>) -> Outcome {
    cx.app.export_activity(format, number, &places).await
}

pub(crate) fn dismiss_receipt(cx: Context<'_>) {
    cx.app.dismiss_receipt();
}

pub(crate) fn change_settings(cx: Context<'_>, settings: SettingsView) -> Outcome {
    let settings = Settings::try_from(settings)?;
    window::set_theme(cx.handle, settings.theme);
    cx.app.change_settings(settings)
}

pub(crate) async fn list_presets(_: Context<'_>) -> Outcome<Vec<ProgramPresetView>> {
    Ok(view::presets())
}

pub(crate) fn fill_preset(_: Context<'_>, id: String, answers: Vec<String>) -> Outcome<DestinationForm> {
    view::filled(&id, &answers)
}

pub(crate) async fn save_destination(cx: Context<'_>, form: DestinationForm) -> Outcome<String> {
    let destination = Destination::try_from(form)?;
    let id = destination.id.clone();
    cx.unless_secret(cx.app.destinations.save(destination).await.map(|()| id))
}

pub(crate) async fn remove_destination(cx: Context<'_>, id: String) -> Outcome {
    cx.app.destinations.remove(&id).await
}

pub(crate) fn move_destination(cx: Context<'_>, id: String, up: bool) -> Outcome {
    cx.app.destinations.shift(&id, up)
}

pub(crate) fn set_default_destination(cx: Context<'_>, id: Option<String>) -> Outcome {
    cx.app.destinations.set_default(id.as_deref())
}

pub(crate) async fn give_vault_secret(cx: Context<'_>, id: String) -> Outcome {
    cx.app.destinations.give_secret(&id).await
}

pub(crate) async fn place_of_replacement(cx: Context<'_>, id: KeyId, destination: String) -> Outcome<String> {
    cx.app.place_of_replacement(&id, &destination).await
}

pub(crate) async fn test_destination(cx: Context<'_>, id: String) -> Outcome<Tested> {
    cx.app.destinations.test(&id).await
}

pub(crate) async fn deliver(cx: Context<'_>, key: KeyId, id: String) -> Outcome {
    cx.app.deliver(&key, &id).await
}

pub(crate) async fn names_in(cx: Context<'_>, kind: CredentialKind, file: String, bytes: Vec<u8>) -> Outcome<String> {
    cx.unless_secret(cx.app.names_in(kind, &file, &bytes))
}

pub(crate) fn cancel(cx: Context<'_>, operation: Operation) {
    match operation {
        Operation::SignIn => cx.app.sessions.call_off(),
        Operation::Creation => cx.app.issuance.call_off(),
        Operation::Delivery => cx.app.issuance.call_off_delivery(),
        Operation::Look => cx.app.looks.call_off(),
        Operation::Revocation { id } => cx.app.call_off_revocation(&id),
        Operation::Trial => cx.app.issuance.call_off_trying(),
        Operation::HeldRevocation => cx.app.issuance.call_off_revocation(),
        Operation::NoticedRevocation { number } => cx.app.issuance.call_off_noticed(number),
    }
}

pub(crate) async fn check_names(
    cx: Context<'_>,
    kind: CredentialKind,
    text: String,
    terms: Option<TermsForm>,
    destination: String,
) -> Outcome<CheckedList> {
    let terms = terms.as_ref().map(TermsForm::wanted).unwrap_or_default();
    cx.unless_secret(cx.app.lists.check(kind, &text, terms, &destination).await.map(view::checked))
}

pub(crate) async fn check_replacements(
    cx: Context<'_>,
    names: Vec<NewName>,
    terms: Option<TermsForm>,
    destination: String,
) -> Outcome<CheckedList> {
    let terms = terms.as_ref().map(TermsForm::wanted).unwrap_or_default();
    let names: Vec<_> = names.into_iter().map(|NewName { replaces, name }| (replaces, name)).collect();
    cx.unless_secret(cx.app.check_replacements(&names, terms, &destination).await.map(view::checked))
}

pub(crate) async fn prepare(cx: Context<'_>, kind: CredentialKind) -> Outcome {
    cx.app.prepare(kind).await;
    Ok(())
}

pub(crate) async fn propose_replacements(cx: Context<'_>, ids: Vec<KeyId>) -> Outcome<Vec<ReplacementView>> {
    Ok(cx.app.propose_replacements(&ids).await?.into_iter().map(view::replacement).collect())
}

pub(crate) async fn set_noticed_active(cx: Context<'_>, number: u32, active: bool) -> Outcome {
    let change = if active { Change::Activate } else { Change::Deactivate };
    cx.app.change_noticed(number, &change).await
}

pub(crate) async fn give_missing_roles(cx: Context<'_>, number: u32) -> Outcome {
    cx.app.give_missing_roles(number).await
}

pub(crate) async fn begin_batch(cx: Context<'_>, number: u32) -> Outcome {
    cx.app.lists.begin(number).await
}

pub(crate) fn pause_batch(cx: Context<'_>) {
    cx.app.lists.pause();
}

pub(crate) fn stop_batch(cx: Context<'_>) {
    cx.app.lists.stop();
}

pub(crate) async fn resume_batch(cx: Context<'_>, failed: bool) -> Outcome {
    cx.app.lists.resume(failed).await
}

pub(crate) async fn dismiss_batch(cx: Context<'_>) -> Outcome {
    cx.app.lists.dismiss().await
}

pub(crate) fn dismiss_problems(cx: Context<'_>) {
    cx.app.dismiss_problems();
}

pub(crate) fn keep_open(cx: Context<'_>) {
    cx.app.keep_open();
}

pub(crate) async fn quit_anyway(cx: Context<'_>) -> Outcome {
    cx.app.quit_is_meant()?;
    cx.app.shut_down().await;
    cx.handle.exit(0);
    Ok(())
}

/// The one command that gives a token to a page; only the token's own window may call it, and only while it is shown.
pub(crate) fn token_text(cx: Context<'_>) -> Result<Response, Told> {
    let shown = cx.app.issuance.shown();
    let secret = shown.as_ref().and_then(|shown| Some((shown, shown.secret()?)));
    let (shown, secret) = secret.ok_or_else(|| in_words(Failure::NotNow(NotNow::NotShown)))?;
    let text = TokenText {
        text: secret.open("show it in its own window, as the person wishes"),
        key_name: &shown.key_name,
        closes_in_ms: until_ms(shown.until),
        capture_protected: CAPTURE_PROTECTED,
    };
    let text = serde_json::to_string(&text).expect("texts and numbers always serialize");
    Ok(Response::new(text))
}

pub(crate) async fn security_report(cx: Context<'_>) -> Outcome<Vec<Protection>> {
    let screen = window::screen(cx.handle).await;
    let listening = Arc::clone(&cx.handle.state::<Arc<Listening>>());
    Ok(tokio::task::spawn_blocking(move || security_report::find_out(screen, &listening)).await.unwrap_or_default())
}

/// The refusal of a command of the token's window, in words: its page has no catalogue.
fn in_words(failure: Failure) -> Told {
    let told = Told::from(failure);
    Told { message: words::verbatim(told.message.to_string()), ..told }
}

pub(crate) fn close_token_window(cx: Context<'_>) {
    cx.app.issuance.hide();
}

impl Context<'_> {
    /// A secret that was pasted as a name is in the page, as one that was typed to sign in with is: it goes with it, and what
    /// was wrong is told on the next one.
    fn unless_secret<T>(&self, outcome: Outcome<T>) -> Outcome<T> {
        if let Err(failure @ Failure::NameIsSecret(_)) = &outcome {
            self.page.note_typed(String::new());
            self.app.tell_of_secret(failure);
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use keybearer_core::failure::Code;

    #[tokio::test]
    async fn a_command_that_panics_answers_its_page() {
        let told = caught(async { unforeseen(&[]) }).await.expect_err("it panics");
        assert_eq!(told.code, Code::Computer);
        assert!(told.hint == Some(words::unforeseen_hint()), "{told:?}");
    }

    fn unforeseen(none: &[u8]) -> Result<u8, Told> {
        Ok(none[std::hint::black_box(0)])
    }

    #[test]
    fn each_command_that_takes_its_time_is_caught() {
        // Those of the table are made in one place, and no command stands beside the table.
        let made: Vec<&str> = include_str!("boundary.rs").split("#[tauri::command]\n").skip(1).collect();
        let slow: Vec<&&str> = made.iter().filter(|command| command.trim_start().starts_with("async fn")).collect();
        assert_eq!((made.len(), slow.len()), (2, 1));
        let (head, body) = slow[0].split_once(" {\n").expect("a body");
        assert!(body.trim_start().starts_with("caught(async {"), "{head} never answers where it panics");
    }
}
