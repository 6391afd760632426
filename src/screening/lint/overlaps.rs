//! Terms that say what other terms say already.

use std::cell::Cell;
use std::cmp::Reverse;
use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;

use super::{Bench, Form, Prepared, Search, Shape};
use crate::dictionary::{Diagnostic, Mode, OperatorKind, Origin, RuleKind, Term, TermPlace};
use crate::text::{Phrase, Phrases, Span};

/// So many places where terms of one rule stand in each other are looked at; a rule with more is made to be hostile.
const MOST_PLACES: usize = 2_000_000;

/// So many bytes of terms and exceptions are compared in one rule.
const MOST_COMPARED: usize = 64 << 20;

pub(super) fn lint(bench: &Bench<'_>, rules: &[Prepared<'_>], found: &mut Vec<Diagnostic>) {
    let mut needless = Needless::default();
    for rule in rules {
        duplicates(rule, found);
        needless.look_at(bench, rule);
    }
    found.extend(needless.seen.into_values().flatten());
    shadowed(rules, found);
}

/// The same term twice, once both are folded.
fn duplicates(rule: &Prepared<'_>, found: &mut Vec<Diagnostic>) {
    let mut first: BTreeMap<(&str, Mode, TermPlace), &Term> = BTreeMap::new();
    let patterns = rule.terms.iter().filter(|form| form.term.mode == Mode::Pattern);
    let all = rule.literals().chain(patterns.map(|form| (form, form.term.text.as_str())));
    let mut all: Vec<(&Form<'_>, &str)> = all.collect();
    all.sort_by_key(|(form, _)| &form.term.origin);
    for (form, text) in all {
        let term = form.term;
        let key = (text, term.mode, term.place);
        match first.get(&key) {
            None => {
                first.insert(key, term);
            }
            // One file that a rule names twice.
            Some(before) if before.origin == term.origin => {}
            Some(before) => {
                let place = format!("{}:{}", before.origin.file, before.origin.line);
                let message = if before.text == term.text {
                    format!("`{}` has this term in {place} already", rule.rule.id)
                } else {
                    format!(
                        "`{}` has this term in {place} already, as `{}`: they fold to one",
                        rule.rule.id, before.text
                    )
                };
                found.push(
                    Diagnostic::warning("duplicate-term", term.origin.clone(), message)
                        .of_term(&rule.rule.id, &term.text)
                        .advise("keep one of them"),
                );
            }
        }
    }
}

/// Terms without which the rule finds the same.
#[derive(Debug, Default)]
struct Needless {
    /// By place: the problem, or nothing if some rule needs the term.
    seen: BTreeMap<Origin, Option<Diagnostic>>,
}

impl Needless {
    fn look_at(&mut self, bench: &Bench<'_>, rule: &Prepared<'_>) {
        // Elsewhere it counts how often a term occurs, or which one it is.
        if !matches!(rule.rule.operator, OperatorKind::Wording | OperatorKind::RequiredWording) {
            return;
        }
        let shorter: Vec<(&Form<'_>, &str)> =
            rule.literals().filter(|(form, _)| covers_anything(rule, form.term)).collect();
        let Ok(automaton) = AhoCorasick::new(shorter.iter().map(|(_, text)| text)) else { return };
        if shorter.is_empty() {
            return;
        }
        let shields = Shields::new(bench, rule, &shorter, &automaton);
        // What stands before the part inside the term might negate it.
        let negates = rule.rule.operator == OperatorKind::Wording && rule.word("negation") != "ignore";
        let mut places = 0;
        for (form, text) in rule.literals() {
            let inside = automaton.find_overlapping_iter(text).take_while(|_| {
                places += 1;
                places <= MOST_PLACES
            });
            let enough = inside.map(|place| (place.pattern().as_usize(), place.start(), place.end())).find(
                |&(part, start, end)| {
                    (end - start < text.len() || form.term.mode == Mode::Word)
                        && says_as_much(rule, shorter[part].0, form)
                        && stands_alone(text, start, end)
                        && (start == 0 || !negates)
                        && !shields.may_part(part, text, Span::new(start, end))
                },
            );
            let enough = enough.map(|(part, ..)| shorter[part].0);
            let problem = enough.map(|part| {
                let message = format!("`{}` alone finds what `{}` finds", part.term.text, form.term.text);
                Diagnostic::warning("needless-term", form.term.origin.clone(), message)
                    .of_term(&rule.rule.id, &form.term.text)
                    .advise("remove the longer term, or say what is different about it: a suggestion, a confidence")
            });
            match self.seen.get_mut(&form.term.origin) {
                Some(before) if problem.is_none() => *before = None,
                Some(_) => {}
                None => {
                    self.seen.insert(form.term.origin.clone(), problem);
                }
            }
        }
    }
}

/// Whether a term is found in whatever contains it.
fn covers_anything(rule: &Prepared<'_>, term: &Term) -> bool {
    let echo = term.echo.map_or_else(|| rule.word("echo").to_owned(), |echo| echo.to_string());
    let ignores_echo = echo.is_empty() || echo == "ignore";
    term.mode == Mode::Substring && term.place == TermPlace::Anywhere && term.since.is_none() && ignores_echo
}

/// Whether a hit of the shorter term says all that one of the longer would say.
fn says_as_much(rule: &Prepared<'_>, shorter: &Form<'_>, longer: &Form<'_>) -> bool {
    let worded = |term: &Term| (term.suggestion.clone(), term.confidence);
    rule.rule.operator == OperatorKind::RequiredWording
        || (worded(shorter.term) == worded(longer.term) && shorter.disguise >= longer.disguise)
}

/// Whether a place in a text is not adjoined by a Latin letter or digit where it has one itself.
fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let is_latin = |character: Option<char>| character.is_some_and(|character| character.is_ascii_alphanumeric());
    let (before, after) = (text[..start].chars().next_back(), text[end..].chars().next());
    let part = &text[start..end];
    !(is_latin(before) && is_latin(part.chars().next()) || is_latin(after) && is_latin(part.chars().next_back()))
}

/// The exceptions that may suppress a shorter term where a longer one that contains it has to stand.
struct Shields {
    /// Folded.
    literals: Vec<String>,
    /// For each of the shorter terms the literals around it.
    around: Vec<Vec<usize>>,
    patterns: Phrases,
    /// Bytes that may still be compared.
    left: Cell<usize>,
}

impl Shields {
    fn new(bench: &Bench<'_>, rule: &Prepared<'_>, shorter: &[(&Form<'_>, &str)], automaton: &AhoCorasick) -> Self {
        let mut around: Vec<Vec<usize>> = vec![Vec::new(); shorter.len()];
        let (mut literals, mut patterns) = (Vec::new(), Vec::new());
        let mut places = 0;
        let mut add = |text: String, is_for: &dyn Fn(&Term) -> bool| {
            let number = literals.len();
            for place in automaton.find_overlapping_iter(&text).take(MOST_PLACES.saturating_sub(places)) {
                places += 1;
                let part = place.pattern().as_usize();
                if around[part].last() != Some(&number) && is_for(shorter[part].0.term) {
                    around[part].push(number);
                }
            }
            literals.push(text);
        };
        for exception in &rule.rule.exceptions {
            match bench.shape(&exception.text, exception.mode, Search::Chosen) {
                Shape::Literal(text) => {
                    add(text, &|term| exception.terms.is_empty() || exception.terms.contains(&term.text));
                }
                Shape::Pattern(pattern) => patterns.push(Phrase::Pattern(*pattern)),
                Shape::Unreadable => {}
            }
        }
        for (form, _) in shorter {
            for exception in &form.term.exceptions {
                add(bench.fold.fold(exception), &|term| term.origin == form.term.origin);
            }
        }
        // Where not all places were looked at, nothing can be said.
        let left = Cell::new(if places < MOST_PLACES { MOST_COMPARED } else { 0 });
        Self { literals, around, patterns: Phrases::new(patterns), left }
    }

    /// Whether an exception may suppress the shorter term, which stands at this place of the longer one, and not the longer.
    /// A pattern is tried on the longer term alone.
    fn may_part(&self, shorter: usize, longer: &str, place: Span) -> bool {
        let around = self.around[shorter].iter().map(|&literal| &self.literals[literal]);
        for literal in around {
            if !self.spend(literal.len()) || !literal.contains(longer) {
                return true;
            }
        }
        let mut parts = !self.spend(longer.len());
        if !parts {
            self.patterns.find_all(longer, |_, span| {
                parts |= span.contains(place) && span.len() > place.len() && span.len() <= longer.len() as u32;
            });
        }
        parts
    }

    /// Whether so many bytes may still be compared.
    fn spend(&self, bytes: usize) -> bool {
        let left = self.left.get().checked_sub(bytes);
        self.left.set(left.unwrap_or(0));
        left.is_some()
    }
}

/// Terms that another rule has too: a phrase belongs to one rule, so where both count only one of them shows.
fn shadowed(rules: &[Prepared<'_>], found: &mut Vec<Diagnostic>) {
    let mut owners: BTreeMap<(&str, &str), Vec<(&Prepared<'_>, &Term)>> = BTreeMap::new();
    let accusing = |rule: &&Prepared<'_>| {
        rule.rule.operator == OperatorKind::Wording && rule.rule.kind == RuleKind::Violation && rule.rule.enabled
    };
    for rule in rules.iter().filter(accusing) {
        for (form, text) in rule.literals().filter(|(form, _)| form.term.place == TermPlace::Anywhere) {
            owners.entry((rule.word("speaker"), text)).or_default().push((rule, form.term));
        }
    }
    for both in owners.values().filter(|owners| owners.len() > 1) {
        // As the screening decides, evidence being equal.
        let weight = |(rule, term): &(&Prepared<'_>, &Term)| {
            let confidence = term.confidence.unwrap_or_else(|| confidence(rule));
            (Reverse(rule.rule.queue), confidence, Reverse(rule.rule.id.clone()))
        };
        let Some(winner) = both.iter().max_by_key(|owner| weight(owner)) else { continue };
        for (rule, term) in both.iter().filter(|(rule, _)| rule.rule.id != winner.0.rule.id) {
            if winner.1.mode != term.mode && winner.1.mode != Mode::Substring {
                continue;
            }
            let message = format!("`{}` has this term too, and it is what shows", winner.0.rule.id);
            found.push(
                Diagnostic::warning("shadowed-term", term.origin.clone(), message)
                    .of_term(&rule.rule.id, &term.text)
                    .advise("leave it to one of the two rules"),
            );
        }
    }
}

/// The confidence of a rule's terms that state none.
fn confidence(rule: &Prepared<'_>) -> u16 {
    crate::operator::Parameters::read(
        rule.rule,
        crate::operator::Operator::parameters(rule.rule.operator),
        &mut Vec::new(),
    )
    .canonical()
    .find(|(name, _)| *name == "confidence")
    .and_then(|(_, figure)| figure.parse().ok())
    .unwrap_or_default()
}
