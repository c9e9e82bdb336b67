//! Reads the catalogue of words: writes a function for each message, its shape for the page, and the text of each language.

use std::{env, fs, path::Path};

#[path = "words/generate.rs"]
mod words;

/// Where the languages are, a file for each.
const FOLDER: &str = "words";

/// The pages, whose elements name messages.
const PAGES: [&str; 2] = ["../../ui/index.html", "../../ui/token.html"];

fn main() {
    for read in [FOLDER, "build.rs"].iter().chain(&PAGES) {
        println!("cargo:rerun-if-changed={read}");
    }
    let mut languages = words::languages(Path::new(FOLDER));
    // Shows in tests what is not from the catalogue, and where there is no room for a longer language.
    if env::var("PROFILE").is_ok_and(|profile| profile == "debug") {
        languages.insert(words::PSEUDO.to_owned(), words::pseudo(&languages[words::SOURCE]));
    }
    let pages = PAGES.map(|page| fs::read_to_string(page).unwrap_or_else(|error| panic!("{page}: {error}")));
    let out = env::var("OUT_DIR").expect("cargo sets it");
    for (file, text) in words::generate(&languages, &pages.concat()) {
        let file = Path::new(&out).join(file);
        fs::write(&file, text).unwrap_or_else(|error| panic!("{} could not be written: {error}", file.display()));
    }
}
