//! Waiting for what tells no event: looking again within a deadline, and telling what was seen last.

use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

/// How long a test waits for something that should come at once. Five apps at a time leave little of a small computer to
/// each: how quick the app is, is measured elsewhere.
pub const SOON: Duration = Duration::from_secs(30);

/// Between two looks: well below what a person notices.
const PAUSE: Duration = Duration::from_millis(25);

/// Looks until `look` succeeds. Its error says what was seen instead, and means "not yet".
///
/// # Errors
/// After `within`, with `what` was waited for and the last error.
pub async fn until<T>(what: &str, within: Duration, mut look: impl AsyncFnMut() -> Result<T>) -> Result<T> {
    let deadline = Instant::now() + within;
    loop {
        // A look that never ends is a failure as well.
        let looked = tokio::time::timeout(within + SOON, look()).await;
        match looked.unwrap_or_else(|_| Err(anyhow!("nothing: the look at it did not end"))) {
            Ok(found) => return Ok(found),
            Err(seen) if Instant::now() > deadline => {
                return Err(anyhow!("waited {:.1} s for {what}; seen last: {seen:#}", within.as_secs_f32()));
            }
            Err(_) => tokio::time::sleep(PAUSE).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use anyhow::bail;

    use super::*;

    #[tokio::test]
    async fn tells_what_was_waited_for_and_what_was_seen() {
        let error = until::<()>("the moon", Duration::ZERO, async || bail!("only clouds")).await.unwrap_err();
        assert_eq!(error.to_string(), "waited 0.0 s for the moon; seen last: only clouds");
    }

    #[tokio::test]
    async fn looks_again() {
        let mut looks = 0;
        let found = until("the third look", SOON, async || {
            looks += 1;
            if looks == 3 { Ok(looks) } else { bail!("{looks}") }
        });
        assert_eq!(found.await.unwrap(), 3);
    }
}
