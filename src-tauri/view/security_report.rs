//! What protects a secret here, as the page draws it.

use crate::{
    ipc::{HoldsView, ProtectionView},
    security_report::{Holds, Protection},
};

impl From<Protection> for ProtectionView {
    fn from(protection: Protection) -> Self {
        Self {
            what: protection.what,
            holds: match protection.holds {
                Holds::Yes => HoldsView::Yes,
                Holds::Partly => HoldsView::Partly,
                Holds::No => HoldsView::No,
            },
            found: protection.found,
            advice: protection.advice,
        }
    }
}
