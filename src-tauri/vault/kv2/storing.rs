//! Secrets on their way into a vault, and what became of them.

use keybearer_core::{
    credential::{SecretName, Secrets},
    delivery::{Proof, Step, Stored},
    failure::{Failure, VaultContext, VaultProblem},
};
use reqwest::{Method, StatusCode};
use serde::Serializer;

use super::{
    Kv2Vault,
    answer::{Answered, Holds},
};

impl Kv2Vault {
    pub(super) async fn stored(
        &self,
        path: &str,
        facts: &[(&str, String)],
        secrets: &Secrets,
        step: &(dyn Fn(Step) + Sync),
    ) -> Result<Stored, Failure> {
        step(Step::Looking);
        let rights = self.prepare(path).await.map_err(VaultProblem::not_stored)?;
        match self.look_for_entry(path, rights).await {
            Ok(_) => {}
            Err(VaultProblem::Exists(_) | VaultProblem::ExistsDeleted(_)) => {
                return self.there_already(path, secrets, step).await;
            }
            Err(problem) => return Err(problem.not_stored()),
        }
        step(Step::Storing);
        let created = self.create(path, facts, secrets).await;
        self.outcome(path, secrets, rights.create, created, step).await
    }

    async fn create(&self, path: &str, facts: &[(&str, String)], secrets: &Secrets) -> Result<Answered, VaultProblem> {
        let request = self.request(Method::POST, &[&self.at.mount, "data", path]).body(self.body(facts, secrets));
        self.call(request.header("content-type", "application/json")).await
    }

    /// The secrets, and beside them the facts whose names they do not bear.
    fn body(&self, facts: &[(&str, String)], secrets: &Secrets) -> Vec<u8> {
        let secrets = self.fields(secrets);
        let beside = facts.iter().filter(|(name, _)| secrets.iter().all(|(field, _)| field != name));
        let fields: Vec<(&str, &str)> = secrets
            .iter()
            .map(|(field, secret)| (*field, secret.open("send it to the vault, in this one request")))
            .chain(beside.map(|(name, fact)| (*name, fact.as_str())))
            .collect();
        // Room for it all, so that it does not grow and leave pieces behind: a character takes six bytes at most.
        let room: usize = fields.iter().map(|(field, text)| (field.len() + text.len()) * 6 + 8).sum();
        let mut body = Vec::with_capacity(room + 64);
        body.extend_from_slice(br#"{"options":{"cas":0},"data":"#);
        serde_json::Serializer::new(&mut body).collect_map(fields).expect("texts always serialize");
        body.push(b'}');
        body
    }

    /// What the entry holds now: its latest version, which is the first as long as nobody has written another.
    async fn read(&self, path: &str, secrets: &Secrets) -> Holds {
        match self.call(self.request(Method::GET, &[&self.at.mount, "data", path])).await {
            Ok(answer) => answer.holds(&self.at, secrets),
            Err(_) => Holds::Unread,
        }
    }

    /// What it means that the vault took the request and answered as it did.
    async fn outcome(
        &self,
        path: &str,
        secrets: &Secrets,
        may_create: bool,
        created: Result<Answered, VaultProblem>,
        step: &(dyn Fn(Step) + Sync),
    ) -> Result<Stored, Failure> {
        let (problem, sure) = match created {
            Ok(answer) if answer.status == StatusCode::OK => match answer.created() {
                Some(created) if created.version == 1 => {
                    // The vault has deleted it in the same moment.
                    let over = created.until.is_some_and(|until| until <= created.at);
                    step(Step::ReadingBack);
                    return match self.read(path, secrets).await {
                        Holds::It(until) => {
                            let until = [until, created.until].into_iter().flatten().min();
                            Ok(Stored { proof: Proof::ReadBack, until })
                        }
                        Holds::Partly { there, missing } => Err(self.partly(path, there, missing, None)),
                        Holds::Another => Err(VaultProblem::OtherReadBack.perhaps_stored()),
                        Holds::Unread if !over => Ok(Stored { proof: Proof::FirstVersion, until: created.until }),
                        Holds::Deleted | Holds::Unread => {
                            Err(VaultProblem::DeletedAlready(self.at_path(path)).perhaps_stored())
                        }
                    };
                }
                // Whatever it holds now: what was there before is the person's business.
                Some(created) => {
                    return Err(VaultProblem::LaterVersion(created.version).perhaps_stored());
                }
                None => (VaultProblem::NotUnderstood, false),
            },
            Ok(answer) if answer.status == StatusCode::NO_CONTENT => {
                return Err(VaultProblem::Overwriting.perhaps_stored());
            }
            Ok(answer) if answer.says_that_it_exists() => return self.there_already(path, secrets, step).await,
            // What may create and is refused meets an entry, which it may not touch; or rights that are not what they seem.
            Ok(answer) if may_create && answer.status == StatusCode::FORBIDDEN && answer.is_refusal_of_a_vault() => {
                let outcome = self.there_already(path, secrets, step).await;
                return outcome.map_err(|failure| match failure {
                    Failure::Vault(VaultContext::PerhapsStored, VaultProblem::ExistsUnread(place)) => {
                        VaultProblem::ExistsOrRefused(place).perhaps_stored()
                    }
                    failure => failure,
                });
            }
            Ok(answer) => {
                let problem = self.refusal(&answer, &secrets.open("take them out of messages that echo them"));
                // What stands in between may have kept back the very answer that said that it is stored.
                let sure = answer.is_refusal_of_a_vault() && !matches!(problem, VaultProblem::Unclear(_));
                (problem, sure)
            }
            Err(problem @ VaultProblem::Unreachable { .. }) => {
                return Err(problem.not_stored());
            }
            Err(problem) => (problem, false),
        };
        // The answer leaves it open; the vault itself may not.
        step(Step::ReadingBack);
        match self.read(path, secrets).await {
            Holds::It(until) => Ok(Stored { proof: Proof::ReadBack, until }),
            Holds::Partly { there, missing } => Err(self.partly(path, there, missing, Some(problem))),
            _ if sure => Err(problem.not_stored()),
            _ => Err(problem.perhaps_stored()),
        }
    }

    fn partly(
        &self,
        path: &str,
        there: Vec<SecretName>,
        missing: Vec<SecretName>,
        after: Option<VaultProblem>,
    ) -> Failure {
        let place = self.at_path(path);
        VaultProblem::Partly { place, there, missing, apart: false, after: after.map(Box::new) }.perhaps_stored()
    }

    /// An entry is there: it may hold these very secrets, from a delivery whose answer was lost.
    async fn there_already(
        &self,
        path: &str,
        secrets: &Secrets,
        step: &(dyn Fn(Step) + Sync),
    ) -> Result<Stored, Failure> {
        step(Step::ReadingBack);
        let place = self.at_path(path);
        match self.read(path, secrets).await {
            Holds::It(until) => Ok(Stored { proof: Proof::ReadBack, until }),
            Holds::Partly { there, missing } => Err(self.partly(path, there, missing, None)),
            Holds::Another => Err(VaultProblem::Exists(place).not_stored()),
            Holds::Deleted => Err(VaultProblem::ExistsDeleted(place).not_stored()),
            Holds::Unread => Err(VaultProblem::ExistsUnread(place).perhaps_stored()),
        }
    }
}
