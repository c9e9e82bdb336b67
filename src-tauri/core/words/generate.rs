//! Reads the catalogue when the project is built: writes a function for each message and its shape for the page, and holds
//! every language to the ids and arguments of English. Included by the build script.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    fs,
    path::Path,
};

use fluent_syntax::{ast, parser, serializer};

/// The language that has every message, and says which arguments each takes.
pub(crate) const SOURCE: &str = "en";

/// The language that is made of English: accented, and a third longer.
pub(crate) const PSEUDO: &str = "en-XA";

/// What an argument is, by how the English text uses it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Kind {
    Text,
    Number,
    Instant,
}

type Arguments = BTreeMap<String, Kind>;

#[derive(Debug, Default)]
struct Entry {
    /// Its English text, as the catalogue has it; none where it has attributes alone.
    text: Option<String>,
    arguments: Arguments,
    attributes: BTreeSet<String>,
}

/// The text of each language, by its tag.
pub(crate) fn languages(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let files = files
        .filter_map(|file| Some(file.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "ftl"));
    files
        .map(|path| {
            let tag = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
            let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
            (tag, text)
        })
        .collect()
}

/// Reads all languages, and the ids that a page of HTML names. What the build takes from them, by the names of its files: a
/// function for each message, the arguments of each for the page's scripts, and the languages' texts.
///
/// # Panics
/// Where a text cannot be read, a language lacks a message or has another's arguments, or a page names an id or an attribute
/// that there is not: the build ends with what it was.
pub(crate) fn generate(languages: &BTreeMap<String, String>, page: &str) -> [(&'static str, String); 3] {
    let english = entries(SOURCE, &languages[SOURCE]);
    for (tag, text) in languages {
        hold_to(&english, tag, &entries(tag, text));
    }
    hold_page_to(&english, page);
    [("words.rs", functions(&english)), ("words.d.ts", types(&english)), ("languages.rs", constants(languages))]
}

fn entries(tag: &str, text: &str) -> BTreeMap<String, Entry> {
    let resource = parser::parse(text).unwrap_or_else(|(_, errors)| panic!("{tag}.ftl: {errors:?}"));
    let mut entries: BTreeMap<String, Entry> = BTreeMap::new();
    for each in &resource.body {
        let ast::Entry::Message(message) = each else { continue };
        let mut entry = Entry::default();
        if let Some(pattern) = &message.value {
            entry.text = Some(shown(pattern));
            of_pattern(pattern, &mut entry.arguments);
        }
        for attribute in &message.attributes {
            let mut arguments = Arguments::new();
            of_pattern(&attribute.value, &mut arguments);
            assert!(arguments.is_empty(), "{tag}.ftl: {}.{} takes arguments", message.id.name, attribute.id.name);
            entry.attributes.insert(attribute.id.name.to_owned());
        }
        let id = message.id.name.to_owned();
        assert!(entries.insert(id.clone(), entry).is_none(), "{tag}.ftl has {id} twice");
    }
    entries
}

fn of_pattern(pattern: &ast::Pattern<&str>, arguments: &mut Arguments) {
    for element in &pattern.elements {
        if let ast::PatternElement::Placeable { expression } = element {
            of_expression(expression, arguments);
        }
    }
}

fn of_expression(expression: &ast::Expression<&str>, arguments: &mut Arguments) {
    match expression {
        ast::Expression::Inline(inline) => of_inline(inline, Kind::Text, arguments),
        ast::Expression::Select { selector, variants } => {
            let counts = variants.iter().any(|variant| match variant.key {
                ast::VariantKey::NumberLiteral { .. } => true,
                ast::VariantKey::Identifier { name } => name == "one",
            });
            of_inline(selector, if counts { Kind::Number } else { Kind::Text }, arguments);
            for variant in variants {
                of_pattern(&variant.value, arguments);
            }
        }
    }
}

fn of_inline(inline: &ast::InlineExpression<&str>, kind: Kind, arguments: &mut Arguments) {
    match inline {
        ast::InlineExpression::VariableReference { id } => {
            let known = arguments.entry(id.name.to_owned()).or_insert(kind);
            *known = kind.max(*known);
        }
        ast::InlineExpression::FunctionReference { id, arguments: given } => {
            let kind = match id.name {
                "NUMBER" => Kind::Number,
                "DATETIME" => Kind::Instant,
                other => panic!("there is no function {other}"),
            };
            for each in &given.positional {
                of_inline(each, kind, arguments);
            }
        }
        ast::InlineExpression::Placeable { expression } => of_expression(expression, arguments),
        ast::InlineExpression::MessageReference { id, .. } => {
            panic!("{} is used inside another message: make it a term", id.name)
        }
        ast::InlineExpression::StringLiteral { .. }
        | ast::InlineExpression::NumberLiteral { .. }
        | ast::InlineExpression::TermReference { .. } => {}
    }
}

/// What a pattern says, shortened to what tells it from others.
fn shown(pattern: &ast::Pattern<&str>) -> String {
    let parts = pattern.elements.iter().map(|element| match element {
        ast::PatternElement::TextElement { value } => value.split_whitespace().collect::<Vec<_>>().join(" "),
        ast::PatternElement::Placeable { .. } => "…".to_owned(),
    });
    parts.collect::<Vec<_>>().join(" ").replace('`', "")
}

/// A language has all that English has, and nothing else.
fn hold_to(english: &BTreeMap<String, Entry>, tag: &str, other: &BTreeMap<String, Entry>) {
    for id in english.keys() {
        assert!(other.contains_key(id), "{tag}.ftl lacks {id}");
    }
    for (id, entry) in other {
        let source = english.get(id).unwrap_or_else(|| panic!("{tag}.ftl has {id}, which English has not"));
        assert!(
            entry.text.is_some() == source.text.is_some(),
            "{tag}.ftl: {id} has a text where English has none, or none"
        );
        assert!(entry.attributes == source.attributes, "{tag}.ftl: {id} has other attributes than English");
        for argument in entry.arguments.keys() {
            assert!(
                source.arguments.contains_key(argument),
                "{tag}.ftl: {id} takes ${argument}, which English does not"
            );
        }
    }
}

/// Each `data-l10n-id` of a page is a message without arguments, or one with attributes alone.
fn hold_page_to(english: &BTreeMap<String, Entry>, page: &str) {
    for rest in page.split("data-l10n-id=\"").skip(1) {
        let id = rest.split('"').next().unwrap_or_default();
        let entry = english.get(id).unwrap_or_else(|| panic!("a page names {id}, which is no message"));
        assert!(entry.arguments.is_empty(), "a page names {id}, which takes arguments");
    }
}

fn functions(english: &BTreeMap<String, Entry>) -> String {
    let mut written = String::from("// Written from the catalogue by the build script.\n");
    for (id, Entry { text, arguments, .. }) in english {
        let Some(text) = text else { continue };
        let parameters = listed(arguments, |name, kind| match kind {
            Kind::Text => format!("{name}: impl Into<Value>"),
            Kind::Number => format!("{name}: impl Into<Number>"),
            Kind::Instant => format!("{name}: OffsetDateTime"),
        });
        let given = listed(arguments, |name, kind| match kind {
            Kind::Text => format!("(\"{name}\", {name}.into())"),
            Kind::Number => format!("(\"{name}\", Value::Number({name}.into()))"),
            Kind::Instant => format!("(\"{name}\", Value::Instant({name}))"),
        });
        let function = id.replace('-', "_");
        let _ = write!(
            written,
            "\n/// `{text}`\n#[must_use]\npub fn {function}({parameters}) -> Message {{\n    Message {{ id: \"{id}\", args: Args(vec![{given}]) }}\n}}\n"
        );
    }
    written
}

fn types(english: &BTreeMap<String, Entry>) -> String {
    let mut written = String::from(
        "// Written from the catalogue by a test; not edited by hand.\n\n/** What each message speaks of. */\nexport type Words = {\n",
    );
    for (id, Entry { arguments, .. }) in english.iter().filter(|(_, entry)| entry.text.is_some()) {
        let shapes = listed(arguments, |name, kind| match kind {
            Kind::Text => format!("{name}: Text"),
            Kind::Number => format!("{name}: number"),
            Kind::Instant => format!("{name}: Date"),
        });
        let shapes = if shapes.is_empty() { shapes } else { format!(" {shapes} ") };
        let _ = writeln!(written, "  \"{id}\": {{{shapes}}},");
    }
    written.push_str("};\n\n/** What stands in a sentence as it is, a sentence of its own, or an element. */\nexport type Text = string | number | import(\"./ipc-types\").Message | Node;\n");
    written
}

fn listed(arguments: &Arguments, shown: impl Fn(&str, Kind) -> String) -> String {
    arguments.iter().map(|(name, kind)| shown(name, *kind)).collect::<Vec<_>>().join(", ")
}

/// English as a constant, and all languages as another.
fn constants(languages: &BTreeMap<String, String>) -> String {
    let each = languages.iter().map(|(tag, text)| format!("    Language {{ tag: {tag:?}, text: {text:?} }},\n"));
    let at = languages.keys().position(|tag| tag == SOURCE).unwrap_or_default();
    format!(
        "const LANGUAGES: &[Language] = &[\n{}];\n\npub(super) const ENGLISH: Language = LANGUAGES[{at}];\n",
        each.collect::<String>()
    )
}

/// The text of a language as another that can be read, and is longer, and has a letter in each word that English has not.
pub(crate) fn pseudo(text: &str) -> String {
    let mut resource = parser::parse(text.to_owned()).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    for entry in &mut resource.body {
        match entry {
            ast::Entry::Message(message) => {
                let attributes = message.attributes.iter_mut().map(|attribute| &mut attribute.value);
                message.value.iter_mut().chain(attributes).for_each(accent);
            }
            ast::Entry::Term(term) => accent(&mut term.value),
            _ => {}
        }
    }
    serializer::serialize(&resource)
}

fn accent(pattern: &mut ast::Pattern<String>) {
    for element in &mut pattern.elements {
        match element {
            ast::PatternElement::TextElement { value } => *value = accented(value),
            ast::PatternElement::Placeable { expression: ast::Expression::Select { variants, .. } } => {
                variants.iter_mut().for_each(|variant| accent(&mut variant.value));
            }
            ast::PatternElement::Placeable { .. } => {}
        }
    }
}

/// Vowels twice, which makes English about a third longer.
fn accented(text: &str) -> String {
    const VOWELS: &str = "aeiouyAEIOUY";
    const ACCENTED: &str = "áéíóúýÁÉÍÓÚÝ";
    let mut accented = String::with_capacity(text.len() * 2);
    for letter in text.chars() {
        match VOWELS.find(letter).and_then(|place| ACCENTED.chars().nth(place)) {
            Some(vowel) => accented.extend([vowel, vowel]),
            None => accented.push(letter),
        }
    }
    accented
}
