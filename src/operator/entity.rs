//! `entity`: a number or an address that means a person, or a way to reach one.

use super::answer::{Answers, Finding, Quote, Suppressed, Suppression};
use super::compile::{Compilation, Lane};
use super::known::Known;
use super::parameters::{ParameterKind, ParameterSpec, Parameters};
use super::view::{MessageIndex, View};
use crate::conversation::{Kind, Role};
use crate::dictionary::{Diagnostic, Rule};
use crate::text::{Entity as Found, EntityKind, Phrase, Phrases, entities};

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec { name: "speaker", kind: ParameterKind::Choice(Lane::WORDS), default: Some("agent") },
    ParameterSpec { name: "entities", kind: ParameterKind::Names, default: None },
    ParameterSpec { name: "always", kind: ParameterKind::Names, default: Some("") },
    ParameterSpec { name: "only-with-cue", kind: ParameterKind::Names, default: Some("") },
    ParameterSpec { name: "cues", kind: ParameterKind::Files, default: Some("") },
    ParameterSpec { name: "unless-known", kind: ParameterKind::Switch, default: Some("true") },
    ParameterSpec { name: "context", kind: ParameterKind::Integer(0, 20), default: Some("2") },
    ParameterSpec { name: "exceptions", kind: ParameterKind::Files, default: Some("") },
    ParameterSpec { name: "terms", kind: ParameterKind::Files, default: Some("") },
    ParameterSpec { name: "confidence", kind: ParameterKind::Integer(1, 1000), default: Some("500") },
    ParameterSpec { name: "confidence-with-term", kind: ParameterKind::Integer(1, 1000), default: Some("900") },
];

/// A compiled `entity` rule.
#[derive(Debug)]
pub struct Entity {
    role: Role,
    kinds: Vec<EntityKind>,
    /// Those that count whatever stands around them.
    always: Vec<EntityKind>,
    /// Those that count only beside a cue.
    only_with_cue: Vec<EntityKind>,
    cues: Phrases,
    unless_known: bool,
    /// How many messages before are looked at for exceptions.
    context: usize,
    exceptions: Phrases,
    terms: Phrases,
    confidence: u16,
    confidence_with_term: u16,
}

impl Entity {
    pub(super) fn compile(rule: &Rule, compilation: &mut Compilation<'_>) -> Self {
        let parameters = Parameters::read(rule, PARAMETERS, &mut compilation.diagnostics);
        let mut kinds = |name: &str| -> Vec<EntityKind> {
            let mut kinds = Vec::new();
            for word in parameters.names(name) {
                if let Some(kind) = EntityKind::from_word(word) {
                    kinds.push(kind);
                } else {
                    let written = rule.parameters.iter().find(|parameter| parameter.name == name);
                    let origin = written.map_or(&rule.origin, |parameter| &parameter.origin).clone();
                    let known: Vec<&str> = EntityKind::ALL.into_iter().map(EntityKind::as_str).collect();
                    compilation.diagnostics.push(
                        Diagnostic::error("bad-parameter", origin, format!("`{word}` is no kind of entity"))
                            .advise(format!("known are {}", known.join(", "))),
                    );
                }
            }
            kinds
        };
        let (wanted, always, only_with_cue) = (kinds("entities"), kinds("always"), kinds("only-with-cue"));
        if !only_with_cue.is_empty() && rule.cues.is_empty() {
            let why = "what `only-with-cue` names is never found without cues";
            compilation.lacks(rule, "cues", why, "name a file of cues, or take the kinds out of `only-with-cue`");
        }
        let exceptions: Vec<Phrase> =
            rule.exceptions.iter().filter_map(|one| compilation.phrase(&one.text, one.mode, &one.origin)).collect();
        let terms: Vec<Phrase> =
            rule.terms.iter().filter_map(|one| compilation.phrase(&one.text, one.mode, &one.origin)).collect();
        let cues: Vec<Phrase> =
            rule.cues.iter().filter_map(|one| compilation.phrase(&one.text, one.mode, &one.origin)).collect();
        Self {
            role: Lane::ALL[parameters.choice("speaker")].role(),
            kinds: wanted,
            always,
            only_with_cue,
            cues: Phrases::new(cues),
            unless_known: parameters.switch("unless-known"),
            context: usize::try_from(parameters.integer("context")).unwrap_or(0),
            exceptions: Phrases::new(exceptions),
            terms: Phrases::new(terms),
            confidence: parameters.permille("confidence"),
            confidence_with_term: parameters.permille("confidence-with-term"),
        }
    }

    /// What a finding names as the term of its evidence: the kinds, in the order of [`EntityKind::ALL`].
    pub(super) fn terms() -> Vec<&'static str> {
        EntityKind::ALL.into_iter().map(EntityKind::as_str).collect()
    }

    pub(super) fn judge(&self, view: &View<'_>, answers: &mut Answers) {
        let mut known = Known::default();
        for (index, message) in view.indexed() {
            if message.role != self.role || message.kind != Kind::Text {
                continue;
            }
            let text = view.text(index);
            let mut found: Vec<Found> = Vec::new();
            entities(text, view.dialogue.entity_words(), &self.kinds, |entity| found.push(entity));
            if !found.is_empty() {
                self.judge_message(view, index, found, &mut known, answers);
            }
        }
    }

    fn judge_message(
        &self,
        view: &View<'_>,
        message: MessageIndex,
        mut found: Vec<Found>,
        known: &mut Known,
        answers: &mut Answers,
    ) {
        let text = view.text(message);
        let has_cue = self.cues.is_match(text);
        let stressed = self.terms.is_match(text);
        // What the message itself says of somebody else outweighs what was said before it.
        let excused = self.is_excused(view, message, if stressed { 0 } else { self.context });
        found.sort_by_key(|entity| entity.span);
        let mut quotes: Vec<Quote> = Vec::new();
        for entity in found {
            let counts_always = self.always.contains(&entity.kind);
            let term = EntityKind::ALL.iter().position(|kind| *kind == entity.kind).unwrap_or(0) as u32;
            let overlaps = quotes.last().is_some_and(|last| last.span.overlaps(entity.span));
            let suppression = if self.only_with_cue.contains(&entity.kind) && !has_cue {
                Some(Suppression::NoCue)
            } else if excused && !counts_always {
                Some(Suppression::Excused)
            } else if self.unless_known && !counts_always && known.is_known(view, message, &entity) {
                Some(Suppression::Known)
            } else {
                overlaps.then_some(Suppression::Covered)
            };
            if let Some(by) = suppression {
                if let Some(suppressed) = &mut answers.suppressed {
                    suppressed.push(Suppressed { message, span: entity.span, term, by });
                }
                continue;
            }
            let confidence = if counts_always || stressed { self.confidence_with_term } else { self.confidence };
            quotes.push(Quote { span: entity.span, term, confidence, reasons: Vec::new() });
        }
        if let Some(confidence) = quotes.iter().map(|quote| quote.confidence).max() {
            answers.settled.push(Finding { message, quotes, anchor: Some(message), confidence, reasons: Vec::new() });
        }
    }

    /// Whether the message, or one of the `context` messages before it, shows that there is nothing wrong with it.
    fn is_excused(&self, view: &View<'_>, message: MessageIndex, context: usize) -> bool {
        let first = message.get().saturating_sub(context);
        (first..=message.get()).rev().map(|at| MessageIndex(at as u32)).any(|index| {
            let earlier = &view.messages[index.get()];
            earlier.kind == Kind::Text && earlier.side().is_some() && self.exceptions.is_match(view.text(index))
        })
    }
}
