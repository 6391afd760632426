//! The rule-set hash: everything that decides what is found, and nothing else.

use super::practice::Practice;
use super::rule_set::{BEHAVIOUR, HMM};
use crate::conversation::Zone;
use crate::dictionary::canonical::{self, Canonical, Digest};
use crate::dictionary::{Dictionary, Parameter, Rule, Value};
use crate::operator::{Operator, Parameters};
use crate::text::{Fold, Hmm, Readings, Skeleton};

/// jieba's dictionary is that of the crate that carries it.
const JIEBA: &str = "jieba-rs 0.11.0";

pub(super) fn rule_set(
    dictionary: &Dictionary,
    rules: &[(String, Rule)],
    (fold, skeleton, readings): (&Fold, &Skeleton, &Readings),
    zone: &Zone,
    practice: &Practice,
) -> String {
    let mut canonical = Canonical::new("zhijian rule set");
    canonical.number(BEHAVIOUR.into()).text(JIEBA).text(match HMM {
        Hmm::Off => "hmm off",
        Hmm::On => "hmm on",
    });
    canonical.text(zone.name());
    // The compiled tables, since they hold Unicode's own folding as well.
    fold.describe(|field| {
        canonical.text(field);
    });
    skeleton.describe(|field| {
        canonical.text(field);
    });
    readings.describe(|field| {
        canonical.text(field);
    });
    canonical.set(&dictionary.segmentation).set(&dictionary.classes).set(&dictionary.cues);
    canonical.number(i64::try_from(rules.len()).unwrap_or(i64::MAX));
    for (pack, rule) in rules {
        canonical.text(pack).list(&[with_defaults(rule)]);
    }
    practice.describe(&mut canonical);
    canonical.finish().to_string()
}

/// Tells rules apart that find something else; what they suggest is none of it.
pub(super) fn of_operator(rule: &Rule) -> Digest {
    let mut rule = with_defaults(rule);
    rule.manual.suggestion = None;
    for term in &mut rule.terms {
        term.suggestion = None;
    }
    canonical::digest(&rule)
}

/// The rule with every parameter written down, so that writing a default down changes nothing.
fn with_defaults(rule: &Rule) -> Rule {
    let parameters = Parameters::read(rule, Operator::parameters(rule.operator), &mut Vec::new());
    let origin = rule.origin.clone();
    let parameters = parameters
        .canonical()
        .map(|(name, value)| Parameter { name: name.to_owned(), value: Value::Text(value), origin: origin.clone() })
        .collect();
    Rule { parameters, ..rule.clone() }
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[digit as usize]))
        .collect()
}
