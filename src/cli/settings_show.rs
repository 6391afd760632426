//! `settings show`: what holds, as TOML.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use anyhow::bail;

use super::Outcome;
use super::settings_arguments::SettingsShowArguments;
use super::settled::{Settled, switch};
use crate::dictionary::settings::{Changes, Export, HoursTable, OPTIONS, OptionKind, ProfileTable, Stated};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Lines of TOML, each perhaps with where it comes from.
struct Page {
    text: String,
    origins: bool,
}

impl Page {
    fn heading(&mut self, heading: &str) {
        let _ = write!(self.text, "\n{heading}\n");
    }

    fn line(&mut self, key: &str, value: &str, origin: impl std::fmt::Display) {
        let _ = write!(self.text, "{key} = {value}");
        if self.origins {
            let _ = write!(self.text, "  # {origin}");
        }
        self.text.push('\n');
    }

    fn stated(&mut self, key: &str, value: Option<&Stated<String>>) {
        if let Some(stated) = value {
            self.line(key, &quoted(&stated.value), line_of(stated));
        }
    }

    fn flag(&mut self, key: &str, value: Option<&Stated<bool>>) {
        if let Some(stated) = value {
            self.line(key, &stated.value.to_string(), line_of(stated));
        }
    }

    fn list(&mut self, key: &str, values: Option<&[Stated<String>]>) {
        let Some(values) = values else { return };
        let origin = values.first().map_or_else(String::new, line_of);
        self.line(key, &array(values.iter().map(|value| value.value.as_str())), origin);
    }

    fn changes(&mut self, changes: &Changes) {
        self.list("enable", Some(&changes.enable).filter(|list| !list.is_empty()).map(Vec::as_slice));
        self.list("disable", Some(&changes.disable).filter(|list| !list.is_empty()).map(Vec::as_slice));
        if let Some(first) = changes.set.first() {
            let entries = changes.set.iter().map(|stated| {
                let set = &stated.value;
                format!("{} = {}", quoted(&format!("{}.{}", set.rule, set.parameter)), quoted(&set.value))
            });
            self.line("set", &inline(entries), line_of(first));
        }
    }
}

pub(super) fn show(arguments: &SettingsShowArguments) -> anyhow::Result<Outcome> {
    let own = vec![
        ("threads", arguments.threads.map(|threads| threads.to_string())),
        ("all", switch(arguments.all)),
        ("strict", switch(arguments.strict)),
    ];
    let flags = [arguments.rules.flags(), arguments.context.flags(), arguments.input.flags(), own];
    let settled = Settled::new(&arguments.profile.settings, flags)?;
    let mut page = Page { text: String::new(), origins: arguments.origin };
    match &settled.file {
        Some(file) => _ = writeln!(page.text, "# {}", file.path.display().to_string().replace('\n', " ")),
        None => page.text.push_str("# no settings file is in use\n"),
    }
    page.text.push_str("format = 1\n");
    options(&mut page, &settled, arguments);
    for export in &settled.settings().exports {
        an_export(&mut page, export);
    }
    let profiles = &settled.settings().profiles;
    if let Some(name) = &arguments.profile.profile {
        match profiles.iter().find(|profile| profile.name.value == *name) {
            Some(found) => profile(&mut page, found),
            None => bail!(
                "--profile {name}: there is no such profile; known are {}",
                profiles.iter().map(|profile| profile.name.value.as_str()).collect::<Vec<_>>().join(", ")
            ),
        }
    } else {
        for found in profiles {
            profile(&mut page, found);
        }
    }
    std::io::stdout().write_all(page.text.as_bytes())?;
    Ok(Outcome::Done)
}

fn options(page: &mut Page, settled: &Settled, arguments: &SettingsShowArguments) {
    page.heading("[options]");
    for option in OPTIONS {
        let Some((value, said)) = settled.value(option.name) else { continue };
        let value = match option.kind {
            OptionKind::Integer(..) | OptionKind::Switch => value.to_owned(),
            OptionKind::Path => quoted(&absolute(Path::new(value))),
            OptionKind::Text | OptionKind::Day => quoted(value),
        };
        page.line(option.name, &value, said);
    }
    let written = &settled.settings().options;
    let folders: Vec<String> = settled.dictionaries(&arguments.rules).iter().map(|folder| absolute(folder)).collect();
    if !folders.is_empty() {
        let origin = match written.dictionaries.first() {
            Some(first) if arguments.rules.dictionaries.is_empty() => line_of(first),
            _ => "flag --dictionaries".to_owned(),
        };
        page.line("dictionaries", &array(folders.iter().map(String::as_str)), origin);
    }
    // What flags change comes after what the file does: both are shown, in the order in which they are laid over each other.
    page.changes(&written.changes);
    for (name, values) in
        [("enable", &arguments.rules.enable), ("disable", &arguments.rules.disable), ("set", &arguments.rules.set)]
    {
        if !values.is_empty() {
            let _ = writeln!(page.text, "# then, for every profile: --{name} {}", values.join(&format!(" --{name} ")));
        }
    }
}

fn an_export(page: &mut Page, export: &Export) {
    page.heading("[[export]]");
    page.list("files", export.files.as_deref());
    for (key, value) in &export.texts {
        page.stated(key, Some(value));
    }
    if let Some(first) = export.map.first() {
        let entries = export.map.iter().map(|stated| format!("{} = {}", key(&stated.value.0), quoted(&stated.value.1)));
        page.line("map", &inline(entries), line_of(first));
    }
    if let Some(first) = export.role_words.first() {
        let roles = export.role_words.chunk_by(|one, next| one.value.0 == next.value.0);
        let entries = roles.filter_map(|words| {
            let role = &words.first()?.value.0;
            Some(format!("{} = {}", key(role), array(words.iter().map(|word| word.value.1.as_str()))))
        });
        page.line("role-words", &inline(entries), line_of(first));
    }
    page.list("template", Some(&export.template).filter(|list| !list.is_empty()).map(Vec::as_slice));
    page.list("session-by", Some(&export.session_by).filter(|list| !list.is_empty()).map(Vec::as_slice));
    page.flag("grouped", export.grouped.as_ref());
}

fn profile(page: &mut Page, profile: &ProfileTable) {
    page.heading("[[profile]]");
    page.stated("name", Some(&profile.name));
    for (field, patterns) in &profile.conditions {
        page.list(field, Some(patterns));
    }
    page.list("packs", profile.packs.as_deref());
    page.stated("rulebook", profile.rulebook.as_ref());
    page.stated("source", profile.source.as_ref());
    page.changes(&profile.changes);
    page.list("auto-replies", Some(&profile.auto_replies).filter(|list| !list.is_empty()).map(Vec::as_slice));
    page.flag("telephone", profile.telephone.as_ref());
    if let Some(first) = profile.suggestions.first() {
        let rules = profile.suggestions.chunk_by(|one, next| one.value.rule == next.value.rule);
        let entries = rules.filter_map(|terms| {
            let rule = &terms.first()?.value.rule;
            let terms = terms.iter().map(|one| format!("{} = {}", quoted(&one.value.term), quoted(&one.value.wording)));
            Some(format!("{} = {}", key(rule), inline(terms)))
        });
        page.line("suggestions", &inline(entries), line_of(first));
    }
    if let Some(table) = &profile.hours {
        hours(page, table);
    }
}

fn hours(page: &mut Page, hours: &HoursTable) {
    page.heading("[profile.hours]");
    page.stated("zone", hours.zone.as_ref());
    let time = |minutes: u16| format!("\"{:02}:{:02}\"", minutes / 60, minutes % 60);
    if let Some(first) = hours.weekly.first() {
        let shifts = hours.weekly.iter().map(|stated| {
            let shift = &stated.value;
            let days = shift.days.iter().map(|day| DAYS[usize::from(day.to_monday_zero_offset().unsigned_abs())]);
            format!("{{ days = {}, from = {}, to = {} }}", array(days), time(shift.from), time(shift.to))
        });
        page.line("weekly", &listed(shifts), line_of(first));
    }
    if let Some(first) = hours.closed.first() {
        let days = hours.closed.iter().map(|stated| match stated.value {
            (first, last) if first == last => quoted(&first.to_string()),
            (first, last) => quoted(&format!("{first}..{last}")),
        });
        page.line("closed", &listed(days), line_of(first));
    }
    if let Some(first) = hours.extra.first() {
        let shifts = hours.extra.iter().map(|stated| {
            let shift = &stated.value;
            format!("{{ day = \"{}\", from = {}, to = {} }}", shift.day, time(shift.from), time(shift.to))
        });
        page.line("extra", &listed(shifts), line_of(first));
    }
}

fn line_of<T>(stated: &Stated<T>) -> String {
    format!("line {}", stated.origin.line)
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A key: bare where that is possible.
fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !name.is_empty() && name.chars().all(is_bare) { name.to_owned() } else { quoted(name) }
}

fn array<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    listed(texts.map(quoted))
}

fn listed(entries: impl Iterator<Item = String>) -> String {
    format!("[{}]", entries.collect::<Vec<_>>().join(", "))
}

fn inline(entries: impl Iterator<Item = String>) -> String {
    format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
}

fn absolute(path: &Path) -> String {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned()).display().to_string()
}
