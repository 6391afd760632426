//! A message may break several rules only with separate phrases.

use super::rule_set::RuleSet;
use crate::dictionary::RuleKind;
use crate::operator::Finding;
use crate::text::Span;

/// Of violations whose evidence overlaps in one message, the longer evidence stays, then the queue class that weighs
/// more, then the higher confidence, then the rule that comes first. Signals share words with anything.
pub(super) fn keep_separate(rules: &RuleSet, found: &mut Vec<(u32, Finding)>) {
    let is_violation = |slot: u32| rules.rules[slot as usize].kind == RuleKind::Violation;
    let mut claims: Vec<(u32, Span, usize, usize)> = Vec::new();
    for (at, (slot, finding)) in found.iter().enumerate() {
        if is_violation(*slot) {
            claims.extend(
                finding.quotes.iter().enumerate().map(|(index, quote)| (finding.message.0, quote.span, at, index)),
            );
        }
    }
    if claims.len() < 2 {
        return;
    }
    claims.sort_unstable_by_key(|claim| (claim.0, claim.1));
    let mut lost: Vec<(usize, usize)> = Vec::new();
    let mut kept: Option<(u32, Span, usize, usize)> = None;
    for claim in claims {
        let Some(last) = kept.filter(|last| last.0 == claim.0 && last.1.overlaps(claim.1) && last.2 != claim.2) else {
            kept = Some(claim);
            continue;
        };
        let weight = |&(_, span, at, index): &(u32, Span, usize, usize)| {
            let (slot, finding) = &found[at];
            let rule = &rules.rules[*slot as usize];
            (span.len(), std::cmp::Reverse(rule.queue), finding.quotes[index].confidence, std::cmp::Reverse(*slot))
        };
        if weight(&claim) > weight(&last) {
            lost.push((last.2, last.3));
            kept = Some(claim);
        } else {
            lost.push((claim.2, claim.3));
        }
    }
    if lost.is_empty() {
        return;
    }
    lost.sort_unstable();
    for (at, (_, finding)) in found.iter_mut().enumerate() {
        let mut index = 0;
        let had_quotes = !finding.quotes.is_empty();
        finding.quotes.retain(|_| {
            let keep = lost.binary_search(&(at, index)).is_err();
            index += 1;
            keep
        });
        if had_quotes && finding.quotes.is_empty() {
            // Marks the finding as having nothing left; see below.
            finding.confidence = 0;
        }
    }
    found.retain(|(_, finding)| finding.confidence > 0);
}
