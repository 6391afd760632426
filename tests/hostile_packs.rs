//! Packs that are made to be too much: what is refused names its line, and the rest stays bounded.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::fmt::Write as _;

use support::shanghai;
use zhijian::dictionary::{Diagnostic, Dictionary, Files, Severity, lint};
use zhijian::screening::try_dictionary;

const PACK: &str = "id = \"shop\"\nedition = \"1\"\ntitle = \"x\"\nowner = \"x\"\nsource = \"x\"\n[[rule]]\n\
    id = \"jargon\"\ntitle = \"x\"\noperator = \"wording\"\nqueue = \"always\"\n[rule.parameters]\n\
    terms = [\"terms/jargon.tsv\"]\nexceptions = [\"exceptions/jargon.tsv\"]\n";

/// Everything that the check says of one rule with these rows.
fn check(terms: &str, exceptions: &str, classes: &str) -> Vec<Diagnostic> {
    let files: Files = [
        ("shop/pack.toml", PACK.to_owned()),
        ("shop/terms/jargon.tsv", format!("term\tmode\n{terms}")),
        ("shop/exceptions/jargon.tsv", format!("exception\tmode\n{exceptions}")),
        ("classes.tsv", format!("class\twords\n{classes}")),
    ]
    .into_iter()
    .collect();
    let (dictionary, mut problems) = Dictionary::load(&files);
    problems.extend(lint(&dictionary, &files));
    problems.extend(try_dictionary(&dictionary, &shanghai()).unwrap());
    problems
}

fn errors(problems: &[Diagnostic]) -> Vec<(&'static str, u32)> {
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error);
    let mut errors: Vec<_> = errors.map(|problem| (problem.code, problem.origin.line)).collect();
    errors.dedup();
    errors
}

#[test]
fn a_pattern_of_a_mebibyte_is_refused_with_its_line() {
    let large = "后台".repeat(200_000);
    assert_eq!(errors(&check(&format!("前台重启\tpattern\n{large}\tpattern\n"), "", "")), [("pattern-too-large", 3)]);
    assert_eq!(errors(&check("前台\tword\n", &format!("{large}\tpattern\n"), "")), [("pattern-too-large", 2)]);
}

#[test]
fn classes_that_multiply_are_refused_with_the_line() {
    let words: Vec<String> = (0..20_000).map(|number| format!("词{number}")).collect();
    let classes = format!("many\t{}\n", words.join("|"));
    let pattern = format!("后台{}\tpattern\n", "{many}".repeat(10_000));
    assert_eq!(errors(&check(&pattern, "", &classes)), [("pattern-too-large", 2)]);
}

#[test]
fn many_terms_and_patterns_are_checked() {
    let mut terms = String::new();
    for number in 0..100_000 {
        let _ = writeln!(terms, "词条{number}号\tsubstring");
    }
    for number in 0..10_000 {
        let _ = writeln!(terms, "模式{number}号{{gap}}重启\tpattern");
    }
    let problems = check(&terms, "", "");
    assert_eq!(errors(&problems), []);
}

#[test]
fn terms_inside_terms_inside_exceptions_are_given_up() {
    // Each term stands in all longer ones at every place, and all of them in every exception.
    let mut terms = String::new();
    for length in 1..=900 {
        let _ = writeln!(terms, "{}\tsubstring", "啊".repeat(length));
    }
    let mut exceptions = String::new();
    for length in 901..=1_000 {
        let _ = writeln!(exceptions, "{}\tsubstring", "啊".repeat(length));
    }
    for number in 0..3_000 {
        let _ = writeln!(exceptions, "例外{number}号[甲乙]\tpattern");
    }
    let problems = check(&terms, &exceptions, "");
    assert!(problems.len() < 3_000, "no more of a file than is listed: {}", problems.len());
}

#[test]
fn deep_tables_are_a_problem_of_their_line() {
    for deep in ["[".repeat(200_000), format!("x = {}", "[".repeat(200_000)), format!("x = {}", "{a=".repeat(100_000))]
    {
        let files: Files = [("shop/pack.toml", format!("{PACK}{deep}"))].into_iter().collect();
        let (_, problems) = Dictionary::load(&files);
        assert!(problems.iter().any(|problem| problem.code == "toml-syntax" && problem.origin.line > 1));
        let book = format!("id = \"shop\"\n{deep}");
        let files: Files = [("rulebooks/shop/1.toml", book)].into_iter().collect();
        let (dictionary, _) = Dictionary::load(&files);
        assert!(!dictionary.read_rulebooks(&files).1.is_empty());
    }
}
