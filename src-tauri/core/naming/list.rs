//! A list of names, out of a file: one on each line, or the first column of a table; and the role that a line may have.

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

/// What people call the column that has the roles.
const ROLE_HEADS: [&str; 6] = ["role", "roles", "dfns role", "permission", "permissions", "policy"];

/// A line of a list apart: the name, and the role that is written behind it, after a tab, as it comes out of a spreadsheet,
/// or else after the last semicolon. The role is empty where none is.
pub fn name_and_role(line: &str) -> (&str, &str) {
    let apart = line.rsplit_once('\t').or_else(|| line.rsplit_once(';'));
    apart.map_or((line, ""), |(name, role)| (name, role.trim()))
}

/// The names in a file, as they stand there: of its lines, or of the first column where it is called a table (`.csv`,
/// `.tsv`). A first line that says what stands below it is left out. Of a table each name has its role behind it, as
/// [`name_and_role`] reads it, where `with_roles` wants that.
///
/// # Errors
/// [`Failure::NotAList`] where it is not text in UTF-8, or not the table that its name promises.
pub fn names_in(file: &str, bytes: &[u8], with_roles: bool) -> Result<Vec<String>, Failure> {
    let text = decode(bytes)?;
    let is = |ending: &str| file.to_lowercase().ends_with(ending);
    let separator = match (is(".csv"), is(".tsv")) {
        (true, _) => Some(separator(text)),
        (_, true) => Some('\t'),
        _ => None,
    };
    let Some(separator) = separator else {
        let mut lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
        if lines.first().is_some_and(|first| is_one_of(&HEADS, first)) {
            lines.remove(0);
        }
        return Ok(lines.into_iter().map(str::to_owned).collect());
    };
    let begins = |row: &[String]| row.first().is_some_and(|first| !first.trim().is_empty());
    let mut rows = rows(text, separator)?.into_iter().enumerate().filter(|(_, row)| begins(row)).peekable();
    let is_head = |(_, row): &(usize, Vec<String>)| row.first().is_some_and(|first| is_one_of(&HEADS, first));
    let head = rows.next_if(is_head);
    let role = head.and_then(|(_, head)| head.iter().position(|cell| is_one_of(&ROLE_HEADS, cell)));
    let mut names = Vec::new();
    for (place, row) in rows {
        let used = |at: usize| {
            let cell = row.get(at).map_or("", String::as_str);
            // A tab stands between a name and its role, and in no name.
            let is_one_line = !cell.contains(['\n', '\r', '\t']);
            is_one_line.then_some(cell).ok_or(Failure::NotAList(words::err_list_line_break(place + 1)))
        };
        let name = used(0)?;
        let role = if with_roles { role.map(used).transpose()? } else { None };
        match role {
            Some(role) => names.push(format!("{name}\t{role}")),
            // What stands in one cell is all name.
            None if with_roles && name.contains(';') => names.push(format!("{name}\t")),
            None => names.push(name.to_owned()),
        }
    }
    Ok(names)
}

fn is_one_of(heads: &[&str], cell: &str) -> bool {
    heads.contains(&folded(cell).as_str())
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

/// The cells of each row, without their quotes.
fn rows(text: &str, separator: char) -> Result<Vec<Vec<String>>, Failure> {
    let (mut rows, mut rest) = (Vec::new(), text);
    while !rest.is_empty() {
        let (number, mut row) = (rows.len() + 1, Vec::new());
        loop {
            let (cell, after) = match rest.strip_prefix('"') {
                Some(quoted) => quoted_cell(quoted, number)?,
                None => {
                    let end = rest.find([separator, '\n']).unwrap_or(rest.len());
                    (rest[..end].trim_end_matches('\r').to_owned(), &rest[end..])
                }
            };
            row.push(cell);
            let Some(end) = after.find([separator, '\n']) else {
                rest = "";
                break;
            };
            rest = &after[end + 1..];
            if after[end..].starts_with('\n') {
                break;
            }
        }
        rows.push(row);
    }
    Ok(rows)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn names(file: &str, bytes: &[u8]) -> Vec<String> {
        names_in(file, bytes, false).expect("a list")
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
    fn the_role_of_a_line_stands_behind_its_name() {
        for (line, apart) in [
            ("Payout", ("Payout", "")),
            ("Payout; Reader", ("Payout", "Reader")),
            ("Server; EU; Reader", ("Server; EU", "Reader")),
            ("Server; EU;", ("Server; EU", "")),
            ("Server; EU\tReader", ("Server; EU", "Reader")),
            ("Server; EU\t", ("Server; EU", "")),
        ] {
            assert_eq!(name_and_role(line), apart, "{line:?}");
        }
    }

    #[test]
    fn of_a_table_the_column_that_is_called_so_has_the_roles() {
        let read = |table: &str| names_in("bots.csv", table.as_bytes(), true).expect("a list");
        assert_eq!(read("\n,,\nName,Role\nPayout,Reader\n"), ["Payout\tReader"]);
        assert_eq!(read("Name,Owner,Role\nPayout,Ann,Reader\nServer,Bob,\n"), ["Payout\tReader", "Server\t"]);
        // Another column's words are no roles.
        assert_eq!(read("Name,Owner\nPayout,Ann\n\"Server; EU\",Bob\n"), ["Payout", "Server; EU\t"]);
        let broken = names_in("bots.csv", b"Name,Role\nPayout,\"Rea\nder\"", true);
        assert_eq!(broken, Err(Failure::NotAList(words::err_list_line_break(2u64))));
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
            assert_eq!(names_in(file, bytes, false), Err(Failure::NotAList(told)));
        }
    }
}
