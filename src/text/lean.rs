//! Leaner machines: a pattern is run on folded text only, so its classes need not tell apart what folding never leaves.
//!
//! `[^,.!?。…\s]` leaves out a dozen ranges, each of which becomes states of the machine, once for each character that a gap
//! may have. On folded text it is the same as `[^,.!?。\t-\r ]`.

use std::sync::LazyLock;

use regex_syntax::hir::{Capture, Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition};

/// Signs and white space for which folding always puts others, whatever its tables say.
const REPLACED: [(char, char); 9] = [
    ('\u{85}', '\u{85}'),
    ('\u{A0}', '\u{A0}'),
    ('\u{1680}', '\u{1680}'),
    ('\u{2000}', '\u{200A}'),
    ('\u{2024}', '\u{2026}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{202F}', '\u{202F}'),
    ('\u{205F}', '\u{205F}'),
    ('\u{3000}', '\u{3000}'),
];

/// The same expression for folded text, with fewer ranges in its classes.
pub(super) fn lean(expression: Hir) -> Hir {
    match expression.into_kind() {
        HirKind::Empty => Hir::empty(),
        HirKind::Literal(literal) => Hir::literal(literal.0),
        HirKind::Class(Class::Unicode(class)) => Hir::class(Class::Unicode(simpler(class))),
        HirKind::Class(class @ Class::Bytes(_)) => Hir::class(class),
        HirKind::Look(look) => Hir::look(look),
        HirKind::Repetition(Repetition { min, max, greedy, sub }) => {
            Hir::repetition(Repetition { min, max, greedy, sub: Box::new(lean(*sub)) })
        }
        HirKind::Capture(Capture { index, name, sub }) => {
            Hir::capture(Capture { index, name, sub: Box::new(lean(*sub)) })
        }
        HirKind::Concat(parts) => Hir::concat(parts.into_iter().map(lean).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.into_iter().map(lean).collect()),
    }
}

/// The class with what folding replaces put in or taken out, whichever has the fewest ranges.
fn simpler(class: ClassUnicode) -> ClassUnicode {
    static ALL: LazyLock<ClassUnicode> =
        LazyLock::new(|| ClassUnicode::new(REPLACED.map(|(first, last)| ClassUnicodeRange::new(first, last))));
    let (mut with, mut without) = (class.clone(), class.clone());
    with.union(&ALL);
    without.difference(&ALL);
    // A class of nothing but such characters never matches folded text; it stays as it is written.
    let candidates = [class, with, without].into_iter().filter(|class| !class.ranges().is_empty());
    candidates.min_by_key(|class| class.ranges().len()).unwrap_or_else(ClassUnicode::empty)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex_automata::meta::{Builder, Regex};

    use super::super::fold::Fold;
    use super::*;

    fn machine(expression: &str) -> Regex {
        Builder::new().build_from_hir(&lean(regex_syntax::parse(expression).unwrap())).unwrap()
    }

    #[test]
    fn folding_leaves_none_of_what_it_replaces() {
        let fold = Fold::default();
        for character in REPLACED.into_iter().flat_map(|(first, last)| first..=last) {
            let folded = fold.fold(&character.to_string());
            let is_left = |c: char| REPLACED.iter().any(|(first, last)| (*first..=*last).contains(&c));
            assert!(!folded.is_empty() && !folded.contains(is_left), "{character:?} becomes {folded:?}");
        }
        let others = (0x80..=0x10_FFFF).filter_map(char::from_u32).filter(|c| c.is_whitespace());
        assert!(others.into_iter().all(|c| fold.fold(&c.to_string()) == " "), "white space becomes a space");
    }

    #[test]
    fn classes_have_fewer_ranges() {
        let ranges = |expression: Hir| match expression.into_kind() {
            HirKind::Class(Class::Unicode(class)) => class.ranges().len(),
            kind => panic!("{kind:?}"),
        };
        let lean_ranges = |expression: &str| ranges(lean(regex_syntax::parse(expression).unwrap()));
        assert_eq!(lean_ranges(r"[^,。…\s]"), 5, "what lies around \\t-\\r, space, comma and 。");
        assert_eq!(lean_ranges(r"\s"), 2);
        assert_eq!(lean_ranges("[\u{2000}\u{3000}]"), 2, "nothing would be left");
        assert_eq!(lean_ranges(r"\p{Han}"), ranges(regex_syntax::parse(r"\p{Han}").unwrap()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn folded_text_is_matched_alike(
            expression in prop::sample::select(vec![
                r"好[^,.!?;:。~…\s]{0,3}吗", r"(?:^|$|[,.!?;:。~…\s])(?<hit>好)", r"\s+[^\s]{1,2}", r"[…\u{3000}！]|好\S*", r"(?s:.){2}。",
            ]),
            text in "(好|吗|[,.!。…～\u{85}\u{a0}\u{2003}\u{2028}\u{3000} a]){0,12}",
        ) {
            let folded = Fold::default().fold(&text);
            let spans = |machine: &Regex| machine.find_iter(&folded).map(|found| found.range()).collect::<Vec<_>>();
            prop_assert_eq!(spans(&machine(expression)), spans(&Regex::new(expression).unwrap()), "{:?}", folded);
        }
    }
}
