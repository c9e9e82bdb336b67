//! What is known of the programs that people keep secrets with: filled with two or three answers, each becomes a
//! destination. By their documentation, and tried against the real ones where a test says so.

use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::{Input, Names, Program, Question, Reading, Several, Template, Whose};
use crate::{
    credential::SecretName,
    delivery::FACTS,
    words::{self, Message, Plain},
};

#[derive(Debug)]
pub struct Preset {
    pub id: &'static str,
    /// What people call what it keeps secrets in.
    pub name: Plain,
    pub program: &'static str,
    pub asks: &'static [Ask],
    /// What is to be known of it beforehand, where there is something.
    pub note: Option<Plain>,
    fill: fn(Answers<'_>) -> Result<Program, Message>,
}

#[derive(Clone, Copy, Debug)]
pub struct Ask {
    pub label: Plain,
    /// What stands there at first.
    pub usual: &'static str,
    pub optional: bool,
}

/// The answers, in the order of the questions.
#[derive(Clone, Copy)]
struct Answers<'a>(&'a [String]);

impl Answers<'_> {
    fn get(&self, place: usize) -> &str {
        self.0.get(place).map_or("", |answer| answer.trim())
    }

    /// An option with its answer, where there is one.
    fn option(&self, option: &str, place: usize) -> Vec<String> {
        match self.get(place) {
            "" => Vec::new(),
            answer => texts(&[option, answer]),
        }
    }
}

const fn ask(label: Plain, usual: &'static str) -> Ask {
    Ask { label, usual, optional: false }
}

const fn may_ask(label: Plain, usual: &'static str) -> Ask {
    Ask { label, usual, optional: true }
}

/// All that are known, by what people call them.
pub const PRESETS: &[Preset] = &[
    Preset {
        id: "op",
        name: || words::verbatim("1Password"),
        program: "op",
        asks: &[ask(words::setup_vault, "Private")],
        note: Some(words::setup_op_note),
        fill: |answers| {
            let labeled =
                |name: &str, text: &str, kind: &str| json!({ "id": name, "type": kind, "label": name, "value": text });
            Ok(Program {
                store: templates(["item", "create", "--vault", answers.get(0), "-"])?,
                input: Input::Json,
                template: Some(json!({
                    "title": "Dfns {key_name}",
                    "category": "API_CREDENTIAL",
                    "fields": [
                        { "id": "username", "type": "STRING", "label": "username", "value": "{key_id}" },
                        { "id": "credential", "type": "CONCEALED", "label": "credential", "value": "{token}" },
                    ],
                })),
                exists: asks(
                    ["item", "get", "Dfns {key_name}", "--vault", answers.get(0), "--format", "json"],
                    "isn't an item",
                )?,
                read_back: reads(
                    ["read", "--no-newline", &format!("op://{}/Dfns {{key_name}}/credential", answers.get(0))],
                    false,
                )?,
                several: Some(Several {
                    template: Some(json!({
                        "title": "Dfns {key_name}",
                        "category": "API_CREDENTIAL",
                        "fields": each(&["token", "private_key"], "CONCEALED", labeled)
                            .chain(each(&["credential_id"], "STRING", labeled))
                            .chain(each(&FACTS, "STRING", labeled))
                            .collect::<Vec<_>>(),
                    })),
                    read_back: reads(
                        ["read", "--no-newline", &format!("op://{}/Dfns {{key_name}}/{{secret}}", answers.get(0))],
                        false,
                    )?,
                    ..together(Input::Json, ["item", "create", "--vault", answers.get(0), "-"])?
                }),
                names: Names::Plain,
                whose: tells(["whoami", "--format", "json"], &["/email", "/url"])?,
                variables: texts(&["OP_*"]),
                ..usual()
            })
        },
    },
    Preset {
        id: "bw",
        name: || words::verbatim("Bitwarden"),
        program: "bw",
        asks: &[
            may_ask(words::setup_bw_folder, ""),
            may_ask(words::setup_bw_organization, ""),
            may_ask(words::setup_bw_collection, ""),
        ],
        note: Some(words::setup_bw_note),
        fill: |answers| {
            let id = |place| Some(answers.get(place)).filter(|id| !id.is_empty()).map_or(Value::Null, Value::from);
            // Without one, nobody but the organization's owners would see the item.
            if id(1).is_null() != id(2).is_null() {
                return Err(words::setup_bw_together());
            }
            let named = |name: &str, text: &str, kind: u8| json!({ "name": name, "value": text, "type": kind });
            let item = |fields: Vec<Value>| {
                json!({
                    "organizationId": id(1),
                    "collectionIds": match id(2) { Value::Null => Value::Null, id => json!([id]) },
                    "folderId": id(0),
                    "type": 1,
                    "name": "Dfns {key_name}",
                    "notes": null,
                    "favorite": false,
                    "fields": fields,
                    "login": { "uris": [], "username": "{key_id}", "password": "{token}", "totp": null },
                    "reprompt": 0,
                })
            };
            Ok(Program {
                store: templates(["create", "item", "--nointeraction"])?,
                input: Input::Base64Json,
                template: Some(item(Vec::new())),
                exists: asks(["get", "item", "Dfns {key_name}", "--nointeraction"], "Not found.")?
                    .map(|asked| Question { stale: true, ..asked }),
                read_back: reads(["get", "password", "Dfns {key_name}", "--raw", "--nointeraction"], false)?,
                several: Some(Several {
                    // Hidden ones are of type 1, texts of type 0.
                    template: Some(item(
                        each(&["private_key"], 1, named)
                            .chain(each(&["credential_id"], 0, named))
                            .chain(each(&FACTS, 0, named))
                            .collect(),
                    )),
                    read_back: reads(["get", "item", "Dfns {key_name}", "--nointeraction"], false)?,
                    ..together(Input::Base64Json, ["create", "item", "--nointeraction"])?
                }),
                names: Names::Plain,
                whose: tells(["status", "--nointeraction"], &["/userEmail", "/serverUrl"])?,
                variables: texts(&["BW_*", "BITWARDENCLI_*"]),
                ..usual()
            })
        },
    },
    Preset {
        id: "pass",
        name: || words::verbatim("pass"),
        program: "pass",
        asks: &[ask(words::setup_folder, "dfns")],
        note: None,
        fill: |answers| {
            let entry = format!("{}/{{key_name}}", answers.get(0));
            Ok(Program {
                store: templates(["insert", "-m", &entry])?,
                exists: asks(["show", &entry], "is not in the password store")?,
                read_back: reads(["show", &entry], false)?,
                variables: texts(&["PASSWORD_STORE_*"]),
                ..usual()
            })
        },
    },
    Preset {
        id: "gopass",
        name: || words::verbatim("gopass"),
        program: "gopass",
        asks: &[ask(words::setup_folder, "dfns")],
        note: None,
        fill: |answers| {
            let entry = format!("{}/{{key_name}}", answers.get(0));
            Ok(Program {
                store: templates(["insert", "-m", &entry])?,
                // Whatever its configuration says of copying what is shown.
                exists: asks(["show", "--alsoclip=false", "-o", "-n", &entry], "not in the password store")?,
                read_back: reads(["show", "--alsoclip=false", "-o", "-n", &entry], false)?,
                // With -o it shows the first line alone. It ends the last line where nobody has.
                several: Some(Several {
                    read_back: reads(["show", "--alsoclip=false", "-n", &entry], true)?,
                    ..together(Input::Raw, ["insert", "-m", &entry])?
                }),
                variables: texts(&["GOPASS_*", "PASSWORD_STORE_*"]),
                ..usual()
            })
        },
    },
    Preset {
        id: "keepassxc",
        name: || words::verbatim("KeePassXC"),
        program: "keepassxc-cli",
        asks: &[
            ask(words::setup_keepassxc_database, "/home/you/team.kdbx"),
            may_ask(words::setup_keepassxc_key_file, ""),
            may_ask(words::setup_keepassxc_group, ""),
            may_ask(words::setup_keepassxc_password, "yes"),
        ],
        note: Some(words::setup_keepassxc_note),
        fill: |answers| {
            let password = answers.get(3).eq_ignore_ascii_case("yes") || answers.get(1).is_empty();
            let group = answers.get(2).trim_matches('/');
            let entry = if group.is_empty() { "{key_name}".to_owned() } else { format!("{group}/{{key_name}}") };
            let with = |command: &[&str]| {
                // Without -q, which would keep back also why the database cannot be opened.
                let unasked: &[&str] = if password { &[] } else { &["--no-password"] };
                [texts(command), texts(unasked), answers.option("-k", 1)].concat()
            };
            let at = |command: &[&str]| [with(command), texts(&[answers.get(0), &entry])].concat();
            let store = [with(&["add"]), texts(&["-p", answers.get(0), &entry])].concat();
            Ok(Program {
                store: templates(store.clone())?,
                input: Input::Line,
                exists: asks(at(&["show"]), "Could not find entry")?,
                read_back: reads(at(&["show", "-s", "-a", "Password"]), true)?,
                // A password is one line, and JSON has no more.
                several: Some(Several {
                    template: Some(one_object()),
                    read_back: reads(at(&["show", "-s", "-a", "Password"]), true)?,
                    ..together(Input::Json, store)?
                }),
                password,
                ..usual()
            })
        },
    },
    Preset {
        id: "secret-tool",
        name: words::setup_keyring,
        program: "secret-tool",
        asks: &[ask(words::setup_keyring_service, "dfns")],
        note: Some(words::setup_keyring_note),
        fill: |answers| {
            let find = ["service", answers.get(0), "key", "{key_name}"];
            Ok(Program {
                store: templates(["store", "--label", "Dfns {key_name}"].into_iter().chain(find))?,
                // A search also finds what is locked; a lookup that is not let in would say that there is nothing.
                exists: asks(["search", "--all"].into_iter().chain(find), "")?
                    .map(|asked| Question { prints: true, ..asked }),
                read_back: reads(["lookup"].into_iter().chain(find), false)?,
                ..usual()
            })
        },
    },
    Preset {
        id: "aws",
        name: || words::verbatim("AWS Secrets Manager"),
        program: "aws",
        asks: &[ask(words::setup_prefix, "dfns/"), may_ask(words::setup_profile, ""), may_ask(words::setup_region, "")],
        note: None,
        fill: |answers| {
            let name = format!("{}{{key_name}}", answers.get(0));
            let asked_as = |command: &[&str]| {
                [texts(command), answers.option("--profile", 1), answers.option("--region", 2)].concat()
            };
            let with = |command: &[&str]| asked_as(&[&["secretsmanager"], command].concat());
            let store = with(&["create-secret", "--name", &name, "--secret-string", "file:///dev/stdin"]);
            let read = with(&["get-secret-value", "--secret-id", &name, "--query", "SecretString", "--output", "text"]);
            Ok(Program {
                store: templates(store.clone())?,
                exists: asks(
                    with(&["describe-secret", "--secret-id", &name, "--output", "json"]),
                    "ResourceNotFoundException",
                )?,
                read_back: reads(read.clone(), true)?,
                several: Some(Several {
                    template: Some(one_object()),
                    read_back: reads(read, true)?,
                    ..together(Input::Json, store)?
                }),
                whose: tells(asked_as(&["sts", "get-caller-identity", "--query", "Arn", "--output", "text"]), &[])?,
                names: Names::Plain,
                variables: texts(&["AWS_*"]),
                ..usual()
            })
        },
    },
    Preset {
        id: "gcloud",
        name: || words::verbatim("Google Cloud Secret Manager"),
        program: "gcloud",
        asks: &[ask(words::setup_project, ""), ask(words::setup_prefix, "dfns-")],
        note: None,
        fill: |answers| {
            let name = format!("{}{{key_name}}", answers.get(1));
            let project = format!("--project={}", answers.get(0));
            let create =
                ["secrets", "create", &name, &project, "--replication-policy=automatic", "--data-file=-", "--quiet"];
            let access = ["secrets", "versions", "access", "1", &format!("--secret={name}"), &project, "--quiet"];
            Ok(Program {
                store: templates(create)?,
                exists: asks(["secrets", "describe", &name, &project, "--quiet"], "NOT_FOUND")?,
                read_back: reads(access, false)?,
                several: Some(Several {
                    template: Some(one_object()),
                    read_back: reads(access, false)?,
                    ..together(Input::Json, create)?
                }),
                names: Names::Dashed,
                whose: tells(["config", "list", "--format=value(core.account)", &project, "--quiet"], &[])?,
                variables: texts(&["CLOUDSDK_*", "GOOGLE_*"]),
                ..usual()
            })
        },
    },
    Preset {
        id: "az",
        name: || words::verbatim("Azure Key Vault"),
        program: "az",
        asks: &[ask(words::setup_vault, ""), ask(words::setup_prefix, "dfns-")],
        note: Some(words::setup_az_note),
        fill: |answers| {
            let name = format!("{}{{key_name}}", answers.get(1));
            let at =
                |command: &str| texts(&["keyvault", "secret", command, "--vault-name", answers.get(0), "-n", &name]);
            let from_input = ["--file", "/dev/stdin", "--encoding", "utf-8", "--query", "id", "-o", "tsv"];
            let store = [at("set"), texts(&from_input)].concat();
            let read = [at("show"), texts(&["--query", "value", "-o", "tsv"])].concat();
            Ok(Program {
                store: templates(store.clone())?,
                exists: asks([at("show"), texts(&["--query", "id", "-o", "tsv"])].concat(), "SecretNotFound")?,
                read_back: reads(read.clone(), true)?,
                several: Some(Several {
                    template: Some(one_object()),
                    read_back: reads(read, true)?,
                    ..together(Input::Json, store)?
                }),
                whose: tells(
                    ["account", "show", "--query", "join(', ', [user.name, name, tenantId])", "-o", "tsv"],
                    &[],
                )?,
                // It takes no notice of case.
                names: Names::Lowercase,
                variables: texts(&["AZURE_*"]),
                ..usual()
            })
        },
    },
    Preset {
        id: "kubectl",
        name: || words::verbatim("Kubernetes"),
        program: "kubectl",
        asks: &[ask(words::setup_namespace, "default"), may_ask(words::setup_context, "")],
        note: Some(words::setup_kubectl_note),
        fill: |answers| {
            let with = |command: &[&str]| {
                [texts(command), texts(&["--namespace", answers.get(0)]), answers.option("--context", 1)].concat()
            };
            let annotations: Map<String, Value> =
                FACTS.iter().map(|name| (format!("keybearer/{name}"), format!("{{{name}}}").into())).collect();
            Ok(Program {
                store: templates(with(&[
                    "create",
                    "secret",
                    "generic",
                    "dfns-{key_name}",
                    "--from-file=token=/dev/stdin",
                ]))?,
                exists: asks(with(&["get", "secret", "dfns-{key_name}", "-o", "name"]), "(NotFound): secrets \"")?,
                read_back: reads(
                    with(&["get", "secret", "dfns-{key_name}", "-o", "go-template={{.data.token | base64decode}}"]),
                    false,
                )?,
                several: Some(Several {
                    template: Some(json!({
                        "apiVersion": "v1",
                        "kind": "Secret",
                        "metadata": { "name": "dfns-{key_name}", "annotations": annotations },
                        "type": "Opaque",
                        "stringData": {
                            "token": "{token}",
                            "private_key": "{private_key}",
                            "credential_id": "{credential_id}",
                        },
                    })),
                    read_back: reads(
                        with(&[
                            "get",
                            "secret",
                            "dfns-{key_name}",
                            "-o",
                            "go-template={{.data.{secret} | base64decode}}",
                        ]),
                        false,
                    )?,
                    ..together(Input::Json, with(&["create", "-f", "-"]))?
                }),
                whose: tells(
                    with(&[
                        "config",
                        "view",
                        "--minify",
                        "-o",
                        "jsonpath={.contexts[0].name}{\", \"}{.clusters[0].cluster.server}",
                    ]),
                    &[],
                )?,
                names: Names::Lowercase,
                variables: texts(&["KUBECONFIG", "KUBERNETES_*"]),
                ..usual()
            })
        },
    },
    Preset {
        id: "gh",
        name: || words::verbatim("GitHub Actions"),
        program: "gh",
        asks: &[ask(words::setup_gh_repository, "")],
        note: Some(words::setup_gh_note),
        fill: |answers| {
            // With a host in it, gh would be asked about another repository than the one that it stores to.
            if !is_repository(answers.get(0)) {
                return Err(words::setup_gh_owner_and_name());
            }
            let name = "DFNS_{key_name}";
            // Asked for one secret, GitHub says the same of a repository that is not there as of a secret.
            let find = |name: &str| {
                let of = format!("repos/{}/actions/secrets", answers.get(0));
                let jq = format!(".secrets[] | select(.name == \"{name}\") | .name");
                texts(&["api", &of, "--paginate", "--jq", &jq])
            };
            Ok(Program {
                store: templates(["secret", "set", name, "--repo", answers.get(0)])?,
                exists: asks(find(name), "")?.map(|asked| Question { prints: true, ..asked }),
                // A secret for each: a workflow takes them as they are. It sets one after the other.
                several: Some(Several {
                    template: Some(json!({
                        format!("{name}_TOKEN"): "{token}",
                        format!("{name}_PRIVATE_KEY"): "{private_key}",
                        format!("{name}_CREDENTIAL_ID"): "{credential_id}",
                    })),
                    exists: templates(find(&format!("{name}_{{secret}}")))?,
                    ..together(Input::Dotenv, ["secret", "set", "-f", "-", "--repo", answers.get(0)])?
                }),
                names: Names::Uppercase,
                whose: tells(["api", "user", "--jq", ".login"], &[])?,
                variables: texts(&["GH_*", "GITHUB_*"]),
                ..usual()
            })
        },
    },
    Preset {
        id: "doppler",
        name: || words::verbatim("Doppler"),
        program: "doppler",
        asks: &[ask(words::setup_project, ""), ask(words::setup_config, "dev")],
        note: Some(words::setup_doppler_note),
        fill: |answers| {
            let name = "DFNS_{key_name}";
            let (set, get) =
                (["secrets", "set", name, "--silent", "--no-interactive"], ["secrets", "get", name, "--plain"]);
            let at = ["--project", answers.get(0), "--config", answers.get(1)];
            Ok(Program {
                store: templates(set.into_iter().chain(at))?,
                exists: asks(get.into_iter().chain(at), "Could not find requested secret")?,
                read_back: reads(get.into_iter().chain(at), true)?,
                several: Some(Several {
                    template: Some(one_object()),
                    read_back: reads(get.into_iter().chain(at), true)?,
                    ..together(Input::Json, set.into_iter().chain(at))?
                }),
                names: Names::Uppercase,
                whose: tells(["me", "--json"], &["/workplace/name", "/name"])?,
                variables: texts(&["DOPPLER_*"]),
                ..usual()
            })
        },
    },
];

impl Preset {
    /// Fills it with answers, in the order of its questions, with the program in its usual place.
    ///
    /// # Errors
    /// In words, where an answer is missing or has a place in it that is not known.
    pub fn fill(&self, answers: &[String]) -> Result<Program, Message> {
        for (ask, answer) in self.asks.iter().zip(answers.iter().map(String::as_str).chain(std::iter::repeat(""))) {
            if !ask.optional && answer.trim().is_empty() {
                return Err(words::setup_needed((ask.label)()));
            }
        }
        Ok(Program { program: PathBuf::from("/usr/bin").join(self.program), ..(self.fill)(Answers(answers))? })
    }
}

/// A program that nothing is known of.
fn usual() -> Program {
    Program {
        program: PathBuf::new(),
        store: Vec::new(),
        input: Input::default(),
        template: None,
        exists: None,
        read_back: None,
        several: None,
        whose: None,
        names: Names::default(),
        seconds: 60,
        variables: Vec::new(),
        password: false,
    }
}

/// Several secrets, stored with these arguments.
fn together<T: AsRef<str>>(input: Input, store: impl IntoIterator<Item = T>) -> Result<Several, Message> {
    Ok(Several { store: templates(store)?, input, template: None, exists: Vec::new(), read_back: None })
}

/// A member for each secret and each fact.
fn one_object() -> Value {
    let names = SecretName::ALL.iter().map(|name| name.as_str()).chain(FACTS);
    names.map(|name| (name.to_owned(), format!("{{{name}}}").into())).collect::<Map<_, _>>().into()
}

/// A field of this kind for each of these, of its name and its place.
fn each<K: Copy>(
    names: &'static [&'static str],
    kind: K,
    field: impl Fn(&str, &str, K) -> Value,
) -> impl Iterator<Item = Value> {
    names.iter().map(move |name| field(name, &format!("{{{name}}}"), kind))
}

fn templates<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Result<Vec<Template>, Message> {
    texts.into_iter().map(|text| Template::parse(text.as_ref()).map_err(words::vault_unusable)).collect()
}

fn asks<T: AsRef<str>>(arguments: impl IntoIterator<Item = T>, missing: &str) -> Result<Option<Question>, Message> {
    let (arguments, missing) = (templates(arguments)?, missing.to_owned());
    Ok(Some(Question { arguments, missing, prints: false, stale: false }))
}

fn reads<T: AsRef<str>>(arguments: impl IntoIterator<Item = T>, line: bool) -> Result<Option<Reading>, Message> {
    Ok(Some(Reading { arguments: templates(arguments)?, line }))
}

fn tells<T: AsRef<str>>(arguments: impl IntoIterator<Item = T>, fields: &[&str]) -> Result<Option<Whose>, Message> {
    Ok(Some(Whose { arguments: templates(arguments)?, fields: texts(fields) }))
}

fn is_repository(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
    };
    text.split_once('/').is_some_and(|(owner, name)| is_part(owner) && is_part(name))
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|word| (*word).to_owned()).collect()
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
            preset.fill(&texts(answers)).expect("it can be filled").exists.expect("it can be asked")
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
        assert_eq!(pass.fill(&[]).expect_err("it is needed"), words::setup_needed(words::setup_folder()));
        assert!(pass.fill(&["{name}".to_owned()]).is_err());
    }

    #[test]
    fn answers_with_which_the_wrong_place_would_be_asked_are_told() {
        let of = |id: &str, answers: &[&str]| {
            let preset = PRESETS.iter().find(|preset| preset.id == id).expect("it is known");
            preset.fill(&texts(answers)).map(drop)
        };
        assert_eq!(of("gh", &["owner/name"]), Ok(()));
        for other in ["https://github.com/owner/name", "github.example.com/owner/name", "name", "owner/", "owner/a b"] {
            assert_eq!(of("gh", &[other]), Err(words::setup_gh_owner_and_name()), "{other}");
        }
        assert_eq!(of("bw", &["", "organization", "collection"]), Ok(()));
        assert!(of("bw", &["", "organization", ""]).is_err() && of("bw", &["", "", "collection"]).is_err());
    }
}
