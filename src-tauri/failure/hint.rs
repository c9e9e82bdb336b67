//! What to do about a failure.

use std::time::Duration;

use super::{
    AddressProblem, CallContext, ClipboardProblem, Failure, KeyringProblem, NameProblem, NoConnection, TokenProblem,
    Trouble, Unconfirmed, VaultContext,
};
use crate::words::{self, Message};

impl Failure {
    /// What to do about it, in one or two sentences, where there is something.
    #[must_use]
    pub fn hint(&self) -> Option<Message> {
        Some(self.advice()).filter(|text| !text.is_empty()).map(Message::from)
    }

    /// What happened, what it means and what to do, one after the other.
    #[must_use]
    pub fn in_full(&self) -> Message {
        match self.hint() {
            Some(hint) => words::sentences(self.message(), hint),
            None => self.message(),
        }
    }

    fn advice(&self) -> String {
        match self {
            Self::Forbidden { message, .. } => forbidden(message.as_deref()),
            Self::RateLimited(wait) => paused(*wait),
            Self::Unreachable { why, .. } => unreachable(why).to_owned(),
            Self::Vault(VaultContext::PerhapsStored, problem) => problem.hint_in_doubt(),
            Self::Vault(VaultContext::NotStored | VaultContext::NoRoom | VaultContext::Unusable, problem) => {
                problem.hint().to_owned()
            }
            Self::Unclear(context, trouble) => unclear(*context, trouble),
            Self::Redirected(_) => format!("Nothing was changed. {}", before_the_next_try(&Trouble::Redirected)),
            other => fixed(other).to_owned(),
        }
    }
}

fn fixed(failure: &Failure) -> &'static str {
    match failure {
        Failure::Name(NameProblem::Empty) => "Type a name that tells later what the key is for.",
        Failure::Name(NameProblem::Control) => "Type the name anew, or paste it without line breaks.",
        Failure::Name(NameProblem::Unseen(_)) => "Type the name anew: pasting it would bring that along.",
        Failure::Name(NameProblem::TooLong(_)) => "Shorten it to what tells later what it is for.",
        Failure::NameIsSecret(_) => {
            "Nothing of it was sent, shown or written down. It may still be on your clipboard: copy something else, and \
             then type a name."
        }
        Failure::NotAList(_) => {
            "Choose a text file in UTF-8 with one name on each line, or a .csv with the names in its first column."
        }
        Failure::SameName(_) => "Two keys of one name are hard to tell apart. Change the name, or create it anyway.",
        Failure::StillOpen(_) => "Settle it there first: asking again could make a second key. Or create it anyway.",
        Failure::Address(AddressProblem::NotHttps) => "Plain http:// is allowed for this computer alone (localhost).",
        Failure::Address(_) => "Type it as https://host, with :port if there is one.",
        Failure::TokenMissing(TokenProblem::Typed(_)) => {
            "Nothing was sent. Copy your token from Settings in the Dfns dashboard and paste it here."
        }
        Failure::TokenMissing(TokenProblem::ClipboardEmpty) => {
            "Copy your token from Settings in the Dfns dashboard, then press Paste again."
        }
        Failure::TokenMissing(_) => "Nothing was sent. Copy your token from Settings in the Dfns dashboard, then press Paste again.",
        Failure::Refused(_) | Failure::Conflict(_) => "Nothing was done. Change what you typed and try again.",
        Failure::SignInAgain => "Copy a new one from Settings in the Dfns dashboard. What you typed is kept.",
        Failure::SignInOver => {
            "Finish here first: the key then stands under “Needs attention”, and can be revoked once you have signed in \
             again."
        }
        Failure::OtherAccount(_) => "Switch to that account or sign in to it again, then revoke the key.",
        Failure::SignInRefused => {
            "Check that it is from this environment and still valid, and copy it again from Settings in the Dfns \
             dashboard."
        }
        Failure::SignatureRequired => {
            "It needs service accounts, which Keybearer does not make yet. A new sign-in token will not help; create \
             the key in the Dfns dashboard."
        }
        Failure::NoSuchService(_) => {
            "Check the address. If it is right, look in the Dfns dashboard of this organization: does it show API keys, \
             or service accounts? Keybearer does not make service accounts yet."
        }
        Failure::KeyGone => {
            "If it was made a moment ago, try again in a minute. If it was deleted elsewhere, nothing is left to revoke."
        }
        Failure::NameDiffers => "Type it exactly as it is shown; nothing was revoked.",
        Failure::KeyWithoutId => "Look for it by its name in the Dfns dashboard, and revoke it there.",
        Failure::Unexpected { .. } => "Nothing was done. Ask an admin of your organization, or Dfns’ support.",
        Failure::Unconfirmed(Unconfirmed::Declined) => "If you want it after all, do the same again and choose “Use it”.",
        Failure::Unconfirmed(Unconfirmed::AskingAlready) => "Answer that question first; then do this again.",
        Failure::Unconfirmed(Unconfirmed::Silent) => "Click into this window, then do it again.",
        Failure::Unconfirmed(Unconfirmed::NobodyToAsk) => {
            "Use an environment or a destination that your organization has set up on this computer."
        }
        Failure::Unconfirmed(Unconfirmed::TooLong) => "Give it fewer or shorter arguments, or a shorter template.",
        Failure::Unsettled { .. } => {
            "It stands under “Needs attention” until it is settled. Asking again before that could make a second key."
        }
        Failure::NeverLeft => "Copy or deliver it first. If nobody needs it, revoke the key.",
        Failure::NotProven => "Once you finish, nobody can get this token again.",
        Failure::Clipboard(ClipboardProblem::NotSeen) => {
            "A clipboard program may hold it back. Press Copy again, or deliver the token into a vault, which needs no \
             clipboard."
        }
        Failure::Clipboard(ClipboardProblem::Unusable(_)) => {
            "A token can be delivered into a vault without it. If you have none set up, revoke the key and create it anew \
             once the clipboard works."
        }
        Failure::Clipboard(ClipboardProblem::Unreadable(_)) => "Type the sign-in token instead.",
        Failure::Clipboard(ClipboardProblem::StillThere(_) | ClipboardProblem::Unconfirmed(_)) => {
            "Copy something else, and delete it from your clipboard’s history."
        }
        Failure::Clipboard(ClipboardProblem::Untrusted) => {
            "Run Keybearer where your desktop is, or with ssh -Y if you trust that computer as your own; or deliver the \
             token into a vault, which needs no clipboard."
        }
        Failure::Keyring(KeyringProblem::Several) => {
            "Sign in anew, and one is left; or delete those of “app.keybearer.desktop” with your keyring’s own program."
        }
        Failure::StaysInKeyring(_) => {
            "The next start tries again to have it forgotten. Delete the entry of “app.keybearer.desktop” with your \
             keyring’s own program, or end that session in the Dfns dashboard, if it must be gone now."
        }
        Failure::Keyring(KeyringProblem::Locked) => {
            "Unlock it, or allow Keybearer where it asks you (KeePassXC does). Until then a sign-in token is held in memory \
             alone, and asked for at each start."
        }
        Failure::Keyring(KeyringProblem::Unmade) => {
            "Sign in anew, and choose a password for it when you are asked to; or make one with your keyring’s own program. \
             Until then a sign-in token is held in memory alone, and asked for at each start."
        }
        Failure::Keyring(KeyringProblem::Unencrypted) => {
            "Use another one (GNOME Keyring, KWallet, KeePassXC). Until then a sign-in token is held in memory alone, and \
             asked for at each start."
        }
        Failure::Keyring(_) => {
            "Unlock or install a keyring (GNOME Keyring, KWallet). Until then a sign-in token is held in memory alone, \
             and asked for at each start."
        }
        Failure::InRecycleBin => "Empty the recycle bin in KeePassXC: a token in it is good until it expires.",
        Failure::KeyringEmpty => "Copy a new one from Settings in the Dfns dashboard, and sign in again.",
        Failure::CalledOff
        | Failure::CheckCalledOff
        | Failure::NotNow(_)
        | Failure::Setting(_)
        | Failure::Destination(_)
        | Failure::Computer(_)
        | Failure::File(_)
        // These are told with what they carry, above.
        | Failure::Forbidden { .. }
        | Failure::RateLimited(_)
        | Failure::Unreachable { .. }
        | Failure::Vault(..)
        | Failure::Unclear(..)
        | Failure::Redirected(_) => "",
    }
}

fn unclear(context: CallContext, trouble: &Trouble) -> String {
    let in_between = in_between(trouble).is_some();
    match context {
        CallContext::Read => format!("Nothing was changed. {}", before_the_next_try(trouble)),
        CallContext::LookFirst => format!("No key was asked for. {}", before_the_next_try(trouble)),
        CallContext::Revoke if in_between => {
            "See to your network first: its sign-in page, a proxy or a VPN may stand in between. Then try again: revoking a \
             key twice does no harm."
                .to_owned()
        }
        CallContext::Revoke => "Try again: revoking a key twice does no harm.".to_owned(),
        CallContext::Create if in_between => {
            "It stands under “Needs attention” until it is settled; asking again before that could make a second key. See to \
             your network first: its sign-in page, a proxy or a VPN may stand in between."
                .to_owned()
        }
        CallContext::Create => {
            "It stands under “Needs attention” until it is settled. Asking again before that could make a second key."
                .to_owned()
        }
    }
}

/// What to do before a call is tried again that came to no clear end.
fn before_the_next_try(trouble: &Trouble) -> &'static str {
    in_between(trouble).unwrap_or("Try again in a moment.")
}

/// What may stand in between, by what it answered with, and how to find that out; `None` where nothing tells that somebody
/// else than Dfns has answered.
fn in_between(trouble: &Trouble) -> Option<&'static str> {
    let status = match trouble {
        Trouble::Between(status) => Some(*status),
        Trouble::Redirected | Trouble::NotUnderstood | Trouble::TooLarge(_) | Trouble::TooMany(_) => None,
        Trouble::TimedOut(_) | Trouble::Server(_) | Trouble::Cut | Trouble::Failed | Trouble::CalledOff => return None,
    };
    Some(match status {
        Some(401) => {
            "Open any web page: your network may want you to sign in there. Otherwise try without the VPN or proxy. If it \
             stays like this, your sign-in token may be over: sign in with a new one."
        }
        Some(404 | 410) => {
            "Check the address, and whether your network wants you to sign in on a web page first. If both are right, look \
             in the Dfns dashboard whether this organization has API keys or service accounts."
        }
        Some(407 | 511) => {
            "Your network wants you to sign in first: open any web page, or ask whoever looks after your network for the \
             proxy’s password."
        }
        _ => {
            "Open any web page: your network may want you to sign in there. Otherwise check the address, try without the \
             VPN or proxy, or ask whoever looks after your network."
        }
    })
}

pub(super) fn unreachable(why: &NoConnection) -> &'static str {
    match why {
        NoConnection::NameUnknown => "Nothing was sent. Check the address, and whether this computer is online.",
        NoConnection::AuthorityUnknown => {
            "Nothing was sent. If your company inspects traffic or runs this host, its authority has to be installed on \
             this computer. Otherwise somebody may be listening in: do not go on."
        }
        NoConnection::OtherHost | NoConnection::CertificateRefused => {
            "Nothing was sent. Check the address. If it is right, somebody may be listening in: do not go on."
        }
        NoConnection::CertificateOutdated => "Nothing was sent. Check this computer’s date and time, then the address.",
        NoConnection::CertificateKind | NoConnection::NothingInCommon => {
            "Nothing was sent. This alone is no sign that somebody is listening in: other programs take more kinds of \
             certificates. Ask whoever runs this host for one with an RSA key, with P-256 and SHA-256, or with P-384 and \
             SHA-384; and the same for each authority above it."
        }
        NoConnection::CertificateOfAuthority => {
            "Nothing was sent. This alone is no sign that somebody is listening in: a certificate that was made in one step \
             is often so. Ask whoever runs this host for one of its own (CA:FALSE), signed by that authority."
        }
        NoConnection::CertificateWithoutHost => {
            "Nothing was sent. This alone is no sign that somebody is listening in: old certificates are so. Ask whoever \
             runs this host for one that has its name, or its IP address, as subject alternative name."
        }
        NoConnection::NoTls => "Nothing was sent. Check the address and its port.",
        NoConnection::ByProxy { why, .. } => unreachable(why),
        NoConnection::ProxyPassword(_) | NoConnection::ProxyRefused(_) | NoConnection::ProxyUnreachable { .. } => {
            "Nothing was sent. Ask whoever looks after your network; the proxy is set with HTTPS_PROXY, and NO_PROXY \
             names hosts that go past it."
        }
        NoConnection::Refused | NoConnection::NoNetwork | NoConnection::TimedOut(_) | NoConnection::Other(_) => {
            "Nothing was sent. Check the connection and the address, and try again."
        }
    }
}

fn paused(wait: Option<Duration>) -> String {
    let Some(wait) = wait else { return "Nothing was done. Try again in a minute.".to_owned() };
    let seconds = wait.as_secs().max(1);
    let (count, unit) = if seconds < 120 {
        (seconds, "second")
    } else if seconds < 7200 {
        (seconds.div_ceil(60), "minute")
    } else {
        (seconds.div_ceil(3600), "hour")
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("Nothing was done. Try again in {count} {unit}{plural}.")
}

fn forbidden(message: Option<&str>) -> String {
    let ask = "An admin of your organization can grant it in the Dfns dashboard, under Permissions.";
    match message {
        Some(message) => format!("{ask} Dfns said: “{message}”"),
        None => ask.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_between_is_told_with_what_to_do() {
        for status in [200, 401, 403, 404, 407, 418, 451, 511] {
            for (failure, sure) in [
                (CallContext::Read, "Nothing was changed."),
                (CallContext::LookFirst, "No key was asked for."),
                (CallContext::Revoke, "It is not confirmed"),
                (CallContext::Create, "Dfns may have made this key"),
            ] {
                let failure = Failure::Unclear(failure, Trouble::Between(status));
                let told = format!("{failure} {}", failure.hint().expect("there is something to do"));
                assert!(told.contains("between this computer and Dfns") && told.contains("network"), "{told}");
                assert!(told.contains(sure), "{told}");
                assert!(!told.contains("permission") && !told.contains("server’s side"), "{told}");
            }
        }
    }

    #[test]
    fn a_pause_is_told_in_the_unit_that_people_would_use() {
        for (seconds, told) in [(0, "1 second."), (7, "7 seconds."), (300, "5 minutes."), (86_400, "24 hours.")] {
            let hint = Failure::RateLimited(Some(Duration::from_secs(seconds)))
                .hint()
                .expect("there is something to do")
                .to_string();
            assert!(hint.ends_with(&format!("in {told}")), "{hint}");
        }
    }
}
