//! What operators compile against: fold tables, word classes and the matchers of the speakers.

use std::collections::BTreeMap;

use super::Operator;
use super::ahead::Ahead;
use crate::conversation::Role;
use crate::dictionary::canonical::{Canonical, Digest};
use crate::dictionary::{Diagnostic, Disguise, Exception, Mode, Parameter, Rule, Term, nearest};
use crate::text::{Classes, Entry, Fold, Lookup, MatcherBuilder, Pattern, Phrase, Stream};

/// The messages that one matcher reads: those of one speaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Human agents.
    Agent,
    /// Customers.
    Customer,
    /// Bots.
    Bot,
}

impl Lane {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Agent, Self::Customer, Self::Bot];
    /// The words of the parameter `speaker`, in the order of [`Self::ALL`].
    pub(super) const WORDS: &'static [&'static str] = &["agent", "customer", "bot"];

    /// The lane of a role; notices have none.
    pub fn of(role: Role) -> Option<Self> {
        match role {
            Role::Agent => Some(Self::Agent),
            Role::Customer => Some(Self::Customer),
            Role::Bot => Some(Self::Bot),
            Role::System => None,
        }
    }

    /// The role whose messages it reads.
    pub fn role(self) -> Role {
        match self {
            Self::Agent => Role::Agent,
            Self::Customer => Role::Customer,
            Self::Bot => Role::Bot,
        }
    }
}

/// The rule and term behind an entry of a matcher.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TermOwner {
    /// The rule's slot.
    pub slot: u32,
    /// The term's index in the rule.
    pub term: u32,
}

/// What is being compiled.
#[derive(Debug)]
pub struct Compilation<'c> {
    /// The fold tables.
    pub fold: &'c Fold,
    /// The word classes.
    pub classes: &'c Classes,
    /// Problems found.
    pub diagnostics: Vec<Diagnostic>,
    /// A matcher for each lane, in the order of [`Lane::ALL`], and whom its entries belong to.
    pub lanes: [(MatcherBuilder, Vec<TermOwner>); 3],
    /// The ids of the rules in the order of their slots, and those of all rules, enabled or not.
    pub rules: RuleNames,
    /// What each rule has looked up, where that is kept.
    looked_up: Option<BTreeMap<u32, Canonical>>,
    ahead: Ahead,
}

/// The rules that others may build on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleNames {
    /// The enabled ones, in the order of their slots.
    pub enabled: Vec<String>,
    /// All, each with when it is judged; see [`Operator::depth`](super::Operator::depth).
    pub all: BTreeMap<String, u8>,
}

impl<'c> Compilation<'c> {
    /// Nothing compiled yet of these rules.
    pub fn new<'r>(
        fold: &'c Fold,
        classes: &'c Classes,
        names: RuleNames,
        rules: impl Iterator<Item = &'r Rule>,
    ) -> Self {
        let ahead = Ahead::read(rules, classes);
        let (diagnostics, lanes, looked_up) = Default::default();
        Self { fold, classes, diagnostics, lanes, rules: names, looked_up, ahead }
    }

    /// The slots of the rules of these names that are enabled. A name that no rule has is a problem, and so is a rule that
    /// is not judged before this one: what it found would be there or not as the ids happen to be ordered.
    pub(super) fn slots_of(&mut self, rule: &Rule, names: &[String]) -> Vec<u32> {
        let mut slots = Vec::new();
        for name in names {
            let depth = self.rules.all.get(name).copied();
            if depth.is_none_or(|depth| depth >= Operator::depth(rule)) {
                let naming = |parameter: &&Parameter| matches!(&*parameter.name, "cue-rules" | "condition");
                let origin = rule.parameters.iter().find(naming);
                let origin = origin.map_or(&rule.origin, |parameter| &parameter.origin).clone();
                self.diagnostics.push(if depth.is_none() {
                    let advice = match nearest(name, self.rules.all.keys().map(String::as_str)) {
                        Some(id) => format!("did you mean `{id}`?"),
                        None => "name rules by their ids; `zhijian rules` lists them".to_owned(),
                    };
                    Diagnostic::error("unknown-rule", origin, format!("there is no rule `{name}`"))
                        .of_rule(name)
                        .advise(advice)
                } else {
                    let message = format!("`{}` builds on `{name}`, which is not judged before it", rule.id);
                    Diagnostic::error("undefined-order", origin, message)
                        .advise("name the rules that it is made of: nothing builds on a combination, and no cue is a rule that has `cue-rules`")
                });
            }
            slots.extend(self.rules.enabled.iter().position(|known| known == name).map(|slot| slot as u32));
        }
        slots
    }

    /// Says that a rule lacks a parameter without which it would find nothing, or find something everywhere.
    /// One that is written and wrong is there, and was named.
    pub(super) fn lacks(&mut self, rule: &Rule, name: &str, why: &str, advice: &str) {
        let written = rule.parameters.iter().find(|parameter| parameter.name == name);
        let is_named = |parameter: &Parameter| {
            self.diagnostics.iter().any(|said| said.code == "bad-parameter" && said.origin == parameter.origin)
        };
        if written.is_some_and(is_named) {
            return;
        }
        let message = format!("rule `{}` lacks the parameter `{name}`: {why}", rule.id);
        self.diagnostics.push(Diagnostic::error("missing-parameter", rule.origin.clone(), message).advise(advice));
    }

    /// Keeps in mind what each rule has looked up from now on.
    #[must_use]
    pub fn keeping(self) -> Self {
        Self { looked_up: Some(BTreeMap::new()), ..self }
    }

    /// Tells apart what the rules of two slots have looked up in messages; `None`: nothing, or nothing is kept.
    pub fn looked_up(&self, slot: u32) -> Option<Digest> {
        self.looked_up.as_ref()?.get(&slot).map(|looked_up| looked_up.clone().finish())
    }

    /// Has a term looked up in a speaker's messages, in disguise as far as the term says, or else as far as given.
    pub(super) fn look_up(&mut self, lane: Lane, term: &Term, disguise: Disguise, owner: TermOwner) {
        let entry = match term.mode {
            Mode::Pattern => {
                match self.ahead.take(&term.text).map_or_else(|| Pattern::new(&term.text, self.classes), Ok) {
                    Ok(pattern) => Entry::Pattern(pattern),
                    Err(error) => return self.refuse(term.origin.clone(), &term.text, &error),
                }
            }
            Mode::Word | Mode::Substring => {
                let text = self.fold.fold(&term.text);
                if text.trim().is_empty() {
                    self.diagnostics.push(
                        Diagnostic::error(
                            "folds-to-nothing",
                            term.origin.clone(),
                            "nothing is left of this term once it is folded",
                        )
                        .advise("remove it: only invisible characters are written here"),
                    );
                    return;
                }
                let lookup = if term.mode == Mode::Word { Lookup::Word } else { Lookup::Substring };
                Entry::Literal { text, lookup }
            }
        };
        let loosest = loosest(term.disguise.unwrap_or(disguise));
        if let Some(looked_up) = &mut self.looked_up {
            let looked_up = looked_up.entry(owner.slot).or_insert_with(|| Canonical::new("looked up"));
            looked_up.number(lane as i64).number(loosest as i64).name(&term.mode);
            looked_up.text(&term.text).number(owner.term.into());
        }
        let (builder, owners) = &mut self.lanes[lane as usize];
        builder.add_disguised(entry, loosest);
        owners.push(owner);
    }

    /// A term or an exception for use over chosen messages only.
    pub(super) fn phrase(&mut self, text: &str, mode: Mode, origin: &crate::dictionary::Origin) -> Option<Phrase> {
        if mode != Mode::Pattern {
            let folded = self.fold.fold(text);
            return (!folded.is_empty()).then_some(Phrase::Literal(folded));
        }
        match Pattern::parse(text, self.classes) {
            Ok(pattern) => Some(Phrase::Pattern(pattern)),
            Err(error) => {
                self.refuse(origin.clone(), text, &error);
                None
            }
        }
    }

    /// The exceptions of a rule, with the indexes of the terms that each is for (empty: all).
    pub(super) fn exceptions(&mut self, exceptions: &[Exception], terms: &[Term]) -> super::exceptions::Exceptions {
        let mut compiled = super::exceptions::Exceptions::default();
        for exception in exceptions {
            let Some(phrase) = self.phrase(&exception.text, exception.mode, &exception.origin) else { continue };
            let mut only = Vec::new();
            for name in &exception.terms {
                let before = only.len();
                only.extend(
                    terms.iter().enumerate().filter(|(_, term)| term.text == *name).map(|(index, _)| index as u32),
                );
                if only.len() == before {
                    self.diagnostics.push(
                        Diagnostic::error(
                            "unknown-term",
                            exception.origin.clone(),
                            format!("the rule has no term `{name}`"),
                        )
                        .advise("write the term as its own line writes it, or leave the column empty for all terms"),
                    );
                }
            }
            only.sort_unstable();
            compiled.add_for_rule(phrase, exception.text.clone(), only);
        }
        for (index, term) in terms.iter().enumerate() {
            for exception in &term.exceptions {
                compiled.add_for_term(index as u32, self.fold.fold(exception), exception.clone());
            }
        }
        compiled
    }

    fn refuse(&mut self, origin: crate::dictionary::Origin, text: &str, error: &crate::text::PatternError) {
        self.diagnostics.push(
            Diagnostic::error(error.code(), origin, error.to_string())
                .underline(text.chars().count())
                .advise(error.advice()),
        );
    }
}

/// The loosest stream in which a term is looked for.
fn loosest(disguise: Disguise) -> Stream {
    match disguise {
        Disguise::No => Stream::Folded,
        Disguise::Yes => Stream::Split,
        Disguise::LookAlike => Stream::LookAlike,
        Disguise::Pinyin => Stream::Pinyin,
        Disguise::Homophone => Stream::Homophone,
    }
}
