//! Exceptions that never apply, and terms that always lie inside one.

use std::collections::{BTreeMap, BTreeSet};

use aho_corasick::AhoCorasick;

use super::{Bench, Form, Prepared, Search, Shape};
use crate::dictionary::{Diagnostic, Disguise, Exception, Mode, OperatorKind, Origin};
use crate::text::{Alphabet, Pattern, Phrase, Phrases, Span};

/// So many pairs of an exception and a term are compared in one rule; of a rule with more nothing further is said.
const MOST_PAIRS: usize = 4_000_000;

pub(super) fn lint(bench: &Bench<'_>, rules: &[Prepared<'_>], found: &mut Vec<Diagnostic>) {
    let mut idle = Idle::default();
    // Elsewhere exceptions do not go by the hits of terms.
    let by_hits =
        |rule: &&Prepared<'_>| matches!(rule.rule.operator, OperatorKind::Wording | OperatorKind::RequiredWording);
    for rule in rules.iter().filter(by_hits) {
        own(bench, rule, found);
        idle.look_at(bench, rule);
        swallowed(bench, rule, found);
    }
    found.extend(idle.seen.into_values().flatten());
}

/// The exceptions in a term's own row.
fn own(bench: &Bench<'_>, rule: &Prepared<'_>, found: &mut Vec<Diagnostic>) {
    for form in rule.terms.iter().chain(&rule.earlier).chain(&rule.cues) {
        for exception in &form.term.exceptions {
            if !may_contain(&Guard::new(Shape::Literal(bench.fold.fold(exception))), form) {
                let message = format!("the exception `{exception}` can contain no hit of this term");
                found.push(
                    Diagnostic::warning("idle-exception", form.term.origin.clone(), message)
                        .of_term(&rule.rule.id, &form.term.text)
                        .advise(ADVICE),
                );
            }
        }
    }
}

const ADVICE: &str = "an exception suppresses a hit inside it; write the whole phrase, the term included";

/// An exception as it is looked up, with what is known of it.
struct Guard {
    shape: Shape,
    /// The characters of a pattern.
    characters: Option<Alphabet>,
    /// The most bytes that it spans.
    reach: usize,
}

impl Guard {
    fn new(shape: Shape) -> Self {
        let (characters, reach) = match &shape {
            Shape::Literal(text) => (None, text.len()),
            Shape::Pattern(pattern) => (Some(pattern.alphabet()), pattern.reach(usize::MAX)),
            Shape::Unreadable => (None, usize::MAX),
        };
        Self { shape, characters, reach }
    }

    /// Whether a text can stand inside it.
    fn may_hold(&self, text: &str) -> bool {
        match &self.shape {
            Shape::Literal(exception) => exception.contains(text),
            Shape::Pattern(_) | Shape::Unreadable => {
                self.characters.as_ref().is_none_or(|characters| characters.has_all(text))
            }
        }
    }
}

/// Whether an exception may contain a hit of the term and be longer; false only where it provably never does.
fn may_contain(guard: &Guard, form: &Form<'_>) -> bool {
    match &form.shape {
        // A hit in disguise is written in other characters, and so is what stands around it.
        _ if form.disguise != Disguise::No => true,
        Shape::Literal(term) => guard.reach > term.len() && guard.may_hold(term),
        Shape::Pattern(pattern) => {
            let spelt = |set: &Vec<String>| set.iter().any(|literal| guard.may_hold(literal));
            let evidence = form.evidence(pattern);
            guard.reach > evidence.least && evidence.literals.iter().all(spelt)
        }
        Shape::Unreadable => true,
    }
}

/// Exceptions of whole rules that are of no use to any rule that names their file.
#[derive(Debug, Default)]
struct Idle {
    /// By place: the problem, or nothing if some rule has a use for it.
    seen: BTreeMap<Origin, Option<Diagnostic>>,
}

impl Idle {
    fn look_at(&mut self, bench: &Bench<'_>, rule: &Prepared<'_>) {
        let all: Vec<(&Form<'_>, &str)> = rule.literals().collect();
        // Without an automaton (its limits are far above any dictionary) nothing is reported.
        let Ok(literals) = AhoCorasick::new(all.iter().map(|(_, text)| text)) else { return };
        let names: BTreeSet<&str> = rule.terms.iter().chain(&rule.earlier).map(|form| &*form.term.text).collect();
        let mut pairs = 0;
        for exception in &rule.rule.exceptions {
            // A name that no term has is the operators' to report.
            if exception.terms.iter().any(|term| !names.contains(&**term)) {
                continue;
            }
            let is_idle = is_idle(bench, rule, exception, &literals, &mut pairs);
            if pairs > MOST_PAIRS {
                return;
            }
            let problem = is_idle.then(|| {
                let message = format!("the exception `{}` contains none of the terms that it is for", exception.text);
                Diagnostic::warning("idle-exception", exception.origin.clone(), message)
                    .of_term(&rule.rule.id, &exception.text)
                    .advise(ADVICE)
            });
            match self.seen.get_mut(&exception.origin) {
                Some(before) if problem.is_none() => *before = None,
                Some(_) => {}
                None => {
                    self.seen.insert(exception.origin.clone(), problem);
                }
            }
        }
    }
}

fn is_idle(
    bench: &Bench<'_>,
    rule: &Prepared<'_>,
    exception: &Exception,
    literals: &AhoCorasick,
    pairs: &mut usize,
) -> bool {
    let guard = Guard::new(bench.shape(&exception.text, exception.mode, Search::Chosen));
    if let Shape::Literal(text) = &guard.shape
        && exception.terms.is_empty()
        && literals.find_overlapping_iter(text).any(|place| place.end() - place.start() < text.len())
    {
        return false;
    }
    let found_already = |form: &&Form<'_>| {
        let is_literal = matches!((&guard.shape, &form.shape), (Shape::Literal(_), Shape::Literal(_)));
        !(is_literal && exception.terms.is_empty() && form.disguise == Disguise::No)
    };
    let is_for = |form: &Form<'_>| exception.terms.is_empty() || exception.terms.contains(&form.term.text);
    let earlier = rule.earlier.iter();
    !rule.terms.iter().filter(found_already).chain(earlier).any(|form| {
        *pairs += 1;
        is_for(form) && may_contain(&guard, form)
    })
}

/// Patterns of which every hit lies inside an exception that is part of the match: they never count.
fn swallowed(bench: &Bench<'_>, rule: &Prepared<'_>, found: &mut Vec<Diagnostic>) {
    if rule.rule.operator != OperatorKind::Wording {
        return;
    }
    // Only a hit that is narrower than its match can have an exception around it.
    let is_narrow = |form: &&Form<'_>| form.disguise == Disguise::No && form.term.text.contains("(?<hit>");
    let mut pairs = 0;
    for form in rule.terms.iter().filter(is_narrow) {
        pairs += rule.rule.exceptions.len();
        if pairs > MOST_PAIRS {
            return;
        }
        let Shape::Pattern(pattern) = &form.shape else { continue };
        let Some(texts) = pattern.texts() else { continue };
        let shared = rule.rule.exceptions.iter().filter(|exception| {
            exception.mode != Mode::Pattern && (exception.terms.is_empty() || exception.terms.contains(&form.term.text))
        });
        let exceptions = shared.map(|exception| &exception.text).chain(&form.term.exceptions);
        let exceptions = exceptions.map(|exception| Phrase::Literal(bench.fold.fold(exception)));
        let exceptions = Phrases::new(exceptions.collect());
        if !texts.is_empty() && texts.iter().all(|text| never_counts(pattern, text, &exceptions)) {
            found.push(
                Diagnostic::warning(
                    "swallowed-term",
                    form.term.origin.clone(),
                    "all that this finds lies inside an exception",
                )
                .of_term(&rule.rule.id, &form.term.text)
                .advise("remove the term or the exception"),
            );
        }
    }
}

/// Whether each hit in a text that the pattern matches has an exception around it.
fn never_counts(pattern: &Pattern, text: &str, exceptions: &Phrases) -> bool {
    let mut around: Vec<Span> = Vec::new();
    exceptions.find_all(text, |_, span| around.push(span));
    let is_inside = |hit: &Span| around.iter().any(|exception| exception.contains(*hit) && exception.len() > hit.len());
    let hits = pattern.evidence_in(text);
    !hits.is_empty() && hits.iter().all(is_inside)
}
