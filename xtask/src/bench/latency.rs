//! How long it is from the click to the frame in which the masked token stands, beside `curl` with the same requests to the same
//! server, as far away. The client's time counts of `curl`, and not that of its start.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use keybearer_support::desktop::{Desktop, Wanted};
use keybearer_support::far::Far;
use keybearer_support::sandbox::Sandbox;
use keybearer_support::tls::{Authority, TlsFront};
use keybearer_support::window::{Key, Window};
use serde_json::json;

use super::measure::{self, Compared, Measured};

/// Milliseconds.
const ROUND_TRIPS: [u64; 3] = [0, 50, 200];

/// Of each kind at each distance.
const ROUNDS: usize = 11;

const HOST: &str = "localhost";

/// What `curl` asks for. Those of an account are refused, since it signs nothing, but take as long: three requests, one after the
/// other, over one connection.
const API_KEY: [&str; 1] = ["/api-keys/"];
const ACCOUNT: [&str; 3] = ["/auth/action/init", "/auth/action", "/auth/service-accounts"];

pub(super) async fn bench(app: &Path) -> Result<()> {
    println!(
        "\n  Click to masked token, and `curl`, in milliseconds: the median, and where the middle half of {ROUNDS} lie.\n"
    );
    println!("  {:<44}  {:>18}  {:>18}  ratio", "round trip", "Keybearer", "curl");
    let mut all = Vec::new();
    for round_trip in ROUND_TRIPS {
        for compared in at(app, round_trip).await? {
            compared.print();
            all.push(compared);
        }
    }
    measure::keep("latency", &all)
}

async fn at(app: &Path, round_trip: u64) -> Result<[Compared; 2]> {
    let mut desktop = Desktop::open(Wanted::default())?;
    let (sandbox, authority) = (Sandbox::start(app)?, Authority::new()?);
    let front = TlsFront::start(authority.certify(&[HOST])?, &sandbox.url).await?;
    let far = Far::from(front.port(), Duration::from_millis(round_trip)).await?;
    let store = authority.write_store(desktop.home())?;
    desktop.set("SSL_CERT_FILE", store.display().to_string());
    let url = format!("https://{HOST}:{}", far.port());
    let window = Window::open(&desktop, app, &[]).await?;
    enrol(&window, &sandbox, &url).await?;

    let curl = Curl { store: &store, url: &url, token: &sandbox.admin };
    let mut compared = Vec::new();
    for (kind, paths) in [("api-key", &API_KEY[..]), ("service-account", &ACCOUNT[..])] {
        let name = if kind == "api-key" { "an API key" } else { "a service account, signed" };
        let what = format!("{round_trip} ms, {name}");
        let (mut ours, mut theirs) = (Measured::default(), Measured::default());
        // The first of all draws for the first time.
        create(&window, kind, "first").await?;
        for round in 0..ROUNDS {
            theirs.0.push(curl.ask(paths, round)?);
            ours.0.push(create(&window, kind, &format!("{round}")).await?);
        }
        compared.push(Compared { what, ours, theirs });
    }
    <[Compared; 2]>::try_from(compared).ok().context("there are two kinds")
}

/// Connects with a code, since service accounts are signed for.
async fn enrol(window: &Window<'_>, sandbox: &Sandbox, url: &str) -> Result<()> {
    window.choose("signin-environment", "custom").await?;
    window.clear("signin-url").await?;
    window.desktop().confirm_host(url)?;
    window.type_into("signin-url", url).await?;
    window.type_into("signin-organization", &sandbox.organization).await?;
    window.type_into("signin-code", &sandbox.enrolment_code().await?).await?;
    window.press("signin-code", Key::Enter).await?;
    window.wait_for("key-name").await.map(drop)
}

/// Types a name, as a person does, clicks, and lets go of what was made. Milliseconds.
async fn create(window: &Window<'_>, kind: &str, name: &str) -> Result<f64> {
    window.choose("kinds", kind).await?;
    window.type_into("key-name", &format!("{kind} {name}")).await?;
    // A hand takes this long from the keyboard to the button.
    tokio::time::sleep(Duration::from_secs(1)).await;
    let create = "const done = arguments[arguments.length - 1];
        const dialog = document.getElementById('reveal');
        let began = 0;
        const looking = new MutationObserver(() => {
            if (!dialog.open || !dialog.textContent.includes('•')) return;
            looking.disconnect();
            requestAnimationFrame(() => {
                const drawn = new MessageChannel();
                drawn.port1.onmessage = () => done(performance.now() - began);
                drawn.port2.postMessage(null);
            });
        });
        looking.observe(dialog, { attributes: true, childList: true, characterData: true, subtree: true });
        began = performance.now();
        document.getElementById('create-submit').click();";
    let taken = window.client().execute_async(create, vec![]).await?;
    let taken = taken.as_f64().context("it was drawn")?;
    // What is revoked there ends its token.
    window.click("reveal-revoke").await?;
    window.wait_gone("reveal").await?;
    Ok(taken)
}

struct Curl<'a> {
    store: &'a Path,
    url: &'a str,
    token: &'a str,
}

impl Curl<'_> {
    /// Asks for these, one after the other. Milliseconds, from before the connection to the last answer.
    fn ask(&self, paths: &[&str], round: usize) -> Result<f64> {
        let mut curl = Command::new("curl");
        for (place, path) in paths.iter().enumerate() {
            if place > 0 {
                curl.arg("--next");
            }
            curl.args([
                "--silent",
                "--show-error",
                "--noproxy",
                "*",
                "--output",
                "/dev/null",
                "--write-out",
                "%{time_total}\n",
            ]);
            curl.arg("--cacert").arg(self.store);
            curl.args(["--header", &format!("Authorization: Bearer {}", self.token)]);
            curl.args(["--json", &json!({ "name": format!("By curl {round}") }).to_string()]);
            curl.arg(format!("{}{path}", self.url));
        }
        let output = curl.output().context("curl could not be started")?;
        ensure!(output.status.success(), "curl: {}", String::from_utf8_lossy(&output.stderr));
        let seconds: Vec<f64> = String::from_utf8(output.stdout)?.lines().map(str::parse).collect::<Result<_, _>>()?;
        ensure!(seconds.len() == paths.len(), "curl told {seconds:?}");
        Ok(seconds.iter().sum::<f64>() * 1000.0)
    }
}
