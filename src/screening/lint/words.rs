//! Words: what jieba makes of the terms.

use super::{Bench, Prepared, Shape};
use crate::dictionary::{Diagnostic, Mode, OperatorKind, RuleKind, Term, TermPlace};
use crate::text::{Pattern, Segmenter};

/// How often jieba's dictionary has to count a word, among some 60 million, for it to be an everyday one. Of the shipped
/// terms the commonest is counted 849 times (他妈的), then come 命中 (761), 畜生 (458) and 后台 (331).
const EVERYDAY: usize = 1_000;

pub(super) fn lint(bench: &Bench<'_>, rule: &Prepared<'_>, found: &mut Vec<Diagnostic>) {
    for (form, text) in rule.literals() {
        let term = form.term;
        if term.mode == Mode::Word {
            one_token(bench, rule, term, text, found);
        }
        everyday(rule, term, text, found);
    }
    for form in &rule.terms {
        // A pattern that matches such a word and nothing beside it is no better.
        if let Shape::Pattern(pattern) = &form.shape
            && let Some(word) =
                pattern.required_literals().iter().find(|word| is_everyday(word) && says_alone(pattern, word))
        {
            everyday(rule, form.term, word, found);
        }
    }
    for form in rule.cues.iter().filter(|form| form.term.mode == Mode::Word) {
        if let Shape::Literal(text) = &form.shape {
            one_token(bench, rule, form.term, text, found);
        }
    }
}

/// Whether a pattern is content with a word in the middle of a clause, whatever stands around it.
fn says_alone(pattern: &Pattern, word: &str) -> bool {
    /// Longer than any gap, so that no border is near.
    const AROUND: usize = 80;
    let around = "某".repeat(AROUND);
    pattern.is_match(&format!("{around}{word}{around}"))
}

fn is_everyday(word: &str) -> bool {
    word.chars().nth(1).is_some() && Segmenter::frequency(word) >= EVERYDAY
}

/// What has to be said may well be said every day, and so may what only steers the queue; a single character and a whole
/// reply have rules of their own.
fn everyday(rule: &Prepared<'_>, term: &Term, word: &str, found: &mut Vec<Diagnostic>) {
    let accuses = rule.rule.operator == OperatorKind::Wording && rule.rule.kind == RuleKind::Violation;
    if accuses && term.place == TermPlace::Anywhere && is_everyday(word) {
        let count = Segmenter::frequency(word);
        let message = format!("`{word}` is an everyday word: jieba's dictionary counts it {count} times");
        found.push(
            Diagnostic::warning("everyday-word", term.origin.clone(), message)
                .of_term(&rule.rule.id, &term.text)
                .advise("write the phrase that is meant, or a pattern with what stands beside it"),
        );
    }
}

/// A `word` term that jieba cuts is still found where both its ends are borders, but perhaps less often than meant.
fn one_token(bench: &Bench<'_>, rule: &Prepared<'_>, term: &Term, folded: &str, found: &mut Vec<Diagnostic>) {
    let tokens = bench.segmenter.tokens(folded);
    if tokens.len() > 1 {
        let message = format!("jieba cuts this term into {}", tokens.join("/"));
        found.push(
            Diagnostic::warning("word-not-one-token", term.origin.clone(), message)
                .of_term(&rule.rule.id, &term.text)
                .advise("its borders still hold where jieba cuts both ends; add it to segmentation.txt, or use `substring` with exceptions"),
        );
    }
}
