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
            .set(&self.not_when);
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
            .flag(self.disguise)
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

/// The order of the words counts: a pattern prefers the earlier one.
impl Canonicalise for WordClass {
    fn write(&self, canonical: &mut Canonical) {
        canonical.text("class").text(&self.name).list(&self.words);
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
