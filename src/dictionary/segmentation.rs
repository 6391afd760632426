//! `segmentation.txt`: words that jieba has to know, with their frequencies.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::code;
use super::diagnostic::Diagnostic;
use super::lines::{Comments, lines};
use super::pack::SegmentationWord;
use super::problems::Problems;

/// More than the sum of jieba's own frequencies; larger ones would only be slips.
const HIGHEST: usize = 1_000_000_000;

/// The words of a file.
pub(super) fn words(file: &str, bytes: &[u8], problems: &mut Problems) -> Vec<SegmentationWord> {
    let file: Arc<str> = file.into();
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for line in lines(&file, bytes, Comments::Skipped, problems) {
        let mut parts = line.text.split_whitespace();
        let word = parts.next().unwrap_or_default();
        let start = line.text.find(word).unwrap_or_default();
        let origin = line.origin(&file, start);
        let frequency = parts
            .next()
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| text.parse().ok())
            .filter(|frequency| (1..=HIGHEST).contains(frequency));
        let problem = match (frequency, parts.next()) {
            (None, _) => Diagnostic::error(code::BAD_FREQUENCY, origin, format!("`{word}` has no proper frequency"))
                .advise("write `word frequency`, the frequency a whole number from 1 on, for instance `后台灯 200`"),
            (Some(_), Some(extra)) => {
                Diagnostic::error(code::TOO_MANY_CELLS, origin, format!("`{extra}` is one column too many"))
                    .advise("write `word frequency` and nothing else; tags are not used")
            }
            (Some(frequency), None) if seen.insert(word) => {
                all.push(SegmentationWord { word: word.to_owned(), frequency, origin });
                continue;
            }
            (Some(_), None) => Diagnostic::error(code::DUPLICATE_WORD, origin, format!("`{word}` occurs twice"))
                .advise("keep one line; the first one is used"),
        };
        problems.push(problem.underline(word.chars().count()));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_have_one_frequency() {
        let mut problems = Problems::default();
        let text = "# lamp\n后台灯 200\n  妥投\t30\n后台灯 1\n命中\n工单 x\n工单 0\n工单 3 n\n";
        let found = words("segmentation.txt", text.as_bytes(), &mut problems);
        let found: Vec<_> = found.iter().map(|word| (&*word.word, word.frequency, word.origin.column)).collect();
        assert_eq!(found, [("后台灯", 200, 1), ("妥投", 30, 3)]);
        let all = problems.finish(&super::super::files::Files::default());
        let codes: Vec<_> = all.iter().map(|one| (one.code, one.origin.line)).collect();
        assert_eq!(
            codes,
            [
                ("duplicate-word", 4),
                ("bad-frequency", 5),
                ("bad-frequency", 6),
                ("bad-frequency", 7),
                ("too-many-cells", 8)
            ]
        );
    }
}
