//! `cargo xtask desktops`: Keybearer's release build on the desktops that people have, GNOME Shell and Plasma, each in a
//! Debian 13 of their own. `xtask/desktops.sh` makes that and is its root; what an ordinary user does there is in here.

mod table;
mod walk;

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use keybearer_support::desktop::{Desktop, Wanted};
use keybearer_support::display::Kind;

use self::table::Table;
use crate::{project, setup};

/// What a desktop is called on the command line and in the table.
const DESKTOPS: [(&str, &str, Kind); 2] = [("gnome", "GNOME Shell", Kind::Gnome), ("plasma", "Plasma", Kind::Plasma)];

pub(crate) fn desktops(arguments: &[String]) -> Result<ExitCode> {
    if let [inside, app, names @ ..] = arguments
        && inside == "--inside"
    {
        return as_an_ordinary_user(Path::new(app), names);
    }
    let known = |name: &String| DESKTOPS.iter().any(|(known, ..)| known == name);
    ensure!(arguments.iter().all(known), "“{}” is not understood: gnome, plasma, or both", arguments.join(" "));
    setup::check("desktops")?;
    let app = project::build_release()?;
    let script = project::root().join("xtask/desktops.sh");
    let mut script = Command::new(script);
    script.arg(std::env::current_exe()?).arg(app).args(arguments);
    Ok(if project::status(&mut script)?.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Walks on each of the desktops, also where one of them fails, and prints the tables.
fn as_an_ordinary_user(app: &Path, names: &[String]) -> Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let mut all_true = true;
    for (name, title, kind) in DESKTOPS {
        if !names.is_empty() && !names.iter().any(|wanted| wanted == name) {
            continue;
        }
        let began = Instant::now();
        let mut table = Table::new(title);
        let walked = runtime.block_on(on(kind, app, &mut table));
        table.print(began.elapsed());
        if let Err(error) = &walked {
            println!("  {title}: the walk ended early: {error:#}");
        }
        all_true &= walked.is_ok() && table.is_true();
    }
    Ok(if all_true { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn on(kind: Kind, app: &Path, table: &mut Table) -> Result<()> {
    let mut desktop = Desktop::open(Wanted { display: kind, ..Wanted::default() }).context("it does not start")?;
    // What stands in for logind is there; the desktop itself has started without any.
    desktop.system_bus_is_its_own();
    walk::walk(&desktop, app, table).await
}
