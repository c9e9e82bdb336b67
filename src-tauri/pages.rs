//! Puts the modules of each page into one script, and its stylesheets into one. The web engine would ask for each of them, and for
//! what a module imports only once that is there: twelve times, one after the other, before the first frame.
//!
//! It knows the modules of `ui` and no others: what it does not understand ends the build.

use std::{
    collections::BTreeSet,
    fs,
    path::{Component, Path, PathBuf},
};

/// What is asked for by itself later, and so stays a file of its own.
const LATER: [&str; 1] = ["third_party.js"];

const STYLESHEET: (&str, &str) = ("<link rel=\"stylesheet\" href=\"", "\">");
const SCRIPT: (&str, &str) = ("<script type=\"module\" src=\"", "\"></script>");

/// Writes the pages of one folder into another, which holds nothing else after it.
pub(crate) fn bundle(from: &Path, to: &Path) {
    // What is left of an earlier build would be taken in.
    if to.exists() {
        fs::remove_dir_all(to).unwrap_or_else(|error| panic!("{} could not be emptied: {error}", to.display()));
    }
    fs::create_dir_all(to).unwrap_or_else(|error| panic!("{} could not be made: {error}", to.display()));
    for page in ["index", "token"] {
        let html = read(&from.join(page).with_extension("html"));
        let (html, styles) = replaced(&html, STYLESHEET, &format!("{page}.css"));
        let (html, scripts) = replaced(&html, SCRIPT, &format!("{page}.js"));
        let styles: Vec<String> = styles.iter().map(|each| read(&from.join(each))).collect();
        let mut modules = Modules { folder: from, done: BTreeSet::new(), open: Vec::new(), script: String::new() };
        scripts.iter().for_each(|script| modules.take(Path::new(script)));
        write(&to.join(page).with_extension("html"), &html);
        write(&to.join(page).with_extension("css"), &styles.join("\n"));
        write(&to.join(page).with_extension("js"), &modules.script);
    }
    for name in LATER {
        write(&to.join(name), &read(&from.join(name)));
    }
}

/// A page in which one such element stands in place of all of them, and what those named.
fn replaced(html: &str, (start, end): (&str, &str), by: &str) -> (String, Vec<String>) {
    let (mut page, mut named) = (String::new(), Vec::new());
    for line in html.lines() {
        match line.trim().strip_prefix(start).and_then(|rest| rest.strip_suffix(end)) {
            Some(name) => {
                if named.is_empty() {
                    page.push_str(&format!("{start}{by}{end}\n"));
                }
                named.push(name.to_owned());
            }
            None => {
                page.push_str(line);
                page.push('\n');
            }
        }
    }
    (page, named)
}

/// Modules, each after those that it imports.
struct Modules<'a> {
    folder: &'a Path,
    done: BTreeSet<PathBuf>,
    /// Those that wait for what they import.
    open: Vec<PathBuf>,
    script: String,
}

impl Modules<'_> {
    fn take(&mut self, module: &Path) {
        let name = plain(module);
        if self.done.contains(&name) {
            return;
        }
        assert!(!self.open.contains(&name), "{} imports itself by way of {:?}", name.display(), self.open);
        self.open.push(name.clone());
        let source = read(&self.folder.join(&name));
        let (mut body, mut exports) = (String::new(), Vec::new());
        for line in source.lines() {
            if let Some((names, other)) = import_of(line) {
                let other = self.take_beside(&name, other);
                if let Some(names) = names {
                    body.push_str(&format!("const {{ {} }} = {};", names.replace(" as ", ": "), other));
                }
            } else if let Some((names, other)) = passed_on(line) {
                let other = self.take_beside(&name, other);
                body.push_str(&format!("const {{ {names} }} = {};", other));
                exports.extend(listed(names));
            } else if let Some(declared) = line.strip_prefix("export ") {
                exports.extend(names_of(declared).unwrap_or_else(|| panic!("{}: {line}", name.display())));
                body.push_str(declared);
            } else {
                assert!(!line.starts_with("import ") && !line.starts_with("export"), "{}: {line}", name.display());
                body.push_str(line);
            }
            body.push('\n');
        }
        self.open.pop();
        let exports = exports.join(", ");
        self.script
            .push_str(&format!("const {} = (() => {{\n{body}return {{ {exports} }};\n}})();\n", variable(&name)));
        self.done.insert(name);
    }

    /// Takes what a module names by a path from where it is; the variable that its exports are in.
    fn take_beside(&mut self, module: &Path, other: &str) -> String {
        let other = module.parent().unwrap_or(Path::new("")).join(other);
        self.take(&other);
        variable(&plain(&other))
    }
}

/// What a line imports, and from where: `import { a, b as c } from "./x.js";`, or the module alone, for what it does.
fn import_of(line: &str) -> Option<(Option<&str>, &str)> {
    let rest = line.strip_prefix("import ")?;
    match rest.strip_prefix("{ ") {
        Some(rest) => {
            let (names, rest) = rest.split_once(" } from \"")?;
            Some((Some(names), rest.strip_suffix("\";")?))
        }
        None => Some((None, rest.strip_prefix('"')?.strip_suffix("\";")?)),
    }
}

/// What a line exports of another module: `export { A } from "./x.js";`.
fn passed_on(line: &str) -> Option<(&str, &str)> {
    let (names, rest) = line.strip_prefix("export { ")?.split_once(" } from \"")?;
    Some((names, rest.strip_suffix("\";")?))
}

/// The names that a declaration makes. One that changes later is none: nobody would see it change.
fn names_of(declared: &str) -> Option<Vec<String>> {
    let declared = declared.strip_prefix("async ").unwrap_or(declared);
    let rest = ["const ", "function ", "class "].into_iter().find_map(|word| declared.strip_prefix(word))?;
    if let Some(many) = rest.strip_prefix("{ ") {
        return Some(listed(many.split_once(" } =")?.0));
    }
    let name = rest.trim_start_matches('*');
    let end = name.find(|letter: char| !letter.is_alphanumeric() && !"_$".contains(letter))?;
    Some(vec![name[..end].to_owned()])
}

fn listed(names: &str) -> Vec<String> {
    names.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
}

/// The variable that a module's exports are in.
fn variable(module: &Path) -> String {
    let letters = module.to_string_lossy().replace(|letter: char| !letter.is_alphanumeric(), "_");
    format!("${letters}")
}

/// A path without `.`.
fn plain(path: &Path) -> PathBuf {
    path.components().filter(|part| matches!(part, Component::Normal(_))).collect()
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|error| panic!("{} could not be read: {error}", file.display()))
}

fn write(file: &Path, contents: &str) {
    fs::write(file, contents).unwrap_or_else(|error| panic!("{} could not be written: {error}", file.display()));
}
