//! A computer with the whole app on it, save for its window, and a gateway between it and the sandbox.

use std::{
    collections::BTreeMap,
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use keybearer::{dfns::OverHttp, journal, vault::Vaults};
use keybearer_core::{
    account::{Environment, Forgotten, KeptKey, NobodyToAsk, Session, SignInStore, Standing},
    address::BaseUrl,
    app::{Effects, Folders, Keybearer, Wanted, WantedTerms},
    clipboard::{Cleared, Clipboard, Watch},
    confirmation::{Answer, Answered, Confirm, Question},
    credential::{CredentialKind, SecretName},
    failure::{ClipboardProblem, Failure},
    issuance::Notice,
    key::KeyId,
    notification::NobodyToTell,
    org_policy::OrgPolicy,
    secret::{Secret, SignInToken, VaultSecret},
    vault::VaultSecrets,
};
use keybearer_sandbox::{Persona, Sandbox};
use keybearer_support::{
    gateway::{Call, Gateway},
    http,
};
use serde_json::{Value, json};
use tempfile::TempDir;
use zeroize::Zeroizing;

/// What every key is called that is asked for.
pub(super) const NAME: &str = "Server Key 3";

#[derive(Default)]
pub(super) struct Keyring(Mutex<BTreeMap<String, String>>);

impl Keyring {
    pub(super) fn is_empty(&self) -> bool {
        locked(&self.0).is_empty()
    }
}

impl SignInStore for Keyring {
    fn keep(&self, account: &str, base: &BaseUrl, token: &SignInToken) -> Result<(), Failure> {
        locked(&self.0).insert(format!("{account} at {base}"), token.open("a stand-in for the keyring").to_owned());
        Ok(())
    }

    fn fetch(&self, account: &str, base: &BaseUrl) -> Result<Option<SignInToken>, Failure> {
        Ok(locked(&self.0).get(&format!("{account} at {base}")).and_then(|token| SignInToken::parse(token)))
    }

    fn forget(&self, account: &str, base: &BaseUrl) -> Result<Forgotten, Failure> {
        locked(&self.0).remove(&format!("{account} at {base}"));
        Ok(Forgotten::Whole)
    }

    fn keep_key(&self, _: &str, _: &BaseUrl, _: &KeptKey, _: Standing) -> Result<(), Failure> {
        Ok(())
    }

    fn fetch_key(&self, _: &str, _: &BaseUrl) -> Result<Option<KeptKey>, Failure> {
        Ok(None)
    }

    fn forget_key(&self, _: &str, _: &BaseUrl) -> Result<Forgotten, Failure> {
        Ok(Forgotten::Whole)
    }
}

impl VaultSecrets for Keyring {
    fn keep_secret(&self, _: &str, _: &str, _: &VaultSecret) -> Result<(), Failure> {
        Ok(())
    }

    fn fetch_secret(&self, _: &str, _: &str) -> Result<Option<VaultSecret>, Failure> {
        Ok(None)
    }

    fn forget_secret(&self, _: &str, _: &str) -> Result<(), Failure> {
        Ok(())
    }
}

#[derive(Default)]
pub(super) struct OnClipboard(Mutex<Option<String>>);

impl OnClipboard {
    pub(super) fn copy(&self, text: &str) {
        *locked(&self.0) = Some(text.to_owned());
    }

    pub(super) fn text(&self) -> Option<String> {
        locked(&self.0).clone()
    }
}

impl Clipboard for OnClipboard {
    fn put(&self, token: &Secret) -> Result<(), ClipboardProblem> {
        self.copy(token.open("a stand-in for the clipboard"));
        Ok(())
    }

    fn put_plain(&self, text: &str) -> Result<(), ClipboardProblem> {
        self.copy(text);
        Ok(())
    }

    fn read(&self) -> Result<Option<Zeroizing<String>>, ClipboardProblem> {
        Ok(self.text().map(Zeroizing::new))
    }

    fn clear_if(&self, is_secret: &dyn Fn(&str) -> bool) -> Result<Cleared, ClipboardProblem> {
        let mut text = locked(&self.0);
        if !text.as_deref().is_some_and(is_secret) {
            return Ok(Cleared::Replaced);
        }
        *text = None;
        Ok(Cleared::Gone)
    }

    fn comes_back(&self, _: &Watch<'_>) -> Result<bool, ClipboardProblem> {
        Ok(false)
    }

    fn holds_own(&self) -> bool {
        false
    }
}

/// Somebody who confirms whatever is asked.
struct Confident;

impl Confirm for Confident {
    fn ask(&self, _: Question) -> Answered<'_> {
        Box::pin(async { Answer::Allowed })
    }
}

/// The app, the gateway in front of it, and the sandbox behind that.
pub(super) struct Scene {
    pub(super) app: Arc<Keybearer>,
    pub(super) gateway: Gateway,
    pub(super) keyring: Arc<Keyring>,
    pub(super) clipboard: Arc<OnClipboard>,
    folder: TempDir,
    pub(super) sandbox: Sandbox,
    there: usize,
}

impl Scene {
    pub(super) async fn new() -> Self {
        let sandbox = Sandbox::start(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), false).await.expect("a sandbox");
        let gateway = Gateway::start(&format!("http://{}", sandbox.address())).await.expect("a gateway");
        let (keyring, clipboard) = (Arc::default(), Arc::default());
        let folder = folder();
        set_vault_up(folder.path());
        let app = app(&folder, &keyring, &clipboard);
        let scene = Self { app, gateway, keyring, clipboard, folder, sandbox, there: 0 };
        let there = scene.all_keys().await.len();
        Self { there, ..scene }
    }

    /// With somebody signed in who has seen the list.
    pub(super) async fn signed_in(persona: Persona) -> Self {
        let scene = Self::new().await;
        scene.sign_in(persona).await.expect("signed in");
        // What the sign-in has listed is taken for the first list.
        let listed = scene.app.list_keys().await;
        assert_eq!(listed.is_ok(), persona == Persona::Admin);
        scene
    }

    /// With a key that was made without anybody in between, and revoked by nobody.
    pub(super) async fn with_key() -> (Self, KeyId) {
        let scene = Self::signed_in(Persona::Admin).await;
        scene.app.create_key(wanted(NAME)).await.expect("a key");
        let held = scene.app.issuance.held().expect("its token is held");
        scene.app.issuance.show(held, SecretName::Token).expect("shown");
        assert!(matches!(scene.app.finish(held, false).await, Err(Failure::NotProven)));
        // An answer that comes sooner does not count.
        tokio::time::sleep(Duration::from_secs(1)).await;
        scene.app.finish(held, true).await.expect("finished");
        scene.app.list_keys().await.expect("a list");
        let key = scene.made().await.remove(0);
        (scene, KeyId(key["id"].as_str().expect("an id").to_owned()))
    }

    pub(super) async fn sign_in(&self, persona: Persona) -> Result<(), Failure> {
        self.clipboard.copy(&self.sandbox.sign_in_token(persona));
        let environment = Environment::Custom(BaseUrl::parse(&self.gateway.url()).expect("an address"));
        self.app.sign_in_pasted(environment, "", true).await
    }

    pub(super) fn is_signed_in(&self) -> bool {
        matches!(self.app.sessions.now(), Session::SignedIn(_))
    }

    /// The app ends and is started again, with the files and the keyring that it had; it comes back to the account that was
    /// in use. With a copy of the files, since what still looks for a key keeps the journal open for as long as this test runs.
    pub(super) async fn start_anew(&mut self) {
        self.app.shut_down().await;
        let copy = folder();
        for part in ["config", "data"] {
            let (from, to) = (self.folder.path().join(part), copy.path().join(part));
            fs::create_dir(&to).expect("a folder");
            for entry in fs::read_dir(from).expect("it is there") {
                let entry = entry.expect("it can be read");
                fs::copy(entry.path(), to.join(entry.file_name())).expect("it can be copied");
            }
        }
        self.folder = copy;
        self.app = app(&self.folder, &self.keyring, &self.clipboard);
        assert_eq!(self.app.messages.problems(), []);
        self.app.sessions.restore().await;
    }

    /// The keys that were asked for, as the sandbox has them, whatever stands in between.
    pub(super) async fn made(&self) -> Vec<Value> {
        self.all_keys().await.split_off(self.there)
    }

    async fn all_keys(&self) -> Vec<Value> {
        let url = format!("http://{}", self.sandbox.address());
        let bearer = format!("Bearer {}", *self.sandbox.sign_in_token(Persona::Admin));
        let headers = [("Authorization", bearer.as_str()), ("Connection", "close")];
        let answer = http::ask(&url, "GET", "/api-keys/", &headers, None).await.expect("an answer");
        answer.json().expect("JSON")["items"].as_array().expect("a list").clone()
    }

    pub(super) fn posts(&self) -> usize {
        self.gateway.passed(Call::Create)
    }

    /// What stands under "Needs attention", where that is one.
    pub(super) fn notice(&self) -> Notice {
        let mut notices = self.app.issuance.notices();
        assert_eq!(notices.len(), 1, "{:?}", notices.iter().map(Notice::message).collect::<Vec<_>>());
        notices.remove(0)
    }

    /// What the app said in passing.
    pub(super) fn said(&self) -> String {
        self.app.messages.said().map(|(_, text)| text.to_string()).unwrap_or_default()
    }

    /// Whether the vault has an entry of this name.
    pub(super) fn is_stored(&self, name: &str) -> bool {
        self.folder.path().join(format!("vault.{name}")).exists()
    }

    /// Waits until the keyring has the sign-in token and the clipboard no more.
    pub(super) async fn settled(&self) {
        // The app tells of each only once it is so.
        let mut changes = self.app.changes();
        let wait = async {
            while self.keyring.is_empty() || self.clipboard.text().is_some() {
                changes.changed().await.expect("the app is there");
            }
        };
        tokio::time::timeout(Duration::from_secs(10), wait).await.expect("it was kept");
    }
}

/// A vault of files, which can be asked and read.
const VAULT: &str = r#"case "$1" in exists) [ -e "$0.$2" ] ;; read) cat "$0.$2" ;; store) cat > "$0.$2" ;; esac"#;

/// The id of the destination that is there from the start.
pub(super) const TEAM: &str = "team";

fn set_vault_up(folder: &Path) {
    let script = folder.join("vault");
    fs::write(&script, VAULT).expect("written");
    let step = |step: &str| json!([script, step, "{key_name}"]);
    let vault = json!({
        "kind": "program", "program": "/bin/sh", "store": step("store"), "exists": { "arguments": step("exists") },
        "read_back": { "arguments": step("read") },
    });
    let destinations = json!({ "destinations": [{ "id": TEAM, "name": "Team Vault", "vault": vault }] });
    fs::create_dir(folder.join("config")).expect("a folder");
    fs::write(folder.join("config/destinations.json"), destinations.to_string()).expect("written");
}

/// In memory, where the system has such a place: a hundred journals beside each other would wait for the disk.
fn folder() -> TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder")
}

fn app(folder: &TempDir, keyring: &Arc<Keyring>, clipboard: &Arc<OnClipboard>) -> Arc<Keybearer> {
    let [config, data, downloads] = ["config", "data", "downloads"].map(|part| folder.path().join(part));
    let folders = Folders { config, data, downloads };
    let clipboard = Arc::clone(clipboard) as Arc<dyn Clipboard>;
    let (journal, journal_problem) = journal::open(&folders.journal());
    let effects = Effects {
        connect: Box::new(OverHttp),
        clipboard,
        tokens: Arc::clone(keyring) as _,
        secrets: Arc::clone(keyring) as _,
        vaults: Arc::new(Vaults),
        journal,
        journal_problem,
        confirm: Arc::new(Confident),
        passphrases: Arc::new(NobodyToAsk),
        notify: Arc::new(NobodyToTell),
        computer: "a test".to_owned(),
    };
    Arc::new(Keybearer::new(&folders, effects, Ok(OrgPolicy::default())))
}

/// What a person reads of a failure.
pub(super) fn told(failure: &Failure) -> String {
    failure.in_full().to_string()
}

/// What a person reads of what needs attention.
pub(super) fn noticed(notice: &Notice) -> String {
    [Some(notice.message()), notice.hint()]
        .into_iter()
        .flatten()
        .map(|told| told.to_string())
        .collect::<Vec<_>>()
        .join(" ")
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A key of this name, as the form asks for it.
pub(super) fn wanted(name: &str) -> Wanted<'_> {
    let terms = WantedTerms::default();
    Wanted { kind: CredentialKind::ApiKey, name, anyway: false, signed: false, replaces: None, terms }
}
