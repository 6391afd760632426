//! What candidates would cost if an inspector confirmed them all.

use std::collections::{BTreeMap, BTreeSet};

use super::edition::CasePolicy;
use super::points::Points;
use super::rulebook::Edition;

/// What one agent's candidates of a case would cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentPreview {
    /// The agent.
    pub agent: String,
    /// The deduction; none if no rule has an item with points. It is never 0 for want of an item.
    pub points: Option<Points>,
    /// Rules without an item, ordered.
    pub no_item: Vec<String>,
}

/// Previews a case from (agent, rule) pairs; the agents come ordered.
pub fn preview(edition: &Edition, candidates: &[(&str, &str)]) -> Vec<AgentPreview> {
    let mut agents: BTreeMap<&str, (Option<Points>, BTreeSet<&str>)> = BTreeMap::new();
    for (agent, rule) in candidates {
        let (points, no_item) = agents.entry(agent).or_default();
        match (edition.points(rule), edition.case_policy) {
            (Some(found), CasePolicy::MostSevere) => *points = (*points).max(Some(found)),
            (None, _) => {
                no_item.insert(rule);
            }
        }
    }
    agents
        .into_iter()
        .map(|(agent, (points, no_item))| AgentPreview {
            agent: agent.to_owned(),
            points,
            no_item: no_item.into_iter().map(str::to_owned).collect(),
        })
        .collect()
}
