//! Changes of keys in the file, and what is noted of keys.

use keybearer_core::{
    journal::{AskedChange, ChangeId, ChangeOutcome, NewChange, NoteField, NotedKey, Notes, PastChange},
    key::{Key, KeyId, Owner},
};
use rusqlite::{Connection, Row, named_params, params};

use super::rows::{instant, kind, kind_word, now, outcome_of, outcome_word, owner};

pub(super) fn begin(connection: &Connection, change: &NewChange) -> rusqlite::Result<ChangeId> {
    let NewChange { owner, kind, key, name, asked } = change;
    let Owner { account, label, base, organization, user, author } = owner;
    let (what, new_name) = written(asked);
    connection.execute(
        "INSERT INTO change
            (at, account, label, base, organization, user, author, kind, key, name, what, new_name, outcome)
            VALUES (:at, :account, :label, :base, :organization, :user, :author, :kind, :key, :name, :what, :new_name,
                :outcome)",
        named_params! {
            ":at": now(), ":account": account, ":label": label, ":base": base, ":organization": organization,
            ":user": user, ":author": author, ":kind": kind_word(*kind), ":key": key.0, ":name": name, ":what": what,
            ":new_name": new_name, ":outcome": outcome_word(ChangeOutcome::Asked),
        },
    )?;
    Ok(ChangeId(connection.last_insert_rowid()))
}

pub(super) fn end(connection: &Connection, id: ChangeId, outcome: ChangeOutcome) -> rusqlite::Result<()> {
    let update = "UPDATE change SET outcome = ?2, ended_at = ?3 WHERE id = ?1";
    connection.execute(update, params![id.0, outcome_word(outcome), now()]).map(drop)
}

pub(super) fn past(connection: &Connection, key: Option<&KeyId>) -> rusqlite::Result<Vec<PastChange>> {
    let mut select = connection.prepare("SELECT * FROM change WHERE ?1 IS NULL OR key = ?1 ORDER BY id")?;
    let rows = select.query_map([key.map(|key| &key.0)], |row| {
        Ok(PastChange {
            owner: owner(row)?,
            kind: kind(row)?,
            key: KeyId(row.get("key")?),
            name: row.get("name")?,
            asked: asked(row)?,
            // One not known here says nothing for sure.
            outcome: outcome_of(&row.get::<_, String>("outcome")?).unwrap_or(ChangeOutcome::Doubtful),
            at: instant(&row.get::<_, String>("at")?),
            ended: row.get::<_, Option<String>>("ended_at")?.map(|at| instant(&at)),
        })
    })?;
    rows.collect()
}

fn written(asked: &AskedChange) -> (&'static str, Option<&str>) {
    match asked {
        AskedChange::Rename(name) => ("rename", Some(name)),
        AskedChange::Deactivate => ("deactivate", None),
        AskedChange::Activate => ("activate", None),
        AskedChange::Archive => ("archive", None),
    }
}

fn asked(row: &Row<'_>) -> rusqlite::Result<Result<AskedChange, String>> {
    let word: String = row.get("what")?;
    Ok(match (word.as_str(), row.get::<_, Option<String>>("new_name")?) {
        ("rename", Some(name)) => Ok(AskedChange::Rename(name)),
        ("deactivate", _) => Ok(AskedChange::Deactivate),
        ("activate", _) => Ok(AskedChange::Activate),
        ("archive", _) => Ok(AskedChange::Archive),
        _ => Err(word),
    })
}

pub(super) fn note(
    connection: &Connection,
    owner: &Owner,
    key: &Key,
    field: NoteField,
    text: &str,
) -> rusqlite::Result<()> {
    let Owner { account, label, base, organization, user, author } = owner;
    let column = match field {
        NoteField::Purpose => "purpose",
        NoteField::Owner => "owner",
        NoteField::Ticket => "ticket",
    };
    let upsert = format!(
        "INSERT INTO note
            (base, key_organization, key, at, account, label, organization, user, author, kind, name, {column})
            VALUES (:base, :key_organization, :key, :at, :account, :label, :organization, :user, :author, :kind, :name,
                :text)
            ON CONFLICT DO UPDATE SET at = excluded.at, account = excluded.account, label = excluded.label,
                organization = excluded.organization, user = excluded.user, author = excluded.author,
                name = excluded.name, {column} = excluded.{column}"
    );
    let values = named_params! {
        ":base": base, ":key_organization": key.organization, ":key": key.id.0, ":at": now(), ":account": account,
        ":label": label, ":organization": organization, ":user": user, ":author": author, ":kind": kind_word(key.kind),
        ":name": key.name, ":text": text,
    };
    connection.execute(&upsert, values).map(drop)
}

pub(super) fn notes(connection: &Connection, base: Option<&str>) -> rusqlite::Result<Vec<NotedKey>> {
    let mut select = connection.prepare("SELECT * FROM note WHERE base = ?1 OR ?1 IS NULL ORDER BY at")?;
    let rows = select.query_map(params![base], |row| {
        Ok(NotedKey {
            // Who noted it, rather than who answers for the key.
            owner: owner(row)?,
            kind: kind(row)?,
            key: KeyId(row.get("key")?),
            organization: row.get("key_organization")?,
            name: row.get("name")?,
            notes: Notes { purpose: row.get("purpose")?, owner: row.get("owner")?, ticket: row.get("ticket")? },
            at: instant(&row.get::<_, String>("at")?),
        })
    })?;
    rows.collect()
}
