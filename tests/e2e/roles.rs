//! What a person is told of the role of a new service account: whether it came as it was asked for, and why none was made.

use std::collections::BTreeSet;

use anyhow::{Result, ensure};
use keybearer_core::words::{self, Message};
use keybearer_support::{
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::{Value, json};

use crate::{
    account_steps::{account, choose_role, signed_in},
    steps::{app, desktop, says, wait_told},
};

const NAME: &str = "Payout bot";

async fn ask_for_one(window: &Window<'_>, role: &str) -> Result<()> {
    window.clear("key-name").await?;
    window.type_into("key-name", NAME).await?;
    choose_role(window, role).await?;
    window.press("key-name", Key::Enter).await
}

/// What the dialog says of the roles: those that it has, and what is wrong with them or to be done next, if anything.
async fn told(window: &Window<'_>) -> Result<[String; 3]> {
    let mut told = [window.text("reveal-roles-given").await?, String::new(), String::new()];
    for (at, name) in [(1, "reveal-roles"), (2, "reveal-permissions")] {
        if window.is_shown(name).await? {
            told[at] = window.text(name).await?;
        }
    }
    Ok(told)
}

#[tokio::test]
async fn whether_the_role_came_as_it_was_asked_for_is_told_each_time_in_words_of_its_own() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    let (operator, reader, none) = ("Payout operator", "Wallet reader", words::role_none().to_string());
    let next = words::reveal_permissions().to_string();
    let more = |roles: &str| words::roles_more(roles).to_string();
    let both = format!("{operator}, {reader}");
    let mut all = BTreeSet::new();
    for (asked, other, expected) in [
        (operator, None, [operator.to_owned(), String::new(), String::new()]),
        (&none, None, [none.clone(), String::new(), next]),
        (operator, Some(vec![operator, reader]), [both.clone(), more(&both), String::new()]),
        (operator, Some(vec![reader]), [reader.to_owned(), more(reader), String::new()]),
        (&none, Some(vec![operator]), [operator.to_owned(), more(operator), String::new()]),
        (operator, Some(vec![]), [none.clone(), words::roles_fewer().to_string(), String::new()]),
    ] {
        if let Some(given) = other {
            let fault = json!({ "kind": "otherRoles", "given": given });
            sandbox.fault("createServiceAccount", fault, 1).await?;
        }
        ask_for_one(&window, asked).await?;
        window.wait_for("reveal").await?;
        let told = told(&window).await?;
        ensure!(told == expected, "asked for {asked}: {told:?}");
        ensure!(all.insert(told), "two are told alike");
        window.click("reveal-revoke").await?;
        window.wait_gone("reveal").await?;
    }
    Ok(())
}

#[tokio::test]
async fn why_none_was_made_is_told_by_what_dfns_said_and_that_nothing_was_done() -> Result<()> {
    let (desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    let window = signed_in(&desktop, &sandbox).await?;
    let forbidden = |permission: &str| {
        let said = format!("The caller is not authorized to perform operation ({permission})");
        (
            json!({ "kind": "forbidden", "permission": permission }),
            "forbidden",
            words::err_forbidden_named(permission),
            words::err_forbidden_hint_said(said),
        )
    };
    let refused = "The name is not allowed in this organization";
    let cases: [(Value, &str, Message, Message); 3] = [
        forbidden("Permissions:Assign"),
        (json!({ "kind": "refused" }), "refused", words::err_refused_said(refused), words::err_refused_hint()),
        forbidden("Auth:ServiceAccounts:Create"),
    ];
    let mut all = BTreeSet::new();
    for (fault, code, message, hint) in cases {
        sandbox.fault("createServiceAccount", fault, 1).await?;
        ask_for_one(&window, "Payout operator").await?;
        window.wait_attribute("create-error", "data-code", code).await?;
        let told = wait_told(&window, "create-error", &message).await?;
        ensure!(says(&told, &hint) && told.contains("Nothing was done."), "{told}");
        ensure!(!window.is_shown("reveal").await? && !window.is_shown("attention").await?, "something is held or open");
        ensure!(account(&sandbox, NAME).await.is_err(), "it was made");
        ensure!(all.insert(told), "two are told alike");
    }
    // After a refusal of the role alone there was another to be had; after the last there is none.
    window.wait_text("kinds", |text| says(text, &words::kinds_refused())).await.map(drop)
}
