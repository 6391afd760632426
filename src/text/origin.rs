//! The way back from folded text to the characters that were written.

use super::fold::Fold;
use super::span::{CharSpan, Span};

/// Where each folded character of one message comes from. Made only for messages with something to report.
#[derive(Debug, Clone, Default)]
pub struct Origins {
    /// First byte of each folded character, ascending, then the length of the folded text.
    starts: Vec<u32>,
    /// Index of the original character each comes from.
    characters: Vec<u32>,
}

impl Origins {
    /// Traces how `original` folds.
    pub fn trace(fold: &Fold, original: &str) -> Self {
        let mut origins = Self::default();
        let mut at = 0;
        fold.trace(original, |folded, index| {
            origins.starts.push(at);
            origins.characters.push(index);
            at += folded.len_utf8() as u32;
        });
        origins.starts.push(at);
        origins
    }

    /// The original characters behind a span of the folded text; a span that begins or ends inside an expansion takes
    /// in the whole original character, and invisible characters between belong to it.
    pub fn original(&self, span: Span) -> CharSpan {
        if self.characters.is_empty() {
            return CharSpan { start: 0, end: 0 };
        }
        let index_of = |byte: u32| self.starts.partition_point(|&start| start <= byte).saturating_sub(1);
        let last = self.characters.len() - 1;
        let start = self.characters[index_of(span.start).min(last)];
        let end = self.characters[index_of(span.end.saturating_sub(1).max(span.start)).min(last)] + 1;
        CharSpan { start, end }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::fold::FoldRow;
    use super::*;

    fn slice_chars(original: &str, span: CharSpan) -> &str {
        let offsets: Vec<usize> = original.char_indices().map(|(at, _)| at).chain([original.len()]).collect();
        &original[offsets[span.start as usize]..offsets[span.end as usize]]
    }

    fn fold() -> Fold {
        let row = |from: &str, to: &str| FoldRow { from: from.into(), to: to.into() };
        Fold::new(&[row("後", "后"), row("\u{200b}", ""), row("\u{fe0f}", ""), row("看著", "看着")])
    }

    #[test]
    fn a_hit_inside_an_expansion_takes_the_whole_character() {
        let fold = fold();
        let text = "重㎏量";
        let origins = Origins::trace(&fold, text);
        // 重 is bytes 0..3, k 3..4, g 4..5
        let span = origins.original(Span::new(4, 5));
        assert_eq!(slice_chars(text, span), "㎏");
    }

    static FOLD: std::sync::LazyLock<Fold> = std::sync::LazyLock::new(fold);

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(10_000))]
        #[test]
        fn the_original_slice_folds_to_what_was_matched(
            pieces in proptest::collection::vec(prop_oneof![
                "[\u{4e00}-\u{4eff}]", "[a-zA-Z0-9]", "[Ａ-Ｚ０-９]", Just("後".to_owned()), Just("\u{200b}".to_owned()),
                Just("㎏".to_owned()), Just("…".to_owned()), Just("😀".to_owned()), Just("ﷺ".to_owned()), Just("看著".to_owned()),
                Just("\u{fe0f}".to_owned()), "[，。！？ ]",
            ], 0..24),
            from in 0usize..40, length in 1usize..12,
        ) {
            let fold = &*FOLD;
            let text: String = pieces.concat();
            let folded = fold.fold(&text);
            let offsets: Vec<usize> = folded.char_indices().map(|(at, _)| at).chain([folded.len()]).collect();
            prop_assume!(offsets.len() > 1);
            let start = from % (offsets.len() - 1);
            let end = (start + length).min(offsets.len() - 1);
            let span = Span::new(offsets[start], offsets[end]);
            let origins = Origins::trace(fold, &text);
            let original = origins.original(span);
            let slice = slice_chars(&text, original);
            let refolded = fold.fold(slice);
            let matched = &folded[span.range()];
            // Exactly what was matched, or more only where an expansion was cut.
            prop_assert!(refolded.contains(matched) || slice.contains('著'), "{slice:?} folds to {refolded:?}, matched {matched:?}");
            let first = slice.chars().next();
            let last = slice.chars().next_back();
            let cut = |c: Option<char>| c.is_some_and(|c| fold.fold(&c.to_string()).chars().count() > 1);
            if !cut(first) && !cut(last) && !slice.contains('著') {
                prop_assert_eq!(refolded, matched);
            }
        }
    }
}
