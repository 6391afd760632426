//! Masking numbers that may belong to a person, wherever a text is only shown so that people find their way.

/// Runs of at least seven digits (spaces and hyphens between them aside) keep their first three and last two.
pub fn mask_numbers(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out: Vec<char> = chars.clone();
    let mut at = 0;
    while at < chars.len() {
        if !is_digit(chars[at]) {
            at += 1;
            continue;
        }
        let mut digits = vec![at];
        let mut end = at + 1;
        while end < chars.len() {
            if is_digit(chars[end]) {
                digits.push(end);
            } else if !matches!(chars[end], ' ' | '-') || !chars.get(end + 1).copied().is_some_and(is_digit) {
                break;
            }
            end += 1;
        }
        if digits.len() >= 7 {
            for &digit in &digits[3..digits.len() - 2] {
                out[digit] = '*';
            }
        }
        at = end;
    }
    out.into_iter().collect()
}

fn is_digit(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, '０'..='９')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_numbers_lose_their_middle() {
        assert_eq!(mask_numbers("电话13800001111,满300减50"), "电话138******11,满300减50");
        assert_eq!(mask_numbers("138 0000 1111"), "138 **** **11");
        assert_eq!(mask_numbers("１３８００００１１１１"), "１３８******１１");
    }
}
