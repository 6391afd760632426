//! A `[[rule]]` of a `pack.toml`.

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::code;
use super::keys::Keys;
use super::manifest::is_rule_id;
use super::pack::{Manual, OperatorKind, Queue, Rule, RuleKind};
use super::parameters::{Named, parameters};
use super::problems::Problems;
use super::source::SourceText;

/// Keys of a rule; a test compares them with the JSON Schema.
pub(super) const KEYS: &[&str] = &[
    "id",
    "title",
    "operator",
    "kind",
    "queue",
    "since",
    "aliases",
    "enabled",
    "source",
    "what",
    "why",
    "how",
    "misses",
    "suggestion",
    "parameters",
];

/// Reads a rule. The files it names are returned even if the rule itself is left out, so that they count as used.
pub(super) fn rule(
    source: &SourceText<'_>,
    table: &DeTable<'_>,
    header: Range<usize>,
    problems: &mut Problems,
) -> (Option<Rule>, Vec<Named>) {
    let keys = Keys::from_parts(source, table, header.clone(), "the rule", KEYS, problems);
    // A key that nobody reads changes nothing; any other problem leaves the rule out.
    let before = problems.count();
    let id = keys.required("id", problems).filter(|(id, span)| {
        let proper = is_rule_id(id);
        if !proper {
            problems.push(
                keys.error(span, code::BAD_ID, format!("`{id}` is not a rule id"))
                    .advise("use a-z, 0-9 and `-`, with at most one `/`, for instance `internal-jargon`"),
            );
        }
        proper
    });
    let title = keys.required("title", problems);
    let operator: Option<OperatorKind> = match keys.required("operator", problems) {
        Some(_) => keys.one_of("operator", code::UNKNOWN_OPERATOR, problems),
        None => None,
    };
    let kind = keys.one_of("kind", code::BAD_KIND, problems).unwrap_or(RuleKind::Violation);
    let queue: Option<Queue> = match kind {
        RuleKind::Violation => match keys.required("queue", problems) {
            Some(_) => keys.one_of("queue", code::BAD_QUEUE, problems),
            None => None,
        },
        // A signal opens no case, so it needs no queue class.
        RuleKind::Signal => Some(keys.one_of("queue", code::BAD_QUEUE, problems).unwrap_or(Queue::Stat)),
    };
    let since = keys.day("since", problems);
    let aliases = aliases(&keys, problems);
    let enabled = keys.flag("enabled", problems).unwrap_or(true);
    let plain = |key, problems: &mut Problems| keys.text(key, problems).map(|(text, _)| text).unwrap_or_default();
    let written_source = plain("source", problems);
    let manual = Manual {
        what: plain("what", problems),
        why: plain("why", problems),
        how: plain("how", problems),
        misses: plain("misses", problems),
        suggestion: keys.text("suggestion", problems).map(|(text, _)| text).filter(|text| !text.is_empty()),
    };
    let (parameters, named) = match keys.value("parameters") {
        None => (Vec::new(), Vec::new()),
        Some(value) => {
            if let DeValue::Table(table) = value.get_ref() {
                parameters(source, table, problems)
            } else {
                problems.push(
                    keys.error(&value.span(), code::WRONG_TYPE, "`parameters` has to be a table".to_owned())
                        .advise("begin it with a line `[rule.parameters]`"),
                );
                (Vec::new(), Vec::new())
            }
        }
    };
    let whole = problems.count() == before;
    let rule = match (id, title, operator, queue) {
        (Some((id, _)), Some((title, _)), Some(operator), Some(queue)) if whole => Some(Rule {
            id,
            origin: source.origin(header.start),
            title,
            operator,
            kind,
            queue,
            since,
            aliases,
            enabled,
            source: written_source,
            manual,
            parameters,
            terms: Vec::new(),
            exceptions: Vec::new(),
            not_when: Vec::new(),
            cues: Vec::new(),
            earlier_terms: Vec::new(),
        }),
        _ => None,
    };
    (rule, named)
}

fn aliases(keys: &Keys<'_>, problems: &mut Problems) -> Vec<String> {
    let mut aliases = Vec::new();
    for (alias, span) in keys.list("aliases", problems) {
        if is_rule_id(&alias) {
            aliases.push(alias);
        } else {
            problems.push(
                keys.error(&span, code::BAD_ID, format!("`{alias}` is not a rule id"))
                    .advise("an alias is the id that the rule had before"),
            );
        }
    }
    aliases
}
