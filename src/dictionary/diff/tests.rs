//! What a difference says, and that it says nothing else.

use super::super::canonical::Canonical;
use super::super::files::Files;
use super::super::load_tests::{PACK, SHARED, TERMS, folder};
use super::super::pack::Dictionary;
use super::*;

fn load(files: &Files) -> Dictionary {
    Dictionary::load(files).0
}

fn with(changes: &[(&str, &str)]) -> Dictionary {
    let mut files = folder();
    for (path, text) in changes {
        files.insert(*path, *text);
    }
    load(&files)
}

/// From the sound folder to one with these files.
fn to(changes: &[(&str, &str)]) -> Diff {
    diff(&load(&folder()), &with(changes))
}

fn written(fields: &[FieldChange]) -> Vec<String> {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    fields.iter().map(|field| format!("{}: {} > {}", field.field, shown(&field.old), shown(&field.new))).collect()
}

fn hash(dictionary: &Dictionary) -> String {
    let mut canonical = Canonical::new("test");
    canonical
        .set(&dictionary.packs)
        .set(dictionary.packs.iter().flat_map(|pack| &pack.rules))
        .set(&dictionary.classes)
        .set(&dictionary.cues)
        .set(&dictionary.fold)
        .set(&dictionary.segmentation);
    canonical.finish().to_string()
}

#[test]
fn comments_order_and_layout_do_not_count() {
    let rows = "mode\tterm\tconfidence\tsince\texceptions\tnote\n# x\nsubstring\tBUG\t800\t2018-03-01\t\r\n\n\
        word\t后台\t\t\t后台运行 | 手机后台\tnorm J.4\nword\t后台\t\t\t后台运行|手机后台\tnorm J.4\n";
    let (head, tail) = PACK.split_at(PACK.find("[[rule]]\nid = \"customer-anger\"").unwrap());
    let (title, rule) = head.split_at(head.find("[[rule]]").unwrap());
    let reordered = format!("# new\n{}{tail}\n{}", title.replace('\n', "\r\n"), rule.replace("150", "150 # why"));
    let examples = "{\"say\": \"#\"}\n{ \"say\":\"后台\"}\n";
    let found = to(&[
        ("shop/terms/jargon.tsv", rows),
        ("shop/pack.toml", &reordered),
        ("shop/examples.jsonl", examples),
        ("readers/taobao.toml", "other"),
    ]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn files_of_a_rule_may_be_renamed_and_split() {
    let terms: Vec<&str> = TERMS.lines().collect();
    let found = to(&[
        ("shop/pack.toml", &PACK.replace("\"terms/jargon.tsv\"", "\"terms/a.tsv\", \"terms/b.tsv\"")),
        ("shop/terms/a.tsv", &format!("{}\n{}\n", terms[0], terms[2])),
        ("shop/terms/b.tsv", &format!("{}\n{}\n", terms[0], terms[3])),
    ]);
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn heads_parameters_and_manual_pages() {
    let mut pack = PACK.to_owned();
    for (from, to) in [
        ("edition = \"2018-02\"", "edition = \"2018-03\""),
        ("queue = \"always\"", "queue = \"with\""),
        ("enabled = true", "enabled = false"),
        ("echo = \"lower\"", "echo = \"suppress\""),
        ("echo-penalty = 150", "echo-penalty = \"150\""),
        ("strict = false\n", ""),
        ("why = \"客户听不懂。\"", "why = \"听不懂。\""),
        ("suggestion = \"换成客户的话\"\n", ""),
    ] {
        assert!(pack.contains(from), "{from}");
        pack = pack.replace(from, to);
    }
    let found = to(&[("shop/pack.toml", &pack)]);
    assert_eq!(written(&found.packs[0].fields), ["edition: 2018-02 > 2018-03"]);
    assert_eq!((found.rules.len(), found.rules[0].change), (1, Change::Changed));
    let rule = &found.rules[0];
    assert_eq!(
        written(&rule.fields),
        [
            "queue: always > with",
            "enabled: true > false",
            "suggestion: 换成客户的话 > -",
            "parameters.echo: lower > suppress",
            "parameters.echo-penalty: 150 > \"150\"",
            "parameters.strict: false > -",
        ]
    );
    assert_eq!((rule.manual.as_slice(), rule.tables.len()), ([String::from("why")].as_slice(), 0));
}

#[test]
fn terms_are_added_removed_and_changed() {
    let rows = "term\tmode\texceptions\tsince\tconfidence\tnote\n\
        后台\tsubstring\t手机后台\t2018-04-01\t700\tnorm J.4\n工单\tword\t\t\t\t\n";
    let found = to(&[("shop/terms/jargon.tsv", rows)]);
    assert!(found.packs.is_empty() && found.tables.is_empty() && found.rulebooks.is_empty());
    // Two rules name the file.
    let rules: Vec<&str> = found.rules.iter().map(|rule| rule.rule.as_str()).collect();
    assert_eq!(rules, ["customer-anger", "internal-jargon"]);
    let table = &found.rules[1].tables[0];
    assert_eq!((table.table.as_str(), table.file.as_deref()), ("terms", Some("terms/jargon.tsv")));
    assert_eq!((table.change, table.old, table.new), (Change::Changed, 2, 2));
    let rows: Vec<_> = table.rows.iter().map(|row| (row.change, row.text.as_str(), written(&row.fields))).collect();
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    assert_eq!(
        rows,
        [
            (Change::Removed, "BUG", owned(&["mode: substring > -", "since: 2018-03-01 > -", "confidence: 800 > -"])),
            (
                Change::Changed,
                "后台",
                owned(&[
                    "mode: word > substring",
                    "exceptions: 后台运行 | 手机后台 > 手机后台",
                    "since: - > 2018-04-01",
                    "confidence: - > 700"
                ])
            ),
            (Change::Added, "工单", owned(&["mode: - > word"])),
        ]
    );
}

#[test]
fn a_rule_that_was_renamed_is_the_same_rule_both_ways() {
    let renamed = PACK
        .replace("id = \"internal-jargon\"", "id = \"slang\"")
        .replace("aliases = [\"jargon\"]", "aliases = [\"jargon\", \"internal-jargon\"]");
    let (old, new) = (load(&folder()), with(&[("shop/pack.toml", &renamed)]));
    for (found, rule, before) in
        [(diff(&old, &new), "slang", "internal-jargon"), (diff(&new, &old), "internal-jargon", "slang")]
    {
        assert_eq!(found.rules.len(), 1);
        let change = &found.rules[0];
        assert_eq!((change.change, change.rule.as_str()), (Change::Changed, rule));
        assert_eq!(change.renamed_from.as_deref(), Some(before));
        assert!(change.tables.is_empty());
        assert_eq!(change.fields.len(), 1, "the aliases");
    }
}

#[test]
fn packs_and_rules_come_and_go() {
    let other = "id = \"other\"\nedition = \"1\"\ntitle = \"别的\"\nowner = \"质检组\"\nsource = \"实务\"\n\
        [[rule]]\nid = \"slang\"\ntitle = \"俚语\"\noperator = \"wording\"\nqueue = \"stat\"\n\
        [rule.parameters]\nterms = [\"terms/a.tsv\"]\n";
    let files =
        [("other/pack.toml", other), ("other/terms/a.tsv", TERMS), ("other/examples.jsonl", "{\"say\":\"x\"}\n")];
    let found = to(&files);
    assert_eq!((found.packs.len(), found.packs[0].change, found.packs[0].pack.as_str()), (1, Change::Added, "other"));
    assert_eq!(found.packs[0].examples, Some(ExamplesChange { old: 0, new: 1, added: 1, removed: 0 }));
    let rule = &found.rules[0];
    assert_eq!((found.rules.len(), rule.change, rule.rule.as_str()), (1, Change::Added, "slang"));
    assert_eq!((rule.tables[0].old, rule.tables[0].new, rule.tables[0].rows.len()), (0, 2, 0));
    let back = diff(&with(&files), &load(&folder()));
    assert_eq!((back.packs[0].change, back.rules[0].change), (Change::Removed, Change::Removed));
}

#[test]
fn shared_tables_and_rulebooks() {
    let book = |points: &str| {
        format!(
            "id = \"shop\"\nedition = \"1\"\ntitle = \"店\"\nsource = \"x\"\neffective_from = \"2018-02-01\"\n\
             case_policy = \"most-severe\"\n[[item]]\nid = \"a\"\ntitle = \"甲\"\nrules = [\"a\"]\npoints = \"{points}\"\n"
        )
    };
    let (two, five) = (book("2"), book("5"));
    let old = with(&[("rulebooks/shop/1.toml", &two)]);
    let new = with(&[
        ("rulebooks/shop/1.toml", &five),
        ("classes.tsv", "class\twords\nyou\t你|您\n"),
        ("segmentation.txt", "妥投 40\n后台灯 200\n"),
        ("fold/traditional.tsv", "from\tto\n"),
        ("cues/plea.tsv", "cue\tmode\n帮帮我\tsubstring\n"),
    ]);
    let found = diff(&old, &new);
    let tables: Vec<_> =
        found.tables.iter().map(|table| (table.change, table.table.as_str(), table.rows.len())).collect();
    assert_eq!(
        tables,
        [
            (Change::Changed, "classes.tsv", 1),
            (Change::Added, "cues/plea.tsv", 0),
            (Change::Removed, "fold/traditional.tsv", 0),
            (Change::Changed, "segmentation.txt", 1),
        ]
    );
    assert_eq!(written(&found.tables[3].rows[0].fields), ["frequency: 30 > 40"]);
    let edition = &found.rulebooks[0];
    assert_eq!((edition.rulebook.as_str(), edition.edition.as_str(), edition.fields.len()), ("shop", "1", 0));
    assert_eq!(written(&edition.items[0].fields), ["points: 2 > 5"]);
}

/// Whatever changes what is found is a difference, and going back undoes it.
#[test]
fn what_the_hash_sees_the_difference_sees() {
    let old = load(&folder());
    assert!(diff(&old, &old).is_empty());
    let built_in = load(&Files::built_in());
    assert!(diff(&built_in, &built_in).is_empty());
    let mut variants = Vec::new();
    for (path, text) in [("shop/pack.toml", PACK), ("shop/terms/jargon.tsv", TERMS)].into_iter().chain(SHARED) {
        for line in text.lines() {
            variants.push((path, text.replacen(&format!("{line}\n"), "", 1)));
        }
        for from in ["always", "lower", "150", "false", "word", "2018", "800", "手机", "你", "200", "稍等", "后"]
        {
            variants.push((path, text.replacen(from, "1", 1)));
        }
    }
    let mut differing = 0;
    for (path, text) in variants {
        let new = with(&[(path, &text)]);
        let (there, back) = (diff(&old, &new), diff(&new, &old));
        assert_eq!(there.is_empty(), back.is_empty(), "{path}: {text}");
        assert_eq!((there.packs.len(), there.rules.len()), (back.packs.len(), back.rules.len()), "{path}: {text}");
        if hash(&old) != hash(&new) {
            differing += 1;
            assert!(!there.is_empty(), "{path}: {text}");
        }
    }
    assert!(differing > 20, "{differing}");
}
