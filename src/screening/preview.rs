//! Joining the preview: what the candidates would cost under the rulebook's edition of the conversation's day.

use std::borrow::Cow;

use jiff::civil::Date;

use super::form::{AgentPreview, Preview, Screening};
use crate::scoring::{self, Rulebook};

/// Gives a flagged screening its points and preview. Without a day, or before the first edition, it says so.
pub fn join_preview(rulebook: &Rulebook, day: Option<Date>, screening: &mut Screening) {
    if screening.candidates.is_empty() {
        return;
    }
    let mut preview = Preview {
        rulebook: rulebook.id.clone(),
        edition: None,
        agents: Vec::new(),
        no_item: Vec::new(),
        not_evaluated: None,
    };
    let edition = match day {
        None => Err("no-day"),
        Some(day) => rulebook.edition_on(day).ok_or("no-edition"),
    };
    match edition {
        Err(reason) => preview.not_evaluated = Some(Cow::Borrowed(reason)),
        Ok(edition) => {
            preview.edition = Some(edition.name.clone());
            for candidate in &mut screening.candidates {
                candidate.points = edition.points(&candidate.rule).map(|points| points.to_string());
            }
            let candidates: Vec<(&str, &str)> = screening
                .candidates
                .iter()
                .map(|found| (found.agent.as_deref().unwrap_or_default(), found.rule.as_str()))
                .collect();
            for agent in scoring::preview(edition, &candidates) {
                preview.no_item.extend(agent.no_item);
                if let Some(points) = agent.points {
                    preview.agents.push(AgentPreview { agent: agent.agent, points: points.to_string() });
                }
            }
            preview.no_item.sort_unstable();
            preview.no_item.dedup();
        }
    }
    screening.preview = Some(preview);
}
