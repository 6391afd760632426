//! How input is to be read.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::civil::Date;

use crate::conversation::chat::Templates;
use crate::conversation::table::{Mapping, Sessions};
use crate::conversation::{Millis, Survey, Zone};

use super::format::Format;
use super::unsaid::Unsaid;

/// How input is to be read. The default recognises everything by itself.
#[derive(Debug, Clone)]
pub struct InputOptions {
    /// The format of all files; `None`: by name, else by the first character.
    pub format: Option<Format>,
    /// The encoding of all files, as a label such as `gb18030`; `None`: recognised.
    pub encoding: Option<String>,
    /// How many times its size a compressed file may unpack to; `None`: no bound.
    pub max_ratio: Option<u32>,
    /// Names of columns and words for roles, beside those that are known.
    pub mapping: Mapping,
    /// The sheet of workbooks that is read; `None`: the one that has the columns.
    pub sheet: Option<String>,
    /// How the rows of tables are parted into conversations; `None`: by their ids.
    pub sessions: Option<Arc<Sessions>>,
    /// How the lines of plain chat exports are read; `None`: by the preset that they fit.
    pub templates: Option<Templates>,
    /// How plain chat exports without ids are parted where `sessions` does not say.
    pub chat_sessions: Arc<Sessions>,
    /// The day of times in chat exports that tell none.
    pub day: Option<Date>,
    /// Where it is noted how files are understood; `None`: nowhere.
    pub survey: Option<Arc<Survey>>,
    /// How the rows of a table lie.
    pub rows: RowOrder,
    /// Where rows that do not fit in memory are put; `None`: the system's folder.
    pub temp_dir: Option<PathBuf>,
    /// What the files do not say of their conversations.
    pub unsaid: Arc<Unsaid>,
    /// How many bytes of rows are held in memory at once.
    pub row_memory: usize,
    /// How many bytes of lines make a chunk.
    pub chunk_bytes: usize,
}

/// A silence after which another conversation begins.
const HALF_AN_HOUR: Millis = 30 * 60 * 1_000;

/// How the rows of a table lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RowOrder {
    /// Rows of one conversation may stand anywhere in the file.
    #[default]
    Scattered,
    /// Rows of one conversation stand together: read as a stream, nothing is put aside.
    Grouped,
}

impl Default for InputOptions {
    fn default() -> InputOptions {
        InputOptions {
            format: None,
            encoding: None,
            max_ratio: Some(200),
            mapping: Mapping::default(),
            sheet: None,
            sessions: None,
            templates: None,
            chat_sessions: Arc::new(Sessions::by_id(HALF_AN_HOUR, Zone::default())),
            day: None,
            survey: None,
            rows: RowOrder::Scattered,
            temp_dir: None,
            unsaid: Arc::default(),
            row_memory: 64 << 20,
            chunk_bytes: 1 << 20,
        }
    }
}
