//! Lets go of a webview whole, on Linux.
//!
//! A crate of its own, since this takes an unsafe call, and the rest forbids them.

#![cfg(target_os = "linux")]
#![deny(unsafe_code)]

use webkit2gtk::{WebView, WebViewExt, glib::prelude::ObjectExt};

/// Lets go of what keeps a webview in memory after it was destroyed, which is to come next. The page's messages are heard
/// no more from here on.
///
/// wry listens to them at the webview's content manager, and holds the webview for that, which in turn holds the manager:
/// by themselves these two never end, and each window that was ever shown would stay in memory.
#[expect(unsafe_code, reason = "there is no safe way to end what another library listens to")]
pub fn let_go(webview: &WebView) {
    let Some(manager) = webview.user_content_manager() else { return };
    // SAFETY: the manager is a whole object, in use by this thread alone as all of GTK, and stays one: what its disposal
    // ends is who listens to it, and it can be disposed of again, which happens with its last reference.
    unsafe { manager.run_dispose() };
}
