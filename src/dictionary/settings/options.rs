//! The options of one value: names, variables and forms.

/// What an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptionKind {
    /// Any text.
    Text,
    /// A path, from the folder of the file on.
    Path,
    /// A day of the calendar.
    Day,
    /// A whole number between these bounds.
    Integer(u32, u32),
    /// A switch.
    Switch,
}

/// An option of one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionSpec {
    /// Its name: that of the flag without the dashes, and the key in `[options]`.
    pub name: &'static str,
    /// The variable of the environment.
    pub variable: &'static str,
    /// What it takes.
    pub kind: OptionKind,
    /// What holds where nobody says anything; `None`: nothing does.
    pub default: Option<&'static str>,
}

const fn option(
    name: &'static str,
    variable: &'static str,
    kind: OptionKind,
    default: Option<&'static str>,
) -> OptionSpec {
    OptionSpec { name, variable, kind, default }
}

/// All options of one value.
pub const OPTIONS: &[OptionSpec] = &[
    option("time-zone", "ZHIJIAN_TIME_ZONE", OptionKind::Text, Some("Asia/Shanghai")),
    option("no-built-in", "ZHIJIAN_NO_BUILT_IN", OptionKind::Switch, Some("false")),
    option("rulebook", "ZHIJIAN_RULEBOOK", OptionKind::Text, None),
    option("source", "ZHIJIAN_SOURCE", OptionKind::Text, None),
    option("day", "ZHIJIAN_DAY", OptionKind::Day, None),
    option("threads", "ZHIJIAN_THREADS", OptionKind::Integer(1, 1024), None),
    option("all", "ZHIJIAN_ALL", OptionKind::Switch, Some("false")),
    option("strict", "ZHIJIAN_STRICT", OptionKind::Switch, Some("false")),
    option("temp-dir", "ZHIJIAN_TEMP_DIR", OptionKind::Path, None),
    option("max-ratio", "ZHIJIAN_MAX_RATIO", OptionKind::Integer(0, u32::MAX), Some("200")),
];

impl OptionSpec {
    /// The option of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        OPTIONS.iter().find(|option| option.name == name)
    }

    /// The value in canonical form, if the option takes it.
    pub fn read(&self, text: &str) -> Option<String> {
        let text = text.trim();
        match self.kind {
            OptionKind::Text | OptionKind::Path => (!text.is_empty()).then(|| text.to_owned()),
            OptionKind::Day => crate::dictionary::keys::day(text).map(|day| day.to_string()),
            OptionKind::Integer(low, high) => {
                let number: u32 = text.parse().ok()?;
                (low..=high).contains(&number).then(|| number.to_string())
            }
            OptionKind::Switch => match text {
                "true" | "1" => Some("true".to_owned()),
                "false" | "0" => Some("false".to_owned()),
                _ => None,
            },
        }
    }

    /// What to write.
    pub fn expected(&self) -> String {
        match self.kind {
            OptionKind::Text => "a text that is not empty".to_owned(),
            OptionKind::Path => "a path".to_owned(),
            OptionKind::Day => "a day such as 2018-03-05".to_owned(),
            OptionKind::Integer(low, u32::MAX) => format!("a whole number from {low}"),
            OptionKind::Integer(low, high) => format!("a whole number from {low} to {high}"),
            OptionKind::Switch => "true or false".to_owned(),
        }
    }
}
