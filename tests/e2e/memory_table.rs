//! What tests of the memory tell of it: the copies of secrets in the app's processes, step by step.

use std::{ffi::OsString, io::Write, process::Command, time::Duration};

use anyhow::{Context, Result, ensure};
use keybearer_support::{
    traces::{Form, Secret, Traces},
    wait,
    window::Window,
};
use tempfile::NamedTempFile;

/// As long as the web engine may take to end a process.
const A_WHILE: Duration = Duration::from_secs(5);

/// So many copies of a token that is held are there, and nothing is shown: the one that is held.
const HELD: usize = 1;

/// Prints what is there at each step, of each of the secrets.
pub(crate) struct Table {
    secrets: Vec<Sought>,
    app: u32,
}

struct Sought {
    secret: Secret,
    second: Option<SecondScanner>,
}

/// Another program that looks for the same: `KEYBEARER_SCANNER`, started with a file that holds the secret and the app's
/// process id.
struct SecondScanner {
    program: OsString,
    secret: NamedTempFile,
}

impl SecondScanner {
    fn wanted(secret: &str) -> Result<Option<Self>> {
        let Some(program) = std::env::var_os("KEYBEARER_SCANNER") else { return Ok(None) };
        let mut file = NamedTempFile::new()?;
        file.write_all(secret.as_bytes())?;
        Ok(Some(Self { program, secret: file }))
    }

    /// Its sum, which its last line ends with.
    fn sum(&self, app: u32) -> Result<usize> {
        let output = Command::new(&self.program).arg(self.secret.path()).arg(app.to_string()).output()?;
        ensure!(output.status.success(), "{output:?}");
        let told = String::from_utf8_lossy(&output.stdout);
        let last = told.split_whitespace().last().unwrap_or_default();
        last.parse().with_context(|| format!("{last:?} is no sum"))
    }
}

impl Sought {
    fn look(&self, step: &str, app: u32) -> Result<Vec<Traces>> {
        let found = self.secret.in_tree(app)?;
        let cells = found.iter().map(|traces| {
            let forms = [Form::Utf8, Form::Utf16, Form::Base64, Form::Hexadecimal, Form::Reversed];
            let counts = forms.map(|form| traces.copies.get(&form).copied().unwrap_or(0).to_string());
            format!("{} {}", traces.name, counts.join("/"))
        });
        let second = self.second.as_ref().map(|second| second.sum(app)).transpose()?;
        let second = second.map(|sum| format!("; the second scanner: {sum} in all")).unwrap_or_default();
        eprintln!("{step:>28}: {}{second}", cells.collect::<Vec<_>>().join(", "));
        Ok(found)
    }
}

impl Table {
    pub(crate) fn new(secrets: &[&str], window: &Window<'_>) -> Result<Self> {
        let sought =
            |secret: &&str| Ok(Sought { secret: Secret::new(secret)?, second: SecondScanner::wanted(secret)? });
        Ok(Self { secrets: secrets.iter().map(sought).collect::<Result<_>>()?, app: window.app_process()? })
    }

    /// Of a private key, of which `number` is what is secret in it, and `pem` what a second scanner is given.
    pub(crate) fn of_private_key(number: &[u8], pem: &str, window: &Window<'_>) -> Result<Self> {
        let sought = Sought { secret: Secret::of_number(number)?, second: SecondScanner::wanted(pem)? };
        Ok(Self { secrets: vec![sought], app: window.app_process()? })
    }

    /// What is there of any of the secrets.
    pub(crate) fn look(&self, step: &str) -> Result<Vec<Traces>> {
        Ok(self.secrets.iter().map(|sought| sought.look(step, self.app)).collect::<Result<Vec<_>>>()?.concat())
    }

    /// Nothing in the processes of the web engine, and in the app's own no more than what holds each.
    pub(crate) fn ensure_held_alone(&self, step: &str) -> Result<()> {
        for sought in &self.secrets {
            let found = sought.look(step, self.app)?;
            let (own, pages): (Vec<_>, Vec<_>) = found.iter().partition(|traces| traces.process == self.app);
            let [own, pages] = [own, pages].map(|found| found.into_iter().map(Traces::total).sum::<usize>());
            ensure!((1..=HELD).contains(&own) && pages == 0, "{step}: {found:?}");
        }
        Ok(())
    }

    /// The same, in the app's own process as often as may be.
    pub(crate) fn ensure_in_no_page(&self, step: &str) -> Result<()> {
        for sought in &self.secrets {
            let found = sought.look(step, self.app)?;
            let is_there = |traces: &&Traces| traces.total() > 0;
            let processes: Vec<_> = found.iter().filter(is_there).map(|traces| traces.process).collect();
            ensure!(processes == [self.app], "{step}: {found:?}");
        }
        Ok(())
    }

    /// Nothing in the processes of the web engine.
    pub(crate) fn ensure_no_page_has_it(&self, step: &str) -> Result<()> {
        let found = self.look(step)?;
        let pages: usize = found.iter().filter(|traces| traces.process != self.app).map(Traces::total).sum();
        ensure!(pages == 0, "{step}: {found:?}");
        Ok(())
    }

    /// Nothing anywhere, once what is ending has ended.
    pub(crate) async fn ensure_gone(&self, step: &str) -> Result<()> {
        for Sought { secret, second } in &self.secrets {
            let gone = wait::until("it to be gone", A_WHILE, async || {
                let found = secret.in_tree(self.app)?;
                ensure!(found.iter().all(|traces| traces.total() == 0), "{found:?}");
                Ok(())
            });
            let gone = gone.await;
            self.look(step)?;
            gone?;
            // Where we find nothing, another program is to find nothing either.
            let second = second.as_ref().map(|second| second.sum(self.app)).transpose()?.unwrap_or(0);
            ensure!(second == 0, "{step}: the second scanner finds {second}");
        }
        Ok(())
    }
}
