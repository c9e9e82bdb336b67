//! Certificates of servers that other programs take and Keybearer does not, as OpenSSL makes and shows them; and files that
//! are named as an authority and are none.
//!
//! What the person sees is in `certificates.txt`, which is written anew with `WRITE_SNAPSHOTS=1`.

use std::{
    fs,
    io::{BufRead, BufReader},
    os::unix::net::UnixListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use keybearer::{ipc::Told, vault};
use keybearer_core::{
    failure::{Failure, VaultContext, VaultProblem},
    secret::VaultSecret,
    words,
};
use keybearer_support::process;

use crate::{
    scene::{ensure_as_in, entry},
    stand_in::{ACCESS, destination},
};

/// Runs openssl in a folder.
fn openssl(folder: &Path, arguments: &str) {
    let made = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().expect("it starts");
    assert!(made.status.success(), "openssl {arguments}: {}", String::from_utf8_lossy(&made.stderr));
}

/// A server that ends TLS with what is in a folder. Ends with this.
struct Server {
    child: Child,
    port: u16,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut server = process::command("openssl");
        server.args(["s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-key", "server.key"]);
        server.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = server.spawn().expect("it starts");
        let lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        let mut lines = lines.map(|line| line.expect("it is text"));
        // "ACCEPT 127.0.0.1:12345"
        let accepts = lines.find(|line| line.starts_with("ACCEPT")).expect("it listens");
        let port = accepts.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        // What it says of connections would fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, port }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const SAN: &str = "subjectAltName=DNS:localhost";

/// An authority of this kind of key, and a server's certificate that it has signed.
fn signed(folder: &Path, authority: &str, server: &str, digest: &str) {
    openssl(
        folder,
        &format!("req -x509 -newkey {authority} -nodes -keyout ca.key -out ca.pem -subj /CN=Authority -days 30"),
    );
    openssl(folder, &format!("req -newkey {server} -nodes -keyout server.key -out server.csr -subj /CN=localhost"));
    issued(folder, &format!("{SAN}\nbasicConstraints=CA:FALSE\n"), digest);
}

/// The server's certificate, signed by its authority with these extensions.
fn issued(folder: &Path, extensions: &str, digest: &str) {
    fs::write(folder.join("extensions"), extensions).expect("written");
    let sign = format!(
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -out server.pem -days 30 -extfile extensions {digest}"
    );
    openssl(folder, sign.trim_end());
}

const P256: &str = "ec -pkeyopt ec_paramgen_curve:P-256";
const P384: &str = "ec -pkeyopt ec_paramgen_curve:P-384";
const P521: &str = "ec -pkeyopt ec_paramgen_curve:P-521";

/// What a person is told of a server that shows this certificate.
async fn told(make: impl FnOnce(&Path)) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    make(folder.path());
    let server = Server::start(folder.path());
    let url = format!("https://localhost:{}", server.port);
    let there = destination(&url, |kv2| kv2.authority = Some(folder.path().join("ca.pem")));
    let secret = Arc::new(VaultSecret::access_token(ACCESS).expect("a token"));
    let vault = vault::open_within(&there, secret, Duration::from_secs(3)).expect("the authority can be read");
    let refused = vault.look(&entry("bot")).await.expect_err("there is no vault behind it");
    let Told { message, hint, .. } = Told::from(&refused);
    let hint = hint.map(|hint| hint.to_string()).unwrap_or_default();
    format!("  {}\n  {hint}\n", message.to_string().replace(&server.port.to_string(), "PORT"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_certificate_is_told_and_not_taken_for_an_attack() {
    let mut texts = Vec::new();
    let mut case = |name: &str, text: String| texts.push((name.to_owned(), text));
    case("an authority with P-521", told(|at| signed(at, P521, P256, "-sha512")).await);
    case("a server with P-521", told(|at| signed(at, P256, P521, "-sha256")).await);
    case("P-384 with SHA-512", told(|at| signed(at, P384, P256, "-sha512")).await);
    case("P-256 with SHA-512", told(|at| signed(at, P256, P256, "-sha512")).await);
    case("an authority with Ed448", told(|at| signed(at, "ed448", P256, "")).await);
    case("a server with Ed448", told(|at| signed(at, P256, "ed448", "-sha256")).await);
    case(
        "a server with RSA-PSS",
        told(|at| signed(at, P256, "rsa-pss -pkeyopt rsa_keygen_bits:2048", "-sha256")).await,
    );
    case(
        "an authority's certificate as the server's own",
        told(|at| {
            let own = format!("req -x509 -newkey {P256} -nodes -keyout server.key -out server.pem -subj /CN=localhost -days 30 -addext {SAN}");
            openssl(at, &own);
            fs::copy(at.join("server.pem"), at.join("ca.pem")).expect("copied");
        })
        .await,
    );
    case(
        "no subject alternative name",
        told(|at| {
            signed(at, P256, P256, "-sha256");
            issued(at, "basicConstraints=CA:FALSE\n", "");
        })
        .await,
    );
    case(
        "of X.509 version 1",
        told(|at| {
            signed(at, P256, P256, "-sha256");
            openssl(at, "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -out server.pem -days 30");
        })
        .await,
    );
    // These stay alarms.
    case(
        "another host's",
        told(|at| {
            signed(at, P256, P256, "-sha256");
            issued(at, "subjectAltName=DNS:elsewhere.example.org\n", "");
        })
        .await,
    );
    case(
        "another authority's",
        told(|at| {
            signed(at, P256, P256, "-sha256");
            openssl(
                at,
                &format!("req -x509 -newkey {P256} -nodes -keyout other.key -out ca.pem -subj /CN=Other -days 30"),
            );
        })
        .await,
    );
    for (name, text) in &texts {
        let alarm = name.starts_with("another");
        assert_eq!(text.contains("may be listening in: don’t go on"), alarm, "{name}: {text}");
    }
    ensure_as_in("certificates.txt", &texts);
}

/// Why a file cannot be used as an authority.
fn refused(path: PathBuf) -> String {
    let there = destination("https://vault.example.org", |kv2| kv2.authority = Some(path));
    let secret = Arc::new(VaultSecret::access_token(ACCESS).expect("a token"));
    match vault::open_within(&there, secret, Duration::from_secs(1)).map(drop).expect_err("it is refused") {
        Failure::Vault(VaultContext::NotStored, VaultProblem::Authority { why, .. }) => why.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_file_that_is_no_authority_is_refused_in_words_and_never_waited_for() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path();
    signed(at, P256, P256, "-sha256");
    openssl(at, "x509 -in ca.pem -outform der -out ca.der");
    openssl(at, "pkcs8 -topk8 -nocrypt -in ca.key -out pkcs8.key");
    openssl(at, "crl2pkcs7 -nocrl -certfile ca.pem -out ca.p7b");
    let key_too = format!("{}{}", read(at, "ca.pem"), read(at, "ca.key"));
    fs::write(at.join("both.pem"), key_too).expect("written");
    fs::write(at.join("broken.pem"), "-----BEGIN CERTIFICATE-----\n???\n-----END CERTIFICATE-----\n").expect("written");
    fs::write(at.join("half.pem"), &read(at, "ca.pem")[..200]).expect("written");
    let nonsense = "-----BEGIN CERTIFICATE-----\naGVsbG8=\n-----END CERTIFICATE-----\n";
    fs::write(at.join("nonsense.pem"), nonsense).expect("written");
    fs::write(at.join("one-bad.pem"), format!("{}{nonsense}", read(at, "ca.pem"))).expect("written");
    fs::write(at.join("empty.pem"), "").expect("written");
    fs::File::create(at.join("large.pem")).and_then(|file| file.set_len(1 << 40)).expect("a sparse file");
    let _socket = UnixListener::bind(at.join("socket")).expect("a socket");
    assert!(Command::new("mkfifo").arg(at.join("fifo")).status().expect("it starts").success());

    let began = Instant::now();
    for (file, why) in [
        ("server.csr", words::authority_request()),
        ("ca.key", words::authority_private_key()),
        ("pkcs8.key", words::authority_private_key()),
        ("both.pem", words::authority_private_key()),
        ("ca.p7b", words::authority_pkcs7()),
        ("ca.der", words::authority_binary()),
        ("broken.pem", words::authority_unreadable()),
        ("half.pem", words::authority_unreadable()),
        ("nonsense.pem", words::authority_unusable()),
        ("one-bad.pem", words::authority_unusable()),
        ("empty.pem", words::authority_no_pem()),
        ("large.pem", words::authority_too_large(4_u8)),
        ("fifo", words::authority_no_file()),
        ("", words::authority_folder()),
        ("nothing.pem", words::verbatim("No such file")),
    ] {
        let told = refused(at.join(file));
        assert!(told.contains(&why.to_string()), "{file}: {told}");
    }
    for device in ["/dev/zero", "/dev/null", "/dev/tty"] {
        let told = refused(PathBuf::from(device));
        assert!(
            told.contains(&words::authority_no_file().to_string()) || told.contains("No such device"),
            "{device}: {told}"
        );
    }
    assert!(!refused(at.join("socket")).is_empty());
    assert!(began.elapsed() < Duration::from_secs(20), "something was waited for");
}

fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).expect("it was made")
}
