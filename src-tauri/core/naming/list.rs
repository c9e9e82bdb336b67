//! A list of names, out of a file: one on each line, or the first column of a table.

use super::folded;
use crate::{failure::Failure, words};

/// What people call the column that has the names.
const HEADS: [&str; 12] = [
    "name",
    "names",
    "key",
    "keys",
    "key name",
    "key_name",
    "keyname",
    "key names",
    "api key",
    "api key name",
    "title",
    "label",
];

/// The names in a file, as they stand there: of its lines, or of the first column where it is called a table (`.csv`,
/// `.tsv`). A first line that says what stands below it is left out.
///
/// # Errors
/// [`Failure::NotAList`] where it is not text in UTF-8, or not the table that its name promises.
pub fn names_in(file: &str, bytes: &[u8]) -> Result<Vec<String>, Failure> {
    let text = decode(bytes)?;
    let is = |ending: &str| file.to_lowercase().ends_with(ending);
    let mut names = match (is(".csv"), is(".tsv")) {
        (true, _) => first_column(text, separator(text))?,
        (_, true) => first_column(text, '\t')?,
        _ => text.lines().map(str::to_owned).collect(),
    };
    names.retain(|name| !name.trim().is_empty());
    if names.first().is_some_and(|first| HEADS.contains(&folded(first).as_str())) {
        names.remove(0);
    }
    Ok(names)
}

fn decode(bytes: &[u8]) -> Result<&str, Failure> {
    let refused = |why| Err(Failure::NotAList(why));
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return refused(words::err_list_utf_16());
    }
    // Spreadsheets, documents and archives are no text, though parts of them may read as some.
    if bytes.contains(&0) || bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"%PDF") {
        return refused(words::err_list_not_text());
    }
    match std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) {
        Ok(text) => Ok(text),
        Err(error) => {
            let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
            refused(words::err_list_not_utf_8(line))
        }
    }
}

/// What separates the columns: spreadsheets use what their language leaves free.
fn separator(text: &str) -> char {
    let first = text.lines().next().unwrap_or_default();
    [';', '\t', ','].into_iter().find(|separator| first.contains(*separator)).unwrap_or(',')
}

fn first_column(text: &str, separator: char) -> Result<Vec<String>, Failure> {
    let mut names = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let row = names.len() + 1;
        let (name, after) = first_cell(rest, separator, row)?;
        names.push(name);
        rest = after_line(after, separator, row)?;
    }
    Ok(names)
}

/// The first cell of a row, without its quotes, and what follows it.
fn first_cell(row: &str, separator: char, number: usize) -> Result<(String, &str), Failure> {
    let Some(quoted) = row.strip_prefix('"') else {
        let end = row.find([separator, '\n']).unwrap_or(row.len());
        return Ok((row[..end].trim_end_matches('\r').to_owned(), &row[end..]));
    };
    let (name, after) = quoted_cell(quoted, number)?;
    if name.contains(['\n', '\r']) {
        return Err(Failure::NotAList(words::err_list_line_break(number)));
    }
    Ok((name, after))
}

fn quoted_cell(mut rest: &str, number: usize) -> Result<(String, &str), Failure> {
    let mut cell = String::new();
    loop {
        let Some(end) = rest.find('"') else {
            return Err(Failure::NotAList(words::err_list_quotation(number)));
        };
        cell.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        // Two of them stand for one.
        let Some(after) = rest.strip_prefix('"') else { return Ok((cell, rest)) };
        cell.push('"');
        rest = after;
    }
}

/// What follows the end of a row, whose other cells may have line breaks in quotes.
fn after_line(mut rest: &str, separator: char, number: usize) -> Result<&str, Failure> {
    loop {
        let Some(end) = rest.find([separator, '\n']) else { return Ok("") };
        let (ended, after) = (rest[end..].starts_with('\n'), &rest[end + 1..]);
        if ended {
            return Ok(after);
        }
        rest = match after.strip_prefix('"') {
            Some(quoted) => quoted_cell(quoted, number)?.1,
            None => after,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(file: &str, bytes: &[u8]) -> Vec<String> {
        names_in(file, bytes).expect("a list")
    }

    #[test]
    fn lines_are_names_and_a_byte_order_mark_is_none() {
        assert_eq!(
            names("list.txt", b"\xef\xbb\xbfPayout\r\n\r\n Server, EU\nThird"),
            ["Payout", " Server, EU", "Third"]
        );
    }

    #[test]
    fn of_a_table_the_first_column_is_read_and_its_head_left_out() {
        for (file, table) in [
            ("keys.csv", "\u{feff}Name,Owner,Note\r\nPayout,Ann,\"a, b\"\r\nServer,Bob,\"two\nlines\"\r\n"),
            ("keys.CSV", "\"Key name\";Owner\n\"Payout\";Ann\n\"Server\";Bob"),
            ("keys.tsv", "Payout\tAnn\nServer\tBob\n"),
            ("keys.csv", "Payout\nServer\n"),
        ] {
            assert_eq!(names(file, table.as_bytes()), ["Payout", "Server"], "{table:?}");
        }
        assert_eq!(names("keys.csv", b"\"Payout, \"\"EU\"\"\",Ann\n"), ["Payout, \"EU\""]);
    }

    #[test]
    fn what_is_no_list_is_refused_in_words() {
        for (file, bytes, told) in [
            ("a.txt", &b"Payout\nZ\xfcrich"[..], words::err_list_not_utf_8(2u64)),
            ("a.txt", b"\xff\xfeP\0a\0", words::err_list_utf_16()),
            ("a.csv", b"PK\x03\x04\x14\0", words::err_list_not_text()),
            ("a.csv", b"\"Payout,Ann\nServer,Bob", words::err_list_quotation(1u64)),
            ("a.csv", b"\"Pay\nout\",Ann", words::err_list_line_break(1u64)),
        ] {
            assert_eq!(names_in(file, bytes), Err(Failure::NotAList(told)));
        }
    }
}
