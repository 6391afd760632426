//! How a dialogue is understood: cues compiled from `cues/*.tsv`.

use super::acknowledgement::Acknowledgement;
use super::hold::{Hold, Holds};
use super::placeholder::Placeholders;
use crate::conversation::Kind;
use crate::dictionary::{Cue, Diagnostic, Mode};
use crate::text::{Classes, EntityWords, Fold, Pattern, Phrase, Phrases, Span, clause_around, is_clause_border};

/// How far around a negator its clause is looked at, in bytes.
const LONGEST_CLAUSE: usize = 1024;
/// A clause of so few characters after a request to wait says nothing of substance.
const SHORT_CLAUSE: usize = 3;
/// How far a pair of quotation marks may reach, in characters.
const LONGEST_QUOTATION: usize = 60;

/// The compiled cues.
#[derive(Debug)]
pub struct Dialogue {
    acknowledgement: Option<Acknowledgement>,
    farewell: Phrases,
    holds: Holds,
    question: Phrases,
    request: Phrases,
    plea: Phrases,
    courtesy: Phrases,
    greetings: Phrases,
    calls: Phrases,
    fillers: Phrases,
    facts: Vec<char>,
    functions: Vec<char>,
    entity_words: EntityWords,
    placeholder: Placeholders<Kind>,
    notice: Placeholders<()>,
    takeovers: Phrases,
    negators: Vec<String>,
    negation_fillers: Vec<String>,
    affirmations: Phrases,
    reports: Phrases,
    report_fillers: Vec<String>,
    marks: Vec<(char, char)>,
}

/// Collects one file's cues, folded and compiled.
pub(super) struct Cues<'c> {
    fold: &'c Fold,
    classes: &'c Classes,
    pub(super) diagnostics: &'c mut Vec<Diagnostic>,
}

impl Cues<'_> {
    pub(super) fn phrase(&mut self, cue: &Cue) -> Option<Phrase> {
        if cue.mode != Mode::Pattern {
            let folded = self.fold.fold(&cue.text);
            return (!folded.is_empty()).then_some(Phrase::Literal(folded));
        }
        match Pattern::parse(&cue.text, self.classes) {
            Ok(pattern) => Some(Phrase::Pattern(pattern)),
            Err(error) => {
                self.diagnostics.push(
                    Diagnostic::error(error.code(), cue.origin.clone(), error.to_string())
                        .underline(cue.text.chars().count())
                        .advise(error.advice()),
                );
                None
            }
        }
    }

    fn phrases(&mut self, cues: &[Cue], value: Option<&str>) -> Phrases {
        let wanted = cues.iter().filter(|cue| value.is_none_or(|value| cue.value == value));
        let phrases: Vec<Phrase> = wanted.filter_map(|cue| self.phrase(cue)).collect();
        Phrases::new(phrases)
    }

    /// The characters of all cues of a value, ordered.
    fn characters(&mut self, cues: &[Cue], value: &str) -> Vec<char> {
        let written = cues.iter().filter(|cue| cue.value == value).map(|cue| self.fold.fold(&cue.text));
        let mut characters: Vec<char> = written.flat_map(|text| text.chars().collect::<Vec<_>>()).collect();
        characters.sort_unstable();
        characters.dedup();
        characters
    }

    fn literals(&mut self, cues: &[Cue], value: &str) -> Vec<String> {
        let mut literals = Vec::new();
        for cue in cues.iter().filter(|cue| cue.value == value) {
            if cue.mode == Mode::Pattern {
                self.diagnostics.push(
                    Diagnostic::error(
                        "bad-mode",
                        cue.origin.clone(),
                        format!("a `{value}` cue is looked up letter by letter"),
                    )
                    .advise("write each word as a line of its own with mode `substring`"),
                );
            } else {
                literals.push(self.fold.fold(&cue.text));
            }
        }
        // Longest first, so that 没有 is taken before 没.
        literals.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
        literals
    }
}

impl Dialogue {
    /// Compiles the cue files, by name; a file that is missing says nothing.
    pub fn compile(
        files: &[(String, Vec<Cue>)],
        fold: &Fold,
        classes: &Classes,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Self {
        let file = |name: &str| -> &[Cue] {
            files.iter().find(|(file, _)| file == name).map_or(&[], |(_, cues)| cues.as_slice())
        };
        let mut cues = Cues { fold, classes, diagnostics };
        let hold_phrases = file("hold").iter().filter_map(|cue| cues.phrase(cue)).collect::<Vec<_>>();
        let quotation = file("quotation");
        let negation = file("negation");
        Self {
            acknowledgement: Acknowledgement::compile(&mut cues, file("acknowledgement"), file("particle")),
            farewell: cues.phrases(file("farewell"), None),
            holds: Holds::new(hold_phrases),
            question: cues.phrases(file("question"), None),
            request: cues.phrases(file("request"), None),
            plea: cues.phrases(file("plea"), None),
            courtesy: cues.phrases(file("courtesy"), None),
            greetings: cues.phrases(file("greeting"), Some("greeting")),
            calls: cues.phrases(file("greeting"), Some("call")),
            fillers: cues.phrases(file("filler"), Some("filler")),
            facts: cues.characters(file("filler"), "fact"),
            functions: cues.characters(file("filler"), "function"),
            entity_words: EntityWords {
                waybill: cues.literals(file("entity"), "waybill"),
                order: cues.literals(file("entity"), "order"),
                phone: cues.literals(file("entity"), "phone"),
                reach: cues.literals(file("entity"), "reach"),
                wechat: cues.literals(file("entity"), "wechat"),
                qq: cues.literals(file("entity"), "qq"),
                domains: cues.literals(file("entity"), "domain"),
                between: cues.characters(file("entity"), "between"),
                places: cues.characters(file("entity"), "place"),
                not_in_names: cues.characters(file("entity"), "not-in-name"),
                units: cues.characters(file("entity"), "unit"),
            },
            placeholder: Placeholders::new(
                &mut cues,
                file("placeholder"),
                |value| Kind::from_word(value).filter(|kind| *kind != Kind::Text),
                "image, card, sticker, voice or recalled",
            ),
            notice: Placeholders::new(&mut cues, file("notice"), |value| (value == "notice").then_some(()), "notice"),
            takeovers: cues.phrases(file("takeover"), None),
            negators: without_borders(cues.literals(negation, "negator")),
            negation_fillers: without_borders(cues.literals(negation, "filler")),
            affirmations: cues.phrases(negation, Some("affirmation")),
            reports: cues.phrases(quotation, Some("report")),
            report_fillers: cues.literals(quotation, "filler"),
            marks: quotation
                .iter()
                .filter(|cue| cue.value == "marks")
                .filter_map(|cue| {
                    let mut chars = cue.text.chars();
                    Some((chars.next()?, chars.next()?))
                })
                .collect(),
        }
    }

    /// The kind of a message that does not state one.
    pub fn kind_of(&self, original: &str) -> Kind {
        self.placeholder.of(original.trim()).unwrap_or(Kind::Text)
    }

    /// Whether a whole message is one that the system writes, whoever it is said to be from.
    pub fn is_notice(&self, original: &str) -> bool {
        self.notice.of(original.trim()).is_some()
    }

    /// Whether a folded notice says that another agent takes over.
    pub fn tells_takeover(&self, folded: &str) -> bool {
        self.takeovers.is_match(folded)
    }

    /// Whether a folded customer message consists of acknowledgements and pleasantries alone.
    pub fn asks_nothing(&self, folded: &str) -> bool {
        if !folded.chars().any(char::is_alphanumeric) {
            return !folded.contains('?');
        }
        // 好了没 is made of acknowledgements, and asks.
        self.acknowledgement.as_ref().is_some_and(|acknowledgement| acknowledgement.is_all_of(folded))
            && !self.asks(folded)
    }

    /// Whether a folded text asks in so many words.
    pub fn asks(&self, folded: &str) -> bool {
        self.question.is_match(folded)
    }

    /// Whether a folded customer message asks, or asks for something to be done.
    pub fn wants_an_answer(&self, folded: &str) -> bool {
        self.asks(folded) || self.plea.is_match(folded)
    }

    /// Whether a folded agent message asks the customer to supply something.
    pub fn requests(&self, folded: &str) -> bool {
        self.request.is_match(folded)
    }

    /// Whether a folded agent message says goodbye.
    pub fn says_farewell(&self, folded: &str) -> bool {
        self.farewell.is_match(folded)
    }

    /// The words by which numbers and addresses are told apart.
    pub fn entity_words(&self) -> &EntityWords {
        &self.entity_words
    }

    /// Whether a folded agent message takes leave and says nothing else.
    pub fn is_mere_farewell(&self, folded: &str) -> bool {
        self.says_farewell(folded)
            && folded
                .split(is_clause_border)
                .filter(|clause| clause.chars().any(char::is_alphanumeric))
                .all(|clause| self.says_farewell(clause) || self.courtesy.is_match(clause))
    }

    /// Whether a folded message of the shop greets and says nothing else.
    pub fn is_mere_greeting(&self, folded: &str) -> bool {
        self.greetings.is_match(folded)
            && folded
                .split(is_clause_border)
                .filter(|clause| clause.chars().any(char::is_alphanumeric))
                .all(|clause| self.greetings.is_match(clause))
    }

    /// Whether a folded customer message calls for somebody and says nothing else.
    pub fn is_mere_call(&self, folded: &str) -> bool {
        self.calls.is_match(folded)
    }

    /// Shows the characters of a folded text without greetings, forms of address and particles.
    pub(super) fn without_fillers(&self, folded: &str, mut show: impl FnMut(char)) {
        let mut fillers: Vec<Span> = Vec::new();
        self.fillers.find_all(folded, |_, span| fillers.push(span));
        fillers.sort_unstable();
        let mut fillers = fillers.into_iter().peekable();
        let mut covered = 0;
        for (at, character) in folded.char_indices() {
            while let Some(filler) = fillers.next_if(|filler| filler.start as usize <= at) {
                covered = covered.max(filler.end as usize);
            }
            if at >= covered {
                show(character);
            }
        }
    }

    /// Whether a character stands for a figure, a day or a negation, so that a text with it says another thing.
    pub(super) fn is_fact(&self, character: char) -> bool {
        character.is_ascii_alphanumeric() || self.facts.binary_search(&character).is_ok()
    }

    /// Whether a character belongs to words that can stand for one another.
    pub(super) fn is_function(&self, character: char) -> bool {
        self.functions.binary_search(&character).is_ok()
    }

    /// Whether a folded agent message asks to wait, and how long. Promises of more than half an hour are no holds.
    pub fn hold(&self, folded: &str) -> Option<Hold> {
        self.holds.asked(folded)
    }

    /// Whether a folded agent message asks to wait and says nothing of substance after that.
    pub fn ends_in_hold(&self, folded: &str) -> bool {
        if self.hold(folded).is_none() {
            return false;
        }
        // What follows the last hold is courtesy; a hold may run over clauses.
        for clause in folded.rsplit(is_clause_border).filter(|clause| clause.chars().any(char::is_alphanumeric)) {
            if self.holds.is_asked(clause) {
                return true;
            }
            if clause.chars().count() > SHORT_CLAUSE && !self.courtesy.is_match(clause) {
                return false;
            }
        }
        true
    }

    /// The word that negates a hit inside its own clause, if any: a negator directly before it, with nothing but
    /// fillers between.
    pub fn negator<'t>(&self, text: &'t str, hit: Span) -> Option<&'t str> {
        // No word of either list holds a clause border, so this cannot leave the clause.
        let mut head = &text[..hit.start as usize];
        loop {
            if let Some(negator) = self.negators.iter().find(|negator| head.ends_with(negator.as_str())) {
                let span = Span::new(head.len() - negator.len(), head.len());
                return (!self.is_affirmed(text, span)).then(|| &text[span.range()]);
            }
            let filler =
                self.negation_fillers.iter().find(|filler| !filler.is_empty() && head.ends_with(filler.as_str()))?;
            head = &head[..head.len() - filler.len()];
        }
    }

    fn is_affirmed(&self, text: &str, negator: Span) -> bool {
        // A clause can be as long as a message, and have a hit at every other character.
        let near = window(text, negator, LONGEST_CLAUSE);
        let negator =
            Span::new(negator.start as usize - near.start as usize, negator.end as usize - near.start as usize);
        let near = &text[near.range()];
        let clause = clause_around(near, negator);
        let mut affirmed = false;
        self.affirmations.find_all(&near[clause.range()], |_, span| {
            let span = Span::new((clause.start + span.start) as usize, (clause.start + span.end) as usize);
            affirmed |= span.contains(negator);
        });
        affirmed
    }

    /// Whether a hit stands in a quotation of the other side: in marks around words that side wrote or that a
    /// reporting phrase announces, or right after a reporting phrase.
    ///
    /// `marks` is kept from hit to hit of one message.
    pub fn is_quoted(
        &self,
        text: &str,
        hit: Span,
        marks: &mut MarkCounts,
        mut said_by_other: impl FnMut(&str) -> bool,
    ) -> bool {
        if let Some(inside) = self.quotation_around(text, hit, marks) {
            let quoted = &text[inside.range()];
            return said_by_other(quoted)
                || said_by_other(&text[hit.range()])
                || self.is_reported(text, inside.start as usize);
        }
        self.is_reported(text, hit.start as usize)
    }

    /// The text between the quotation marks around a hit.
    fn quotation_around(&self, text: &str, hit: Span, counts: &mut MarkCounts) -> Option<Span> {
        let (start, end) = (hit.start as usize, hit.end as usize);
        self.marks.iter().find_map(|&(open, close)| {
            let before = text[..start].char_indices().rev().take(LONGEST_QUOTATION);
            let mut opening = None;
            for (at, character) in before {
                if character == open {
                    opening = Some(at + character.len_utf8());
                    break;
                }
                if character == close {
                    return None;
                }
            }
            let opening = opening?;
            // The same sign opens and closes: an even number before it means that it opens.
            if open == close && counts.before(text, open, opening).is_multiple_of(2) {
                return None;
            }
            let closing = text[end..].char_indices().take(LONGEST_QUOTATION).find(|&(_, c)| c == close)?.0;
            Some(Span::new(opening, end + closing))
        })
    }

    /// Whether a reporting phrase ends here, with nothing but fillers and signs between.
    fn is_reported(&self, text: &str, at: usize) -> bool {
        let mut head = &text[..at];
        loop {
            let trimmed = head.trim_end_matches(|c: char| {
                c == ':' || c == ',' || c.is_whitespace() || self.marks.iter().any(|&(open, _)| open == c)
            });
            let mut reported = false;
            self.reports.find_all(tail(trimmed), |_, span| reported |= span.end as usize == tail(trimmed).len());
            if reported {
                return true;
            }
            let Some(filler) =
                self.report_fillers.iter().find(|filler| !filler.is_empty() && trimmed.ends_with(filler.as_str()))
            else {
                return false;
            };
            head = &trimmed[..trimmed.len() - filler.len()];
        }
    }
}

/// Words that can stand inside a clause.
fn without_borders(mut words: Vec<String>) -> Vec<String> {
    words.retain(|word| !word.contains(is_clause_border));
    words
}

/// How often quotation marks occur before the hits of one message, so that a long message with many hits is counted
/// through once and not for each.
#[derive(Debug, Default)]
pub struct MarkCounts(Vec<MarkCount>);

#[derive(Debug)]
struct MarkCount {
    mark: char,
    before: usize,
    count: usize,
}

impl MarkCounts {
    /// How often the mark occurs before a byte of the text.
    fn before(&mut self, text: &str, mark: char, end: usize) -> usize {
        let known = self.0.iter().position(|known| known.mark == mark && known.before <= end).unwrap_or_else(|| {
            self.0.push(MarkCount { mark, before: 0, count: 0 });
            self.0.len() - 1
        });
        let known = &mut self.0[known];
        known.count += text[known.before..end].matches(mark).count();
        known.before = end;
        known.count
    }
}

/// A span with up to `reach` bytes on each side, cut at characters.
fn window(text: &str, span: Span, reach: usize) -> Span {
    let mut start = (span.start as usize).saturating_sub(reach);
    let mut end = (span.end as usize).saturating_add(reach).min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    Span::new(start, end)
}

/// The last characters of a text: as far back as a reporting phrase can reach.
fn tail(text: &str) -> &str {
    let start = text.char_indices().rev().nth(20).map_or(0, |(at, _)| at);
    &text[start..]
}
