//! Each way in which Dfns can fail at each of the three requests for a service account: what a person is told, that there is never a
//! second account for one wish, and that the one that there is, is accounted for.
//!
//! The texts are in `access_tokens_answers.txt`, which is written anew with `WRITE_SNAPSHOTS=1` after a change that was meant.

use std::{sync::Arc, time::Duration};

use keybearer_core::{
    credential::CredentialKind,
    issuance::{CreateRequest, Issuance, NoticeKind},
    key::{Key, KeyApi, KeyName, Owner},
    order::Terms,
    settings::Times,
};
use keybearer_support::snapshot;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{
    bad_answers::{NoClipboard, NoJournal, told, with_no_port},
    signing::Scene,
};

const NAME: &str = "Payout bot";

/// The faults, each by what it is called in the table, and as the sandbox is told of it.
pub(crate) fn faults() -> Vec<(String, Value)> {
    let made = |kind: &str, made: bool| {
        let effect = if made { "made" } else { "not made" };
        (format!("{kind}, {effect}"), json!({ "kind": kind, "made": made }))
    };
    let server = |status: u16, made: bool, html: bool| {
        let (form, effect) = (if html { "a page" } else { "JSON" }, if made { "made" } else { "not made" });
        let fault = json!({ "kind": "serverError", "status": status, "made": made, "html": html });
        (format!("{status} as {form}, {effect}"), fault)
    };
    let plain = |kind: &str| (kind.to_owned(), json!({ "kind": kind }));
    let mut all: Vec<_> = [
        "refused",
        "unauthorized",
        "forbidden",
        "signatureRequired",
        "notFound",
        "html404",
        "paymentRequired",
        "gone",
        "conflict",
        "pendingApproval",
        "withoutToken",
        "echo",
    ]
    .map(plain)
    .into();
    all.extend(
        [403, 500].map(|status| {
            (format!("{status} with a message alone"), json!({ "kind": "messageOnly", "status": status }))
        }),
    );
    all.extend(
        [400, 401, 502].map(|status| (format!("{status} with nothing"), json!({ "kind": "empty", "status": status }))),
    );
    all.push(("429".to_owned(), json!({ "kind": "rateLimited", "retryAfter": 7 })));
    all.push(("a redirect".to_owned(), json!({ "kind": "redirect", "to": "https://elsewhere.invalid/" })));
    for (status, html) in [(500, false), (502, true), (504, true)] {
        all.extend([true, false].map(|made| server(status, made, html)));
    }
    for kind in ["cut", "drop", "silent"] {
        all.extend([true, false].map(|was| made(kind, was)));
    }
    all.push(("late".to_owned(), json!({ "kind": "slow", "ms": 300 })));
    all.push(("a page, and seen late".to_owned(), json!({ "kind": "unlisted", "seconds": 2 })));
    all
}

/// Of this name, as the organization has them.
async fn there(keys: &Arc<dyn KeyApi>) -> Vec<Key> {
    let listed = keys.list(CredentialKind::ServiceAccount).await.expect("a list");
    listed.into_iter().filter(|key| key.name == NAME).collect()
}

/// Makes one while a request fails in one way. Tells what a person sees, and what there is then.
async fn outcome(call: &str, fault: &Value) -> String {
    let scene = Scene::new().await;
    let keys = scene.impatient().await;
    scene.control("fault", json!({ "on": call, "fault": fault })).await;
    let times = Times { clipboard: Duration::ZERO, held: Duration::from_secs(600), shown: Duration::ZERO };
    let issuance = Issuance::new(Arc::new(NoClipboard), Arc::new(NoJournal), times, watch::Sender::new(()));
    let request = CreateRequest {
        kind: CredentialKind::ServiceAccount,
        name: KeyName::parse(NAME).expect("a name"),
        despite_same_name: false,
        despite_open: false,
        replaces: None,
        deliver_to: None,
        part_of: None,
        terms: Terms::default(),
        signed: true,
    };
    let outcome = issuance.create(Arc::clone(&keys), Owner::default(), true, request).await;
    let mut text = outcome.as_ref().map_or_else(told, |_| "  no failure\n".to_owned());
    for notice in issuance.notices() {
        let hint = notice.hint().map(|hint| hint.to_string()).unwrap_or_default();
        text += &format!("  needs attention: {} {hint}\n", notice.message());
    }
    let sent = scene.requests().await.into_iter().filter(|line| line == "POST /auth/service-accounts").count();
    assert!(sent <= 1, "{call} {fault}: asked for {sent} times");
    let there = there(&keys).await;
    assert!(there.len() <= 1, "{call} {fault}: {} were made", there.len());
    let held = issuance.with_held(|held| held.key.id.clone());
    let noticed: Vec<_> =
        issuance.notices().iter().filter_map(|notice| notice.key().map(|key| key.id.clone())).collect();
    let in_doubt = issuance
        .notices()
        .iter()
        .any(|notice| matches!(notice.kind, NoticeKind::Doubtful { .. } | NoticeKind::AwaitingApproval));
    let accounted = match there.first() {
        Some(key) if held.as_ref() == Some(&key.id) => "held",
        Some(key) if noticed.contains(&key.id) => "known by its public key",
        Some(_) | None if in_doubt => "in doubt",
        Some(key) => panic!("{call} {fault}: {} is accounted for nowhere: {text}", key.id),
        None => {
            assert!(outcome.is_err_and(|failure| !failure.is_doubtful()), "{call} {fault}: {text}");
            "none, and that is sure"
        }
    };
    with_no_port(&text, &scene.url) + &format!("  {} there: {accounted}\n", there.len())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_fails_at_each_of_its_three_requests_there_is_one_account_at_most_and_it_is_accounted_for() {
    let mut all = String::new();
    for call in ["actionInit", "action", "createServiceAccount"] {
        for (name, fault) in faults() {
            all += &format!("{call}: {name}\n{}\n", outcome(call, &fault).await);
        }
    }
    snapshot::ensure_as_in("api/access_tokens_answers.txt", &all);
}
