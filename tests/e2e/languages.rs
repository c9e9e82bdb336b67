//! A language that is longer than English, made of it: whatever is said is from the catalogue, and has room.

use anyhow::{Result, ensure};
use keybearer_support::{
    clipboard::Clipboard,
    sandbox::Sandbox,
    window::{Key, Window},
};
use serde_json::{Value, json};

use crate::steps::{app, create, desktop, sign_in};

/// English with each vowel twice and accented.
const PSEUDO: &str = "en_XA.UTF-8";

/// What people and servers have called things here, and names that no language changes.
const OF_OTHERS: [&str; 20] = [
    "Keybearer",
    "Payout service",
    "Settlement bot",
    "Old reporting bot",
    "Billing server",
    "Nightly settlement",
    "Treasury signer",
    "ApiKeys:Create",
    "Server Key 3",
    "sandbox.invalid",
    "admin@",
    "Dfns",
    "KeePassXC",
    "1Password",
    "Bitwarden",
    "AWS Secrets Manager",
    "GNOME Keyring",
    "KWallet",
    "HashiCorp Vault",
    "OpenBao",
];

/// Each text that is seen and still has a vowel without an accent, without times, ids, what somebody is quoted with, and what
/// is written in one width: tokens and paths.
const NOT_FROM_THE_CATALOGUE: &str = r"
    const shown = (element) => element.getClientRects().length > 0 && !element.closest('[hidden], .mono, .unseen');
    const times = /\b[A-Z][a-z]{2} \d{1,2}, \d{4}(, \d{1,2}:\d{2}(\s[AP]M)?)?|\b\d{4}-\d{2}-\d{2}T[\d:.]+Z|“[^”]*”|\b[a-z]{2,3}-[a-z]+-[a-z]+-[0-9a-f]{12}\b/g;
    const english = (text) => /[aeiouAEIOU]/.test(arguments[0].reduce((rest, known) => rest.replaceAll(known, ''), text.replace(times, '')));
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (shown(node.parentElement) && english(node.textContent)) found.push(node.textContent.trim());
    }
    for (const name of ['aria-label', 'title', 'placeholder']) {
      for (const element of document.querySelectorAll(`[${name}]`)) {
        if (shown(element) && english(element.getAttribute(name))) found.push(`${name}: ${element.getAttribute(name)}`);
      }
    }
    return found;";

/// Each button, label and title that is cut off or reaches out of the window, and what is scrolled sideways.
const WITHOUT_ROOM: &str = r"
    const found = [];
    if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
    for (const element of document.querySelectorAll('.dialog-body, .menu, .key-list')) {
      if (element.scrollWidth > element.clientWidth) found.push(`${element.className} is ${element.scrollWidth} wide`);
    }
    for (const element of document.querySelectorAll('button, label, legend, h1, h2, h3, dt, summary')) {
      const place = element.getBoundingClientRect();
      if (place.width === 0) continue;
      const cut = element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== 'visible';
      if (cut || place.left < -1 || place.right > innerWidth + 1) found.push(element.textContent.trim());
    }
    return found;";

struct Reading<'a> {
    window: &'a Window<'a>,
    found: Vec<String>,
}

impl Reading<'_> {
    /// Reads what is seen in this state, in the window as it opens and as small as it gets.
    async fn read(&mut self, state: &str) -> Result<()> {
        for (width, height) in [(880, 640), (420, 520)] {
            self.window.resize(width, height).await?;
            for (what, look) in [("not from the catalogue", NOT_FROM_THE_CATALOGUE), ("without room", WITHOUT_ROOM)] {
                let found = self.window.execute(look, vec![json!(OF_OTHERS)]).await?;
                let found = found.as_array().into_iter().flatten().filter_map(Value::as_str);
                self.found.extend(found.map(|text| format!("{state}, {width}×{height}, {what}: {text}")));
            }
        }
        Ok(())
    }

    async fn dialog(&mut self, open: &str, name: &str, close: &str) -> Result<()> {
        self.window.click(open).await?;
        self.window.wait_for(name).await?;
        self.read(name).await?;
        self.window.click(close).await?;
        self.window.wait_gone(name).await
    }
}

#[tokio::test]
async fn a_longer_language_is_said_throughout_and_has_room() -> Result<()> {
    let (mut desktop, sandbox) = (desktop()?, Sandbox::start(app())?);
    desktop.set("LANG", PSEUDO);
    let window = Window::open(&desktop, app(), &[]).await?;
    window.wait_for("signin-environment").await?;
    let mut reading = Reading { window: &window, found: Vec::new() };
    for environment in ["production", "productionUae", "staging", "sandbox", "custom"] {
        window.choose("signin-environment", environment).await?;
        reading.read(environment).await?;
    }
    for way in ["signin-key", "signin-connect"] {
        window.click(way).await?;
        window.click(&format!("{way}-submit")).await?;
        window.wait_for("signin-error").await?;
        reading.read(way).await?;
    }
    let refused = Clipboard::of(&desktop).copy("not-a-token").await?;
    window.click("signin-paste").await?;
    window.wait_for("signin-error").await?;
    reading.read("sign-in refused").await?;
    drop(refused);

    sign_in(&window, &sandbox, &sandbox.admin).await?;
    reading.read("signed in").await?;
    window.press("key-name", Key::Enter).await?;
    window.wait_for("create-error").await?;
    reading.read("no name").await?;
    for (fault, code) in
        [(json!({ "kind": "forbidden" }), "forbidden"), (json!({ "kind": "drop", "made": true }), "doubtful")]
    {
        sandbox.fault("create", fault, 1).await?;
        window.clear("key-name").await?;
        window.type_into("key-name", "Server Key 3").await?;
        window.press("key-name", Key::Enter).await?;
        window.wait_attribute("create-error", "data-code", code).await?;
        reading.read(code).await?;
    }
    window.wait_for("attention-row").await?;
    reading.read("what needs attention").await?;
    window.resize(880, 640).await?;
    window.click("settings").await?;
    reading.dialog("about-open", "about", "about-close").await?;
    window.click("settings-cancel").await?;
    reading.dialog("settings", "settings-dialog", "settings-cancel").await?;
    reading.dialog("protection-open", "protection", "protection-close").await?;
    reading.dialog("destinations-open", "destinations", "destinations-close").await?;

    window.click("accounts").await?;
    window.wait_for("accounts-menu").await?;
    reading.read("accounts").await?;
    window.click("accounts-add").await?;
    window.wait_for("signin-back").await?;
    reading.read("another account").await?;
    window.click("signin-back").await?;
    window.wait_for("key-name").await?;

    window.clear("key-name").await?;
    create(&window, "Billing server").await?;
    reading.read("held").await?;
    window.click("reveal-copy").await?;
    window.click("reveal-done").await?;
    window.wait_for("reveal-discard").await?;
    reading.read("asking").await?;
    ensure!(reading.found.is_empty(), "{}", reading.found.join("\n"));
    Ok(())
}
