//! The matcher finds what a search through every term would find.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::classes::Classes;
use super::fold::Fold;
use super::matcher::*;
use super::pattern::Pattern;
use super::segment::{Hmm, Segmenter, TokenBorders};
use super::skeleton::Skeleton;
use super::span::Span;
use super::stream::Stream;

fn literal(text: &str, lookup: Lookup) -> Entry {
    Entry::Literal { text: text.into(), lookup }
}

fn scan(matcher: &Matcher, skeleton: &Skeleton, text: &str) -> (String, Vec<Hit>) {
    static GROUND: LazyLock<(Fold, Segmenter)> =
        LazyLock::new(|| (Fold::default(), Segmenter::new(Vec::new(), Hmm::Off)));
    let (fold, segmenter) = &*GROUND;
    // Not at the start of the buffer, as in use.
    let mut arena = String::from("前台");
    let mut probe = Probe::default();
    let span = fold.fold_into(text, &mut arena, &mut Vec::new(), |letters| {
        matcher.probe(&mut probe, letters);
    });
    let folded = arena[span.range()].to_owned();
    let mut hits = Vec::new();
    if matcher.is_hot(&probe) {
        let mut borders = TokenBorders::default();
        matcher.confirm(&folded, span.start, &mut probe, skeleton, segmenter, &mut borders, &mut hits);
    }
    (folded, hits)
}

static SKELETON: LazyLock<Skeleton> = LazyLock::new(|| Skeleton::new(&[]));

fn quotes(matcher: &Matcher, text: &str) -> Vec<String> {
    let (folded, hits) = scan(matcher, &Skeleton::new(&[]), text);
    hits.iter().filter(|hit| hit.borders_hold).map(|hit| folded[hit.span.range()].to_owned()).collect()
}

#[test]
fn words_need_borders_substrings_do_not() {
    let mut builder = MatcherBuilder::default();
    builder.add(literal("前台", Lookup::Word));
    builder.add(literal("台灯", Lookup::Substring));
    let matcher = builder.build(&Skeleton::new(&[])).unwrap();
    assert_eq!(quotes(&matcher, "请看前台。目前台州的台灯"), ["前台", "台灯"]);
}

#[test]
fn latin_terms_stand_alone_and_single_characters_work() {
    let mut builder = MatcherBuilder::default();
    builder.add(literal("sb", Lookup::Substring));
    builder.add(literal("滚", Lookup::Substring));
    let matcher = builder.build(&Skeleton::new(&[])).unwrap();
    assert_eq!(quotes(&matcher, "USB sb你滚"), ["sb", "滚"]);
    assert_eq!(quotes(&matcher, "滚"), ["滚"]);
}

#[test]
fn disguise_is_seen_through_once() {
    let skeleton = Skeleton::new(&[]);
    let mut builder = MatcherBuilder::default();
    builder.add_disguised(literal("傻逼", Lookup::Substring), Stream::Skeleton);
    builder.add_disguised(literal("bug", Lookup::Substring), Stream::Skeleton);
    let matcher = builder.build(&skeleton).unwrap();
    let (_, hits) = scan(&matcher, &skeleton, "傻 *逼");
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].stream, Stream::Skeleton);
    let (_, hits) = scan(&matcher, &skeleton, "傻。逼");
    assert!(hits.is_empty());
    let (_, hits) = scan(&matcher, &skeleton, "傻逼");
    assert_eq!(hits.len(), 1);
    assert_eq!(hits[0].stream, Stream::Folded);
    let (folded, hits) = scan(&matcher, &skeleton, "有个 B U G 啊");
    assert_eq!(&folded[hits[0].span.range()], "b u g");
    assert!(scan(&matcher, &skeleton, "de b u g").1.len() == 1);
    assert!(scan(&matcher, &skeleton, "debug").1.is_empty());
}

#[test]
fn a_disguised_term_may_hold_a_break() {
    let skeleton = Skeleton::new(&[]);
    let mut builder = MatcherBuilder::default();
    builder.add_disguised(literal("滚,傻子", Lookup::Substring), Stream::Skeleton);
    let matcher = builder.build(&skeleton).unwrap();
    assert_eq!(scan(&matcher, &skeleton, "滚,傻*子").1.len(), 1);
}

#[test]
fn patterns_are_seen_through_signs() {
    let skeleton = Skeleton::new(&[]);
    let mut builder = MatcherBuilder::default();
    let pattern = |text| Entry::Pattern(Pattern::new(text, &Classes::default()).unwrap());
    builder.add_disguised(pattern("(?:你|您)[^,]{0,2}白痴"), Stream::Split);
    builder.add(pattern("转账[^,]{0,2}给我"));
    let matcher = builder.build(&skeleton).unwrap();
    assert_eq!(quotes(&matcher, "你是白*痴"), ["你是白*痴"]);
    assert_eq!(quotes(&matcher, "你 是 白 _ 痴 吧"), ["你 是 白 _ 痴"]);
    assert_eq!(quotes(&matcher, "你是白痴,你就白 痴"), ["你是白痴", "你就白 痴"]);
    // A sign outside changes nothing, one that ends a clause parts, and who does not ask is not seen through.
    assert_eq!(scan(&matcher, &skeleton, "你*是白痴").1[0].stream, Stream::Folded);
    assert!(quotes(&matcher, "你是白,痴").is_empty());
    assert!(quotes(&matcher, "转 账 给 我").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]
    #[test]
    fn signs_between_all_characters_hide_no_pattern(
        around in "[甲乙]{0,3}",
        signs in proptest::collection::vec("[*_ 😀~]{1,3}", 8),
    ) {
        let skeleton = &*SKELETON;
        let mut builder = MatcherBuilder::default();
        builder.add_disguised(
            Entry::Pattern(Pattern::new("转账[^,]{0,3}?给我", &Classes::default()).unwrap()),
            Stream::Split,
        );
        let matcher = builder.build(skeleton).unwrap();
        let plain = format!("转账{around}给我");
        let mut text = String::new();
        for (character, sign) in plain.chars().zip(signs.iter().cycle()) {
            text.push(character);
            text.push_str(sign);
        }
        let (folded, hits) = scan(&matcher, skeleton, &text);
        prop_assert_eq!(hits.len(), 1);
        let quote = &folded[hits[0].span.range()];
        prop_assert!(quote.starts_with('转') && quote.ends_with('我'));
        let letters: String = quote.chars().filter(|c| c.is_alphanumeric()).collect();
        prop_assert_eq!(letters, plain);
    }
}

#[test]
fn patterns_are_run_where_their_literal_is() {
    let mut builder = MatcherBuilder::default();
    builder.add(Entry::Pattern(Pattern::new("说了(?:多少|几)[遍次]", &Classes::default()).unwrap()));
    let matcher = builder.build(&Skeleton::new(&[])).unwrap();
    assert_eq!(quotes(&matcher, "都说了多少遍了,说了几次"), ["说了多少遍", "说了几次"]);
    assert!(quotes(&matcher, "说了多少").is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn agrees_with_a_naive_search(
        terms in proptest::collection::btree_set("[一二三ab]{1,4}", 1..8),
        text in "[一二三四ab ]{0,30}",
    ) {
        let mut builder = MatcherBuilder::default();
        for term in &terms {
            builder.add(literal(term, Lookup::Substring));
        }
        let matcher = builder.build(&SKELETON).unwrap();
        let (folded, hits) = scan(&matcher, &SKELETON, &text);
        let mut expected = Vec::new();
        for (at, _) in folded.char_indices() {
            for (entry, term) in terms.iter().enumerate() {
                let span = Span::new(at, at + term.len());
                if folded[at..].starts_with(term.as_str()) && stands_alone(&folded, span) {
                    expected.push((span, entry as u32));
                }
            }
        }
        expected.sort_unstable();
        let found: Vec<_> = hits.iter().map(|hit| (hit.span, hit.entry)).collect();
        prop_assert_eq!(found, expected);
    }
}
