//! What a person was reminded of, in the file.

use keybearer_core::{journal::Reminder, key::KeyId};
use rusqlite::{Connection, named_params, params};

use super::rows::{nearness_of, nearness_word, now, owner, reminded_of, reminded_word};

pub(super) fn all(connection: &Connection, base: &str) -> rusqlite::Result<Vec<Reminder>> {
    let mut select = connection.prepare("SELECT * FROM reminder WHERE base = ?1 ORDER BY id")?;
    let mut rows = select.query(params![base])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let (nearness, how): (String, String) = (row.get("nearness")?, row.get("how")?);
        // What only a later version knows reminds nobody of anything here.
        let Some((nearness, how)) = nearness_of(&nearness).zip(reminded_of(&how)) else { continue };
        all.push(Reminder { owner: owner(row)?, key: KeyId(row.get("key")?), nearness, how });
    }
    Ok(all)
}

pub(super) fn write(connection: &mut Connection, reminders: &[Reminder]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for Reminder { owner, key, nearness, how } in reminders {
        transaction.execute(
            "INSERT INTO reminder (at, account, label, base, organization, user, author, key, nearness, how)
                VALUES (:at, :account, :label, :base, :organization, :user, :author, :key, :nearness, :how)",
            named_params! {
                ":at": now(), ":account": owner.account, ":label": owner.label, ":base": owner.base,
                ":organization": owner.organization, ":user": owner.user, ":author": owner.author, ":key": key.0,
                ":nearness": nearness_word(*nearness), ":how": reminded_word(*how),
            },
        )?;
    }
    transaction.commit()
}

pub(super) fn delete(connection: &mut Connection, reminders: &[Reminder]) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    for Reminder { owner, key, nearness, how } in reminders {
        let delete =
            "DELETE FROM reminder WHERE account = ?1 AND base = ?2 AND key = ?3 AND nearness = ?4 AND how = ?5";
        let (nearness, how) = (nearness_word(*nearness), reminded_word(*how));
        transaction.execute(delete, params![owner.account, owner.base, key.0, nearness, how])?;
    }
    transaction.commit()
}
