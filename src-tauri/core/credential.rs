//! What Dfns makes for a program to sign in with.

use serde::Serialize;

/// A kind of credential. A new one comes with a migration of the journal, though it may change nothing there: a version that
/// does not know the kind then leaves the file alone, rather than taking its credentials for another kind's.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CredentialKind {
    /// `POST /api-keys/`: a token alone. Dfns deprecated them in 2023.
    ApiKey,
}
