//! The dialog in which the person confirms where secrets go: GTK's own, on which no page has any hold.
//!
//! Its buttons take nothing until [`QUIET`] has passed in which no key was pressed and no button of the mouse, so that a
//! double click, a held key or a sentence that is just being typed answers nothing. Whatever closes it refuses.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::{Duration, Instant},
};

use gtk::{
    Align, Box as Column, Label, Orientation, PolicyType, PropagationPhase, ResponseType, ScrolledWindow, ShadowType,
    TextDirection,
    atk::prelude::AtkObjectExt,
    glib::{self, ControlFlow, Propagation},
    pango::WrapMode,
    prelude::*,
};
use keybearer_core::{
    confirmation::{Answer, Answered, Confirm, Question},
    words,
};
use tauri::AppHandle;
use tokio::sync::oneshot::{self, Sender};

use crate::window;

/// For so long no key and no click may come before one counts.
const QUIET: Duration = Duration::from_millis(700);

/// How often it is looked whether that has passed.
const LOOK: Duration = Duration::from_millis(50);

/// As wide as it is where there is room, in pixels.
const WIDTH: i32 = 560;

/// As high as the text may be before it scrolls, in pixels; and what stands around it.
const TEXT: i32 = 320;
const AROUND: i32 = 300;

/// What a line of the text takes, in pixels.
const LINE: i32 = 19;

/// What its window says of itself to programs, before and after its buttons take something.
const ROLES: [&str; 2] = ["confirm", "confirm-ready"];

/// Asks in a window above the main one.
pub(crate) struct Dialog(AppHandle);

impl Dialog {
    /// The dialog of this app.
    pub(crate) fn of(handle: &AppHandle) -> Self {
        Self(handle.clone())
    }
}

impl Confirm for Dialog {
    fn ask(&self, question: Question) -> Answered<'_> {
        Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            let handle = self.0.clone();
            if self.0.run_on_main_thread(move || open(&handle, &question, answer)).is_err() {
                return Answer::NobodyToAsk;
            }
            // Gone without an answer, with the whole app perhaps.
            answered.await.unwrap_or(Answer::Declined)
        })
    }
}

/// Whether the buttons take something.
struct Guard {
    dialog: gtk::Dialog,
    /// Hears of every click, for as long as the dialog is there.
    clicks: RefCell<Option<gtk::GestureMultiPress>>,
    last: Cell<Instant>,
    ready: Cell<bool>,
}

impl Guard {
    /// A key or a click that counts for nothing, but begins the time anew.
    fn disturbed(&self) {
        self.last.set(Instant::now());
        if self.ready.get() {
            self.set(false);
        }
    }

    fn set(&self, ready: bool) {
        self.ready.set(ready);
        for response in [ResponseType::Cancel, ResponseType::Accept] {
            self.dialog.set_response_sensitive(response, ready);
        }
        self.dialog.set_role(ROLES[usize::from(ready)]);
        if ready && let Some(cancel) = self.dialog.widget_for_response(ResponseType::Cancel) {
            cancel.grab_focus();
        }
    }
}

fn open(handle: &AppHandle, question: &Question, answer: Sender<Answer>) {
    let Some(parent) = window::main(handle).and_then(|window| window.gtk_window().ok()) else {
        let _ = answer.send(Answer::NobodyToAsk);
        return;
    };
    let dialog = gtk::Dialog::builder()
        .title(question.title.to_string())
        .transient_for(&parent)
        .modal(true)
        .destroy_with_parent(true)
        .skip_taskbar_hint(true)
        .use_header_bar(0)
        .build();
    let screen = dialog.display().primary_monitor().or_else(|| dialog.display().monitor(0));
    let (wide, high) = screen.map_or((WIDTH, TEXT), |screen| {
        let area = screen.workarea();
        (area.width() - 48, area.height() - AROUND)
    });
    dialog.set_default_width(WIDTH.min(wide));
    // The labels ask for the height that they need at the width that they ask for.
    let letters = if wide < WIDTH { 30 } else { 60 };
    fill(&dialog, question, letters, TEXT.min(high).max(LINE * 4));
    let cancel = dialog.add_button(&words::confirm_cancel().to_string(), ResponseType::Cancel);
    let allow = dialog.add_button(&words::confirm_allow().to_string(), ResponseType::Accept);
    cancel.set_margin_bottom(16);
    allow.set_margin_bottom(16);
    allow.set_margin_end(18);
    dialog.set_default_response(ResponseType::Cancel);
    let guard = Rc::new(Guard {
        dialog: dialog.clone(),
        clicks: RefCell::default(),
        last: Cell::new(Instant::now()),
        ready: Cell::new(false),
    });
    guard.set(false);
    listen(&dialog, &guard);

    let answer = RefCell::new(Some(answer));
    dialog.connect_response(move |dialog, response| {
        let answered = match response {
            ResponseType::Accept if guard.ready.get() => Answer::Allowed,
            ResponseType::Accept => return,
            _ => Answer::Declined,
        };
        drop(guard.clicks.take());
        if let Some(answer) = answer.take() {
            let _ = answer.send(answered);
        }
        if response != ResponseType::DeleteEvent {
            dialog.hide();
            dialog.close();
        }
    });
    dialog.show_all();
    dialog.present();
}

fn fill(dialog: &gtk::Dialog, question: &Question, letters: i32, highest: i32) {
    let column = Column::builder().orientation(Orientation::Vertical).spacing(12).margin(18).margin_bottom(10).build();
    let heading = Label::builder().halign(Align::Start).xalign(0.0).wrap(true).build();
    heading.set_markup(&format!(
        "<span size=\"large\" weight=\"bold\">{}</span>",
        glib::markup_escape_text(&question.heading.to_string())
    ));
    let meaning =
        Label::builder().label(question.meaning.to_string()).halign(Align::Start).xalign(0.0).wrap(true).build();
    for label in [&heading, &meaning] {
        label.set_width_chars(letters);
        label.set_max_width_chars(60);
    }
    // Its natural height is not known before its width is: so it is as high as its lines, if each fits.
    let lines: usize = question.parts.iter().map(|part| part.lines.len() + 1).sum();
    let height = i32::try_from(lines).unwrap_or(i32::MAX).saturating_mul(LINE).saturating_add(LINE * 2);
    let scrolled = ScrolledWindow::builder()
        .hscrollbar_policy(PolicyType::Never)
        .overlay_scrolling(false)
        .shadow_type(ShadowType::In)
        .min_content_height(height.min(highest))
        .build();
    scrolled.add(&text(question));
    scrolled.style_context().add_class("view");
    if let Some(accessible) = scrolled.accessible() {
        accessible.set_name(&words::confirm_asked_about().to_string());
    }
    column.add(&heading);
    column.add(&meaning);
    column.pack_start(&scrolled, true, true, 0);
    dialog.content_area().pack_start(&column, true, true, 0);
    if let Some(accessible) = dialog.accessible() {
        accessible.set_description(&words::sentences(question.heading.clone(), question.meaning.clone()).to_string());
    }
}

/// What is asked about: terms in bold, and what each is below it, in letters that are told apart. Several lines are
/// numbered: what does not fit into its line goes on in the next, and is not taken for another.
fn text(question: &Question) -> Column {
    let column = Column::builder().orientation(Orientation::Vertical).spacing(2).margin(12).margin_top(4).build();
    for part in &question.parts {
        let term = label("<b>", &part.term.to_string(), "</b>");
        term.set_margin_top(8);
        column.add(&term);
        for (number, line) in part.lines.iter().enumerate() {
            let row = Column::builder().orientation(Orientation::Horizontal).spacing(8).margin_start(12).build();
            if part.lines.len() > 1 {
                let number = label("<span alpha=\"65%\">", &(number + 1).to_string(), "</span>");
                number.set_width_chars(2);
                row.add(&number);
            }
            // A hyphen where a line breaks would be taken for one of the text's own.
            row.add(&label("<span face=\"monospace\" insert_hyphens=\"no\">", &line.to_string(), "</span>"));
            column.add(&row);
        }
    }
    column
}

fn label(begin: &str, text: &str, end: &str) -> Label {
    let label = Label::builder().halign(Align::Start).valign(Align::Start).xalign(0.0).wrap(true).build();
    label.set_line_wrap_mode(WrapMode::Char);
    label.set_direction(TextDirection::Ltr);
    label.set_markup(&format!("{begin}{}{end}", glib::markup_escape_text(text)));
    label
}

/// Lets the buttons take something once it was quiet.
fn listen(dialog: &gtk::Dialog, guard: &Rc<Guard>) {
    let keys = Rc::clone(guard);
    dialog.connect_key_press_event(move |_, _| {
        if keys.ready.get() {
            return Propagation::Proceed;
        }
        keys.disturbed();
        Propagation::Stop
    });
    // Clicks come by here first, also those upon a button that takes none.
    let clicks = gtk::GestureMultiPress::new(dialog);
    clicks.set_propagation_phase(PropagationPhase::Capture);
    clicks.set_button(0);
    let clicked = Rc::clone(guard);
    clicks.connect_pressed(move |_, _, _, _| {
        if !clicked.ready.get() {
            clicked.disturbed();
        }
    });
    guard.clicks.replace(Some(clicks));
    // It was behind something, and comes under the hand.
    let focused = Rc::clone(guard);
    dialog.connect_focus_in_event(move |_, _| {
        focused.disturbed();
        Propagation::Proceed
    });
    let quiet = Rc::downgrade(guard);
    glib::timeout_add_local(LOOK, move || {
        let Some(guard) = quiet.upgrade().filter(|guard| guard.dialog.is_visible()) else { return ControlFlow::Break };
        if !guard.ready.get() && guard.last.get().elapsed() >= QUIET {
            guard.set(true);
        }
        ControlFlow::Continue
    });
}
