//! Whatever is done with a credential that is there, of whichever kind, while one of its requests fails in whichever way: what is
//! said to be done is done, what is said not to be done is not, and the rest is said to be open. What a person reads of it is in
//! `changes.txt` and `bad_answers.txt`.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use keybearer_core::{
    credential::{CredentialKind, UserAction},
    failure::{CallContext, Failure, UnclearAnswer},
    issuance::Revocation,
    key::{Change, Created, Key, KeyApi, KeyName},
    order::Terms,
};
use serde_json::{Value, json};
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    access_tokens::{KINDS, order},
    access_tokens_answers::faults,
    signing::Scene,
};

const NAME: &str = "Payout bot";

/// Refusals of Dfns' own, which leave nothing open.
const SURE: [&str; 4] = ["forbidden", "conflict", "pendingApproval", "429"];

/// One of each class: every other is told apart from these in `changes.txt`.
const FAILURES: [&str; 12] = [
    "forbidden",
    "notFound",
    "html404",
    "conflict",
    "pendingApproval",
    "429",
    "502 with nothing",
    "500 as JSON, made",
    "500 as JSON, not made",
    "502 as a page, made",
    "drop, made",
    "drop, not made",
];

#[derive(Clone, Debug)]
enum Act {
    Change(Change),
    Revoke,
}

impl Act {
    /// Those that there are of a kind, each with what the sandbox calls its request.
    fn of(kind: CredentialKind) -> Vec<(Self, String)> {
        let of = match kind {
            CredentialKind::ApiKey => return vec![(Self::Revoke, "revoke".to_owned())],
            CredentialKind::ServiceAccount => "ServiceAccount",
            CredentialKind::PersonalAccessToken => "Pat",
        };
        let renamed = Change::Rename(KeyName::parse("New").expect("a name"));
        let acts = [
            (Self::Change(renamed), "update"),
            (Self::Change(Change::Deactivate), "deactivate"),
            (Self::Change(Change::Activate), "activate"),
            (Self::Revoke, "archive"),
        ];
        acts.into_iter().map(|(act, call)| (act, format!("{call}{of}"))).collect()
    }

    /// Whether it is done, by what is listed now.
    fn is_done(&self, now: Option<&Key>) -> bool {
        match (self, now) {
            (Self::Change(change), now) => change.is_made_in(now.expect("it is listed")),
            (Self::Revoke, now) => now.is_none_or(Key::is_revoked),
        }
    }

    /// `None` where it is said to be done, else why it is not, or may not be.
    async fn fails(&self, keys: &Arc<dyn KeyApi>, key: &Key) -> Option<Failure> {
        let asked = Revocation::begin();
        match self {
            Self::Change(change) => asked.change(keys, key, change).await.err(),
            Self::Revoke => asked.run(keys, key).await.err(),
        }
    }

    fn leaves_open(&self, failure: &Failure) -> bool {
        match self {
            Self::Change(_) => matches!(failure, Failure::Unclear(CallContext::Change, _)),
            // That there is no such key may be said of one that was archived just now.
            Self::Revoke => matches!(failure, Failure::Unclear(CallContext::Revoke, _) | Failure::KeyGone),
        }
    }
}

async fn listed(keys: &Arc<dyn KeyApi>, of: &Key) -> Option<Key> {
    keys.list(of.kind).await.expect("a list").into_iter().find(|key| key.id == of.id)
}

/// One to do something with: made, save of API keys, of which there are some.
async fn some(keys: &Arc<dyn KeyApi>, kind: CredentialKind) -> Key {
    if !kind.signs() {
        let listed = keys.list(kind).await.expect("a list");
        return listed.into_iter().find(|key| !key.is_revoked()).expect("the sandbox has one");
    }
    let order = order(kind, NAME, Terms::default());
    let action: UserAction = keys.sign(&order).await.expect("signed");
    match keys.create(&order, action).await {
        Ok(Created::WithSecrets(key, _)) => key,
        other => panic!("{other:?}"),
    }
}

/// Does it while requests fail: what is said of it.
async fn outcome(act: Act, kind: CredentialKind, plans: Vec<Value>, name: String) -> &'static str {
    let what = format!("{kind:?}, {act:?}, {plans:?}");
    let scene = Scene::new().await;
    let (signer, session) = scene.signed_in().await;
    let (keys, impatient): (Arc<dyn KeyApi>, _) = (session, scene.waiting_as(signer, Duration::from_secs(1)).await);
    let mut key = some(&keys, kind).await;
    if matches!(act, Act::Change(Change::Activate)) {
        key = keys.change(kind, &key.id, &Change::Deactivate).await.expect("deactivated");
    }
    let is_read = plans.iter().any(|plan| plan["on"].as_str().is_some_and(|on| on.starts_with("read")));
    for plan in plans {
        scene.control("fault", plan).await;
    }
    let failure = act.fails(&impatient, &key).await;
    let is_done = act.is_done(listed(&keys, &key).await.as_ref());
    match failure {
        None => {
            assert!(is_done, "{what}: said to be done, and is not");
            "done"
        }
        Some(failure) if act.leaves_open(&failure) => {
            // A computer with too much to do may not have heard it.
            let is_late = matches!(failure, Failure::Unclear(_, UnclearAnswer::TimedOut(_)));
            // Of no API key does Dfns tell that a policy holds its revocation back: whoever says so may be anybody.
            let is_known = SURE.contains(&name.as_str()) && (kind.signs() || name != "pendingApproval");
            let is_said = is_known && !is_read && !is_late;
            assert!(!is_said, "{what}: Dfns has said what became of it: {failure}");
            "open"
        }
        Some(failure) => {
            assert!(!is_done, "{what}: said not to be done, and is: {failure}");
            "not done"
        }
    }
}

/// What fails, each time: one of the requests, or the look at it afterwards, as often as it is looked at.
fn plans(kind: CredentialKind, act: &Act, call: &str, fault: &Value) -> Vec<Vec<Value>> {
    let once = |on: &str| vec![json!({ "on": on, "fault": fault })];
    let read = match kind {
        CredentialKind::ApiKey => "read",
        CredentialKind::ServiceAccount => "readServiceAccount",
        CredentialKind::PersonalAccessToken => "readPat",
    };
    let unread = json!({ "on": read, "fault": fault, "times": 2 });
    let lost = json!({ "on": call, "fault": { "kind": "drop", "made": true } });
    let mut all = vec![once(call), vec![lost, unread.clone()]];
    if kind.signs() {
        all.push(vec![unread]);
    }
    // What fails before it is signed, fails alike for each change.
    if kind.signs() && matches!(act, Act::Change(Change::Deactivate) | Act::Revoke) {
        all.extend([once("actionInit"), once("action")]);
    }
    all
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_done_with_whichever_kind_and_whatever_fails_nothing_is_claimed_that_is_not_so() {
    let at_once = Arc::new(Semaphore::new(8));
    let mut running = JoinSet::new();
    for kind in [CredentialKind::ApiKey].into_iter().chain(KINDS) {
        for (act, call) in Act::of(kind) {
            for (name, fault) in faults().into_iter().filter(|(name, _)| FAILURES.contains(&name.as_str())) {
                for plans in plans(kind, &act, &call, &fault) {
                    let (at_once, act, name) = (Arc::clone(&at_once), act.clone(), name.clone());
                    running.spawn(async move {
                        let _one = at_once.acquire().await.expect("it stays open");
                        outcome(act, kind, plans, name).await
                    });
                }
            }
        }
    }
    let mut said = BTreeMap::<&str, usize>::new();
    while let Some(outcome) = running.join_next().await {
        *said.entry(outcome.expect("it holds")).or_default() += 1;
    }
    eprintln!("{said:?}");
    assert!(["done", "not done", "open"].iter().all(|each| said.contains_key(each)), "{said:?}");
}
