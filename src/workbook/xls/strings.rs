//! Texts in old workbooks: of one or two bytes a letter, which may change where a record goes on in the next.

/// Bits of the byte before a text.
const WIDE: u8 = 1;
const PHONETIC: u8 = 4;
const RICH: u8 = 8;

/// The data of a record and of those that go on with it.
pub(super) struct Segments<'a> {
    segments: std::vec::IntoIter<&'a [u8]>,
    rest: &'a [u8],
}

impl<'a> Segments<'a> {
    pub(super) fn new(segments: Vec<&'a [u8]>) -> Segments<'a> {
        let mut segments = segments.into_iter();
        let rest = segments.next().unwrap_or_default();
        Segments { segments, rest }
    }

    pub(super) fn one(data: &'a [u8]) -> Segments<'a> {
        Segments { segments: Vec::new().into_iter(), rest: data }
    }

    pub(super) fn is_empty(&mut self) -> bool {
        while self.rest.is_empty() {
            match self.segments.next() {
                Some(next) => self.rest = next,
                None => return true,
            }
        }
        false
    }

    pub(super) fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            if self.is_empty() {
                return None;
            }
            let passed = count.min(self.rest.len());
            self.rest = &self.rest[passed..];
            count -= passed;
        }
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        if self.is_empty() {
            return None;
        }
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn number(&mut self, bytes: u32) -> Option<usize> {
        (0..bytes).try_fold(0, |number, at| Some(number | usize::from(self.byte()?) << (8 * at)))
    }

    /// How many letters a text has, in one byte.
    pub(super) fn short_count(&mut self) -> Option<usize> {
        self.number(1)
    }

    /// How many letters a text has, in two bytes.
    pub(super) fn long_count(&mut self) -> Option<usize> {
        self.number(2)
    }

    /// A text behind its count.
    pub(super) fn text(&mut self, count: impl Fn(&mut Self) -> Option<usize>) -> Option<String> {
        let count = count(self)?;
        let flags = self.byte()?;
        self.letters(count, flags)
    }

    /// A text of the list that cells share, with what else may stand beside it.
    pub(super) fn rich_text(&mut self) -> Option<String> {
        let count = self.long_count()?;
        let flags = self.byte()?;
        let runs = if flags & RICH == 0 { 0 } else { self.number(2)? };
        let phonetic = if flags & PHONETIC == 0 { 0 } else { self.number(4)? };
        let text = self.letters(count, flags)?;
        self.skip(runs * 4 + phonetic)?;
        Some(text)
    }

    fn letters(&mut self, count: usize, flags: u8) -> Option<String> {
        let mut letters: Vec<u16> = Vec::with_capacity(count);
        let mut flags = flags;
        while letters.len() < count {
            if self.rest.is_empty() {
                // Where a text goes on, it is said anew how wide its letters are.
                flags = self.byte()?;
            }
            let left = count - letters.len();
            let width = if flags & WIDE == 0 { 1 } else { 2 };
            let taken = left.min(self.rest.len() / width);
            if taken == 0 && !self.rest.is_empty() {
                return None;
            }
            let (now, rest) = self.rest.split_at(taken * width);
            match width {
                1 => letters.extend(now.iter().map(|byte| u16::from(*byte))),
                _ => letters.extend(now.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]))),
            }
            self.rest = rest;
        }
        Some(String::from_utf16_lossy(&letters))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_goes_on_in_the_next_record_with_letters_of_another_width() {
        let first = [4, 0, 0, b'a', b'b'];
        let second = [1, 0x0E, 0x54, b'c', 0];
        let mut segments = Segments::new(vec![&first, &second]);
        assert_eq!(segments.rich_text().as_deref(), Some("ab后c"));
        assert!(segments.is_empty());
        assert_eq!(Segments::new(vec![&first]).rich_text(), None);
    }

    #[test]
    fn what_stands_beside_a_text_is_passed_over() {
        let data = [1, 0, 0x0C, 1, 0, 2, 0, 0, 0, b'a', 9, 9, 9, 9, 8, 8, 1, 0, 0, b'b'];
        let mut segments = Segments::one(&data);
        assert_eq!(segments.rich_text().as_deref(), Some("a"));
        assert_eq!(segments.rich_text().as_deref(), Some("b"));
        assert!(segments.is_empty());
    }
}
