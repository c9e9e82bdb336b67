//! The Secret Service, which is the keyring of Linux, as entries for the package `keyring`: GNOME Keyring, KWallet, KeePassXC
//! and others answer to its name.

use std::{any::Any, collections::HashMap, ptr, sync::Arc, thread, time::Duration};

use parking_lot::{Mutex, MutexGuard};

use keybearer_core::failure::KeyringProblem;
use keyring_core::{Credential, Entry, api::CredentialApi};
use secret_service::{
    EncryptionType, Error, SearchItemsResult,
    blocking::{Collection, Item, SecretService},
};
use zbus::{
    DBusError,
    blocking::{Connection, connection::Builder, fdo::DBusProxy},
    zvariant::OwnedObjectPath,
};

const SECRETS: &str = "org.freedesktop.secrets";

const KEEPASSXC: &str = "org.keepassxc.KeePassXC.MainWindow";

/// As long as the bus may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a keyring is called that is made where there is none: as the other programs of a desktop call it.
const NEW_KEYRING: &str = "Default keyring";

/// So that KeePassXC keeps it as an entry’s password, which is what a person looks for, and not in a file attached to it.
const CONTENT_TYPE: &str = "text/plain";

/// One connection for the whole run: KeePassXC asks the person again for each.
static CONNECTED: Mutex<Option<Arc<Connected>>> = Mutex::new(None);

/// A session of the service, and the connection that it goes over.
struct Connected {
    service: SecretService<'static>,
    bus: Connection,
}

/// What is kept with these attributes: all of it, or what is at this place alone.
#[derive(Clone, Debug)]
struct Kept {
    attributes: HashMap<&'static str, String>,
    at: Option<OwnedObjectPath>,
}

/// What is kept for this program under this name.
pub(super) fn entry(service: &str, name: &str) -> Entry {
    let attributes = HashMap::from([("service", service.to_owned()), ("username", name.to_owned())]);
    Entry::new_with_credential(Arc::new(Kept { attributes, at: None }))
}

/// Forgets whatever is kept for this program, as much of it as the keyring lets go of, and asks the person once.
pub(super) fn forget_all(service: &str) -> keyring_core::Result<()> {
    Kept { attributes: HashMap::from([("service", service.to_owned())]), at: None }.delete_credential()
}

impl CredentialApi for Kept {
    fn set_secret(&self, secret: &[u8]) -> keyring_core::Result<()> {
        with_service(|service| {
            let found = self.find(service)?;
            unlock(service, &found)?;
            let all: Vec<&Item<'_>> = found.unlocked.iter().chain(&found.locked).collect();
            if let [one] = all[..] {
                return one.set_secret(secret, CONTENT_TYPE);
            }
            // Of several, which one would be read at the next start nobody knows.
            all.iter().try_for_each(|item| item.delete())?;
            let name = self.attributes.get("username").map_or("", String::as_str);
            let keyring = keyring(service)?;
            keyring.create_item(&format!("Keybearer: {name}"), self.searched(), secret, true, CONTENT_TYPE).map(drop)
        })
    }

    fn get_secret(&self) -> keyring_core::Result<Vec<u8>> {
        with_service(|service| {
            let found = self.find_in_all(service)?;
            unlock(service, &found)?;
            let all: Vec<&Item<'_>> = found.unlocked.iter().chain(&found.locked).collect();
            Ok(match all[..] {
                [] => Err(keyring_core::Error::NoEntry),
                [one] => Ok(one.get_secret()?),
                _ => Err(keyring_core::Error::Ambiguous(all.iter().map(|item| self.at(&item.item_path)).collect())),
            })
        })
        .flatten()
    }

    fn delete_credential(&self) -> keyring_core::Result<()> {
        let were_there = with_service(|service| {
            let found = self.find_in_all(service)?;
            // Each is tried, whatever became of the one before: what needs no question goes though the question is refused.
            let deleted = found.unlocked.iter().map(Item::delete).fold(Ok(()), Result::and);
            let opened = unlock(service, &found);
            let open = found.locked.iter().filter(|item| item.is_locked().is_ok_and(|locked| !locked));
            open.map(Item::delete).fold(deleted.and(opened), Result::and)?;
            Ok(found.unlocked.len() + found.locked.len())
        })?;
        if were_there == 0 { Err(keyring_core::Error::NoEntry) } else { Ok(()) }
    }

    fn get_credential(&self) -> keyring_core::Result<Option<Arc<Credential>>> {
        Ok(None)
    }

    fn get_specifiers(&self) -> Option<(String, String)> {
        Some((self.attributes.get("service")?.clone(), self.attributes.get("username")?.clone()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Kept {
    fn at(&self, place: &OwnedObjectPath) -> Entry {
        Entry::new_with_credential(Arc::new(Self { at: Some(place.clone()), ..self.clone() }))
    }

    fn searched(&self) -> HashMap<&str, &str> {
        self.attributes.iter().map(|(name, value)| (*name, value.as_str())).collect()
    }

    /// Finds it, or finds out that it may be where one cannot look: KeePassXC does not look into a database that is locked.
    fn find_in_all<'a>(&self, service: &'a SecretService<'_>) -> Result<SearchItemsResult<Item<'a>>, Error> {
        let found = self.find(service)?;
        if found.unlocked.is_empty() && found.locked.is_empty() && is_keepassxc() {
            for keyring in service.get_all_collections()? {
                if keyring.is_locked()? {
                    return Err(Error::Locked);
                }
            }
        }
        Ok(found)
    }

    fn find<'a>(&self, service: &'a SecretService<'_>) -> Result<SearchItemsResult<Item<'a>>, Error> {
        let mut found = service.search_items(self.searched())?;
        if let Some(place) = &self.at {
            found.unlocked.retain(|item| item.item_path == *place);
            found.locked.retain(|item| item.item_path == *place);
        }
        Ok(found)
    }
}

/// Whether it is KeePassXC that answers: it has another name on the bus.
pub(crate) fn is_keepassxc() -> bool {
    let ask = || -> zbus::Result<bool> {
        let names = DBusProxy::new(&Builder::session()?.method_timeout(PATIENCE).build()?)?;
        let of_keepassxc = names.get_name_owner(KEEPASSXC.try_into()?)?;
        Ok(names.get_name_owner(SECRETS.try_into()?)? == of_keepassxc)
    };
    ask().unwrap_or(false)
}

/// The keyring that new entries go to. Where there is none, one is made: the service asks the person for its password.
fn keyring<'a>(service: &'a SecretService<'a>) -> Result<Collection<'a>, Error> {
    let keyring = match service.get_default_collection() {
        Err(Error::NoResult) => service.create_collection(NEW_KEYRING, "default").map_err(|error| match error {
            Error::Prompt => Error::NoResult,
            error => error,
        }),
        found => found,
    }?;
    if keyring.is_locked()? {
        keyring.unlock()?;
    }
    Ok(keyring)
}

/// Unlocks what is locked of these, for which the service asks the person: once for all of them, if it does that.
fn unlock(service: &SecretService<'_>, found: &SearchItemsResult<Item<'_>>) -> Result<(), Error> {
    if found.locked.is_empty() {
        return Ok(());
    }
    service.unlock_all(&found.locked.iter().collect::<Vec<_>>())?;
    for item in &found.locked {
        if item.is_locked()? {
            item.unlock()?;
        }
    }
    Ok(())
}

/// Uses the service; over a new connection where that of before leads nowhere any more, because the service was started
/// anew, say.
fn with_service<T>(work: impl Fn(&SecretService<'_>) -> Result<T, Error>) -> keyring_core::Result<T> {
    let told = |error: Error| keyring_core::Error::PlatformFailure(Box::new(problem(&error)));
    // Nobody else waits while the person is asked.
    let before = connected().clone();
    if let Some(before) = &before {
        match work(&before.service) {
            Err(error) if is_lost(&error) => {}
            done => return done.map_err(told),
        }
    }
    let now = connect_anew(before.as_deref()).map_err(told)?;
    work(&now.service).map_err(told)
}

fn connected() -> MutexGuard<'static, Option<Arc<Connected>>> {
    CONNECTED.lock()
}

/// The connection in place of this one that leads nowhere: another's, who was first, or a new one.
fn connect_anew(lost: Option<&Connected>) -> Result<Arc<Connected>, Error> {
    let mut connected = connected();
    if let Some(now) = connected.as_ref().filter(|now| !lost.is_some_and(|lost| ptr::eq(lost, Arc::as_ptr(now)))) {
        return Ok(Arc::clone(now));
    }
    if let Some(lost) = connected.take() {
        // It may be closed already; who waits over it for the end of the service waits no more.
        let _ = lost.bus.clone().close();
    }
    Ok(Arc::clone(connected.insert(Arc::new(connect()?))))
}

/// Connects, and lets go of the connection as soon as the service ends: who waits then for the answer to a question of the
/// service's would wait for ever.
fn connect() -> Result<Connected, Error> {
    let bus = Connection::session().map_err(|error| match error {
        zbus::Error::Address(_) => Error::Unavailable,
        error => Error::Zbus(error),
    })?;
    let service = SecretService::connect_with_existing(EncryptionType::Dh, bus.clone())?;
    let names = DBusProxy::new(&bus)?;
    let mut ended = names.receive_name_owner_changed_with_args(&[(0, SECRETS)])?;
    let watched = bus.clone();
    thread::spawn(move || {
        if ended.next().is_some() {
            let _ = watched.close();
        }
    });
    Ok(Connected { service, bus })
}

/// Whether it may go well over a new connection. What the service has answered for good, it would only ask the person again.
fn is_lost(error: &Error) -> bool {
    match error {
        // The service was started anew over a connection that stayed.
        Error::Zbus(zbus::Error::MethodError(name, ..)) if name.ends_with(".NoSession") => true,
        Error::Zbus(_) | Error::ZbusFdo(_) | Error::Unavailable => problem(error) == KeyringProblem::Absent,
        _ => false,
    }
}

/// No error carries a secret, but what a service says of one is not known either: none of its words are told.
fn problem(error: &Error) -> KeyringProblem {
    match error {
        Error::Locked | Error::Prompt => KeyringProblem::Locked,
        Error::NoResult => KeyringProblem::Unmade,
        Error::Crypto(_) | Error::Zvariant(_) => KeyringProblem::Damaged,
        Error::Zbus(zbus::Error::MethodError(name, ..)) => answered(name),
        Error::ZbusFdo(error) if !matches!(error, zbus::fdo::Error::ZBus(_)) => answered(&error.name()),
        _ => KeyringProblem::Absent,
    }
}

/// What an answer means that is an error.
fn answered(name: &str) -> KeyringProblem {
    let (_, last) = name.rsplit_once('.').unwrap_or_default();
    match last {
        "IsLocked" | "AccessDenied" => KeyringProblem::Locked,
        "NotSupported" => KeyringProblem::Unencrypted,
        "Disconnected" | "NameHasNoOwner" | "NoReply" | "NoServer" | "ServiceUnknown" | "Timeout" | "TimedOut" => {
            KeyringProblem::Absent
        }
        // As the bus says it where the service cannot be started.
        _ if name.starts_with("org.freedesktop.DBus.Error.Spawn.") => KeyringProblem::Absent,
        _ => KeyringProblem::Refused,
    }
}

/// Whether the service takes secrets encrypted, which is the only way in which it is used.
///
/// # Errors
/// What it answers instead.
pub(crate) fn is_encrypted() -> Result<(), KeyringProblem> {
    SecretService::connect(EncryptionType::Dh).map(drop).map_err(|error| problem(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_service_answers_is_told_apart() {
        for (name, means) in [
            ("org.freedesktop.Secret.Error.IsLocked", KeyringProblem::Locked),
            ("org.freedesktop.DBus.Error.AccessDenied", KeyringProblem::Locked),
            ("org.freedesktop.DBus.Error.NotSupported", KeyringProblem::Unencrypted),
            ("org.freedesktop.DBus.Error.ServiceUnknown", KeyringProblem::Absent),
            ("org.freedesktop.DBus.Error.Spawn.ChildExited", KeyringProblem::Absent),
            ("org.freedesktop.DBus.Error.NoReply", KeyringProblem::Absent),
            ("org.freedesktop.Secret.Error.NoSession", KeyringProblem::Refused),
            ("org.freedesktop.DBus.Error.Failed", KeyringProblem::Refused),
        ] {
            assert_eq!(answered(name), means, "{name}");
        }
        assert_eq!(problem(&Error::NoResult), KeyringProblem::Unmade);
        assert_eq!(problem(&Error::Unavailable), KeyringProblem::Absent);
        let down: Error = zbus::fdo::Error::ZBus(zbus::Error::InterfaceNotFound).into();
        assert_eq!(problem(&down), KeyringProblem::Absent);
    }

    #[test]
    fn nobody_is_asked_twice_for_what_was_refused_and_a_service_that_was_started_anew_is_found() {
        let is_lost_by = |error: zbus::fdo::Error| is_lost(&error.into());
        assert!(!is_lost_by(zbus::fdo::Error::AccessDenied(String::new())));
        assert!(!is_lost_by(zbus::fdo::Error::NotSupported(String::new())));
        assert!(!is_lost_by(zbus::fdo::Error::Failed(String::new())));
        assert!(is_lost_by(zbus::fdo::Error::ServiceUnknown(String::new())));
        assert!(!is_lost(&Error::Prompt) && !is_lost(&Error::NoResult) && !is_lost(&Error::Locked));
    }
}
