//! Wayland, as sway has it: with the protocol by which a program reads and sets the clipboard without a window.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::process::{self, Process};

/// Says that it is there once everything above is done. Without X11 beside it, programs have Wayland alone.
const CONFIGURATION: &str = "xwayland disable\noutput HEADLESS-1 resolution 1280x900\nexec echo ready\n";

#[derive(Debug)]
pub(super) struct Sway {
    // Dropped in this order.
    _server: Process,
    name: String,
    socket: String,
    _folder: TempDir,
}

impl Sway {
    pub(super) fn open() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("keybearer-sway-").tempdir()?;
        let configuration = folder.path().join("config");
        fs::write(&configuration, CONFIGURATION)?;
        process::give(folder.path())?;
        // It refuses to be root's.
        let mut server = process::command_of_person("sway");
        server.arg("--config").arg(&configuration);
        server.env("HOME", folder.path()).env("XDG_RUNTIME_DIR", folder.path());
        server.envs([("WLR_BACKENDS", "headless"), ("WLR_LIBINPUT_NO_DEVICES", "1"), ("WLR_RENDERER", "pixman")]);
        for other in ["DISPLAY", "WAYLAND_DISPLAY", "SWAYSOCK"] {
            server.env_remove(other);
        }
        // It complains of every device that is not there.
        server.stderr(Stdio::null());
        let (server, _ready) = Process::start_and_read_line(server).context("sway did not start")?;
        let (name, socket) = (socket_of(folder.path(), "wayland-")?, socket_of(folder.path(), "sway-ipc.")?);
        Ok(Self { _server: server, name, socket, _folder: folder })
    }

    /// The whole path: programs of another person find it, too.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn close_first_window(&self) -> Result<()> {
        let tree: Value = serde_json::from_slice(&self.ask(&["-t", "get_tree"])?)?;
        let first = windows(&tree).into_iter().min().context("no window is open")?;
        self.ask(&[&format!("[con_id={first}] kill")]).map(drop)
    }

    fn ask(&self, arguments: &[&str]) -> Result<Vec<u8>> {
        let mut swaymsg = process::command("swaymsg");
        swaymsg.args(["-s", &self.socket, "-r"]).args(arguments);
        let told = swaymsg.output().context("swaymsg could not be started")?;
        ensure!(told.status.success(), "swaymsg {arguments:?}: {}", String::from_utf8_lossy(&told.stdout));
        Ok(told.stdout)
    }
}

/// The numbers of the windows below a node; numbers are given in turn.
fn windows(node: &Value) -> Vec<u64> {
    let below = ["nodes", "floating_nodes"].into_iter().filter_map(|kind| node[kind].as_array()).flatten();
    let own = node["id"].as_u64().filter(|_| node["pid"].is_number());
    own.into_iter().chain(below.flat_map(windows)).collect()
}

fn socket_of(folder: &Path, beginning: &str) -> Result<String> {
    let mut names = fs::read_dir(folder)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let name = names.find(|name| name.starts_with(beginning) && !name.ends_with(".lock"));
    let name = name.with_context(|| format!("sway made no socket {beginning}…"))?;
    Ok(folder.join(name).display().to_string())
}
