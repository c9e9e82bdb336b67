//! GNOME Shell itself, without a screen. It is asked over the session bus for what it alone knows: which windows there are,
//! and what is on its clipboard.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use zbus::blocking::Connection;

use super::real::{self, Environment};
use crate::process::{self, Process};

/// It begins with its overview, in which no window has the focus. To leave that while it is still starting keeps it from
/// ever being ready; and it is left in steps where things move.
const READY: &str = "
    const { layoutManager, overview } = Main;
    if (!layoutManager._startingUp) {
        new Gio.Settings({ schema_id: 'org.gnome.desktop.interface' }).set_boolean('enable-animations', false);
        Main.welcomeDialog?.close();
        if (overview.visible && !overview.animationInProgress) overview.hide();
    }
    !layoutManager._startingUp && !overview.visible && !overview.animationInProgress
";

/// For whoever waits in vain.
const STATE: &str = "const { layoutManager: { _startingUp: starting }, overview: { visible, animationInProgress } } = Main; \
     ({ starting, visible, animationInProgress })";

/// Windows of programs, in the order in which they were opened.
const WINDOWS: &str = "
    global.display.list_all_windows().filter((each) => each.window_type === Meta.WindowType.NORMAL)
        .sort((one, other) => one.get_stable_sequence() - other.get_stable_sequence())
";

#[derive(Debug)]
pub(crate) struct Gnome {
    bus: Connection,
    /// What tells programs of X11 where it is, which runs beside it.
    x11: Vec<(&'static str, String)>,
    _server: Process,
}

impl Gnome {
    pub(super) fn open(environment: &Environment<'_>) -> Result<Self> {
        let mut server = process::command_of_person("gnome-shell");
        // Without the last it runs nobody's scripts.
        server.args(["--headless", "--wayland", "--virtual-monitor", "1280x900", "--unsafe-mode"]);
        server.args(["--wayland-display", real::SOCKET]);
        environment.apply(&mut server)?;
        real::apply(&mut server, "GNOME");
        let server = Process::start(server)?;
        let mut gnome = Self { bus: environment.connection()?, x11: Vec::new(), _server: server };
        let names = ["DISPLAY", "XAUTHORITY"];
        let told = real::wait("GNOME Shell", || {
            ensure!(gnome.run(READY)? == Value::Bool(true), "it is not ready: {}", gnome.run(STATE)?);
            gnome.run("['DISPLAY', 'XAUTHORITY'].map((name) => GLib.getenv(name))")
        })?;
        for (name, value) in names.into_iter().zip(told.as_array().into_iter().flatten()) {
            gnome.x11.extend(value.as_str().map(|value| (name, value.to_owned())));
        }
        ensure!(!gnome.x11.is_empty(), "GNOME Shell has started no X11 beside itself");
        Ok(gnome)
    }

    pub(super) fn x11(&self) -> &[(&'static str, String)] {
        &self.x11
    }

    pub(super) fn close_first_window(&self) -> Result<()> {
        let closed =
            self.run(&format!("const [first] = {WINDOWS}; first?.delete(global.get_current_time()); !!first"))?;
        ensure!(closed == Value::Bool(true), "no window is open");
        Ok(())
    }

    /// What the shell itself reads from a clipboard, as text or as one of its types.
    pub(crate) fn read(&self, selection: &str, target: &str) -> Result<Option<String>> {
        let call = match target {
            "TARGETS" => format!("answer(clipboard.get_mimetypes(St.ClipboardType.{selection}).join('\\n'))"),
            "UTF8_STRING" => format!("clipboard.get_text(St.ClipboardType.{selection}, (_, text) => answer(text))"),
            target => format!(
                "clipboard.get_content(St.ClipboardType.{selection}, {}, (_, bytes) => \
                 answer(bytes ? new TextDecoder().decode(bytes.get_data() ?? new Uint8Array()) : null))",
                Value::from(target)
            ),
        };
        self.run(&format!(
            "const {{ St }} = imports.gi;
             const clipboard = St.Clipboard.get_default();
             globalThis.keybearersRead = undefined;
             const answer = (text) => {{ globalThis.keybearersRead = {{ text }}; }};
             {call}"
        ))?;
        let read = real::wait("the owner of the clipboard", || {
            let read = self.run("globalThis.keybearersRead ?? null")?;
            ensure!(!read.is_null(), "it does not answer");
            Ok(read)
        })?;
        self.run("globalThis.keybearersRead = undefined")?;
        Ok(read["text"].as_str().filter(|text| !text.is_empty()).map(str::to_owned))
    }

    /// The shell copies a text itself, as a program of Wayland's with the focus does, or selects it.
    pub(crate) fn copy(&self, selection: &str, text: &str) -> Result<()> {
        let text = Value::from(text);
        self.run(&format!(
            "const {{ St }} = imports.gi; St.Clipboard.get_default().set_text(St.ClipboardType.{selection}, {text})"
        ))
        .map(drop)
    }

    /// Runs a script in the shell, and returns what its last expression is.
    fn run(&self, script: &str) -> Result<Value> {
        let script = format!("{{{script}}}");
        let name = "org.gnome.Shell";
        let told = self.bus.call_method(Some(name), "/org/gnome/Shell", Some(name), "Eval", &script)?;
        let (ran, told): (bool, String) = told.body().deserialize()?;
        ensure!(ran, "GNOME Shell: {told}");
        if told.is_empty() { Ok(Value::Null) } else { serde_json::from_str(&told).context("GNOME Shell tells no JSON") }
    }
}
