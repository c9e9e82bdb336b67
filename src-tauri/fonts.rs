//! Whether there is any font: without one the window has no letters, and nothing in it can say why.

use gtk::{gdk, glib, pango::prelude::*};

use keybearer_core::words;

/// Names that stand for whichever font there is; they are listed also where there is none.
const STANDING_FOR_OTHERS: [&str; 4] = ["Monospace", "Sans", "Serif", "System-ui"];

/// Says it on standard error where there is none, once nothing else is left to do: a window that is just coming does not
/// wait for it. To be called by GTK's own thread.
pub(crate) fn look_later() {
    glib::idle_add_local_full(glib::Priority::LOW, || {
        if none() {
            eprintln!("keybearer: {}", words::start_no_fonts());
        }
        glib::ControlFlow::Break
    });
}

fn none() -> bool {
    let fonts = gdk::pango_context_get().and_then(|context| context.font_map());
    fonts.is_some_and(|fonts| {
        let families = fonts.list_families();
        families.iter().all(|family| STANDING_FOR_OTHERS.contains(&family.name().as_str()))
    })
}
