//! Which cell of a row is what, found from the line of column names.

use std::sync::Arc;

use crate::conversation::{Clock, InputError, mask_numbers};

use super::column::Column;
use super::mapping::Mapping;
use super::vocabulary::{BUILT_IN, column_name};

/// Which cell of a row is what.
#[derive(Debug)]
pub(super) struct Layout {
    positions: [Option<usize>; Column::COUNT],
    names: Vec<String>,
}

impl Layout {
    /// Finds the columns. Those given by a mapping come first; of several that are known for one
    /// field, the one that stands first in the dictionary, and of equal ones the leftmost. `needed`: columns that must be there.
    pub(super) fn of(
        names: Vec<String>,
        mapping: &Mapping,
        needed: &[Column],
        file: &Arc<str>,
        line: u64,
    ) -> Result<Layout, InputError> {
        let compared: Vec<_> = names.iter().map(|name| column_name(name)).collect();
        let at = |name: &str| compared.iter().position(|column| column == name);
        let mut positions = [None; Column::COUNT];
        let mut missing = Vec::new();
        for column in Column::ALL.iter().copied() {
            let given = mapping.column(column);
            let found = match given {
                Some(name) => at(name),
                None => known_names(column).find_map(at),
            };
            positions[column.index()] = found;
            let is_needed = needed.contains(&column);
            let is_asked_for = given.is_some_and(|name| !name.is_empty());
            if found.is_none() && (is_needed || is_asked_for) {
                missing.push(column);
            }
        }
        let layout = Layout { positions, names };
        if missing.is_empty() {
            let twice = |at: &usize| compared[at + 1..].contains(&compared[*at]);
            return match positions.iter().flatten().find(|at| twice(at)) {
                None => Ok(layout),
                Some(&at) => {
                    Err(InputError::DuplicateColumn { file: Arc::clone(file), line, name: shown(&layout.names[at]) })
                }
            };
        }
        // Time can be done without, but who has to say which column is which should not forget it.
        if layout.position(Column::Time).is_none()
            && mapping.column(Column::Time).is_none()
            && !missing.contains(&Column::Time)
        {
            missing.push(Column::Time);
        }
        let file = Arc::clone(file);
        // A file without names has a message here: nothing of it may be shown.
        if layout.names.iter().any(|name| looks_like_data(name, mapping)) {
            return Err(InputError::MissingHeader { file, line });
        }
        Err(InputError::MissingColumns {
            file,
            line,
            suggestion: layout.suggestion(&missing, needed, mapping),
            found: layout.names.iter().map(|name| shown(name)).collect(),
            missing: missing.iter().map(|column| named(*column, mapping)).collect(),
        })
    }

    /// How many cells a row has.
    pub(super) fn width(&self) -> usize {
        self.names.len()
    }

    /// What a cell of a row is read as, if it is.
    pub(super) fn field(&self, at: usize) -> Option<&'static str> {
        let mut all = Column::ALL.iter();
        all.find(|column| self.position(**column) == Some(at)).map(|column| column.as_str())
    }

    /// Which cell of a row this is, if the table has it.
    pub(super) fn position(&self, column: Column) -> Option<usize> {
        self.positions[column.index()]
    }

    /// The name of a column as it stands in the file, fit to be shown.
    pub(super) fn name(&self, column: Column) -> String {
        match self.position(column).and_then(|at| self.names.get(at)) {
            Some(name) => shown(name),
            None => column.as_str().to_owned(),
        }
    }

    /// A mapping of the missing columns to columns that nothing else is read from: those with a
    /// similar name, else, of columns that must be there, those that come next. A column for which
    /// none is left is left out; what was given and is there is kept.
    fn suggestion(&self, missing: &[Column], needed: &[Column], mapping: &Mapping) -> String {
        // Only what can be pasted as it is shown.
        let can_be_given = |name: &str| !name.is_empty() && shown(name) == name && !name.contains([',', '\'']);
        let mut free: Vec<usize> = (0..self.names.len())
            .filter(|at| !self.positions.contains(&Some(*at)) && can_be_given(self.names[*at].trim()))
            .collect();
        let mut chosen: Vec<Option<usize>> = Vec::new();
        for column in missing.iter().copied() {
            let similar = free.iter().position(|at| {
                let name = column_name(&self.names[*at]);
                known_names(column).any(|known| name.contains(known))
            });
            chosen.push(similar.map(|at| free.remove(at)));
        }
        for (column, chosen) in missing.iter().zip(&mut chosen) {
            if chosen.is_none() && *column != Column::Time && needed.contains(column) && !free.is_empty() {
                *chosen = Some(free.remove(0));
            }
        }
        let chosen = missing.iter().zip(chosen).filter_map(|(column, at)| Some((column, at?)));
        let chosen: Vec<_> = chosen.map(|(column, at)| (*column, at)).collect();
        if chosen.is_empty() {
            return String::new();
        }
        let is_given = |column: &Column| mapping.column(*column).is_some();
        let kept = Column::ALL.iter().filter(|column| is_given(column));
        let kept = kept.filter_map(|column| Some((*column, self.position(*column)?)));
        let parts = kept.chain(chosen).map(|(column, at)| format!("{}={}", column.as_str(), shown(&self.names[at])));
        parts.collect::<Vec<_>>().join(",")
    }
}

/// Whether the first line of a text names columns: at least two that are needed are known.
pub(in crate::conversation) fn is_line_of_names(line: &str, mapping: &Mapping) -> bool {
    let line = line.trim_start_matches('\u{FEFF}');
    let names: Vec<_> = line.split([',', '\t', ';']).map(|name| column_name(name.trim_matches(['"', ' ']))).collect();
    let has = |column: Column| {
        let given = mapping.column(column);
        let known = known_names(column).any(|known| names.iter().any(|name| name == known));
        given.map_or(known, |given| names.iter().any(|name| name == given))
    };
    names.len() > 1
        && [Column::Id, Column::Role, Column::Text, Column::Time, Column::Customer]
            .into_iter()
            .filter(|column| has(*column))
            .count()
            >= 2
}

/// A missing column, with the name under which it was looked for in vain.
fn named(column: Column, mapping: &Mapping) -> String {
    match mapping.column(column).filter(|name| !name.is_empty()) {
        Some(name) => format!("{} (`{name}` is not there)", column.as_str()),
        None => column.as_str().to_owned(),
    }
}

pub(super) fn known_names(column: Column) -> impl Iterator<Item = &'static str> {
    let known = BUILT_IN.columns.iter();
    known.filter(move |known| known.0 == column).map(|known| known.1.as_str())
}

fn looks_like_data(name: &str, mapping: &Mapping) -> bool {
    let name = name.trim();
    let is_number = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    let is_column = BUILT_IN.columns.iter().any(|known| known.1 == column_name(name));
    is_number || Clock::parse(name).is_some() || (mapping.role(name).is_some() && !is_column)
}

/// A name of a column as it is shown; what is too long for one may be a message.
fn shown(name: &str) -> String {
    let name = name.trim();
    let length = name.chars().count();
    if length > if name.is_ascii() { 20 } else { 8 } {
        return format!("({length} characters)");
    }
    mask_numbers(name).escape_debug().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(names: &str, columns: &str) -> Result<Layout, InputError> {
        let mapping = Mapping::parse(columns, "").unwrap();
        let names = names.split(',').map(str::to_owned).collect();
        Layout::of(names, &mapping, &Column::NEEDED, &"f.csv".into(), 1)
    }

    #[test]
    fn usual_names_are_known() {
        for names in [
            "会话ID,发送时间,发送方,消息内容",
            "\u{FEFF}conversation_id,Send Time,role,text",
            "Session-ID,time,sender,content",
        ] {
            let layout = layout(names, "").unwrap();
            let fields = [Column::Id, Column::Time, Column::Role, Column::Text];
            let found = fields.map(|column| layout.position(column));
            assert_eq!(found, [Some(0), Some(1), Some(2), Some(3)], "{names}");
        }
    }

    #[test]
    fn the_preferred_name_wins_and_a_mapping_before_it() {
        let names = "id,内容,会话ID,消息内容,角色";
        let plain = layout(names, "").unwrap();
        assert_eq!(plain.position(Column::Id), Some(2));
        assert_eq!(plain.position(Column::Text), Some(3));
        let mapped = layout(names, "text=内容,id=ID").unwrap();
        assert_eq!(mapped.position(Column::Id), Some(0));
        assert_eq!(mapped.position(Column::Text), Some(1));
    }

    #[test]
    fn what_is_missing_comes_with_a_mapping_to_paste() {
        let error = layout("单号,谁说的,消息内容(原文),时间", "").unwrap_err();
        assert_eq!(error.code(), "missing-columns");
        let text = error.to_string();
        assert!(text.contains("id, role, text"), "{text}");
        assert!(text.contains("--map 'id=单号,role=谁说的,text=消息内容(原文)'"), "{text}");
        let error = layout("会话ID,角色,内容", "time=何时").unwrap_err();
        assert_eq!(error.code(), "missing-columns");
        assert!(!error.to_string().contains("--map '"), "{error}");
    }

    #[test]
    fn a_name_given_in_vain_is_named_and_the_others_are_kept() {
        let error = layout("单号,谁,说了什么,何时", "id=nix,role=谁,text=说了什么").unwrap_err();
        let text = error.to_string();
        assert!(text.contains("no column for id (`nix` is not there), time"), "{text}");
        assert!(text.contains("--map 'role=谁,text=说了什么,id=单号"), "{text}");
    }

    #[test]
    fn time_is_mentioned_and_only_columns_that_are_there_are_suggested() {
        let text = |names: &str| layout(names, "").unwrap_err().to_string();
        let similar = text("单号,谁说的,消息内容(原文),发出的时间");
        assert!(similar.contains("no column for id, role, text, time;"), "{similar}");
        assert!(similar.contains("--map 'id=单号,role=谁说的,text=消息内容(原文),time=发出的时间'"), "{similar}");
        // What is left may be anything: it is not taken for a time.
        let unlike = text("会话ID,甲,乙,丙");
        assert!(unlike.contains("no column for role, text, time;"), "{unlike}");
        assert!(unlike.contains("--map 'role=甲,text=乙'"), "{unlike}");
        assert!(unlike.contains("without time no wait is judged"), "{unlike}");
        let few = text("单号,说");
        assert!(few.contains("--map 'id=单号,role=说'") && !few.contains('…'), "{few}");
        let long = text("会话ID,这一列的名字长得超过了二十个字所以不显示出来,谁");
        assert!(long.contains("--map 'role=谁'"), "{long}");
        let none = text("会话ID,时间");
        assert!(none.contains("no column for role, text;") && !none.contains("--map '"), "{none}");
        let unread = layout("会话ID,甲", "time=").unwrap_err().to_string();
        assert!(!unread.contains("time"), "{unread}");
    }

    #[test]
    fn data_in_place_of_names_is_not_shown() {
        for names in ["c1,客户,我的电话,2018-03-05 10:00", "1001,秘密,秘密", "a,BUYER小王,买家 ,秘密,2"]
        {
            let error = layout(names, "").unwrap_err();
            assert_eq!(error.code(), "missing-header", "{names}");
            assert!(!error.to_string().contains("秘密"));
        }
    }
}
