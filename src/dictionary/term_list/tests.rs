//! Lists that leave a dictionary and come back, and lists that should not.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::canonical::{Canonical, digest};
use super::super::diff::diff;
use super::super::files::Files;
use super::super::pack::Dictionary;
use super::*;

const PACK: &str = "id = \"shop\"\nedition = \"1\"\ntitle = \"店铺\"\nowner = \"质检组\"\nsource = \"实务\"\n\
    [[rule]]\nid = \"slang\"\ntitle = \"俚语\"\noperator = \"wording\"\nqueue = \"with\"\naliases = [\"jargon\"]\n\
    [rule.parameters]\nterms = [\"terms/a.tsv\", \"terms/b.tsv\"]\n\
    [[rule]]\nid = \"other\"\ntitle = \"别的\"\noperator = \"wording\"\nqueue = \"stat\"\n\
    [rule.parameters]\nterms = [\"terms/b.tsv\"]\ncues = [\"terms/c.tsv\"]\n";

fn shop(a: &str, b: &str) -> Files {
    let c = "term\tmode\n转接\tsubstring\n";
    [("shop/pack.toml", PACK), ("shop/terms/a.tsv", a), ("shop/terms/b.tsv", b), ("shop/terms/c.tsv", c)]
        .into_iter()
        .collect()
}

fn load(files: &Files) -> Dictionary {
    let (dictionary, problems) = Dictionary::load(files);
    let errors: Vec<_> = problems.iter().filter(|one| one.severity == super::super::Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:?}");
    dictionary
}

fn target<'t>(files: &'t Files, built_in: &'t Files) -> Target<'t> {
    Target { files, built_in, usual: None, only: None, title: None, source: "list.csv" }
}

fn read(csv: &str) -> Reading {
    let (sheet, problems) = read_csv(csv).unwrap();
    Reading::new(&[sheet], problems)
}

fn apply(reading: &Reading, files: &Files) -> Applied {
    reading.apply(&target(files, &Files::default()), &BTreeMap::new())
}

fn codes(problems: &[ListProblem]) -> Vec<(&'static str, String)> {
    problems.iter().map(|problem| (problem.code, problem.place.to_string())).collect()
}

fn hash(dictionary: &Dictionary) -> String {
    let mut canonical = Canonical::new("test");
    canonical.set(dictionary.packs.iter().flat_map(|pack| &pack.rules));
    canonical.finish().to_string()
}

/// Every way out and back in.
fn ways(rows: &[ListRow]) -> Vec<Reading> {
    #[allow(unused_mut, reason = "a build without workbooks has one way only")]
    let mut ways = vec![read(std::str::from_utf8(&write_csv(rows)).unwrap())];
    #[cfg(feature = "tables")]
    ways.push(Reading::new(&read_workbook(&write_workbook(rows).unwrap()).unwrap(), Vec::new()));
    ways
}

#[test]
fn the_built_in_dictionaries_leave_and_come_back() {
    let files = Files::built_in();
    let dictionary = load(&files);
    let rows = export(&dictionary, |_| true);
    assert!(rows.len() > 1_000);
    for reading in ways(&rows) {
        assert_eq!((codes(&reading.problems), reading.len()), (vec![], rows.len()));
        let same = reading.apply(&target(&files, &files), &BTreeMap::new());
        assert!(same.written.is_empty(), "{:?}", same.written);
        // Into a folder that is not there yet.
        let made = reading.apply(&target(&Files::default(), &files), &BTreeMap::new());
        assert!(made.problems.is_empty());
        let packs = |dictionary: &Dictionary| dictionary.packs.iter().map(digest).collect::<Vec<_>>();
        let new = load(&made.files);
        assert_eq!(made.made.len(), new.packs.len());
        for pack in &new.packs {
            let old = dictionary.packs.iter().find(|old| old.id == pack.id).unwrap();
            assert_eq!(packs(&dictionary).contains(&digest(pack)), packs(&new).contains(&digest(old)));
            let only = |pack| Dictionary { packs: vec![pack], ..Dictionary::default() };
            let found = diff(&only(old.clone()), &only(pack.clone()));
            assert!(found.is_empty(), "{found:?}");
        }
    }
}

/// Texts as a term file can hold them: no tab, no line end, no blanks around.
fn cell() -> impl Strategy<Value = String> {
    let hostile = prop::sample::select(vec![
        "=",
        "+",
        "-",
        "@",
        "'",
        "\"",
        "\"\"",
        "#",
        "0",
        "007",
        "1e5",
        ",",
        ";",
        "|",
        "\r",
        " ",
        "\u{feff}",
        "\u{0}",
        "_x000D_",
        "词",
        "后台",
        "true",
        "FALSE",
        "2018-02-01",
        "1/2",
        "\u{2028}",
        "<",
        "&",
        "]]>",
        "😀",
        "\u{1b}",
    ]);
    prop::collection::vec(prop_oneof![hostile.prop_map(str::to_owned), "[a-z0-9\\PC]{0,3}"], 0..5)
        .prop_map(|parts| parts.concat().replace(['\t', '\n', char::REPLACEMENT_CHARACTER], "").trim().to_owned())
}

fn term_file() -> impl Strategy<Value = String> {
    let row = (
        cell().prop_filter("something to look for", |text| !text.is_empty()),
        prop::sample::select(vec!["word", "substring", "pattern"]),
        prop::collection::vec(cell(), 0..3),
        cell(),
        prop::sample::select(vec!["", "2018-02-01", "0001-01-01"]),
        prop::sample::select(vec!["", "0", "900", "1000"]),
        prop::sample::select(vec!["", "ignore", "lower", "suppress"]),
        prop::sample::select(vec!["", "whole-reply"]),
        cell(),
        any::<bool>(),
    );
    let written = |(term, mode, exceptions, suggestion, since, confidence, echo, place, note, disguise): (
        String,
        &str,
        Vec<String>,
        String,
        &str,
        &str,
        &str,
        &str,
        String,
        bool,
    )| {
        let disguise = if disguise && mode == "substring" { "yes" } else { "" };
        let exceptions = exceptions.join("|");
        format!(
            "{mode}\t{term}\t{exceptions}\t{suggestion}\t{since}\t{confidence}\t{echo}\t{place}\t{note}\t{disguise}\n"
        )
    };
    prop::collection::vec(row.prop_map(written), 1..12).prop_map(|rows| {
        let head = "mode\tterm\texceptions\tsuggestion\tsince\tconfidence\techo\tplace\tnote\tdisguise\n";
        format!("{head}# kept\n{}", rows.concat())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_a_term_file_holds_leaves_and_comes_back((a, b) in (term_file(), term_file())) {
        let files = shop(&a, &b);
        let dictionary = load(&files);
        let rows = export(&dictionary, |_| true);
        for reading in ways(&rows) {
            prop_assert_eq!(codes(&reading.problems), vec![]);
            let same = apply(&reading, &files);
            prop_assert!(same.written.is_empty(), "{:?}", same.written);
            let blank = shop("term\tmode\nx\tword\n", "term\tmode\n");
            let filled = apply(&reading, &blank);
            let new = load(&filled.files);
            prop_assert_eq!(hash(&dictionary), hash(&new));
            prop_assert!(diff(&dictionary, &new).is_empty());
        }
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "(词条|mode|pack|匹配方式|词|[,\t;\"'\r\n=a]|\\PC){0,60}") {
        if let Ok((sheet, problems)) = read_csv(&text) {
            let reading = Reading::new(&[sheet], problems);
            let applied = apply(&reading, &shop("term\tmode\n", "term\tmode\n"));
            load(&applied.files);
        }
    }
}

#[test]
fn headings_are_found_in_chinese_and_english_below_other_lines() {
    let csv = "2026 年词表,,,\n,,,\n词条,匹配方式,我的备注,建议用语\n后台,词,x,操作系统\n\n工单,包含,,\n";
    let reading = read(csv);
    assert_eq!((reading.len(), reading.unknown_columns.as_slice()), (2, [String::from("我的备注")].as_slice()));
    assert_eq!(read("Term;MODE\n后台;word\n").len(), 1);
    assert_eq!(read("term\tmode\n后台\tword\n").len(), 1);
    assert_eq!(codes(&read("后台,word\n").problems), [("missing-header", String::new())]);
    assert_eq!(codes(&read("").problems), [("missing-header", String::new())]);
    assert_eq!(codes(&read("词条,备注\n后台,x\n").problems), [("missing-column", "line 1".to_owned())]);
    let twice = read("词条,匹配方式,词语\n后台,词,工单\n");
    assert_eq!(codes(&twice.problems), [("duplicate-column", "line 1, column 3 词语".to_owned())]);
    assert_eq!(twice.len(), 1);
}

#[test]
fn wrong_rows_are_named_and_the_others_are_read() {
    let csv = "规则,文件,词条,匹配方式,置信度,生效日\n\
        other,terms/b.tsv,后台,词,900,2018/2/1\n\
        other,terms/b.tsv,前台,字,0.9,昨天\n\
        nope,,工单,词,,\n\
        slang,,采销,词,,\n\
        ,terms/bb.tsv,命中,词,,\n\
        other,terms/b.tsv,,词,,\n\
        jargon,terms/a.tsv,\"妥\n投\",词,,\n";
    let reading = read(csv);
    assert_eq!((reading.len(), reading.bad_rows), (4, 3));
    assert_eq!(
        codes(&reading.problems),
        [
            ("bad-mode", "line 3, column 4 匹配方式".to_owned()),
            ("bad-day", "line 3, column 6 生效日".to_owned()),
            ("bad-confidence", "line 3, column 5 置信度".to_owned()),
            ("empty-term", "line 7, column 3 词条".to_owned()),
            ("line-break", "line 8, column 3 词条".to_owned()),
        ]
    );
    assert_eq!(reading.problems[0].advice, "write one of 句型, 片段, 词");
    let files = shop("term\tmode\n采销\tword\n", "# b\nterm\tmode\n旧词\tsubstring\n");
    let applied = apply(&reading, &files);
    assert_eq!(
        codes(&applied.problems),
        [
            ("unknown-rule", "line 4, column 1 规则".to_owned()),
            ("missing-list", "line 5, column 2 文件".to_owned()),
            ("unknown-list", "line 6, column 2 文件".to_owned())
        ]
    );
    assert_eq!(applied.written.iter().collect::<Vec<_>>(), ["shop/terms/b.tsv"]);
    let text = std::str::from_utf8(applied.files.get("shop/terms/b.tsv").unwrap()).unwrap();
    assert_eq!(
        text, "# b\nterm\tmode\tsince\tconfidence\n旧词\tsubstring\t\t\n后台\tword\t2018-02-01\t900\n",
        "no term goes while a row is bad"
    );
    assert_eq!(applied.kept, 1);
}

#[test]
fn rows_are_bounded() {
    let many = "a,b\n".repeat(MAX_ROWS + 1);
    assert_eq!(read_csv(&many).unwrap_err().code(), "too-many-rows");
    let bad = read(&format!("term,mode\n{}", "a,b\n".repeat(2_000)));
    assert_eq!((bad.problems.len(), bad.bad_rows), (1_000, 2_000));
}

#[test]
fn a_term_without_a_row_goes_and_a_file_without_a_row_stays() {
    let files = shop("term\tmode\n采销\tword\n工单\tword\n", "term\tmode\n旧词\tsubstring\n");
    let applied = apply(&read("file,term,mode\nterms/a.tsv,工单,word\n"), &files);
    assert!(applied.problems.is_empty());
    assert_eq!(applied.files.get("shop/terms/a.tsv"), Some(&b"term\tmode\n\xe5\xb7\xa5\xe5\x8d\x95\tword\n"[..]));
    assert_eq!(applied.written.len(), 1);
}

#[test]
fn a_quote_that_is_not_closed_takes_no_term_away() {
    let files = shop("term\tmode\n采销\tword\n工单\tword\n命中\tword\n", "term\tmode\n");
    for csv in [
        "file,term,mode\nterms/a.tsv,采销,word\nterms/a.tsv,\"工单,word\nterms/a.tsv,命中,word\n",
        "file,term,mode\nterms/a.tsv,采销,word\nterms/a.tsv,\"工单,word\nterms/a.tsv,命中\",word\n",
    ] {
        let reading = read(csv);
        assert_eq!(codes(&reading.problems), [("unclosed-quote", "line 3".to_owned())], "{csv}");
        assert!(apply(&reading, &files).written.is_empty(), "{csv}");
    }
    assert_eq!(codes(&read("term,mode\n5\"屏,word\n").problems), []);
}

#[test]
fn a_pack_that_is_not_there_is_made_of_the_list() {
    let csv = "pack,rule,term,mode\nmine,forbidden/price,内部价,片段\nmine,forbidden/price | other,员工价,片段\nmine,,底价,词\n";
    let applied = apply(&read(csv), &Files::default());
    assert_eq!(codes(&applied.problems), []);
    assert_eq!(applied.made, BTreeMap::from([("mine".to_owned(), Base::List)]));
    let dictionary = load(&applied.files);
    let rules: Vec<_> = dictionary.packs[0].rules.iter().map(|rule| (rule.id.as_str(), rule.terms.len())).collect();
    assert_eq!(rules, [("forbidden/price", 2), ("mine", 1), ("other", 2)]);
    for (csv, code) in [
        ("term,mode\nx,word\n", "missing-pack"),
        ("pack,term,mode\nMy Pack,x,word\n", "unknown-pack"),
        ("pack,rule,term,mode\nmine,价格,x,word\n", "bad-id"),
        ("pack,file,term,mode\nmine,../../x.tsv,x,word\n", "unknown-list"),
        ("pack,file,term,mode\nmine,pack.toml,x,word\n", "unknown-list"),
    ] {
        assert_eq!(apply(&read(csv), &Files::default()).problems[0].code, code, "{csv}");
    }
    let files = shop("term\tmode\n", "term\tmode\n");
    let built_in = Files::default();
    let only = Target { only: Some("shop"), ..target(&files, &built_in) };
    let found = read("pack,file,term,mode\nmine,terms/a.tsv,x,word\n").apply(&only, &BTreeMap::new());
    assert_eq!((found.problems[0].code, found.files.iter().count()), ("unknown-pack", files.iter().count()));
}

#[test]
fn what_compiling_finds_is_said_of_the_row() {
    let files = shop("term\tmode\n采销\tword\n", "term\tmode\n");
    let reading = read("file,term,mode\nterms/a.tsv,(你|您到底,pattern\nterms/a.tsv,采销,word\n");
    let applied = apply(&reading, &files);
    let problem = ("pattern-syntax", "unclosed".to_owned(), "close it".to_owned());
    let (index, problem) = reading.refuse(&applied, ("shop/terms/a.tsv", 3), problem).unwrap();
    assert_eq!(codes(std::slice::from_ref(&problem)), [("pattern-syntax", "line 2, column 2 term".to_owned())]);
    let again = reading.apply(&target(&files, &Files::default()), &BTreeMap::from([(index, problem)]));
    assert_eq!((again.problems.len(), again.written.len()), (1, 0));
    assert!(reading.refuse(&again, ("shop/terms/a.tsv", 3), ("x", String::new(), String::new())).is_none());
}

#[cfg(feature = "tables")]
mod workbooks;
