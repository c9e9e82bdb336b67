//! What a start brings along from where it was: the variables of another program that keeps its own libraries.

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, Result, ensure};
use keybearer_support::{
    desktop::Desktop,
    launcher,
    skipped::skip,
    wait::{self, SOON},
    window::Window,
};

use crate::steps::{CLOSED_TO_OTHERS, app, desktop};

/// What ends whichever program loads it, as libraries do that were made for another system's.
const UNLOADABLE: &str = r#"
#include <unistd.h>
__attribute__((constructor)) static void load(void) {
    static const char told[] = "symbol lookup error: made up\n";
    if (write(2, told, sizeof told - 1)) {}
    _exit(127);
}
"#;

/// A made-up snap, with such a library as each kind of part that GTK and the libraries below it load.
struct Snap {
    folder: PathBuf,
}

impl Snap {
    fn make(desktop: &Desktop) -> Result<Self> {
        let folder = desktop.home().join("snaps/editor/1");
        let (modules, caches) = (folder.join("usr/lib/gtk-3.0/modules"), folder.join("usr/lib/gtk-3.0/3.0.0"));
        for folder in [&modules, &caches, &folder.join("gtk/modules"), &folder.join("gio"), &folder.join("usr/share")] {
            fs::create_dir_all(folder)?;
        }
        let source = folder.join("part.c");
        fs::write(&source, UNLOADABLE)?;
        let part = folder.join("libpart.so");
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-o"]).arg(&part).arg(&source);
        ensure!(compile.status().context("there is no C compiler")?.success(), "the library was not made");
        for copy in ["usr/lib/gtk-3.0/modules/libpart.so", "gtk/modules/libpart.so", "gio/libpart.so"] {
            fs::copy(&part, folder.join(copy))?;
        }
        let part = part.display();
        fs::write(caches.join("immodules.cache"), format!("\"{part}\"\n\"part\" \"Part\" \"gtk30\" \"\" \"*\"\n"))?;
        fs::write(
            folder.join("loaders.cache"),
            format!(
                "\"{part}\"\n\"png\" 5 \"gdk-pixbuf\" \"PNG\" \"LGPL\"\n\"image/png\" \"\"\n\"png\" \"\"\n\"\\211PNG\" \"\" 100\n\n"
            ),
        )?;
        desktop.give_home()?;
        Ok(Self { folder })
    }

    /// The variables that such a snap sets in its own shell.
    fn variables(&self) -> Vec<(&'static str, String)> {
        let within = |part: &str| self.folder.join(part).display().to_string();
        vec![
            ("GTK_PATH", within("gtk")),
            ("GTK_EXE_PREFIX", within("usr")),
            ("GTK_IM_MODULE_FILE", within("usr/lib/gtk-3.0/3.0.0/immodules.cache")),
            ("GDK_PIXBUF_MODULE_FILE", within("loaders.cache")),
            ("GDK_PIXBUF_MODULEDIR", within("gdk")),
            ("GIO_MODULE_DIR", within("gio")),
            ("GIO_EXTRA_MODULES", within("gio")),
            ("GSETTINGS_SCHEMA_DIR", within("schemas")),
            ("LOCPATH", within("locale")),
            ("XDG_DATA_DIRS", within("usr/share")),
            ("XDG_DATA_HOME", within("share")),
            ("LD_LIBRARY_PATH", within("lib")),
        ]
    }
}

/// How the app ends that is started with these variables and GTK is told of a module, within a moment.
async fn ended(desktop: &Desktop, variables: &[(&str, String)]) -> Result<Option<i32>> {
    let mut command = desktop.command(desktop.program(app())?);
    command.env("GTK_MODULES", "part").envs(variables.iter().cloned()).stderr(Stdio::null());
    let mut started = command.spawn()?;
    let ended = wait::until("its end", SOON, async || started.try_wait()?.context("it is running")).await;
    let _ = started.kill();
    started.wait()?;
    Ok(ended.ok().and_then(|status| status.code()))
}

#[tokio::test]
async fn started_from_a_snaps_shell_it_opens_with_nothing_of_the_snaps_own() -> Result<()> {
    let desktop = desktop()?;
    let snap = Snap::make(&desktop)?;
    let variables = snap.variables();
    // Where nobody could tell that these are another program's.
    let fatal = ["GTK_PATH", "GTK_EXE_PREFIX", "GTK_IM_MODULE_FILE", "GIO_MODULE_DIR", "GIO_EXTRA_MODULES"];
    for variable in variables.iter().filter(|(name, _)| fatal.contains(name)) {
        let ended = ended(&desktop, std::slice::from_ref(variable)).await?;
        ensure!(ended == Some(127), "with {variable:?} it ended with {ended:?}: the library is no danger");
    }

    let mut commands = format!("export GTK_MODULES=part SNAP='{}'\n", snap.folder.display());
    for (name, value) in variables {
        commands += &format!("export {name}='{value}'\n");
    }
    commands += &format!("exec '{}' \"$@\"", desktop.program(app())?.display());
    let started = launcher::started_by(&desktop, &commands)?;
    let window = Window::open(&desktop, &started, &[]).await?;
    window.wait_for("signin-environment").await?;
    // Its own folder is replaced with the snap's next version, and what was asked for is forgotten with it.
    let journal = desktop.home().join(".local/share/app.keybearer.desktop/journal.sqlite");
    ensure!(journal.exists(), "{} is not there", journal.display());
    let maps = fs::read_to_string(format!("/proc/{}/maps", window.app_process()?));
    let Ok(maps) = maps else { return skip(CLOSED_TO_OTHERS) };
    ensure!(!maps.contains("libpart"), "it has loaded the snap's library");
    Ok(())
}
