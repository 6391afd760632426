//! Every settings file that docs/settings.md prints is sound, or has the problem that its block names.
#![allow(clippy::unwrap_used, reason = "an unwrap in a test is an assertion")]

mod support;

use proptest::prelude::*;
use support::{RULEBOOKS, SHIPPED, shanghai};
use zhijian::dictionary::settings::{OPTIONS, Settings};
use zhijian::screening::{Common, Overrides, Profiles, Wanted, check_settings};

const MANUAL: &str = include_str!("../docs/settings.md");

/// The manual's blocks of TOML, each with what its fence says of it.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let fences = MANUAL.split("```").skip(1).step_by(2).filter_map(|fence| fence.split_once('\n'));
    fences.filter_map(|(info, text)| Some((info.strip_prefix("toml")?.trim(), text))).collect()
}

#[test]
fn every_block_is_what_it_says() {
    let blocks = blocks();
    assert!(blocks.len() >= 8, "{}", blocks.len());
    let common = Common {
        zone: shanghai(),
        overrides: Overrides::default(),
        rulebook: None,
        is_rulebook_fixed: false,
        source: None,
    };
    for (info, text) in blocks {
        let (settings, mut problems) = Settings::read("zhijian.toml", text.as_bytes());
        problems.extend(check_settings(&settings, &SHIPPED, &RULEBOOKS));
        let codes: Vec<&str> = problems.iter().map(|problem| problem.code).collect();
        if let Some(code) = info.strip_prefix("wrong ") {
            assert_eq!(codes, [code], "{text}");
            continue;
        }
        assert!(codes.is_empty(), "{text}\n{}", problems[0]);
        Profiles::resolve(&settings, &SHIPPED, &RULEBOOKS, &common, Wanted::All).unwrap();
    }
}

#[test]
fn the_table_has_every_option() {
    for option in OPTIONS {
        let row = format!("| `{}` | `{}` |", option.name, option.variable);
        let line = MANUAL.lines().find(|line| line.starts_with(&row));
        let line = line.unwrap_or_else(|| panic!("docs/settings.md has no row {row}"));
        assert!(option.default.is_none_or(|default| line.contains(default)), "{line}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever becomes of a sound file, what is wrong with it is said of a line, and nothing panics.
    #[test]
    fn mutants_are_checked_beside_the_dictionaries(
        block in any::<prop::sample::Index>(),
        cuts in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..6, "[\"*a-z0-9:.-]{0,4}"), 1..4),
    ) {
        let blocks = blocks();
        let mut bytes = block.get(&blocks).1.as_bytes().to_vec();
        for (at, length, put) in cuts {
            let at = at.index(bytes.len() + 1);
            let end = (at + length).min(bytes.len());
            bytes.splice(at..end, put.into_bytes());
        }
        let (settings, mut problems) = Settings::read("zhijian.toml", &bytes);
        problems.extend(check_settings(&settings, &SHIPPED, &RULEBOOKS));
        for problem in problems {
            prop_assert!(problem.origin.line > 0 && !problem.advice.is_empty(), "{problem}");
        }
    }
}
