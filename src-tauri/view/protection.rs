//! What protects a secret here, as the page draws it.

use crate::{
    ipc::{HoldsView, ProtectionView},
    protection::{Holds, Protection},
};

impl From<Protection> for ProtectionView {
    fn from(protection: Protection) -> Self {
        Self {
            what: protection.what.into(),
            holds: match protection.holds {
                Holds::Yes => HoldsView::Yes,
                Holds::Partly => HoldsView::Partly,
                Holds::No => HoldsView::No,
            },
            found: protection.found.into(),
            advice: Some(protection.advice).filter(|advice| !advice.is_empty()).map(Into::into),
        }
    }
}
