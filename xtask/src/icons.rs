//! `cargo xtask icons`: every size and format of the icon, made from its drawings.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};

use crate::{project, setup};

/// The mark itself, and the same mark drawn on a grid of 16 pixels.
const LARGE: &str = "keybearer.svg";
const SMALL: &str = "keybearer-small.svg";

/// Up to this size in pixels the one on the grid is the clearer one.
const SMALL_UP_TO: u32 = 32;

/// The sizes, in pixels, with the names that Tauri and the packages know them by.
pub(crate) const FILES: [(u32, &str); 8] = [
    (16, "16x16.png"),
    (24, "24x24.png"),
    (32, "32x32.png"),
    (48, "48x48.png"),
    (64, "64x64.png"),
    (128, "128x128.png"),
    (256, "128x128@2x.png"),
    (512, "icon.png"),
];

/// Those that are in the file for Windows; the last is kept as PNG there.
const WINDOWS: [u32; 6] = [16, 24, 32, 48, 64, 256];

/// The kinds of PNG entries in the file for macOS, with their sizes.
const MACOS: [(&[u8; 4], u32); 7] =
    [(b"ic11", 32), (b"ic12", 64), (b"ic07", 128), (b"ic13", 256), (b"ic08", 256), (b"ic14", 512), (b"ic09", 512)];

pub(crate) fn icons() -> Result<ExitCode> {
    setup::check("icons")?;
    let folder = project::root().join("icons");
    for (size, name) in FILES {
        draw(&folder.join(if size <= SMALL_UP_TO { SMALL } else { LARGE }), size, &folder.join(name))?;
    }
    windows(&folder)?;
    fs::write(folder.join("icon.icns"), macos(&folder)?)?;
    let sheet = sheet(&folder)?;
    println!("{} sizes, icon.ico and icon.icns are made in {}", FILES.len(), folder.display());
    println!("all of them side by side, on light and on dark: {}", sheet.display());
    Ok(ExitCode::SUCCESS)
}

fn file(folder: &Path, size: u32) -> Result<PathBuf> {
    let (_, name) = FILES.iter().find(|(each, _)| *each == size).context("no file is of this size")?;
    Ok(folder.join(name))
}

fn draw(drawing: &Path, size: u32, to: &Path) -> Result<()> {
    let size = size.to_string();
    let mut rsvg = Command::new("rsvg-convert");
    held(rsvg.args(["--width", &size, "--height", &size, "--output"]).arg(to).arg(drawing))
}

fn windows(folder: &Path) -> Result<()> {
    let mut icotool = Command::new("icotool");
    icotool.args(["--create", "--output"]).arg(folder.join("icon.ico"));
    let (largest, others) = WINDOWS.split_last().context("there are some")?;
    for size in others {
        icotool.arg(file(folder, *size)?);
    }
    held(icotool.arg("--raw").arg(file(folder, *largest)?))
}

/// With PNG entries: the programs that make such files would store the large ones with losses.
fn macos(folder: &Path) -> Result<Vec<u8>> {
    let entry = |kind: &[u8; 4], body: &[u8]| -> Result<Vec<u8>> {
        let length = u32::try_from(body.len() + 8)?;
        Ok([kind, &length.to_be_bytes()[..], body].concat())
    };
    let mut entries = Vec::new();
    for (kind, size) in MACOS {
        entries.extend(entry(kind, &fs::read(file(folder, size)?)?)?);
    }
    entry(b"icns", &entries)
}

/// One picture of all sizes, as they are, in rows of light and dark: to be looked at.
fn sheet(folder: &Path) -> Result<PathBuf> {
    const ROW: u32 = 544;
    const GAP: u32 = 16;
    // Drawn where the icons are: a drawing may only show files beside it.
    let place = project::target().join("icons");
    fs::create_dir_all(&place)?;
    let width: u32 = FILES.iter().map(|(size, _)| size + GAP).sum::<u32>() + GAP;
    let mut svg = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{}">"#, ROW * 2);
    for (row, colour) in [(0, "#fafafa"), (ROW, "#18181b")] {
        svg += &format!(r#"<rect y="{row}" width="{width}" height="{ROW}" fill="{colour}"/>"#);
        let mut x = GAP;
        for (size, name) in FILES {
            fs::copy(folder.join(name), place.join(name))?;
            svg += &format!(r#"<image x="{x}" y="{}" width="{size}" height="{size}" href="{name}"/>"#, row + GAP);
            x += size + GAP;
        }
    }
    let drawing = place.join("sheet.svg");
    fs::write(&drawing, svg + "</svg>")?;
    let sheet = place.join("sheet.png");
    held(Command::new("rsvg-convert").arg("--output").arg(&sheet).arg(&drawing))?;
    Ok(sheet)
}

fn held(command: &mut Command) -> Result<()> {
    let status = project::status(command)?;
    ensure!(status.success(), "{} ended with {status}", command.get_program().display());
    Ok(())
}
