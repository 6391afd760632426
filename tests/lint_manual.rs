//! Every example in docs/lint.md that is a whole file has the problem of its section.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use std::collections::BTreeSet;

use support::shanghai;
use zhijian::dictionary::{Dictionary, Files, allow, follow, lint};
use zhijian::screening::try_dictionary;

const MANUAL: &str = include_str!("../docs/lint.md");

const PACK_HEAD: &str = "id = \"shop\"\nedition = \"1\"\ntitle = \"x\"\nowner = \"x\"\nsource = \"x\"\n";

const PACK: &str = "[[rule]]\nid = \"internal-jargon\"\ntitle = \"x\"\noperator = \"wording\"\nqueue = \"always\"\n\
    source = \"x\"\nwhat = \"x\"\nwhy = \"x\"\nhow = \"x\"\nmisses = \"x\"\n[rule.parameters]\n\
    terms = [\"terms/jargon.tsv\"]\nexceptions = [\"exceptions/jargon.tsv\"]\n";

const RULEBOOK_HEAD: &str = "id = \"shop\"\nedition = \"1\"\ntitle = \"x\"\nsource = \"x\"\n\
    effective_from = \"2018-02-01\"\ncase_policy = \"most-severe\"\n";

/// A sound folder: one rule, a rulebook, and the tables that the example of a section may replace.
fn folder() -> Files {
    let fold = Files::built_in().get("fold/traditional.tsv").unwrap().to_vec();
    let mut files: Files = [
        ("shop/pack.toml", format!("{PACK_HEAD}{PACK}")),
        ("shop/terms/jargon.tsv", "term\tmode\n后台\tword\n".to_owned()),
        ("shop/exceptions/jargon.tsv", "exception\tmode\tterms\n手机后台\tsubstring\t\n".to_owned()),
        ("classes.tsv", "class\twords\tnote\nyou\t你们|你\t\n".to_owned()),
        ("rulebooks/shop/1.toml", RULEBOOK_HEAD.to_owned()),
    ]
    .into_iter()
    .collect();
    files.insert("fold/traditional.tsv", fold);
    files
}

/// Reads a sound folder with one file in place of its own, and returns what is wrong with it.
fn codes_with(path: &str, text: &str) -> BTreeSet<&'static str> {
    let text = match text.split_whitespace().next() {
        Some("[[rule]]" | "[[allow]]") => format!("{PACK_HEAD}{text}"),
        Some("[[item]]") => format!("{RULEBOOK_HEAD}{text}"),
        _ => text.to_owned(),
    };
    let mut files = folder();
    files.insert(path, text);
    if path == "shop/terms/jargon.tsv" {
        files.insert("shop/examples.jsonl", "{\"say\":\"看后台\",\"expect\":[{\"rule\":\"internal-jargon\"}]}\n");
    }
    let (dictionary, mut problems) = Dictionary::load(&files);
    problems.extend(dictionary.read_rulebooks(&files).1);
    problems.extend(lint(&dictionary, &files));
    problems.extend(try_dictionary(&dictionary, &shanghai()).unwrap());
    let parted = allow::part(&dictionary, problems, |_| true);
    follow::fold(&dictionary, &files, parted.open).into_iter().map(|problem| problem.code).collect()
}

#[test]
fn the_folder_itself_is_sound_but_for_examples_and_points() {
    let codes = codes_with("shop/terms/jargon.tsv", "term\tmode\n后台\tword\n");
    assert_eq!(codes, BTreeSet::from(["missing-examples", "rule-without-item"]));
}

#[test]
fn every_example_has_its_problem() {
    let mut checked = 0;
    for section in MANUAL.split("\n### ").skip(1) {
        let name = section.lines().next().unwrap_or_default();
        let example = section.split("```").nth(1).unwrap_or_default();
        let (info, text) = example.split_once('\n').unwrap_or_default();
        // Examples without a path are of folders or of what is printed, and cannot be put into a file.
        if let Some((_, path)) = info.split_once(' ') {
            let found = codes_with(path, text);
            assert!(found.contains(name), "the example of {name} has {found:?}");
            checked += 1;
        }
    }
    assert!(checked > 70, "{checked}");
}
