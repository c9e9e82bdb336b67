//! What fails in a way that nobody foresaw ends where it happened: who waits for it is told, and nothing stays under way
//! for ever.

use std::{
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    task::Poll,
};

/// Something panicked. Where is told on standard error.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Panicked;

/// Does some work, and comes back also where it panics.
///
/// # Errors
/// [`Panicked`]. What it did up to there stays done: each lock here is taken over as it was left, and what stands in the
/// state is what was last said of it.
pub async fn caught<T>(work: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut work = pin!(work);
    poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context))) {
        Ok(poll) => poll.map(Ok),
        Err(_) => Poll::Ready(Err(Panicked)),
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_for_what_panics_is_told_also_where_it_has_waited_itself() {
        let fails = async {
            tokio::task::yield_now().await;
            assert!(std::hint::black_box(false), "as nobody foresaw");
            1
        };
        assert_eq!(caught(fails).await, Err(Panicked));
        assert_eq!(caught(async { 2 }).await, Ok(2));
    }
}
