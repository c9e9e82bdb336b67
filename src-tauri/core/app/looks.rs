//! What is only looked at: it can be called off, for as long as it is.

use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{Notify, watch};

use crate::failure::Failure;

/// What is looked at: a test of a destination, or a check of names.
pub struct Looks {
    under_way: Mutex<Vec<Arc<Notify>>>,
    changed: watch::Sender<()>,
}

impl Looks {
    pub(super) fn new(changed: watch::Sender<()>) -> Self {
        Self { under_way: Mutex::default(), changed }
    }

    /// Calls off whatever is being looked at.
    pub fn call_off(&self) {
        for call_off in &*self.under_way.lock() {
            call_off.notify_one();
        }
    }

    /// Whether anything is being looked at, or a program that was started for it has not ended yet.
    pub(super) fn are_under_way(&self) -> bool {
        !self.under_way.lock().is_empty()
    }

    /// Does what can be called off by [`Looks::call_off`].
    pub(super) async fn unless_called_off<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        // One at a time: its Cancel must mean this one.
        self.call_off();
        // Let go of after the work, and so after the programs that were started for it.
        let look = Look::begin(self);
        let call_off = Arc::clone(&look.call_off);
        tokio::select! {
            done = work => done,
            () = call_off.notified() => Err(Failure::CheckCalledOff),
        }
    }
}

/// Something that is being looked at.
struct Look<'a> {
    looks: &'a Looks,
    call_off: Arc<Notify>,
}

impl<'a> Look<'a> {
    fn begin(looks: &'a Looks) -> Self {
        let call_off = Arc::new(Notify::new());
        looks.under_way.lock().push(Arc::clone(&call_off));
        Self { looks, call_off }
    }
}

impl Drop for Look<'_> {
    fn drop(&mut self) {
        self.looks.under_way.lock().retain(|each| !Arc::ptr_eq(each, &self.call_off));
        self.looks.changed.send_replace(());
    }
}
