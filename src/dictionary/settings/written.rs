//! `zhijian.toml` as it is written, for the JSON Schema that editors complete and check with.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::dictionary::written::ParameterValue;

/// Settings for zhijian (`zhijian.toml`).
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "zhijian.toml")]
pub struct SettingsFile {
    /// Version of the form: 1.
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// What every run uses unless a flag or the environment says otherwise.
    #[serde(default)]
    pub options: OptionsTable,
    /// How files are read, and what they do not say; the first whose `files` match holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub export: Vec<ExportTable>,
    /// What holds for which conversations; the first whose conditions all hold.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profile: Vec<ProfileTable>,
}

/// What every run uses; the names are those of the flags.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct OptionsTable {
    /// The zone of times without an offset, and of days.
    #[schemars(with = "String")]
    pub time_zone: Option<String>,
    /// Use nothing but `dictionaries`.
    #[schemars(with = "bool")]
    pub no_built_in: Option<bool>,
    /// The rulebook of the preview; `none`: no preview.
    #[schemars(with = "String")]
    pub rulebook: Option<String>,
    /// The source of conversations that name none.
    #[schemars(with = "String")]
    pub source: Option<String>,
    /// The day of conversations that do not say when they began (YYYY-MM-DD).
    #[schemars(with = "String", regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    pub day: Option<String>,
    /// Threads that screen.
    #[schemars(with = "u32", range(min = 1, max = 1024))]
    pub threads: Option<u32>,
    /// Write every conversation, not only those with a candidate or a signal.
    #[schemars(with = "bool")]
    pub all: Option<bool>,
    /// Stop at the first bad row.
    #[schemars(with = "bool")]
    pub strict: Option<bool>,
    /// Where rows of large tables are put aside, from the folder of this file on.
    #[schemars(with = "String")]
    pub temp_dir: Option<String>,
    /// How many times its size a compressed file may unpack to; 0: no bound.
    #[schemars(with = "u32")]
    pub max_ratio: Option<u32>,
    /// Folders of dictionaries, from the folder of this file on.
    #[schemars(with = "Texts")]
    pub dictionaries: Option<Texts>,
    /// Parameters of rules: `"slow-response.limit" = "60s"`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Setting>,
    /// Rules to turn on.
    #[schemars(with = "Texts")]
    pub enable: Option<Texts>,
    /// Rules to turn off; `*`: all that are not turned on by name.
    #[schemars(with = "Texts")]
    pub disable: Option<Texts>,
}

/// The value of a parameter, or the parameters of a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Setting {
    /// The value.
    Value(ParameterValue),
    /// The parameters.
    Parameters(BTreeMap<String, Setting>),
}

/// One text, or several.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Texts {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

/// How files are read, and what they do not say.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct ExportTable {
    /// Patterns of file names, or of the last parts of paths: `京东/*.csv`. Absent: all files.
    #[schemars(with = "Texts")]
    pub files: Option<Texts>,
    /// The encoding.
    #[schemars(with = "String")]
    pub encoding: Option<String>,
    /// The format.
    #[schemars(with = "String")]
    pub format: Option<String>,
    /// How messages begin in plain chat exports: presets, or line templates such as `{speaker} ({time}):{text}`.
    pub template: Option<Texts>,
    /// The sheet of workbooks.
    #[schemars(with = "String")]
    pub sheet: Option<String>,
    /// Which column is which field.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub map: BTreeMap<String, String>,
    /// More words for roles.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub role_words: BTreeMap<String, Texts>,
    /// Whose rows belong together, where there are no ids.
    #[schemars(with = "Texts")]
    pub session_by: Option<Texts>,
    /// After how long a silence another conversation begins.
    #[schemars(with = "String", regex(pattern = "^[0-9]+[smh]$"))]
    pub session_gap: Option<String>,
    /// Rows of one conversation stand together.
    #[schemars(with = "bool")]
    pub grouped: Option<bool>,
    /// The source of conversations that name none.
    #[schemars(with = "String")]
    pub source: Option<String>,
    /// The shop of conversations that name none.
    #[schemars(with = "String")]
    pub shop: Option<String>,
    /// The channel of conversations that name none.
    #[schemars(with = "String")]
    pub channel: Option<String>,
    /// The queue of conversations that name none.
    #[schemars(with = "String")]
    pub queue: Option<String>,
}

/// What holds for some conversations.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProfileTable {
    /// Its name.
    #[schemars(length(min = 1))]
    pub name: String,
    /// Any of these shops; `*` stands for anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Texts")]
    pub shop: Option<Texts>,
    /// Any of these channels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Texts")]
    pub channel: Option<Texts>,
    /// Any of these queues.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Texts")]
    pub queue: Option<Texts>,
    /// Any of these teams of the agent in charge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Texts")]
    pub team: Option<Texts>,
    /// The packs that are used; absent: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Texts")]
    pub packs: Option<Texts>,
    /// The rulebook of the preview; `none`: no preview.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub rulebook: Option<String>,
    /// The source of conversations that name none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub source: Option<String>,
    /// Rules to turn on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Texts")]
    pub enable: Option<Texts>,
    /// Rules to turn off; `*`: all that are not turned on by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Texts")]
    pub disable: Option<Texts>,
    /// Parameters of rules: `"slow-response.limit" = "60s"`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, Setting>,
    /// Wording to use instead, by rule and term.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub suggestions: BTreeMap<String, BTreeMap<String, String>>,
    /// Texts that a machine sends as the agent; `*` stands for anything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Texts")]
    pub auto_replies: Option<Texts>,
    /// Whether the conversations are telephone calls, whatever their channel is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "bool")]
    pub telephone: Option<bool>,
    /// When the clocks run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "HoursTable")]
    pub hours: Option<HoursTable>,
}

/// Service hours.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct HoursTable {
    /// The zone of the times of day.
    #[schemars(with = "String")]
    pub zone: Option<String>,
    /// Shifts of the days of the week.
    pub weekly: Vec<WeeklyShift>,
    /// Days without service: `2018-12-30`, or the first and the last, `2018-10-01..2018-10-07`.
    #[schemars(with = "Texts")]
    pub closed: Option<Texts>,
    /// Shifts of single days; they beat both for their day.
    pub extra: Vec<ExtraShift>,
}

/// A shift of some days of the week.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WeeklyShift {
    /// `mon` to `sun`, or `mon-fri`.
    pub days: Texts,
    /// When it begins.
    #[schemars(regex(pattern = "^[0-9]{1,2}:[0-9]{2}$"))]
    pub from: String,
    /// When it ends; where that is not later, on the next day.
    #[schemars(regex(pattern = "^[0-9]{1,2}:[0-9]{2}$"))]
    pub to: String,
}

/// A shift of one day.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExtraShift {
    /// The day.
    #[schemars(regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    pub day: String,
    /// When it begins.
    #[schemars(regex(pattern = "^[0-9]{1,2}:[0-9]{2}$"))]
    pub from: String,
    /// When it ends; where that is not later, on the next day.
    #[schemars(regex(pattern = "^[0-9]{1,2}:[0-9]{2}$"))]
    pub to: String,
}

/// The JSON Schema of settings files, as committed in `docs/schema/settings.schema.json`.
pub fn schema() -> String {
    let schema = schemars::schema_for!(SettingsFile);
    // A schema is a tree of strings and numbers, which always prints.
    serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::{env, fs};

    use super::super::{Settings, export, hours, profile, reader};
    use super::*;

    const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/schema/settings.schema.json");

    #[test]
    fn committed_schema_is_the_generated_one() -> std::io::Result<()> {
        if env::var_os("ZHIJIAN_BLESS").is_some() {
            fs::write(COMMITTED, schema())?;
        }
        let committed = fs::read_to_string(COMMITTED).unwrap_or_default().replace("\r\n", "\n");
        assert_eq!(committed, schema(), "refresh it with: ZHIJIAN_BLESS=1 cargo test --lib schema");
        Ok(())
    }

    fn names(value: &serde_json::Value) -> BTreeSet<&str> {
        value["properties"].as_object().map(|all| all.keys().map(String::as_str).collect()).unwrap_or_default()
    }

    #[test]
    fn schema_and_reader_know_the_same_keys() -> serde_json::Result<()> {
        let schema: serde_json::Value = serde_json::from_str(&schema())?;
        let of = |keys: &[&'static str]| keys.iter().copied().collect::<BTreeSet<_>>();
        let table = |name: &str| names(&schema["$defs"][name]);
        assert_eq!(names(&schema), of(reader::KEYS));
        assert_eq!(table("OptionsTable"), reader::option_keys().collect());
        assert_eq!(table("ExportTable"), of(&[export::TEXTS, export::OTHERS].concat()));
        assert_eq!(table("ProfileTable"), of(&[profile::OTHERS, &Settings::CONDITIONS].concat()));
        assert_eq!(table("HoursTable"), of(hours::KEYS));
        assert_eq!(table("WeeklyShift"), of(hours::WEEKLY_KEYS));
        assert_eq!(table("ExtraShift"), of(hours::EXTRA_KEYS));
        Ok(())
    }

    #[test]
    fn written_form_takes_what_the_reader_takes() -> Result<(), toml::de::Error> {
        let written: SettingsFile = toml::from_str(super::super::tests::WHOLE)?;
        assert_eq!((written.export.len(), written.profile.len()), (2, 2));
        let (_, problems) = Settings::read("zhijian.toml", super::super::tests::WHOLE.as_bytes());
        assert_eq!(problems, []);
        Ok(())
    }
}
