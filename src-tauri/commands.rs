//! What the pages may call. Each command only forwards; which window may call which is in `permissions/windows.toml`.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use tauri::{
    AppHandle, Manager, Runtime, State,
    ipc::{Channel, Invoke},
};

use crate::{
    account::Environment,
    app::{Keybearer, Tested},
    failure::{Failure, NotNow},
    interruptions::Listening,
    ipc::{
        CheckedList, DestinationForm, KeyDetailsView, ListView, ProgramPresetView, ProtectionView, SettingsView,
        SignInForm, TestedView, TokenText, Told, TypedToken, View,
    },
    key::KeyId,
    protection,
    sandbox::Persona,
    vault::Destination,
    view::{self, CAPTURE_PROTECTED, until_ms},
    window::{self, Page},
};

type App<'a> = State<'a, Arc<Keybearer>>;
type Outcome = Result<(), Told>;

/// Does what a command asks for. Each that takes its time goes through here: one that panicked would never answer its page.
async fn caught<T>(work: impl Future<Output = Result<T, Told>>) -> Result<T, Told> {
    crate::caught::caught(work).await.unwrap_or_else(|_| Err(Told::unforeseen()))
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

#[tauri::command]
pub(crate) fn watch(page: State<'_, Page>, on_view: Channel<View>) {
    page.watch(on_view);
}

#[tauri::command]
pub(crate) async fn sign_in_pasted(app: App<'_>, page: State<'_, Page>, form: SignInForm) -> Outcome {
    caught(async {
        let environment = Environment::of(form.environment, &form.url)?;
        let outcome = app.sign_in_pasted(environment, &form.name, form.remember).await;
        unless_secret(&app, &page, outcome)
    })
    .await
}

#[tauri::command]
pub(crate) fn note_typed(page: State<'_, Page>, draft: String) {
    page.note_typed(draft);
}

#[tauri::command]
pub(crate) async fn sign_in_typed(app: App<'_>, page: State<'_, Page>, form: SignInForm, token: TypedToken) -> Outcome {
    caught(async {
        let environment = Environment::of(form.environment, &form.url)?;
        let outcome = app.sign_in_typed(environment, &form.name, &token.0, form.remember).await;
        unless_secret(&app, &page, outcome)
    })
    .await
}

#[tauri::command]
pub(crate) async fn enter_sandbox(app: App<'_>, persona: Persona) -> Outcome {
    caught(async { Ok(app.enter_sandbox(persona).await?) }).await
}

#[tauri::command]
pub(crate) async fn switch_account(app: App<'_>, id: String) -> Outcome {
    caught(async { Ok(app.switch_account(&id).await?) }).await
}

#[tauri::command]
pub(crate) fn ask_for_token(app: App<'_>, same_account: bool) -> Outcome {
    Ok(app.ask_for_token(same_account)?)
}

#[tauri::command]
pub(crate) fn rename_account(app: App<'_>, page: State<'_, Page>, name: String) -> Outcome {
    unless_secret(&app, &page, app.rename_account(&name))
}

#[tauri::command]
pub(crate) fn cancel_checking(app: App<'_>) {
    app.sessions.call_off();
}

#[tauri::command]
pub(crate) async fn sign_out(app: App<'_>, handle: AppHandle) -> Outcome {
    caught(async {
        let outcome = app.sign_out().await;
        // Nobody is signed in, and yet a token may have been typed.
        window::replace_page_typed_into(&handle);
        Ok(outcome?)
    })
    .await
}

#[tauri::command]
pub(crate) async fn create_key(
    app: App<'_>,
    page: State<'_, Page>,
    name: String,
    anyway: bool,
    replaces: Option<String>,
    deliver_to: Option<String>,
) -> Outcome {
    caught(async {
        let replaces = match replaces {
            Some(id) => Some(app.known_key(&KeyId(id)).await?),
            None => None,
        };
        let outcome = match deliver_to {
            Some(id) => app.create_and_deliver(&name, anyway, replaces, &id).await,
            None => app.create_key(&name, anyway, replaces).await,
        };
        unless_secret(&app, &page, outcome)
    })
    .await
}

#[tauri::command]
pub(crate) fn cancel_creation(app: App<'_>) {
    app.issuance.call_off();
}

#[tauri::command]
pub(crate) async fn list_keys(app: App<'_>) -> Result<ListView, Told> {
    caught(async {
        let (keys, records) = app.list_keys().await?;
        Ok(view::list(&keys, &records))
    })
    .await
}

#[tauri::command]
pub(crate) async fn look_at_key(app: App<'_>, id: String) -> Result<KeyDetailsView, Told> {
    caught(async {
        let (read, record) = app.look_at_key(&KeyId(id)).await?;
        Ok(view::details(read, record))
    })
    .await
}

#[tauri::command]
pub(crate) async fn copy_key_id(app: App<'_>, id: String) -> Outcome {
    caught(async { Ok(app.copy_id(&KeyId(id)).await?) }).await
}

#[tauri::command]
pub(crate) async fn revoke_key(app: App<'_>, id: String, typed: String) -> Outcome {
    caught(async { Ok(app.revoke_key(&KeyId(id), &typed).await?) }).await
}

#[tauri::command]
pub(crate) fn cancel_key_revocation(app: App<'_>, id: String) {
    app.call_off_revocation(&KeyId(id));
}

#[tauri::command]
pub(crate) async fn copy_token(app: App<'_>, key: String) -> Outcome {
    caught(async { Ok(app.issuance.copy(app.issuance.held_of(&KeyId(key))?).await?) }).await
}

#[tauri::command]
pub(crate) async fn clear_clipboard(app: App<'_>, key: String) -> Outcome {
    caught(async { Ok(app.issuance.clear_clipboard(app.issuance.held_of(&KeyId(key))?).await?) }).await
}

#[tauri::command]
pub(crate) async fn show_token(app: App<'_>, key: String) -> Outcome {
    caught(async { Ok(app.issuance.show(app.issuance.held_of(&KeyId(key))?)?) }).await
}

#[tauri::command]
pub(crate) fn hide_token(app: App<'_>) {
    app.issuance.hide();
}

#[tauri::command]
pub(crate) async fn check_token(app: App<'_>, key: String) -> Outcome {
    caught(async { Ok(app.issuance.check(app.issuance.held_of(&KeyId(key))?).await?) }).await
}

#[tauri::command]
pub(crate) fn keep_longer(app: App<'_>, key: String) -> Outcome {
    Ok(app.issuance.keep_longer(app.issuance.held_of(&KeyId(key))?)?)
}

#[tauri::command]
pub(crate) async fn finish(app: App<'_>, key: String, unproven: bool) -> Outcome {
    caught(async { Ok(app.finish(app.issuance.held_of(&KeyId(key))?, unproven).await?) }).await
}

#[tauri::command]
pub(crate) async fn revoke_held(app: App<'_>, handle: AppHandle, key: String, quit: bool) -> Outcome {
    caught(async {
        let held = app.issuance.held_of(&KeyId(key))?;
        if quit {
            app.quit_is_meant()?;
            app.pause_many();
        }
        app.revoke_held(held).await?;
        if quit {
            handle.exit(0);
        }
        Ok(())
    })
    .await
}

#[tauri::command]
pub(crate) async fn revoke_noticed(app: App<'_>, number: u32) -> Outcome {
    caught(async { Ok(app.revoke_noticed(number).await?) }).await
}

#[tauri::command]
pub(crate) fn cancel_revocation(app: App<'_>, number: Option<u32>) {
    match number {
        Some(number) => app.issuance.call_off_noticed(number),
        None => app.issuance.call_off_revocation(),
    }
}

#[tauri::command]
pub(crate) async fn dismiss_notice(app: App<'_>, number: u32) -> Outcome {
    caught(async {
        app.dismiss_notice(number).await;
        Ok(())
    })
    .await
}

#[tauri::command]
pub(crate) async fn copy_receipt(app: App<'_>, id: String) -> Outcome {
    caught(async { Ok(app.copy_receipt(&KeyId(id)).await?) }).await
}

#[tauri::command]
pub(crate) async fn save_receipt(app: App<'_>, id: String) -> Outcome {
    caught(async { Ok(app.save_receipt(&KeyId(id)).await?) }).await
}

#[tauri::command]
pub(crate) fn put_receipt_aside(app: App<'_>) {
    app.put_receipt_aside();
}

#[tauri::command]
pub(crate) fn change_settings(app: App<'_>, handle: AppHandle, settings: SettingsView) -> Outcome {
    let settings = crate::settings::Settings::try_from(settings)?;
    window::set_theme(&handle, settings.theme);
    Ok(app.change_settings(settings)?)
}

#[tauri::command]
pub(crate) async fn list_presets() -> Result<Vec<ProgramPresetView>, Told> {
    caught(async { Ok(view::presets()) }).await
}

#[tauri::command]
pub(crate) fn fill_preset(id: String, answers: Vec<String>) -> Result<DestinationForm, Told> {
    Ok(view::filled(&id, &answers)?)
}

#[tauri::command]
pub(crate) async fn save_destination(
    app: App<'_>,
    page: State<'_, Page>,
    form: DestinationForm,
) -> Result<String, Told> {
    caught(async {
        let destination = Destination::try_from(form)?;
        let id = destination.id.clone();
        let outcome = app.save_destination(destination).await.map(|()| id);
        unless_secret(&app, &page, outcome)
    })
    .await
}

#[tauri::command]
pub(crate) async fn remove_destination(app: App<'_>, id: String) -> Outcome {
    caught(async { Ok(app.remove_destination(&id).await?) }).await
}

#[tauri::command]
pub(crate) fn shift_destination(app: App<'_>, id: String, up: bool) -> Outcome {
    Ok(app.shift_destination(&id, up)?)
}

#[tauri::command]
pub(crate) fn set_default_destination(app: App<'_>, id: Option<String>) -> Outcome {
    Ok(app.set_default_destination(id.as_deref())?)
}

#[tauri::command]
pub(crate) async fn give_vault_secret(app: App<'_>, id: String) -> Outcome {
    caught(async { Ok(app.give_vault_secret(&id).await?) }).await
}

#[tauri::command]
pub(crate) async fn place_of_replacement(app: App<'_>, id: String, destination: String) -> Result<String, Told> {
    caught(async { Ok(app.place_of_replacement(&KeyId(id), &destination).await?) }).await
}

#[tauri::command]
pub(crate) async fn test_destination(app: App<'_>, id: String) -> Result<TestedView, Told> {
    caught(async {
        let Tested { words, good } = app.test_destination(&id).await?;
        Ok(TestedView { words, good })
    })
    .await
}

#[tauri::command]
pub(crate) async fn deliver(app: App<'_>, key: String, id: String) -> Outcome {
    caught(async { Ok(app.deliver(&KeyId(key), &id).await?) }).await
}

#[tauri::command]
pub(crate) fn cancel_delivery(app: App<'_>) {
    app.issuance.call_off_delivery();
}

#[tauri::command]
pub(crate) async fn names_in(
    app: App<'_>,
    page: State<'_, Page>,
    file: String,
    bytes: Vec<u8>,
) -> Result<String, Told> {
    caught(async { unless_secret(&app, &page, app.names_in(&file, &bytes)) }).await
}

#[tauri::command]
pub(crate) async fn check_names(
    app: App<'_>,
    page: State<'_, Page>,
    text: String,
    destination: String,
) -> Result<CheckedList, Told> {
    caught(async {
        let outcome = app.check_names(&text, &destination).await.map(view::checked);
        unless_secret(&app, &page, outcome)
    })
    .await
}

/// Calls off a test of a destination, or a check of names.
#[tauri::command]
pub(crate) fn cancel_look(app: App<'_>) {
    app.call_off_look();
}

#[tauri::command]
pub(crate) async fn begin_many(app: App<'_>, number: u32) -> Outcome {
    caught(async { Ok(app.begin_many(number).await?) }).await
}

#[tauri::command]
pub(crate) fn pause_many(app: App<'_>) {
    app.pause_many();
}

#[tauri::command]
pub(crate) fn stop_many(app: App<'_>) {
    app.stop_many();
}

#[tauri::command]
pub(crate) async fn resume_many(app: App<'_>, failed: bool) -> Outcome {
    caught(async { Ok(app.resume_many(failed).await?) }).await
}

#[tauri::command]
pub(crate) async fn put_many_aside(app: App<'_>) -> Outcome {
    caught(async { Ok(app.put_many_aside().await?) }).await
}

#[tauri::command]
pub(crate) fn put_problems_aside(app: App<'_>) {
    app.put_problems_aside();
}

#[tauri::command]
pub(crate) fn keep_open(app: App<'_>) {
    app.keep_open();
}

#[tauri::command]
pub(crate) async fn quit_anyway(app: App<'_>, handle: AppHandle) -> Outcome {
    caught(async {
        app.quit_is_meant()?;
        app.shut_down().await;
        handle.exit(0);
        Ok(())
    })
    .await
}

/// The one command that gives a token to a page; only the token's own window may call it, and only while it is shown.
#[tauri::command]
pub(crate) fn token_text(app: App<'_>) -> Result<tauri::ipc::Response, Told> {
    let shown = app.issuance.shown().ok_or(Failure::NotNow(NotNow::NotShown))?;
    let text = TokenText {
        text: shown.token.open("show it in its own window, at the person's wish"),
        key_name: &shown.key_name,
        closes_in_ms: until_ms(shown.until),
        capture_protected: CAPTURE_PROTECTED,
    };
    let text = serde_json::to_string(&text).expect("texts and numbers always serialize");
    Ok(tauri::ipc::Response::new(text))
}

/// Finds out what protects a secret on this computer.
#[tauri::command]
pub(crate) async fn what_protects(handle: AppHandle) -> Result<Vec<ProtectionView>, Told> {
    caught(async {
        let screen = window::screen(&handle).await;
        let listening = Arc::clone(&handle.state::<Arc<Listening>>());
        let found =
            tokio::task::spawn_blocking(move || protection::find_out(screen, &listening)).await.unwrap_or_default();
        Ok(found.into_iter().map(ProtectionView::from).collect())
    })
    .await
}

#[tauri::command]
pub(crate) fn close_token_window(app: App<'_>) {
    app.issuance.hide();
}

/// A secret that was pasted as a name is in the page, as one that was typed to sign in with is: it goes with it, and what was
/// wrong is told on the next one.
fn unless_secret<T>(app: &Keybearer, page: &Page, outcome: Result<T, Failure>) -> Result<T, Told> {
    if let Err(failure @ Failure::NameIsSecret(_)) = &outcome {
        page.note_typed(String::new());
        app.tell_of_secret(failure);
    }
    Ok(outcome?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::Code;

    #[tokio::test]
    async fn a_command_that_panics_answers_its_page() {
        let told = caught(async { unforeseen(&[]) }).await.expect_err("it panics");
        assert_eq!(told.code, Code::Computer);
        assert!(told.hint.contains("still held"), "{told:?}");
    }

    fn unforeseen(none: &[u8]) -> Result<u8, Told> {
        Ok(none[std::hint::black_box(0)])
    }

    #[test]
    fn each_command_that_takes_its_time_is_caught() {
        let source = include_str!("commands.rs");
        let commands: Vec<&str> = source.split("#[tauri::command]\n").skip(1).collect();
        let slow: Vec<&&str> = commands.iter().filter(|command| command.starts_with("pub(crate) async fn")).collect();
        assert!(slow.len() > 20, "{} commands", slow.len());
        for command in slow {
            let (head, body) = command.split_once(" {\n").expect("a body");
            assert!(body.trim_start().starts_with("caught(async {"), "{head} never answers where it panics");
        }
    }
}
