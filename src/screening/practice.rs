//! What a shop does in its own way, beside the changes to the rules: when it answers, and what it says instead.

use std::sync::Arc;

use crate::conversation::ServiceHours;
use crate::dictionary::Rule;
use crate::dictionary::canonical::Canonical;

/// The practice of a shop. The default is that of a shop which says nothing of it.
#[derive(Debug, Clone, Default)]
pub struct Practice {
    /// When its clocks run; `None`: around the clock.
    pub hours: Option<Arc<ServiceHours>>,
    /// Wording to use instead of a term: rule, term as the dictionary writes it, wording.
    pub suggestions: Vec<(String, String, String)>,
    /// Texts that a machine sends as the agent; `*` stands for a run of anything.
    pub auto_replies: Vec<String>,
    /// Whether all of its conversations are telephone calls, whatever their channel is called.
    pub is_telephone: bool,
}

impl Practice {
    /// Puts the suggestions in the place of those of the dictionary; says whether there was one for the rule.
    pub(super) fn suggest(&self, rule: &mut Rule) -> bool {
        let mut any = false;
        for (named, text, wording) in &self.suggestions {
            if !rule.is_called(named) {
                continue;
            }
            for term in rule.terms.iter_mut().filter(|term| term.text == *text) {
                term.suggestion = Some(wording.clone());
                any = true;
            }
        }
        any
    }

    /// What decides the findings, and is in no rule; nothing where nothing is said, so that hashes without it stay.
    pub(super) fn describe(&self, canonical: &mut Canonical) {
        if let Some(hours) = &self.hours {
            canonical.text("hours").text(hours.zone().name());
            for shifts in hours.week() {
                canonical.name(&shifts.len());
                for shift in shifts {
                    canonical.number(shift.from.into()).number(shift.to.into());
                }
            }
            canonical.name(&hours.closed().len());
            for (first, last) in hours.closed() {
                canonical.name(first).name(last);
            }
            canonical.name(&hours.extra().len());
            for (day, shift) in hours.extra() {
                canonical.name(day).number(shift.from.into()).number(shift.to.into());
            }
        }
        if !self.auto_replies.is_empty() {
            // Which of them a message is decides nothing.
            let mut texts: Vec<&str> = self.auto_replies.iter().map(|text| text.trim()).collect();
            texts.sort_unstable();
            texts.dedup();
            canonical.text("auto-replies").name(&texts.len());
            for text in texts {
                canonical.text(text);
            }
        }
        if self.is_telephone {
            canonical.text("telephone");
        }
    }
}
