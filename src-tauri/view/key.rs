//! Keys, as the page draws them: one being made, one whose token is held, those that need attention.

use keybearer_core::{
    app::{KeyDetails, Keybearer, ListedKeys, asks_name},
    assigning::OpenRoleChange,
    credential::SecretName,
    delivery::Step,
    failure::{ClipboardProblem, Code, Failure},
    issuance::{Asking, Delivered, Held, Notice, NoticeKind as Kind, OnClipboard, Phase, Revocation},
    journal::{NotedKey, PastChange, Record, RoleChange, RoleChangeState},
    jwt::Facts,
    key::{Key, Tried},
    receipt::{Happened, Receipt, Whereabouts},
    redact::iso,
    secret::Secret,
    words,
};
use time::OffsetDateTime;

use super::{CAPTURE_PROTECTED, since_ms, until_ms};
use crate::ipc::{
    ClipboardView, CreationPhase, CreationView, DeliveredView, DeliveringView, HappenedView, KeyDetailsView, KeyView,
    KnownView, ListView, NotedView, NoticeKind, NoticeView, OpenRoleState, ReceiptView, RevealView, RoleChangeView,
    SecretView, TokenFactsView, Told, TriedView, UndeliveredView, UnlistedView,
};

pub(super) fn creation(asking: &Asking) -> CreationView {
    CreationView {
        name: asking.name.to_string(),
        running_ms: since_ms(asking.since),
        phase: match asking.phase {
            Phase::Looking => CreationPhase::Looking,
            Phase::Preparing => CreationPhase::Preparing,
            Phase::Asked => CreationPhase::Asked,
            Phase::Verifying => CreationPhase::Verifying,
        },
    }
}

/// A token that goes straight into a vault, as far as it is.
pub(super) fn delivering(held: &Held) -> Option<CreationView> {
    let delivering = held.delivering().filter(|_| held.is_hidden())?;
    Some(CreationView {
        name: held.key.name.clone(),
        running_ms: since_ms(delivering.since),
        phase: match delivering.step {
            Step::Looking | Step::Storing => CreationPhase::Delivering,
            Step::ReadingBack => CreationPhase::ReadingBack,
        },
    })
}

pub(super) fn reveal(held: &Held) -> RevealView {
    RevealView {
        delivering: held.delivering().map(|delivering| DeliveringView {
            vault: delivering.to.vault.clone(),
            entry: delivering.to.entry.clone(),
            step: delivering.step,
            running_ms: since_ms(delivering.since),
        }),
        delivered: held.delivered.iter().map(delivered).collect(),
        undelivered: held.undelivered.as_ref().map(|undelivered| UndeliveredView {
            vault: undelivered.to.vault.clone(),
            entry: undelivered.to.entry.clone(),
            told: Told::from(&undelivered.failure),
        }),
        key: key(&held.key),
        replaces: held.replaces().map(key),
        roles_given: held.roles_given(),
        secrets: held.secrets().iter().map(|(name, secret)| self::secret(held, name, secret)).collect(),
        facts: held.facts.as_ref().map(facts),
        clipboard: clipboard(&held.clipboard),
        taken_over: held.taken_over.clone(),
        shown: held.shown.map(|(name, _)| name),
        shown_for_ms: held.shown.map(|(_, until)| until_ms(until)),
        capture_protected: CAPTURE_PROTECTED,
        check: held.check.map(|(check, _)| check),
        check_of: held.check.and_then(|(_, secret)| secret),
        can_be_tried: held.can_be_tried_out(),
        trying_ms: held.trying_out().map(|trying| since_ms(trying.since)),
        tried: held.tried.as_ref().map(tried),
        wiped_in_ms: until_ms(held.wiped_at),
        proven: held.proven(),
        check_proves: held.to_be_proven().is_some(),
        revoking_ms: revoking_ms(held.revocation()),
    }
}

fn secret(held: &Held, name: SecretName, secret: &Secret) -> SecretView {
    let length = u32::try_from(secret.length()).unwrap_or(u32::MAX);
    SecretView { name, length, checked: held.has_checked(name) }
}

fn tried(tried: &Result<Tried, Failure>) -> TriedView {
    match tried {
        Ok(tried) => {
            let told = Told { code: Code::Notice, message: tried.message(), hint: tried.hint(), wait_ms: None };
            TriedView { outcome: Some(*tried), told }
        }
        Err(failure) => TriedView { outcome: None, told: Told::from(failure) },
    }
}

fn delivered(delivered: &Delivered) -> DeliveredView {
    DeliveredView {
        vault: delivered.at.vault.clone(),
        entry: delivered.at.entry.clone(),
        account: delivered.at.account.clone(),
        until: delivered.stored.until.map(iso),
        proof: delivered.stored.proof,
    }
}

pub(super) fn notice(notice: &Notice, app: &Keybearer) -> NoticeView {
    let account = app.sessions.elsewhere(&notice.keys, notice.owner());
    NoticeView {
        number: notice.number,
        kind: match &notice.kind {
            _ if notice.is_gone() => NoticeKind::Gone,
            Kind::NotHandedOver(_) | Kind::PerhapsHandedOver(..) => NoticeKind::NotHandedOver,
            Kind::KeptForATime(..) => NoticeKind::KeptForATime,
            Kind::Candidate(_) if notice.is_by_owner() == Some(false) => NoticeKind::OthersCandidate,
            Kind::Candidate(_) => NoticeKind::Candidate,
            Kind::Doubtful { .. } => NoticeKind::Doubtful,
            Kind::WithoutToken(_) => NoticeKind::WithoutToken,
            Kind::AwaitingApproval => NoticeKind::AwaitingApproval,
            Kind::OldToRevoke(_) => NoticeKind::OldToRevoke,
            Kind::OldToArchive(_) => NoticeKind::OldToArchive,
            Kind::OnClipboard(..) => NoticeKind::OnClipboard,
        },
        key_name: notice.name().to_owned(),
        key: notice.key().map(key),
        asks_name: asks_name(notice),
        lacks_roles: !notice.missing_roles().is_empty(),
        anew: account.is_none() && notice.can_be_made_anew(),
        account,
        replaces: notice.replaces().map(key),
        told: Told { code: Code::Notice, message: notice.message(), hint: notice.hint(), wait_ms: None },
        revoking_ms: revoking_ms(notice.revocation.as_ref()),
    }
}

pub(super) fn role_change(open: &OpenRoleChange, app: &Keybearer) -> RoleChangeView {
    let RoleChange { id, new, state, .. } = &open.change;
    RoleChangeView {
        number: u32::try_from(id.0).unwrap_or_default(),
        operation: new.operation,
        state: match state {
            RoleChangeState::Pending => OpenRoleState::Pending,
            RoleChangeState::NoLongerPending => OpenRoleState::Over,
            RoleChangeState::Asked | RoleChangeState::Applied | RoleChangeState::NotDone | RoleChangeState::Settled => {
                OpenRoleState::Doubtful
            }
        },
        key: new.key.clone(),
        key_name: new.key_name.clone(),
        role: new.role.id.clone(),
        role_name: new.role.name.clone(),
        account: app.sessions.elsewhere(&app.sessions.calls_of(&new.owner), &new.owner),
        told: Told { code: Code::Notice, message: open.message(), hint: Some(open.hint()), wait_ms: None },
        looking: open.is_looked_at(),
    }
}

fn revoking_ms(revocation: Option<&Revocation>) -> Option<f64> {
    revocation.map(|revocation| since_ms(revocation.since))
}

pub(crate) fn list(listed: &ListedKeys) -> ListView {
    let ListedKeys { keys, records, noted, unlisted } = listed;
    let now = OffsetDateTime::now_utc();
    let known = |record: &Record| {
        let (place, until) =
            Receipt::of(record).delivery.map(|known| (known.place, known.until.map(iso))).unwrap_or_default();
        let ends = record.ends();
        KnownView {
            id: record.key.id.0.clone(),
            whereabouts: Whereabouts::of(record),
            lost: Whereabouts::is_lost(record, now),
            place,
            until,
            ends: ends.map(|ends| iso(ends.at)),
            ends_reckoned: ends.is_some_and(|ends| ends.is_reckoned),
        }
    };
    let unlisted = unlisted.iter().map(|(kind, failure)| UnlistedView { kind: *kind, told: Told::from(failure) });
    ListView {
        keys: keys.iter().map(key).collect(),
        known: records.iter().map(known).collect(),
        noted: noted.iter().map(self::noted).collect(),
        unlisted: unlisted.collect(),
    }
}

fn noted(noted: &NotedKey) -> NotedView {
    NotedView { id: noted.key.0.clone(), organization: noted.organization.clone(), notes: noted.notes.clone() }
}

pub(crate) fn details(details: KeyDetails) -> KeyDetailsView {
    let KeyDetails { read, record, changes, notes } = details;
    let (record, no_history) = record.map_or_else(|failure| (None, Some(Told::from(failure))), |record| (record, None));
    let receipt = record.as_ref().map(Receipt::of);
    let ends = record.as_ref().and_then(Record::ends);
    KeyDetailsView {
        ends: ends.map(|ends| iso(ends.at)),
        ends_reckoned: ends.is_some_and(|ends| ends.is_reckoned),
        no_history,
        key: read.as_ref().ok().map(key),
        unread: read.err().map(Told::from),
        receipt: receipt.as_ref().is_some_and(|receipt| receipt.delivery.is_some()),
        made_here: record.is_some(),
        history: history(receipt, &changes),
        notes,
    }
}

/// What happened to it, and what was changed of it, oldest first.
fn history(receipt: Option<Receipt>, changes: &[PastChange]) -> Vec<HappenedView> {
    let happened = |Happened { at, what, place, until }| {
        let what = match place {
            Some(place) => words::happened_in(place, what),
            None => what,
        };
        (at, HappenedView { at: iso(at), until: until.map(iso), what })
    };
    let changed = |change: &PastChange| {
        let at = change.ended.unwrap_or(change.at);
        (at, HappenedView { at: iso(at), until: None, what: change.message() })
    };
    let happened = receipt.into_iter().flat_map(|receipt| receipt.events).map(happened);
    let mut all: Vec<_> = happened.chain(changes.iter().map(changed)).collect();
    all.sort_by_key(|(at, _)| *at);
    all.into_iter().map(|(_, view)| view).collect()
}

pub(super) fn receipt(receipt: &Receipt) -> ReceiptView {
    ReceiptView { id: receipt.id.clone(), name: receipt.name.clone(), facts: receipt.facts() }
}

pub(super) fn key(key: &Key) -> KeyView {
    KeyView { key: key.clone(), works: !key.is_revoked() }
}

fn facts(facts: &Facts) -> TokenFactsView {
    TokenFactsView {
        issuer: facts.issuer.clone(),
        subject: facts.subject.clone(),
        issued: facts.issued.map(iso),
        expires: facts.expires.map(iso),
        id: facts.id.clone(),
    }
}

fn clipboard(clipboard: &OnClipboard) -> ClipboardView {
    let told = |problem: &ClipboardProblem| Told::from(Failure::Clipboard(problem.clone()));
    match clipboard {
        OnClipboard::Untouched => ClipboardView::Untouched,
        OnClipboard::Live { until, own } => ClipboardView::Live { clears_in_ms: until_ms(*until), own: *own },
        OnClipboard::Unsure { problem, .. } => ClipboardView::Unsure { problem: told(problem) },
        OnClipboard::Clearing => ClipboardView::Clearing,
        OnClipboard::Cleared => ClipboardView::Cleared,
        OnClipboard::Replaced => ClipboardView::Replaced,
        OnClipboard::StillThere(problem) => ClipboardView::StillThere { problem: told(problem) },
    }
}
