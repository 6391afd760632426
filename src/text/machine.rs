//! The machine of a pattern: built when it is first run, and with tables of what it has met where it is run often.
//!
//! The tables make a machine twice as fast, but every thread has its own, and of the thousands of patterns a few take most of
//! the runs. The tables of all of them would take more memory than everything else together.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use regex_automata::meta::{Builder, Config, Regex};
use regex_syntax::hir::Hir;

use super::lean::lean;
use super::pattern::SIZE_LIMIT;

/// Whoever was run so often may have tables.
const OFTEN: u32 = 500;

/// So many machines have tables: those that are often run first.
const MOST_TABLED: u32 = 256;

/// How many have, of all packs together. Which ones they are changes how long a search takes and nothing of what it finds.
static TABLED: AtomicU32 = AtomicU32::new(0);

/// A machine for one expression on folded text.
#[derive(Debug, Default)]
pub(super) struct Machine {
    /// How often it was run; what two threads count at once counts once.
    runs: AtomicU32,
    plain: OnceLock<Option<Regex>>,
    tabled: OnceLock<Option<Regex>>,
}

impl Machine {
    /// The machine for an expression, which is always the same one; `None` where it would be too large.
    pub(super) fn of(&self, expression: impl Fn() -> Option<Hir>) -> Option<&Regex> {
        let runs = self.runs.load(Ordering::Relaxed);
        if runs < OFTEN {
            self.runs.store(runs + 1, Ordering::Relaxed);
        } else {
            // Whoever is refused once does not ask again: asking is cheap, but every run would ask.
            let tabled = || take_place().then(|| build(expression()?, true)).flatten();
            if let Some(tabled) = self.tabled.get_or_init(tabled) {
                return Some(tabled);
            }
        }
        self.plain.get_or_init(|| build(expression()?, false)).as_ref()
    }
}

impl Drop for Machine {
    /// Gives the place back, so that a rule set that is loaded in place of another finds as many.
    fn drop(&mut self) {
        if let Some(Some(_)) = self.tabled.get() {
            TABLED.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// Whether there was a place for one more machine with tables, which is taken now.
fn take_place() -> bool {
    let more = |taken: u32| (taken < MOST_TABLED).then_some(taken + 1);
    TABLED.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
}

fn build(expression: Hir, has_tables: bool) -> Option<Regex> {
    // Whoever runs it has found its literals already, and looks at a message, not at a file.
    let config = Config::new().nfa_size_limit(Some(SIZE_LIMIT)).auto_prefilter(false);
    let config = config.hybrid(has_tables).dfa(has_tables);
    Builder::new().configure(config).build_from_hir(&lean(expression)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_machine_that_is_run_often_gets_tables_and_finds_the_same() {
        let machine = Machine::default();
        let expression = || regex_syntax::parse("后台(?:.{0,3}看)?").ok();
        for _ in 0..=OFTEN {
            let found = machine.of(expression).unwrap().find("请到后台去看").map(|found| found.range());
            assert_eq!(found, Some(6..18));
        }
        assert!(machine.tabled.get().is_some(), "it was asked for");
    }

    /// Expressions of a few parts, each of which may be there once, often or not.
    fn expressions() -> impl Strategy<Value = String> {
        let part = prop::sample::select(vec![
            "a",
            "b",
            "[ab]",
            "[abc]{1,3}",
            "(?:a.{0,2}b|c?)",
            "(?:b|ca)?",
            ".{0,3}",
            "(?:ab)+",
        ]);
        prop::collection::vec(part, 1..6).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn both_machines_find_the_same(expression in expressions(), text in "[abc]{0,12}") {
            let hir = || regex_syntax::parse(&expression).unwrap();
            let (plain, tabled) = (build(hir(), false).unwrap(), build(hir(), true).unwrap());
            let all = |machine: &Regex| machine.find_iter(&text).map(|found| found.range()).collect::<Vec<_>>();
            prop_assert_eq!(all(&plain), all(&tabled));
        }
    }
}
