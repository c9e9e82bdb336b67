//! In place of a journal that cannot be used.

use keybearer_core::{
    credential::{Fingerprints, SaltedFingerprints},
    failure::Failure,
    journal::{Batch, BatchId, Event, Intent, IntentId, Journal, OpenBatch, OpenIntent, Record},
    key::{Key, KeyId},
};
use time::OffsetDateTime;

/// In place of a journal that cannot be used: nothing can be written down, and so nothing is asked for.
pub struct Unusable(pub Failure);

impl Journal for Unusable {
    fn begin(&self, _: &Intent) -> Result<IntentId, Failure> {
        Err(self.0.clone())
    }

    fn made(&self, _: IntentId, _: &Key, _: Option<&Fingerprints>) -> Result<(), Failure> {
        Err(self.0.clone())
    }

    fn record(&self, _: IntentId, _: Event) -> Result<(), Failure> {
        Err(self.0.clone())
    }

    fn open(&self) -> Result<Vec<OpenIntent>, Failure> {
        Err(self.0.clone())
    }

    fn records(&self, _: &str) -> Result<Vec<Record>, Failure> {
        Err(self.0.clone())
    }

    fn revoked_later(&self, _: &str, _: &KeyId) -> Result<(), Failure> {
        Err(self.0.clone())
    }

    fn not_ours(&self, _: IntentId, _: &KeyId) -> Result<(), Failure> {
        Err(self.0.clone())
    }

    fn keys_made(&self) -> Result<Vec<KeyId>, Failure> {
        Err(self.0.clone())
    }

    fn delivery(&self, _: IntentId, _: Event, _: &str, _: Option<OffsetDateTime>) -> Result<(), Failure> {
        Err(self.0.clone())
    }

    fn begin_batch(&self, _: &Batch) -> Result<BatchId, Failure> {
        Err(self.0.clone())
    }

    fn open_batch(&self) -> Result<Option<OpenBatch>, Failure> {
        Err(self.0.clone())
    }

    fn close_batch(&self, _: BatchId) -> Result<(), Failure> {
        Err(self.0.clone())
    }

    fn copied(&self, _: IntentId, _: &SaltedFingerprints) -> Result<(), Failure> {
        Err(self.0.clone())
    }

    fn copy_gone(&self, _: IntentId) -> Result<(), Failure> {
        Err(self.0.clone())
    }

    fn copies(&self) -> Result<Vec<(IntentId, SaltedFingerprints)>, Failure> {
        Err(self.0.clone())
    }
}
