//! The three secrets of a service account, into the real programs and back.

use std::path::Path;

use anyhow::Result;
use keybearer_core::{
    credential::SecretName,
    delivery::Proof,
    failure::{Failure, VaultContext, VaultProblem},
    signing::NewKeyType,
};
use keybearer_support::skipped::skip;
use serde_json::Value;

use crate::{
    account::{Account, ID, deliver_account, entry_of_account, taken_apart},
    scene::for_good,
    services::{GitHub, GoogleCloud, Kubernetes},
    tools::{Aws, KeePass, Pass, SecretTool, Tool},
};

const TYPES: [(&str, NewKeyType); 2] = [("bot-p256", NewKeyType::P256), ("bot-ed25519", NewKeyType::Ed25519)];

/// Stores them, has the program itself read them, and looks what becomes of entries that are there.
pub(crate) async fn keeps_all_three(tool: &dyn Tool, folder: &str) {
    let vault = tool.vault();
    let at = |name: &str| format!("{folder}{name}");
    let held = |name: &str| tool.read(&at(name)).expect("it is there");
    for (name, key_type) in TYPES {
        let account = Account::new(key_type);
        assert_eq!(vault.look(&entry_of_account(name)).await.map(drop), Ok(()));
        assert_eq!(deliver_account(&*vault, name, &account).await, for_good(Proof::ReadBack));
        account.ensure_is(&taken_apart(&held(name)));
        assert_eq!(deliver_account(&*vault, name, &account).await, for_good(Proof::ReadBack), "it is recognized");

        let before = held(name);
        let exists =
            Failure::Vault(VaultContext::NotStored, VaultProblem::Exists(vault.place(&entry_of_account(name))));
        assert_eq!(vault.look(&entry_of_account(name)).await.map(drop), Err(exists.clone()));
        // Its token and its id are the same, since a test has but one of each.
        let another = Account::new(key_type);
        let outcome = deliver_account(&*vault, name, &another).await;
        let (there, missing) = (vec![SecretName::Token, SecretName::CredentialId], vec![SecretName::PrivateKey]);
        assert_eq!(outcome, partly(&vault.place(&entry_of_account(name)), there, missing));
        assert_eq!(held(name), before, "untouched");
    }
    tool.put(&at("taken"), "somebody else's");
    let exists = Failure::Vault(VaultContext::NotStored, VaultProblem::Exists(vault.place(&entry_of_account("taken"))));
    assert_eq!(deliver_account(&*vault, "taken", &Account::new(NewKeyType::P256)).await, Err(exists));
    assert_eq!(tool.read(&at("taken")).as_deref(), Some(&b"somebody else's"[..]), "untouched");
    assert_eq!(tool.entries().len(), 3);
}

fn partly<T>(place: &str, mut there: Vec<SecretName>, missing: Vec<SecretName>) -> Result<T, Failure> {
    there.sort_unstable();
    let apart = place == "DFNS_BOT";
    let problem = VaultProblem::Partly { place: place.to_owned(), there, missing, apart, after: None };
    Err(Failure::Vault(VaultContext::PerhapsStored, problem))
}

/// Whatever it is of that a program takes as JSON.
fn ensure_facts(json: &Value) {
    assert_eq!((&json["kind"], &json["made_by"]), (&"service-account".into(), &"ada@example.org".into()));
    assert_eq!(json.get("expires"), None, "what is not known is not there");
}

#[tokio::test(flavor = "multi_thread")]
async fn pass_keeps_all_secrets_of_a_service_account_a_line_each() {
    let pass = Pass::new();
    keeps_all_three(&pass, "dfns/").await;
    let account = Account::new(NewKeyType::P256);
    assert_eq!(deliver_account(&*pass.vault(), "lines", &account).await, for_good(Proof::ReadBack));
    assert_eq!(pass.read("dfns/lines").as_deref(), Some(account.lines().as_bytes()), "the token stays the first line");
}

#[tokio::test(flavor = "multi_thread")]
async fn keepassxc_opened_by_a_key_file_keeps_all_secrets_of_a_service_account() {
    let keepass = KeePass::with_key_file();
    keeps_all_three(&keepass, "").await;
    ensure_facts(&serde_json::from_slice(&keepass.read("bot-p256").expect("it is there")).expect("one line of JSON"));
}

#[tokio::test(flavor = "multi_thread")]
async fn keepassxc_opened_by_a_password_keeps_all_secrets_of_a_service_account() {
    keeps_all_three(&KeePass::with_password("correct horse"), "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keyring_keeps_all_secrets_of_a_service_account() {
    keeps_all_three(&SecretTool::new(), "").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn aws_keeps_all_secrets_of_a_service_account_in_one_json() {
    let aws = Aws::new();
    keeps_all_three(&aws, "dfns/").await;
    ensure_facts(&serde_json::from_slice(&aws.read("dfns/bot-p256").expect("it is there")).expect("JSON"));
}

#[tokio::test(flavor = "multi_thread")]
async fn kubectl_keeps_all_secrets_of_a_service_account_as_members_of_one_secret() -> Result<()> {
    if !Path::new(Kubernetes::PROGRAM).exists() {
        return skip("kubectl is not installed");
    }
    let cluster = Kubernetes::start().await;
    for (name, key_type) in TYPES {
        let (vault, account) = (cluster.vault(), Account::new(key_type));
        assert_eq!(vault.look(&entry_of_account(name)).await.map(drop), Ok(()));
        assert_eq!(deliver_account(&*vault, name, &account).await, for_good(Proof::ReadBack));
        account.ensure_is(&cluster.held(&format!("dfns-{name}")));
        assert_eq!(deliver_account(&*vault, name, &account).await, for_good(Proof::ReadBack), "it is recognized");
        let annotations = &cluster.secret(&format!("dfns-{name}"))["metadata"]["annotations"];
        assert_eq!(annotations["keybearer/made_by"], "ada@example.org");

        // Somebody takes one of them out: what is left is told, and left.
        cluster.remove(&format!("dfns-{name}"), "private_key");
        let there = vec![SecretName::Token, SecretName::CredentialId];
        let outcome = deliver_account(&*vault, name, &account).await;
        assert_eq!(outcome, partly(&format!("dfns-{name}"), there, vec![SecretName::PrivateKey]));
        assert_eq!(cluster.held(&format!("dfns-{name}"))[1], "", "untouched");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn gcloud_keeps_all_secrets_of_a_service_account_in_one_json() -> Result<()> {
    if !Path::new(GoogleCloud::PROGRAM).exists() {
        return skip("gcloud is not installed");
    }
    let cloud = GoogleCloud::start().await;
    for (name, key_type) in TYPES {
        let (vault, account) = (cloud.vault(), Account::new(key_type));
        assert_eq!(vault.look(&entry_of_account(name)).await.map(drop), Ok(()));
        assert_eq!(deliver_account(&*vault, name, &account).await, for_good(Proof::ReadBack));
        let held = cloud.held(&format!("dfns-{name}"));
        account.ensure_is(&taken_apart(&held));
        ensure_facts(&serde_json::from_slice(&held).expect("JSON"));
        assert_eq!(deliver_account(&*vault, name, &account).await, for_good(Proof::ReadBack), "it is recognized");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn gh_sets_a_secret_for_each_of_a_service_accounts_with_the_private_key_in_its_lines() -> Result<()> {
    if !Path::new(GitHub::PROGRAM).exists() {
        return skip("gh is not installed");
    }
    for (_, key_type) in TYPES {
        let (github, account) = (GitHub::start(None).await, Account::new(key_type));
        let vault = github.vault();
        assert_eq!(vault.look(&entry_of_account("BOT")).await.map(drop), Ok(()));
        assert_eq!(deliver_account(&*vault, "BOT", &account).await, for_good(Proof::Taken));
        let [token, private_key, _] = account.texts();
        let wanted = [
            ("DFNS_BOT_CREDENTIAL_ID", ID.len()),
            ("DFNS_BOT_PRIVATE_KEY", private_key.len()),
            ("DFNS_BOT_TOKEN", token.len()),
        ];
        assert_eq!(github.lengths(), wanted.map(|(name, length)| (name.to_owned(), length)));
        let exists = Failure::Vault(VaultContext::NotStored, VaultProblem::Exists("DFNS_BOT".to_owned()));
        assert_eq!(vault.look(&entry_of_account("BOT")).await.map(drop), Err(exists));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_gh_has_set_before_github_refused_one_is_told_and_none_is_set_twice() -> Result<()> {
    if !Path::new(GitHub::PROGRAM).exists() {
        return skip("gh is not installed");
    }
    let (github, account) = (GitHub::start(Some("DFNS_BOT_PRIVATE_KEY")).await, Account::new(NewKeyType::P256));
    let vault = github.vault();
    let first = deliver_account(&*vault, "BOT", &account).await;
    let Err(Failure::Vault(VaultContext::PerhapsStored, VaultProblem::Partly { there, missing, after, .. })) = first
    else {
        panic!("{first:?}");
    };
    assert_eq!(there, [SecretName::Token, SecretName::CredentialId]);
    assert_eq!(missing, [SecretName::PrivateKey]);
    let ended =
        matches!(after.as_deref(), Some(VaultProblem::Ended { said, .. }) if said.contains("DFNS_BOT_PRIVATE_KEY"));
    assert!(ended, "{after:?}");
    // Whose those are GitHub tells nobody.
    let set = github.times_set();
    assert_eq!(deliver_account(&*vault, "BOT", &account).await, partly("DFNS_BOT", there, missing));
    assert_eq!(github.times_set(), set);
    Ok(())
}
