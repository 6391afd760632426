//! Several rule sets of one dictionary, that share what is equal in them.
//!
//! Shops differ in limits, hours and suggestions far more often than in what they look for. Matchers are large and take long
//! to build; where two sets have the same rules on and look for the same terms, there is one of them.

use std::sync::Arc;
use std::thread;

use super::auto_replies::AutoReplies;
use super::hash;
use super::overrides;
use super::practice::Practice;
use super::rule_set::{CompiledRule, LaneMatcher, Lanes, RuleSet, RuleSetError, RuleSetOptions};
use super::tables::Tables;
use crate::dictionary::canonical::Digest;
use crate::dictionary::{Diagnostic, Dictionary, Rule, Severity};
use crate::operator::{Compilation, Operator, RuleNames};

/// Compiles rule sets of one dictionary.
#[derive(Debug)]
pub struct RuleSets<'d> {
    dictionary: &'d Dictionary,
    tables: Arc<Tables>,
    /// What is wrong with the tables.
    problems: Vec<Diagnostic>,
    made: Vec<Made>,
    /// Whether others will come that may share what is made.
    keeps: bool,
}

/// What a rule set was made of.
#[derive(Debug)]
struct Made {
    names: RuleNames,
    lanes: Arc<Lanes>,
    /// By slot.
    parts: Vec<Part>,
    diagnostics: Vec<Diagnostic>,
}

/// A rule in a set.
#[derive(Debug, Clone)]
struct Part {
    /// What it finds; `None`: nobody will ask.
    finds: Option<Digest>,
    /// What it has looked up in messages.
    looked_up: Option<Digest>,
    rule: Arc<CompiledRule>,
    /// Whether the suggestions are those of the dictionary.
    is_plain: bool,
}

/// What a set is put together of, and what is wrong with its rules.
type Put = (Vec<Part>, Arc<Lanes>, Vec<Diagnostic>);

impl<'d> RuleSets<'d> {
    /// No rule set yet.
    pub fn new(dictionary: &'d Dictionary) -> Self {
        let (tables, problems) = Tables::new(dictionary);
        Self { dictionary, tables: Arc::new(tables), problems, made: Vec::new(), keeps: true }
    }

    /// For one rule set only: nothing is kept for others.
    pub(super) fn alone(dictionary: &'d Dictionary) -> Self {
        Self { keeps: false, ..Self::new(dictionary) }
    }

    /// How many sets of matchers there are.
    pub fn matchers(&self) -> usize {
        self.made.len()
    }

    /// Resolves and compiles what can be used, and reports the rest.
    pub fn compile(
        &mut self,
        options: &RuleSetOptions,
        practice: &Practice,
    ) -> Result<(RuleSet, Vec<Diagnostic>), RuleSetError> {
        let mut resolved = overrides::resolve(self.dictionary, &options.overrides)?;
        let suggested: Vec<bool> = resolved.iter_mut().map(|(_, rule)| practice.suggest(rule)).collect();
        let enabled = resolved.iter().map(|(_, rule)| rule.id.clone()).collect();
        // As they are after the user's changes, and those that are off as they are written.
        let all = self.dictionary.packs.iter().flat_map(|pack| &pack.rules);
        let all = all.chain(resolved.iter().map(|(_, rule)| rule));
        let all = all.map(|rule| (rule.id.clone(), Operator::depth(rule))).collect();
        let names = RuleNames { enabled, all };
        let tables = Arc::clone(&self.tables);
        let dictionary = self.dictionary;
        let digest = || {
            let compiled = (&tables.fold, &tables.skeleton, &*tables.readings);
            hash::rule_set(dictionary, &resolved, compiled, &options.zone, practice)
        };
        let (parts, lanes, diagnostics, hash) = thread::scope(|scope| {
            let hash = thread::Builder::new().spawn_scoped(scope, digest);
            let (parts, lanes, diagnostics) = match self.adapt(&names, &resolved, &suggested) {
                Some(adapted) => adapted,
                None => self.make(names, &resolved, &suggested)?,
            };
            let hash = hash.ok().and_then(|hash| hash.join().ok());
            Ok((parts, lanes, diagnostics, hash.unwrap_or_else(digest)))
        })?;
        // What builds on other rules comes after them.
        let mut order: Vec<u32> = (0..parts.len() as u32).collect();
        order.sort_by_key(|&slot| Operator::depth(&resolved[slot as usize].1));
        let set = RuleSet {
            rules: parts.into_iter().map(|part| part.rule).collect(),
            order,
            tables: Arc::clone(&self.tables),
            lanes,
            zone: options.zone.clone(),
            auto_replies: AutoReplies::new(&practice.auto_replies, &self.tables.fold),
            practice: practice.clone(),
            hash: hash.into(),
        };
        Ok((set, diagnostics))
    }

    /// Compiles a set as a whole, and keeps it for those to come.
    fn make(&mut self, names: RuleNames, resolved: &[(String, Rule)], suggested: &[bool]) -> Result<Put, RuleSetError> {
        let tables = &self.tables;
        let rules = resolved.iter().map(|(_, rule)| rule);
        let mut compilation = Compilation::new(&tables.fold, &tables.classes, names.clone(), rules);
        if self.keeps {
            compilation = compilation.keeping();
        }
        compilation.diagnostics.extend(self.problems.iter().cloned());
        let mut parts = Vec::with_capacity(resolved.len());
        for ((slot, (pack, rule)), suggested) in (0..).zip(resolved).zip(suggested) {
            let operator = Arc::new(Operator::compile(rule, slot, &mut compilation));
            parts.push(Part {
                finds: self.keeps.then(|| hash::of_operator(rule)),
                looked_up: compilation.looked_up(slot),
                rule: Arc::new(CompiledRule::new(pack, rule, operator)),
                is_plain: !suggested,
            });
        }
        let Compilation { diagnostics, lanes, .. } = compilation;
        let mut matchers: Lanes = [const { None }; 3];
        for (matcher, (mut builder, owners)) in matchers.iter_mut().zip(lanes) {
            if !owners.is_empty() {
                builder.read_with(Arc::clone(&tables.readings));
                let built = builder.build(&tables.skeleton).ok_or(RuleSetError::TooLarge)?;
                *matcher = Some(LaneMatcher { matcher: built, owners });
            }
        }
        let lanes = Arc::new(matchers);
        if self.keeps {
            let (parts, diagnostics) = (parts.clone(), diagnostics.clone());
            self.made.push(Made { names, lanes: Arc::clone(&lanes), parts, diagnostics });
        }
        Ok((parts, lanes, diagnostics))
    }

    /// A set out of the parts of one that looks for the same; `None`: there is none.
    fn adapt(&self, names: &RuleNames, resolved: &[(String, Rule)], suggested: &[bool]) -> Option<Put> {
        let is_sound = |made: &Made| made.diagnostics.iter().all(|problem| problem.severity != Severity::Error);
        let alike = self.made.iter().filter(|made| made.names == *names && is_sound(made));
        alike.into_iter().find_map(|made| {
            let mut diagnostics = made.diagnostics.clone();
            let mut parts = Vec::with_capacity(resolved.len());
            for (((slot, (pack, rule)), &suggested), known) in (0..).zip(resolved).zip(suggested).zip(&made.parts) {
                let finds = Some(hash::of_operator(rule));
                let operator = if finds == known.finds {
                    if !suggested && known.is_plain {
                        parts.push(known.clone());
                        continue;
                    }
                    Arc::clone(&known.rule.operator)
                } else {
                    let one = std::iter::once(rule);
                    let mut compilation =
                        Compilation::new(&self.tables.fold, &self.tables.classes, names.clone(), one).keeping();
                    let operator = Operator::compile(rule, slot, &mut compilation);
                    if compilation.looked_up(slot) != known.looked_up {
                        return None;
                    }
                    diagnostics.append(&mut compilation.diagnostics);
                    Arc::new(operator)
                };
                let rule = Arc::new(CompiledRule::new(pack, rule, operator));
                parts.push(Part { finds, looked_up: known.looked_up, rule, is_plain: !suggested });
            }
            Some((parts, Arc::clone(&made.lanes), diagnostics))
        })
    }
}
