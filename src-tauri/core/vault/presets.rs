//! What is known of the programs that people keep secrets with: filled with two or three answers, each becomes a
//! destination. By their documentation, and tried against the real ones where a test says so.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{Input, Names, Program, Question, Reading, Template, Whose};

/// What is known of a program.
#[derive(Debug)]
pub struct Preset {
    /// Names it.
    pub id: &'static str,
    /// What people call what it keeps secrets in.
    pub name: &'static str,
    /// The program's file.
    pub program: &'static str,
    /// What to ask for.
    pub asks: &'static [Ask],
    /// What is to be known of it beforehand; empty where there is nothing.
    pub note: &'static str,
    fill: fn(Answers<'_>) -> Filled,
}

/// Something to ask for.
#[derive(Clone, Copy, Debug)]
pub struct Ask {
    /// What it is.
    pub label: &'static str,
    /// What stands there at first.
    pub usual: &'static str,
    /// Whether it may be left empty.
    pub optional: bool,
}

/// The answers, in the order of the questions.
#[derive(Clone, Copy)]
struct Answers<'a>(&'a [String]);

impl Answers<'_> {
    fn get(&self, place: usize) -> &str {
        self.0.get(place).map_or("", |answer| answer.trim())
    }
}

/// What a preset gives, with templates as texts.
#[derive(Default)]
struct Filled {
    store: Vec<String>,
    input: Input,
    template: Option<Value>,
    exists: Option<(Vec<String>, &'static str)>,
    prints: bool,
    stale: bool,
    read_back: Option<(Vec<String>, bool)>,
    whose: Option<(Vec<String>, &'static [&'static str])>,
    names: Names,
    variables: &'static [&'static str],
    password: bool,
    /// What is wrong with the answers, in words.
    refusal: Option<&'static str>,
}

const fn ask(label: &'static str, usual: &'static str) -> Ask {
    Ask { label, usual, optional: false }
}

const fn may_ask(label: &'static str, usual: &'static str) -> Ask {
    Ask { label, usual, optional: true }
}

/// All that are known, by what people call them.
pub const PRESETS: &[Preset] = &[
    Preset {
        id: "op",
        name: "1Password",
        program: "op",
        asks: &[ask("Vault", "Private")],
        note: "Let its desktop app unlock it, or start Keybearer from the terminal in which you have signed in to it \
               (eval $(op signin)). It makes duplicates, so Keybearer asks for an item of that title first.",
        fill: |answers| Filled {
            store: words(&["item", "create", "--vault", answers.get(0), "-"]),
            input: Input::Json,
            template: Some(json!({
                "title": "Dfns {key_name}",
                "category": "API_CREDENTIAL",
                "fields": [
                    { "id": "username", "type": "STRING", "label": "username", "value": "{key_id}" },
                    { "id": "credential", "type": "CONCEALED", "label": "credential", "value": "{token}" },
                ],
            })),
            exists: Some((
                words(&["item", "get", "Dfns {key_name}", "--vault", answers.get(0), "--format", "json"]),
                "isn't an item",
            )),
            read_back: Some((
                words(&["read", "--no-newline", &format!("op://{}/Dfns {{key_name}}/credential", answers.get(0))]),
                false,
            )),
            names: Names::Plain,
            whose: Some((words(&["whoami", "--format", "json"]), &["/email", "/url"])),
            variables: &["OP_*"],
            ..Filled::default()
        },
    },
    Preset {
        id: "bw",
        name: "Bitwarden",
        program: "bw",
        asks: &[
            may_ask("Folder id", ""),
            may_ask("Organization id", ""),
            may_ask("Collection id, with an organization", ""),
        ],
        note: "Start Keybearer with BW_SESSION set (bw unlock prints it). It makes duplicates, so Keybearer asks for an \
               item of that name first. It looks into its copy on this computer (run bw sync before), and finds \
               also what has the name as a part of its own.",
        fill: |answers| {
            let id = |place| Some(answers.get(place)).filter(|id| !id.is_empty()).map_or(Value::Null, Value::from);
            Filled {
                store: words(&["create", "item", "--nointeraction"]),
                input: Input::Base64Json,
                template: Some(json!({
                    "organizationId": id(1),
                    "collectionIds": match id(2) { Value::Null => Value::Null, id => json!([id]) },
                    "folderId": id(0),
                    "type": 1,
                    "name": "Dfns {key_name}",
                    "notes": null,
                    "favorite": false,
                    "fields": [],
                    "login": { "uris": [], "username": "{key_id}", "password": "{token}", "totp": null },
                    "reprompt": 0,
                })),
                exists: Some((words(&["get", "item", "Dfns {key_name}", "--nointeraction"]), "Not found.")),
                stale: true,
                read_back: Some((words(&["get", "password", "Dfns {key_name}", "--raw", "--nointeraction"]), false)),
                names: Names::Plain,
                whose: Some((words(&["status", "--nointeraction"]), &["/userEmail", "/serverUrl"])),
                variables: &["BW_*", "BITWARDENCLI_*"],
                // Without one, nobody but the organization's owners would see the item.
                refusal: (id(1).is_null() != id(2).is_null())
                    .then_some("an organization’s id and a collection’s are needed together, or neither"),
                ..Filled::default()
            }
        },
    },
    Preset {
        id: "pass",
        name: "pass",
        program: "pass",
        asks: &[ask("Folder in the store", "dfns")],
        note: "",
        fill: |answers| {
            let entry = format!("{}/{{key_name}}", answers.get(0));
            Filled {
                store: words(&["insert", "-m", &entry]),
                exists: Some((words(&["show", &entry]), "is not in the password store")),
                read_back: Some((words(&["show", &entry]), false)),
                variables: &["PASSWORD_STORE_*"],
                ..Filled::default()
            }
        },
    },
    Preset {
        id: "gopass",
        name: "gopass",
        program: "gopass",
        asks: &[ask("Folder in the store", "dfns")],
        note: "",
        fill: |answers| {
            let entry = format!("{}/{{key_name}}", answers.get(0));
            Filled {
                store: words(&["insert", "-m", &entry]),
                // Whatever its configuration says of copying what is shown.
                exists: Some((words(&["show", "--alsoclip=false", "-o", "-n", &entry]), "not in the password store")),
                read_back: Some((words(&["show", "--alsoclip=false", "-o", "-n", &entry]), false)),
                variables: &["GOPASS_*", "PASSWORD_STORE_*"],
                ..Filled::default()
            }
        },
    },
    Preset {
        id: "keepassxc",
        name: "KeePassXC",
        program: "keepassxc-cli",
        asks: &[
            ask("Database", "/home/you/team.kdbx"),
            may_ask("Key file", ""),
            may_ask("Group, which has to exist", ""),
            may_ask("Opened by a password too (yes or no)", "yes"),
        ],
        note: "Close the database in KeePassXC before you deliver, or let it reload: both write the file.",
        fill: |answers| {
            let password = answers.get(3).eq_ignore_ascii_case("yes") || answers.get(1).is_empty();
            let group = answers.get(2).trim_matches('/');
            let entry = if group.is_empty() { "{key_name}".to_owned() } else { format!("{group}/{{key_name}}") };
            let with = |command: &[&str]| {
                // Without -q, which would keep back also why the database cannot be opened.
                let mut all = words(command);
                if !password {
                    all.push("--no-password".to_owned());
                }
                if !answers.get(1).is_empty() {
                    all.extend(words(&["-k", answers.get(1)]));
                }
                all
            };
            let at = |command: &[&str]| [with(command), words(&[answers.get(0), &entry])].concat();
            Filled {
                store: [with(&["add"]), words(&["-p", answers.get(0), &entry])].concat(),
                input: Input::Line,
                exists: Some((at(&["show"]), "Could not find entry")),
                read_back: Some((at(&["show", "-s", "-a", "Password"]), true)),
                password,
                ..Filled::default()
            }
        },
    },
    Preset {
        id: "secret-tool",
        name: "This computer’s keyring",
        program: "secret-tool",
        asks: &[ask("Service", "dfns")],
        note: "It overwrites silently, so Keybearer asks for an entry of that name first.",
        fill: |answers| {
            let find = ["service", answers.get(0), "key", "{key_name}"];
            Filled {
                store: [words(&["store", "--label", "Dfns {key_name}"]), words(&find)].concat(),
                // A search also finds what is locked; a lookup that is not let in would say that there is nothing.
                exists: Some(([words(&["search", "--all"]), words(&find)].concat(), "")),
                prints: true,
                read_back: Some(([words(&["lookup"]), words(&find)].concat(), false)),
                ..Filled::default()
            }
        },
    },
    Preset {
        id: "aws",
        name: "AWS Secrets Manager",
        program: "aws",
        asks: &[ask("Prefix of the names", "dfns/"), may_ask("Profile", ""), may_ask("Region", "")],
        note: "",
        fill: |answers| {
            let name = format!("{}{{key_name}}", answers.get(0));
            let asked_as = |command: &[&str]| {
                let mut all = words(command);
                for (option, place) in [("--profile", 1), ("--region", 2)] {
                    if !answers.get(place).is_empty() {
                        all.extend(words(&[option, answers.get(place)]));
                    }
                }
                all
            };
            let with = |command: &[&str]| asked_as(&[&["secretsmanager"], command].concat());
            Filled {
                whose: Some((asked_as(&["sts", "get-caller-identity", "--query", "Arn", "--output", "text"]), &[])),
                store: with(&["create-secret", "--name", &name, "--secret-string", "file:///dev/stdin"]),
                exists: Some((
                    with(&["describe-secret", "--secret-id", &name, "--output", "json"]),
                    "ResourceNotFoundException",
                )),
                read_back: Some((
                    with(&["get-secret-value", "--secret-id", &name, "--query", "SecretString", "--output", "text"]),
                    true,
                )),
                names: Names::Plain,
                variables: &["AWS_*"],
                ..Filled::default()
            }
        },
    },
    Preset {
        id: "gcloud",
        name: "Google Cloud Secret Manager",
        program: "gcloud",
        asks: &[ask("Project", ""), ask("Prefix of the names", "dfns-")],
        note: "",
        fill: |answers| {
            let name = format!("{}{{key_name}}", answers.get(1));
            let project = format!("--project={}", answers.get(0));
            Filled {
                store: words(&[
                    "secrets",
                    "create",
                    &name,
                    &project,
                    "--replication-policy=automatic",
                    "--data-file=-",
                    "--quiet",
                ]),
                exists: Some((words(&["secrets", "describe", &name, &project, "--quiet"]), "NOT_FOUND")),
                read_back: Some((
                    words(&["secrets", "versions", "access", "1", &format!("--secret={name}"), &project, "--quiet"]),
                    false,
                )),
                names: Names::Dashed,
                whose: Some((words(&["config", "list", "--format=value(core.account)", &project, "--quiet"]), &[])),
                variables: &["CLOUDSDK_*", "GOOGLE_*"],
                ..Filled::default()
            }
        },
    },
    Preset {
        id: "az",
        name: "Azure Key Vault",
        program: "az",
        asks: &[ask("Vault", ""), ask("Prefix of the names", "dfns-")],
        note: "It adds a version to an entry of that name, so Keybearer asks for one first.",
        fill: |answers| {
            let name = format!("{}{{key_name}}", answers.get(1));
            let at =
                |command: &str| words(&["keyvault", "secret", command, "--vault-name", answers.get(0), "-n", &name]);
            Filled {
                store: [
                    at("set"),
                    words(&["--file", "/dev/stdin", "--encoding", "utf-8", "--query", "id", "-o", "tsv"]),
                ]
                .concat(),
                exists: Some(([at("show"), words(&["--query", "id", "-o", "tsv"])].concat(), "SecretNotFound")),
                read_back: Some(([at("show"), words(&["--query", "value", "-o", "tsv"])].concat(), true)),
                whose: Some((
                    words(&["account", "show", "--query", "join(', ', [user.name, name, tenantId])", "-o", "tsv"]),
                    &[],
                )),
                // It takes no notice of case.
                names: Names::Lowercase,
                variables: &["AZURE_*"],
                ..Filled::default()
            }
        },
    },
    Preset {
        id: "kubectl",
        name: "Kubernetes",
        program: "kubectl",
        asks: &[ask("Namespace", "default"), may_ask("Context", "")],
        note: "The namespace has to exist. Kubernetes tells a secret in one that does not exist as missing, too, so that \
               Test does not see it.",
        fill: |answers| {
            let with = |command: &[&str]| {
                let mut all = words(command);
                all.extend(words(&["--namespace", answers.get(0)]));
                if !answers.get(1).is_empty() {
                    all.extend(words(&["--context", answers.get(1)]));
                }
                all
            };
            Filled {
                store: with(&["create", "secret", "generic", "dfns-{key_name}", "--from-file=token=/dev/stdin"]),
                exists: Some((with(&["get", "secret", "dfns-{key_name}", "-o", "name"]), "(NotFound): secrets \"")),
                read_back: Some((
                    with(&["get", "secret", "dfns-{key_name}", "-o", "go-template={{.data.token | base64decode}}"]),
                    false,
                )),
                whose: Some((
                    with(&[
                        "config",
                        "view",
                        "--minify",
                        "-o",
                        "jsonpath={.contexts[0].name}{\", \"}{.clusters[0].cluster.server}",
                    ]),
                    &[],
                )),
                names: Names::Lowercase,
                variables: &["KUBECONFIG", "KUBERNETES_*"],
                ..Filled::default()
            }
        },
    },
    Preset {
        id: "gh",
        name: "GitHub Actions",
        program: "gh",
        asks: &[ask("Repository (owner/name)", "")],
        note: "It overwrites, so Keybearer asks for a secret of that name first. GitHub gives no secret back.",
        fill: |answers| {
            let name = "DFNS_{key_name}";
            Filled {
                store: words(&["secret", "set", name, "--repo", answers.get(0)]),
                // Asked for one secret, GitHub says the same of a repository that is not there as of a secret.
                exists: Some((
                    words(&[
                        "api",
                        &format!("repos/{}/actions/secrets", answers.get(0)),
                        "--paginate",
                        "--jq",
                        &format!(".secrets[] | select(.name == \"{name}\") | .name"),
                    ]),
                    "",
                )),
                prints: true,
                names: Names::Uppercase,
                whose: Some((words(&["api", "user", "--jq", ".login"]), &[])),
                variables: &["GH_*", "GITHUB_*"],
                // With a host in it, gh would be asked about another repository than the one that it stores to.
                refusal: (!is_repository(answers.get(0))).then_some("the repository is written as owner/name"),
                ..Filled::default()
            }
        },
    },
    Preset {
        id: "doppler",
        name: "Doppler",
        program: "doppler",
        asks: &[ask("Project", ""), ask("Config", "dev")],
        note: "It overwrites, so Keybearer asks for a secret of that name first.",
        fill: |answers| {
            let name = "DFNS_{key_name}";
            let at = ["--project", answers.get(0), "--config", answers.get(1)];
            Filled {
                store: [words(&["secrets", "set", name, "--silent", "--no-interactive"]), words(&at)].concat(),
                exists: Some((
                    [words(&["secrets", "get", name, "--plain"]), words(&at)].concat(),
                    "Could not find requested secret",
                )),
                read_back: Some(([words(&["secrets", "get", name, "--plain"]), words(&at)].concat(), true)),
                names: Names::Uppercase,
                whose: Some((words(&["me", "--json"]), &["/workplace/name", "/name"])),
                variables: &["DOPPLER_*"],
                ..Filled::default()
            }
        },
    },
];

impl Preset {
    /// Fills it with answers, in the order of its questions, with the program in its usual place.
    ///
    /// # Errors
    /// In words, where an answer is missing or has a place in it that is not known.
    pub fn fill(&self, answers: &[String]) -> Result<Program, String> {
        for (ask, answer) in self.asks.iter().zip(answers.iter().map(String::as_str).chain(std::iter::repeat(""))) {
            if !ask.optional && answer.trim().is_empty() {
                return Err(format!("“{}” is needed", ask.label));
            }
        }
        let Filled {
            store,
            input,
            template,
            exists,
            prints,
            stale,
            read_back,
            whose,
            names,
            variables,
            password,
            refusal,
        } = (self.fill)(Answers(answers));
        if let Some(refusal) = refusal {
            return Err(refusal.to_owned());
        }
        let templates = |texts: Vec<String>| texts.iter().map(|text| Template::parse(text)).collect::<Result<_, _>>();
        let exists = exists.map(|(arguments, missing)| {
            Ok::<_, String>(Question { arguments: templates(arguments)?, missing: missing.to_owned(), prints, stale })
        });
        let read_back =
            read_back.map(|(arguments, line)| Ok::<_, String>(Reading { arguments: templates(arguments)?, line }));
        let whose = whose.map(|(arguments, fields)| {
            let fields = fields.iter().map(|field| (*field).to_owned()).collect();
            Ok::<_, String>(Whose { arguments: templates(arguments)?, fields })
        });
        Ok(Program {
            program: PathBuf::from("/usr/bin").join(self.program),
            store: templates(store)?,
            input,
            template,
            exists: exists.transpose()?,
            read_back: read_back.transpose()?,
            whose: whose.transpose()?,
            names,
            seconds: 60,
            variables: variables.iter().map(|name| (*name).to_owned()).collect(),
            password,
        })
    }
}

fn is_repository(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    text.split_once('/').is_some_and(|(owner, name)| is_part(owner) && is_part(name))
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_filled_with_its_usual_answers_to_something_that_can_be_used() {
        for preset in PRESETS {
            let answers: Vec<String> = preset
                .asks
                .iter()
                .map(|ask| if ask.usual.is_empty() && !ask.optional { "given/one" } else { ask.usual }.to_owned())
                .collect();
            let program = preset.fill(&answers).expect(preset.id);
            program.check().expect(preset.id);
            let kept = serde_json::to_string(&program).expect("it serializes");
            assert_eq!(serde_json::from_str::<Program>(&kept).expect(preset.id), program);
        }
    }

    #[test]
    fn a_place_that_is_not_there_is_not_taken_for_an_entry_that_is_missing() {
        let exists = |id: &str, answers: &[&str]| {
            let preset = PRESETS.iter().find(|preset| preset.id == id).expect("it is known");
            preset.fill(&words(answers)).expect("it can be filled").exists.expect("it can be asked")
        };
        let kubectl = exists("kubectl", &["treasury"]);
        assert!(r#"Error from server (NotFound): secrets "dfns-bot" not found"#.contains(&kubectl.missing));
        assert!(!r#"Error from server (NotFound): namespaces "treasury" not found"#.contains(&kubectl.missing));
        let gh = exists("gh", &["owner/name"]);
        // Of a repository that is not there it says HTTP 404, and ends badly.
        assert!(gh.prints && gh.missing.is_empty());
        let jq = gh.arguments.last().expect("it selects").as_str();
        assert_eq!(jq, ".secrets[] | select(.name == \"DFNS_{key_name}\") | .name");
    }

    #[test]
    fn an_answer_that_is_needed_is_asked_for_and_one_with_a_strange_place_is_told() {
        let pass = PRESETS.iter().find(|preset| preset.id == "pass").expect("it is known");
        assert_eq!(pass.fill(&[]).expect_err("it is needed"), "“Folder in the store” is needed");
        assert!(pass.fill(&["{name}".to_owned()]).is_err());
    }

    #[test]
    fn answers_with_which_the_wrong_place_would_be_asked_are_told() {
        let of = |id: &str, answers: &[&str]| {
            let preset = PRESETS.iter().find(|preset| preset.id == id).expect("it is known");
            preset.fill(&words(answers)).map(drop)
        };
        assert_eq!(of("gh", &["owner/name"]), Ok(()));
        for other in ["https://github.com/owner/name", "github.example.com/owner/name", "name", "owner/", "owner/a b"] {
            assert_eq!(of("gh", &[other]), Err("the repository is written as owner/name".to_owned()), "{other}");
        }
        assert_eq!(of("bw", &["", "organization", "collection"]), Ok(()));
        assert!(of("bw", &["", "organization", ""]).is_err() && of("bw", &["", "", "collection"]).is_err());
    }
}
