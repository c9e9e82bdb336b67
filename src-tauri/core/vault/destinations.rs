//! Which destinations there are: a file that people may read and edit, without any secret. What opens them is in the
//! keyring, or in memory where there is none.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::Path,
    sync::Arc,
};

use parking_lot::Mutex;

use serde::{Deserialize, Serialize};

use super::{
    Destination, OpenVault, VaultSecrets,
    proven::{Proven, Remembered},
};
use crate::{
    delivery::Vault,
    failure::{Failure, NotNow, VaultProblem},
    json_file::{JsonFile, Version},
    naming,
    secret::VaultSecret,
    words,
};

pub struct Destinations {
    file: JsonFile,
    /// Whether there was no file at the start, not even one that was set aside.
    fresh: bool,
    secrets: Arc<dyn VaultSecrets>,
    vaults: Arc<dyn OpenVault>,
    proven: Arc<Proven>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    contents: Contents,
    /// What is wrong with a file that was left as it is: nothing is written over it.
    left: Option<Failure>,
    /// What opens destinations and could not be kept in a keyring, by id and address.
    in_memory: HashMap<(String, String), Arc<VaultSecret>>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    #[serde(default, rename = "version", skip_serializing)]
    _version: Version,
    destinations: Vec<Destination>,
    /// The id of the one that keys are delivered to at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    default: Option<String>,
}

/// A destination, and whether keys are delivered to it at once.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Known {
    pub destination: Destination,
    pub default: bool,
    /// Whether a token that it has taken is known to be there: it proves that itself, or it was shown once.
    pub proven: bool,
}

impl Destinations {
    /// In `destinations.json` in this folder; neither need exist. What is wrong with the file is told beside it, also
    /// where it holds a destination that cannot be used: the file is then left as it is, there are none, and none can be
    /// kept until it is put right. So it is with one that a newer Keybearer wrote.
    pub fn in_folder(
        folder: &Path,
        secrets: Arc<dyn VaultSecrets>,
        vaults: Arc<dyn OpenVault>,
    ) -> (Self, Option<Failure>) {
        let file = JsonFile::new(folder.join("destinations.json"), words::file_vaults);
        let fresh = !file.path().exists();
        let (contents, problem) = match file.read::<Contents>() {
            Ok(contents) => {
                let contents = contents.unwrap_or_default();
                match check_all(&contents.destinations) {
                    Ok(()) => (contents, None),
                    Err(problem) => {
                        let path = file.path().display().to_string();
                        let told = words::sentences(words::vault_file(path, problem.message()), words::file_vaults());
                        (Contents::default(), Some(Failure::File(told)))
                    }
                }
            }
            Err(failure) => (Contents::default(), Some(failure)),
        };
        // What is malformed was set aside, and is in nobody's way.
        let left = problem.clone().filter(|_| file.path().exists());
        let state = Mutex::new(State { contents, left, ..State::default() });
        let (proven, unread) = Proven::in_folder(folder);
        (Self { file, fresh, secrets, vaults, proven: Arc::new(proven), state }, problem.or(unread))
    }

    /// Takes over those that an organization gives its admins, where there are none yet.
    ///
    /// # Errors
    /// [`Failure::Destination`] for the first that cannot be used; [`Failure::File`].
    pub fn begin_with(&self, preset: &[Destination]) -> Result<(), Failure> {
        if preset.is_empty() || !self.fresh || self.file.path().exists() {
            return Ok(());
        }
        check_all(preset)?;
        self.change(|contents| contents.destinations = preset.to_vec())
    }

    /// All of them, in the person's order.
    pub fn all(&self) -> Vec<Known> {
        let state = self.state.lock();
        let default = state.contents.default.as_deref();
        let all = state.contents.destinations.iter();
        let known = |each: &Destination| Known {
            destination: each.clone(),
            default: default == Some(&each.id),
            proven: each.proves_itself() || self.proven.is_proven(&each.fingerprint()),
        };
        all.map(known).collect()
    }

    /// One of them.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not there any more.
    pub fn one(&self, id: &str) -> Result<Destination, Failure> {
        let state = self.state.lock();
        let found = state.contents.destinations.iter().find(|each| each.id == id);
        found.cloned().ok_or(Failure::NotNow(NotNow::DestinationGone))
    }

    /// The one that keys are delivered to at once.
    pub fn default(&self) -> Option<Destination> {
        self.all().into_iter().find(|known| known.default).map(|known| known.destination)
    }

    /// Keeps a destination: a new one as the last, one of a known id in its place.
    /// With another address than before it has no secret any more, and with anything changed it has to be proven anew.
    ///
    /// # Errors
    /// [`Failure::Destination`]; [`Failure::File`] where it cannot be written, and nothing changes then. Once it is saved,
    /// as for [`Destinations::remove`].
    pub fn save(&self, destination: Destination) -> Result<(), Failure> {
        destination.check()?;
        let name = naming::folded(&destination.name);
        let same_name = |each: &&Destination| naming::folded(&each.name) == name && each.id != destination.id;
        let same = self.state.lock().contents.destinations.iter().find(same_name).map(|each| each.name.clone());
        if let Some(same) = same {
            return Err(Failure::Destination(words::vault_same_name(same)));
        }
        let before = self.one(&destination.id).ok();
        let after = destination.clone();
        self.change(|contents| match contents.destinations.iter_mut().find(|each| each.id == destination.id) {
            Some(each) => *each = destination,
            None => contents.destinations.push(destination),
        })?;
        self.forget_unknown()?;
        let of_no_use = |before: &Destination| before.address() != after.address() || after.secret().is_none();
        match before.filter(of_no_use) {
            // What was given for one address is of no use at another, and must not be found there.
            Some(before) => self.forget_secret(&before),
            None => Ok(()),
        }
    }

    /// Forgets a destination, and what opens it.
    ///
    /// # Errors
    /// [`Failure::File`]; [`Failure::Keyring`] or [`Failure::InRecycleBin`] where the keyring may hold its secret still.
    pub fn remove(&self, id: &str) -> Result<(), Failure> {
        let destination = self.one(id)?;
        self.change(|contents| {
            contents.destinations.retain(|each| each.id != id);
            contents.default.take_if(|default| default == id);
        })?;
        self.forget_unknown()?;
        self.forget_secret(&destination)
    }

    /// Moves it one place towards the beginning, or the end.
    ///
    /// # Errors
    /// [`Failure::File`].
    pub fn shift(&self, id: &str, up: bool) -> Result<(), Failure> {
        self.change(|contents| {
            let all = &mut contents.destinations;
            let Some(place) = all.iter().position(|each| each.id == id) else { return };
            let other = if up { place.checked_sub(1) } else { Some(place + 1) };
            if let Some(other) = other.filter(|other| *other < all.len()) {
                all.swap(place, other);
            }
        })
    }

    /// Lets keys be delivered to it at once; or to none.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not there any more; [`Failure::File`].
    pub fn set_default(&self, id: Option<&str>) -> Result<(), Failure> {
        if let Some(id) = id {
            self.one(id)?;
        }
        self.change(|contents| contents.default = id.map(str::to_owned))
    }

    /// Keeps what opens it in the keyring; or in memory until the app quits, where there is none, which is returned. Of a
    /// destination as it was when it was confirmed. Blocking.
    ///
    /// # Errors
    /// [`Failure::NotNow`] where it is not there any more, or another by now.
    pub fn give_secret(&self, destination: &Destination, secret: VaultSecret) -> Result<Option<Failure>, Failure> {
        self.unchanged(destination)?;
        let address = destination.address();
        let kept = self.secrets.keep_secret(&destination.id, &address, &secret);
        let slot = (destination.id.clone(), address);
        match kept {
            Ok(()) => {
                self.state.lock().in_memory.remove(&slot);
                Ok(None)
            }
            Err(failure) => {
                self.state.lock().in_memory.insert(slot, Arc::new(secret));
                Ok(Some(failure))
            }
        }
    }

    /// Makes a destination ready to be used, as it was when it was confirmed: whatever it is changed to meanwhile gets nothing.
    /// Blocking: the keyring may have to be asked.
    ///
    /// # Errors
    /// As [`OpenVault::open`]; [`Failure::Keyring`]; [`Failure::NotNow`] where it is not there any more, or another by now.
    pub fn open(&self, destination: &Destination) -> Result<Arc<dyn Vault>, Failure> {
        self.unchanged(destination)?;
        let id = &destination.id;
        let secret = match destination.secret() {
            None => None,
            Some(what) => {
                let address = destination.address();
                let in_memory = self.state.lock().in_memory.get(&(id.clone(), address.clone())).cloned();
                let found = match in_memory {
                    Some(secret) => Some(secret),
                    None => self.secrets.fetch_secret(id, &address)?.map(Arc::new),
                };
                Some(found.ok_or(VaultProblem::NoSecret(what).not_stored())?)
            }
        };
        let (fingerprint, proven) = (destination.fingerprint(), Arc::clone(&self.proven));
        Ok(Arc::new(Remembered { vault: self.vaults.open(destination, secret)?, fingerprint, proven }))
    }

    fn unchanged(&self, destination: &Destination) -> Result<(), Failure> {
        if self.one(&destination.id)? == *destination {
            return Ok(());
        }
        Err(Failure::NotNow(NotNow::DestinationChanged))
    }

    /// Forgets what opens each of them. They stay, and ask for it anew. Blocking.
    ///
    /// # Errors
    /// [`Failure::Keyring`] for the first whose secret the keyring may hold still.
    pub fn forget_secrets(&self) -> Result<(), Failure> {
        // Each is tried, whatever became of the one before.
        self.all().iter().map(|known| self.forget_secret(&known.destination)).fold(Ok(()), Result::and)
    }

    /// What was shown of a destination that is gone, or was changed, shows nothing of another.
    fn forget_unknown(&self) -> Result<(), Failure> {
        let there: BTreeSet<String> =
            self.state.lock().contents.destinations.iter().map(Destination::fingerprint).collect();
        self.proven.keep_only(&there)
    }

    fn forget_secret(&self, destination: &Destination) -> Result<(), Failure> {
        let address = destination.address();
        self.state.lock().in_memory.remove(&(destination.id.clone(), address.clone()));
        match destination.secret() {
            Some(_) => self.secrets.forget_secret(&destination.id, &address),
            None => Ok(()),
        }
    }

    fn change(&self, change: impl FnOnce(&mut Contents)) -> Result<(), Failure> {
        let mut state = self.state.lock();
        if let Some(failure) = &state.left {
            return Err(failure.clone());
        }
        let mut contents = state.contents.clone();
        change(&mut contents);
        self.file.write(&contents)?;
        state.contents = contents;
        Ok(())
    }
}

/// Each can be used, and no two are taken for one another: what is meant for one must never go to the other.
///
/// # Errors
/// [`Failure::Destination`] for the first of which this is not so.
pub(crate) fn check_all(destinations: &[Destination]) -> Result<(), Failure> {
    let (mut ids, mut names) = (HashSet::new(), HashSet::new());
    destinations.iter().try_for_each(|each| {
        each.check()?;
        if ids.insert(&each.id) && names.insert(naming::folded(&each.name)) {
            return Ok(());
        }
        Err(Failure::Destination(words::vault_twice(&each.id, &each.name)))
    })
}
