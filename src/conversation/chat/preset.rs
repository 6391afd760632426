//! Presets: line templates of common exports, and which of them a text has.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use thiserror::Error;

use super::line::{HeadTime, Line};
use super::template::Template;
use super::template_error::TemplateError;

/// Lines of a text that are looked at to tell its shape.
const SAMPLE_LINES: usize = 2_000;

/// Templates that may be given.
const MOST_TEMPLATES: usize = 20;

/// The line templates of a common export.
#[derive(Debug)]
pub struct Preset {
    /// The word for it in `--template`.
    pub id: &'static str,
    /// Whose export it is, in Chinese.
    pub title: String,
    /// Whether it was held against a real export.
    pub is_checked: bool,
    templates: Arc<[Template]>,
}

/// Ordered so that of several that fit equally the plainer one comes first.
static BUILT_IN: LazyLock<Vec<Preset>> = LazyLock::new(|| {
    [
        ("qianniu", include_str!("../../../dictionaries/readers/chats/qianniu.txt")),
        ("inline", include_str!("../../../dictionaries/readers/chats/inline.txt")),
        ("qq", include_str!("../../../dictionaries/readers/chats/qq.txt")),
        ("wechat", include_str!("../../../dictionaries/readers/chats/wechat.txt")),
        ("dongdong", include_str!("../../../dictionaries/readers/chats/dongdong.txt")),
        ("whatsapp", include_str!("../../../dictionaries/readers/chats/whatsapp.txt")),
        ("whatsapp-us", include_str!("../../../dictionaries/readers/chats/whatsapp-us.txt")),
    ]
    .map(|(id, text)| Preset::new(id, text))
    .into()
});

impl Preset {
    fn new(id: &'static str, text: &str) -> Preset {
        let note = |name: &str| {
            let notes = text.lines().filter_map(|line| line.strip_prefix("# ")?.strip_prefix(name));
            notes.map(str::trim).next().unwrap_or_default().to_owned()
        };
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
        Preset {
            id,
            title: note("title:"),
            is_checked: note("checked:") == "yes",
            // A test reads every line of them.
            templates: lines.filter_map(|line| Template::parse(line).ok()).collect(),
        }
    }

    /// All of them.
    pub fn all() -> &'static [Preset] {
        &BUILT_IN
    }

    /// Its line templates.
    pub fn templates(&self) -> &[Template] {
        &self.templates
    }
}

/// What is wrong with the templates that were given.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TemplatesError {
    /// A template that cannot be read.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// Neither a template nor a preset.
    #[error(
        "`{name}` is no preset; give one of {}, or a line template such as '{{speaker}} ({{time}}):{{text}}'",
        Preset::all().iter().map(|preset| preset.id).collect::<Vec<_>>().join(", ")
    )]
    UnknownPreset {
        /// The name given.
        name: String,
    },
    /// Too many.
    #[error("more than {MOST_TEMPLATES} templates; give those that begin messages, days and conversations")]
    TooMany,
    /// None of them begins a message.
    #[error("none of the templates begins a message; give one with {{speaker}} and {{time}} or {{text}}")]
    NoMessage,
}

impl TemplatesError {
    /// A code that stays the same across versions.
    pub fn code(&self) -> &'static str {
        match self {
            TemplatesError::Template(error) => error.code(),
            TemplatesError::UnknownPreset { .. } => "unknown-preset",
            TemplatesError::TooMany => "too-many-templates",
            TemplatesError::NoMessage => "template-message",
        }
    }
}

/// The line templates by which a text is read, in the order in which they are tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Templates {
    list: Arc<[Template]>,
}

impl Templates {
    /// Reads presets by their names and templates as they are written.
    pub fn parse<'w>(written: impl IntoIterator<Item = &'w str>) -> Result<Templates, TemplatesError> {
        let mut list: Vec<Template> = Vec::new();
        for one in written {
            if one.contains(['{', '}']) {
                list.push(Template::parse(one)?);
            } else {
                let name = one.trim();
                let preset = Preset::all().iter().find(|preset| preset.id == name);
                let unknown = || TemplatesError::UnknownPreset { name: name.chars().take(32).collect() };
                list.extend_from_slice(preset.ok_or_else(unknown)?.templates());
            }
            if list.len() > MOST_TEMPLATES {
                return Err(TemplatesError::TooMany);
            }
        }
        if !list.iter().any(Template::begins_messages) {
            return Err(TemplatesError::NoMessage);
        }
        Ok(Templates { list: list.into() })
    }

    /// Those of a preset.
    pub(crate) fn of(preset: &Preset) -> Templates {
        Templates { list: Arc::clone(&preset.templates) }
    }

    /// Whether the text names its conversations.
    pub(crate) fn tell_conversations(&self) -> bool {
        self.list.iter().any(Template::tells_conversations)
    }

    /// What a line is by the first template that it fits. `begins`: whether a head without a time begins a message.
    pub(crate) fn read<'t>(
        &self,
        line: &'t str,
        day: Option<jiff::civil::Date>,
        begins: impl Fn(&Line<'t>) -> bool,
    ) -> Option<Line<'t>> {
        let mut fitting = self.list.iter().filter_map(|template| Some((template, template.read(line, day)?)));
        fitting
            .find(|(template, read)| !matches!(read, Line::Head(_)) || !template.is_timeless() || begins(read))
            .map(|(_, read)| read)
    }
}

/// Which preset a text has.
#[derive(Debug)]
pub enum Recognised {
    /// This one.
    Preset(&'static Preset),
    /// One of these, which read the same days differently.
    Several(Vec<&'static Preset>),
    /// None.
    Unknown,
}

impl Recognised {
    /// Looks at the beginning of a text.
    pub fn of(text: &str) -> Recognised {
        let mut best: Vec<(Fit, &'static Preset)> = Vec::new();
        for preset in Preset::all() {
            let fit = Fit::of(preset, text);
            if !fit.is_enough() {
                continue;
            }
            let rank = |best: &[(Fit, _)]| best.first().map(|(fit, _)| fit.rank());
            if rank(&best).is_none_or(|most| fit.rank() > most) {
                best.clear();
            }
            if rank(&best).is_none_or(|most| fit.rank() == most) {
                best.push((fit, preset));
            }
        }
        let Some((first, preset)) = best.first() else { return Recognised::Unknown };
        // Of those that read the same, one is as good as another.
        if best.iter().all(|(fit, _)| fit.first_time == first.first_time) {
            return Recognised::Preset(preset);
        }
        Recognised::Several(best.into_iter().map(|(_, preset)| preset).collect())
    }
}

/// How a text fits a preset.
#[derive(Debug, Default)]
struct Fit {
    heads: usize,
    speakers: usize,
    /// Whether the first line that is not blank fits.
    from_the_first: bool,
    /// Whether the preset tells agents by how their names look, and none looks so.
    lacks_agents: bool,
    first_time: Option<String>,
}

impl Fit {
    fn of(preset: &Preset, text: &str) -> Fit {
        // Times that lack their day are times all the same.
        let some_day = Some(jiff::civil::Date::constant(2000, 1, 1));
        let templates = Templates::of(preset);
        let mut fit = Fit::default();
        let (mut speakers, mut agents, mut first) = (HashSet::new(), 0_usize, true);
        for line in text.lines().take(SAMPLE_LINES).filter(|line| !line.trim().is_empty()) {
            let read = templates.read(line, some_day, |_| false);
            fit.from_the_first |= first && read.is_some();
            first = false;
            if let Some(Line::Head(head)) = read
                && let HeadTime::At(time) = head.time
            {
                fit.heads += 1;
                agents += usize::from(matches!(head.who, super::Who::Agent(_)));
                speakers.insert(head.who.name().to_owned());
                fit.first_time.get_or_insert(time);
            }
        }
        fit.speakers = speakers.len();
        fit.lacks_agents = agents == 0 && preset.templates.iter().any(Template::names_agents);
        fit
    }

    fn is_enough(&self) -> bool {
        !self.lacks_agents && (self.heads >= 2 || (self.heads >= 1 && self.from_the_first))
    }

    /// Speakers come again: a name that takes in a part of the message never does.
    fn rank(&self) -> (usize, usize) {
        (self.heads - self.speakers, self.heads)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_every_preset_is_read() {
        for preset in Preset::all() {
            let path = format!("{}/dictionaries/readers/chats/{}.txt", env!("CARGO_MANIFEST_DIR"), preset.id);
            let text = std::fs::read_to_string(path).unwrap();
            let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).collect();
            let read: Vec<_> = preset.templates().iter().map(Template::written).collect();
            assert_eq!(read, lines);
            assert!(!preset.title.is_empty(), "{}", preset.id);
            assert!(Templates::parse([preset.id]).is_ok());
        }
    }

    fn recognised(text: &str) -> Vec<&'static str> {
        match Recognised::of(text) {
            Recognised::Preset(preset) => vec![preset.id],
            Recognised::Several(several) => several.iter().map(|preset| preset.id).collect(),
            Recognised::Unknown => Vec::new(),
        }
    }

    #[test]
    fn shapes_are_told_apart() {
        let cases: [(&str, &[&str]); 11] = [
            ("tb1 (2018-03-05 10:00:00):\n在吗\n云杉家居:小柚 (2018-03-05 10:00:12):\n您好\n", &["qianniu"]),
            ("tb1 2018-03-05 10:00:00\n在吗\n云杉家居:小柚 2018-03-05 10:00:12\n您好\n", &["qianniu"]),
            ("张三 2018-03-05 10:00:00\n在吗\n\n小柚 2018-03-05 10:00:12\n您好\n", &["wechat"]),
            ("消息记录\n=====\n\n2018-03-05 10:00:00 张三(10001)\n在吗\n", &["qq"]),
            ("2018-03-05 10:00:00 张三: 在吗\n2018-03-05 10:00:12 小柚: 您好\n", &["inline"]),
            ("[2018/3/5 上午10:00:12] 张三: 在吗\n", &["inline"]),
            ("[25/03/2018, 10:00:12] 张三: 在吗\n", &["whatsapp"]),
            ("03/25/18, 10:00 - 张三: 在吗\n", &["whatsapp-us"]),
            ("03/05/18, 10:00 - 张三: 在吗\n03/05/18, 10:01 - 小柚: 您好\n", &["whatsapp", "whatsapp-us"]),
            ("会议在 2018-03-05 10:00:00 开始，请大家准时到\n谢谢\n", &[]),
            ("", &[]),
        ];
        for (text, presets) in cases {
            assert_eq!(recognised(text), presets, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let code = |written: &[&str]| Templates::parse(written.iter().copied()).unwrap_err().code();
        assert_eq!(code(&["wangwang"]), "unknown-preset");
        assert_eq!(code(&["{day}"]), "template-message");
        assert_eq!(code(&["{speaker} {time}"; 21]), "too-many-templates");
        assert_eq!(code(&["{time} {time}"]), "template-twice");
    }
}
