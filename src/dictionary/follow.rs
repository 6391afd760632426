//! Problems that only follow from others: a rule that has an error, or was left out for one, cannot show its examples, and
//! whatever names it goes astray. What is to be mended is the rule.

use std::collections::{BTreeMap, BTreeSet};

use super::code;
use super::diagnostic::{Diagnostic, Severity};
use super::examples::example;
use super::files::Files;
use super::lint::HEADER;
use super::pack::{Dictionary, ExampleLine, Origin, Pack, Rule, Value};
use super::parameters::FILE_PARAMETERS;

/// What an example says by not coming out as written.
const TRIALS: [&str; 3] = ["example-missed", "example-evidence", "example-false-alarm"];

/// Folds what follows from a rule's errors into one line a rule. It is given all problems, those that are allowed left out.
pub fn fold(dictionary: &Dictionary, files: &Files, problems: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let causes = Causes::of(dictionary, files, &problems);
    if causes.broken.is_empty() {
        return problems;
    }
    let all_lines: BTreeMap<&Origin, &ExampleLine> =
        dictionary.packs.iter().flat_map(|pack| &pack.examples).map(|line| (&line.origin, line)).collect();
    let of_line = |origin: &Origin| all_lines.get(&Origin { column: 1, ..origin.clone() }).copied();
    // The lines that were not tried, by the place of the rule that is to blame.
    let mut untried: BTreeMap<&Origin, BTreeSet<Origin>> = BTreeMap::new();
    let mut kept = Vec::new();
    for problem in &problems {
        let line = of_line(&problem.origin);
        let cause = match problem.code {
            code if TRIALS.contains(&code) => line.and_then(|line| causes.of_example(line)),
            code::UNKNOWN_RULE => causes.of_unknown(problem, line.is_some()),
            code::ITEM_WITHOUT_RULE => causes.of_unknown(problem, true),
            code::RULE_WITHOUT_TERMS => about(problem).and_then(|rule| causes.named(rule)),
            code::IDLE_ALLOW => causes.of_allowance(dictionary, &problems, problem),
            "unknown-term" => causes.of_term(files, &problems, problem),
            _ => None,
        };
        match (cause, line) {
            (None, _) => kept.push(problem.clone()),
            (Some(cause), Some(line)) => {
                untried.entry(&cause.origin).or_default().insert(line.origin.clone());
            }
            (Some(_), None) => {}
        }
    }
    for cause in &causes.broken {
        if let Some(lines) = untried.remove(&cause.origin) {
            // Those that came out are no proof either.
            let is_of_it = |line: &&&ExampleLine| {
                lines.contains(&line.origin) || causes.of_example(line).is_some_and(|of| of.origin == cause.origin)
            };
            kept.push(cause.note(all_lines.values().filter(is_of_it).count()));
        }
    }
    kept
}

fn about(problem: &Diagnostic) -> Option<&str> {
    problem.about.as_ref().map(|about| about.rule.as_str())
}

/// The folder of a file.
fn folder(file: &str) -> &str {
    file.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A rule with an error, or one that was left out.
#[derive(Debug)]
struct Broken<'d> {
    /// Its id first; none where it cannot be told.
    names: Vec<&'d str>,
    origin: Origin,
    is_left_out: bool,
    /// The files with its terms.
    tables: Vec<String>,
}

impl Broken<'_> {
    fn note(&self, examples: usize) -> Diagnostic {
        let why = match (self.names.first(), self.is_left_out) {
            (Some(id), true) => format!("name `{id}` and were not tried, since that rule is left out for its errors"),
            (Some(id), false) => {
                format!("of `{id}` were not tried, since the rule, or one that it builds on, has errors")
            }
            (None, _) => {
                "name rules that nobody has and were not tried, since this file cannot be read in whole".to_owned()
            }
        };
        let diagnostic =
            Diagnostic::warning(code::EXAMPLES_NOT_TRIED, self.origin.clone(), format!("{examples} example(s) {why}"))
                .underline(HEADER)
                .advise("mend the errors first; then check again");
        match self.names.first() {
            Some(id) => diagnostic.of_rule(id).underline(HEADER),
            None => diagnostic,
        }
    }
}

/// All rules that something may follow from.
#[derive(Debug)]
struct Causes<'d> {
    broken: Vec<Broken<'d>>,
}

impl<'d> Causes<'d> {
    fn of(dictionary: &'d Dictionary, files: &Files, problems: &[Diagnostic]) -> Self {
        let mut broken: Vec<Broken<'d>> = Vec::new();
        for left_out in &dictionary.left_out {
            broken.push(Broken {
                names: left_out.names.iter().map(String::as_str).collect(),
                origin: left_out.origin.clone(),
                is_left_out: true,
                tables: Vec::new(),
            });
        }
        let errors: BTreeSet<(&str, u32)> = problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .map(|problem| (&*problem.origin.file, header_above(files, &problem.origin)))
            .collect();
        let rules = || dictionary.packs.iter().flat_map(|pack| &pack.rules);
        for rule in rules() {
            let tables = tables(rule);
            let has_error = errors.contains(&(&*rule.origin.file, rule.origin.line))
                || tables.iter().any(|table| errors.iter().any(|(file, _)| file == table));
            if has_error {
                broken.push(Broken::of(rule, tables));
            }
        }
        // What builds on a broken rule comes out wrong too.
        loop {
            let known = |name: &str| broken.iter().any(|cause| cause.names.contains(&name));
            let more = rules().filter(|rule| !known(&rule.id) && builds_on(rule, known));
            let more: Vec<Broken<'d>> = more.map(|rule| Broken::of(rule, tables(rule))).collect();
            if more.is_empty() {
                return Self { broken };
            }
            broken.extend(more);
        }
    }

    fn named(&self, rule: &str) -> Option<&Broken<'d>> {
        self.broken.iter().find(|cause| cause.names.contains(&rule))
    }

    fn of_example(&self, line: &ExampleLine) -> Option<&Broken<'d>> {
        let example = example(line).ok()?;
        example.hits.iter().chain(&example.misses).find_map(|rule| self.named(rule))
    }

    /// What a name that no rule has follows from: the rule of this name was left out, or it stands where nobody can tell.
    fn of_unknown(&self, problem: &Diagnostic, may_be_nameless: bool) -> Option<&Broken<'d>> {
        let named = self.named(about(problem)?).filter(|cause| cause.is_left_out);
        let is_near = |cause: &&Broken<'_>| {
            let folder = folder(&cause.origin.file);
            cause.names.is_empty()
                && (problem.code == code::ITEM_WITHOUT_RULE || folder == self::folder(&problem.origin.file))
        };
        named.or_else(|| self.broken.iter().find(is_near).filter(|_| may_be_nameless))
    }

    /// An allowance is idle because of an error if its warnings could have come from the broken rule.
    fn of_allowance(
        &self,
        dictionary: &'d Dictionary,
        problems: &[Diagnostic],
        problem: &Diagnostic,
    ) -> Option<&Broken<'d>> {
        let pack = |pack: &&Pack| pack.origin.file == problem.origin.file;
        let mut allows = dictionary.packs.iter().filter(pack).flat_map(|pack| &pack.allows);
        let allow = allows.find(|allow| allow.origin == problem.origin)?;
        let folder_of = folder(&problem.origin.file);
        let is_within = |file: &str| file.strip_prefix(folder_of).is_some_and(|rest| rest.starts_with('/'));
        // That an error cannot be allowed is news.
        if problems
            .iter()
            .any(|other| other.severity == Severity::Error && other.code == allow.code && is_within(&other.origin.file))
        {
            return None;
        }
        match &allow.rule {
            Some(rule) => self.named(rule).or_else(|| {
                let nameless = |cause: &&Broken<'_>| cause.names.is_empty() && is_within(&cause.origin.file);
                self.broken.iter().find(nameless).filter(|_| !has_rule(dictionary, rule))
            }),
            None => self.broken.iter().find(|cause| is_within(&cause.origin.file)),
        }
    }

    /// An exception names a term whose own row was left out.
    fn of_term(&self, files: &Files, problems: &[Diagnostic], problem: &Diagnostic) -> Option<&Broken<'d>> {
        let row = line(files, &problem.origin)?;
        let names: BTreeSet<&str> = row.split(['\t', '|']).map(str::trim).filter(|name| !name.is_empty()).collect();
        self.broken.iter().filter(|cause| cause.tables.iter().any(|table| **table == *problem.origin.file)).find(
            |cause| {
                let left_out = problems.iter().filter(|other| {
                    other.severity == Severity::Error
                        && other.origin.file != problem.origin.file
                        && cause.tables.iter().any(|table| **table == *other.origin.file)
                });
                let mut rows = left_out.filter_map(|other| line(files, &other.origin));
                rows.any(|row| row.split('\t').any(|cell| names.contains(cell.trim())))
            },
        )
    }
}

impl<'d> Broken<'d> {
    fn of(rule: &'d Rule, tables: Vec<String>) -> Self {
        let names = std::iter::once(&rule.id).chain(&rule.aliases).map(String::as_str).collect();
        Self { names, origin: rule.origin.clone(), is_left_out: false, tables }
    }
}

fn has_rule(dictionary: &Dictionary, id: &str) -> bool {
    dictionary.packs.iter().flat_map(|pack| &pack.rules).any(|rule| rule.id == id)
}

/// The files that a rule names, by their paths.
fn tables(rule: &Rule) -> Vec<String> {
    let folder = folder(&rule.origin.file);
    let named = rule.parameters.iter().filter(|parameter| FILE_PARAMETERS.contains(&&*parameter.name));
    let names = named.filter_map(|parameter| match &parameter.value {
        Value::List(names) => Some(names),
        _ => None,
    });
    names.flatten().map(|name| format!("{folder}/{name}")).collect()
}

/// Whether a rule builds on one of these: as a part of its condition, or as its cue.
fn builds_on(rule: &Rule, is_meant: impl Fn(&str) -> bool) -> bool {
    let is_word = |sign: char| sign.is_alphanumeric() || matches!(sign, '-' | '/');
    rule.parameters.iter().any(|parameter| match (&*parameter.name, &parameter.value) {
        ("condition", Value::Text(text)) => text.split(|sign| !is_word(sign)).any(&is_meant),
        ("cue-rules", Value::List(names)) => names.iter().any(|name| is_meant(name)),
        _ => false,
    })
}

/// The line of the header that a place of a `pack.toml` stands under; of other files, 0.
fn header_above(files: &Files, origin: &Origin) -> u32 {
    let text = files.get(&origin.file).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let Some(text) = text.filter(|_| origin.file.ends_with(".toml")) else { return 0 };
    let lines = (1..=origin.line).zip(text.lines());
    lines.filter(|(_, line)| line.trim_start().starts_with("[[")).last().map_or(0, |(line, _)| line)
}

/// The text of a line.
fn line<'f>(files: &'f Files, origin: &Origin) -> Option<&'f str> {
    let text = std::str::from_utf8(files.get(&origin.file)?).ok()?;
    text.lines().nth(origin.line.checked_sub(1)? as usize)
}

#[cfg(test)]
mod tests {
    use super::super::diagnostic::sort;
    use super::super::lint::lint;
    use super::*;

    const HEAD: &str = "id = \"shop\"\nedition = \"1\"\ntitle = \"x\"\nowner = \"x\"\nsource = \"x\"\n";

    fn rule(id: &str, more: &str) -> String {
        format!(
            "[[rule]]\nid = \"{id}\"\ntitle = \"x\"\noperator = \"wording\"\nqueue = \"with\"\nsource = \"x\"\nwhat = \"x\"\n\
             why = \"x\"\nhow = \"x\"\nmisses = \"x\"\n{more}[rule.parameters]\nterms = [\"terms/{id}.tsv\"]\n"
        )
    }

    /// Codes and lines of what stands, with the problems that a trial of the examples would add.
    fn standing(pack: &str, terms: &str, missed: &[u32]) -> Vec<(&'static str, u32)> {
        let examples = "{\"say\":\"后台\",\"expect\":[{\"rule\":\"one\"}]}\n".repeat(12)
            + "{\"say\":\"前台\",\"expect\":[{\"rule\":\"two\"}]}\n";
        let files: Files = [
            ("shop/pack.toml", format!("{HEAD}{pack}")),
            ("shop/terms/one.tsv", format!("term\tmode\n{terms}")),
            ("shop/terms/two.tsv", "term\tmode\n前台\tword\n".to_owned()),
            ("shop/examples.jsonl", examples),
        ]
        .into_iter()
        .collect();
        let (dictionary, mut problems) = Dictionary::load(&files);
        problems.extend(lint(&dictionary, &files));
        let trial = |&line: &u32| {
            let origin = Origin { file: "shop/examples.jsonl".into(), line, column: 1 };
            Diagnostic::error("example-missed", origin, "missed")
        };
        problems.extend(missed.iter().map(trial));
        problems.retain(|problem| problem.code != "missing-examples");
        let parted = super::super::allow::part(&dictionary, problems, |_| true);
        let mut problems = fold(&dictionary, &files, parted.open);
        sort(&mut problems);
        problems.into_iter().map(|problem| (problem.code, problem.origin.line)).collect()
    }

    #[test]
    fn examples_of_a_rule_that_is_left_out_are_one_line() {
        let allow = "[[allow]]\ncode = \"single-character-term\"\nrule = \"one\"\nreason = \"x\"\n";
        let broken = rule("one", "since = 2018\n") + &rule("two", "") + allow;
        let found = standing(&broken, "后台\tword\n", &[]);
        assert_eq!(found, [("examples-not-tried", 6), ("wrong-type", 16)]);
        let nameless = rule("one", "").replace("id = \"one\"\n", "") + &rule("two", "") + allow;
        let found = standing(&nameless, "后台\tword\n", &[]);
        assert_eq!(found, [("examples-not-tried", 6), ("missing-key", 6)]);
    }

    #[test]
    fn examples_of_a_rule_whose_row_is_left_out_are_one_line() {
        let both = rule("one", "") + &rule("two", "");
        let lines: Vec<u32> = (1..=13).collect();
        let found = standing(&both, "后台\twrod\n", &lines);
        // The rule without an error stands for itself.
        assert_eq!(found, [("example-missed", 13), ("examples-not-tried", 6), ("bad-mode", 2)]);
        let sound = standing(&both, "后台\tword\n", &[1]);
        assert_eq!(sound, [("example-missed", 1)]);
    }

    #[test]
    fn what_builds_on_a_broken_rule_is_broken_too() {
        let third = rule("two", "").replace("terms = [\"terms/two.tsv\"]", "condition = \"one && !x\"");
        let found = standing(&(rule("one", "") + &third), "后台\twrod\n", &[13]);
        assert!(found.contains(&("examples-not-tried", 18)) && !found.contains(&("example-missed", 13)), "{found:?}");
    }
}
