//! Destinations and lists of names, as the page draws and edits them.

use std::path::PathBuf;

use keybearer_core::{
    account::{Account, Environment},
    address::BaseUrl,
    app::{BatchRun, BatchState, Checked, CheckedNames, Item, Proposed},
    failure::{Failure, NotNow},
    journal::BatchOutcome,
    vault::{
        Ask, Destination, Kind, Known, Kv2, PRESETS, Preset, Program, Question, Reading, Several, Template, Whose,
    },
    words::{self, Message},
};
use serde_json::Value;

use super::{key::key, until_ms};
use crate::ipc::{
    AskView, BatchRow, BatchRowState, BatchStateView, BatchView, CheckedList, CheckedName, DestinationForm,
    DestinationView, ProgramForm, ProgramPresetView, ReplacementView, RoleView, Told, VaultForm,
};
use crate::vault::installed;

pub(super) fn destination(known: &Known) -> DestinationView {
    let Destination { id, name, vault } = &known.destination;
    let place = match vault {
        Kind::Kv2(kv2) => format!("{} · {}/{}", kv2.address.host(), kv2.mount, kv2.path),
        Kind::Program(program) => program.program.display().to_string(),
    };
    DestinationView {
        id: id.clone(),
        name: name.clone(),
        place,
        default: known.default,
        secret: known.destination.secret().map(words::vault_secret),
        proven: known.proven,
        may_overwrite: known.destination.may_overwrite(),
        form: DestinationForm { id: Some(id.clone()), name: name.clone(), vault: form(vault) },
    }
}

fn form(vault: &Kind) -> VaultForm {
    match vault {
        Kind::Kv2(Kv2 {
            address,
            mount,
            path,
            field,
            private_key_field,
            credential_id_field,
            namespace,
            authority,
        }) => VaultForm::Kv2 {
            address: address.to_string(),
            mount: mount.clone(),
            path: path.to_string(),
            field: field.clone(),
            private_key_field: private_key_field.clone(),
            credential_id_field: credential_id_field.clone(),
            namespace: namespace.clone(),
            authority: authority.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
        },
        Kind::Program(program) => VaultForm::Program(Box::new(program_form(program))),
    }
}

fn program_form(program: &Program) -> ProgramForm {
    let lines = |templates: &[Template]| templates.iter().map(Template::as_str).collect::<Vec<_>>().join("\n");
    let template = |json: Option<&Value>| json.map(|json| format!("{json:#}")).unwrap_or_default();
    let several = program.several.as_ref();
    let several_read = several.and_then(|several| several.read_back.as_ref());
    ProgramForm {
        program: program.program.display().to_string(),
        store: lines(&program.store),
        input: word(&program.input),
        template: template(program.template.as_ref()),
        exists: program.exists.as_ref().map(|question| lines(&question.arguments)).unwrap_or_default(),
        missing: program.exists.as_ref().map(|question| question.missing.clone()).unwrap_or_default(),
        prints: program.exists.as_ref().is_some_and(|question| question.prints),
        stale: program.exists.as_ref().is_some_and(|question| question.stale),
        read_back: program.read_back.as_ref().map(|reading| lines(&reading.arguments)).unwrap_or_default(),
        read_back_line: program.read_back.as_ref().is_some_and(|reading| reading.line),
        several_store: several.map(|several| lines(&several.store)).unwrap_or_default(),
        several_input: word(&several.map(|several| several.input).unwrap_or_default()),
        several_template: template(several.and_then(|several| several.template.as_ref())),
        several_exists: several.map(|several| lines(&several.exists)).unwrap_or_default(),
        several_read_back: several_read.map(|reading| lines(&reading.arguments)).unwrap_or_default(),
        several_read_back_line: several_read.is_some_and(|reading| reading.line),
        whose: program.whose.as_ref().map(|whose| lines(&whose.arguments)).unwrap_or_default(),
        whose_fields: program.whose.as_ref().map(|whose| whose.fields.join(" ")).unwrap_or_default(),
        names: word(&program.names),
        seconds: program.seconds,
        variables: program.variables.join(" "),
        password: program.password,
    }
}

/// What a choice is called in the file, which is what the page calls it as well.
fn word(choice: &impl serde::Serialize) -> String {
    serde_json::to_value(choice).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default()
}

impl TryFrom<DestinationForm> for Destination {
    type Error = Failure;

    fn try_from(form: DestinationForm) -> Result<Self, Failure> {
        let vault = match form.vault {
            VaultForm::Kv2 {
                address,
                mount,
                path,
                field,
                private_key_field,
                credential_id_field,
                namespace,
                authority,
            } => Kind::Kv2(Kv2 {
                address: BaseUrl::parse(&address)?,
                mount: mount.trim().trim_matches('/').to_owned(),
                path: template(path.trim().trim_matches('/'))?,
                field: field.trim().to_owned(),
                private_key_field: private_key_field.trim().to_owned(),
                credential_id_field: credential_id_field.trim().to_owned(),
                namespace: namespace.trim().to_owned(),
                authority: Some(authority.trim()).filter(|path| !path.is_empty()).map(PathBuf::from),
            }),
            VaultForm::Program(form) => Kind::Program(program(*form)?),
        };
        let id = form.id.unwrap_or_else(new_id);
        Ok(Self { id, name: form.name.trim().to_owned(), vault })
    }
}

fn program(form: ProgramForm) -> Result<Program, Failure> {
    // An empty line is an empty argument nowhere that is known, and a slip everywhere.
    let lines = |text: &str| -> Result<Vec<Template>, Failure> {
        text.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(template).collect()
    };
    let (exists, read_back, whose) = (lines(&form.exists)?, lines(&form.read_back)?, lines(&form.whose)?);
    let json = |text: &str| match text.trim() {
        "" => Ok(None),
        text => serde_json::from_str::<Value>(text)
            .map(Some)
            .map_err(|error| refused(words::unusable_template_json(error.to_string()))),
    };
    let several = Several {
        store: lines(&form.several_store)?,
        input: chosen(&form.several_input)?,
        template: json(&form.several_template)?,
        exists: lines(&form.several_exists)?,
        read_back: reading(lines(&form.several_read_back)?, form.several_read_back_line),
    };
    Ok(Program {
        program: PathBuf::from(form.program.trim()),
        store: lines(&form.store)?,
        input: chosen(&form.input)?,
        template: json(&form.template)?,
        exists: (!exists.is_empty()).then(|| Question {
            arguments: exists,
            missing: form.missing.trim().to_owned(),
            prints: form.prints,
            stale: form.stale,
        }),
        read_back: reading(read_back, form.read_back_line),
        several: (!several.store.is_empty()).then_some(several),
        whose: (!whose.is_empty()).then(|| Whose {
            arguments: whose,
            fields: form.whose_fields.split_whitespace().map(str::to_owned).collect(),
        }),
        names: chosen(&form.names)?,
        seconds: form.seconds,
        variables: form.variables.split_whitespace().map(str::to_owned).collect(),
        password: form.password,
    })
}

fn reading(arguments: Vec<Template>, line: bool) -> Option<Reading> {
    (!arguments.is_empty()).then_some(Reading { arguments, line })
}

fn template(text: &str) -> Result<Template, Failure> {
    Template::parse(text).map_err(refused)
}

fn chosen<T: serde::de::DeserializeOwned>(word: &str) -> Result<T, Failure> {
    serde_json::from_value(Value::String(word.to_owned())).map_err(|error| refused(words::verbatim(error.to_string())))
}

fn refused(why: Message) -> Failure {
    Failure::Destination(words::vault_unusable(why))
}

/// Tells a new destination from those that there are or were.
fn new_id() -> String {
    Account::new(Environment::Sandbox, "").id
}

/// All that is known of programs.
pub(crate) fn presets() -> Vec<ProgramPresetView> {
    let ask = |ask: &Ask| AskView { label: (ask.label)(), usual: ask.usual.to_owned(), optional: ask.optional };
    PRESETS
        .iter()
        .map(|preset| ProgramPresetView {
            id: preset.id.to_owned(),
            name: (preset.name)().to_string(),
            program: preset.program.to_owned(),
            installed: installed(preset).is_some(),
            note: preset.note.map(|note| note()),
            asks: preset.asks.iter().map(ask).collect(),
        })
        .collect()
}

pub(crate) fn filled(id: &str, answers: &[String]) -> Result<DestinationForm, Failure> {
    let preset: &Preset =
        PRESETS.iter().find(|preset| preset.id == id).ok_or(Failure::NotNow(NotNow::ProgramUnknown))?;
    let mut program = preset.fill(answers).map_err(Failure::Destination)?;
    if let Some(installed) = installed(preset) {
        program.program = installed;
    }
    Ok(DestinationForm { id: None, name: (preset.name)().to_string(), vault: form(&Kind::Program(program)) })
}

/// A list of names, before anything happens.
pub(crate) fn checked(checked: CheckedNames) -> CheckedList {
    let signs = checked.kind.signs();
    let name = |Checked { name, place, chosen, replaces, problem }| CheckedName {
        name,
        place,
        roles: chosen.roles.into_iter().map(RoleView::from).collect(),
        replaces: replaces.map(|old| old.name),
        problem: problem.map(Told::from),
    };
    CheckedList {
        number: checked.number,
        destination: checked.destination.name,
        signs,
        names: checked.names.into_iter().map(name).collect(),
    }
}

pub(crate) fn replacement(proposed: Proposed) -> ReplacementView {
    let Proposed { old, name, days } = proposed;
    ReplacementView { replaces: key(&old), name, days }
}

pub(super) fn batch(run: &BatchRun) -> BatchView {
    let work = run.work();
    let current = work.and_then(|work| work.current);
    BatchView {
        destination: run.destination.clone(),
        state: match run.state {
            BatchState::Running(_) => BatchStateView::Running,
            BatchState::Stopping(..) => BatchStateView::Stopping,
            BatchState::Paused(_) => BatchStateView::Paused,
            BatchState::Ended(_) => BatchStateView::Ended,
        },
        rows: run.items.iter().enumerate().map(|(place, item)| row(item, current == Some(place))).collect(),
        waits_ms: work.and_then(|work| work.waits_until).map(until_ms),
        problem: run.problem().map(Told::from),
    }
}

fn row(item: &Item, is_current: bool) -> BatchRow {
    let (state, words) = match (&item.outcome, &item.failure) {
        _ if is_current => (BatchRowState::UnderWay, None),
        (BatchOutcome::Delivered(at), _) => (BatchRowState::Delivered, Some(words::verbatim(at))),
        (BatchOutcome::Open, _) => (BatchRowState::Attention, None),
        (BatchOutcome::Settled, _) => (BatchRowState::Settled, None),
        (BatchOutcome::Waiting | BatchOutcome::NotMade, Some(failure)) => {
            (BatchRowState::Failed, Some(failure.message()))
        }
        (BatchOutcome::Waiting | BatchOutcome::NotMade, None) => (BatchRowState::Waiting, None),
    };
    BatchRow { name: item.name.clone(), state, words }
}
