//! Disguises that no table of characters undoes: characters written as their parts or as syllables, or by others that look
//! or sound like them.
//!
//! What is looked for in disguise are literals, those of terms and those that patterns require. Where some stand in a
//! message, the message is written again with these in their plain form, and terms and patterns are looked for in that.
//! A message that shows no sign of such writing is not looked at; that takes a look into one table for each letter.

mod interrupted;
mod kinship;
mod pairs;
mod quick;
mod readings;
mod rewrite;
mod runs;
mod search;
mod spelled;
mod stand_in;
mod tame;
mod vocabulary;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::skeleton::Skeleton;
use super::stream::Stream;
pub(super) use interrupted::Interrupted;
pub(super) use quick::{QuickLook, Signs};
pub use readings::Readings;
pub(super) use rewrite::Revealed;
use runs::Runs;
use search::{Piece, Search};
pub(super) use spelled::spelled;
use stand_in::StandIns;
use vocabulary::Vocabulary;

/// Longer literals are not looked for in disguise: nobody writes a sentence so.
const LONGEST: usize = 24;

/// The literals that are looked for in disguise.
#[derive(Debug)]
pub(super) struct Reveal {
    /// Each with the loosest stream in which it is looked for.
    literals: Vec<(String, Stream)>,
    readings: Arc<Readings>,
    /// Made for the first message that needs it.
    vocabulary: OnceLock<Vocabulary>,
    stand_ins: OnceLock<StandIns>,
    pub(super) quick: QuickLook,
}

impl Reveal {
    /// These literals, each with a stream beyond the skeleton; `None`: there are none. Single characters are not: they can be read
    /// out of nearly anything.
    pub(super) fn new(literals: Vec<(String, Stream)>, readings: &Arc<Readings>) -> Option<Self> {
        let mut loosest: BTreeMap<String, Stream> = BTreeMap::new();
        for (literal, stream) in literals {
            if (2..=LONGEST).contains(&literal.chars().count()) {
                let so_far = loosest.entry(literal).or_default();
                *so_far = stream.max(*so_far);
            }
        }
        if loosest.is_empty() {
            return None;
        }
        let literals: Vec<_> = loosest.into_iter().collect();
        let quick = QuickLook::new(&literals, readings);
        let (vocabulary, stand_ins) = (OnceLock::new(), OnceLock::new());
        Some(Self { literals, readings: readings.clone(), vocabulary, stand_ins, quick })
    }

    fn literals(&self) -> impl Iterator<Item = (&str, Stream)> {
        self.literals.iter().map(|(literal, loosest)| (literal.as_str(), *loosest))
    }

    fn vocabulary(&self) -> &Vocabulary {
        self.vocabulary.get_or_init(|| Vocabulary::new(self.literals(), &self.readings))
    }

    fn stand_ins(&self) -> &StandIns {
        self.stand_ins.get_or_init(|| StandIns::new(self.literals(), &self.readings))
    }

    /// What a folded text that shows signs reads with the literals in it out of their disguise; none where there are no
    /// such. `is_word` says whether a text is a word of the language.
    pub(super) fn readings_of(
        &self,
        skeleton: &Skeleton,
        signs: Signs,
        text: &str,
        is_word: impl Fn(&str) -> bool,
    ) -> Vec<Revealed> {
        let mut pieces = if signs.strange() { self.stand_ins().all(&self.quick, text, is_word) } else { Vec::new() };
        let latin = signs.latin() && runs::may_be_any(text);
        let parts = signs.parts() && self.quick.has_parts(text);
        if !latin && !parts && pieces.is_empty() {
            return Vec::new();
        }
        let characters: Vec<char> = text.chars().collect();
        if latin || parts {
            pieces.extend(self.spelled(skeleton, &characters, parts));
        }
        if pieces.is_empty() {
            return Vec::new();
        }
        let starts: Vec<u32> = text.char_indices().map(|(at, _)| at as u32).chain([text.len() as u32]).collect();
        rewrite::readings(&characters, &starts, pieces)
    }

    /// The literals of which characters are written as several. `parts`: whether two parts of a character stand side by side.
    fn spelled(&self, skeleton: &Skeleton, text: &[char], parts: bool) -> Vec<Piece> {
        let vocabulary = self.vocabulary();
        let runs = Runs::new(&vocabulary.syllables, text);
        if !(runs.any() || parts && vocabulary.has_parts(text)) {
            return Vec::new();
        }
        Search { vocabulary, skeleton, runs: &runs, text }.all()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::fold::{Fold, FoldRow};
    use super::super::span::Span;
    use super::*;

    fn rows(pairs: &[(&str, &str)]) -> Vec<FoldRow> {
        pairs.iter().map(|(from, to)| FoldRow { from: (*from).into(), to: (*to).into() }).collect()
    }

    fn reveal(literals: &[(&str, Stream)]) -> Reveal {
        let parts = rows(&[("亻尔", "你"), ("女马", "妈"), ("犭马", "犸"), ("月土", "肚"), ("女子", "好")]);
        let syllables =
            rows(&[("ni", "你尼"), ("ma", "妈马犸"), ("bie", "别"), ("ren", "人"), ("e", "鹅"), ("bi", "逼")]);
        let rarity = rows(&[("4", "你的人女子"), ("20", "妈逼马"), ("27", "亻")]);
        let readings = Readings::new(&Fold::default(), &parts, &syllables, &rarity);
        let literals = literals.iter().map(|&(literal, stream)| (literal.to_owned(), stream)).collect();
        Reveal::new(literals, &Arc::new(readings)).unwrap()
    }

    fn signs(reveal: &Reveal, text: &str) -> Signs {
        let letters: Vec<char> = text.chars().collect();
        letters.windows(2).fold(Signs::default(), |signs, pair| reveal.quick.look(signs, pair[0], pair[1]))
    }

    fn all_readings(reveal: &Reveal, text: &str) -> Vec<Revealed> {
        let is_word = |_: &str| false;
        // Each message has something behind its last letter.
        reveal.readings_of(&Skeleton::new(&[]), signs(reveal, &format!("{text} ")), text, is_word)
    }

    /// What a text reads, and the folded texts behind the literal in it.
    fn read(literal: &str, loosest: Stream, text: &str) -> Vec<(String, Stream)> {
        let readings = all_readings(&reveal(&[(literal, loosest)]), text);
        let origins = readings.iter().flat_map(|revealed| {
            revealed.text.match_indices(literal).map(|(at, _)| revealed.origin(Span::new(at, at + literal.len())))
        });
        origins.map(|(span, stream)| (text[span.range()].to_owned(), stream)).collect()
    }

    #[test]
    fn parts_and_syllables_are_joined() {
        assert_eq!(read("你妈", Stream::Pinyin, "说亻尔女马呢"), [("亻尔女马".to_owned(), Stream::Split)]);
        assert_eq!(read("你妈", Stream::Pinyin, "说 ni ma呢"), [("ni ma".to_owned(), Stream::Pinyin)]);
        assert_eq!(read("你妈", Stream::Pinyin, "说ní3*妈"), [("ní3*妈".to_owned(), Stream::Pinyin)]);
        assert_eq!(read("你妈", Stream::Split, "亻尔妈ni ma"), [("亻尔妈".to_owned(), Stream::Split)]);
        assert_eq!(read("你妈", Stream::Split, "亻尔。妈"), []);
    }

    #[test]
    fn a_part_that_is_never_written_alone_is_joined_wherever_it_stands() {
        let reveal = reveal(&[("你妈", Stream::Split), ("好妈", Stream::Split)]);
        let texts = |text: &str| all_readings(&reveal, text).into_iter().map(|one| one.text).collect::<Vec<_>>();
        assert_eq!(texts("亻尔是女子吗"), ["你是女子吗"]);
        assert_eq!(texts("女子"), [] as [&str; 0]);
    }

    #[test]
    fn words_of_other_languages_are_no_syllables() {
        for text in ["anima", "nimax", "lv2 nima9", "nim a", "nima"] {
            assert_eq!(read("你妈", Stream::Pinyin, text), [], "{text}");
        }
        assert_eq!(read("鹅人", Stream::Pinyin, "bieren"), []);
        assert_eq!(read("别人", Stream::Pinyin, "mabieren"), [("bieren".to_owned(), Stream::Pinyin)]);
    }

    #[test]
    fn contradicting_pieces_are_read_one_after_the_other() {
        let reveal = reveal(&[("你妈", Stream::Pinyin), ("尼马", Stream::Pinyin)]);
        let readings = all_readings(&reveal, "ni ma逼");
        let texts: Vec<_> = readings.iter().map(|revealed| revealed.text.as_str()).collect();
        assert_eq!(texts, ["你妈逼", "尼马逼"]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn every_reading_leads_back(pieces in proptest::collection::vec(prop_oneof![
            "[亻尔女马你妈子逼犸尼]", Just(" ".to_owned()), Just("ni".to_owned()), Just("ma".to_owned()), Just("bi1".to_owned()),
            Just("*".to_owned()), Just("。".to_owned()), "[a-z0-9]", Just("ǐ".to_owned()), Just("😀".to_owned()),
        ], 0..24)) {
            let text = pieces.concat();
            let literals = [("你妈", Stream::Homophone), ("你妈逼", Stream::Split), ("妈好", Stream::LookAlike)];
            let reveal = reveal(&literals);
            let readings = all_readings(&reveal, &text);
            let slow = reveal.readings_of(&Skeleton::new(&[]), Signs::ALL, &text, |_| false);
            let texts = |all: &[Revealed]| all.iter().map(|one| one.text.clone()).collect::<Vec<_>>();
            prop_assert_eq!(texts(&readings), texts(&slow), "the quick look missed something in {:?}", text);
            for revealed in &readings {
                // The characters of a reading stand for the whole text, one after the other.
                let mut end = 0;
                for (at, character) in revealed.text.char_indices() {
                    let (span, stream) = revealed.origin(Span::new(at, at + character.len_utf8()));
                    prop_assert_eq!(span.start, end);
                    prop_assert!(span.end > span.start && text.is_char_boundary(span.end as usize));
                    end = span.end;
                    prop_assert!(stream > Stream::Folded || text[span.range()].starts_with(character));
                }
                prop_assert_eq!(end as usize, text.len());
            }
        }
    }
}
