//! The program: reads its arguments and runs the app, or the sandbox alone.

#![forbid(unsafe_code)]
// Without this, Windows opens a console beside the window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

#[cfg(target_os = "linux")]
mod gtk_startup;

use std::{
    env,
    net::{Ipv4Addr, SocketAddr},
    process::ExitCode,
};

use anyhow::{Context, bail};
use keybearer::{Colours, Start, hardening};
use keybearer_core::words;

/// Wipes every freed allocation: libraries make copies of what passes through them.
#[global_allocator]
static WIPING: zeroizing_alloc::ZeroAlloc<std::alloc::System> = zeroizing_alloc::ZeroAlloc(std::alloc::System);

fn main() -> ExitCode {
    words::speak();
    #[cfg(target_os = "linux")]
    gtk_startup::leave_out_what_is_anothers();
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("keybearer: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn start() -> anyhow::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => open(Start::Usual),
        ["--sandbox"] => open(Start::InSandbox),
        ["sandbox"] => serve_sandbox(0),
        ["sandbox", "--port", port] => serve_sandbox(port.parse().context(words::cli_port())?),
        ["--forget"] => match keybearer::forget() {
            Ok(told) => say(&format!("{told}\n")),
            Err(told) => bail!("{told}"),
        },
        #[cfg(target_os = "linux")]
        [keybearer::ASKS_FOR_COLOURS] => say(&format!("{}\n", keybearer::ask_for_colours()?)),
        ["--version"] => say(concat!("keybearer ", env!("CARGO_PKG_VERSION"), "\n")),
        ["--help"] => say(&format!("{}\n", words::help())),
        other => bail!(words::cli_not_understood(other.join(" "))),
    }
}

fn open(start: Start) -> anyhow::Result<()> {
    hardening::wipe_what_c_frees();
    hardening::close();
    hardening::keep_panics_short();
    #[cfg(target_os = "linux")]
    gtk_startup::prepare()?;
    // Another process asks while this one opens the display.
    let colours = Colours::ask();
    #[cfg(target_os = "linux")]
    gtk_startup::open_display()?;
    if let Err(error) = keybearer::run(start, colours) {
        let why = error.to_string();
        // The line first: the dialog waits until it was read.
        eprintln!("keybearer: {why}");
        keybearer::tell_unstartable(&why);
        std::process::exit(1);
    }
    Ok(())
}

fn serve_sandbox(port: u16) -> anyhow::Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .context(words::cli_sandbox_unstarted())?
        .block_on(keybearer_sandbox::serve_alone(address))
        .context(words::cli_sandbox_ended())
}

fn say(text: &str) -> anyhow::Result<()> {
    use std::io::Write;
    std::io::stdout().write_all(text.as_bytes()).context(words::cli_unwritable())
}
