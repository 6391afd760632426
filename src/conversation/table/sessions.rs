//! Conversations of tables that have no ids: the rows of one customer of one shop, parted where nobody wrote for long.

use thiserror::Error;

use crate::conversation::time::duration;
use crate::conversation::{Millis, Zone};

use super::column::Column;

/// What stands between the parts of an id that is made.
const BETWEEN: char = '/';

/// How the rows of a table are parted into conversations where it has no ids.
#[derive(Debug, Clone)]
pub struct Sessions {
    by: Vec<Column>,
    gap: Millis,
    zone: Zone,
}

/// What is wrong with the way in which rows are to be parted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SessionsError {
    /// No field, or one that tells nobody apart.
    #[error("`{field}` parts no sessions; give one or more of {}", fields())]
    UnknownField {
        /// The name given.
        field: String,
    },
    /// No duration.
    #[error("`{gap}` is no time; write it like 90s, 30m or 2h")]
    NotAGap {
        /// What was given.
        gap: String,
    },
}

impl SessionsError {
    /// A code that stays the same across versions.
    pub fn code(&self) -> &'static str {
        match self {
            SessionsError::UnknownField { .. } => "unknown-session-field",
            SessionsError::NotAGap { .. } => "not-a-gap",
        }
    }
}

/// Fields whose values tell conversations apart.
const FIELDS: [Column; 8] = [
    Column::Shop,
    Column::Customer,
    Column::Channel,
    Column::Queue,
    Column::Source,
    Column::Agent,
    Column::AgentName,
    Column::AgentTeam,
];

fn fields() -> String {
    FIELDS.map(Column::as_str).join(", ")
}

impl Sessions {
    /// Reads `shop,customer` and `30m`. `zone`: that of times without an offset.
    pub fn parse(by: &str, gap: &str, zone: Zone) -> Result<Sessions, SessionsError> {
        let mut columns = Vec::new();
        for field in by.split(',').map(str::trim).filter(|field| !field.is_empty()) {
            let known = Column::from_word(field).filter(|column| FIELDS.contains(column));
            let column =
                known.ok_or_else(|| SessionsError::UnknownField { field: field.chars().take(32).collect() })?;
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
        if columns.is_empty() {
            return Err(SessionsError::UnknownField { field: String::new() });
        }
        let gap = gap.trim();
        let millis = duration(gap).ok_or_else(|| SessionsError::NotAGap { gap: gap.chars().take(32).collect() })?;
        Ok(Sessions { by: columns, gap: millis, zone })
    }

    /// How chat exports are parted, which have no ids: `30m`, as in [`Sessions::parse`].
    pub fn of_chats(gap: &str, zone: Zone) -> Result<Sessions, SessionsError> {
        let gap = gap.trim();
        let millis = duration(gap).ok_or_else(|| SessionsError::NotAGap { gap: gap.chars().take(32).collect() })?;
        Ok(Sessions::by_id(millis, zone))
    }

    /// Parts what is one by its id, such as all that one customer wrote in a chat export.
    pub(in crate::conversation) fn by_id(gap: Millis, zone: Zone) -> Sessions {
        Sessions { by: vec![Column::Id], gap, zone }
    }

    /// By the names of which fields, and after how long a silence; no fields: by the customer of a chat.
    pub(in crate::conversation) fn told(&self) -> (Vec<&'static str>, Millis) {
        let fields = self.by.iter().filter(|column| **column != Column::Id);
        (fields.map(|column| column.as_str()).collect(), self.gap)
    }

    /// The fields that every row must have.
    pub(super) fn by(&self) -> &[Column] {
        &self.by
    }

    pub(super) fn zone(&self) -> &Zone {
        &self.zone
    }

    /// What the rows of one customer have in common. A sign that parts the values is another one in them.
    pub(super) fn key<'v>(values: impl Iterator<Item = &'v str>) -> String {
        let mut key = String::new();
        for (index, value) in values.enumerate() {
            if index > 0 {
                key.push(BETWEEN);
            }
            key.extend(value.chars().map(|one| if one == BETWEEN { '\u{FF0F}' } else { one }));
        }
        key
    }

    /// The id of the conversation of a key that began then: the same for the same rows, wherever they stand.
    pub(super) fn id(&self, key: &str, began: Option<Millis>) -> String {
        match began {
            Some(began) => format!("{key}{BETWEEN}{}", self.zone.written(began)),
            None => key.to_owned(),
        }
    }

    /// Orders the rows of a key by their times and parts them: groups of indices into `times`. A row without a time stays behind
    /// the one before it.
    pub(super) fn parted(&self, times: &[Option<Millis>]) -> Vec<Vec<usize>> {
        let first = times.iter().flatten().next().copied();
        let known = times.iter().scan(first, |latest, time| {
            *latest = time.or(*latest);
            Some(*latest)
        });
        let mut ordered: Vec<(Option<Millis>, usize)> = known.zip(0..).collect();
        ordered.sort_unstable();
        let far = |one: &(Option<Millis>, usize), next: &(Option<Millis>, usize)| {
            one.0.zip(next.0).is_some_and(|(one, next)| next.saturating_sub(one) > self.gap)
        };
        ordered
            .chunk_by(|one, next| !far(one, next))
            .map(|part| part.iter().map(|(_, index)| *index).collect())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sessions(by: &str, gap: &str) -> Result<Sessions, SessionsError> {
        Sessions::parse(by, gap, Zone::named("Asia/Shanghai").unwrap())
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(sessions("shop,text", "30m").unwrap_err().code(), "unknown-session-field");
        assert_eq!(sessions("", "30m").unwrap_err().code(), "unknown-session-field");
        for gap in ["30", "0s", "m", "1d", "99999999999999999h"] {
            assert_eq!(sessions("shop", gap).unwrap_err().code(), "not-a-gap", "{gap}");
        }
    }

    #[test]
    fn ids_hold_the_values_and_the_first_time() {
        let sessions = sessions("shop,customer", "30m").unwrap();
        let key = Sessions::key(["云杉/家居", "c1"].into_iter());
        assert_eq!(key, "云杉／家居/c1");
        assert_eq!(sessions.id(&key, Some(1_520_215_200_000)), "云杉／家居/c1/2018-03-05T10:00:00+08:00");
        assert_eq!(sessions.id("c1", None), "c1");
    }

    #[test]
    fn rows_are_parted_where_nobody_wrote_for_long() {
        let sessions = sessions("customer", "10s").unwrap();
        let at = |seconds: i64| Some(seconds * 1_000);
        assert_eq!(sessions.parted(&[at(0), at(10), at(21)]), [vec![0, 1], vec![2]]);
        assert_eq!(sessions.parted(&[at(30), at(0), None, at(5)]), [vec![1, 2, 3], vec![0]]);
        assert_eq!(sessions.parted(&[None, at(50), at(50), at(10)]), [vec![3], vec![0, 1, 2]]);
        assert_eq!(sessions.parted(&[None, None]), [vec![0, 1]]);
    }

    proptest! {
        #[test]
        fn each_row_is_in_one_part_and_parts_are_apart(
            times in proptest::collection::vec(proptest::option::weighted(0.9, 0..200_000_i64), 1..40),
        ) {
            let sessions = sessions("customer", "10s").unwrap();
            let parts = sessions.parted(&times);
            let mut all: Vec<usize> = parts.concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..times.len()).collect::<Vec<_>>());
            let known = |part: &Vec<usize>| part.iter().filter_map(|&index| times[index]).collect::<Vec<_>>();
            for pair in parts.windows(2) {
                let (before, after) = (known(&pair[0]), known(&pair[1]));
                prop_assert!(after.iter().min().unwrap() - before.iter().max().unwrap() > 10_000);
            }
            for part in &parts {
                let known = known(part);
                prop_assert!(known.windows(2).all(|pair| (0..=10_000).contains(&(pair[1] - pair[0]))));
            }
        }
    }
}
