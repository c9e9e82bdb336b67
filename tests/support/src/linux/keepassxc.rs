//! KeePassXC as the Secret Service: it asks the person before a program gets an entry, and the person can deny that.

use std::fs;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};

use crate::desktop::Desktop;
use crate::process::Process;
use crate::wait::{self, SOON};

/// What its database is on the bus.
const DATABASE_ON_BUS: &str = "/org/freedesktop/secrets/collection/team";

const PASSWORD: &str = "correct horse";

/// The title of the question whether a program may have an entry. It names the program, where it may look into it.
const QUESTION: &str = "KeePassXC - .*Access Request";

/// What a database is made from. Its one group is shown to other programs; `{bin}` is whether it has a recycle bin.
const DATABASE: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<KeePassFile>
  <Meta>
    <Generator>KeePassXC</Generator>
    <DatabaseName>Team</DatabaseName>
    <RecycleBinEnabled>{bin}</RecycleBinEnabled>
    <CustomData>
      <Item>
        <Key>FDO_SECRETS_EXPOSED_GROUP</Key>
        <Value>{01020304-0506-0708-090a-0b0c0d0e0f10}</Value>
      </Item>
    </CustomData>
  </Meta>
  <Root>
    <Group>
      <UUID>AQIDBAUGBwgJCgsMDQ4PEA==</UUID>
      <Name>Root</Name>
    </Group>
  </Root>
</KeePassFile>
"#;

const SETTINGS: &str = "\
[General]
ConfigVersion=2
UpdateCheckMessageShown=true
SingleInstance=false
AutoSaveAfterEveryChange=true

[FdoSecrets]
Enabled=true
ShowNotification=false
ConfirmDeleteItem=false
ConfirmAccessItem=true
UnlockBeforeSearch=false

[GUI]
CheckForUpdates=false
";

/// A running KeePassXC with one open database, which is empty at first. Ends when dropped.
#[derive(Debug)]
pub struct KeePassXc<'a> {
    desktop: &'a Desktop,
    _program: Process,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Answer {
    /// The program may have the entry.
    Allow,
    /// It may not, this time.
    Deny,
}

impl<'a> KeePassXc<'a> {
    /// Starts it on a desktop of X11 that has no other keyring. Databases have a recycle bin unless somebody takes it away.
    ///
    /// # Errors
    /// Where it is missing or does not start.
    pub async fn start(desktop: &'a Desktop, with_recycle_bin: bool) -> Result<Self> {
        let bin = if with_recycle_bin { "True" } else { "False" };
        let plain = desktop.write("team.xml", DATABASE.replace("{bin}", bin))?;
        let settings = desktop.write("config/keepassxc/of-tests.ini", SETTINGS)?;
        let database = desktop.home().join("team.kdbx");
        let mut import = desktop.command("keepassxc-cli");
        import.args(["import", "--quiet", "--set-password"]).arg(plain).arg(&database).stderr(Stdio::null());
        let input = format!("{PASSWORD}\n{PASSWORD}\n");
        ensure!(Process::start_with_input(import, input.as_bytes())?.ended_well()?, "no database was made");

        let mut program = desktop.command("keepassxc");
        program.env("QT_QPA_PLATFORM", "xcb").arg("--pw-stdin").arg("--config").arg(&settings);
        program.arg("--localconfig").arg(settings.with_extension("local")).arg(&database);
        program.stdout(Stdio::null()).stderr(Stdio::null());
        let program = Process::start_with_input(program, format!("{PASSWORD}\n").as_bytes())?;
        let keepassxc = Self { desktop, _program: program };
        keepassxc.wait_locked(false).await?;
        Ok(keepassxc)
    }

    /// Locks its database, in which it looks for nothing from then on.
    ///
    /// # Errors
    /// Where it does not lock it.
    pub async fn lock(&self) -> Result<()> {
        let method = ["org.keepassxc.KeePassXC.MainWindow.lockAllDatabases"];
        self.call("org.keepassxc.KeePassXC.MainWindow", "/keepassxc", &method).await?;
        self.wait_locked(true).await
    }

    /// Unlocks it.
    ///
    /// # Errors
    /// Where it does not unlock it.
    pub async fn unlock(&self) -> Result<()> {
        let method = "org.keepassxc.KeePassXC.MainWindow.openDatabase";
        let file = self.desktop.home().join("team.kdbx").display().to_string();
        self.call("org.keepassxc.KeePassXC.MainWindow", "/keepassxc", &[method, &file, PASSWORD]).await?;
        self.wait_locked(false).await
    }

    async fn wait_locked(&self, locked: bool) -> Result<()> {
        let wanted = format!("(<{locked}>,)\n");
        wait::until("KeePassXC’s database", SOON, async || {
            let get = ["org.freedesktop.DBus.Properties.Get", "org.freedesktop.Secret.Collection", "Locked"];
            let told = self.call("org.freedesktop.secrets", DATABASE_ON_BUS, &get).await?;
            ensure!(told == wanted, "{told:?}");
            Ok(())
        })
        .await
    }

    async fn call(&self, name: &str, object: &str, method: &[&str]) -> Result<String> {
        let mut ask = tokio::process::Command::from(self.desktop.command("gdbus"));
        ask.args(["call", "--session", "--dest", name, "--object-path", object, "--method"]).args(method);
        let answer = ask.output().await?;
        ensure!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
        Ok(String::from_utf8(answer.stdout)?)
    }

    /// Waits for its question whether a program may have an entry, answers it, and waits until it is gone.
    ///
    /// # Errors
    /// Where it does not ask.
    pub async fn answer(&self, answer: Answer) -> Result<()> {
        let key = match answer {
            Answer::Allow => "Return",
            Answer::Deny => "Escape",
        };
        let question =
            wait::until("KeePassXC to ask", SOON, async || self.question().await?.context("it does not")).await?;
        wait::until("the question to be answered", SOON, async || {
            let mut press = tokio::process::Command::from(self.desktop.command("xdotool"));
            // It takes keys once it has the focus.
            press.args(["windowfocus", "--sync", &question, "key", key]);
            press.stderr(Stdio::null()).status().await?;
            ensure!(self.question().await? != Some(question.clone()), "it is there still");
            Ok(())
        })
        .await
    }

    /// Whether it asks at this moment.
    ///
    /// # Errors
    /// Where the windows cannot be looked at.
    pub async fn is_asking(&self) -> Result<bool> {
        Ok(self.question().await?.is_some())
    }

    async fn question(&self) -> Result<Option<String>> {
        let mut search = tokio::process::Command::from(self.desktop.command("xdotool"));
        search.args(["search", "--onlyvisible", "--name", QUESTION]).stderr(Stdio::null());
        let found = String::from_utf8(search.output().await?.stdout)?;
        Ok(found.lines().last().map(str::to_owned))
    }

    /// All that its database holds, as its own program for the command line tells it: the recycle bin, and what entries held
    /// before, included.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn contents(&self) -> Result<String> {
        let told = self.desktop.home().join("told.xml");
        let mut export = self.desktop.command("keepassxc-cli");
        export.args(["export", "--quiet"]).arg(self.desktop.home().join("team.kdbx"));
        export.stdout(fs::File::create(&told)?).stderr(Stdio::null());
        let exported = Process::start_with_input(export, format!("{PASSWORD}\n").as_bytes())?.ended_well()?;
        ensure!(exported, "the database was not told");
        let contents = fs::read_to_string(&told)?;
        // What it holds is nowhere else.
        fs::remove_file(told)?;
        Ok(contents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desktop::Wanted;

    #[tokio::test]
    async fn it_keeps_what_it_is_given_and_asks_who_may_have_it() {
        let desktop = Desktop::open(Wanted { keyring: false, ..Wanted::default() }).unwrap();
        let keepassxc = KeePassXc::start(&desktop, true).await.unwrap();
        let mut store = desktop.command("secret-tool");
        store.args(["store", "--label=test", "for", "test"]);
        assert!(Process::start_with_input(store, b"secret").unwrap().ended_well().unwrap());
        // It writes its file a moment after it has answered.
        let kept = async || {
            ensure!(
                keepassxc.contents()?.contains("<Value ProtectInMemory=\"True\">secret</Value>"),
                "it is not there"
            );
            Ok(())
        };
        wait::until("KeePassXC to have written its file", SOON, kept).await.unwrap();
        for (answer, got) in [(Answer::Deny, &b""[..]), (Answer::Allow, b"secret"), (Answer::Deny, b"")] {
            let mut lookup = tokio::process::Command::from(desktop.command("secret-tool"));
            let looked = lookup.args(["lookup", "for", "test"]).output();
            let (looked, answered) = tokio::join!(looked, keepassxc.answer(answer));
            answered.unwrap();
            assert_eq!(looked.unwrap().stdout, got, "{answer:?}");
        }
    }
}
