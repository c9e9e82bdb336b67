//! Holding the token: the clipboard, the check, the time limits and the ways it ends.

use std::time::Duration;

use keybearer_core::{
    clipboard::Cleared,
    credential::SecretName,
    failure::{CallContext, ClipboardProblem, Failure, UnclearAnswer},
    issuance::{Check, NoticeKind, OnClipboard},
    key::{Key, KeyStatus},
};
use tokio::{
    sync::Notify,
    time::{Instant, advance, timeout},
};

use crate::stand_ins::{A_LOOK, CLIPBOARD, Dfns, HELD, Scene, TOKEN, key, locked};

fn clipboard(scene: &Scene) -> Option<OnClipboard> {
    scene.issuance.with_held(|held| held.clipboard.clone())
}

fn check(scene: &Scene) -> Option<Check> {
    scene.issuance.with_held(|held| held.check).flatten().map(|(check, _)| check)
}

#[tokio::test(start_paused = true)]
async fn a_copied_token_is_cleared_when_its_time_is_over() {
    let scene = Scene::holding().await;
    let copied = Instant::now();
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    assert_eq!(scene.board.text().as_deref(), Some(TOKEN));
    scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
    assert_eq!(copied.elapsed().as_secs(), CLIPBOARD.as_secs());
    assert_eq!(scene.board.text(), None);
}

#[tokio::test(start_paused = true)]
async fn copying_again_starts_the_time_anew() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    advance(CLIPBOARD - Duration::from_secs(1)).await;
    let again = Instant::now();
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied again");
    scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
    assert_eq!(again.elapsed().as_secs(), CLIPBOARD.as_secs());
}

#[tokio::test(start_paused = true)]
async fn what_somebody_else_copied_meanwhile_is_left_alone() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.board.copy("something else");
    scene.until(|_| clipboard(&scene) == Some(OnClipboard::Replaced)).await;
    assert_eq!(scene.board.text().as_deref(), Some("something else"));
}

#[tokio::test]
async fn our_own_copy_proves_nothing_and_the_same_text_from_a_vault_does() {
    let scene = Scene::holding().await;
    scene.issuance.check(scene.held(), None).await.expect("read");
    assert_eq!(check(&scene), Some(Check::Empty));
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.issuance.check(scene.held(), None).await.expect("read");
    assert_eq!(check(&scene), Some(Check::OwnCopy));
    scene.board.copy("something else");
    scene.issuance.check(scene.held(), None).await.expect("read");
    assert_eq!(check(&scene), Some(Check::Different));
    scene.board.copy(&format!("{TOKEN}\n"));
    scene.issuance.check(scene.held(), None).await.expect("read");
    assert_eq!(check(&scene), Some(Check::WhiteSpace));
    assert_eq!(scene.issuance.finish(scene.held(), false).await, Err(Failure::NotProven));
    scene.board.copy(TOKEN);
    scene.issuance.check(scene.held(), None).await.expect("read");
    assert_eq!(check(&scene), Some(Check::Stored));
    assert_eq!(scene.issuance.finish(scene.held(), false).await, Ok(OnClipboard::Clearing));
    assert_eq!(scene.board.text(), None, "the copy from the vault is gone as well");
}

#[tokio::test(start_paused = true)]
async fn done_without_a_proof_asks_first_and_leaves_everything_as_it_was() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    assert_eq!(scene.issuance.finish(scene.held(), false).await, Err(Failure::NotProven));
    assert_eq!(scene.board.text().as_deref(), Some(TOKEN));
    assert_eq!(scene.finish_as_said().await, Ok(OnClipboard::Clearing));
    assert_eq!(scene.board.text(), None);
    assert!(scene.issuance.is_idle() && scene.issuance.notices().is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_is_said_within_a_second_of_the_question_or_without_one_does_not_count() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    assert_eq!(scene.issuance.finish(scene.held(), true).await, Err(Failure::NotProven), "nobody was asked");
    let asked = Instant::now();
    assert_eq!(scene.issuance.finish(scene.held(), false).await, Err(Failure::NotProven));
    for milliseconds in [80, 480, 600, 700, 999] {
        advance(asked + Duration::from_millis(milliseconds) - Instant::now()).await;
        assert_eq!(scene.issuance.finish(scene.held(), true).await, Err(Failure::NotProven), "after {milliseconds} ms");
    }
    assert_eq!(scene.board.text().as_deref(), Some(TOKEN), "nothing is lost");
    advance(Duration::from_millis(1)).await;
    assert_eq!(scene.issuance.finish(scene.held(), true).await, Ok(OnClipboard::Clearing));

    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    for _ in 0..2 {
        // Asked once more, after going back, it is to be read once more.
        assert_eq!(scene.issuance.finish(scene.held(), false).await, Err(Failure::NotProven));
        advance(A_LOOK / 2).await;
    }
    assert_eq!(scene.issuance.finish(scene.held(), true).await, Err(Failure::NotProven));
}

#[tokio::test(start_paused = true)]
async fn a_token_that_was_never_copied_shown_or_delivered_cannot_be_called_stored() {
    let scene = Scene::holding().await;
    assert_eq!(scene.issuance.finish(scene.held(), false).await, Err(Failure::NeverLeft));
    advance(A_LOOK).await;
    assert_eq!(scene.issuance.finish(scene.held(), true).await, Err(Failure::NeverLeft));
    assert!(scene.issuance.with_held(|_| ()).is_some(), "it is held still");
    scene.issuance.show(scene.held(), SecretName::Token).expect("shown");
    assert_eq!(scene.finish_as_said().await, Ok(OnClipboard::Untouched));
}

#[tokio::test(start_paused = true)]
async fn a_clipboard_that_cannot_be_cleared_is_told_before_the_token_is_let_go() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    *locked(&scene.board.stubborn) = true;
    assert!(matches!(scene.finish_as_said().await, Err(Failure::Clipboard(ClipboardProblem::StillThere(_)))));
    assert!(!scene.issuance.is_idle());
    assert!(matches!(scene.issuance.finish(scene.held(), true).await, Ok(OnClipboard::StillThere(_))));
    assert!(scene.issuance.is_idle());
}

#[tokio::test(start_paused = true)]
async fn a_token_nobody_finished_with_is_wiped_and_its_key_needs_attention() {
    let scene = Scene::holding().await;
    let held = Instant::now();
    scene.until(|issuance| !issuance.notices().is_empty()).await;
    assert_eq!(held.elapsed().as_secs(), HELD.as_secs());
    assert!(scene.issuance.is_idle());
    let notice = &scene.issuance.notices()[0];
    assert!(matches!(notice.kind, NoticeKind::NotHandedOver(_)));
    scene.issuance.revoke_noticed(notice.number).await.expect("revoked");
    assert!(scene.issuance.notices().is_empty());
}

#[tokio::test(start_paused = true)]
async fn keeping_it_longer_puts_the_wiping_off_by_the_whole_time() {
    let scene = Scene::holding().await;
    advance(HELD - Duration::from_secs(1)).await;
    scene.issuance.extend_hold(scene.held()).expect("it is held");
    let kept = Instant::now();
    scene.until(|issuance| issuance.is_idle()).await;
    assert_eq!(kept.elapsed().as_secs(), HELD.as_secs());
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_is_live_when_the_time_is_over_is_cleared_with_it() {
    let scene = Scene::holding().await;
    advance(HELD - Duration::from_secs(1)).await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.until(|issuance| issuance.is_idle()).await;
    assert_eq!(scene.board.text(), None);
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_cannot_be_cleared_when_the_time_is_over_is_told() {
    let scene = Scene::holding().await;
    advance(HELD - Duration::from_secs(1)).await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    *locked(&scene.board.stubborn) = true;
    scene.until(|issuance| issuance.notices().len() == 2).await;
    let still_there = |kind: &NoticeKind| matches!(kind, NoticeKind::OnClipboard(_, ClipboardProblem::StillThere(_)));
    assert!(scene.issuance.notices().iter().any(|notice| still_there(&notice.kind)));
}

#[tokio::test(start_paused = true)]
async fn a_shown_token_is_hidden_by_itself() {
    let scene = Scene::holding().await;
    assert!(scene.issuance.shown().is_none());
    let shown = Instant::now();
    scene.issuance.show(scene.held(), SecretName::Token).expect("shown");
    assert!(scene.issuance.shown().is_some_and(|shown| shown.secret().expect("a secret").equals(TOKEN)));
    scene.until(|issuance| issuance.with_held(|held| held.shown.is_none()) == Some(true)).await;
    assert_eq!(shown.elapsed().as_secs(), 20);
    assert!(scene.issuance.shown().is_none());
}

#[tokio::test]
async fn a_revoked_key_lets_its_token_go() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.issuance.revoke_held(scene.held()).await.expect("revoked");
    assert!(scene.issuance.is_idle());
    assert_eq!(scene.board.text(), None);
}

#[tokio::test]
async fn a_revocation_that_is_not_confirmed_keeps_the_token() {
    let scene = Scene::holding().await;
    let refused = Failure::Forbidden { permission: Some("ApiKeys:Revoke".into()), message: None };
    locked(&scene.dfns.revocations).push_back(Err(refused.clone()));
    assert_eq!(scene.issuance.revoke_held(scene.held()).await, Err(refused));
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("it is held still");
    assert_eq!(scene.board.text().as_deref(), Some(TOKEN));
}

#[tokio::test]
async fn a_revocation_that_panics_is_told_as_in_doubt_and_the_token_can_be_finished_with() {
    let scene = Scene::holding().await;
    *locked(&scene.dfns.revoking_panics) = true;
    assert_eq!(
        scene.issuance.revoke_held(scene.held()).await,
        Err(Failure::Unclear(CallContext::Revoke, UnclearAnswer::NotUnderstood))
    );
    assert_eq!(scene.issuance.with_held(|held| held.revocation().is_none()), Some(true));
    *locked(&scene.dfns.revoking_panics) = false;
    scene.issuance.revoke_held(scene.held()).await.expect("it can be tried again");
    assert!(scene.issuance.is_idle());
}

#[tokio::test(start_paused = true)]
async fn a_key_that_could_not_be_revoked_since_the_sign_in_is_over_stays_to_be_revoked_after_finishing() {
    let scene = Scene::holding().await;
    locked(&scene.dfns.revocations).push_back(Err(Failure::SignInAgain));
    let failure = scene.issuance.revoke_held(scene.held()).await.expect_err("a refusal");
    assert_eq!(failure, Failure::SignInOver);
    assert!(!scene.issuance.is_idle());
    scene.finish_as_said().await.expect("finished");
    let notices = scene.issuance.notices();
    assert_eq!(notices.len(), 1);
    scene.issuance.revoke_noticed(notices[0].number).await.expect("revoked with the new sign-in");
    assert!(scene.issuance.notices().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_revocation_can_be_called_off_and_is_then_told_as_in_doubt() {
    let dfns = Dfns { revocation_gate: Some(Notify::new()), ..Dfns::default() };
    let scene = Scene::holding_of(dfns).await;
    let revoking = timeout(Duration::from_secs(60), scene.issuance.revoke_held(scene.held()));
    let (revocation, ()) = tokio::join!(revoking, async {
        scene.until(|issuance| issuance.with_held(|held| held.revocation().is_some()) == Some(true)).await;
        assert!(
            matches!(scene.issuance.finish(scene.held(), true).await, Err(Failure::NotNow(_))),
            "it waits for the outcome"
        );
        scene.issuance.call_off_revocation();
    });
    assert_eq!(revocation.expect("it ends"), Err(Failure::Unclear(CallContext::Revoke, UnclearAnswer::CalledOff)));
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("the token is held still");
}

#[tokio::test]
async fn a_key_of_which_dfns_says_that_it_is_not_there_is_not_called_revoked() {
    let scene = Scene::holding().await;
    // As for a key that is so new that not every part of Dfns knows it.
    locked(&scene.dfns.revocations).push_back(Err(Failure::KeyGone));
    assert_eq!(scene.issuance.revoke_held(scene.held()).await, Err(Failure::KeyGone));
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("the token is held still");
    assert_eq!(scene.issuance.revoke_held(scene.held()).await, Ok(()));
    assert!(scene.issuance.is_idle());
}

#[tokio::test]
async fn a_key_that_is_revoked_already_counts_as_revoked_whatever_the_answer_to_revoking_it_again() {
    let scene = Scene::holding().await;
    locked(&scene.dfns.revocations).push_back(Err(Failure::KeyGone));
    let revoked = Key { status: KeyStatus::read("Archived"), ..key("Server Key 3") };
    locked(&scene.dfns.keys).push(revoked);
    assert_eq!(scene.issuance.revoke_held(scene.held()).await, Ok(()));
    assert!(scene.issuance.is_idle());
}

#[tokio::test]
async fn when_the_app_ends_the_clipboard_is_cleared_and_the_token_gone() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.issuance.shut_down().await;
    assert_eq!(scene.board.text(), None);
    assert!(scene.issuance.is_idle());
}

#[tokio::test]
async fn a_copy_is_known_to_a_later_start_until_it_is_proven_to_be_gone() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    let copies = locked(&scene.book.copies).clone();
    assert!(copies.len() == 1 && copies[0].1.is_of(TOKEN));
    scene.issuance.clear_clipboard(scene.held()).await.expect("cleared");
    assert_eq!(locked(&scene.book.copies).len(), 1, "somebody may put it back yet");
    scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
    assert!(locked(&scene.book.copies).is_empty());
}

/// It is cleared without a second try.
fn cleared_at_once(problem: ClipboardProblem) {
    panic!("it could not be cleared: {problem}");
}

#[tokio::test(start_paused = true)]
async fn a_leftover_copy_that_cannot_be_cleared_is_told_and_tried_again_until_it_is_gone() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    *locked(&scene.board.stubborn) = true;
    let mut told = 0;
    let cleared = scene.issuance.clear_leftover(|_| {
        told += 1;
        *locked(&scene.board.stubborn) = told < 3;
    });
    assert!(matches!(cleared.await, Some(Cleared::Gone)));
    assert_eq!((told, scene.board.text(), locked(&scene.book.copies).len()), (3, None, 0));
}

#[tokio::test(start_paused = true)]
async fn what_the_display_lets_nobody_see_was_not_copied_and_is_in_no_vault() {
    let scene = Scene::holding().await;
    *locked(&scene.board.untrusted) = true;
    assert!(scene.issuance.copy(scene.held(), SecretName::Token).await.is_err());
    assert_eq!((clipboard(&scene), locked(&scene.book.copies).len()), (Some(OnClipboard::Untouched), 0));
    assert_eq!(scene.issuance.finish(scene.held(), false).await, Err(Failure::NeverLeft));
}

#[tokio::test(start_paused = true)]
async fn the_late_end_of_an_earlier_clearing_leaves_the_next_token_watched_for() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    *locked(&scene.board.stubborn) = true;
    scene.finish_as_said().await.expect_err("it is told once");
    scene.finish_as_said().await.expect("finished");
    *locked(&scene.board.stubborn) = false;
    scene.create("Server Key 4").await.expect("made");
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.issuance.clear_clipboard(scene.held()).await.expect("cleared");
    scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
    scene.until(|issuance| issuance.notices().is_empty()).await;
    scene.board.copy(TOKEN);
    scene.until(|_| matches!(clipboard(&scene), Some(OnClipboard::Live { own: false, .. }))).await;
}

#[tokio::test]
async fn a_leftover_copy_is_cleared_once_and_nothing_else_ever() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    // As the next start finds it.
    scene.board.copy("somebody else's");
    assert!(matches!(scene.issuance.clear_leftover(cleared_at_once).await, Some(Cleared::Replaced)));
    assert_eq!(scene.board.text().as_deref(), Some("somebody else's"));
    assert!(scene.issuance.clear_leftover(cleared_at_once).await.is_none(), "it is known to be gone");
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied again");
    assert!(matches!(scene.issuance.clear_leftover(cleared_at_once).await, Some(Cleared::Gone)));
    assert_eq!(scene.board.text(), None);
}

#[tokio::test]
async fn stepping_back_hides_and_clears_and_keeps_the_token() {
    let scene = Scene::holding().await;
    assert!(!scene.issuance.step_back().await, "there is nothing to do");
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.issuance.show(scene.held(), SecretName::Token).expect("shown");
    assert!(scene.issuance.step_back().await);
    assert!(scene.issuance.shown().is_none() && scene.board.text().is_none());
    assert!(!scene.issuance.is_idle(), "the token is held still");
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_could_not_be_made_sure_of_is_cleared_in_its_time_all_the_same() {
    let scene = Scene::holding().await;
    *locked(&scene.board.unseen) = true;
    let copied = Instant::now();
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect_err("nobody sees it");
    assert!(matches!(clipboard(&scene), Some(OnClipboard::Unsure { .. })));
    scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
    assert_eq!((copied.elapsed().as_secs(), scene.board.text()), (CLIPBOARD.as_secs(), None));
}

#[tokio::test]
async fn stepping_back_clears_wherever_the_token_may_be_on_the_clipboard() {
    let scene = Scene::holding().await;
    *locked(&scene.board.unseen) = true;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect_err("nobody sees it");
    assert!(scene.issuance.step_back().await);
    assert_eq!(scene.board.text(), None);

    *locked(&scene.board.unseen) = false;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    *locked(&scene.board.stubborn) = true;
    assert!(scene.issuance.step_back().await);
    assert!(matches!(clipboard(&scene), Some(OnClipboard::StillThere(_))), "it is told as it is");
    *locked(&scene.board.stubborn) = false;
    assert!(scene.issuance.step_back().await);
    assert_eq!((clipboard(&scene), scene.board.text()), (Some(OnClipboard::Clearing), None));
}

#[tokio::test]
async fn a_clearing_that_failed_is_tried_again_once_the_person_is_back_and_no_other_is() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.issuance.try_clearing_again().await;
    assert_eq!(scene.board.text().as_deref(), Some(TOKEN), "its time is not over");
    *locked(&scene.board.stubborn) = true;
    scene.issuance.clear_clipboard(scene.held()).await.expect_err("it stays");
    *locked(&scene.board.stubborn) = false;
    scene.issuance.try_clearing_again().await;
    assert_eq!((clipboard(&scene), scene.board.text()), (Some(OnClipboard::Clearing), None));
}

#[tokio::test]
async fn a_copy_with_white_space_around_it_is_cleared_as_any_other() {
    let scene = Scene::holding().await;
    let printed = format!("{TOKEN}\n");
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.board.copy(&printed);
    scene.issuance.clear_clipboard(scene.held()).await.expect("cleared");
    assert_eq!((clipboard(&scene), scene.board.text()), (Some(OnClipboard::Clearing), None));

    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.board.copy(&printed);
    assert!(matches!(scene.issuance.clear_leftover(cleared_at_once).await, Some(Cleared::Gone)));
}

#[tokio::test(start_paused = true)]
async fn a_copy_with_white_space_that_was_checked_is_cleared_in_its_time() {
    let scene = Scene::holding().await;
    scene.board.copy(&format!(" {TOKEN}\n"));
    let checked = Instant::now();
    scene.issuance.check(scene.held(), None).await.expect("read");
    assert_eq!(check(&scene), Some(Check::WhiteSpace));
    assert_eq!(locked(&scene.book.copies).len(), 1, "the next start would know it");
    scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
    assert_eq!((checked.elapsed().as_secs(), scene.board.text()), (CLIPBOARD.as_secs(), None));
}

/// Another program puts the token back, so often.
fn puts_back(scene: &Scene, times: u32) {
    *locked(&scene.board.puts_back) = Some((TOKEN.to_owned(), times));
}

#[tokio::test(start_paused = true)]
async fn what_a_program_puts_back_is_cleared_again_before_it_is_called_cleared() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    puts_back(&scene, 3);
    scene.issuance.clear_clipboard(scene.held()).await.expect("cleared");
    assert_eq!(clipboard(&scene), Some(OnClipboard::Clearing));
    scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
    assert_eq!((scene.board.text(), locked(&scene.board.puts_back).clone()), (None, Some((TOKEN.to_owned(), 0))));
}

#[tokio::test(start_paused = true)]
async fn what_a_program_puts_back_after_done_is_cleared_again_and_else_needs_attention_until_it_is_gone() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    puts_back(&scene, 20);
    let key = key("Server Key 3").id;
    assert_eq!(scene.finish_as_said().await, Ok(OnClipboard::Clearing));
    assert!(matches!(scene.issuance.cleared(&key).await, Err(ClipboardProblem::StillThere(_))), "it insists");
    let notices = scene.issuance.notices();
    assert!(
        matches!(&notices[..], [one] if matches!(one.kind, NoticeKind::OnClipboard(..)) && one.name() == "Server Key 3")
    );
    assert_eq!(locked(&scene.book.copies).len(), 1, "the next start would clear it");
    scene.until(|issuance| issuance.notices().is_empty()).await;
    assert_eq!((scene.issuance.cleared(&key).await, scene.board.text()), (Ok(()), None));
    assert!(locked(&scene.book.copies).is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_could_not_be_cleared_stays_under_needs_attention_after_done_and_goes_once_the_person_is_back() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    *locked(&scene.board.stubborn) = true;
    scene.finish_as_said().await.expect_err("it is told once");
    assert!(matches!(scene.finish_as_said().await, Ok(OnClipboard::StillThere(_))));
    let notices = scene.issuance.notices();
    assert!(
        matches!(&notices[..], [one] if matches!(one.kind, NoticeKind::OnClipboard(..)) && one.name() == "Server Key 3")
    );
    *locked(&scene.board.stubborn) = false;
    let back = Instant::now();
    // Whoever waits for the next try waits for this as well.
    tokio::task::yield_now().await;
    scene.issuance.try_clearing_again().await;
    scene.until(|issuance| issuance.notices().is_empty()).await;
    assert_eq!((scene.board.text(), back.elapsed()), (None, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn one_that_was_put_aside_is_tried_again_and_told_no_more() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    *locked(&scene.board.stubborn) = true;
    scene.finish_as_said().await.expect_err("it is told once");
    scene.finish_as_said().await.expect("finished");
    let number = scene.issuance.notices()[0].number;
    scene.issuance.dismiss(number).await;
    let before = *locked(&scene.board.clearings);
    scene.until(|_| *locked(&scene.board.clearings) > before + 2).await;
    assert!(scene.issuance.notices().is_empty());
    *locked(&scene.board.stubborn) = false;
    scene.until(|_| scene.board.text().is_none()).await;
    assert!(scene.issuance.notices().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_comes_later_while_the_token_is_held_goes_in_its_time_and_can_be_checked_until_then() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.issuance.clear_clipboard(scene.held()).await.expect("cleared");
    scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
    scene.board.copy(TOKEN);
    scene.until(|_| matches!(clipboard(&scene), Some(OnClipboard::Live { own: false, .. }))).await;
    scene.issuance.check(scene.held(), None).await.expect("read");
    assert_eq!(check(&scene), Some(Check::Stored));
    scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
    assert_eq!(scene.board.text(), None);
}

#[tokio::test(start_paused = true)]
async fn a_mark_of_the_last_run_is_not_forgotten_before_a_program_puts_the_copy_back_on_an_empty_clipboard() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    *locked(&scene.board.text) = None;
    puts_back(&scene, 1);
    assert!(matches!(scene.issuance.clear_leftover(cleared_at_once).await, Some(Cleared::Gone)));
    assert_eq!(scene.board.text(), None);
    assert!(locked(&scene.book.copies).is_empty());
}

#[tokio::test(start_paused = true)]
async fn what_was_gone_before_its_time_is_forgotten_only_when_no_program_puts_it_back() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    *locked(&scene.board.text) = None;
    puts_back(&scene, 1);
    scene.issuance.clear_clipboard(scene.held()).await.expect("it is gone");
    assert_eq!((clipboard(&scene), locked(&scene.book.copies).len()), (Some(OnClipboard::Replaced), 1));
    scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
    assert_eq!((scene.board.text(), locked(&scene.book.copies).len()), (None, 0));
}

#[tokio::test(start_paused = true)]
async fn however_often_it_was_cleared_it_is_watched_for_once() {
    let scene = Scene::holding().await;
    for _ in 0..20 {
        scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
        scene.issuance.clear_clipboard(scene.held()).await.expect("cleared");
        scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
    }
    let before = *locked(&scene.board.looks);
    tokio::time::sleep(Duration::from_secs(20)).await;
    // One look a second here, where nobody waits for what comes.
    let looks = *locked(&scene.board.looks) - before;
    assert!((10..=25).contains(&looks), "{looks} looks in 20 seconds");
}

#[tokio::test(start_paused = true)]
async fn what_another_program_puts_back_after_the_clearing_goes_with_done() {
    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.issuance.clear_clipboard(scene.held()).await.expect("cleared");
    scene.board.copy(TOKEN);
    assert!(matches!(scene.finish_as_said().await, Ok(OnClipboard::Clearing | OnClipboard::Cleared)));
    assert_eq!(scene.board.text(), None);

    let scene = Scene::holding().await;
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.issuance.clear_clipboard(scene.held()).await.expect("cleared");
    scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
    scene.board.copy("something else");
    assert_eq!(scene.finish_as_said().await, Ok(OnClipboard::Cleared), "as it was");
    assert_eq!(scene.board.text().as_deref(), Some("something else"));
}
