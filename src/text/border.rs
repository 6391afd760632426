//! Clause borders: where a clause of folded text ends.

use super::span::Span;

/// Whether a folded character ends a clause.
pub fn is_clause_border(character: char) -> bool {
    matches!(character, ',' | '.' | '!' | '?' | ';' | ':' | '。' | '~' | '…') || character.is_whitespace()
}

/// The clause around a span of folded text: up to the borders on both sides, without them.
pub fn clause_around(text: &str, span: Span) -> Span {
    let before = &text[..span.start as usize];
    let after = &text[span.end as usize..];
    let start = before.char_indices().rev().find(|(_, c)| is_clause_border(*c)).map_or(0, |(at, c)| at + c.len_utf8());
    let end = after.find(is_clause_border).map_or(text.len(), |at| span.end as usize + at);
    Span::new(start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clause_stops_at_punctuation_and_space() {
        let text = "好的,我不想投诉 谢谢";
        let at = text.find("投诉").unwrap();
        let clause = clause_around(text, Span::new(at, at + 6));
        assert_eq!(&text[clause.range()], "我不想投诉");
    }
}
