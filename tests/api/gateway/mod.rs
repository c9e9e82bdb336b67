//! A gateway between this computer and Dfns lets each call through, and gives an answer of its own in place of Dfns': so
//! what was asked for was done. Whatever it answers, each key is accounted for, nothing is asked for twice, nobody is signed
//! in by it, and nothing is said of a permission that Dfns has not said.
//!
//! What a person reads in each case is in `gateway.txt`, which is written anew with `WRITE_SNAPSHOTS=1` after a change that
//! was meant.

mod answers;
mod batches;
mod scene;

use std::{fmt::Write, future::Future, pin::Pin, sync::Arc};

use keybearer_core::{
    account::Session,
    app::KeyDetails,
    credential::CredentialKind,
    failure::{CallContext, Failure},
    issuance::NoticeKind,
    words,
};
use keybearer_sandbox::Persona;
use keybearer_support::{
    gateway::Call,
    recorder::{Recorder, Reply},
    snapshot::ensure_as_in,
};
use serde_json::{Value, json};
use tokio::sync::Semaphore;

use self::{
    answers::{Answer, Form, answers},
    scene::{NAME, Scene, noticed, told, wanted},
};

/// What a person reads, one line for each step.
type Words = Vec<String>;

/// What happens with the answers that it applies to.
struct Row {
    title: &'static str,
    applies: fn(&Answer) -> bool,
    play: fn(Answer) -> Pin<Box<dyn Future<Output = Words> + Send>>,
}

macro_rules! row {
    ($title:literal, $applies:path, $play:path) => {
        Row { title: $title, applies: $applies, play: |answer| Box::pin($play(answer)) }
    };
}

const ROWS: [Row; 9] = [
    row!("Signing in", Answer::is_small_and_no_list, signing_in),
    row!("Listing", Answer::is_no_list, listing),
    row!("Looking whether the name is free", Answer::is_small_and_no_list, looking),
    row!("Creating", Answer::is_any, creating),
    row!("Creating, and from then on every call", Answer::is_small, creating_in_the_dark),
    row!("Creating as somebody who may not list", Answer::is_any, creating_unlisted),
    row!("Looking at a key", Answer::is_of_others, reading),
    row!("Revoking", Answer::is_of_others, revoking),
    row!("Revoking, and looking whether it is", Answer::is_of_others, revoking_in_the_dark),
];

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_gateway_answers_each_key_is_accounted_for_and_nothing_is_asked_for_twice() {
    let elsewhere = Recorder::start([Reply::json(200, &json!({ "items": [] }))]).await.expect("it starts");
    let answers = answers(&elsewhere.url());
    let turns = Arc::new(Semaphore::new(24));
    let (mut running, mut cells) = (Vec::new(), 0);
    for Row { title, applies, play } in ROWS {
        let of_row = answers.iter().filter(|answer| applies(answer)).cloned().map(|answer| {
            let (turns, name) = (Arc::clone(&turns), answer.name);
            let cell = async move {
                let _turn = turns.acquire().await.expect("it is never closed");
                play(answer).await
            };
            (name, tokio::spawn(cell))
        });
        let of_row: Vec<_> = of_row.collect();
        cells += of_row.len();
        running.push((title, of_row));
    }
    let (mut text, mut failed) = (String::new(), Vec::new());
    for (title, cells) in running {
        // What is told in the same words stands there once.
        let mut told: Vec<(Words, Vec<&str>)> = Vec::new();
        for (name, cell) in cells {
            let Ok(words) = cell.await else {
                failed.push(format!("{title}, answered with {name}"));
                continue;
            };
            match told.iter_mut().find(|(there, _)| *there == words) {
                Some((_, names)) => names.push(name),
                None => told.push((words, vec![name])),
            }
        }
        writeln!(text, "# {title}\n").expect("a String takes all");
        for (words, names) in told {
            writeln!(text, "{}\n    {}\n", names.join(" | "), words.join("\n    ")).expect("a String takes all");
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(elsewhere.requests().is_empty(), "something went to where an answer pointed");
    assert!(cells > 300, "{cells} cells");
    ensure_as_in("api/gateway.txt", &text);
}

/// Nobody is signed in: nothing is kept, nothing cleared from the clipboard, nothing remembered.
async fn signing_in(answer: Answer) -> Words {
    let scene = Scene::new().await;
    scene.gateway.answer([Call::List], &answer.reply);
    let failure = scene.sign_in(Persona::Admin).await.expect_err("nobody is signed in");
    assert!(!scene.is_signed_in() && scene.app.sessions.accounts().is_empty());
    assert!(scene.keyring.is_empty() && scene.clipboard.text().is_some() && scene.said().is_empty());
    let words = vec![scene.words(&answer, told(&failure))];
    scene.gateway.step_aside();
    scene.sign_in(Persona::Admin).await.expect("signed in");
    scene.settled().await;
    words
}

/// Who is signed in stays so, and what is in the list is what Dfns said last.
async fn listing(answer: Answer) -> Words {
    let scene = Scene::signed_in(Persona::Admin).await;
    scene.gateway.answer([Call::List], &answer.reply);
    // What else is listed is there nevertheless.
    let listed = scene.app.list_keys().await.expect("the service accounts");
    assert!(listed.keys.iter().all(|key| key.kind == CredentialKind::ServiceAccount) && !listed.keys.is_empty());
    let (_, failure) = listed.unlisted.into_iter().find(|(kind, _)| *kind == CredentialKind::ApiKey).expect("no list");
    assert!(scene.is_signed_in());
    let words = vec![scene.words(&answer, told(&failure))];
    scene.gateway.step_aside();
    assert!(scene.app.list_keys().await.is_ok());
    words
}

/// Nothing is asked for before it was looked whether the name is free.
async fn looking(answer: Answer) -> Words {
    let scene = Scene::signed_in(Persona::Admin).await;
    // What was listed a moment ago would do.
    scene.app.issuance.changed_at_dfns();
    scene.gateway.answer([Call::List], &answer.reply);
    let failure = scene.app.create_key(wanted(NAME)).await.expect_err("nothing was asked for");
    assert!(!failure.is_doubtful() && scene.posts() == 0 && scene.app.issuance.notices().is_empty());
    let words = vec![scene.words(&answer, told(&failure))];
    scene.gateway.step_aside();
    assert_eq!(scene.app.create_key(wanted(NAME)).await, Ok(()));
    words
}

/// The key is found by itself, guards its name, and is revoked with one click, which may be intercepted as well.
async fn creating(answer: Answer) -> Words {
    let scene = Scene::signed_in(Persona::Admin).await;
    scene.gateway.answer([Call::Create], &answer.reply);
    let outcome = scene.app.create_key(wanted(NAME)).await;
    let mut words =
        vec![outcome.as_ref().map_or_else(|failure| scene.words(&answer, told(failure)), |()| String::new())];
    scene.made_once().await;
    if outcome.is_ok() && scene.app.issuance.with_held(|_| ()).is_none() {
        // An approval is waited for: the key is found as soon as it is listed.
        words = vec![scene.words(&answer, noticed(&scene.notice()))];
        scene.app.list_keys().await.expect("a list");
    } else {
        assert!(outcome.is_err_and(|failure| failure.is_doubtful()), "{}", answer.name);
    }
    scene.guards_its_name().await;
    let notice = scene.notice();
    assert!(matches!(notice.kind, NoticeKind::Candidate(_)), "{}", answer.name);
    words.push(format!("Needs attention: {}", scene.words(&answer, noticed(&notice))));

    if answer.form == Form::Others {
        scene.gateway.answer([Call::Revoke, Call::Read], &answer.reply);
        scene.app.revoke_noticed(notice.number).await.expect_err("nothing proves that it was revoked");
        words.push(format!("Revoked there: {}", scene.words(&answer, noticed(&scene.notice()))));
    }
    scene.revoked_with_one_click().await;
    words
}

/// The key is found as soon as Dfns itself can be heard, also by the next start.
async fn creating_in_the_dark(answer: Answer) -> Words {
    let mut scene = Scene::signed_in(Persona::Admin).await;
    scene.settled().await;
    scene.gateway.answer_all_from(Call::Create, &answer.reply);
    let outcome = scene.app.create_key(wanted(NAME)).await;
    let mut words = vec![];
    if let Err(failure) = &outcome {
        assert!(failure.is_doubtful(), "{}: {failure:?}", answer.name);
        words.push(scene.words(&answer, told(failure)));
    }
    words.push(format!("Needs attention: {}", scene.words(&answer, noticed(&scene.notice()))));
    let again = scene.app.create_key(wanted(NAME)).await.expect_err("not a second time");
    words.push(format!("Asked again: {}", scene.words(&answer, told(&again))));
    scene.made_once().await;

    if answer.form == Form::Others {
        scene.start_anew().await;
        let Session::SignedIn(signed_in) = scene.app.sessions.now() else {
            panic!("{}: what was good before is as good as then", answer.name);
        };
        let unchecked = signed_in.unchecked.as_ref().map_or_else(|| "nothing".to_owned(), told);
        words.push(format!("Started anew: {}", scene.words(&answer, unchecked)));
        assert!(scene.notice().key().is_none());
        let again = scene.app.create_key(wanted(NAME)).await.expect_err("not a second time");
        words.push(format!("Asked again: {}", scene.words(&answer, told(&again))));
        scene.made_once().await;
    }

    scene.gateway.step_aside();
    scene.app.list_keys().await.expect("a list");
    scene.guards_its_name().await;
    assert!(matches!(scene.notice().kind, NoticeKind::Candidate(_)), "{}", answer.name);
    scene.revoked_with_one_click().await;
    words
}

/// Who may not list cannot find it, and is told so.
async fn creating_unlisted(answer: Answer) -> Words {
    let scene = Scene::signed_in(Persona::Issuer).await;
    scene.gateway.answer([Call::Create], &answer.reply);
    let outcome = scene.app.create_key(wanted(NAME)).await;
    scene.made_once().await;
    let mut words = vec![];
    if let Err(failure) = &outcome {
        assert!(failure.is_doubtful(), "{}: {failure:?}", answer.name);
        words.push(scene.words(&answer, told(failure)));
    }
    words.push(format!("Needs attention: {}", scene.words(&answer, noticed(&scene.notice()))));
    scene.gateway.step_aside();
    scene.guards_its_name().await;
    words
}

/// Nothing is said of the key itself.
async fn reading(answer: Answer) -> Words {
    let (scene, key) = Scene::with_key().await;
    scene.gateway.answer([Call::Read], &answer.reply);
    let KeyDetails { read, record, .. } = scene.app.get_key(&key).await.expect("somebody is signed in");
    assert!(record.expect("the journal").is_some());
    vec![scene.words(&answer, told(&read.expect_err("nothing was read")))]
}

/// It was revoked, and Dfns says so when it is asked.
async fn revoking(answer: Answer) -> Words {
    let (scene, key) = Scene::with_key().await;
    scene.gateway.answer([Call::Revoke], &answer.reply);
    assert_eq!(scene.app.revoke_key(&key, "").await, Ok(()), "{}", answer.name);
    assert!(is_revoked(&scene.made().await[0]));
    vec![scene.words(&answer, scene.said())]
}

/// That it was revoked is not said before Dfns has said so.
async fn revoking_in_the_dark(answer: Answer) -> Words {
    let (scene, key) = Scene::with_key().await;
    let before = scene.said();
    scene.gateway.answer([Call::Revoke, Call::Read], &answer.reply);
    let failure = scene.app.revoke_key(&key, "").await.expect_err("nothing proves it");
    assert!(matches!(failure, Failure::Unclear(CallContext::Revoke, _)), "{}: {failure:?}", answer.name);
    assert_eq!(scene.said(), before);
    scene.gateway.step_aside();
    assert_eq!(scene.app.revoke_key(&key, "").await, Ok(()));
    vec![scene.words(&answer, told(&failure))]
}

impl Scene {
    /// The same words in each run; and nothing that only Dfns can say, unless it was said in Dfns' form.
    fn words(&self, answer: &Answer, said: String) -> String {
        let port = self.gateway.url().rsplit(':').next().map(str::to_owned).unwrap_or_default();
        if answer.form == Form::Others {
            let claims =
                ["permission to do this", "session has ended", "was revoked.", "says it isn’t there", "policy"];
            let paused = words::err_paused().to_string();
            for claim in claims.into_iter().chain([paused.as_str()]) {
                assert!(!said.contains(claim) || answer.claims == Some(claim), "{}: {said}", answer.name);
            }
        }
        let status = answer.name.split(' ').next().unwrap_or_default();
        said.replace(&port, "PORT").replace(&format!("HTTP {status}"), "HTTP …")
    }

    /// One key was made, by one request.
    async fn made_once(&self) {
        assert_eq!((self.posts(), self.made().await.len()), (1, 1));
    }

    /// Nothing is asked for a second time by whoever wishes for the same.
    async fn guards_its_name(&self) {
        let posts = self.posts();
        for again in [NAME, "server key  3"] {
            let refused = self.app.create_key(wanted(again)).await;
            assert_eq!(refused, Err(Failure::StillOpen(NAME.to_owned())));
        }
        assert_eq!(self.posts(), posts);
    }

    async fn revoked_with_one_click(&self) {
        self.gateway.step_aside();
        let notice = self.notice();
        assert!(notice.key().is_some(), "there is a button for it");
        self.app.revoke_noticed(notice.number).await.expect("revoked");
        assert!(self.made().await.iter().all(is_revoked));
        assert!(self.app.issuance.notices().is_empty());
    }
}

fn is_revoked(key: &Value) -> bool {
    key["status"] == "Revoked"
}
