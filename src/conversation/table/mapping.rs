//! Names of columns and words for roles that a shop uses, beside those that are known.

use thiserror::Error;

use crate::conversation::Role;

use super::column::Column;
use super::vocabulary::{BUILT_IN, column_name, word};

/// Names of columns and words for roles, as given by `--map` and `--role-words`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapping {
    columns: Vec<(Column, String)>,
    roles: Vec<(String, Role)>,
}

/// What is wrong with a mapping.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum MappingError {
    /// Not `field=column,…`.
    #[error("`{part}` is no mapping; write --map role=发送方,text=内容")]
    NotAMapping {
        /// The part between commas.
        part: String,
    },
    /// No field of that name.
    #[error("there is no field `{field}`; the fields are {}", fields())]
    UnknownField {
        /// The name given.
        field: String,
    },
    /// A field mapped twice.
    #[error("`{field}` is mapped twice; keep one of them")]
    MappedTwice {
        /// The field.
        field: &'static str,
    },
    /// Not `role=word|word,…`.
    #[error("`{part}` gives no words; write --role-words agent=小二|店小二,customer=亲")]
    NotRoleWords {
        /// The part between commas.
        part: String,
    },
    /// No role of that name.
    #[error("there is no role `{role}`; the roles are {}", Role::ALL.map(Role::as_str).join(", "))]
    UnknownRole {
        /// The name given.
        role: String,
    },
}

impl MappingError {
    /// A code that stays the same across versions.
    pub fn code(&self) -> &'static str {
        match self {
            MappingError::NotAMapping { .. } => "not-a-mapping",
            MappingError::UnknownField { .. } => "unknown-field",
            MappingError::MappedTwice { .. } => "mapped-twice",
            MappingError::NotRoleWords { .. } => "not-role-words",
            MappingError::UnknownRole { .. } => "unknown-role",
        }
    }
}

fn fields() -> String {
    let names: Vec<_> = Column::ALL.iter().map(|column| column.as_str()).collect();
    names.join(", ")
}

impl Mapping {
    /// Reads `field=column,…` (a field without a column, as in `kind=`, is not read) and
    /// `role=word|word,…`; either may be empty.
    pub fn parse(columns: &str, role_words: &str) -> Result<Mapping, MappingError> {
        let mut mapping = Mapping::default();
        for part in parts(columns) {
            let not = || MappingError::NotAMapping { part: part.to_owned() };
            let (field, column) = part.split_once('=').ok_or_else(not)?;
            mapping.map(field.trim(), column.trim())?;
        }
        for part in parts(role_words) {
            let not = || MappingError::NotRoleWords { part: part.to_owned() };
            let (role, words) = part.split_once('=').ok_or_else(not)?;
            let role = Role::from_word(role.trim())
                .ok_or_else(|| MappingError::UnknownRole { role: role.trim().to_owned() })?;
            for written in words.split('|') {
                let word = word(written);
                if word.is_empty() {
                    return Err(not());
                }
                mapping.roles.push((word, role));
            }
        }
        Ok(mapping)
    }

    /// Columns that are called what they are.
    pub(super) fn of_own_names(columns: &[Column]) -> Mapping {
        let columns = columns.iter().map(|column| (*column, column_name(column.as_str())));
        Mapping { columns: columns.collect(), roles: Vec::new() }
    }

    /// Adds a word for a role.
    pub fn add_word(&mut self, role: &str, written: &str) -> Result<(), MappingError> {
        let known = Role::from_word(role.trim());
        let role = known.ok_or_else(|| MappingError::UnknownRole { role: role.trim().to_owned() })?;
        let word = word(written);
        if word.is_empty() {
            return Err(MappingError::NotRoleWords { part: role.as_str().to_owned() });
        }
        self.roles.push((word, role));
        Ok(())
    }

    /// Columns and words of another mapping, where it has any, in the place of those of this one.
    #[must_use]
    pub fn beaten_by(self, other: Mapping) -> Mapping {
        let columns = if other.columns.is_empty() { self.columns } else { other.columns };
        let roles = if other.roles.is_empty() { self.roles } else { other.roles };
        Mapping { columns, roles }
    }

    /// Says which column is a field; a field whose column is empty is not read.
    pub fn map(&mut self, field: &str, column: &str) -> Result<(), MappingError> {
        let field = match field {
            // The names of the form, besides those of a table.
            "agent.id" => Column::Agent,
            "team" => Column::AgentTeam,
            _ => Column::from_word(field).ok_or_else(|| MappingError::UnknownField { field: field.to_owned() })?,
        };
        if self.column(field).is_some() {
            let field = field.as_str();
            return Err(MappingError::MappedTwice { field });
        }
        self.columns.push((field, column_name(column)));
        Ok(())
    }

    /// The column given for a field, empty if the field is not to be read.
    pub(super) fn column(&self, field: Column) -> Option<&str> {
        let given = self.columns.iter().find(|given| given.0 == field)?;
        Some(&given.1)
    }

    /// Who a word stands for: as given, as known, then by what was given with `*`.
    pub(super) fn role(&self, written: &str) -> Option<Role> {
        // Nearly every cell is spelt as the dictionary does.
        if self.roles.is_empty()
            && let Some(role) = BUILT_IN.roles.get(written)
        {
            return Some(*role);
        }
        let word = word(written);
        self.exact(&word)
            .or_else(|| wild(&self.roles, &word).find(|(pattern, _)| *pattern != "*").map(|found| found.1))
            .or_else(|| self.anybody())
    }

    /// Who speaks under a name: a word for a role, or a name that tells it. `anybody`: whether `*` may stand for it.
    pub(super) fn speaker(&self, name: &str, anybody: Anybody) -> Option<Role> {
        let name = word(name);
        let found = self.exact(&name).or_else(|| {
            let given = wild(&self.roles, &name).filter(|(pattern, _)| *pattern != "*");
            given.chain(wild(&BUILT_IN.speakers, &name)).next().map(|found| found.1)
        });
        found.or_else(|| if anybody == Anybody::MayBeGiven { self.anybody() } else { None })
    }

    fn exact(&self, word: &str) -> Option<Role> {
        let given = self.roles.iter().find(|given| given.0 == *word);
        given.map(|given| given.1).or_else(|| BUILT_IN.roles.get(word).copied())
    }

    /// Whom `*` stands for: those who are nobody else.
    fn anybody(&self) -> Option<Role> {
        self.roles.iter().find(|given| given.0 == "*").map(|given| given.1)
    }
}

/// Whether `*` may stand for a speaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anybody {
    MayBeGiven,
    IsNobody,
}

/// Those of the words with a `*` that a name fits.
fn wild<'w>(words: &'w [(String, Role)], name: &'w str) -> impl Iterator<Item = (&'w str, Role)> {
    let wild = words.iter().filter(|given| given.0.contains('*'));
    wild.filter(|given| fits(&given.0, name)).map(|given| (given.0.as_str(), given.1))
}

/// Whether a name fits a pattern, in which each `*` stands for anything.
fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = name.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

fn parts(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|part| !part.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_words_are_added() {
        let mapping =
            Mapping::parse("role=发送方 类型, text=内容,team=组,kind=", "agent=阿里|Kefu,customer=客服").unwrap();
        assert_eq!(mapping.column(Column::Role), Some("发送方类型"));
        assert_eq!(mapping.column(Column::AgentTeam), Some("组"));
        assert_eq!(mapping.column(Column::Kind), Some(""));
        assert_eq!(mapping.column(Column::Id), None);
        assert_eq!(mapping.role(" KEFU "), Some(Role::Agent));
        assert_eq!(mapping.role("客服"), Some(Role::Customer));
        assert_eq!(mapping.role("Robot"), Some(Role::Bot));
        assert_eq!(mapping.role("谁"), None);
        assert_eq!(Mapping::parse("", "").unwrap(), Mapping::default());
    }

    #[test]
    fn a_star_stands_for_anything_and_alone_for_the_others() {
        let mapping = Mapping::parse("", "customer=*,agent=云杉家居:*|*小柚*|a*b*c").unwrap();
        for (name, role) in [
            ("云杉家居:小柚", Role::Agent),
            ("云杉家居", Role::Customer),
            ("售后小柚子", Role::Agent),
            ("AxBBc", Role::Agent),
            ("abcd", Role::Customer),
            ("系统消息", Role::System),
        ] {
            assert_eq!(mapping.role(name), Some(role), "{name}");
            assert_eq!(mapping.speaker(name, Anybody::MayBeGiven), Some(role), "{name}");
        }
        assert_eq!(mapping.speaker("abcd", Anybody::IsNobody), None);
        let known = Mapping::default();
        assert_eq!(known.speaker("客服小柚", Anybody::IsNobody), Some(Role::Agent));
        assert_eq!(known.role("客服小柚"), None);
        assert!(fits("*", "") && fits("a*", "a") && !fits("a*a", "a") && !fits("a", "ab"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let cases = [
            ("role", "", "not-a-mapping"),
            ("rolle=a", "", "unknown-field"),
            ("role=a,role=b", "", "mapped-twice"),
            ("", "agent", "not-role-words"),
            ("", "agent=a||b", "not-role-words"),
            ("", "seller=a", "unknown-role"),
        ];
        for (columns, words, code) in cases {
            assert_eq!(Mapping::parse(columns, words).unwrap_err().code(), code);
        }
    }
}
