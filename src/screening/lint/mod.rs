//! Lint of what is compiled: it folds, segments and looks into patterns, which the lint of the text itself cannot.

mod clean;
mod exceptions;
mod overlaps;
mod patterns;
mod words;

pub use clean::CleanHits;

use std::cell::OnceCell;

use super::rule_set::RuleSet;
use crate::dictionary::{Diagnostic, Dictionary, Disguise, Mode, OperatorKind, Rule, Term, Value, diagnostic};
use crate::operator::Operator;
use crate::text::{Alphabet, Classes, Evidence, Fold, Pattern, Segmenter};

/// Looks over the rules of a dictionary; `rules` is the same dictionary, compiled.
pub(super) fn lint(dictionary: &Dictionary, rules: &RuleSet) -> Vec<Diagnostic> {
    let mut classes = Classes::default();
    for class in &dictionary.classes {
        classes.add(&class.name, class.words.iter().map(|word| rules.tables.fold.fold(word)));
    }
    let bench = Bench {
        fold: &rules.tables.fold,
        classes,
        segmenter: &rules.tables.segmenter,
        characters: rules.tables.fold.alphabet(),
    };
    let rules: Vec<Prepared<'_>> =
        dictionary.packs.iter().flat_map(|pack| &pack.rules).map(|rule| bench.prepare(rule)).collect();
    let mut found = Vec::new();
    for rule in &rules {
        words::lint(&bench, rule, &mut found);
        patterns::lint(&bench, rule, &mut found);
    }
    patterns::lint_cues(&bench, dictionary, &mut found);
    overlaps::lint(&bench, &rules, &mut found);
    exceptions::lint(&bench, &rules, &mut found);
    diagnostic::bounded(found)
}

/// What the lint works with.
struct Bench<'r> {
    fold: &'r Fold,
    classes: Classes,
    segmenter: &'r Segmenter,
    /// The characters that a folded message can hold.
    characters: Alphabet,
}

/// A rule with its terms as the engine looks them up.
struct Prepared<'d> {
    rule: &'d Rule,
    terms: Vec<Form<'d>>,
    /// What may have been said before a cue; the exceptions of the rule are for these too.
    earlier: Vec<Form<'d>>,
    /// Terms of cues, which have but their own exceptions.
    cues: Vec<Form<'d>>,
}

/// A term as it is looked up.
struct Form<'d> {
    term: &'d Term,
    shape: Shape,
    /// How far it is looked for in disguise, where a hit need not be written as the term is.
    disguise: Disguise,
    /// Of a pattern, made when it is first asked for.
    evidence: OnceCell<Evidence>,
}

impl Form<'_> {
    fn evidence(&self, pattern: &Pattern) -> &Evidence {
        self.evidence.get_or_init(|| pattern.evidence())
    }
}

/// Where something is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Search {
    /// In every message of a speaker.
    Everywhere,
    /// In chosen messages, or around a hit.
    Chosen,
}

/// What a term or an exception is once it is read.
enum Shape {
    /// Folded; empty where nothing is left of it.
    Literal(String),
    Pattern(Box<Pattern>),
    /// A pattern that cannot be read, which the operators say.
    Unreadable,
}

impl Bench<'_> {
    fn prepare<'d>(&self, rule: &'d Rule) -> Prepared<'d> {
        let disguise = named_disguise(parameter(rule, "disguise"));
        let form = |term: &'d Term, search| Form {
            term,
            shape: self.shape(&term.text, term.mode, search),
            disguise: term.disguise.unwrap_or(disguise),
            evidence: OnceCell::new(),
        };
        let forms = |terms: &'d [Term], search| terms.iter().map(|term| form(term, search)).collect();
        let search = Prepared::search(rule);
        Prepared {
            rule,
            terms: forms(&rule.terms, search),
            earlier: forms(&rule.earlier_terms, search),
            cues: forms(&rule.cues, Search::Everywhere),
        }
    }

    /// A term or an exception as it is looked up.
    fn shape(&self, text: &str, mode: Mode, search: Search) -> Shape {
        if mode != Mode::Pattern {
            return Shape::Literal(self.fold.fold(text));
        }
        let read = match search {
            Search::Everywhere => Pattern::new(text, &self.classes),
            Search::Chosen => Pattern::parse(text, &self.classes),
        };
        read.map_or(Shape::Unreadable, |pattern| Shape::Pattern(Box::new(pattern)))
    }
}

impl Prepared<'_> {
    /// Where a rule's own terms are looked for.
    fn search(rule: &Rule) -> Search {
        if rule.operator == OperatorKind::Wording { Search::Everywhere } else { Search::Chosen }
    }

    /// A parameter that is a word.
    fn word(&self, name: &str) -> &str {
        parameter(self.rule, name)
    }

    /// The literal terms with their folded texts, without those of which nothing is left.
    fn literals(&self) -> impl Iterator<Item = (&Form<'_>, &str)> {
        self.terms.iter().filter_map(|form| match &form.shape {
            Shape::Literal(text) if !text.trim().is_empty() => Some((form, text.as_str())),
            _ => None,
        })
    }
}

/// A parameter that is a word, as written or as it is where nothing is written; empty where the operator has none such.
fn parameter<'r>(rule: &'r Rule, name: &str) -> &'r str {
    let written = rule.parameters.iter().find(|parameter| parameter.name == name);
    let written = written.and_then(|parameter| match &parameter.value {
        Value::Text(text) => Some(text.as_str()),
        _ => None,
    });
    let specs = Operator::parameters(rule.operator);
    let default = || specs.iter().find(|spec| spec.name == name).and_then(|spec| spec.default);
    written.or_else(default).unwrap_or_default()
}

/// The disguise of this name; none where there is no such.
fn named_disguise(name: &str) -> Disguise {
    let all = [Disguise::Yes, Disguise::LookAlike, Disguise::Pinyin, Disguise::Homophone];
    all.into_iter().find(|disguise| disguise.to_string() == name).unwrap_or(Disguise::No)
}

#[cfg(test)]
mod tests;
