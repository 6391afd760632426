//! Exceptions: what suppresses a hit that lies inside it.

use std::collections::HashMap;

use crate::text::{Phrase, Phrases, Span};

/// The exceptions of one rule.
#[derive(Debug, Default)]
pub(super) struct Exceptions {
    rule: Vec<(Phrase, String, Vec<u32>)>,
    compiled: std::sync::OnceLock<Compiled>,
    /// Folded literal and the text as written, by term.
    term: HashMap<u32, Vec<(String, String)>>,
}

#[derive(Debug)]
struct Compiled {
    phrases: Phrases,
    written: Vec<String>,
    only: Vec<Vec<u32>>,
}

/// The exceptions of a rule that occur in one message, found once for all its hits.
#[derive(Debug, Default)]
pub(super) struct Occurrences {
    /// Ordered by start.
    places: Vec<(Span, usize)>,
    longest: u32,
}

impl Exceptions {
    pub(super) fn add_for_rule(&mut self, phrase: Phrase, written: String, only: Vec<u32>) {
        self.rule.push((phrase, written, only));
    }

    pub(super) fn add_for_term(&mut self, term: u32, folded: String, written: String) {
        self.term.entry(term).or_default().push((folded, written));
    }

    /// Closes the set; nothing can be added after.
    pub(super) fn seal(mut self) -> Self {
        let rule = std::mem::take(&mut self.rule);
        let mut compiled = Compiled { phrases: Phrases::new(Vec::new()), written: Vec::new(), only: Vec::new() };
        let mut phrases = Vec::with_capacity(rule.len());
        for (phrase, written, only) in rule {
            phrases.push(phrase);
            compiled.written.push(written);
            compiled.only.push(only);
        }
        compiled.phrases = Phrases::new(phrases);
        self.compiled = std::sync::OnceLock::from(compiled);
        self
    }

    /// Where the rule's exceptions occur in a folded message.
    pub(super) fn occurrences(&self, text: &str) -> Occurrences {
        let mut occurrences = Occurrences::default();
        if let Some(compiled) = self.compiled.get() {
            compiled.phrases.find_all(text, |index, span| occurrences.places.push((span, index)));
        }
        occurrences.places.sort_unstable();
        occurrences.longest = occurrences.places.iter().map(|(span, _)| span.len()).max().unwrap_or(0);
        occurrences
    }

    /// The exception that suppresses a hit: of those that contain it and are longer, the longest, then the first.
    pub(super) fn suppressing(&self, found: &Occurrences, text: &str, term: u32, hit: Span) -> Option<(String, Span)> {
        let mut best: Option<(Span, &str)> = None;
        if let Some(compiled) = self.compiled.get() {
            let from = hit.end.saturating_sub(found.longest);
            let first = found.places.partition_point(|(span, _)| span.start < from);
            for &(span, index) in found.places[first..].iter().take_while(|(span, _)| span.start <= hit.start) {
                let only = &compiled.only[index];
                if only.is_empty() || only.binary_search(&term).is_ok() {
                    prefer(&mut best, hit, span, &compiled.written[index]);
                }
            }
        }
        for (folded, written) in self.term.get(&term).map_or(&[][..], Vec::as_slice) {
            for span in around(text, folded, hit) {
                prefer(&mut best, hit, span, written);
            }
        }
        best.map(|(span, written)| (written.to_owned(), span))
    }
}

/// Keeps the longer of two exceptions, then the earlier, where the new one suppresses the hit at all.
fn prefer<'w>(best: &mut Option<(Span, &'w str)>, hit: Span, span: Span, written: &'w str) {
    let suppresses = span.contains(hit) && span.len() > hit.len();
    let longer = best.is_none_or(|(so_far, _)| span.len() > so_far.len());
    if suppresses && longer {
        *best = Some((span, written));
    }
}

/// Where a literal stands so that it contains the hit.
fn around<'t>(text: &'t str, literal: &'t str, hit: Span) -> impl Iterator<Item = Span> + 't {
    let first = (hit.end as usize).saturating_sub(literal.len());
    let last = (hit.start as usize).min(text.len().saturating_sub(literal.len()));
    (first..=last)
        .filter(move |&at| !literal.is_empty() && text.is_char_boundary(at) && text[at..].starts_with(literal))
        .map(move |at| Span::new(at, at + literal.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exceptions(rule: &[&str], term: &[&str]) -> Exceptions {
        let mut exceptions = Exceptions::default();
        for text in rule {
            exceptions.add_for_rule(Phrase::Literal((*text).into()), (*text).into(), Vec::new());
        }
        for text in term {
            exceptions.add_for_term(0, (*text).into(), (*text).into());
        }
        exceptions.seal()
    }

    fn suppressing(exceptions: &Exceptions, text: &str, hit: &str) -> Option<String> {
        let at = text.find(hit).unwrap();
        let found = exceptions.occurrences(text);
        exceptions.suppressing(&found, text, 0, Span::new(at, at + hit.len())).map(|(written, _)| written)
    }

    #[test]
    fn the_longest_exception_around_the_hit_counts() {
        let set = exceptions(&["酒店前台", "放酒店前台"], &["前台代收"]);
        assert_eq!(suppressing(&set, "放酒店前台代收", "前台").unwrap(), "放酒店前台");
        assert_eq!(suppressing(&set, "公司前台代收", "前台").unwrap(), "前台代收");
        assert_eq!(suppressing(&set, "前台显示,酒店前台", "前台"), None);
    }

    #[test]
    fn a_hit_as_long_as_the_exception_stands() {
        let set = exceptions(&["前台"], &["前台"]);
        assert_eq!(suppressing(&set, "前台", "前台"), None);
    }
}
