//! All the secrets in one text: on the clipboard for a short time, cleared and known again like one alone, and judged one by one
//! where they come back.

use std::time::Duration;

use keybearer_core::{
    bundle::BundleFormat,
    clipboard::Cleared,
    credential::SecretName,
    failure::{ClipboardProblem, Failure, NotNow},
    issuance::{Check, Held, OnClipboard},
    journal::Event,
    words,
};
use tokio::time::{Instant, advance};

use crate::stand_ins::{CLIPBOARD, CREDENTIAL, Dfns, Scene, TOKEN, locked};

/// As long as all of them stay on the clipboard at most.
const SHORT: Duration = Duration::from_secs(15);

fn clipboard(scene: &Scene) -> Option<OnClipboard> {
    scene.issuance.with_held(|held| held.clipboard.clone())
}

fn check(scene: &Scene) -> Option<(Check, Option<SecretName>)> {
    scene.issuance.with_held(|held| held.check).flatten()
}

fn checked(scene: &Scene) -> Vec<SecretName> {
    let of = |held: &Held| SecretName::ALL.iter().copied().filter(|name| held.has_checked(*name)).collect();
    scene.issuance.with_held(of).expect("they are held")
}

async fn copied(scene: &Scene, format: BundleFormat) -> String {
    scene.issuance.copy_all(scene.held(), format).await.expect("copied");
    scene.board.text().expect("it is there")
}

/// What becomes of a text in a vault.
type Change = fn(&str) -> String;

/// What the vault gives back is checked.
async fn check_back(scene: &Scene, text: &str) {
    scene.board.copy(text);
    scene.issuance.check(scene.held(), None).await.expect("read");
}

#[tokio::test(start_paused = true)]
async fn all_of_them_are_cleared_after_fifteen_seconds_however_long_a_copy_may_stay() {
    for (setting, stays) in [(Duration::from_secs(300), SHORT), (Duration::from_secs(5), Duration::from_secs(5))] {
        for format in BundleFormat::ALL {
            let scene = Scene::holding_signing_for(Dfns::default(), setting).await;
            let begun = Instant::now();
            let text = copied(&scene, *format).await;
            assert!([TOKEN, CREDENTIAL, "PRIVATE KEY"].into_iter().all(|part| text.contains(part)), "{text}");
            scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
            assert_eq!((begun.elapsed().as_secs(), scene.board.text()), (stays.as_secs(), None));
            assert!(locked(&scene.book.copies).is_empty(), "its mark is forgotten once it is gone");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn one_alone_that_is_copied_after_them_has_its_whole_time() {
    let scene = Scene::holding_signing_for(Dfns::default(), Duration::from_secs(60)).await;
    copied(&scene, BundleFormat::Env).await;
    advance(Duration::from_secs(10)).await;
    let begun = Instant::now();
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
    assert_eq!(begun.elapsed().as_secs(), 60);
}

#[tokio::test(start_paused = true)]
async fn what_puts_them_back_has_them_cleared_again_and_what_the_app_left_there_goes_at_the_next_start() {
    for format in BundleFormat::ALL {
        let scene = Scene::holding_signing(Dfns::default()).await;
        let text = copied(&scene, *format).await;
        *locked(&scene.board.puts_back) = Some((format!("{text}\n"), 2));
        scene.issuance.clear_clipboard(scene.held()).await.expect("cleared");
        scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
        assert_eq!((scene.board.text(), *locked(&scene.board.clearings) > 2), (None, true));

        let text = copied(&scene, *format).await;
        // The app dies here; another one finds it.
        scene.board.copy(&text);
        assert_eq!(scene.issuance.clear_leftover(|problem| panic!("{problem}")).await, Some(Cleared::Gone));
        assert_eq!(scene.board.text(), None);
    }
}

#[tokio::test(start_paused = true)]
async fn they_are_cleared_when_the_person_is_done_and_before_sleep() {
    let scene = Scene::holding_signing(Dfns::default()).await;
    copied(&scene, BundleFormat::Json).await;
    assert!(scene.issuance.step_back().await);
    assert_eq!(scene.board.text(), None);
    copied(&scene, BundleFormat::Json).await;
    scene.finish_as_said().await.expect("finished");
    assert_eq!(scene.board.text(), None);
}

#[tokio::test(start_paused = true)]
async fn our_own_copy_of_all_proves_nothing_and_what_a_vault_gives_back_proves_each() {
    for format in BundleFormat::ALL {
        let scene = Scene::holding_signing(Dfns::default()).await;
        let text = copied(&scene, *format).await;
        scene.issuance.check(scene.held(), None).await.expect("read");
        assert_eq!((check(&scene), checked(&scene)), (Some((Check::OwnCopy, None)), Vec::new()));
        assert!(!locked(&scene.book.events).contains(&Event::Checked));

        check_back(&scene, &format!("{text}\r\n")).await;
        assert_eq!((check(&scene), checked(&scene)), (Some((Check::Stored, None)), SecretName::ALL.to_vec()));
        assert_eq!(scene.issuance.with_held(Held::proven), Some(true));
        assert!(locked(&scene.book.events).contains(&Event::Checked));
        // The copy out of the vault goes as soon as our own.
        let begun = Instant::now();
        scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
        assert_eq!((begun.elapsed().as_secs(), scene.board.text()), (SHORT.as_secs(), None));
    }
}

#[tokio::test(start_paused = true)]
async fn a_copy_of_all_that_comes_later_goes_as_soon_and_one_of_one_alone_in_its_own_time() {
    for (is_of_all, stays) in [(true, SHORT), (false, CLIPBOARD)] {
        let scene = Scene::holding_signing(Dfns::default()).await;
        let text = copied(&scene, BundleFormat::Json).await;
        scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
        scene.board.copy(if is_of_all { &text } else { TOKEN });
        scene.until(|_| matches!(clipboard(&scene), Some(OnClipboard::Live { own: false, .. }))).await;
        let begun = Instant::now();
        scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
        assert_eq!((begun.elapsed().as_secs(), scene.board.text()), (stays.as_secs(), None));
    }
}

#[tokio::test(start_paused = true)]
async fn each_secret_in_what_comes_back_is_judged_by_itself() {
    use SecretName::{CredentialId, PrivateKey, Token};
    let without_line_breaks: Change = |text| text.replace(r"\n", "");
    let with_a_space: Change = |text| text.replace(CREDENTIAL, &format!("'{CREDENTIAL} '"));
    let with_another_token: Change = |text| text.replace(TOKEN, "another");
    let without_the_last: Change = |text| text.lines().take(2).collect::<Vec<_>>().join("\n");
    for (change, outcome, good) in [
        (without_line_breaks, (Check::Different, Some(PrivateKey)), [Token, CredentialId]),
        (with_a_space, (Check::WhiteSpace, Some(CredentialId)), [Token, PrivateKey]),
        (with_another_token, (Check::Different, Some(Token)), [PrivateKey, CredentialId]),
        (without_the_last, (Check::Stored, Some(Token)), [Token, CredentialId]),
    ] {
        let scene = Scene::holding_signing(Dfns::default()).await;
        let back = change(&copied(&scene, BundleFormat::Env).await);
        check_back(&scene, &back).await;
        assert_eq!((check(&scene), checked(&scene)), (Some(outcome), good.to_vec()), "{back}");
        assert_eq!(scene.issuance.with_held(Held::proven), Some(false));
        scene.until(|_| clipboard(&scene) == Some(OnClipboard::Cleared)).await;
        assert_eq!(scene.board.text(), None, "{back}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_secrets_of_another_credential_are_none_of_these_and_stay() {
    let scene = Scene::holding_signing(Dfns::default()).await;
    copied(&scene, BundleFormat::Env).await;
    let other = "DFNS_AUTH_TOKEN=other\nDFNS_CRED_ID=cr-other\nDFNS_PRIVATE_KEY=\"other\"";
    check_back(&scene, other).await;
    assert_eq!((check(&scene), checked(&scene)), (Some((Check::Different, None)), Vec::new()));
    scene.until(|_| clipboard(&scene) == Some(OnClipboard::Replaced)).await;
    assert_eq!(scene.board.text().as_deref(), Some(other));
}

#[tokio::test(start_paused = true)]
async fn where_a_program_keeps_what_is_copied_nothing_is_put_there_and_one_alone_still_is() {
    let scene = Scene::holding_signing(Dfns::default()).await;
    *locked(&scene.board.kept_by) = vec!["CopyQ".into(), "VNC".into()];
    let refused = scene.issuance.copy_all(scene.held(), BundleFormat::Env).await.expect_err("it would be kept");
    let names = words::both(words::verbatim("CopyQ"), words::verbatim("VNC"));
    assert_eq!(refused, Failure::Clipboard(ClipboardProblem::Kept(names)));
    assert_eq!((scene.board.text(), clipboard(&scene)), (None, Some(OnClipboard::Untouched)));
    assert!(locked(&scene.book.copies).is_empty() && !locked(&scene.book.events).contains(&Event::Copied));
    assert_eq!(scene.issuance.finish(scene.held(), true).await, Err(Failure::NeverLeft));
    scene.issuance.copy(scene.held(), SecretName::Token).await.expect("copied");
    assert_eq!(scene.board.text().as_deref(), Some(TOKEN));
}

#[tokio::test(start_paused = true)]
async fn a_credential_of_one_secret_has_no_such_text() {
    let scene = Scene::holding().await;
    let refused = scene.issuance.copy_all(scene.held(), BundleFormat::Json).await;
    assert_eq!((refused, scene.board.text()), (Err(Failure::NotNow(NotNow::OneSecret)), None));
}
