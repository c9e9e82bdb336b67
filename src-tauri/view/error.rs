//! What happened, as the page is told.

use keybearer_core::failure::Failure;

use crate::ipc::Told;

impl From<&Failure> for Told {
    fn from(failure: &Failure) -> Self {
        let wait_ms = failure.wait().map(|wait| wait.as_secs_f64() * 1000.0);
        Self { code: failure.code(), message: failure.message(), hint: failure.hint(), wait_ms }
    }
}

impl From<Failure> for Told {
    fn from(failure: Failure) -> Self {
        Self::from(&failure)
    }
}
