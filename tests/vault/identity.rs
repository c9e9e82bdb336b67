//! Whom a program works as: whatever chooses that reaches it, and which account it was is told.

use std::{
    env,
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
    process::Command,
};

use keybearer_core::{
    delivery::Proof,
    failure::{Failure, VaultContext, VaultProblem},
    vault::{Program, Template, Whose},
    words,
};

use crate::{
    misbehaving::{Script, template, usual},
    scene::{self, Variables, deliver, entry, for_good, preset, token, told},
    tools::{Aws, Tool, at, from_pypi},
};

/// AWS as somebody finds it who has two accounts: the usual profile is their own, another one the team's.
struct TwoAccounts {
    aws: Aws,
    /// What names the server, and nobody.
    variables: Variables,
}

const TEAM: &str = "222222222222";

const OWN: &str = "123456789012";

impl TwoAccounts {
    fn new() -> Self {
        let aws = Aws::new();
        let config = "[default]\nregion = eu-central-1\n[profile team]\nregion = eu-central-1\n\
                      role_arn = arn:aws:iam::222222222222:role/ops\nsource_profile = default\n";
        fs::write(aws.home().join("config"), config).expect("written");
        let credentials = "[default]\naws_access_key_id = testing\naws_secret_access_key = testing\n";
        fs::write(aws.home().join("credentials"), credentials).expect("written");
        let variables = aws.variables_without(&["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"]);
        Self { aws, variables }
    }

    /// What chooses the account, as the person has set it.
    fn as_set(&self, more: &[(&str, &str)]) -> Variables {
        let more = more.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        self.variables.iter().cloned().chain(more).collect()
    }

    /// A path of the home, as it is relative to where these tests are run.
    fn relative(&self, file: &str) -> String {
        let here = env::current_dir().expect("somewhere");
        let up = "../".repeat(here.components().count() - 1);
        format!("{up}{}", self.aws.home().join(file).display().to_string().trim_start_matches('/'))
    }

    /// The secrets of an account, by the program itself.
    fn secrets(&self, profile: &str) -> String {
        let config = self.aws.home().join("config").display().to_string();
        let credentials = self.aws.home().join("credentials").display().to_string();
        let all =
            [("AWS_CONFIG_FILE", &*config), ("AWS_SHARED_CREDENTIALS_FILE", &credentials), ("AWS_PROFILE", profile)];
        let mut command = Command::new(from_pypi("aws"));
        command.args(["secretsmanager", "list-secrets", "--query", "SecretList[].Name", "--output", "text"]);
        let output = command.env_clear().envs(self.as_set(&all)).output().expect("it starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_goes_to_the_account_that_the_person_chose_and_which_one_that_is_is_told() {
    let accounts = TwoAccounts::new();
    // Relative to where the app was started; programs are started elsewhere.
    let (config, credentials) = (accounts.relative("config"), accounts.relative("credentials"));
    let files = [("AWS_CONFIG_FILE", &*config), ("AWS_SHARED_CREDENTIALS_FILE", &*credentials)];
    let open = |more: &[(&str, &str)]| {
        let program = at(from_pypi("aws"), preset("aws", &["dfns/", "", ""]));
        scene::open(program, &accounts.as_set(&[&files, more].concat()))
    };
    let team = open(&[("AWS_DEFAULT_PROFILE", "team")]);
    let told = team.whose().await.expect("it answers").expect("it tells");
    assert!(told.starts_with(&format!("arn:aws:sts::{TEAM}:assumed-role/ops/")), "{told}");
    assert_eq!(deliver(&*team, "bot", &token()).await, for_good(Proof::ReadBack));
    assert_eq!(
        (&*accounts.secrets("team"), &*accounts.secrets("default")),
        ("dfns/bot", ""),
        "the wrong account has it"
    );

    let own = open(&[]).whose().await.expect("it answers").expect("it tells");
    assert!(own.contains(OWN), "{own}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_is_scheduled_for_deletion_is_told_as_that_and_nothing_is_in_doubt() {
    let aws = Aws::new();
    aws.put("dfns/bot", "an earlier one");
    aws.delete_later("dfns/bot");
    let vault = aws.vault();
    let between = VaultProblem::Between { place: "dfns/bot".into(), state: words::state_deletion_scheduled() };
    assert_eq!(
        vault.look(&entry("bot")).await.map(drop),
        Err(Failure::Vault(VaultContext::NotStored, between.clone()))
    );
    let outcome = deliver(&*vault, "bot", &token()).await;
    assert_eq!(outcome, Err(Failure::Vault(VaultContext::NotStored, between)));
}

/// A program of this name.
fn named(name: &str, lines: &str) -> (Script, Program) {
    let script = Script::of(lines);
    let program = script.folder.path().join(name);
    fs::rename(&script.program, &program).expect("it has that name");
    fs::set_permissions(&program, Permissions::from_mode(0o755)).expect("it can be started");
    let program = at(program, preset(name, &["dfns"]));
    (script, program)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_other_gopass_is_told_by_its_version() {
    // Word for word what the gopass of Debian 12 says.
    let (_script, program) = named(
        "gopass",
        "case $1 in
            version) echo 'gopass v1.5.0' ;;
            *) echo 'Usage: gopass show [pass-name]'; echo 'Error: flag provided but not defined: -alsoclip.' >&2; exit 1 ;;
         esac",
    );
    let path = program.program.display().to_string();
    let vault = scene::open(program, &usual());
    let other = VaultProblem::OtherProgram { program: path, version: "gopass v1.5.0".into() };
    assert_eq!(deliver(&*vault, "bot", &token()).await, Err(Failure::Vault(VaultContext::NotStored, other)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_lacks_a_variable_is_told_to_be_given_it_and_then_it_works() {
    let script = Script::of(
        "[ -n \"$ASDF_DATA_DIR\" ] || { echo 'No version is set for command team-store' >&2; exit 126; }
         case $1 in
            exists) [ -e \"$folder/$2\" ] || exit 1 ;;
            read) cat \"$folder/$2\" ;;
            store) cat > \"$folder/$2\" ;;
         esac",
    );
    let variables = [usual(), vec![("ASDF_DATA_DIR".into(), "/opt/asdf".into())]].concat();
    let told = told(&deliver(&*scene::open(script.program(), &variables), "bot", &token()).await);
    assert!(told.contains("ended with 126: “No version is set for command team-store”"), "{told}");
    assert!(told.contains("If it works there, it may need a variable") && told.contains("under Variables"), "{told}");
    let program = Program { variables: vec!["ASDF_DATA_DIR".into()], ..script.program() };
    assert_eq!(deliver(&*scene::open(program, &variables), "bot", &token()).await, for_good(Proof::ReadBack));
}

fn whose(arguments: &[&str], fields: &[&str]) -> Option<Whose> {
    let arguments: Vec<Template> = arguments.iter().map(|argument| template(argument)).collect();
    Some(Whose { arguments, fields: fields.iter().map(|field| (*field).to_owned()).collect() })
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_account_it_is_is_read_from_what_the_program_prints_or_told_as_not_known() {
    for (prints, fields, told) in [
        ("echo ' ops@example.org '", &[][..], Ok(Some("ops@example.org"))),
        ("printf 'ops\\n\\nteam\\n'", &[], Ok(Some("ops, team"))),
        ("echo '{\"user\":{\"email\":\"ops@example.org\"},\"url\":\"team.example.org\"}'", &["/user/email", "/url"], {
            Ok(Some("ops@example.org, team.example.org"))
        }),
        ("echo '{\"status\":\"locked\"}'", &["/user/email"], Ok(None)),
        ("echo 'no JSON'", &["/user/email"], Ok(None)),
        (":", &[], Ok(None)),
        ("printf 'ops\\033[31m\\342\\200\\256gro'", &[], Ok(Some("ops[31mgro"))),
        ("echo 'sign in first' >&2; exit 4", &[], Err("team-store ended with 4: “sign in first”")),
    ] {
        let script = Script::of(prints);
        let program = Program { whose: whose(&["whoami"], fields), ..script.program() };
        let answer = scene::open(program, &usual()).whose().await;
        match (answer, told) {
            (Ok(answer), Ok(told)) => assert_eq!(answer.as_deref(), told, "{prints}"),
            (Err(Failure::Vault(VaultContext::NotStored, problem)), Err(told)) => assert_eq!(problem.to_string(), told),
            (answer, told) => panic!("{prints}: {answer:?} instead of {told:?}"),
        }
    }
    let unasked = Program { whose: None, ..Script::of("exit 3").program() };
    assert_eq!(scene::open(unasked, &usual()).whose().await, Ok(None), "what is not asked is not told");
}
