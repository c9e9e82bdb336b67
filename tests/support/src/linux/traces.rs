//! Copies of a secret in the memory of processes: whole or in pieces, as text and in the forms that libraries turn it into.
//!
//! Reads the resident and swapped pages of each readable mapping, which takes root where the process is closed to others.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use aho_corasick::AhoCorasick;
use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::linux::home;
use crate::process::children_of;

/// As long as a piece has to be to count.
const PIECE: usize = 16;

/// So many places are told of a process.
const PLACES: usize = 20;

/// A page of memory, as the kernel counts them here.
const PAGE: usize = 4096;

/// A bare reservation of addresses, which web engines make.
const RESERVATION: usize = 64 << 30;

/// In which form a piece was found.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Form {
    /// As it is.
    Utf8,
    /// As JavaScript and Windows have it.
    Utf16,
    /// In any of its three alignments.
    Base64,
    /// In either case.
    Hexadecimal,
    /// From its last byte to its first, as a processor has numbers.
    Reversed,
}

#[derive(Debug)]
pub struct Secret {
    pieces: AhoCorasick,
    /// Of each piece: its form, and where in it the piece begins.
    forms: Vec<(Form, usize)>,
}

/// What was found in one process.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Traces {
    pub process: u32,
    pub name: String,
    /// Of each form that was found, how many copies: as often as that piece was there which was there most often.
    pub copies: BTreeMap<Form, usize>,
    /// Where: the kernel's line of the mapping, and which of the secret's bytes, in the encoded form.
    pub places: Vec<String>,
}

impl Secret {
    /// # Errors
    /// Where it is shorter than a piece.
    pub fn new(secret: &str) -> Result<Self> {
        let utf16: Vec<u8> = secret.encode_utf16().flat_map(u16::to_le_bytes).collect();
        Self::encoded(secret.as_bytes(), &[(Form::Utf16, utf16)])
    }

    /// A number, such as the one that a private key is: also as processors have it, and in the letters of a PEM.
    ///
    /// # Errors
    /// Where it is shorter than a piece.
    pub fn of_number(bytes: &[u8]) -> Result<Self> {
        Self::encoded(bytes, &[(Form::Reversed, bytes.iter().rev().copied().collect())])
    }

    fn encoded(bytes: &[u8], others: &[(Form, Vec<u8>)]) -> Result<Self> {
        ensure!(bytes.len() >= PIECE, "{} bytes are no secret to look for", bytes.len());
        let (mut pieces, mut forms) = (Vec::new(), Vec::new());
        let hexadecimal = bytes.iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        });
        let mut add = |form, encoded: &[u8]| {
            // Cut without gaps: whatever is twice as long as a piece has a whole one in it.
            for (at, piece) in encoded.chunks_exact(PIECE).enumerate() {
                pieces.push(piece.to_vec());
                forms.push((form, at * PIECE));
            }
        };
        add(Form::Utf8, bytes);
        for (form, encoded) in others {
            add(*form, encoded);
        }
        for shift in 0..3 {
            add(Form::Base64, STANDARD_NO_PAD.encode(&bytes[shift..]).as_bytes());
        }
        add(Form::Hexadecimal, hexadecimal.as_bytes());
        add(Form::Hexadecimal, hexadecimal.to_uppercase().as_bytes());
        Ok(Self { pieces: AhoCorasick::new(pieces)?, forms })
    }

    /// In how many of its pieces, in whichever form, a text or a file has it.
    #[must_use]
    pub fn pieces_in(&self, bytes: &[u8]) -> usize {
        self.pieces.find_overlapping_iter(bytes).count()
    }

    /// Looks through a process and all that it started.
    ///
    /// # Errors
    /// Where their memory must not be read.
    pub fn in_tree(&self, root: u32) -> Result<Vec<Traces>> {
        let (mut todo, mut found) = (vec![root], Vec::new());
        while let Some(process) = todo.pop() {
            todo.extend(children_of(process)?);
            // One that becomes another program at this moment is looked at as what it has become.
            let looked = self.in_process(process).or_else(|_| self.in_process(process));
            // One that ended meanwhile, or is just ending, has no memory any more.
            let has_memory = fs::read_to_string(format!("/proc/{process}/maps")).is_ok_and(|maps| !maps.is_empty());
            if looked.is_ok() || has_memory {
                found.push(looked.with_context(|| format!("process {process}"))?);
            }
        }
        Ok(found)
    }

    fn in_process(&self, process: u32) -> Result<Traces> {
        let name = fs::read_to_string(format!("/proc/{process}/comm"))?.trim().to_owned();
        let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
        let memory = File::open(format!("/proc/{process}/mem"))?;
        let present = File::open(format!("/proc/{process}/pagemap"))?;
        let (mut counts, mut places) = (vec![0; self.forms.len()], Vec::new());
        for line in maps.lines() {
            let Some(mapping) = Mapping::of(line) else { continue };
            for (from, to) in mapping.runs(&present)? {
                self.find(&memory, from, to, |at, piece| {
                    counts[piece] += 1;
                    let (form, offset) = self.forms[piece];
                    places.push(format!("{form:?} from {offset} at {at:x} in {line}"));
                });
            }
        }
        places.truncate(PLACES);
        let mut copies = BTreeMap::new();
        for ((form, _), count) in self.forms.iter().zip(counts).filter(|(_, count)| *count > 0) {
            let most = copies.entry(*form).or_default();
            *most = count.max(*most);
        }
        Ok(Traces { process, name, copies, places })
    }

    /// Tells of each piece between two addresses. What cannot be read is the kernel's own.
    fn find(&self, memory: &File, from: usize, to: usize, mut found: impl FnMut(usize, usize)) {
        const BLOCK: usize = 16 << 20;
        let mut block = vec![0; BLOCK.min(to - from)];
        let mut at = from;
        while at < to {
            let wanted = block.len().min(to - at);
            let Ok(read) = memory.read_at(&mut block[..wanted], at as u64) else { return };
            if read == 0 {
                return;
            }
            for hit in self.pieces.find_overlapping_iter(&block[..read]) {
                found(at + hit.start(), hit.pattern().as_usize());
            }
            // The last bytes once more, since a piece may lie across; not where they are all that is left.
            at += if read == wanted && at + read < to { read - (PIECE - 1) } else { read };
        }
    }
}

impl Traces {
    #[must_use]
    pub fn total(&self) -> usize {
        self.copies.values().sum()
    }
}

/// A mapping that can be read.
struct Mapping {
    from: usize,
    to: usize,
    /// Of a program or a library: a page that is the file's still has nothing in it that was put there.
    is_of_file: bool,
}

impl Mapping {
    /// Reads one of the kernel's lines.
    fn of(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let (from, to) = words.next()?.split_once('-')?;
        let rights = words.next()?;
        let (from, to) = (usize::from_str_radix(from, 16).ok()?, usize::from_str_radix(to, 16).ok()?);
        let is_file = |path: &str| path.starts_with('/') && !path.starts_with("/memfd:") && !path.starts_with("/dev/");
        // A file that was deleted, or that others write to as well, may hold anything.
        let is_of_file = rights.ends_with('p') && words.nth(3).is_some_and(is_file) && !line.ends_with("(deleted)");
        let is_memory = rights.starts_with('r') && from < 1 << 47 && to - from < RESERVATION;
        is_memory.then_some(Self { from, to, is_of_file })
    }

    /// Its parts that are in memory or in swap.
    fn runs(&self, present: &File) -> Result<Vec<(usize, usize)>> {
        let (mut runs, mut begun) = (Vec::new(), None);
        let mut entries = vec![0_u8; 8 << 16];
        let mut page = self.from / PAGE;
        while page < self.to / PAGE {
            let wanted = (entries.len() / 8).min(self.to / PAGE - page) * 8;
            present.read_exact_at(&mut entries[..wanted], page as u64 * 8)?;
            for entry in entries[..wanted].chunks_exact(8) {
                // The three highest bits: in memory, in swap; and of a file, or shared.
                let is_there = entry[7] >> 6 != 0 && !(self.is_of_file && entry[7] >> 5 & 1 == 1);
                match (is_there, begun) {
                    (true, None) => begun = Some(page * PAGE),
                    (false, Some(start)) => {
                        runs.push((start, page * PAGE));
                        begun = None;
                    }
                    _ => {}
                }
                page += 1;
            }
        }
        runs.extend(begun.map(|start| (start, self.to)));
        Ok(runs)
    }
}

/// Every file in the computer's own temporary folders that was written since then, and has a piece of a secret in it, in
/// whichever form. What lies in the home of another desktop is left out: tokens that tests beside this one store there begin
/// as all tokens do.
///
/// # Errors
/// Where a file cannot be read.
pub fn temporary_files_with(secret: &Secret, since: SystemTime, home: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for folder in ["/tmp", "/var/tmp", "/dev/shm"].map(Path::new).into_iter().filter(|folder| folder.is_dir()) {
        found.extend(home::files_where(folder, since, |content| secret.pieces_in(content) > 0)?);
    }
    found.retain(|path| path.starts_with(home) || !path.ancestors().any(home::is_one));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead, BufReader, Write as _};
    use std::process::Stdio;

    use super::*;
    use crate::process;

    const SECRET: &str = "q7vR2mXk9TzLw4HbNc8JfYe1UoSdGi6P-aW3xKjZ0rVtBn5MhQyEuCl_DpFgIsOA2b4d6f8h.0j1l3n";

    /// What is found in a process that has this in its memory.
    fn planted(text: &[u8]) -> BTreeMap<Form, usize> {
        // A shell keeps a line that it has read in a variable.
        let mut shell = process::command("sh");
        shell.args(["-c", "read -r line; echo ready; read -r _"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut shell = shell.spawn().unwrap();
        let mut input = shell.stdin.take().unwrap();
        input.write_all(text).unwrap();
        input.write_all(b"\n").unwrap();
        let mut line = String::new();
        BufReader::new(shell.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let found = Secret::new(SECRET).unwrap().in_tree(shell.id()).unwrap();
        drop(input);
        shell.wait().unwrap();
        found.into_iter().next().unwrap().copies
    }

    #[test]
    fn a_number_is_found_in_both_orders_and_in_the_letters_of_a_pem() {
        let number: Vec<u8> = (0..32).map(|byte| byte * 7 + 3).collect();
        let secret = Secret::of_number(&number).unwrap();
        let reversed: Vec<u8> = number.iter().rev().copied().collect();
        let within = [&[9; 36][..], &number, &[7; 5]].concat();
        for text in [number.clone(), reversed, STANDARD_NO_PAD.encode(within).into_bytes()] {
            assert!(secret.pieces_in(&text) > 0);
        }
        assert_eq!(secret.pieces_in(&[9; 100]), 0);
    }

    #[test]
    fn finds_a_planted_copy_whole_in_chunks_and_in_each_form() {
        assert!(planted(SECRET.as_bytes())[&Form::Utf8] > 0);
        let chunks: Vec<String> =
            SECRET.as_bytes()[5..].chunks(32).map(|chunk| String::from_utf8(chunk.to_vec()).unwrap()).collect();
        assert!(planted(chunks.join(" and ").as_bytes())[&Form::Utf8] > 0);
        for shift in 0..3 {
            let encoded = STANDARD_NO_PAD.encode(format!("{}{SECRET}", &"---"[..shift]));
            assert_eq!(planted(encoded.as_bytes()).keys().collect::<Vec<_>>(), [&Form::Base64], "shifted by {shift}");
        }
        let hexadecimal: String = SECRET.bytes().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(planted(hexadecimal.as_bytes()).keys().collect::<Vec<_>>(), [&Form::Hexadecimal]);
    }

    #[test]
    fn finds_nothing_where_there_is_nothing() {
        assert!(planted(b"something else, which is as long as a piece has to be").is_empty());
    }

    #[test]
    fn finds_a_copy_of_two_bytes_for_each_letter() {
        let found = Secret::new(SECRET).unwrap();
        let utf16: Vec<u8> = SECRET.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let own = found.in_process(std::process::id()).unwrap();
        assert!(own.copies[&Form::Utf16] > 0, "{own:?}");
        drop(utf16);
    }
}
