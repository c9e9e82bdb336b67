//! The real programs, each through its preset filled as a person does, in a home of its own.

use std::{
    ffi::OsString,
    fs::{self, Permissions},
    io::Write,
    os::unix::{ffi::OsStringExt, fs::PermissionsExt},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::Arc,
};

use keybearer::vault;
use keybearer_core::{
    delivery::{Proof, Vault},
    failure::{Failure, VaultContext, VaultProblem},
    secret::VaultSecret,
    vault::{Names, Program},
};
use keybearer_support::{
    desktop::{Desktop, Wanted},
    process::{self, Process},
};
use tempfile::TempDir;

use crate::{
    misbehaving::Script,
    scene::{LENGTH, Variables, deliver, ensure_as_in, entry, for_good, of_program, preset, text, token, told},
};

/// A program with a store of its own, used by Keybearer and by whoever else there is.
pub(crate) trait Tool {
    /// Its preset, filled as a person does.
    fn program(&self) -> Program;
    /// As Keybearer has it, with this in place of what its preset gives.
    fn open(&self, program: Program) -> Arc<dyn Vault>;
    fn vault(&self) -> Arc<dyn Vault> {
        self.open(self.program())
    }
    /// What an entry holds, by the program itself.
    fn read(&self, entry: &str) -> Option<Vec<u8>>;
    /// The names of all entries, by the program itself.
    fn entries(&self) -> Vec<String>;
    fn put(&self, entry: &str, secret: &str);
    /// The folder that everything of it is in.
    fn home(&self) -> &Path;
    /// Which names its entries may have, by its preset.
    fn names(&self) -> Names {
        Names::Readable
    }
}

/// Runs a program as anybody may.
pub(crate) fn run(program: &Path, variables: &Variables, arguments: &[&str], input: &str) -> Output {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().envs(variables.iter().map(|(name, value)| (name, value)));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{} cannot be started: {error}", program.display()));
    // One that does not read is judged by how it ends.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("it ends")
}

pub(crate) fn well(output: Output) -> Vec<u8> {
    assert!(output.status.success(), "{} {}", output.status, String::from_utf8_lossy(&output.stderr));
    output.stdout
}

pub(crate) fn lines(output: &[u8]) -> Vec<String> {
    String::from_utf8_lossy(output).lines().map(str::to_owned).collect()
}

/// A home with the variables that name it.
pub(crate) fn home() -> (TempDir, Variables) {
    let home = tempfile::tempdir().expect("a folder");
    let variables = vec![
        ("PATH".into(), "/usr/bin:/bin".into()),
        ("HOME".into(), home.path().into()),
        ("LC_ALL".into(), "C.UTF-8".into()),
    ];
    (home, variables)
}

/// A home with a real GPG key, whose passphrase nobody is asked for.
pub(crate) struct GpgHome {
    folder: TempDir,
    pub(crate) variables: Variables,
}

impl GpgHome {
    pub(crate) const KEY: &str = "team@example.org";

    pub(crate) fn new() -> Self {
        let (folder, variables) = home();
        let gnupg = folder.path().join(".gnupg");
        fs::create_dir(&gnupg).expect("a folder");
        fs::set_permissions(&gnupg, Permissions::from_mode(0o700)).expect("its own");
        let home = Self { folder, variables };
        let key = ["--batch", "--quiet", "--passphrase", "", "--quick-generate-key", Self::KEY];
        well(run(Path::new("/usr/bin/gpg"), &home.variables, &[&key[..], &["future-default", "default"]].concat(), ""));
        home
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for GpgHome {
    fn drop(&mut self) {
        // The agent is a daemon.
        run(Path::new("/usr/bin/gpgconf"), &self.variables, &["--kill", "all"], "");
    }
}

/// pass, with a real GPG key.
pub(crate) struct Pass {
    home: GpgHome,
}

impl Pass {
    pub(crate) fn new() -> Self {
        let pass = Self { home: GpgHome::new() };
        well(pass.run(&["init", GpgHome::KEY], ""));
        pass
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        run(Path::new("/usr/bin/pass"), &self.home.variables, arguments, input)
    }

    fn store(&self) -> PathBuf {
        self.home.path().join(".password-store")
    }
}

impl Tool for Pass {
    fn program(&self) -> Program {
        at("/usr/bin/pass", preset("pass", &["dfns"]))
    }

    fn open(&self, program: Program) -> Arc<dyn Vault> {
        crate::scene::open(program, &self.home.variables)
    }

    fn read(&self, entry: &str) -> Option<Vec<u8>> {
        let output = self.run(&["show", entry], "");
        output.status.success().then_some(output.stdout)
    }

    fn entries(&self) -> Vec<String> {
        // Its own list is a drawing; the entries are files.
        let found = run(Path::new("/usr/bin/find"), &self.home.variables, &[&self.store().display().to_string()], "");
        let prefix = format!("{}/", self.store().display());
        let is_entry = |line: &String| line.starts_with(&prefix) && !line.ends_with(".gpg-id");
        let files = lines(&well(found)).into_iter().filter(is_entry).filter(|line| !Path::new(line).is_dir());
        files.map(|file| file[prefix.len()..].trim_end_matches(".gpg").to_owned()).collect()
    }

    fn put(&self, entry: &str, secret: &str) {
        well(self.run(&["insert", "-m", entry], secret));
    }

    fn home(&self) -> &Path {
        self.home.path()
    }
}

pub(crate) fn at(path: impl Into<PathBuf>, program: Program) -> Program {
    Program { program: path.into(), ..program }
}

/// KeePassXC's program, with a real database.
pub(crate) struct KeePass {
    home: TempDir,
    variables: Variables,
    password: Option<&'static str>,
}

impl KeePass {
    pub(crate) fn with_key_file() -> Self {
        let keepass = Self::in_home(None);
        well(keepass.run(&["db-create", "-t", "100", "--set-key-file", &keepass.path("team.keyx")], &[], ""));
        keepass
    }

    pub(crate) fn with_password(password: &'static str) -> Self {
        let keepass = Self::in_home(Some(password));
        // Typed, and typed again.
        well(keepass.run(&["db-create", "-t", "100", "-p"], &[], &format!("{password}\n")));
        keepass
    }

    fn in_home(password: Option<&'static str>) -> Self {
        let (home, variables) = home();
        Self { home, variables, password }
    }

    fn path(&self, file: &str) -> String {
        self.home.path().join(file).display().to_string()
    }

    fn run(&self, before: &[&str], after: &[&str], input: &str) -> Output {
        let key_file = self.path("team.keyx");
        let opening: &[&str] = match self.password {
            _ if before[0] == "db-create" => &[],
            Some(_) => &["-q"],
            None => &["-q", "--no-password", "-k", &key_file],
        };
        let database = self.path("team.kdbx");
        let arguments = [before, opening, &[&database], after].concat();
        let input = self.password.map_or_else(|| input.to_owned(), |password| format!("{password}\n{input}"));
        run(Path::new("/usr/bin/keepassxc-cli"), &self.variables, &arguments, &input)
    }

    fn filled(&self) -> Program {
        let (database, key_file) = (self.path("team.kdbx"), self.path("team.keyx"));
        let answers = match self.password {
            Some(_) => [database.as_str(), "", "", "yes"],
            None => [&database, &key_file, "", "no"],
        };
        at("/usr/bin/keepassxc-cli", preset("keepassxc", &answers))
    }

    pub(crate) fn opened_by(&self, password: &str) -> Arc<dyn Vault> {
        self.with_password_open(password, self.filled())
    }

    fn with_password_open(&self, password: &str, program: Program) -> Arc<dyn Vault> {
        let secret = Arc::new(VaultSecret::parse(password).expect("a password"));
        vault::open_from(&of_program(program), Some(secret), self.variables.clone()).expect("it opens")
    }
}

impl Tool for KeePass {
    fn program(&self) -> Program {
        self.filled()
    }

    fn open(&self, program: Program) -> Arc<dyn Vault> {
        match self.password {
            Some(password) => self.with_password_open(password, program),
            None => crate::scene::open(program, &self.variables),
        }
    }

    fn read(&self, entry: &str) -> Option<Vec<u8>> {
        let output = self.run(&["show", "-s", "-a", "Password"], &[entry], "");
        // It ends what it prints with the end of a line.
        output.status.success().then(|| output.stdout.strip_suffix(b"\n").expect("a line").to_vec())
    }

    fn entries(&self) -> Vec<String> {
        let all = lines(&well(self.run(&["ls", "-R", "-f"], &[], "")));
        all.into_iter().filter(|line| line != "[empty]").collect()
    }

    fn put(&self, entry: &str, secret: &str) {
        well(self.run(&["add", "-p"], &[entry], &format!("{secret}\n")));
    }

    fn home(&self) -> &Path {
        self.home.path()
    }
}

/// secret-tool, with the real Secret Service of a desktop.
pub(crate) struct SecretTool {
    pub(crate) desktop: Desktop,
    variables: Variables,
}

impl SecretTool {
    pub(crate) fn new() -> Self {
        let desktop = Desktop::open(Wanted::default()).expect("it opens");
        let told = well(desktop.command("env").arg("-0").output().expect("it starts"));
        let variables = told.split(|byte| *byte == 0).filter_map(|variable| {
            let equals = variable.iter().position(|byte| *byte == b'=')?;
            let text = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
            Some((text(&variable[..equals]), text(&variable[equals + 1..])))
        });
        Self { variables: variables.collect(), desktop }
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        run(Path::new("/usr/bin/secret-tool"), &self.variables, arguments, input)
    }
}

impl Tool for SecretTool {
    fn program(&self) -> Program {
        at("/usr/bin/secret-tool", preset("secret-tool", &["dfns"]))
    }

    fn open(&self, program: Program) -> Arc<dyn Vault> {
        crate::scene::open(program, &self.variables)
    }

    fn read(&self, entry: &str) -> Option<Vec<u8>> {
        let output = self.run(&["lookup", "service", "dfns", "key", entry], "");
        output.status.success().then_some(output.stdout)
    }

    fn entries(&self) -> Vec<String> {
        let output = self.run(&["search", "--all", "service", "dfns"], "");
        let said = lines(&[output.stdout, output.stderr].concat());
        said.iter().filter_map(|line| line.strip_prefix("attribute.key = ").map(str::to_owned)).collect()
    }

    fn put(&self, entry: &str, secret: &str) {
        well(self.run(&["store", "--label", "another", "service", "dfns", "key", entry], secret));
    }

    fn home(&self) -> &Path {
        self.desktop.home()
    }
}

/// aws, with moto's stand-in for AWS.
pub(crate) struct Aws {
    home: TempDir,
    variables: Variables,
    _server: Process,
}

impl Aws {
    pub(crate) fn new() -> Self {
        let (home, mut variables) = home();
        let mut server = process::command("sh");
        // Its first line is a warning; the one with its address tells that it is ready.
        server
            .args(["-c", "\"$0\" -H 127.0.0.1 -p 0 2>&1 | sed -nu 's/^.*Running on //p'"])
            .arg(from_pypi("moto_server"));
        let (server, address) = Process::start_and_read_line(server).expect("it starts");
        let more = [
            ("AWS_ENDPOINT_URL", address.as_str()),
            ("AWS_DEFAULT_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "testing"),
            ("AWS_SECRET_ACCESS_KEY", "testing"),
        ];
        variables.extend(more.map(|(name, value)| (name.into(), value.into())));
        Self { home, variables, _server: server }
    }

    /// What it finds in its environment, but for these.
    pub(crate) fn variables_without(&self, names: &[&str]) -> Variables {
        self.variables.iter().filter(|(name, _)| !names.iter().any(|each| name == *each)).cloned().collect()
    }

    /// Somebody deletes an entry: it is gone some days later.
    pub(crate) fn delete_later(&self, entry: &str) {
        well(self.run(&["delete-secret", "--secret-id", entry, "--recovery-window-in-days", "7"], ""));
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let arguments = [&["secretsmanager"], arguments, &["--output", "text"]].concat();
        run(&from_pypi("aws"), &self.variables, &arguments, input)
    }
}

impl Tool for Aws {
    fn program(&self) -> Program {
        at(from_pypi("aws"), preset("aws", &["dfns/", "", ""]))
    }

    fn open(&self, program: Program) -> Arc<dyn Vault> {
        crate::scene::open(program, &self.variables)
    }

    fn read(&self, entry: &str) -> Option<Vec<u8>> {
        let output = self.run(&["get-secret-value", "--secret-id", entry, "--query", "SecretString"], "");
        output.status.success().then(|| output.stdout.strip_suffix(b"\n").expect("a line").to_vec())
    }

    fn entries(&self) -> Vec<String> {
        let all = well(self.run(&["list-secrets", "--query", "SecretList[].Name"], ""));
        String::from_utf8_lossy(&all).split_whitespace().map(str::to_owned).collect()
    }

    fn put(&self, entry: &str, secret: &str) {
        well(self.run(&["create-secret", "--name", entry, "--secret-string", "file:///dev/stdin"], secret));
    }

    fn home(&self) -> &Path {
        self.home.path()
    }

    fn names(&self) -> Names {
        Names::Plain
    }
}

/// A program that `./setup test` has installed from PyPI.
pub(crate) fn from_pypi(program: &str) -> PathBuf {
    from_setup("aws/bin").join(program)
}

/// What `./setup test` has put here among its tools.
pub(crate) fn from_setup(path: &str) -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is in the target folder");
    target.join("tools").join(path)
}

pub(crate) async fn stores_refuses_and_recognizes(tool: &dyn Tool, folder: &str) {
    let vault = tool.vault();
    assert!(vault.can_be_asked());
    assert_eq!(vault.look(&entry("bot-1")).await.map(drop), Ok(()));
    assert!(tool.entries().is_empty(), "looking stores nothing");
    assert_eq!(deliver(&*vault, "bot-1", &token()).await, for_good(Proof::ReadBack));
    let at = |name: &str| format!("{folder}{name}");
    assert_eq!(tool.entries(), [at("bot-1")]);
    assert_eq!(tool.read(&at("bot-1")).as_deref(), Some(text(LENGTH).as_bytes()), "to the last byte");
    assert_eq!(deliver(&*vault, "bot-1", &token()).await, for_good(Proof::ReadBack), "it is recognized");

    tool.put(&at("taken"), "somebody else's");
    let exists = Failure::Vault(VaultContext::NotStored, VaultProblem::Exists(vault.place(&entry("taken"))));
    assert_eq!(vault.look(&entry("taken")).await.map(drop), Err(exists.clone()));
    assert_eq!(deliver(&*vault, "taken", &token()).await, Err(exists));
    assert_eq!(tool.read(&at("taken")).as_deref(), Some(&b"somebody else's"[..]), "untouched");
    assert_eq!(tool.entries().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn pass_keeps_a_token_to_the_last_byte_and_nothing_of_it_is_overwritten() {
    stores_refuses_and_recognizes(&Pass::new(), "dfns/").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keepassxc_opened_by_a_key_file_keeps_a_token_to_the_last_byte_and_nothing_of_it_is_overwritten() {
    stores_refuses_and_recognizes(&KeePass::with_key_file(), "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keepassxc_opened_by_a_password_keeps_a_token_to_the_last_byte_and_nothing_of_it_is_overwritten() {
    stores_refuses_and_recognizes(&KeePass::with_password("correct horse"), "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyring_keeps_a_token_to_the_last_byte_and_nothing_of_it_is_overwritten() {
    stores_refuses_and_recognizes(&SecretTool::new(), "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn aws_keeps_a_token_to_the_last_byte_and_nothing_of_it_is_overwritten() {
    stores_refuses_and_recognizes(&Aws::new(), "dfns/").await;
}

/// What the person sees, in words of the program's own, which differ from one version to another: the parts that matter.
pub(crate) async fn is_told(vault: &dyn Vault, parts: &[&str]) {
    let outcome = deliver(vault, "bot-2", &token()).await;
    assert!(matches!(outcome, Err(Failure::Vault(VaultContext::NotStored, _))), "{outcome:?}");
    let told = told(&outcome);
    for part in parts {
        assert!(told.contains(part), "no {part:?} in {told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pass_without_its_key_is_told() {
    let pass = Pass::new();
    fs::write(pass.store().join(".gpg-id"), "nobody\n").expect("written");
    is_told(&*pass.vault(), &["pass ended with ", "nobody", "encryption failed"]).await;
    assert!(pass.entries().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_cannot_be_opened_is_told_and_so_is_a_group_that_is_not_there() {
    let keepass = KeePass::with_password("correct horse");
    is_told(&*keepass.opened_by("wrong horse"), &["keepassxc-cli ended with 1", "Invalid credentials"]).await;
    let answers = [&keepass.path("nothing.kdbx"), "", "", "yes"];
    let secret = || Some(Arc::new(VaultSecret::parse("correct horse").expect("a password")));
    let open = |program| vault::open_from(&of_program(program), secret(), keepass.variables.clone()).expect("it opens");
    let program = at("/usr/bin/keepassxc-cli", preset("keepassxc", &answers));
    is_told(&*open(program), &["nothing.kdbx", "not found"]).await;
    let answers = [&keepass.path("team.kdbx"), "", "Team", "yes"];
    let program = at("/usr/bin/keepassxc-cli", preset("keepassxc", &answers));
    is_told(&*open(program), &["Could not create entry with path Team/bot-2"]).await;
    assert!(keepass.entries().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_keyring_that_is_locked_or_not_there_is_told() {
    let tool = SecretTool::new();
    tool.desktop.lock_keyring().expect("it is locked");
    is_told(&*tool.vault(), &["secret-tool ended with 1", "locked collection"]).await;
    tool.desktop.end_keyring();
    tool.desktop.start_keyring().expect("it starts");
    tool.put("bot-3", "somebody else's");
    tool.desktop.lock_keyring().expect("it is locked");
    // Whoever is not let in is not told that there is nothing.
    let exists = Failure::Vault(VaultContext::NotStored, VaultProblem::Exists("bot-3".to_owned()));
    assert_eq!(tool.vault().look(&entry("bot-3")).await.map(drop), Err(exists));
    tool.desktop.end_keyring();
    is_told(&*tool.vault(), &["secret-tool ended with 1", "org.freedesktop.secrets"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn aws_without_a_server_is_told() {
    let (_home, mut variables) = home();
    let more = [
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
        ("AWS_DEFAULT_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "testing"),
        ("AWS_SECRET_ACCESS_KEY", "testing"),
        ("AWS_MAX_ATTEMPTS", "1"),
    ];
    variables.extend(more.map(|(name, value)| (name.into(), value.into())));
    let mut program = at(from_pypi("aws"), preset("aws", &["dfns/", "", ""]));
    program.variables.push("AWS_MAX_ATTEMPTS".to_owned());
    let vault = crate::scene::open(program, &variables);
    is_told(&*vault, &["aws ended with 255", "Could not connect to the endpoint URL"]).await;
}

/// Ways to misbehave while storing, as a shell does them; whatever else it is asked, the real one answers.
const MISBEHAVING: [(&str, &str); 3] = [
    ("fails", "echo 'there is no room' >&2; exit 3"),
    ("prints the secret", "cat >&2; exit 3"),
    ("hangs", "sleep 1000"),
];

/// The real one, but for storing.
fn misbehaving(tool: &dyn Tool, how: &str) -> (Script, Program) {
    let program = tool.program();
    let script = Script::of(&format!(
        "case \" $* \" in *' insert '*|*' add '*|*' store '*|*' create-secret '*) {how}; exit ;; esac
         exec {} \"$@\"",
        program.program.display()
    ));
    let named = script.folder.path().join(program.program.file_name().expect("a file"));
    fs::rename(&script.program, &named).expect("it has the name of the real one");
    (script, Program { program: named, seconds: 15, ..program })
}

/// What the person sees of each way, and that nothing is stored.
pub(crate) async fn told_of_misbehaving(name: &str, tool: &dyn Tool) -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for (way, how) in MISBEHAVING {
        let (_script, program) = misbehaving(tool, how);
        let outcome = deliver(&*tool.open(program), "bot-4", &token()).await;
        texts.push((format!("{name} {way}"), told(&outcome)));
    }
    let program = tool.program();
    let nowhere = Path::new("/nowhere").join(program.program.file_name().expect("a file"));
    let outcome = deliver(&*tool.open(at(nowhere, program)), "bot-4", &token()).await;
    texts.push((format!("{name} is not there"), told(&outcome)));
    assert!(tool.entries().is_empty(), "{name}: {:?}", tool.entries());
    texts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_program_that_fails_prints_the_secret_hangs_or_is_not_there_is_told() {
    let (pass, keepass, keyring, aws) =
        (Pass::new(), KeePass::with_password("correct horse"), SecretTool::new(), Aws::new());
    let (one, two, three, four) = tokio::join!(
        told_of_misbehaving("pass", &pass),
        told_of_misbehaving("KeePassXC", &keepass),
        told_of_misbehaving("secret-tool", &keyring),
        told_of_misbehaving("aws", &aws),
    );
    let all = [one, two, three, four].concat();
    assert!(all.iter().all(|(_, text)| !text.contains("correct horse")), "the password is told");
    ensure_as_in("tools.txt", &all);
}
