//! What a program has started ends with it, where it is ended: after a time limit, and when a delivery is called off.

use std::{
    fs, process,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use anyhow::ensure;
use keybearer_core::failure::{Failure, VaultContext, VaultProblem};
use keybearer_support::wait::{SOON, until};

use crate::{
    misbehaving::Script,
    scene::{deliver, token},
};

/// Told from those of every other test.
fn seconds() -> String {
    static LAST: AtomicU32 = AtomicU32::new(0);
    format!("1000.{:07}{:03}", process::id(), LAST.fetch_add(1, Ordering::Relaxed))
}

/// How many of [`storing`] are started.
const ALL: usize = 8;

/// What sleeps in the background in each way that there is of leaving one's parent behind.
fn storing(seconds: &str) -> String {
    format!(
        "sleep {seconds} &
         setsid sleep {seconds} &
         (setsid sh -c 'sleep {seconds} & sleep {seconds}' &)
         (setsid sleep {seconds} < /dev/null > /dev/null 2>&1 &)
         (exec 0<&- 1>&- 2>&-; nohup sleep {seconds} &)
         (env -i sleep {seconds} &)
         (trap '' TERM HUP INT; sleep {seconds}) &
         wait"
    )
}

/// How many processes sleep for so long.
fn sleeping(seconds: &str) -> usize {
    let all = fs::read_dir("/proc").expect("it is there").flatten();
    let argument = format!("\0{seconds}\0");
    all.filter_map(|entry| fs::read_to_string(entry.path().join("cmdline")).ok())
        .filter(|line| line.starts_with("sleep\0") && line.ends_with(&argument))
        .count()
}

async fn until_all_sleep(seconds: &str) {
    until("all of them to be there", SOON, async || {
        let there = sleeping(seconds);
        ensure!(there == ALL, "{there} of {ALL}");
        Ok(())
    })
    .await
    .expect("they are started");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_is_called_off_leaves_no_process_behind() {
    let seconds = seconds();
    let script = Script::storing(&format!("echo $$ > \"$folder/root\"; {}", storing(&seconds)));
    let vault = script.open(|_| {});
    let token = token();
    tokio::select! {
        outcome = deliver(&*vault, "bot", &token) => panic!("it does not end by itself: {outcome:?}"),
        () = until_all_sleep(&seconds) => {}
    }
    assert_eq!(sleeping(&seconds), 0, "they have ended by the time that it is called off");
    let root = script.entry("root").expect("it was written");
    until("the program itself to be gone, and to have been waited for", SOON, async || {
        ensure!(!fs::exists(format!("/proc/{}", root.trim()))?, "it is there");
        Ok(())
    })
    .await
    .expect("no zombie is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_takes_too_long_is_ended_with_all_that_it_has_started() {
    let seconds = seconds();
    let script = Script::storing(&storing(&seconds));
    let vault = script.open(|program| program.seconds = 3);
    let token = token();
    let (outcome, ()) = tokio::join!(deliver(&*vault, "bot", &token), until_all_sleep(&seconds));
    let limit = Duration::from_secs(3);
    let expected = VaultProblem::TookTooLong { program: "team-store".into(), limit };
    assert_eq!(outcome, Err(Failure::Vault(VaultContext::PerhapsStored, expected)));
    assert_eq!(sleeping(&seconds), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_is_called_off_leaves_no_process_behind_either() {
    let seconds = seconds();
    let script = Script::of(&storing(&seconds));
    let vault = script.open(|_| {});
    let entry = crate::scene::entry("bot");
    tokio::select! {
        outcome = vault.look(&entry) => panic!("it does not end by itself: {outcome:?}"),
        () = until_all_sleep(&seconds) => {}
    }
    assert_eq!(sleeping(&seconds), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_delivery_that_is_called_off_ends_nothing_of_another() {
    let (one, other) = (seconds(), seconds());
    let (first, second) = (Script::storing(&storing(&one)), Script::storing(&storing(&other)));
    let (first, second, token) = (first.open(|_| {}), second.open(|_| {}), token());
    let mut second = Box::pin(deliver(&*second, "bot", &token));
    tokio::select! {
        outcome = deliver(&*first, "bot", &token) => panic!("it does not end by itself: {outcome:?}"),
        outcome = &mut second => panic!("it does not end by itself: {outcome:?}"),
        ((), ()) = async { tokio::join!(until_all_sleep(&one), until_all_sleep(&other)) } => {}
    }
    assert_eq!((sleeping(&one), sleeping(&other)), (0, ALL));
    drop(second);
    assert_eq!(sleeping(&other), 0);
}
