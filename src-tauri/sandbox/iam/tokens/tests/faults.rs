//! What becomes of a new service account or personal access token where a fault gets in between.

use serde_json::json;

use super::{ACCOUNTS, PATS, message, names, role, signed_in, text, wish};
use crate::{
    Call as At, Fault, FaultPlan, Persona,
    client::Client,
    iam::{
        person::{answered, pem},
        user_action::{NO_CREDENTIAL, WRONG_SIGNATURE},
    },
};

#[tokio::test]
async fn an_account_whose_answer_is_lost_is_there_or_not_as_the_fault_says() {
    for (fault, made) in [
        (Fault::Drop { made: true }, true),
        (Fault::Drop { made: false }, false),
        (Fault::Cut { made: true }, true),
        (Fault::Cut { made: false }, false),
        (Fault::ServerError { status: 503, made: true, html: false }, true),
        (Fault::ServerError { status: 503, made: false, html: true }, false),
        (Fault::WithoutToken, true),
        (Fault::Unlisted { seconds: 3600 }, false),
        (Fault::PendingApproval, false),
        (Fault::Conflict, false),
    ] {
        let (sandbox, admin) = signed_in(Persona::Admin).await;
        sandbox.fail_next(FaultPlan { on: At::CreateServiceAccount, fault: fault.clone(), times: 1 });
        let body = wish("Bot", json!({}));
        assert_eq!(admin.client.post(ACCOUNTS, &body).await.status, 403, "a refusal uses no fault up");
        let action = admin.user_action("POST", ACCOUNTS, &body).await;
        let answer = admin.exchange("POST", ACCOUNTS, &body, &action).await;
        assert_eq!(matches!(fault, Fault::Drop { .. }), answer.is_empty(), "{fault:?}");
        // What breaks off does so before its end, whether it was made or not.
        assert!(!answer.contains(r#""tokenId""#) || fault == Fault::WithoutToken, "{fault:?}: {answer}");
        assert_eq!(names(&admin, ACCOUNTS).await.contains(&"Bot".to_owned()), made, "{fault:?}");
        let again = admin.send("POST", ACCOUNTS, &body, &action).await;
        assert_eq!(again.status, 400, "the user action was used up");
    }
}

#[tokio::test]
async fn a_fault_gives_a_new_one_the_roles_that_it_names_and_no_others() {
    for (path, call) in [(ACCOUNTS, At::CreateServiceAccount), (PATS, At::CreatePat)] {
        let (sandbox, admin) = signed_in(Persona::Admin).await;
        let asked = role(&admin, "Wallet reader").await;
        for (number, given) in
            [vec!["Wallet reader", "Payout operator"], vec!["Payout operator"], vec![]].iter().enumerate()
        {
            let names: Vec<String> = given.iter().map(|&name| name.to_owned()).collect();
            sandbox.fail_next(FaultPlan { on: call, fault: Fault::OtherRoles { given: names }, times: 1 });
            let body = wish(&format!("Bot {number}"), json!({ "permissionId": asked }));
            let made = admin.signed("POST", path, &body).await.json();
            let id = made.pointer("/userInfo/userId").unwrap_or(&made["tokenId"]).as_str().expect("an id").to_owned();
            let there = admin.client.get(&format!("{path}/{id}")).await.json();
            for told in [&made, &there] {
                let own = told.get("userInfo").unwrap_or(told);
                let token = told.pointer("/accessTokens/0").unwrap_or(told);
                for body in [own, token] {
                    let roles = body["permissionAssignments"].as_array().expect("roles");
                    let roles: Vec<_> = roles.iter().map(|role| text(role, "/permissionName")).collect();
                    assert_eq!(roles, *given, "{told}");
                }
            }
        }
        sandbox.fail_next(FaultPlan {
            on: call,
            fault: Fault::OtherRoles { given: vec!["None".to_owned()] },
            times: 1,
        });
        let reply = admin.signed("POST", path, &wish("Bot", json!({}))).await;
        assert_eq!(reply.status, 500);
        assert!(message(&reply).contains("None") && !names(&admin, path).await.contains(&"Bot".to_owned()));
    }
}

#[tokio::test]
async fn a_fault_tells_of_anothers_credential_or_holds_signatures_against_another_key() {
    for (path, call) in [(ACCOUNTS, At::CreateServiceAccount), (PATS, At::CreatePat)] {
        for (fault, told) in [(Fault::OtherCredential, NO_CREDENTIAL), (Fault::OtherKey, WRONG_SIGNATURE)] {
            let (sandbox, admin) = signed_in(Persona::Admin).await;
            sandbox.fail_next(FaultPlan { on: call, fault: fault.clone(), times: 1 });
            let made = admin.signed("POST", path, &wish("Bot", json!({}))).await.json();
            let token = made.pointer("/accessTokens/0").unwrap_or(&made);
            assert_eq!(text(token, "/publicKey"), pem());
            let (its, credential) = (Client::new(&sandbox, text(token, "/accessToken")), text(token, "/credId"));
            assert_eq!(credential == admin.credential, fault == Fault::OtherCredential, "{fault:?}");
            let init = json!({ "userActionPayload": "", "userActionHttpMethod": "PUT", "userActionHttpPath": "/" });
            let challenge = its.post("/auth/action/init", &init.to_string()).await.json();
            assert_eq!(message(&its.post("/auth/action", &answered(credential, &challenge)).await), told, "{fault:?}");
        }
    }
}

#[tokio::test]
async fn a_fault_refuses_in_the_form_of_its_family() {
    let (sandbox, admin) = signed_in(Persona::Admin).await;
    sandbox.fail_next(FaultPlan { on: At::ListPermissions, fault: Fault::Forbidden { permission: None }, times: 1 });
    let reply = admin.client.get("/permissions").await;
    assert_eq!((reply.status, &reply.json()["error"]["status"]), (403, &403.into()));
    assert!(message(&reply).contains("(Permissions:Read)"), "{}", message(&reply));
    sandbox.fail_next(FaultPlan { on: At::Action, fault: Fault::WithoutToken, times: 1 });
    let init = json!({ "userActionPayload": "", "userActionHttpMethod": "PUT", "userActionHttpPath": "/" });
    let challenge = admin.client.post("/auth/action/init", &init.to_string()).await.json();
    let reply = admin.client.post("/auth/action", &answered(&admin.credential, &challenge)).await;
    assert_eq!((reply.status, reply.json()), (200, json!({})));
}
