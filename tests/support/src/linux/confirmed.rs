//! What the person confirmed on a desktop outside the page, as the app keeps it: written here, so that a test which is about
//! something else meets no dialog.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::desktop::Desktop;

impl Desktop {
    /// The file of what was confirmed. The app reads it whenever it matters.
    #[must_use]
    pub fn confirmed_file(&self) -> PathBuf {
        self.settings_file().with_file_name("confirmed.json")
    }

    /// Lets sign-in tokens go to this host, which is given as its address.
    ///
    /// # Errors
    /// Where that cannot be written.
    pub fn confirm_host(&self, url: &str) -> Result<()> {
        let url = url.trim_end_matches('/');
        self.confirm(url, format!("keybearer host\n{url}"))
    }

    /// Writes the app's file of destinations, which is read when the app starts; secrets may go to all of them.
    ///
    /// # Errors
    /// Where it cannot be written.
    pub fn write_destinations(&self, file: &Value) -> Result<()> {
        let path = self.settings_file().with_file_name("destinations.json");
        fs::create_dir_all(path.parent().context("the file lies in a folder")?)?;
        fs::write(path, file.to_string())?;
        self.confirm_destinations()
    }

    /// Lets secrets go to each destination that is configured now, as it is now.
    ///
    /// # Errors
    /// Where there are none, or that cannot be written.
    pub fn confirm_destinations(&self) -> Result<()> {
        let file = self.settings_file().with_file_name("destinations.json");
        let file: Value = serde_json::from_slice(&fs::read(file).context("there are no destinations")?)?;
        file["destinations"].as_array().into_iter().flatten().try_for_each(|each| self.confirm_destination(each))
    }

    /// Lets secrets go to this destination, which is given as its file has it, without what need not stand there.
    ///
    /// # Errors
    /// Where that cannot be written.
    pub fn confirm_destination(&self, destination: &Value) -> Result<()> {
        let vault = canonical(&destination["vault"]);
        self.confirm(destination["name"].as_str().unwrap_or_default(), format!("keybearer destination\n{vault}"))
    }

    fn confirm(&self, what: &str, text: String) -> Result<()> {
        let file = self.confirmed_file();
        let mut contents: Value = match fs::read(&file) {
            Ok(bytes) => serde_json::from_slice(&bytes)?,
            Err(_) => json!({ "confirmed": [] }),
        };
        let hash: String = digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let lines = contents["confirmed"].as_array_mut().context("the file holds a list")?;
        if lines.iter().any(|line| line["sha256"] == hash) {
            return Ok(());
        }
        lines.push(json!({ "what": what, "sha256": hash }));
        // The app may read it at any moment.
        let beside = self.write(file.with_extension("of-a-test"), contents.to_string())?;
        fs::rename(beside, &file).context("what is confirmed could not be written")
    }
}

/// As the app writes it before it hashes it: the names in their order, and nothing between them.
fn canonical(value: &Value) -> String {
    match value {
        Value::Object(all) => {
            let mut all: Vec<_> = all.iter().collect();
            all.sort_by_key(|(name, _)| name.as_str());
            let all = all.iter().map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)));
            format!("{{{}}}", all.collect::<Vec<_>>().join(","))
        }
        Value::Array(all) => format!("[{}]", all.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}
