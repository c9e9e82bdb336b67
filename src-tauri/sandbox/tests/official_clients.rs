//! Dfns' official clients against the sandbox: what it speaks, they understand, and what they send, it takes. Each logs in,
//! signs, lists roles, makes and lists a service account, and is refused for a wrong signature, for a user action that was
//! used, and for an unknown field. `./setup test` installs them; cargo fetches the one for Rust.

#![forbid(unsafe_code)]
// The folders of what is installed are those of Unix.
#![cfg(unix)]

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

use keybearer_sandbox::{Persona, Sandbox};

/// The tools in the target folder, which `./setup test` installs.
fn tools() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is in the target folder");
    target.join("tools")
}

fn clients() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients")
}

fn ensure_installed(what: &Path) {
    assert!(what.exists(), "{} is not there; this installs it: ./setup test", what.display());
}

fn output(command: &mut Command) -> Output {
    let program = command.get_program().to_string_lossy().into_owned();
    command
        .output()
        .unwrap_or_else(|error| panic!("{program} cannot be started ({error}); this installs it: ./setup test"))
}

fn ensure_good(output: &Output) {
    let said = |bytes| String::from_utf8_lossy(bytes).into_owned();
    let said = said(&output.stdout) + &said(&output.stderr);
    assert!(output.status.success(), "{}; ./setup test installs what the clients need\n{said}", output.status);
}

/// Runs a client against a sandbox of its own, with what it needs to know.
async fn run(mut client: Command) {
    let sandbox = Sandbox::start(([127, 0, 0, 1], 0).into(), true).await.expect("loopback has free ports");
    client.arg(format!("http://{}", sandbox.address())).arg(sandbox.organization());
    client.arg(sandbox.username(Persona::Admin)).env("NO_PROXY", "127.0.0.1");
    let output = tokio::task::spawn_blocking(move || output(&mut client)).await.expect("it does not panic");
    ensure_good(&output);
}

#[tokio::test]
async fn the_client_for_typescript_understands_the_sandbox() {
    let modules = tools().join("dfns-npm/node_modules");
    ensure_installed(&modules.join("@dfns/sdk"));
    let mut node = Command::new("node");
    node.env("NODE_PATH", modules).arg(clients().join("node/client.cjs"));
    run(node).await;
}

#[tokio::test]
async fn the_client_for_python_understands_the_sandbox() {
    let python = tools().join("dfns-py/bin/python3");
    ensure_installed(&python);
    let mut client = Command::new(python);
    // It would else write into the sources.
    client.arg("-B").arg(clients().join("python/client.py"));
    run(client).await;
}

#[tokio::test]
async fn the_client_for_rust_understands_the_sandbox() {
    let target = tools().join("dfns-rust");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // What cargo told about this package, at which build scripts would look.
    let of_cargo = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_str().is_some_and(of_cargo)) {
        cargo.env_remove(name);
    }
    cargo.current_dir(clients().join("rust")).args(["build", "--quiet", "--locked", "--target-dir"]).arg(&target);
    ensure_good(&tokio::task::spawn_blocking(move || output(&mut cargo)).await.expect("it does not panic"));
    run(Command::new(target.join("debug/dfns-client"))).await;
}
