//! Literal terms, exceptions and cues that are written as if they were patterns or lists: they are looked for as they
//! stand, and nobody writes such signs in a chat.

use super::code;
use super::diagnostic::Diagnostic;
use super::pack::{Cue, Dictionary, Mode, Rule, Term};
use super::problems::Problems;

/// Signs that part the entries of a list, and hardly ever stand in a phrase.
const PARTING: [char; 4] = ['、', '；', ';', '｜'];

/// Signs that part the entries of a list, and stand in phrases too.
const PERHAPS_PARTING: [char; 4] = ['/', '／', ',', '，'];

pub(super) fn lint(dictionary: &Dictionary, problems: &mut Problems) {
    for rule in dictionary.packs.iter().flat_map(|pack| &pack.rules) {
        for term in rule.terms.iter().chain(&rule.cues).chain(&rule.earlier_terms) {
            if term.mode != Mode::Pattern
                && let Some(problem) = as_pattern(&term.text, term.mode, &term.origin)
            {
                problems.push(problem.of_term(&rule.id, &term.text));
            }
            own_exceptions(rule, term, problems);
        }
        for exception in rule.exceptions.iter().filter(|exception| exception.mode != Mode::Pattern) {
            if let Some(problem) = as_pattern(&exception.text, exception.mode, &exception.origin) {
                problems.push(problem.of_term(&rule.id, &exception.text));
            }
        }
        for cue in &rule.not_when {
            problems.extend(of_cue(cue).map(|problem| problem.of_term(&rule.id, &cue.text)));
        }
    }
    for cue in dictionary.cues.iter().flat_map(|(_, cues)| cues) {
        problems.extend(of_cue(cue).map(|problem| problem.underline(cue.text.chars().count())));
    }
}

fn of_cue(cue: &Cue) -> Option<Diagnostic> {
    if cue.mode == Mode::Pattern { None } else { as_pattern(&cue.text, cue.mode, &cue.origin) }
}

/// What is said of a literal that has the signs of a pattern.
fn as_pattern(text: &str, mode: Mode, origin: &super::pack::Origin) -> Option<Diagnostic> {
    let sign = pattern_sign(text)?;
    let message =
        format!("`{text}` has the sign `{sign}` of a pattern, and as a `{mode}` it is looked for as it stands");
    Some(
        Diagnostic::warning(code::PATTERN_SIGNS, origin.clone(), message)
            .advise("write the mode `pattern`, or each wording in a row of its own"),
    )
}

/// The exceptions in a term's own row, which are literals always.
fn own_exceptions(rule: &Rule, term: &Term, problems: &mut Problems) {
    for exception in &term.exceptions {
        let problem = if let Some(sign) = parting_sign(exception, term) {
            let message = format!("the exception `{exception}` is one phrase with the sign `{sign}` in it");
            Diagnostic::warning(code::JOINED_EXCEPTIONS, term.origin.clone(), message)
                .advise("part exceptions by `|`: 手机后台|后台管理员")
        } else if let Some(sign) = pattern_sign(exception) {
            let message = format!(
                "the exception `{exception}` has the sign `{sign}` of a pattern, and is looked for as it stands"
            );
            Diagnostic::warning(code::PATTERN_SIGNS, term.origin.clone(), message)
                .advise("write it into a file that `exceptions` of the rule names, with the mode `pattern`")
        } else {
            continue;
        };
        problems.push(problem.of_term(&rule.id, &term.text));
    }
}

/// The sign by which the entries of a list seem to be parted, where an exception seems to be a list.
fn parting_sign(exception: &str, term: &Term) -> Option<char> {
    let is_used = |sign: &char| exception.contains(*sign) && !term.text.contains(*sign);
    if let Some(sign) = PARTING.into_iter().find(is_used) {
        return Some(sign);
    }
    // Each entry of such a list has the term in it. What a pattern finds is not known here; words on both sides of a
    // stroke are taken for two entries all the same, since nobody says a stroke.
    let term_text = term.text.to_lowercase();
    let parts = |sign: char| exception.split(sign).map(str::to_lowercase).collect::<Vec<_>>();
    let is_list = |sign: &char| match term.mode {
        Mode::Pattern => {
            matches!(sign, '/' | '／')
                && parts(*sign).iter().all(|part| part.chars().filter(|one| is_han(*one)).nth(1).is_some())
        }
        Mode::Word | Mode::Substring => parts(*sign).iter().filter(|part| part.contains(&term_text)).nth(1).is_some(),
    };
    PERHAPS_PARTING.into_iter().filter(is_used).find(is_list)
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{9FFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// The sign by which a literal seems to be meant as a pattern. Brackets, stars and dots alone stand in many terms:
/// `[图片]`, `傻*逼`, `(图片)`, `^_^`.
fn pattern_sign(text: &str) -> Option<&'static str> {
    let all: Vec<char> = text.chars().collect();
    let at = |index: usize| all.get(index).copied().unwrap_or_default();
    for (index, sign) in all.iter().enumerate() {
        let (before, next) = (index.checked_sub(1).map_or('\0', at), at(index + 1));
        let found = match (sign, next) {
            ('\\', 'd' | 'D' | 'w' | 'W' | 's' | 'S' | 'b' | 'B' | '.' | '?' | '*' | '+' | '(' | ')' | '[' | ']') => {
                "\\"
            }
            ('.', '*') if at(index + 2) != '*' && !matches!(before, '.' | '*') => ".*",
            ('.', '+') if before != '.' => ".+",
            ('.', '{') => ".{",
            ('.', '?') if is_han(before) && is_han(at(index + 2)) => ".?",
            ('(', '?') if matches!(at(index + 2), ':' | '<' | '=' | '!') => "(?",
            ('[', '^')
                if all.get(index + 2..).is_some_and(|rest| rest.contains(&']')) && next_is_class(&all, index) =>
            {
                "[^"
            }
            (']', '*' | '+' | '{') if all.get(..index).is_some_and(|before| before.contains(&'[')) => "]",
            (')', '?' | '*' | '+' | '{')
                if is_han(at(index + 2)) && all.get(..index).is_some_and(|before| before.contains(&'(')) =>
            {
                ")"
            }
            ('|', _) if before.is_alphanumeric() && next.is_alphanumeric() => "|",
            ('{', 'a'..='z' | '0'..='9') if names_a_class(&all, index) => "{",
            ('^', _) if index == 0 && is_han(next) => "^",
            ('$', '\0') if is_han(before) => "$",
            _ => continue,
        };
        return Some(found);
    }
    None
}

/// Whether `[^…]` has no second `^`, as faces of signs have.
fn next_is_class(all: &[char], index: usize) -> bool {
    all.iter().skip(index).filter(|sign| **sign == '^').nth(1).is_none()
}

/// Whether the brace at this place begins `{gap:8}`, `{you}` or `{1,3}`.
fn names_a_class(all: &[char], index: usize) -> bool {
    let inside = all.iter().skip(index + 1);
    let end = inside.clone().position(|sign| *sign == '}');
    end.is_some_and(|end| {
        let is_name =
            |sign: &char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || matches!(sign, '-' | ':' | ',');
        inside.take(end).all(is_name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_patterns_are_seen_and_faces_and_masked_words_are_left_alone() {
        for text in [
            "退.*款",
            "退.+款",
            "退.{0,3}款",
            "退.?款",
            "(好|差)评",
            "好|差",
            "\\d+",
            "不发货{gap}退款",
            "{you}好",
            "(?:好)评",
            "[^好]评",
            "[好差]+评",
            "(不)?退款",
            "^后台",
            "后台$",
            "\\(后台\\)",
            "退{1,3}款",
        ] {
            assert!(pattern_sign(text).is_some(), "{text}");
        }
        for text in [
            "[图片]",
            "(图片)",
            "^_^",
            "^^",
            "o(∩_∩)o",
            "?",
            "傻*逼",
            "傻**",
            "...",
            "+v",
            "加+",
            "C++",
            "8.8折",
            "a|",
            "|",
            "{}",
            "¥",
            "$",
            "US$",
            "b.u.g",
            "[^_^]",
            "真的吗?好",
            "24/7",
            "。。。",
            "*.*",
        ] {
            assert_eq!(pattern_sign(text), None, "{text}");
        }
    }

    #[test]
    fn lists_in_one_exception_are_seen_and_phrases_are_left_alone() {
        use super::super::files::Files;
        let joined = |term: &str, exception: &str| {
            let files: Files = [
                (
                    "shop/pack.toml",
                    "id = \"shop\"\nedition = \"1\"\ntitle = \"x\"\nowner = \"x\"\nsource = \"x\"\n[[rule]]\nid = \"a\"\n\
                     title = \"x\"\noperator = \"wording\"\nqueue = \"with\"\n[rule.parameters]\nterms = [\"terms/a.tsv\"]\n"
                        .to_owned(),
                ),
                ("shop/terms/a.tsv", format!("term\tmode\texceptions\n{term}\t{exception}\n")),
            ]
            .into_iter()
            .collect();
            let mut problems = Problems::default();
            lint(&Dictionary::load(&files).0, &mut problems);
            problems.finish(&files).iter().any(|problem| problem.code == "joined-exceptions")
        };
        for exception in
            ["手机后台、后台灯", "手机后台/后台灯", "手机后台，后台灯", "手机后台；前台", "手机后台｜后台灯"]
        {
            assert!(joined("后台\tword", exception), "{exception}");
        }
        for exception in ["手机后台|后台灯", "手机/后台", "您好,后台灯", "后台24/7"] {
            assert!(!joined("后台\tword", exception), "{exception}");
        }
        assert!(joined("[前后]台\tpattern", "手机后台/酒店前台"));
        assert!(!joined("[前后]台\tpattern", "手机后台,再见") && !joined("好、后台\tsubstring", "您好、后台"));
    }
}
