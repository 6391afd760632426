//! Patterns read ahead, several at a time: reading them takes most of the time in which rules are compiled.

use std::collections::HashMap;
use std::thread::{self, Builder};

use crate::dictionary::{Mode, OperatorKind, Rule, Term};
use crate::text::{Classes, Pattern, Segmenter};

/// So many threads read. What they read is the same however many they are.
const THREADS: usize = 4;

/// The patterns of terms that are looked for in every message, by their text; those that cannot be read are not among them.
#[derive(Debug, Default)]
pub(super) struct Ahead(HashMap<String, Pattern>);

impl Ahead {
    /// Reads the patterns of some rules, and jieba's dictionary meanwhile.
    pub(super) fn read<'r>(rules: impl Iterator<Item = &'r Rule>, classes: &Classes) -> Self {
        // Those of other rules are run over chosen messages only, and read when they are first needed.
        let everywhere = |rule: &'r Rule| match rule.operator {
            OperatorKind::Wording => rule.terms.iter(),
            _ => rule.cues.iter(),
        };
        let mut patterns: Vec<&Term> = rules.flat_map(everywhere).filter(|term| term.mode == Mode::Pattern).collect();
        // Long ones take longest: dealt out by turns, each thread gets its share of them.
        patterns.sort_unstable_by(|a, b| b.text.len().cmp(&a.text.len()).then_with(|| a.text.cmp(&b.text)));
        patterns.dedup_by(|a, b| a.text == b.text);
        let read = &|first: usize| -> Vec<(String, Pattern)> {
            let mine = patterns.iter().skip(first).step_by(THREADS);
            mine.filter_map(|term| Some((term.text.clone(), Pattern::new(&term.text, classes).ok()?))).collect()
        };
        thread::scope(|scope| {
            // Where no thread is to be had, or one fails, what it would have brought is read where it is asked for.
            let _jieba = Builder::new().spawn_scoped(scope, Segmenter::load);
            let begin = |first| Builder::new().spawn_scoped(scope, move || read(first)).ok();
            let threads: Vec<_> = (0..THREADS).filter_map(begin).collect();
            Self(threads.into_iter().filter_map(|thread| thread.join().ok()).flatten().collect())
        })
    }

    /// Hands a pattern over, once.
    pub(super) fn take(&mut self, text: &str) -> Option<Pattern> {
        self.0.remove(text)
    }
}
