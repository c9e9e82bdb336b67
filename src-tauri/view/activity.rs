//! What was done here, as the page draws it.

use keybearer_core::{activity::Activity, app::ActivityList, redact::iso};

use crate::ipc::{ActivityListView, ActivityView};

pub(crate) fn activity(list: &ActivityList) -> ActivityListView {
    ActivityListView { number: list.number, all: list.all.iter().map(one).collect() }
}

fn one(activity: &Activity) -> ActivityView {
    ActivityView {
        at: iso(activity.at),
        sort: activity.sort,
        what: activity.what.clone(),
        kind: activity.kind,
        name: activity.name.clone(),
        id: activity.id.clone(),
        account: activity.account.clone(),
        base: activity.base.clone(),
        place: activity.place.clone(),
        until: activity.until.map(iso),
    }
}
