//! Dfns' official clients beside Keybearer: they use what it has made, and it meets what they have made. `./setup test` installs
//! them, with what reads a `.env` file for the programs that use them.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use keybearer_core::{
    signing::{NewKeyType, PrivateKey},
    words,
};
use keybearer_support::{
    sandbox::Sandbox,
    store::Store,
    window::{Key, Window},
};
use serde_json::{Value, json};

use crate::{
    account_steps::{account, choose_key_type, choose_role, clear, copy_as_env, done, learn, signed_in},
    credentials::asked,
    steps::{app, desktop},
};

#[derive(Clone, Copy, Debug)]
pub(crate) enum Client {
    TypeScript,
    Python,
}

impl Client {
    pub(crate) const BOTH: [Self; 2] = [Self::TypeScript, Self::Python];

    /// Runs one of the scripts in `clients`, in a folder, with this on its standard input: what it tells, if anything.
    pub(crate) fn run(self, script: &str, folder: &Path, given: &Value) -> Result<Value> {
        let tools = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().context("a target folder")?.join("tools");
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/e2e/clients");
        let mut client = match self {
            Self::TypeScript => {
                let mut node = Command::new("node");
                node.env("NODE_PATH", tools.join("dfns-npm/node_modules"))
                    .arg(scripts.join(script).with_extension("cjs"));
                node
            }
            Self::Python => {
                let mut python = Command::new(tools.join("dfns-py/bin/python3"));
                // It would else write into the sources.
                python.arg("-B").arg(scripts.join(script).with_extension("py"));
                python
            }
        };
        client.current_dir(folder).env("NO_PROXY", "127.0.0.1");
        let told = ended_well(client, given.to_string().as_bytes()).with_context(|| format!("{self:?}, {script}"))?;
        if told.is_empty() { Ok(Value::Null) } else { Ok(serde_json::from_slice(&told)?) }
    }
}

/// What a program prints that is given this.
fn ended_well(mut program: Command, given: &[u8]) -> Result<Vec<u8>> {
    program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = program.spawn().context("./setup test installs it")?;
    running.stdin.take().context("a pipe")?.write_all(given)?;
    let output = running.wait_with_output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}

/// Has a client deactivate this account with these three secrets, which it has Dfns sign for.
async fn use_by(client: Client, sandbox: &Sandbox, secrets: &Value, deactivated: &str) -> Result<()> {
    let signed = format!("PUT /auth/service-accounts/{deactivated}/deactivate");
    let before = asked(sandbox, &[&signed]).await?.len();
    let mut given = secrets.clone();
    given["url"] = json!(sandbox.url);
    given["organization"] = json!(sandbox.organization);
    given["account"] = json!(deactivated);
    client.run("use", Path::new("/"), &given)?;
    ensure!(asked(sandbox, &[&signed]).await?.len() == before + 1, "{client:?} asked for nothing");
    Ok(())
}

/// One that there is from the beginning.
async fn settlement(sandbox: &Sandbox) -> Result<String> {
    id_of(&account(sandbox, "Settlement bot").await?)
}

pub(crate) fn id_of(account: &Value) -> Result<String> {
    account["userInfo"]["userId"].as_str().map(str::to_owned).context("an id")
}

#[tokio::test]
async fn what_one_enter_puts_into_a_vault_is_used_by_dfns_official_clients() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let store = Store::of(&desktop)?;
    store.configure(&desktop, true)?;
    let window = signed_in(&desktop, &sandbox).await?;
    let settlement = settlement(&sandbox).await?;
    for client in Client::BOTH {
        let name = format!("For {client:?}");
        window.type_into("key-name", &name).await?;
        choose_role(&window, "account manager").await?;
        window.press("key-name", Key::Enter).await?;
        window.wait_text("receipt", |text| text.contains(&name)).await?;
        ensure!(!window.is_shown("reveal").await?, "nothing is shown on the way");
        let entry = store.entry(&name).context("it was stored")?;
        let [token, credential, pem] = entry.splitn(3, '\n').collect::<Vec<_>>()[..] else {
            anyhow::bail!("{} lines are stored", entry.lines().count());
        };
        ensure!(account(&sandbox, &name).await?["accessTokens"][0]["credId"] == credential);
        let secrets = json!({ "token": token, "credentialId": credential, "privateKey": pem });
        use_by(client, &sandbox, &secrets, &settlement).await?;
        window.click("receipt-close").await?;
    }
    Ok(())
}

#[tokio::test]
async fn what_is_pasted_into_a_env_file_is_read_to_the_byte_and_used_by_dfns_official_clients() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    let settlement = settlement(&sandbox).await?;
    for key_type in ["p256", "ed25519"] {
        let name = format!("For {key_type}");
        window.type_into("key-name", &name).await?;
        choose_role(&window, "account manager").await?;
        choose_key_type(&window, key_type).await?;
        window.press("key-name", Key::Enter).await?;
        window.wait_for("reveal").await?;
        let (token, pem) = (learn(&window, "token").await?, learn(&window, "privateKey").await?);
        let env = desktop.write(format!("{key_type}/.env"), copy_as_env(&window).await?)?;
        clear(&window).await?;
        let folder = env.parent().context("a folder")?;
        for client in Client::BOTH {
            let read = client.run("env", folder, &Value::Null)?;
            let credential = &account(&sandbox, &name).await?["accessTokens"][0]["credId"];
            ensure!(
                read == json!({ "token": token, "credentialId": credential, "privateKey": pem }),
                "{client:?} reads something else of {key_type}"
            );
            let mut openssl = Command::new("openssl");
            openssl.args(["pkey", "-noout", "-text"]);
            let told = ended_well(openssl, read["privateKey"].as_str().context("a key")?.as_bytes())?;
            let told = String::from_utf8_lossy(&told).to_lowercase();
            ensure!(told.contains(if key_type == "p256" { "p-256" } else { "ed25519" }), "it is another key");
            use_by(client, &sandbox, &read, &settlement).await.context(key_type)?;
        }
        done(&window).await?;
    }
    Ok(())
}

/// A credential of the user who may do everything, as programs of theirs have one: its id and its private key.
pub(crate) async fn credential(sandbox: &Sandbox) -> Result<(String, String)> {
    let key = PrivateKey::generate(NewKeyType::P256).map_err(|failure| anyhow::anyhow!(failure.to_string()))?;
    let wish = json!({ "persona": "admin", "publicKey": key.public_key_pem() });
    let told = sandbox.tell("credential", wish).await?;
    let id = told["credentialId"].as_str().context("an id")?.to_owned();
    Ok((id, key.to_pem().open("give it to a client of Dfns'").to_owned()))
}

/// Deactivates an account as a colleague does.
pub(crate) async fn deactivate(sandbox: &Sandbox, name: &str) -> Result<()> {
    let (id, pem) = credential(sandbox).await?;
    let secrets = json!({ "token": sandbox.sign_in_anew().await?, "credentialId": id, "privateKey": pem });
    use_by(Client::TypeScript, sandbox, &secrets, &id_of(&account(sandbox, name).await?)?).await
}

/// Of the row of an account, what is told of it beside its name; nothing where it has none.
pub(crate) async fn row(window: &Window<'_>, id: &str) -> Result<Option<Value>> {
    let row = "const row = document.querySelector(`[data-test=key-row][data-key-id='${arguments[0]}']`);
        return row && { kind: row.dataset.kind, text: row.textContent };";
    let row = window.execute(row, vec![json!(id)]).await?;
    Ok(if row.is_null() { None } else { Some(row) })
}

#[tokio::test]
async fn accounts_that_dfns_official_clients_made_are_listed_with_their_role_and_archived() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    let (credential, pem) = credential(&sandbox).await?;
    for (client, role) in [(Client::TypeScript, "Payout operator"), (Client::Python, "Wallet reader")] {
        let name = format!("Made by {client:?}");
        let made = client.run(
            "make",
            desktop.home(),
            &json!({
                "url": sandbox.url, "organization": sandbox.organization, "username": sandbox.username,
                "credentialId": credential, "privateKey": pem, "name": name, "role": role,
            }),
        )?;
        let id = made["account"].as_str().context("an id")?;
        ensure!(row(&window, id).await?.is_none(), "the list was not asked for again");
        window.click("keys-refresh").await?;
        let shown =
            window.wait_until("its row", async || row(&window, id).await?.context("it is not there yet")).await?;
        ensure!(shown["kind"] == "serviceAccount", "{shown}");
        ensure!(shown["text"].as_str().is_some_and(|text| text.contains(&name)), "{shown}");

        let open = "document.querySelector(`[data-test=key-row][data-key-id='${arguments[0]}']`).click();";
        window.execute(open, vec![json!(id)]).await?;
        window.wait_for("key-dialog").await?;
        window.wait_text("key-role-name", |text| text == role).await?;
        // What that allows, as the sandbox has it.
        window.wait_text("key-operations", |text| text.contains("Wallets:Read")).await?;
        window.wait_text("key-credential", |text| made["credential"] == text).await?;
        window.click("key-archive").await?;
        ensure!(window.text("revoke-title").await? == words::revoke_title("service-account").to_string());
        window.wait_armed("revoke-confirm").await?;
        window.click("revoke-confirm").await?;
        window.wait_gone("key-dialog").await?;
        ensure!(account(&sandbox, &name).await.is_err(), "it is there still");
        let archived = format!("DELETE /auth/service-accounts/{id}");
        ensure!(asked(&sandbox, &[&archived]).await?.len() == 1, "it was not archived once");
        window
            .wait_until("its row to go", async || {
                let row = row(&window, id).await?;
                ensure!(row.is_none(), "{row:?}");
                Ok(())
            })
            .await?;
    }
    Ok(())
}
