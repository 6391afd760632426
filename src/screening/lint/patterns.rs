//! Patterns: those that cannot be built, cannot match, or cost too much.

use super::{Bench, Prepared, Search, Shape};
use crate::dictionary::{Diagnostic, Dictionary, Mode, Origin};
use crate::text::{Pattern, Reachable};

/// How many bytes a match may span: so much is read at most for each place of the literals that set the pattern off. With
/// no bound a message made of these literals would cost the square of its length. The longest `{gap:64}` of four-byte
/// characters spans 256, and the longest of the shipped patterns 273.
const LONGEST_MATCH: usize = 1_024;

/// How often the literals that set a pattern off may occur in a hundred thousand characters of service chat: at one in fifty
/// every message is searched. The commonest ones of the shipped patterns occur 1,567 times.
const TELLING: u64 = 2_000;

/// How much memory one pattern may take, in bytes. A thousand of this size would take half a gigabyte; the largest of the
/// shipped ones takes 497,244.
const HEAVY: usize = 512 << 10;

/// What to do about a part that folding makes unmatchable.
const FOLDED: &str =
    "patterns run over the folded text: write small letters, half-width signs and simplified characters";

/// A pattern and where it stands.
struct Written<'w> {
    text: &'w str,
    origin: &'w Origin,
    /// The rule that has it, if it belongs to one.
    rule: Option<&'w str>,
    pattern: &'w Pattern,
    /// Where it is looked for.
    search: Search,
}

pub(super) fn lint(bench: &Bench<'_>, rule: &Prepared<'_>, found: &mut Vec<Diagnostic>) {
    let id = Some(&*rule.rule.id);
    let own = Prepared::search(rule.rule);
    let terms = rule.terms.iter().chain(&rule.earlier).map(|form| (form, own));
    for (form, search) in terms.chain(rule.cues.iter().map(|form| (form, Search::Everywhere))) {
        if let Shape::Pattern(pattern) = &form.shape {
            let (text, origin) = (&*form.term.text, &form.term.origin);
            look_at(bench, &Written { text, origin, rule: id, pattern, search }, found);
        }
    }
    let exceptions = rule.rule.exceptions.iter().map(|one| (&one.text, one.mode, &one.origin));
    let not_when = rule.rule.not_when.iter().map(|one| (&one.text, one.mode, &one.origin));
    for (text, mode, origin) in exceptions.chain(not_when) {
        look_at_phrase(bench, text, mode, origin, id, found);
    }
}

/// The patterns of the shared cue files.
pub(super) fn lint_cues(bench: &Bench<'_>, dictionary: &Dictionary, found: &mut Vec<Diagnostic>) {
    for cue in dictionary.cues.iter().flat_map(|(_, cues)| cues) {
        look_at_phrase(bench, &cue.text, cue.mode, &cue.origin, None, found);
    }
}

fn look_at_phrase(
    bench: &Bench<'_>,
    text: &str,
    mode: Mode,
    origin: &Origin,
    rule: Option<&str>,
    found: &mut Vec<Diagnostic>,
) {
    if mode == Mode::Pattern
        && let Shape::Pattern(pattern) = bench.shape(text, mode, Search::Chosen)
    {
        look_at(bench, &Written { text, origin, rule, pattern: &pattern, search: Search::Chosen }, found);
    }
}

fn look_at(bench: &Bench<'_>, written: &Written<'_>, found: &mut Vec<Diagnostic>) {
    let mut report = |problem: Diagnostic| {
        let problem = match written.rule {
            Some(rule) => problem.of_term(rule, written.text),
            None => problem.underline(written.text.chars().count()),
        };
        found.push(problem);
    };
    let origin = || written.origin.clone();
    if let Err(error) = written.pattern.validate() {
        report(Diagnostic::error(error.code(), origin(), error.to_string()).advise(error.advice()));
        return;
    }
    match written.pattern.reachable(&bench.characters) {
        Reachable::Wholly => {}
        Reachable::Never(Some(wanted)) => {
            let message = format!("this never matches: folding leaves no `{wanted}`");
            report(Diagnostic::error("unmatchable-pattern", origin(), message).advise(FOLDED));
        }
        Reachable::Never(None) => {
            let advice = "some class in it has no character: correct it, or remove the row";
            report(Diagnostic::error("unmatchable-pattern", origin(), "this never matches").advise(advice));
        }
        Reachable::InPart(wanted) => {
            let message = format!("a branch of this never matches: folding leaves no `{wanted}`");
            report(Diagnostic::warning("unmatchable-branch", origin(), message).advise(FOLDED));
        }
    }
    if written.pattern.evidence_may_be_empty() {
        report(
            Diagnostic::warning("empty-evidence", origin(), "the group `hit` can match the empty text")
                .advise("a match without evidence counts for nothing: make a part of the group required"),
        );
    }
    if let Some(why) = slow(written) {
        report(Diagnostic::warning("slow-pattern", origin(), why).advise(
            "write `{gap}` or a figure in place of `*` and `+`, words in place of large classes, and a part that is seldom said",
        ));
    }
}

/// Why a pattern costs more than others, by what is known of it without a clock.
fn slow(written: &Written<'_>) -> Option<String> {
    let size = written.pattern.size().unwrap_or_default();
    if size > HEAVY {
        return Some(format!("this takes {} KiB compiled", size >> 10));
    }
    if written.search == Search::Chosen {
        return None;
    }
    if let Some(trigger) = written.pattern.runaway() {
        return Some(format!("a part of this without end can run over `{trigger}`, which sets it off"));
    }
    let reach = Some(written.pattern.reach(usize::MAX)).filter(|reach| *reach < usize::MAX);
    if let Some(reach) = reach.filter(|reach| *reach > LONGEST_MATCH) {
        return Some(format!("a match of this can be {reach} bytes long"));
    }
    let common = written.pattern.commonness();
    (common >= TELLING)
        .then(|| format!("what sets this off stands some {common} times in a hundred thousand characters of chat"))
}
