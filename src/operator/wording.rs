//! `wording`: something was said that should not be, or that is worth knowing.

use std::cell::OnceCell;

use super::answer::{Answers, Finding, Quote, Reason, Suppressed, Suppression};
use super::compile::{Compilation, Lane, TermOwner};
use super::dialogue::MarkCounts;
use super::exceptions::{Exceptions, Occurrences};
use super::other_side::OtherSide;
use super::parameters::{ParameterKind, ParameterSpec, Parameters};
use super::view::{LocatedHit, MessageIndex, View, WholeTurn};
use crate::dictionary::{Disguise, Echo, Rule, TermPlace};
use crate::text::{Parting, Span, Stream, Unparted};

const NEGATION: &[&str] = &["ignore", "suppress"];
const ECHO: &[&str] = &["ignore", "lower", "suppress"];
const DISGUISE: &[&str] = &["no", "yes", "look-alike", "pinyin", "homophone"];

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec { name: "speaker", kind: ParameterKind::Choice(Lane::WORDS), default: Some("agent") },
    ParameterSpec { name: "terms", kind: ParameterKind::Files, default: None },
    ParameterSpec { name: "exceptions", kind: ParameterKind::Files, default: Some("") },
    ParameterSpec { name: "confidence", kind: ParameterKind::Integer(1, 1000), default: Some("900") },
    ParameterSpec { name: "negation", kind: ParameterKind::Choice(NEGATION), default: Some("ignore") },
    ParameterSpec { name: "quotation", kind: ParameterKind::Choice(NEGATION), default: Some("suppress") },
    ParameterSpec { name: "echo", kind: ParameterKind::Choice(ECHO), default: Some("ignore") },
    ParameterSpec { name: "echo-penalty", kind: ParameterKind::Integer(0, 1000), default: Some("200") },
    ParameterSpec { name: "disguise", kind: ParameterKind::Choice(DISGUISE), default: Some("no") },
    ParameterSpec { name: "disguise-penalty", kind: ParameterKind::Integer(0, 1000), default: Some("100") },
    ParameterSpec { name: "look-alike-penalty", kind: ParameterKind::Integer(0, 1000), default: Some("150") },
    ParameterSpec { name: "pinyin-penalty", kind: ParameterKind::Integer(0, 1000), default: Some("200") },
    ParameterSpec { name: "homophone-penalty", kind: ParameterKind::Integer(0, 1000), default: Some("300") },
];

/// A compiled `wording` rule.
#[derive(Debug)]
pub struct Wording {
    lane: Lane,
    terms: Vec<TermTraits>,
    exceptions: Exceptions,
    negation: bool,
    quotation: bool,
    echo_penalty: u16,
    penalties: Penalties,
}

/// What is taken off a hit for the disguise that it was seen through, in permille.
#[derive(Debug, Clone, Copy)]
struct Penalties {
    disguise: u16,
    look_alike: u16,
    pinyin: u16,
    homophone: u16,
}

impl Penalties {
    /// Why a hit of this stream has less confidence, and by how much.
    fn of(self, stream: Stream) -> Option<(Reason, u16)> {
        match stream {
            Stream::Folded => None,
            Stream::Skeleton => Some((Reason::Disguise, self.disguise)),
            Stream::Split => Some((Reason::Split, self.disguise)),
            Stream::LookAlike => Some((Reason::LookAlike, self.look_alike)),
            Stream::Pinyin => Some((Reason::Pinyin, self.pinyin)),
            Stream::Homophone => Some((Reason::Homophone, self.homophone)),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct TermTraits {
    confidence: u16,
    echo: Echo,
    place: TermPlace,
}

impl Wording {
    pub(super) fn compile(rule: &Rule, slot: u32, compilation: &mut Compilation<'_>) -> Self {
        let parameters = Parameters::read(rule, PARAMETERS, &mut compilation.diagnostics);
        let lane = Lane::ALL[parameters.choice("speaker")];
        let disguise = [Disguise::No, Disguise::Yes, Disguise::LookAlike, Disguise::Pinyin, Disguise::Homophone]
            [parameters.choice("disguise")];
        for (index, term) in rule.terms.iter().enumerate() {
            compilation.look_up(lane, term, disguise, TermOwner { slot, term: index as u32 });
        }
        let echo = [Echo::Ignore, Echo::Lower, Echo::Suppress][parameters.choice("echo")];
        let confidence = parameters.permille("confidence");
        let terms = rule
            .terms
            .iter()
            .map(|term| TermTraits {
                confidence: term.confidence.unwrap_or(confidence),
                echo: term.echo.unwrap_or(echo),
                place: term.place,
            })
            .collect();
        Self {
            lane,
            terms,
            exceptions: compilation.exceptions(&rule.exceptions, &rule.terms).seal(),
            negation: parameters.choice("negation") == 1,
            quotation: parameters.choice("quotation") == 1,
            echo_penalty: parameters.permille("echo-penalty"),
            penalties: Penalties {
                disguise: parameters.permille("disguise-penalty"),
                look_alike: parameters.permille("look-alike-penalty"),
                pinyin: parameters.permille("pinyin-penalty"),
                homophone: parameters.permille("homophone-penalty"),
            },
        }
    }

    pub(super) fn judge(&self, slot: u32, view: &View<'_>, answers: &mut Answers) {
        let hits = view.hits_of(slot);
        if hits.is_empty() {
            return;
        }
        let mut other = OtherSide::of(self.lane, view);
        for same in hits.chunk_by(|a, b| a.message == b.message) {
            self.judge_message(view, same, &mut other, answers);
        }
    }

    fn judge_message(&self, view: &View<'_>, hits: &[LocatedHit], other: &mut OtherSide<'_>, answers: &mut Answers) {
        let message = hits[0].message;
        let text = view.text(message);
        let mut occurrences = Occurrences::default();
        let mut parted = Parted::default();
        let mut marks = MarkCounts::default();
        let mut quotes: Vec<Quote> = Vec::new();
        let mut settled = true;
        for located in hits {
            let span = located.hit.span;
            let traits = self.terms[located.term as usize];
            let mut reasons = Vec::new();
            let mut confidence = traits.confidence;
            let mut excepting = || self.exceptions.suppressing(&mut occurrences, text, located.term, span);
            let suppression = if !located.hit.borders_hold {
                Some(Suppression::Border)
            } else if let Some((exception, span)) = excepting() {
                Some(Suppression::Exception { exception, span })
            } else if let Some(negator) = self.negation.then(|| view.dialogue.negator(text, span)).flatten() {
                Some(Suppression::Negation { negator: negator.to_owned() })
            } else if let Some(by) = parted.suppression(self, view, text, located) {
                Some(by)
            } else if self.quotation
                && view.dialogue.is_quoted(text, span, &mut marks, |words| other.said(words, message))
            {
                Some(Suppression::Quotation)
            } else if traits.echo != Echo::Ignore && other.said(&text[span.range()], message) {
                reasons.push(Reason::Echo);
                confidence = confidence.saturating_sub(self.echo_penalty);
                (traits.echo == Echo::Suppress).then_some(Suppression::Echo)
            } else {
                match Self::place(traits, view, message, span) {
                    WholeTurn::No => Some(Suppression::Place),
                    WholeTurn::SoFar => {
                        settled = false;
                        None
                    }
                    WholeTurn::Yes => None,
                }
            };
            if let Some(by) = suppression {
                answers.suppress(|| Suppressed { message, span, term: located.term, by });
                continue;
            }
            if let Some((reason, penalty)) = self.penalties.of(located.hit.stream) {
                reasons.push(reason);
                confidence = confidence.saturating_sub(penalty);
            }
            reasons.sort_unstable();
            quotes.push(Quote { span, term: located.term, confidence: confidence.max(1), reasons });
        }
        keep_longest(&mut quotes, |covered| {
            answers.suppress(|| Suppressed {
                message,
                span: covered.span,
                term: covered.term,
                by: Suppression::Covered,
            });
        });
        let Some(strongest) = quotes.iter().max_by_key(|quote| (quote.confidence, std::cmp::Reverse(quote.span)))
        else {
            return;
        };
        let finding = Finding {
            message,
            anchor: Some(message),
            confidence: strongest.confidence,
            reasons: strongest.reasons.clone(),
            quotes,
        };
        if settled {
            answers.settled.push(finding);
        } else {
            answers.provisional.push(finding);
        }
    }

    fn place(traits: TermTraits, view: &View<'_>, message: MessageIndex, span: Span) -> WholeTurn {
        match traits.place {
            TermPlace::Anywhere => WholeTurn::Yes,
            TermPlace::WholeReply => {
                let text = view.text(message);
                let rest = [&text[..span.start as usize], &text[span.end as usize..]];
                if rest.iter().any(|part| part.chars().any(char::is_alphanumeric)) || !view.answers_a_question(message)
                {
                    return WholeTurn::No;
                }
                view.is_whole_turn(message)
            }
        }
    }
}

/// One message without the signs between its characters, in either way, once it was asked for.
#[derive(Default)]
struct Parted {
    any: OnceCell<Option<Unparted>>,
    rows: OnceCell<Option<Unparted>>,
    /// Exceptions in each.
    occurrences: [Occurrences; 2],
}

impl Parted {
    /// What suppresses a hit where the words around it are parted by signs: an exception or a negator. Around a hit that holds
    /// signs itself, all of them are left out; else those of spaced writing.
    fn suppression(
        &mut self,
        rule: &Wording,
        view: &View<'_>,
        text: &str,
        located: &LocatedHit,
    ) -> Option<Suppression> {
        let span = located.hit.span;
        let holds_signs = text[span.range()].chars().any(|character| !character.is_alphanumeric());
        let [of_any, of_rows] = &mut self.occurrences;
        let (unparted, occurrences) = if holds_signs {
            (self.any.get_or_init(|| Unparted::new(text, Parting::Any)), of_any)
        } else {
            (self.rows.get_or_init(|| Unparted::new(text, Parting::Rows)), of_rows)
        };
        let unparted = unparted.as_ref()?;
        let inner = unparted.inward(span)?;
        if let Some((exception, around)) = rule.exceptions.suppressing(occurrences, &unparted.text, located.term, inner)
        {
            return Some(Suppression::Exception { exception, span: unparted.outward(around) });
        }
        let negator = rule.negation.then(|| view.dialogue.negator(&unparted.text, inner)).flatten()?;
        Some(Suppression::Negation { negator: negator.to_owned() })
    }
}

/// Of overlapping pieces of evidence the longest stays, then the first, then the more confident.
fn keep_longest(quotes: &mut Vec<Quote>, mut covered: impl FnMut(&Quote)) {
    quotes.sort_by_key(|quote| {
        (quote.span.start, std::cmp::Reverse(quote.span.end), std::cmp::Reverse(quote.confidence), quote.term)
    });
    let mut kept: Vec<Quote> = Vec::with_capacity(quotes.len());
    for quote in quotes.drain(..) {
        match kept.last() {
            Some(last) if last.span.overlaps(quote.span) => {
                if quote.span.len() > last.span.len() {
                    covered(last);
                    kept.pop();
                    kept.push(quote);
                } else {
                    covered(&quote);
                }
            }
            _ => kept.push(quote),
        }
    }
    *quotes = kept;
}
