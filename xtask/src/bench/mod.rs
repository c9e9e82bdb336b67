//! `cargo xtask bench`: how fast Keybearer is and how much it takes, each beside something else that is measured in the same run,
//! in turns with it.

mod latency;
mod list;
mod listed;
mod measure;
mod start;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::{project, setup};

/// What there is to measure, in this order unless some are named.
const PARTS: [&str; 3] = ["latency", "start", "list"];

pub(crate) fn bench(parts: &[String]) -> Result<ExitCode> {
    setup::check("bench")?;
    if let Some(unknown) = parts.iter().find(|part| !PARTS.contains(&part.as_str())) {
        bail!("there is no {unknown} to measure: {}", PARTS.join(", "));
    }
    let app = project::build_release()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    for part in PARTS {
        if !parts.is_empty() && !parts.iter().any(|wanted| wanted == part) {
            continue;
        }
        runtime.block_on(async {
            match part {
                "latency" => latency::bench(&app).await,
                "start" => start::bench(&app).await,
                _ => list::bench(&app).await,
            }
        })?;
    }
    Ok(ExitCode::SUCCESS)
}
