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

/// The exceptions of a rule that occur in one message, as far as its hits asked for them. One message each.
#[derive(Debug, Default)]
pub(super) struct Occurrences {
    /// Most messages have one hit, and then only what may lie around it is looked for. The next one asks for all, so that
    /// many hits cost no more than two.
    asked: bool,
    all: Option<Places>,
}

/// Where exceptions occur.
#[derive(Debug, Default)]
struct Places {
    /// Ordered by start.
    spans: Vec<(Span, usize)>,
    longest: u32,
}

impl Places {
    fn new(mut spans: Vec<(Span, usize)>) -> Self {
        spans.sort_unstable();
        let longest = spans.iter().map(|(span, _)| span.len()).max().unwrap_or(0);
        Self { spans, longest }
    }
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

    /// The exception that suppresses a hit of a folded message: of those that contain it and are longer, the longest,
    /// then the first.
    pub(super) fn suppressing(
        &self,
        found: &mut Occurrences,
        text: &str,
        term: u32,
        hit: Span,
    ) -> Option<(String, Span)> {
        let mut best: Option<(Span, &str)> = None;
        if let Some(compiled) = self.compiled.get() {
            let around_hit;
            let places = if found.asked {
                found.all.get_or_insert_with(|| compiled.places(text, None))
            } else {
                found.asked = true;
                around_hit = compiled.places(text, Some(hit));
                &around_hit
            };
            let from = hit.end.saturating_sub(places.longest);
            let first = places.spans.partition_point(|(span, _)| span.start < from);
            for &(span, index) in places.spans[first..].iter().take_while(|(span, _)| span.start <= hit.start) {
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

impl Compiled {
    /// Where the exceptions occur: all, or at least those that contain a hit.
    fn places(&self, text: &str, around: Option<Span>) -> Places {
        let mut spans = Vec::new();
        let mut found = |index, span| spans.push((span, index));
        match around {
            Some(hit) => self.phrases.find_around(text, hit, &mut found),
            None => self.phrases.find_all(text, &mut found),
        }
        Places::new(spans)
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
        let mut found = Occurrences::default();
        let mut suppressing = || {
            let span = Span::new(at, at + hit.len());
            exceptions.suppressing(&mut found, text, 0, span).map(|(written, _)| written)
        };
        // What is looked for around one hit and what is looked for everywhere agree.
        let first = suppressing();
        assert_eq!(first, suppressing());
        first
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
