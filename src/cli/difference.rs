//! `dictionary diff`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use super::Outcome;
use super::columns::printable;
use super::dictionaries::{self, BUILT_IN, Loaded};
use super::dictionary_arguments::{DiffArguments, DiffFormat};
use crate::dictionary::Dictionary;
use crate::dictionary::diff::{Change, Diff, FieldChange, RowChange, RuleChange, TableChange, diff};

/// `dictionary diff`.
pub(super) fn run(arguments: &DiffArguments) -> anyhow::Result<Outcome> {
    let mut old = dictionaries::load_alone(&arguments.old)?;
    let mut new = dictionaries::load_alone(&arguments.new)?;
    let packs = [single_pack(&arguments.old, &old), single_pack(&arguments.new, &new)];
    if packs.iter().any(Option::is_some) {
        let packs: std::collections::BTreeSet<&str> = packs.iter().flatten().map(String::as_str).collect();
        let packs: Vec<&str> = packs.into_iter().collect();
        keep_only(&mut old.dictionary, &packs);
        keep_only(&mut new.dictionary, &packs);
        super::complain(format_args!("只比较词典包 {};共用表和评分规则不比较\n", packs.join("、")));
    }
    let found = diff(&old.dictionary, &new.dictionary);
    let mut out = String::new();
    match arguments.format {
        DiffFormat::Json => out = serde_json::to_string(&found)? + "\n",
        DiffFormat::Text => write(&found, &mut out),
    }
    std::io::stdout().write_all(out.as_bytes())?;
    Ok(Outcome::Done)
}

/// The pack of a folder that is a pack itself, with nothing beside it.
fn single_pack(named: &Path, loaded: &Loaded) -> Option<String> {
    let is_pack = named.as_os_str() != BUILT_IN && named.join("pack.toml").is_file();
    loaded.dictionary.packs.first().filter(|_| is_pack).map(|pack| pack.id.clone())
}

fn keep_only(dictionary: &mut Dictionary, packs: &[&str]) {
    dictionary.packs.retain(|pack| packs.contains(&pack.id.as_str()));
    *dictionary = Dictionary { packs: std::mem::take(&mut dictionary.packs), ..Dictionary::default() };
}

/// The difference in words.
pub(super) fn write(found: &Diff, out: &mut String) {
    if found.is_empty() {
        out.push_str("没有区别\n");
        return;
    }
    section(out, "词典包", &found.packs, |out, pack| {
        head(out, pack.change, &[&pack.pack, &pack.title]);
        fields(out, &pack.fields, pack.change);
        if let Some(examples) = pack.examples {
            let _ = writeln!(
                out,
                "      示例 {} → {} 条:新增 {},删除 {}",
                examples.old, examples.new, examples.added, examples.removed
            );
        }
    });
    section(out, "规则", &found.rules, write_rule);
    section(out, "共用表", &found.tables, |out, table| {
        head(out, table.change, &[&table.table, &counts(table)]);
        rows(out, &table.rows);
    });
    section(out, "评分规则", &found.rulebooks, |out, edition| {
        head(out, edition.change, &[&edition.rulebook, &edition.edition]);
        fields(out, &edition.fields, edition.change);
        rows(out, &edition.items);
    });
}

fn section<T>(out: &mut String, title: &str, things: &[T], write: impl Fn(&mut String, &T)) {
    if things.is_empty() {
        return;
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let _ = writeln!(out, "{title}");
    for thing in things {
        write(out, thing);
    }
}

fn write_rule(out: &mut String, rule: &RuleChange) {
    head(out, rule.change, &[&rule.rule, &rule.title, &format!("({})", rule.pack)]);
    if let Some(before) = &rule.renamed_from {
        let _ = writeln!(out, "      原名 {}", printable(before));
    }
    if let Some(before) = &rule.moved_from {
        let _ = writeln!(out, "      原在词典包 {}", printable(before));
    }
    fields(out, &rule.fields, rule.change);
    if !rule.manual.is_empty() {
        let names: Vec<&str> = rule.manual.iter().map(|name| title(name)).collect();
        let _ = writeln!(out, "      说明页改了:{}", names.join("、"));
    }
    for table in &rule.tables {
        let file = table.file.as_deref().unwrap_or_default();
        let _ = writeln!(out, "      {} {} {}", title(&table.table), printable(file), counts(table));
        rows(out, &table.rows);
    }
}

fn mark(change: Change) -> char {
    match change {
        Change::Added => '+',
        Change::Removed => '-',
        Change::Changed => '~',
    }
}

fn head(out: &mut String, change: Change, words: &[&str]) {
    let word = match change {
        Change::Added => "新增",
        Change::Removed => "删除",
        Change::Changed => "改动",
    };
    let _ = writeln!(out, "  {} {word} {}", mark(change), printable(&words.join(" ")));
}

/// How many rows there were and are, and what became of those that differ.
fn counts(table: &TableChange) -> String {
    let mut text = match table.change {
        Change::Added => format!("{} 行", table.new),
        Change::Removed => format!("{} 行", table.old),
        Change::Changed => format!("{} → {} 行", table.old, table.new),
    };
    let of = |change| table.rows.iter().filter(|row| row.change == change).count();
    let parts = [(Change::Added, "新增"), (Change::Removed, "删除"), (Change::Changed, "改动")];
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(change, word)| (of(change), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{word} {count}"))
        .collect();
    if !parts.is_empty() {
        let _ = write!(text, ":{}", parts.join(","));
    }
    text
}

/// One field a line; of something new only what it says, of something gone nothing.
fn fields(out: &mut String, fields: &[FieldChange], change: Change) {
    for field in fields.iter().filter(|_| change != Change::Removed) {
        let _ = writeln!(out, "      {}", written(field, change));
    }
}

fn rows(out: &mut String, rows: &[RowChange]) {
    for row in rows {
        let cells: Vec<String> = match row.change {
            Change::Removed => Vec::new(),
            change => row.fields.iter().map(|field| written(field, change)).collect(),
        };
        let line = format!("        {} {}  {}", mark(row.change), printable(&row.text), cells.join(","));
        out.push_str(line.trim_end());
        out.push('\n');
    }
}

fn written(field: &FieldChange, change: Change) -> String {
    let value = |value: &Option<String>| match value {
        Some(text) => value_title(&field.field, &printable(text)),
        None => "(无)".to_owned(),
    };
    let name = match field.field.strip_prefix("parameters.") {
        Some(parameter) => format!("参数 {}", printable(parameter)),
        None => title(&field.field).to_owned(),
    };
    match change {
        Change::Added => format!("{name} {}", value(&field.new)),
        Change::Removed | Change::Changed => format!("{name} {} → {}", value(&field.old), value(&field.new)),
    }
}

/// What people call a field of the files.
fn title(field: &str) -> &str {
    match field {
        "edition" => "版本",
        "title" => "名称",
        "owner" => "负责人",
        "source" => "来源",
        "operator" => "算子",
        "kind" => "类别",
        "queue" => "队列",
        "since" => "生效日",
        "effective_from" => "执行日",
        "enabled" => "默认启用",
        "aliases" => "别名",
        "suggestion" => "建议用语",
        "what" => "是什么",
        "why" => "为什么",
        "how" => "怎样发现",
        "misses" => "发现不了什么",
        "terms" => "词条",
        "exceptions" => "例外",
        "not-when" => "免查线索",
        "cues" => "线索",
        "mode" => "匹配方式",
        "confidence" => "置信度",
        "disguise" => "查变形",
        "echo" => "客户先说过",
        "place" => "位置",
        "note" | "notes" => "备注",
        "value" => "含义",
        "words" => "词",
        "to" => "折成",
        "frequency" => "词频",
        "points" => "分值",
        "rules" => "规则",
        "manual" => "只由人查",
        "assumed" => "分值是默认值",
        "case_policy" => "合并计分",
        other => other,
    }
}

fn value_title(field: &str, value: &str) -> String {
    match (field, value) {
        ("queue", "always") => "必检",
        ("queue", "with") => "随案",
        ("queue", "stat") => "统计",
        ("kind", "violation") => "违规",
        ("kind", "signal") => "信号",
        ("enabled" | "manual" | "assumed", "true") => "是",
        ("enabled", "false") => "否",
        (_, value) => value,
    }
    .to_owned()
}
