//! The time as the sandbox has it: the system's, which a test can put forward.

use time::{Duration, OffsetDateTime};

#[derive(Default)]
pub(super) struct Clock {
    ahead: Duration,
}

impl Clock {
    pub(super) fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc() + self.ahead
    }

    #[cfg(test)]
    pub(super) fn put_forward(&mut self, by: Duration) {
        self.ahead += by;
    }
}
