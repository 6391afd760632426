//! How each file is read: as its export in the settings says, and as the flags say, which beat it.

use std::sync::Arc;

use anyhow::bail;

use super::arguments::InputArguments;
use super::inputs::{format_of, input_options, sessions, templates};
use super::settled::Settled;
use crate::conversation::{
    Format, InputOptions, Inputs, Mapping, RowOrder, Sessions, SessionsError, TemplatesError, Unsaid, Zone, is_encoding,
};
use crate::dictionary::Diagnostic;
use crate::dictionary::settings::{Export, Stated, code};

/// Where nobody says how long a silence parts conversations.
pub(super) const SESSION_GAP: &str = "30m";

/// Finds the files of a run, each with how it is read; returns how those are read that no export is about, too.
pub(super) fn resolve(
    paths: &[String],
    arguments: &InputArguments,
    settled: &Settled,
    zone: &Zone,
) -> anyhow::Result<(Inputs, InputOptions)> {
    let exports = &settled.settings().exports;
    if let Some(file) = &settled.file {
        let mut problems = check(exports, zone);
        if !problems.is_empty() {
            file.print(&mut problems);
            bail!("{}: the settings have errors; mend them, or leave them out with --no-settings", file.path.display());
        }
    }
    let usual = InputOptions {
        temp_dir: arguments.temp_dir.clone().or_else(|| settled.text("temp-dir").map(Into::into)),
        day: settled.number("day"),
        max_ratio: settled.number("max-ratio").filter(|&ratio| ratio > 0),
        ..input_options(arguments, zone)?
    };
    let mut own = Vec::new();
    for export in exports {
        own.push((patterns(export), Arc::new(options(export, &usual, arguments, zone)?)));
    }
    let choose = |name: &str| {
        let of = own.iter().find(|(patterns, _)| patterns.as_ref().is_none_or(|patterns| is_named(patterns, name)));
        of.map(|(_, options)| Arc::clone(options))
    };
    let inputs = Inputs::resolve(paths, &usual)?.each(choose)?;
    Ok((inputs, usual))
}

/// The patterns of an export; those that are none were reported.
fn patterns(export: &Export) -> Option<Vec<glob::Pattern>> {
    let files = export.files.as_ref()?;
    Some(files.iter().filter_map(|pattern| glob::Pattern::new(&pattern.value).ok()).collect())
}

/// Whether a pattern fits a path as it was named, or as many of its last parts as the pattern has.
fn is_named(patterns: &[glob::Pattern], name: &str) -> bool {
    let name = name.replace('\\', "/");
    let parts: Vec<&str> = name.split('/').collect();
    let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::default() };
    patterns.iter().any(|pattern| {
        let depth = pattern.as_str().split('/').count();
        let last = parts.get(parts.len().saturating_sub(depth)..).unwrap_or_default().join("/");
        pattern.matches_with(&name, options) || pattern.matches_with(&last, options)
    })
}

/// How the files of an export are read.
fn options(
    export: &Export,
    usual: &InputOptions,
    arguments: &InputArguments,
    zone: &Zone,
) -> anyhow::Result<InputOptions> {
    let text = |key: &str| export.texts.get(key).map(|stated| stated.value.clone());
    let by = session_by(export);
    let by = arguments.session_by.as_deref().or(by.as_deref());
    let gap = text("session-gap");
    let gap = arguments.session_gap.as_deref().or(gap.as_deref());
    Ok(InputOptions {
        format: usual.format.or_else(|| format_of(&text("format")?)),
        encoding: usual.encoding.clone().or_else(|| text("encoding")),
        mapping: mapping(export).0.beaten_by(usual.mapping.clone()),
        sheet: usual.sheet.clone().or_else(|| text("sheet")),
        sessions: sessions(by, gap, zone)?,
        templates: usual.templates.clone().map_or_else(|| templates(&template(export)), |given| Ok(Some(given)))?,
        chat_sessions: Arc::new(Sessions::of_chats(gap.unwrap_or(SESSION_GAP), zone.clone())?),
        rows: match &export.grouped {
            Some(grouped) if grouped.value => RowOrder::Grouped,
            _ => usual.rows,
        },
        unsaid: Arc::new(Unsaid {
            source: text("source"),
            shop: text("shop"),
            channel: text("channel"),
            queue: text("queue"),
        }),
        ..usual.clone()
    })
}

fn template(export: &Export) -> Vec<String> {
    export.template.iter().map(|template| template.value.clone()).collect()
}

fn session_by(export: &Export) -> Option<String> {
    let fields: Vec<&str> = export.session_by.iter().map(|field| field.value.as_str()).collect();
    (!fields.is_empty()).then(|| fields.join(","))
}

/// Columns and words of an export, and what is wrong with them.
fn mapping(export: &Export) -> (Mapping, Vec<Diagnostic>) {
    let mut mapping = Mapping::default();
    let mut problems = Vec::new();
    for stated in &export.map {
        let (field, column) = &stated.value;
        problems.extend(mapping.map(field, column).err().map(|error| refused(stated, &error)));
    }
    for stated in &export.role_words {
        let (role, word) = &stated.value;
        problems.extend(mapping.add_word(role, word).err().map(|error| refused(stated, &error)));
    }
    (mapping, problems)
}

fn refused<T>(place: &Stated<T>, error: &impl std::fmt::Display) -> Diagnostic {
    place.error(code::BAD_VALUE, error.to_string()).advise("docs/formats.md lists fields, roles and formats")
}

/// What the readers of conversations do not take of exports.
pub(super) fn check(exports: &[Export], zone: &Zone) -> Vec<Diagnostic> {
    let mut problems = Vec::new();
    for export in exports {
        let text = |key: &str| export.texts.get(key);
        if let Some(stated) = text("format").filter(|stated| format_of(&stated.value).is_none()) {
            let known: Vec<&str> = Format::ALL.iter().map(|format| format.as_str()).collect();
            let problem = stated.error(code::BAD_VALUE, format!("there is no format `{}`", stated.value));
            problems.push(problem.advise(format!("known are {}", known.join(", "))));
        }
        if let Some(stated) = text("encoding").filter(|stated| !is_encoding(&stated.value)) {
            let problem = stated.error(code::BAD_VALUE, format!("there is no encoding `{}`", stated.value));
            problems.push(problem.advise("write a label such as utf-8, gb18030, utf-16le or big5"));
        }
        problems.extend(mapping(export).1);
        let unfit = |error: TemplatesError| Some(refused(export.template.first()?, &error));
        problems.extend(templates(&template(export)).err().and_then(unfit));
        let mut by_fields = export.session_by.iter();
        let unknown = by_fields.find_map(|field| Some((field, sessions_error(&field.value, SESSION_GAP, zone)?)));
        problems.extend(unknown.map(|(field, error)| refused(field, &error)));
        if let Some(gap) = text("session-gap") {
            problems.extend(sessions_error("customer", &gap.value, zone).map(|error| refused(gap, &error)));
        }
    }
    problems
}

fn sessions_error(by: &str, gap: &str, zone: &Zone) -> Option<SessionsError> {
    Sessions::parse(by, gap, zone.clone()).err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_paths_names_and_their_last_parts() {
        let fits = |pattern: &str, name: &str| is_named(&[glob::Pattern::new(pattern).unwrap()], name);
        for (pattern, name) in [
            ("京东/*.csv", "京东/三月.csv"),
            ("京东/*.csv", "/data/京东/三月.csv"),
            ("京东/*.csv", "./京东/三月.csv"),
            ("*.csv", "a/b/c.csv"),
            ("三月.csv", "三月.csv"),
            ("data/**/*.csv", "data/a/b/c.csv"),
            ("-", "-"),
        ] {
            assert!(fits(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [("京东/*.csv", "抖音/三月.csv"), ("*.csv", "a.tsv"), ("京东/*.csv", "三月.csv")]
        {
            assert!(!fits(pattern, name), "{pattern} {name}");
        }
    }
}
