//! What `inspect` asks, and the settings that it offers.

use std::fmt::Write as _;
use std::path::Path;

use super::arguments::InputArguments;
use super::columns::printable;
use super::inspect::Found;
use crate::conversation::Format;

/// Names that are shown in a question.
const NAMED: usize = 8;

/// How conversations without ids are parted, where nobody says.
const PARTED_BY: &str = "shop,customer";

/// What only the user can know, and what will be missing.
pub(super) fn questions(found: &Found) -> Vec<String> {
    let mut questions = Vec::new();
    let strangers = found.strangers();
    if !strangers.is_empty() {
        let named = strangers.iter().take(NAMED).map(|(name, count)| format!("{}({count} 条)", short(name)));
        let more = if strangers.len() > NAMED { " 等" } else { "" };
        questions.push(format!(
            "{}{more}:哪些是客服?写在 --role-words 'agent=名字|名字,customer=*' 里(`*` 代表其余的人;名字里也可以用 `*`)",
            named.collect::<Vec<_>>().join("、")
        ));
    }
    if !found.suggested_map.is_empty() {
        questions.push(format!(
            "列名不认识。这样对吗:--map '{}'?对照上面的样例改好(time= 发送时间,agent= 客服,customer= 客户)",
            found.suggested_map
        ));
    }
    if found.lacks_only_ids {
        questions.push(format!(
            "没有会话编号:按什么划分会话?例如 --session-by {PARTED_BY} --session-gap 30m(同一店铺同一客户,静默半小时另起一通;没有店铺列就只写 customer);如果有编号这一列,用 --map id=列名 指出"
        ));
    }
    let is_table = matches!(found.notes.format, Some(Format::Csv | Format::Tsv | Format::Workbook | Format::Parquet));
    if found.messages == 0 {
        return questions;
    }
    let mut lacks = |is_lacking: bool, what: &str, field: &str, then: &str| {
        if is_lacking {
            let is_read = found.notes.columns.iter().any(|(_, read)| *read == Some(field));
            let how = match (is_table, is_read) {
                (true, true) => "这一列是空的;".to_owned(),
                (true, false) => format!("如果有这一列,用 --map {field}=列名 指出;"),
                (false, _) => String::new(),
            };
            questions.push(format!("没有{what}:{how}否则{then}"));
        }
    };
    lacks(found.timed == 0, "发送时间", "time", "响应、等待、时长类规则都不能判定");
    lacks(found.agents.is_empty(), "坐席", "agent", "结果不能按坐席统计");
    lacks(found.closed == 0, "结束方", "closed_by", "拒绝服务、违规关闭对话框不能判定");
    let machine = found.auto_replies.found();
    if !machine.is_empty() {
        let texts =
            machine.iter().take(NAMED).map(|reply| format!("「{}」({} 通)", short(&reply.text), reply.conversations));
        questions.push(format!(
            "这些话在客户说完两秒之内出现在多通会话里,像是自动回复:{}。如果是,写进方案的 auto-replies(见下),就不算客服说的",
            texts.collect::<Vec<_>>().join("、")
        ));
    }
    questions
}

/// The command, and the same for the settings file.
pub(super) fn settings(found: &Found, input: &InputArguments) -> String {
    let mut flags = String::new();
    let mut lines = Vec::new();
    let name = Path::new(&found.file).file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
    lines.push(("files", array(&[name])));
    let mut add = |key: &'static str, value: Option<&str>| {
        if let Some(value) = value {
            let _ = write!(flags, " --{key} {}", for_shell(value));
            lines.push((key, toml_string(value)));
        }
    };
    add("encoding", input.encoding.as_deref());
    add("sheet", input.sheet.as_deref().or(found.notes.sheet.as_deref()));
    add("session-by", input.session_by.as_deref().or(found.lacks_only_ids.then_some(PARTED_BY)));
    add("session-gap", input.session_gap.as_deref());
    let templates: Vec<String> = match found.notes.preset {
        Some(preset) => vec![preset.to_owned()],
        None => input.template.clone(),
    };
    for template in &templates {
        let _ = write!(flags, " --template {}", for_shell(template));
    }
    if !templates.is_empty() {
        lines.push(("template", array(&templates)));
    }
    let suggested = Some(&found.suggested_map).filter(|map| !map.is_empty());
    if let Some(map) = suggested.or(input.map.as_ref()) {
        let mapped = pairs(map);
        let _ = write!(flags, " --map {}", for_shell(map));
        let fields = mapped.iter().map(|(field, column)| format!("{} = {}", toml_key(field), toml_string(column)));
        lines.push(("map", format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))));
    }
    let words = input.role_words.clone().or_else(|| {
        // The names that only the user can sort are left to be put in.
        (!found.strangers().is_empty()).then(|| "agent=客服的名字,customer=*".to_owned())
    });
    if let Some(words) = &words {
        let _ = write!(flags, " --role-words {}", for_shell(words));
        let roles = pairs(words);
        let roles = roles.iter().map(|(role, words)| {
            format!("{} = {}", toml_key(role), array(&words.split('|').map(str::to_owned).collect::<Vec<_>>()))
        });
        lines.push(("role-words", format!("{{ {} }}", roles.collect::<Vec<_>>().join(", "))));
    }
    let mut out = format!(
        "\n筛查\n  zhijian screen {}{flags}\n\n写进 zhijian.toml 则不必每次给出\n  [[export]]\n",
        for_shell(&found.file)
    );
    for (key, value) in lines {
        let _ = writeln!(out, "  {key} = {value}");
    }
    let machine: Vec<String> = found.auto_replies.found().into_iter().map(|reply| reply.text).collect();
    if !machine.is_empty() {
        let _ = writeln!(out, "\n  [[profile]]\n  name = \"自动回复\"\n  auto-replies = {}", array(&machine));
    }
    out
}

fn pairs(list: &str) -> Vec<(String, String)> {
    let pairs = list.split(',').filter_map(|part| part.split_once('='));
    pairs.map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned())).collect()
}

fn short(name: &str) -> String {
    let masked = crate::conversation::mask_numbers(&printable(name));
    masked.chars().take(16).collect()
}

fn array(values: &[String]) -> String {
    let values: Vec<_> = values.iter().map(|value| toml_string(value)).collect();
    format!("[{}]", values.join(", "))
}

fn toml_string(value: &str) -> String {
    toml::Value::from(value).to_string()
}

fn toml_key(key: &str) -> String {
    let is_bare = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'));
    if is_bare { key.to_owned() } else { toml_string(key) }
}

/// A word as a shell takes it.
fn for_shell(word: &str) -> String {
    let is_plain =
        |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | ':' | '=' | ',' | '+' | '@' | '%');
    let shown = printable(word);
    if !shown.is_empty() && shown.chars().all(is_plain) { shown } else { format!("'{}'", shown.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_where_they_are_pasted() {
        assert_eq!(for_shell("聊天/三月.xlsx"), "聊天/三月.xlsx");
        assert_eq!(for_shell("a b"), "'a b'");
        assert_eq!(for_shell("it's *"), r"'it'\''s *'");
        assert_eq!(toml_string("a\"b"), "'a\"b'");
        assert_eq!(toml_key("agent.name"), "\"agent.name\"");
        assert_eq!(toml_key("session-by"), "session-by");
    }
}
