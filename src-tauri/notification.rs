//! Notifications of the desktop, by way of org.freedesktop.Notifications on the session bus.

use std::time::Duration;

use keybearer_core::{
    APP_ID,
    notification::{NotShown, Notification, Notify, Shown},
    words,
};
use tokio::task::spawn_blocking;
use zbus::{
    blocking::{Proxy, connection::Builder},
    zvariant::Value,
};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";

/// As long as the desktop may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What the desktop has for it. Blocking calls, as everywhere here: zbus has an event loop of its own for them, and tokio's
/// would be in its place for every part that uses zbus.
pub(crate) struct Desktop;

impl Notify for Desktop {
    fn is_there(&self) -> bool {
        true
    }

    fn show<'a>(&'a self, notification: &'a Notification) -> Shown<'a> {
        let notification = notification.clone();
        Box::pin(async move {
            let shown = spawn_blocking(move || show(&notification)).await;
            shown.unwrap_or(Ok(())).map_err(|error| not_shown(&error))
        })
    }
}

fn show(notification: &Notification) -> zbus::Result<()> {
    let bus = Builder::session()?.method_timeout(PATIENCE).build()?;
    let desktop = Proxy::new(&bus, NAME, PATH, NAME)?;
    let capabilities: Vec<String> = desktop.call("GetCapabilities", &())?;
    let body = body(&notification.body, &capabilities);
    let (replaces, icon, actions, as_long_as_usual) = (0_u32, "keybearer", <[&str; 0]>::default(), -1_i32);
    let hints = std::collections::HashMap::from([("desktop-entry", Value::from(APP_ID))]);
    let what = ("Keybearer", replaces, icon, &notification.summary, &body, &actions[..], hints, as_long_as_usual);
    desktop.call::<_, _, u32>("Notify", &what).map(drop)
}

/// Text as it is taken for text: where the desktop draws markup, a name could hold some.
fn body(text: &str, capabilities: &[String]) -> String {
    if !capabilities.iter().any(|each| each == "body-markup") {
        return text.to_owned();
    }
    let escaped = |letter| match letter {
        '&' => "&amp;".to_owned(),
        '<' => "&lt;".to_owned(),
        '>' => "&gt;".to_owned(),
        '"' => "&quot;".to_owned(),
        '\'' => "&apos;".to_owned(),
        letter => String::from(letter),
    };
    text.chars().map(escaped).collect()
}

fn not_shown(error: &zbus::Error) -> NotShown {
    match error {
        zbus::Error::InputOutput(error) if error.kind() == std::io::ErrorKind::TimedOut => {
            NotShown { why: words::notification_silent(), perhaps: true }
        }
        _ => NotShown { why: words::notification_nobody(), perhaps: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_text_whether_the_desktop_draws_markup_or_not() {
        let name = "<b>A</b> & \"B\" 'c'";
        assert_eq!(body(name, &["body".into()]), name);
        let drawn = body(name, &["body".into(), "body-markup".into()]);
        assert_eq!(drawn, "&lt;b&gt;A&lt;/b&gt; &amp; &quot;B&quot; &apos;c&apos;");
    }
}
