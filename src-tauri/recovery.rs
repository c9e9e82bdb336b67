//! The main window's page after its process has ended by itself, or answers no more.
//!
//! What is held, asked for and told is in this process, so the page is loaded again, and draws all as it was. One whose
//! process ends again and again is left alone: then a dialog of GTK's own offers what matters without a page. Closing the
//! window and starting the app once more see to it that there is somebody to answer.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use parking_lot::Mutex;

use gtk::{ButtonsType, DialogFlags, MessageDialog, MessageType, ResponseType, gio, glib, prelude::*};
use keybearer_core::{
    app::Keybearer,
    credential::SecretName,
    failure::Failure,
    issuance::{Held, OnClipboard},
    words::{self, Message},
};
use tauri::{AppHandle, Manager, webview::WebviewWindow};
use webkit2gtk::{WebProcessTerminationReason, WebView, WebViewExt};

use crate::window;

/// The page is not loaded again once its process ended so often within that time.
const ENDS: usize = 3;
const WITHIN: Duration = Duration::from_secs(10);

/// As long as a page may take to answer that it is there.
const PATIENCE: Duration = Duration::from_secs(3);

const TRY_AGAIN: ResponseType = ResponseType::Other(1);
const COPY: ResponseType = ResponseType::Other(2);
const QUIT: ResponseType = ResponseType::Other(3);

thread_local! {
    /// The dialog, while it is open. GTK has one thread.
    static DIALOG: RefCell<Option<MessageDialog>> = const { RefCell::new(None) };
}

/// When the page's process ended lately.
#[derive(Default)]
pub(crate) struct Recovery(Mutex<Vec<Instant>>);

impl Recovery {
    /// The page's process ended. Whether the page is to be loaded again by itself.
    fn ended(&self, now: Instant) -> bool {
        let mut ends = self.0.lock();
        ends.retain(|end| now.duration_since(*end) < WITHIN);
        ends.push(now);
        ends.len() < ENDS
    }

    /// The person wants it tried once more.
    fn begin_anew(&self) {
        self.0.lock().clear();
    }

    fn is_given_up(&self) -> bool {
        self.0.lock().len() >= ENDS
    }
}

/// Sees to it that the main window's page comes back.
pub(crate) fn watch_over(window: &WebviewWindow) {
    let handle = window.app_handle().clone();
    let _ = window.with_webview(move |webview| {
        let view = webview.inner();
        let it = handle.clone();
        view.connect_web_process_terminated(move |view, reason| {
            // What this program ended, it loads again by itself.
            if reason != WebProcessTerminationReason::TerminatedByApi {
                bring_back(&it, view);
            }
        });
        view.connect_is_web_process_responsive_notify(move |view| {
            if !view.is_web_process_responsive() {
                end_unless_it_answers(&handle, view);
            }
        });
    });
}

/// The person wants to close the window, and something stands against that: the page asks, or the dialog if there is none.
pub(crate) fn see_that_somebody_asks(handle: &AppHandle) {
    with_view(handle, |handle, view| {
        if handle.state::<Recovery>().is_given_up() {
            offer(handle);
        } else {
            end_unless_it_answers(handle, view);
        }
    });
}

/// The person wants to see the window: a page that was given up is tried once more.
pub(crate) fn see_that_it_is_there(handle: &AppHandle) {
    with_view(handle, |handle, view| {
        if handle.state::<Recovery>().is_given_up() {
            try_again(handle, view);
        } else {
            end_unless_it_answers(handle, view);
        }
    });
}

fn with_view(handle: &AppHandle, act: impl FnOnce(&AppHandle, &WebView) + Send + 'static) {
    let Some(window) = window::main(handle) else { return };
    let handle = handle.clone();
    let _ = window.with_webview(move |webview| act(&handle, &webview.inner()));
}

/// Ends the page's process where it hangs, and brings the page back.
fn end_unless_it_answers(handle: &AppHandle, view: &WebView) {
    let answered = Rc::new(Cell::new(false));
    let told = Rc::clone(&answered);
    // One whose process ends meanwhile answers that it could not.
    view.evaluate_javascript("0", None, None, gio::Cancellable::NONE, move |_| told.set(true));
    let (handle, view) = (handle.clone(), view.clone());
    glib::timeout_add_local_once(PATIENCE, move || {
        if !answered.get() {
            view.terminate_web_process();
            bring_back(&handle, &view);
        }
    });
}

fn bring_back(handle: &AppHandle, view: &WebView) {
    window::forget_page(handle);
    if handle.state::<Recovery>().ended(Instant::now()) {
        load(view);
        let app = handle.state::<Arc<Keybearer>>();
        app.messages.say(words::page_restored());
    } else {
        offer(handle);
    }
}

fn try_again(handle: &AppHandle, view: &WebView) {
    close_dialog();
    handle.state::<Recovery>().begin_anew();
    load(view);
}

/// Loads the page once whoever tells of its end is done with it.
fn load(view: &WebView) {
    let view = view.clone();
    glib::idle_add_local_once(move || {
        // Loaded rather than reloaded: nothing of what stood in its fields is to come back.
        let at = view.uri().filter(|uri| uri.starts_with("tauri:"));
        view.load_uri(at.as_deref().unwrap_or("tauri://localhost"));
        view.grab_focus();
    });
}

fn close_dialog() {
    if let Some(dialog) = DIALOG.take() {
        dialog.close();
    }
}

/// Offers what matters without a page.
fn offer(handle: &AppHandle) {
    if let Some(dialog) = DIALOG.with_borrow(Clone::clone) {
        return dialog.present();
    }
    let parent = window::main(handle).and_then(|window| window.gtk_window().ok());
    let dialog = MessageDialog::new(
        parent.as_ref(),
        DialogFlags::empty(),
        MessageType::Error,
        ButtonsType::None,
        &words::page_keeps_stopping().to_string(),
    );
    dialog.set_title("Keybearer");
    let buttons = [(words::page_quit(), QUIT), (words::page_copy(), COPY), (words::page_try_again(), TRY_AGAIN)];
    for (label, response) in buttons {
        dialog.add_button(&label.to_string(), response);
    }
    dialog.set_default_response(TRY_AGAIN);
    draw(handle, &dialog);
    let it = handle.clone();
    dialog.connect_response(move |_, response| answer(&it, response));
    let (handle, weak) = (handle.clone(), dialog.downgrade());
    // Its clock goes on.
    glib::timeout_add_local(Duration::from_secs(1), move || match weak.upgrade().filter(WidgetExt::is_visible) {
        Some(dialog) => {
            draw(&handle, &dialog);
            glib::ControlFlow::Continue
        }
        None => glib::ControlFlow::Break,
    });
    dialog.show();
    if let Some(button) = dialog.widget_for_response(TRY_AGAIN) {
        button.grab_focus();
    }
    DIALOG.set(Some(dialog));
}

fn draw(handle: &AppHandle, dialog: &MessageDialog) {
    let app = handle.state::<Arc<Keybearer>>();
    let held = app.issuance.with_held(Token::of);
    let told: Vec<String> =
        told(held.as_ref(), app.issuance.asking().is_some()).iter().map(ToString::to_string).collect();
    dialog.set_secondary_text(Some(&told.join("\n\n")));
    if let Some(copy) = dialog.widget_for_response(COPY) {
        copy.set_visible(held.is_some());
    }
}

fn answer(handle: &AppHandle, response: ResponseType) {
    let app = Arc::clone(&handle.state::<Arc<Keybearer>>());
    match response {
        TRY_AGAIN => with_view(handle, try_again),
        COPY => {
            let Some(held) = app.issuance.held() else { return };
            let it = handle.clone();
            tauri::async_runtime::spawn(async move {
                // How it ended is told by the dialog.
                let _ = app.issuance.copy(held, SecretName::Token).await;
                let drawing = it.clone();
                let _ = it.run_on_main_thread(move || {
                    if let Some(dialog) = DIALOG.with_borrow(Clone::clone) {
                        draw(&drawing, &dialog);
                    }
                });
            });
        }
        QUIT => {
            close_dialog();
            let handle = handle.clone();
            tauri::async_runtime::spawn(async move {
                app.shut_down().await;
                handle.exit(0);
            });
        }
        // Put aside: closing the window brings it back.
        _ => {
            app.keep_open();
            close_dialog();
        }
    }
}

/// What the dialog tells of the token that is held.
struct Token {
    name: String,
    proven: bool,
    wiped_in: Duration,
    clipboard: OnClipboard,
}

impl Token {
    fn of(held: &Held) -> Self {
        Self {
            name: held.key.name.clone(),
            proven: held.proven(),
            wiped_in: held.wiped_at.saturating_duration_since(tokio::time::Instant::now()),
            clipboard: held.clipboard.clone(),
        }
    }
}

/// Each in a paragraph of its own.
fn told(held: Option<&Token>, asking: bool) -> Vec<Message> {
    let mut told = vec![words::page_stopped()];
    if let Some(Token { name, proven, wiped_in, clipboard }) = held {
        let minutes = wiped_in.as_secs().div_ceil(60).max(1);
        told.push(match proven {
            true => words::page_held_in_vault(minutes, name),
            false => words::page_held(minutes, name),
        });
        told.extend(match clipboard {
            OnClipboard::Untouched => None,
            OnClipboard::Live { .. } => Some(words::page_clipboard_live()),
            OnClipboard::Clearing => Some(words::page_clipboard_clearing()),
            OnClipboard::Cleared => Some(words::page_clipboard_cleared()),
            OnClipboard::Replaced => Some(words::page_clipboard_replaced()),
            OnClipboard::Unsure { problem, .. } | OnClipboard::StillThere(problem) => {
                Some(Failure::Clipboard(problem.clone()).message())
            }
        });
    } else if asking {
        told.push(words::page_asking());
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_ends_again_and_again_is_given_up_and_one_that_ends_now_and_then_is_not() {
        let (recovery, start) = (Recovery::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!([0, 9, 18, 27, 36].map(|seconds| recovery.ended(at(seconds))).iter().all(|again| *again));
        assert!(recovery.ended(at(37)) && !recovery.ended(at(38)) && recovery.is_given_up());
        recovery.begin_anew();
        assert!(recovery.ended(at(39)) && !recovery.is_given_up());
    }

    #[test]
    fn the_dialog_tells_of_a_token_that_is_held_and_of_a_key_that_is_asked_for() {
        let seconds = Duration::from_secs;
        let token =
            Token { name: "Server".into(), proven: false, wiped_in: seconds(61), clipboard: OnClipboard::Cleared };
        let cleared = words::page_clipboard_cleared();
        let held = [words::page_stopped(), words::page_held(2_u8, "Server"), cleared.clone()];
        assert_eq!(told(Some(&token), false), held);
        let proven = Token { proven: true, wiped_in: seconds(9), ..token };
        let held = [words::page_stopped(), words::page_held_in_vault(1_u8, "Server"), cleared];
        assert_eq!(told(Some(&proven), false), held);
        assert_eq!(told(None, true), [words::page_stopped(), words::page_asking()]);
        assert_eq!(told(None, false), [words::page_stopped()]);
    }
}
