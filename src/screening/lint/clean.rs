//! Terms that hit in conversations of which the user says that they are clean.

use std::collections::BTreeMap;

use super::super::form::Screening;
use crate::dictionary::{Diagnostic, Dictionary};

/// How often each term of each rule accused somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CleanHits {
    conversations: u64,
    hits: BTreeMap<(String, String), u64>,
}

impl CleanHits {
    /// The code of what is found here.
    pub const CODE: &'static str = "hits-in-clean-text";

    /// What one screening shows, a line for each hit.
    pub fn write(screening: &Screening, out: &mut Vec<u8>) {
        for candidate in screening.candidates.iter().chain(&screening.informational) {
            for span in &candidate.spans {
                if let Some(term) = &span.term {
                    // Ids and terms of a table hold neither tab nor line end.
                    out.extend_from_slice(format!("{}\t{term}\n", candidate.rule).as_bytes());
                }
            }
        }
    }

    /// Adds what was written of one screening.
    pub fn add(&mut self, written: &[u8]) {
        for line in String::from_utf8_lossy(written).lines() {
            if let Some((rule, term)) = line.split_once('\t') {
                *self.hits.entry((rule.to_owned(), term.to_owned())).or_default() += 1;
            }
        }
    }

    /// Says how many conversations there were.
    pub fn screened(&mut self, conversations: u64) {
        self.conversations += conversations;
    }

    /// The terms with more hits than `most`, each with its count.
    pub fn diagnostics(&self, dictionary: &Dictionary, most: u64) -> Vec<Diagnostic> {
        let rules = dictionary.packs.iter().flat_map(|pack| &pack.rules);
        let terms = rules.flat_map(|rule| rule.terms.iter().chain(&rule.cues).map(move |term| (rule, term)));
        let mut found = Vec::new();
        let mut said = std::collections::BTreeSet::new();
        for (rule, term) in terms {
            let key = (rule.id.clone(), term.text.clone());
            let Some(&hits) = self.hits.get(&key).filter(|hits| **hits > most) else { continue };
            // A term that stands there twice has its hits once.
            if !said.insert(key) {
                continue;
            }
            let message = format!(
                "`{}` accuses {hits} times in {} clean conversations ({} in a thousand)",
                term.text,
                self.conversations,
                rate(hits, self.conversations)
            );
            found.push(
                Diagnostic::warning(Self::CODE, term.origin.clone(), message)
                    .of_term(&rule.id, &term.text)
                    .advise("screen the file to see where; narrow the term or write exceptions, and keep the sentences as examples"),
            );
        }
        found
    }
}

/// Hits in a thousand conversations, with one place.
fn rate(hits: u64, conversations: u64) -> String {
    let tenths = (hits * 10_000 + conversations / 2) / conversations.max(1);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_rounded() {
        assert_eq!((rate(3, 2_000), rate(1, 3), rate(0, 0)), ("1.5".into(), "333.3".into(), "0.0".into()));
    }
}
