//! Servers that answer kubectl, gcloud and gh as theirs do, as far as those ask.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read, Write},
    net::{Shutdown, TcpStream},
    os::unix::net::{UnixListener, UnixStream},
    sync::{Arc, Mutex},
    thread,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use keybearer_core::delivery::Vault;
use keybearer_support::recorder::{Recorder, Reply, Request};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    scene::{self, Variables, preset},
    tools::at,
};

/// What a server keeps, by its name.
type Kept = Arc<Mutex<BTreeMap<String, Value>>>;

/// A home with these variables beside the one that names it.
fn home(more: &[(&str, String)]) -> (TempDir, Variables) {
    let home = tempfile::tempdir().expect("a folder");
    let mut variables: Variables = vec![("PATH".into(), "/usr/bin:/bin".into()), ("HOME".into(), home.path().into())];
    variables.extend(more.iter().map(|(name, value)| ((*name).into(), value.into())));
    (home, variables)
}

fn last(path: &str) -> &str {
    path.split('?').next().and_then(|path| path.rsplit('/').next()).unwrap_or_default()
}

fn body(request: &Request) -> Value {
    serde_json::from_slice(&request.body).expect("JSON")
}

/// A cluster with secrets and nothing else.
pub(crate) struct Kubernetes {
    _server: Recorder,
    kept: Kept,
    _home: TempDir,
    variables: Variables,
}

impl Kubernetes {
    pub(crate) const PROGRAM: &str = "/usr/bin/kubectl";

    pub(crate) async fn start() -> Self {
        let kept = Kept::default();
        let its = Arc::clone(&kept);
        let server = Recorder::answering(move |request| Self::answer(request, &its)).await.expect("it starts");
        let (home, mut variables) = home(&[]);
        let config = json!({
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{ "name": "team", "cluster": { "server": server.url() } }],
            "contexts": [{ "name": "team", "context": { "cluster": "team", "user": "ops" } }],
            "current-context": "team",
            "users": [{ "name": "ops", "user": { "token": "of-the-cluster" } }],
        });
        let file = home.path().join("config");
        fs::write(&file, config.to_string()).expect("written");
        variables.push(("KUBECONFIG".into(), file.into()));
        Self { _server: server, kept, _home: home, variables }
    }

    pub(crate) fn vault(&self) -> Arc<dyn Vault> {
        scene::open(at(Self::PROGRAM, preset("kubectl", &["default", ""])), &self.variables)
    }

    fn answer(request: &Request, kept: &Kept) -> Reply {
        let mut kept = kept.lock().expect("nobody panics");
        let path = request.path().split('?').next().unwrap_or_default();
        let not_found = |name: &str| {
            let (message, details) =
                (format!("secrets {name:?} not found"), json!({ "name": name, "kind": "secrets" }));
            let status = json!({ "kind": "Status", "apiVersion": "v1", "status": "Failure", "message": message,
                "reason": "NotFound", "details": details, "code": 404 });
            Reply::json(404, &status)
        };
        match (request.method(), path) {
            ("GET", "/api") => Reply::json(200, &json!({ "kind": "APIVersions", "versions": ["v1"] })),
            ("GET", "/apis") => Reply::json(200, &json!({ "kind": "APIGroupList", "apiVersion": "v1", "groups": [] })),
            ("GET", "/api/v1") => {
                let secrets = json!({ "name": "secrets", "singularName": "", "namespaced": true, "kind": "Secret",
                    "verbs": ["create", "get"] });
                let list = json!({ "kind": "APIResourceList", "groupVersion": "v1", "resources": [secrets] });
                Reply::json(200, &list)
            }
            // That it checks what it is given by itself.
            ("GET", "/openapi/v3") => {
                let there = json!({ "serverRelativeURL": "/openapi/v3/api/v1?hash=1" });
                Reply::json(200, &json!({ "paths": { "api/v1": there } }))
            }
            ("GET", "/openapi/v3/api/v1") => {
                let patch = json!({
                    "x-kubernetes-group-version-kind": { "group": "", "version": "v1", "kind": "Secret" },
                    "parameters": [{ "name": "fieldValidation", "in": "query", "schema": { "type": "string" } }],
                    "responses": {},
                });
                let paths = json!({ "/api/v1/namespaces/{namespace}/secrets/{name}": { "patch": patch } });
                let info = json!({ "title": "Kubernetes", "version": "v1" });
                Reply::json(200, &json!({ "openapi": "3.0.0", "info": info, "paths": paths }))
            }
            ("GET", path) if path.starts_with("/api/v1/namespaces/default/secrets/") => {
                let name = last(path);
                kept.get(name).map_or_else(|| not_found(name), |secret| Reply::json(200, secret))
            }
            ("POST", "/api/v1/namespaces/default/secrets") => {
                let mut secret = body(request);
                let given = secret["stringData"].take();
                for (name, text) in given.as_object().into_iter().flatten() {
                    secret["data"][name] = STANDARD.encode(text.as_str().expect("text")).into();
                }
                kept.insert(secret["metadata"]["name"].as_str().expect("a name").to_owned(), secret.clone());
                Reply::json(201, &secret)
            }
            (_, path) => not_found(path),
        }
    }

    pub(crate) fn secret(&self, name: &str) -> Value {
        self.kept.lock().expect("nobody panics")[name].clone()
    }

    /// The token, the private key, and the id; nothing in place of one that is not there.
    pub(crate) fn held(&self, name: &str) -> [String; 3] {
        let secret = self.secret(name);
        ["token", "private_key", "credential_id"].map(|name| {
            let data = secret["data"][name].as_str().unwrap_or_default();
            String::from_utf8(STANDARD.decode(data).expect("base64")).expect("text")
        })
    }

    pub(crate) fn remove(&self, name: &str, member: &str) {
        let mut kept = self.kept.lock().expect("nobody panics");
        let data = kept.get_mut(name).and_then(|secret| secret["data"].as_object_mut()).expect("it is there");
        data.remove(member).expect("it is there");
    }
}

/// A Secret Manager.
pub(crate) struct GoogleCloud {
    _server: Recorder,
    kept: Kept,
    _home: TempDir,
    variables: Variables,
}

impl GoogleCloud {
    pub(crate) const PROGRAM: &str = "/usr/bin/gcloud";

    pub(crate) async fn start() -> Self {
        let kept = Kept::default();
        let its = Arc::clone(&kept);
        let server = Recorder::answering(move |request| Self::answer(request, &its)).await.expect("it starts");
        let (home, variables) = home(&[
            ("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER", format!("{}/", server.url())),
            ("CLOUDSDK_AUTH_DISABLE_CREDENTIALS", "true".to_owned()),
            ("CLOUDSDK_CORE_DISABLE_USAGE_REPORTING", "true".to_owned()),
        ]);
        Self { _server: server, kept, _home: home, variables }
    }

    pub(crate) fn vault(&self) -> Arc<dyn Vault> {
        scene::open(at(Self::PROGRAM, preset("gcloud", &["team", "dfns-"])), &self.variables)
    }

    fn answer(request: &Request, kept: &Kept) -> Reply {
        let mut kept = kept.lock().expect("nobody panics");
        let (path, query) = request.path().split_once('?').unwrap_or((request.path(), ""));
        let below = path.strip_prefix("/v1/projects/team/secrets").expect("nobody asks for anything else");
        let name = below.trim_start_matches('/').split([':', '/']).next().unwrap_or_default();
        match (request.method(), below) {
            ("POST", "") => {
                let name = query.split('&').find_map(|part| part.strip_prefix("secretId=")).expect("a name");
                kept.insert(name.to_owned(), Value::Null);
                Reply::json(200, &json!({ "name": format!("projects/team/secrets/{name}") }))
            }
            ("POST", below) if below.ends_with(":addVersion") => {
                kept.insert(name.to_owned(), body(request)["payload"]["data"].clone());
                Reply::json(200, &json!({ "name": format!("projects/team/secrets/{name}/versions/1") }))
            }
            ("GET", below) => match kept.get(name) {
                Some(data) if below.ends_with("/versions/1:access") => {
                    let name = format!("projects/team/secrets/{name}/versions/1");
                    Reply::json(200, &json!({ "name": name, "payload": { "data": data } }))
                }
                Some(_) => Reply::json(200, &json!({ "name": format!("projects/team/secrets/{name}") })),
                None => {
                    let error = json!({ "code": 404, "message": "Secret not found.", "status": "NOT_FOUND" });
                    Reply::json(404, &json!({ "error": error }))
                }
            },
            (method, below) => panic!("nobody asks for {method} {below}"),
        }
    }

    pub(crate) fn held(&self, name: &str) -> Vec<u8> {
        let kept = self.kept.lock().expect("nobody panics");
        STANDARD.decode(kept[name].as_str().expect("it has a version")).expect("base64")
    }
}

/// The secrets of a repository, reached by a socket as gh can be told to.
pub(crate) struct GitHub {
    server: Recorder,
    kept: Kept,
    _home: TempDir,
    variables: Variables,
}

/// What a sealed box is longer by than what is in it.
const SEAL: usize = 48;

impl GitHub {
    pub(crate) const PROGRAM: &str = "/usr/bin/gh";

    /// One that refuses to set the secret of this name.
    pub(crate) async fn start(refused: Option<&'static str>) -> Self {
        let kept = Kept::default();
        let its = Arc::clone(&kept);
        let server = Recorder::answering(move |request| Self::answer(request, &its, refused)).await.expect("it starts");
        let (home, mut variables) = home(&[("GH_TOKEN", "of-github".to_owned())]);
        let socket = home.path().join("socket");
        let address = server.url().trim_start_matches("http://").to_owned();
        let listener = UnixListener::bind(&socket).expect("a socket");
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let Ok(to) = TcpStream::connect(&address) else { return };
                thread::spawn(move || relayed(stream, to));
            }
        });
        fs::write(home.path().join("config.yml"), format!("http_unix_socket: {}\n", socket.display()))
            .expect("written");
        variables.push(("GH_CONFIG_DIR".into(), home.path().into()));
        Self { server, kept, _home: home, variables }
    }

    pub(crate) fn vault(&self) -> Arc<dyn Vault> {
        scene::open(at(Self::PROGRAM, preset("gh", &["team/wallets"])), &self.variables)
    }

    fn answer(request: &Request, kept: &Kept, refused: Option<&str>) -> Reply {
        let mut kept = kept.lock().expect("nobody panics");
        let path = request.path().split('?').next().unwrap_or_default();
        let below = path.strip_prefix("/repos/team/wallets/actions/secrets").expect("nobody asks for anything else");
        match (request.method(), below) {
            ("GET", "/public-key") => Reply::json(200, &json!({ "key_id": "1", "key": STANDARD.encode([9; 32]) })),
            ("GET", "") => {
                let secrets: Vec<Value> = kept.keys().map(|name| json!({ "name": name })).collect();
                Reply::json(200, &json!({ "total_count": secrets.len(), "secrets": secrets }))
            }
            ("PUT", below) if refused == Some(last(below)) => Reply::json(403, &json!({ "message": "Not allowed" })),
            ("PUT", below) => {
                kept.insert(last(below).to_owned(), body(request)["encrypted_value"].clone());
                Reply::json(201, &json!({}))
            }
            (method, below) => panic!("nobody asks for {method} {below}"),
        }
    }

    /// Which secrets there are, and how many bytes each has: nobody can look into them.
    pub(crate) fn lengths(&self) -> Vec<(String, usize)> {
        let kept = self.kept.lock().expect("nobody panics");
        let length = |sealed: &Value| STANDARD.decode(sealed.as_str().expect("text")).expect("base64").len() - SEAL;
        kept.iter().map(|(name, sealed)| (name.clone(), length(sealed))).collect()
    }

    pub(crate) fn times_set(&self) -> usize {
        self.server.requests().iter().filter(|request| request.method() == "PUT").count()
    }
}

/// Carries both directions until both have ended.
fn relayed(from: UnixStream, to: TcpStream) {
    let (Ok(mut back), Ok(mut answers)) = (from.try_clone(), to.try_clone()) else { return };
    let (mut from, mut to) = (from, to);
    let there = thread::spawn(move || {
        let _ = pass_on(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Write);
    });
    let _ = pass_on(&mut answers, &mut back);
    let _ = back.shutdown(Shutdown::Both);
    let _ = there.join();
}

/// At once, whatever comes.
fn pass_on(from: &mut impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut block = [0; 4096];
    loop {
        match from.read(&mut block)? {
            0 => return Ok(()),
            read => to.write_all(&block[..read])?,
        }
    }
}
