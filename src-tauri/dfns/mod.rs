//! The Dfns API: the only place that speaks to Dfns, and the only user of reqwest for it. Each kind of credential has a client
//! of its own; all ask by way of the same transport.

mod answer;
mod api_keys;
mod refusal;
mod transport;
mod wire;

use std::sync::Arc;

use keybearer_core::{account::Connect, address::BaseUrl, failure::Failure, key::KeyApi, token::SignInToken};

pub use self::api_keys::ApiKeys;
use crate::http::ClientOptions;

/// The way to any Dfns.
pub struct OverHttp;

impl Connect for OverHttp {
    fn connect(&self, base: &BaseUrl, token: Arc<SignInToken>) -> Result<Arc<dyn KeyApi>, Failure> {
        Ok(Arc::new(ApiKeys::new(base.clone(), token, &ClientOptions::default())?))
    }
}
