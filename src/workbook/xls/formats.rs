//! Which numbers are shown as times.

use std::collections::HashMap;

/// How the numbers of a style are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Number,
    Time,
    Span,
}

/// The formats of a workbook, and which of them its styles have.
#[derive(Debug, Default)]
pub(super) struct Formats {
    codes: HashMap<u16, Shown>,
    styles: Vec<u16>,
}

impl Formats {
    pub(super) fn format(&mut self, id: u16, code: &str) {
        self.codes.insert(id, of_code(code));
    }

    pub(super) fn style(&mut self, format: u16) {
        self.styles.push(format);
    }

    pub(super) fn of_styles(&self) -> Vec<Shown> {
        self.styles.iter().map(|id| self.codes.get(id).copied().unwrap_or_else(|| of_id(*id))).collect()
    }
}

/// Those that need not be written into the file; from 27 on those of East Asia.
fn of_id(id: u16) -> Shown {
    match id {
        14..=22 | 27..=36 | 45 | 47 | 50..=58 => Shown::Time,
        46 => Shown::Span,
        _ => Shown::Number,
    }
}

/// A time if letters of one stand outside of quotes, a span if hours run on beyond a day.
fn of_code(code: &str) -> Shown {
    let mut letters = code.chars().map(|letter| letter.to_ascii_lowercase());
    while let Some(letter) = letters.next() {
        match letter {
            '"' => _ = letters.by_ref().find(|letter| *letter == '"'),
            '\\' | '_' | '*' => _ = letters.next(),
            '[' => {
                let inside: String = letters.by_ref().take_while(|letter| *letter != ']').collect();
                if !inside.is_empty() && inside.chars().all(|letter| matches!(letter, 'h' | 'm' | 's')) {
                    return Shown::Span;
                }
            }
            'y' | 'd' | 'm' | 'h' | 's' => return Shown::Time,
            // What stands behind is for negative numbers.
            ';' => break,
            _ => {}
        }
    }
    Shown::Number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_told_from_numbers_by_their_format() {
        for code in ["yyyy-mm-dd hh:mm:ss", "m/d/yy", "[$-804]yyyy\"年\"m\"月\"d\"日\"", "[Red]h:mm"] {
            assert_eq!(of_code(code), Shown::Time, "{code}");
        }
        for code in ["General", "0.00", "\"days\"0", "0\\d", "[Red]0", "@", "0;yyyy", ""] {
            assert_eq!(of_code(code), Shown::Number, "{code}");
        }
        assert_eq!(of_code("[h]:mm:ss"), Shown::Span);
    }
}
