//! A credential of several secrets in KV version 2: together, with its facts, and each compared.

use keybearer_core::{
    credential::{CredentialKind, SecretName, Secrets},
    delivery::{Entry, Proof},
    failure::{Failure, VaultContext, VaultProblem},
    key::KeyName,
    order::{Order, Terms},
    secret::Secret,
};
use serde_json::json;

use crate::{
    scene::{LENGTH, entry, for_good, text},
    stand_in::{Call, StandIn, destination, open},
};

/// Those of a service account.
fn three(credential: &str) -> Secrets {
    of(&text(LENGTH), credential)
}

fn of(token: &str, credential: &str) -> Secrets {
    let name = KeyName::parse("Payout bot").expect("a name");
    let order = Order::new(CredentialKind::ServiceAccount, name, Terms::default()).expect("an order");
    let secret = |text: &str| Secret::new(text.to_owned());
    let token = secret(token).expect("a token");
    Secrets::of_signing(token, order.signing.expect("it signs").private_key(), secret(credential))
}

fn told() -> Entry {
    let facts = vec![("id", "us-1".to_owned()), ("name", "Payout bot".to_owned()), ("token", "no secret".to_owned())];
    Entry { facts, ..entry("bot") }
}

fn opened(secrets: &Secrets, name: SecretName) -> &str {
    secrets.get(name).expect("it is there").open("the test compares it")
}

#[tokio::test]
async fn all_are_fields_of_one_entry_with_its_facts_and_each_is_compared() {
    let (stand_in, secrets) = (StandIn::start().await, three("cr-1"));
    let vault = open(&destination(&stand_in.recorder.url(), |kv2| kv2.private_key_field = "pem".to_owned()));
    assert_eq!(vault.store(&told(), &secrets, &|_| {}).await, for_good(Proof::ReadBack));
    let held = stand_in.entries.lock().expect("nobody panics")["dfns/bot"].clone();
    let wanted = json!({
        "token": opened(&secrets, SecretName::Token),
        "pem": opened(&secrets, SecretName::PrivateKey),
        "credential_id": "cr-1",
        "id": "us-1",
        "name": "Payout bot",
    });
    assert_eq!(held, wanted, "a fact never stands in a secret's place");
    // A delivery whose answer was lost counts as stored, and another's entry stays as it is.
    assert_eq!(vault.store(&told(), &secrets, &|_| {}).await, for_good(Proof::ReadBack));
    let exists = Failure::Vault(VaultContext::NotStored, VaultProblem::Exists("secret/dfns/bot".into()));
    assert_eq!(vault.store(&told(), &of("another", "cr-2"), &|_| {}).await, Err(exists));
    assert_eq!(stand_in.requests(Call::Create).len(), 1);
}

#[tokio::test]
async fn where_one_of_them_is_another_it_is_not_called_stored() {
    let secrets = three("cr-1");
    for name in SecretName::ALL {
        let mut data = json!({ "token": opened(&secrets, SecretName::Token), "credential_id": "cr-1" });
        data["private_key"] = opened(&secrets, SecretName::PrivateKey).into();
        data[name.as_str()] = "another".into();
        let read = json!({ "data": { "data": data, "metadata": crate::stand_in::version(1, "") } });
        let replaced = [(Call::Read, keybearer_support::recorder::Reply::json(200, &read))];
        let stand_in = StandIn::with(replaced).await;
        let outcome = stand_in.open().store(&told(), &secrets, &|_| {}).await;
        let Err(Failure::Vault(VaultContext::PerhapsStored, VaultProblem::Partly { there, missing, .. })) = outcome
        else {
            panic!("{name:?}: {outcome:?}")
        };
        assert_eq!((missing.as_slice(), there.len()), (&[*name][..], 2));
    }
}
