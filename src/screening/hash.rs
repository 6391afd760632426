//! The rule-set hash: everything that decides what is found, and nothing else.

use sha2::{Digest, Sha256};

use super::rule_set::{BEHAVIOUR, HMM};
use crate::conversation::Zone;
use crate::dictionary::{Cue, Dictionary, Echo, Exception, Mode, Rule, RuleKind, Term, TermPlace};
use crate::operator::{Operator, Parameters};
use crate::text::{Fold, Hmm, Skeleton};

/// The version of jieba's dictionary: that of the crate that carries it.
const JIEBA: &str = "jieba-rs 0.11.0";

/// Length-prefixed fields on their way into SHA-256, so that no two lists of fields give the same bytes.
struct Canonical(Sha256);

impl Canonical {
    fn field(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text.as_bytes());
    }

    fn count(&mut self, count: usize) {
        self.0.update((count as u64).to_le_bytes());
    }

    fn optional(&mut self, text: Option<&str>) {
        self.count(usize::from(text.is_some()));
        self.field(text.unwrap_or_default());
    }

    /// A set of records: their order does not count.
    fn records(&mut self, mut records: Vec<Vec<String>>) {
        records.sort_unstable();
        self.count(records.len());
        for record in records {
            self.count(record.len());
            record.iter().for_each(|field| self.field(field));
        }
    }
}

pub(super) fn rule_set(
    dictionary: &Dictionary,
    rules: &[(String, Rule)],
    fold: &Fold,
    skeleton: &Skeleton,
    zone: &Zone,
) -> String {
    let mut canonical = Canonical(Sha256::new());
    canonical.field("zhijian rule set");
    canonical.count(BEHAVIOUR as usize);
    canonical.field(JIEBA);
    canonical.field(match HMM {
        Hmm::Off => "hmm off",
        Hmm::On => "hmm on",
    });
    canonical.field(zone.name());
    fold.describe(|field| canonical.field(field));
    canonical.field("skeleton");
    skeleton.describe(|field| canonical.field(field));
    let segmentation = dictionary.segmentation.iter().map(|word| vec![word.word.clone(), word.frequency.to_string()]);
    canonical.records(segmentation.collect());
    let classes = dictionary.classes.iter().map(|class| {
        let mut words = class.words.clone();
        words.sort_unstable();
        words.insert(0, class.name.clone());
        words
    });
    canonical.records(classes.collect());
    canonical.count(dictionary.cues.len());
    for (name, cues) in &dictionary.cues {
        canonical.field(name);
        canonical.records(cues.iter().map(cue).collect());
    }
    canonical.count(rules.len());
    for (pack, rule) in rules {
        canonical.field(pack);
        self::rule(&mut canonical, rule);
    }
    let digest = canonical.0.finalize();
    hex(&digest)
}

fn rule(canonical: &mut Canonical, rule: &Rule) {
    canonical.field(&rule.id);
    canonical.field(match rule.kind {
        RuleKind::Violation => "violation",
        RuleKind::Signal => "signal",
    });
    canonical.field(&format!("{:?}", rule.queue));
    canonical.field(&format!("{:?}", rule.operator));
    canonical.optional(rule.since.map(|day| day.to_string()).as_deref());
    // The defaults are filled in, so that writing one down changes nothing.
    let parameters = Parameters::read(rule, Operator::parameters(rule.operator), &mut Vec::new());
    canonical.records(parameters.canonical().map(|(name, value)| vec![name.to_owned(), value]).collect());
    canonical.records(rule.terms.iter().map(term).collect());
    canonical.records(rule.exceptions.iter().map(exception).collect());
    canonical.records(rule.not_when.iter().map(cue).collect());
}

fn term(term: &Term) -> Vec<String> {
    let mut exceptions = term.exceptions.clone();
    exceptions.sort_unstable();
    let mut fields = vec![
        term.text.clone(),
        mode(term.mode).to_owned(),
        term.suggestion.clone().unwrap_or_default(),
        term.since.map(|day| day.to_string()).unwrap_or_default(),
        term.confidence.map(|permille| permille.to_string()).unwrap_or_default(),
        term.disguise.to_string(),
        match term.echo {
            None => "",
            Some(Echo::Ignore) => "ignore",
            Some(Echo::Lower) => "lower",
            Some(Echo::Suppress) => "suppress",
        }
        .to_owned(),
        match term.place {
            TermPlace::Anywhere => "anywhere",
            TermPlace::WholeReply => "whole-reply",
        }
        .to_owned(),
    ];
    fields.extend(exceptions);
    fields
}

fn exception(exception: &Exception) -> Vec<String> {
    let mut terms = exception.terms.clone();
    terms.sort_unstable();
    let mut fields = vec![exception.text.clone(), mode(exception.mode).to_owned()];
    fields.extend(terms);
    fields
}

fn cue(cue: &Cue) -> Vec<String> {
    vec![cue.text.clone(), mode(cue.mode).to_owned(), cue.value.clone()]
}

fn mode(mode: Mode) -> &'static str {
    match mode {
        Mode::Word => "word",
        Mode::Substring => "substring",
        Mode::Pattern => "pattern",
    }
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(b"0123456789abcdef"[digit as usize])).collect()
}
