//! In which form of a text something was found: the looser the form, the less sure is the reading.

/// Which stream a hit was found in, from the text itself to the loosest reading. An entry that is looked for in one stream
/// is looked for in all before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Stream {
    /// The folded text.
    #[default]
    Folded,
    /// Only the skeleton: interference, repeats or look-alike letters stand between.
    Skeleton,
    /// A character is written as its parts.
    Split,
    /// A character that looks like it stands for another.
    LookAlike,
    /// A character is written as its syllable in Latin letters.
    Pinyin,
    /// A character that sounds like it stands for another.
    Homophone,
}
