//! The windows: the main one, and the token's own, which comes and goes with what the use case says is shown.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use keybearer_core::{account::Session, app::Keybearer, settings::Theme, words};
use parking_lot::Mutex;
use tauri::{
    AppHandle, Manager, WebviewUrl, WebviewWindowBuilder, WindowEvent,
    ipc::Channel,
    webview::{NewWindowResponse, WebviewWindow},
};
use tokio::time::sleep;

#[cfg(target_os = "linux")]
use crate::recovery;
#[cfg(not(target_os = "linux"))]
use crate::view::CAPTURE_PROTECTED;
use crate::{ipc::View, security_report::Screen, system_theme::Followed, view, window_state};

const MAIN: &str = "main";
const TOKEN: &str = "token";

#[cfg(target_os = "linux")]
const NOWHERE: &str = "http://127.0.0.1:1";

/// The page in the main window, as it asked to be told of changes.
#[derive(Default)]
pub(crate) struct Page {
    channel: Mutex<Option<Channel<View>>>,
    revision: AtomicU32,
    changed: tokio::sync::Notify,
    /// A sign-in token was typed into it, sent or not; and what stood in its own form then.
    typed: Mutex<Option<String>>,
}

/// When the page is told once more which view is the last, after that was sent. A system that is short of open files loses
/// what is sent, and a channel waits for ever for what was lost.
const REMINDERS: [Duration; 3] = [Duration::from_secs(2), Duration::from_secs(10), Duration::from_secs(60)];

impl Page {
    /// Sends views to this channel from now on, the present one at once. A page that was replaced is forgotten.
    pub(crate) fn watch(&self, channel: Channel<View>) {
        *self.channel.lock() = Some(channel);
        self.changed.notify_one();
    }

    /// A sign-in token is being typed into it: once somebody is signed in, by whichever way, it has to go.
    pub(crate) fn note_typed(&self, draft: String) {
        *self.typed.lock() = Some(draft);
    }

    /// The page is gone: nobody is told anything until the next one asks. What stood in its form when a sign-in token was
    /// typed into it, which is gone with it.
    #[cfg(target_os = "linux")]
    fn forget(&self) -> Option<String> {
        *self.channel.lock() = None;
        self.typed.lock().take()
    }

    /// Tells the page which view is the last, in few bytes, which take no open file. A page that has not drawn it watches
    /// anew.
    fn remind(&self, handle: &AppHandle) {
        let last = self.revision.load(Ordering::Relaxed).saturating_sub(1);
        if let Some(window) = handle.get_webview_window(MAIN) {
            // A page that is just being replaced asks by itself.
            let _ = window.eval(format!("dispatchEvent(new CustomEvent('view-sent', {{ detail: {last} }}))"));
        }
    }

    fn send(&self, app: &Keybearer) {
        if let Some(channel) = &*self.channel.lock() {
            let revision = self.revision.fetch_add(1, Ordering::Relaxed);
            // A page that is just being replaced cannot be told; the next one asks by itself.
            let _ = channel.send(view::of(app, revision));
        }
    }
}

/// The icon in the sizes that title bars and panels have, each drawn or scaled for it. Tauri knows of one alone.
#[cfg(target_os = "linux")]
const ICONS: [&[u8]; 6] = [
    include_bytes!("../icons/16x16.png"),
    include_bytes!("../icons/24x24.png"),
    include_bytes!("../icons/32x32.png"),
    include_bytes!("../icons/48x48.png"),
    include_bytes!("../icons/64x64.png"),
    include_bytes!("../icons/128x128.png"),
];

/// Opens the main window.
///
/// # Errors
/// Where the system gives no window.
pub(crate) fn open_main(handle: &AppHandle, colours: Followed) -> tauri::Result<()> {
    let theme = handle.state::<Arc<Keybearer>>().settings().theme;
    set_theme(handle, theme);
    let placement = handle.state::<window_state::Remembered>();
    let size = placement.size(handle);
    let window = closed_in(WebviewWindowBuilder::new(handle, MAIN, WebviewUrl::App("index.html".into())))
        .initialization_script(theme_script(theme))
        .initialization_script(words::for_page())
        .title("Keybearer")
        .inner_size(size.width, size.height)
        .min_inner_size(window_state::LEAST.width, window_state::LEAST.height)
        .center()
        // It is to be seen where it stays.
        .visible(false)
        .build()?;
    #[cfg(target_os = "linux")]
    {
        set_icons(&window)?;
        notice_the_person(&window)?;
        recovery::watch_over(&window);
    }
    placement.restore(&window);
    let (handle, it) = (handle.clone(), window.clone());
    window.on_window_event(move |event| match event {
        WindowEvent::CloseRequested { api, .. } if !handle.state::<Arc<Keybearer>>().may_close() => {
            api.prevent_close();
            #[cfg(target_os = "linux")]
            recovery::see_that_somebody_asks(&handle);
        }
        WindowEvent::Focused(true) => {
            let app = Arc::clone(&handle.state::<Arc<Keybearer>>());
            tauri::async_runtime::spawn(async move { app.issuance.try_clearing_again().await });
        }
        WindowEvent::Moved(_) | WindowEvent::Resized(_) => handle.state::<window_state::Remembered>().note(&it),
        _ => {}
    });
    // While nothing of it is seen.
    colours.settle();
    #[cfg(target_os = "linux")]
    set_ground(&window, theme);
    window.show()
}

/// Lets the view have the page's own colour before the page is drawn: by itself it is white.
#[cfg(target_os = "linux")]
fn set_ground(window: &WebviewWindow, theme: Theme) {
    use gtk::{gdk::RGBA, prelude::GtkSettingsExt};
    use webkit2gtk::WebViewExt;
    // `--ground` in `ui/styles/tokens.css`.
    const LIGHT: &str = "#f5f5f7";
    const DARK: &str = "#18181b";
    // Without it the page comes all the same.
    let _ = window.with_webview(move |webview| {
        let dark = match theme {
            Theme::System => {
                gtk::Settings::default().is_some_and(|settings| settings.is_gtk_application_prefer_dark_theme())
            }
            Theme::Light => false,
            Theme::Dark => true,
        };
        if let Ok(ground) = RGBA::parse(if dark { DARK } else { LIGHT }) {
            webview.inner().set_background_color(&ground);
        }
    });
}

/// Tells of each key and click that comes from the system: a page can make up events of its own, and none of these.
#[cfg(target_os = "linux")]
fn notice_the_person(window: &WebviewWindow) -> tauri::Result<()> {
    use gtk::{gdk::EventType, glib::Propagation, prelude::WidgetExt};
    let app = Arc::clone(&window.state::<Arc<Keybearer>>());
    window.with_webview(move |webview| {
        webview.inner().connect_event(move |_, event| {
            if matches!(event.event_type(), EventType::ButtonPress | EventType::KeyPress | EventType::TouchBegin) {
                app.person_acted();
            }
            Propagation::Proceed
        });
    })
}

/// Gives the window its icon in every size, so that nobody has to scale it.
#[cfg(target_os = "linux")]
fn set_icons(window: &WebviewWindow) -> tauri::Result<()> {
    use gtk::{gdk_pixbuf::Pixbuf, gio, glib, prelude::GtkWindowExt};
    let read = |bytes: &[u8]| {
        let stream = gio::MemoryInputStream::from_bytes(&glib::Bytes::from(bytes));
        Pixbuf::from_stream(&stream, gio::Cancellable::NONE)
    };
    // One that GTK cannot read is left out: an icon is no reason to stay away.
    let icons: Vec<Pixbuf> = ICONS.into_iter().filter_map(|bytes| read(bytes).ok()).collect();
    window.gtk_window()?.set_icon_list(&icons);
    Ok(())
}

/// Somebody started the app while it runs: its window is what they want.
pub(crate) fn bring_to_front(handle: &AppHandle) {
    let Some(window) = handle.get_webview_window(MAIN) else { return };
    // Whatever of it a desktop refuses, the window is there.
    let _ = window.unminimize();
    let _ = window.show();
    let _ = window.set_focus();
    #[cfg(target_os = "linux")]
    recovery::see_that_it_is_there(handle);
}

#[cfg(target_os = "linux")]
pub(crate) fn main(handle: &AppHandle) -> Option<WebviewWindow> {
    handle.get_webview_window(MAIN)
}

/// The main window's page is gone, and will be loaded again.
#[cfg(target_os = "linux")]
pub(crate) fn forget_page(handle: &AppHandle) {
    if let Some(draft) = handle.state::<Page>().forget() {
        handle.state::<Arc<Keybearer>>().keep_draft(draft);
    }
}

/// Keeps the windows true to the app's state, for as long as the app runs.
pub(crate) async fn follow(handle: AppHandle) {
    let app = Arc::clone(&handle.state::<Arc<Keybearer>>());
    let page = handle.state::<Page>();
    let mut changes = app.changes();
    loop {
        if matches!(app.sessions.now(), Session::SignedIn(_)) {
            replace_page_typed_into(&handle);
        }
        page.send(&app);
        set_title(&handle, &app);
        let shown = app.issuance.shown().is_some();
        match handle.get_webview_window(TOKEN) {
            None if shown => open_token(&handle, &app),
            Some(window) if !shown => {
                // In this process nothing is left of it either.
                #[cfg(target_os = "linux")]
                let _ = window.with_webview(|webview| keybearer_webview::let_go(&webview.inner()));
                // Destroyed rather than closed: its web process ends, and takes every copy of the token along.
                let _ = window.destroy();
            }
            _ => {}
        }
        let mut reminders = REMINDERS.into_iter();
        loop {
            let pause = reminders.next();
            tokio::select! {
                changed = changes.changed() => if changed.is_err() { return } else { break },
                () = page.changed.notified() => break,
                () = sleep(pause.unwrap_or_default()), if pause.is_some() => page.remind(&handle),
            }
        }
    }
}

/// Who sees the screen that the windows are on.
pub(crate) async fn screen(handle: &AppHandle) -> Screen {
    #[cfg(target_os = "linux")]
    {
        use webkit2gtk::glib::prelude::ObjectExt;
        let (tell, told) = tokio::sync::oneshot::channel();
        // GTK answers on its own thread alone.
        let asked = handle.run_on_main_thread(move || {
            let display = gdk::Display::default();
            let _ = tell.send(match display.map(|display| display.type_().name()) {
                Some("GdkX11Display") => Screen::X11,
                Some("GdkWaylandDisplay") => Screen::Wayland,
                _ => Screen::Unknown,
            });
        });
        match asked {
            Ok(()) => told.await.unwrap_or(Screen::Unknown),
            Err(_) => Screen::Unknown,
        }
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = handle;
        if CAPTURE_PROTECTED { Screen::LeftOut } else { Screen::Unknown }
    }
}

/// Lets the windows' frames be light or dark; the pages see to themselves.
pub(crate) fn set_theme(handle: &AppHandle, theme: Theme) {
    // On Linux this would change how GTK chooses the theme, which a return to the system's own does not undo.
    #[cfg(not(target_os = "linux"))]
    handle.set_theme(match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    });
    #[cfg(target_os = "linux")]
    let _ = (handle, theme);
}

/// Replaces the page in the main window if a sign-in token was typed into it, and with it the process that it went through.
pub(crate) fn replace_page_typed_into(handle: &AppHandle) {
    let typed = handle.state::<Page>().typed.lock().take();
    let Some(draft) = typed else { return };
    handle.state::<Arc<Keybearer>>().keep_draft(draft);
    let Some(window) = handle.get_webview_window(MAIN) else { return };
    #[cfg(target_os = "linux")]
    {
        use webkit2gtk::WebViewExt;
        // Without its process the view is empty; loading the page again starts a new one.
        let _ = window.with_webview(|webview| {
            let webview = webview.inner();
            webview.terminate_web_process();
            webview.reload();
        });
    }
    #[cfg(not(target_os = "linux"))]
    let _ = window.reload();
}

/// Tells where one is in the window's title too: it is all that is seen of a window among others.
fn set_title(handle: &AppHandle, app: &Keybearer) {
    let title = match app.sessions.now() {
        Session::SignedIn(signed_in) => {
            let account = signed_in.at.account;
            words::window_title(account.label(), account.environment.label()).to_string()
        }
        _ => "Keybearer".to_owned(),
    };
    if let Some(window) = handle.get_webview_window(MAIN)
        && window.title().is_ok_and(|now| now != title)
    {
        // A title that cannot be set is no reason to stop.
        let _ = window.set_title(&title);
    }
}

fn open_token(handle: &AppHandle, app: &Arc<Keybearer>) {
    let built = closed_in(WebviewWindowBuilder::new(handle, TOKEN, WebviewUrl::App("token.html".into())))
        .initialization_script(theme_script(app.settings().theme))
        .initialization_script(words::for_token_page())
        .title(words::window_token_title().to_string())
        .inner_size(600.0, 400.0)
        .min_inner_size(360.0, 240.0)
        .center()
        .always_on_top(true)
        .skip_taskbar(true)
        .content_protected(true)
        .build();
    let Ok(window) = built else {
        app.issuance.hide();
        app.messages.say(words::window_token_unopened());
        return;
    };
    #[cfg(target_os = "linux")]
    {
        set_ground(&window, app.settings().theme);
        hide_with_its_process(&window, Arc::clone(app));
    }
    hide_with(&window, Arc::clone(app));
}

/// The showing ends when the process ends that draws it.
#[cfg(target_os = "linux")]
fn hide_with_its_process(window: &WebviewWindow, app: Arc<Keybearer>) {
    use webkit2gtk::WebViewExt;
    let _ = window.with_webview(move |webview| {
        webview.inner().connect_web_process_terminated(move |_, _| {
            if app.issuance.shown().is_some() {
                app.issuance.hide();
                app.messages.say(words::window_token_stopped());
            }
        });
    });
}

/// Sets the page's colours before it is drawn for the first time; a page that is there is told by its view.
fn theme_script(theme: Theme) -> &'static str {
    match theme {
        Theme::System => "",
        Theme::Light => "document.documentElement.dataset.theme = 'light';",
        Theme::Dark => "document.documentElement.dataset.theme = 'dark';",
    }
}

/// The showing ends when the window is closed, and when it loses the focus. That it had it first is not waited for: it may
/// have got it before anybody listened.
fn hide_with(window: &WebviewWindow, app: Arc<Keybearer>) {
    window.on_window_event(move |event| match event {
        WindowEvent::Focused(false) | WindowEvent::Destroyed => app.issuance.hide(),
        WindowEvent::CloseRequested { api, .. } => {
            // It goes by one way only, by which nothing of it is left.
            api.prevent_close();
            app.issuance.hide();
        }
        _ => {}
    });
}

/// A page that stays where it is: it cannot navigate, open windows, or be dropped upon; and it has no network.
fn closed_in<'a>(
    window: WebviewWindowBuilder<'a, tauri::Wry, AppHandle>,
) -> WebviewWindowBuilder<'a, tauri::Wry, AppHandle> {
    #[cfg(target_os = "linux")]
    // Whatever the content policy does not speak of, preconnections say, ends at a proxy that is not there.
    let window = window.proxy_url(NOWHERE.parse().expect("it is an address"));
    window
        .on_navigation(|url| url.scheme() == "tauri" || url.host_str() == Some("tauri.localhost"))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .disable_drag_drop_handler()
}
