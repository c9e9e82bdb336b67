//! The dialog in which the person types the passphrase of their private key: GTK's own, so that it goes through no page.

use std::cell::Cell;

use gtk::{Align, Box as Column, Entry, Label, Orientation, ResponseType, glib, prelude::*};
use keybearer_core::{
    account::{AskPassphrase, Typed},
    signing::Passphrase,
    words::{self, Message},
};
use tauri::AppHandle;
use tokio::sync::oneshot::{self, Sender};
use zeroize::Zeroizing;

use crate::window;

/// As wide as it is, in pixels.
const WIDTH: i32 = 440;

/// Asks in a window above the main one.
pub(crate) struct Dialog(AppHandle);

struct Question {
    heading: Message,
    meaning: Message,
    /// What was wrong with the one before.
    wrong: Option<Message>,
    /// It is a new one.
    twice: bool,
}

impl Dialog {
    pub(crate) fn of(handle: &AppHandle) -> Self {
        Self(handle.clone())
    }

    fn ask(&self, question: Question) -> Typed<'_> {
        Box::pin(async move {
            let (answer, answered) = oneshot::channel();
            let handle = self.0.clone();
            self.0.run_on_main_thread(move || open(&handle, &question, answer)).ok()?;
            // Gone without an answer, with the whole app perhaps.
            answered.await.unwrap_or_default()
        })
    }
}

impl AskPassphrase for Dialog {
    fn choose(&self) -> Typed<'_> {
        let (heading, meaning) = (words::passphrase_choose(), words::passphrase_choose_meaning());
        self.ask(Question { heading, meaning, wrong: None, twice: true })
    }

    fn open<'a>(&'a self, username: &'a str, again: bool) -> Typed<'a> {
        let (heading, meaning) = (words::passphrase_open(), words::passphrase_open_meaning(username));
        let wrong = again.then(words::passphrase_wrong);
        self.ask(Question { heading, meaning, wrong, twice: false })
    }
}

fn open(handle: &AppHandle, question: &Question, answer: Sender<Option<Passphrase>>) {
    let Some(parent) = window::main(handle).and_then(|window| window.gtk_window().ok()) else { return };
    let dialog = gtk::Dialog::builder()
        .title(words::passphrase_title().to_string())
        .transient_for(&parent)
        .modal(true)
        .destroy_with_parent(true)
        .skip_taskbar_hint(true)
        .use_header_bar(0)
        .default_width(WIDTH)
        .build();
    dialog.set_role("passphrase");
    let (fields, told) = fill(&dialog, question);
    dialog.add_button(&words::confirm_cancel().to_string(), ResponseType::Cancel).set_margin_bottom(16);
    let accept = dialog.add_button(&words::passphrase_ok().to_string(), ResponseType::Accept);
    accept.set_margin_bottom(16);
    accept.set_margin_end(18);
    dialog.set_default_response(ResponseType::Accept);
    let answer = Cell::new(Some(answer));
    dialog.connect_response(move |dialog, response| {
        let given = if response == ResponseType::Accept {
            match typed(&fields) {
                Some(given) => Some(given),
                None => {
                    told.set_text(&words::passphrase_differ().to_string());
                    return fields[0].grab_focus();
                }
            }
        } else {
            None
        };
        // GTK wipes what it took away.
        fields.iter().for_each(|field| field.set_text(""));
        if let Some(answer) = answer.take() {
            let _ = answer.send(given);
        }
        if response != ResponseType::DeleteEvent {
            dialog.hide();
            dialog.close();
        }
    });
    dialog.show_all();
    dialog.present();
}

/// What stands in all fields, if that is the same, and something.
fn typed(fields: &[Entry]) -> Option<Passphrase> {
    let texts: Vec<Zeroizing<String>> = fields.iter().map(|field| Zeroizing::new(field.text().into())).collect();
    let (first, others) = texts.split_first()?;
    others.iter().all(|other| other == first).then(|| Passphrase::new(first)).flatten()
}

/// Puts what is said into the dialog. Returns the fields, and where it is told what is wrong with them.
fn fill(dialog: &gtk::Dialog, question: &Question) -> (Vec<Entry>, Label) {
    let column = Column::builder().orientation(Orientation::Vertical).spacing(10).margin(18).margin_bottom(10).build();
    let heading = label("");
    heading.set_markup(&format!(
        "<span size=\"large\" weight=\"bold\">{}</span>",
        glib::markup_escape_text(&question.heading.to_string())
    ));
    column.add(&heading);
    column.add(&label(&question.meaning.to_string()));
    let mut fields = vec![field(&column, &words::passphrase_field())];
    if question.twice {
        fields.push(field(&column, &words::passphrase_repeat()));
    }
    let told = label(&question.wrong.as_ref().map(Message::to_string).unwrap_or_default());
    column.add(&told);
    dialog.content_area().pack_start(&column, true, true, 0);
    (fields, told)
}

fn label(text: &str) -> Label {
    let label = Label::builder().label(text).halign(Align::Start).xalign(0.0).wrap(true).build();
    // As wide at least: GTK makes a window as high as its texts would be at their narrowest.
    label.set_width_chars(52);
    label.set_max_width_chars(52);
    label
}

/// One that hides what is typed, and goes on with Enter.
fn field(column: &Column, name: &Message) -> Entry {
    let label = label(&name.to_string());
    let entry = Entry::builder().visibility(false).activates_default(true).build();
    entry.set_input_purpose(gtk::InputPurpose::Password);
    label.set_mnemonic_widget(Some(&entry));
    column.add(&label);
    column.add(&entry);
    entry
}
