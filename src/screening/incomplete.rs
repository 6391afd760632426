//! Conversations of which rows could not be read.

use std::borrow::Cow;
use std::sync::Arc;

use super::form::{RuleNotEvaluated, Screening};
use super::rule_set::{CompiledRule, RuleSet};
use crate::operator::Operator;

/// Why a rule about the course of an incomplete conversation is not judged.
const REASON: &str = "incomplete";

/// Takes back what only a complete conversation can show. What was said stays said; but what is missing may be in the
/// rows that were lost, and so may the answer that came in time.
pub fn leave_course_open(rules: &RuleSet, screening: &mut Screening) {
    let course: Vec<&CompiledRule> =
        rules.rules().iter().map(|rule| &**rule).filter(|rule| is_about_course(rule)).collect();
    let is_course = |id: &str| course.iter().any(|rule| *rule.id == *id);
    screening.candidates.retain(|found| !is_course(&found.rule));
    screening.informational.retain(|found| !is_course(&found.rule));
    screening.signals.retain(|found| !is_course(&found.rule));
    let mut known = std::mem::take(&mut screening.not_evaluated);
    for rule in rules.rules() {
        if let Some(at) = known.iter().position(|known| *known.rule == *rule.id) {
            screening.not_evaluated.push(known.remove(at));
        } else if is_course(&rule.id) {
            let reason = Cow::Borrowed(REASON);
            screening.not_evaluated.push(RuleNotEvaluated { rule: Arc::clone(&rule.id), reason });
        }
    }
    screening.outcome = screening.judged(rules.rules().len());
}

fn is_about_course(rule: &CompiledRule) -> bool {
    match *rule.operator {
        Operator::Wording(_) | Operator::Repetition(_) | Operator::Entity(_) => false,
        Operator::RequiredWording(_)
        | Operator::After(_)
        | Operator::ResponseTime(_)
        | Operator::Closure(_)
        | Operator::Extent(_)
        | Operator::Combination(_) => true,
    }
}
