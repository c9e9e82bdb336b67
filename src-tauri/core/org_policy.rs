//! What an organization set up on this computer for everybody: a JSON file in the system's configuration folder, written
//! by whoever looks after the computer. It is only ever read.

use std::{
    collections::HashSet,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, Visitor, value::MapAccessDeserializer},
};

use crate::{
    address::BaseUrl,
    failure::Failure,
    vault::{Destination, check_all},
    words::{self, Message},
};

/// Some editors of Windows begin a text with it. It is no part of what is written there.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// What is in the file.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(default, deny_unknown_fields)]
pub struct OrgPolicy {
    /// Offered in the sign-in form, the first one chosen where nobody has signed in yet.
    #[serde(deserialize_with = "named_apart")]
    environments: Vec<PolicyEnvironment>,
    /// Each as the person's own `destinations.json` has them, which begins with these.
    #[serde(deserialize_with = "usable")]
    destinations: Vec<Destination>,
}

/// A Dfns of the organization.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct PolicyEnvironment {
    /// What the organization calls it.
    #[serde(deserialize_with = "name")]
    pub name: String,
    #[serde(deserialize_with = "address")]
    pub url: BaseUrl,
}

impl OrgPolicy {
    /// Reads the first of these files that is there; without one nothing is preset.
    ///
    /// # Errors
    /// [`Failure::File`] where it cannot be read, with line and column where it is malformed. It stays as it is.
    pub fn read(files: &[PathBuf]) -> Result<Self, Failure> {
        for file in files {
            match fs::read(file) {
                Ok(bytes) => {
                    return serde_json::from_slice(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(&bytes))
                        .map_err(|error| told(words::preset_malformed, file, &error));
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(told(words::preset_unreadable, file, &error)),
            }
        }
        Ok(Self::default())
    }

    pub fn environments(&self) -> &[PolicyEnvironment] {
        &self.environments
    }

    pub fn destinations(&self) -> &[Destination] {
        &self.destinations
    }
}

/// Where the file may be on this system, the first that counts first.
pub fn files() -> Vec<PathBuf> {
    #[cfg(target_os = "windows")]
    let folders = std::env::var_os("PROGRAMDATA").map(|folder| PathBuf::from(folder).join("Keybearer"));
    #[cfg(target_os = "macos")]
    let folders = Some(Path::new("/Library/Application Support").join(crate::APP_ID));
    #[cfg(not(any(target_os = "windows", target_os = "macos")))]
    let folders = xdg(std::env::var_os("XDG_CONFIG_DIRS")).into_iter().map(|folder| folder.join("keybearer"));
    folders.into_iter().map(|folder| folder.join("preset.json")).collect()
}

/// The folders that the variable names, or else the usual one. Those that are not absolute do not count, as the XDG
/// specification has it.
#[cfg(not(any(target_os = "windows", target_os = "macos")))]
fn xdg(variable: Option<std::ffi::OsString>) -> Vec<PathBuf> {
    let variable = variable.filter(|folders| !folders.is_empty()).unwrap_or_else(|| "/etc/xdg".into());
    std::env::split_paths(&variable).filter(|folder| folder.is_absolute()).collect()
}

fn told(problem: fn(String, String) -> Message, file: &Path, why: &dyn fmt::Display) -> Failure {
    Failure::File(problem(file.display().to_string(), why.to_string()))
}

/// Checked while it is read, so that the place in the file can be told. So are the others.
fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let name = String::deserialize(deserializer)?;
    match name.trim() {
        "" => Err(D::Error::custom(words::preset_no_name())),
        name if name.chars().any(char::is_control) => Err(D::Error::custom(words::preset_name_control())),
        name => Ok(name.to_owned()),
    }
}

fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BaseUrl, D::Error> {
    let text = String::deserialize(deserializer)?;
    BaseUrl::with_prefix(&text).map_err(|failure| D::Error::custom(words::preset_address(&text, failure.message())))
}

/// Nobody could tell two of the same name apart, nor would two of the same address be two.
fn named_apart<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<PolicyEnvironment>, D::Error> {
    let environments = Vec::<PolicyEnvironment>::deserialize(deserializer)?;
    let (mut names, mut addresses) = (HashSet::new(), HashSet::new());
    for PolicyEnvironment { name, url } in &environments {
        if !names.insert(name.to_lowercase()) || !addresses.insert(url.to_string()) {
            return Err(D::Error::custom(words::preset_twice(name)));
        }
    }
    Ok(environments)
}

/// Each of them alone first, so that the place is that of the one that cannot be used; then all together.
fn usable<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Destination>, D::Error> {
    let destinations = Vec::<Usable>::deserialize(deserializer)?;
    let destinations: Vec<Destination> = destinations.into_iter().map(|Usable(destination)| destination).collect();
    check_all(&destinations).map_err(D::Error::custom)?;
    Ok(destinations)
}

/// A destination that was checked before what follows it is read.
struct Usable(Destination);

impl<'de> Deserialize<'de> for Usable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(UsableVisitor)
    }
}

struct UsableVisitor;

impl<'de> Visitor<'de> for UsableVisitor {
    type Value = Usable;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", words::preset_no_vault())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Usable, A::Error> {
        let destination = Destination::deserialize(MapAccessDeserializer::new(map))?;
        let named = |failure: Failure| A::Error::custom(words::preset_vault(&destination.name, failure.message()));
        destination.check().map_err(named)?;
        Ok(Usable(destination))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<OrgPolicy, String> {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("preset.json");
        fs::write(&file, text).expect("written");
        let read =
            OrgPolicy::read(&[folder.path().join("none.json"), file.clone()]).map_err(|failure| failure.to_string());
        assert_eq!(fs::read_to_string(&file).expect("it is there still"), text);
        read
    }

    #[test]
    fn environments_and_destinations_are_read_and_checked() {
        let preset = read(
            r#"{ "environments": [{ "name": " Treasury ", "url": "https://dfns.example.com" }],
                 "destinations": [{ "id": "team", "name": "Team Vault", "vault":
                     { "kind": "program", "program": "/usr/bin/team", "store": ["put", "{key_name}"] } }] }"#,
        )
        .expect("well formed");
        let [environment] = preset.environments() else { panic!("{preset:?}") };
        assert_eq!((environment.name.as_str(), environment.url.host().as_str()), ("Treasury", "dfns.example.com"));
        let [destination] = preset.destinations() else { panic!("{preset:?}") };
        assert_eq!((destination.id.as_str(), destination.name.as_str()), ("team", "Team Vault"));
    }

    #[test]
    fn without_a_file_or_with_an_empty_one_nothing_is_preset() {
        assert_eq!(OrgPolicy::read(&[]), Ok(OrgPolicy::default()));
        assert_eq!(OrgPolicy::read(&["/nowhere/preset.json".into()]), Ok(OrgPolicy::default()));
        assert_eq!(read("{}"), Ok(OrgPolicy::default()));
        assert_eq!(read("\u{feff}{}"), Ok(OrgPolicy::default()));
    }

    #[test]
    fn the_manuals_example_is_one() {
        let manual = include_str!("../../docs/deployment.md");
        let (_, example) = manual.split_once("```json\n").expect("an example");
        let (example, _) = example.split_once("```").expect("it ends");
        let preset = read(example).expect("well formed");
        assert_eq!((preset.environments().len(), preset.destinations().len()), (1, 1));
    }

    #[test]
    fn what_is_wrong_with_it_is_told_with_line_and_column() {
        let unusable = BaseUrl::parse("http://dfns.example.com").expect_err("in clear").message();
        let unusable = words::preset_address("http://dfns.example.com", unusable).to_string();
        let (no_name, twice) = (words::preset_no_name().to_string(), words::preset_twice("a").to_string());
        for (text, problem, place) in [
            ("{\n  \"environments\": [}", "expected value", "line 2 column 20"),
            ("{\n  \"environment\": []\n}", "unknown field `environment`", "line 2 column 15"),
            (
                "{\"environments\": [{\n  \"name\": \"A\",\n  \"url\": \"http://dfns.example.com\"}]}",
                &*unusable,
                "line 3 column 35",
            ),
            ("{\"environments\": [{\"url\": \"https://a.example\"}]}", "missing field `name`", "line 1 column 46"),
            ("{\"environments\": [{\"name\": \" \", \"url\": \"https://a.example\"}]}", &*no_name, "line 1 column 30"),
            (
                "{\"environments\": [{\"name\": \"A\", \"url\": \"https://a.example\"},\n \
                 {\"name\": \"a\", \"url\": \"https://b.example\"}]}",
                &*twice,
                "line 2 column 44",
            ),
        ] {
            let told = read(text).expect_err(text);
            assert!(told.contains(problem) && told.contains(place), "{told}");
            assert!(told.contains("preset.json"), "{told}");
        }
    }

    #[test]
    fn so_is_a_destination_that_cannot_be_used() {
        let team = |id: &str, vault: &str| format!("{{\"id\": \"{id}\", \"name\": \"Team\", \"vault\": {vault}}}");
        let program = r#"{"kind": "program", "program": "/usr/bin/team", "store": ["{key_name}"]}"#;
        let (empty, unknown) = (program.replace("/usr/bin/team", ""), r#"{"kind": "moon"}"#);
        let no_id = words::preset_vault("Team", words::vault_unusable(words::unusable_id())).to_string();
        let no_path = words::preset_vault("Team", words::vault_unusable(words::unusable_program(""))).to_string();
        let twice = words::vault_twice("a", "Team").to_string();
        for (destinations, problem, line) in [
            (format!("\n{},\n{}", team("a", program), "7"), "invalid type: integer `7`", 3),
            (format!("\n{}", team("a", unknown)), "unknown variant `moon`", 2),
            (format!("\n{},\n{{}}", team("a", program)), "missing field `id`", 3),
            (format!("\n{}", team("", program)), &*no_id, 2),
            (format!("\n{},\n\n{}\n", team("a", &empty), team("b", program)), &*no_path, 2),
            (format!("\n{},\n{}", team("a", program), team("a", program)), &*twice, 3),
        ] {
            let text = format!("{{\"destinations\": [{destinations}]}}");
            let told = read(&text).expect_err(&text);
            assert!(told.contains(problem) && told.contains(&format!("at line {line} column ")), "{text}: {told}");
            assert!(told.contains("preset.json"), "{told}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_folders_are_those_of_the_xdg_convention() {
        assert_eq!(xdg(None), [Path::new("/etc/xdg")]);
        assert_eq!(xdg(Some("".into())), [Path::new("/etc/xdg")]);
        assert_eq!(xdg(Some("/etc/ours:relative:/etc/xdg".into())), [Path::new("/etc/ours"), Path::new("/etc/xdg")]);
    }
}
