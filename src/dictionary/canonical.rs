//! One sequence of bytes for all ways to write the same dictionary, so that its hash tells whether it finds the same.
//!
//! Left out is what does not change a screening: comments, layout, the order of rows, notes, sources, titles, manual
//! pages, places. Suggestions stay, because screenings quote them. Every field is written with its length, so that no two
//! different dictionaries have the same bytes.

use std::collections::BTreeSet;
use std::fmt;

use sha2::{Digest as _, Sha256};

use super::pack::{Cue, Exception, FoldTable, Pack, Parameter, Rule, SegmentationWord, Term, Value, WordClass};
use super::parameters::FILE_PARAMETERS;

/// A SHA-256 hash; prints as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

/// Something with a canonical form.
pub trait Canonicalise {
    /// Writes it.
    fn write(&self, canonical: &mut Canonical);
}

/// The hash of one thing.
pub fn digest<T: Canonicalise + ?Sized>(thing: &T) -> Digest {
    let mut canonical = Canonical::new("zhijian");
    thing.write(&mut canonical);
    canonical.finish()
}

/// A hash that is fed with fields.
#[derive(Debug, Clone)]
pub struct Canonical(Sha256);

impl Canonical {
    /// Begins a hash; `what` sets it apart from hashes of other things.
    pub fn new(what: &str) -> Self {
        let mut canonical = Self(Sha256::new());
        canonical.text(what);
        canonical
    }

    fn field(&mut self, kind: u8, bytes: &[u8]) -> &mut Self {
        self.0.update([kind]);
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
        self
    }

    /// A text.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.field(b't', text.as_bytes())
    }

    /// A whole number.
    pub fn number(&mut self, number: i64) -> &mut Self {
        self.field(b'n', &number.to_be_bytes())
    }

    /// A switch.
    pub fn flag(&mut self, flag: bool) -> &mut Self {
        self.field(b'f', &[u8::from(flag)])
    }

    /// The name of an enum's variant, or anything else that prints.
    pub fn name(&mut self, name: &impl fmt::Display) -> &mut Self {
        self.text(&name.to_string())
    }

    /// A text that may be missing, which is not the same as empty.
    pub fn optional(&mut self, text: Option<&str>) -> &mut Self {
        match text {
            Some(text) => self.text(text),
            None => self.field(b'-', &[]),
        }
    }

    /// Things whose order counts.
    pub fn list<T: Canonicalise>(&mut self, things: &[T]) -> &mut Self {
        self.field(b'l', &(things.len() as u64).to_be_bytes());
        for thing in things {
            thing.write(self);
        }
        self
    }

    /// Things whose order and repetition do not count.
    pub fn set<'t, T: Canonicalise + 't>(&mut self, things: impl IntoIterator<Item = &'t T>) -> &mut Self {
        let digests: BTreeSet<Digest> = things.into_iter().map(digest).collect();
        self.field(b's', &(digests.len() as u64).to_be_bytes());
        for digest in digests {
            self.0.update(digest.0);
        }
        self
    }

    /// The hash of all that was written.
    pub fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

impl Canonicalise for String {
    fn write(&self, canonical: &mut Canonical) {
        canonical.text(self);
    }
}

/// Only `pack@edition`, as findings carry it; the rules are hashed one by one, since a profile chooses among them.
impl Canonicalise for Pack {
    fn write(&self, canonical: &mut Canonical) {
        canonical.text("pack").text(&self.id).text(&self.edition);
    }
}

/// All that the rule finds. Whether it is enabled is for the rule set to say, which holds only rules that are; the names of
/// its files are layout, and what they hold is in its terms, exceptions and cues.
impl Canonicalise for Rule {
    fn write(&self, canonical: &mut Canonical) {
        canonical
            .text("rule")
            .text(&self.id)
            .name(&self.operator)
            .name(&self.kind)
            .name(&self.queue)
            .optional(self.since.map(|day| day.to_string()).as_deref())
            .optional(self.manual.suggestion.as_deref())
            .set(self.parameters.iter().filter(|parameter| !FILE_PARAMETERS.contains(&parameter.name.as_str())))
            .set(&self.terms)
            .set(&self.exceptions)
            .set(&self.not_when)
            .set(&self.cues)
            .set(&self.earlier_terms);
    }
}

impl Canonicalise for Parameter {
    fn write(&self, canonical: &mut Canonical) {
        canonical.text(&self.name);
        match &self.value {
            Value::Text(text) => canonical.text(text),
            Value::Integer(number) => canonical.number(*number),
            Value::Boolean(flag) => canonical.flag(*flag),
            Value::List(texts) => canonical.list(texts),
        };
    }
}

impl Canonicalise for Term {
    fn write(&self, canonical: &mut Canonical) {
        canonical
            .text("term")
            .text(&self.text)
            .name(&self.mode)
            .set(&self.exceptions)
            .optional(self.suggestion.as_deref())
            .optional(self.since.map(|day| day.to_string()).as_deref())
            .optional(self.confidence.map(|permille| permille.to_string()).as_deref())
            .optional(self.disguise.map(|disguise| disguise.to_string()).as_deref())
            .optional(self.echo.map(|echo| echo.to_string()).as_deref())
            .name(&self.place);
    }
}

impl Canonicalise for Exception {
    fn write(&self, canonical: &mut Canonical) {
        canonical.text("exception").text(&self.text).name(&self.mode).set(&self.terms);
    }
}

impl Canonicalise for Cue {
    fn write(&self, canonical: &mut Canonical) {
        canonical.text("cue").text(&self.text).name(&self.mode).text(&self.value);
    }
}

/// A cue file with its name.
impl Canonicalise for (String, Vec<Cue>) {
    fn write(&self, canonical: &mut Canonical) {
        canonical.text("cues").text(&self.0).set(&self.1);
    }
}

/// The order of the words does not count: patterns try the longer ones first.
impl Canonicalise for WordClass {
    fn write(&self, canonical: &mut Canonical) {
        canonical.text("class").text(&self.name).set(&self.words);
    }
}

impl Canonicalise for (String, String) {
    fn write(&self, canonical: &mut Canonical) {
        canonical.text(&self.0).text(&self.1);
    }
}

impl Canonicalise for FoldTable {
    fn write(&self, canonical: &mut Canonical) {
        canonical.text("fold").text(&self.name).set(&self.rows);
    }
}

impl Canonicalise for SegmentationWord {
    fn write(&self, canonical: &mut Canonical) {
        // `segmentation.txt` bounds frequencies far below the limit.
        canonical.text("word").text(&self.word).number(i64::try_from(self.frequency).unwrap_or(i64::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::super::files::Files;
    use super::super::load_tests::{EXCEPTIONS, PACK, SHARED, TERMS, folder};
    use super::super::pack::Dictionary;
    use super::*;

    fn hash(files: &Files) -> Digest {
        let dictionary = Dictionary::load(files).0;
        let mut canonical = Canonical::new("test");
        canonical
            .set(dictionary.packs.iter().flat_map(|pack| &pack.rules))
            .set(&dictionary.classes)
            .set(&dictionary.cues)
            .set(&dictionary.fold)
            .set(&dictionary.segmentation);
        canonical.finish()
    }

    fn replaced(path: &str, text: &str) -> Digest {
        let mut files = folder();
        files.insert(path, text);
        hash(&files)
    }

    #[test]
    fn what_is_not_looked_for_does_not_count() {
        let same = hash(&folder());
        for (from, to) in [
            ("title = \"内部术语\"", "title = \"行话\""),
            ("what = \"对客户说内部术语。\"", ""),
            ("source = \"norm J.4\"", "source = \"practice\""),
            ("# 店铺规则\n", ""),
            ("echo = \"lower\"\necho-penalty = 150", "echo-penalty = 150\necho = 'lower'  # why"),
            ("aliases = [\"jargon\"]", ""),
            ("\n", "\r\n"),
        ] {
            assert!(PACK.contains(from), "{from}");
            assert_eq!(replaced("shop/pack.toml", &PACK.replace(from, to)), same, "{to}");
        }
        let rows = "mode\tterm\tconfidence\tsince\texceptions\n# x\nsubstring\tBUG\t800\t2018-03-01\t\r\n\n\
            word\t后台\t\t\t后台运行 | 手机后台\nword\t后台\t\t\t后台运行|手机后台\n";
        assert_eq!(replaced("shop/terms/jargon.tsv", rows), same);
        let mut moved = folder();
        moved.insert("shop/pack.toml", PACK.replace("exceptions/jargon.tsv", "exceptions/other.tsv"));
        moved.insert("shop/exceptions/other.tsv", EXCEPTIONS);
        assert_eq!(hash(&moved), same);
    }

    #[test]
    fn whatever_is_looked_for_counts() {
        let mut seen = vec![hash(&folder())];
        let mut differs = |path: &str, text: &str, from: &str, to: &str| {
            assert!(text.contains(from), "{from}");
            let digest = replaced(path, &text.replacen(from, to, 1));
            assert!(!seen.contains(&digest), "{path}: {to}");
            seen.push(digest);
        };
        for (from, to) in [
            ("id = \"internal-jargon\"", "id = \"jargon-2\""),
            ("queue = \"always\"", "queue = \"with\""),
            ("queue = \"always\"", "queue = \"always\"\nkind = \"signal\""),
            ("since = \"2018-02-01\"", ""),
            ("since = \"2018-02-01\"", "since = \"2018-02-02\""),
            ("suggestion = \"换成客户的话\"", ""),
            ("echo-penalty = 150", "echo-penalty = 151"),
            ("echo-penalty = 150", "echo-penalty = \"150\""),
            ("strict = false", "strict = true"),
            ("strict = false", ""),
            ("operator = \"wording\"", "operator = \"required-wording\""),
        ] {
            differs("shop/pack.toml", PACK, from, to);
        }
        for (from, to) in [
            ("后台\tword", "后台\tsubstring"),
            ("后台\tword", "后 台\tword"),
            ("手机后台|后台运行", "手机后台"),
            ("手机后台|后台运行", ""),
            ("2018-03-01", "2018-03-02"),
            ("2018-03-01", ""),
            ("\t800\t", "\t801\t"),
            ("\t800\t", "\t\t"),
            ("BUG\tsubstring\t\t2018-03-01\t800\t\n", ""),
        ] {
            differs("shop/terms/jargon.tsv", TERMS, from, to);
        }
        for (from, to) in [("substring", "pattern"), ("卖家后台", "商家后台"), ("\t后台\n", "\t\n")] {
            differs("shop/exceptions/jargon.tsv", EXCEPTIONS, from, to);
        }
        for (path, text) in SHARED.into_iter().take(4) {
            let header = text.split_inclusive('\n').next().unwrap_or_default();
            differs(path, text, text.strip_prefix(header).unwrap_or_default(), "");
        }
        differs("classes.tsv", SHARED[0].1, "你们|你", "你们|您");
        differs("segmentation.txt", SHARED[1].1, "200", "201");
        differs("cues/hold.tsv", SHARED[2].1, "substring\t", "substring\tx");
        differs("fold/traditional.tsv", SHARED[3].1, "\t后", "\t");
    }

    #[test]
    fn columns_of_terms_all_count() {
        let base = "term\tmode\tsuggestion\tdisguise\techo\tplace\na\tsubstring\t\t\t\t\n";
        let mut seen = vec![replaced("shop/terms/jargon.tsv", base)];
        for row in
            ["a\tsubstring\tb", "a\tsubstring\t\tyes", "a\tsubstring\t\t\tignore", "a\tsubstring\t\t\t\twhole-reply"]
        {
            let digest = replaced("shop/terms/jargon.tsv", &format!("{}{row}\n", &base[..base.len() - 16]));
            assert!(!seen.contains(&digest), "{row}");
            seen.push(digest);
        }
    }

    /// Stored hashes name rule sets; a change of this value is a change of the form.
    #[test]
    fn form_is_stable() {
        let word = SegmentationWord {
            word: "后台灯".to_owned(),
            frequency: 200,
            origin: super::super::pack::Origin { file: "x".into(), line: 1, column: 1 },
        };
        assert_eq!(digest(&word).to_string(), "5b8e722dc2b823c8c03be9da0c8f1c61906688f538712ff8fd0cd20dd75d6680");
    }
}
