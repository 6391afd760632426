//! `closure`: in what state a conversation ended, and who closed it.
//!
//! An open end is one of three things, the first that holds: refused service, an improper close, an unanswered customer.

use super::answer::{Answers, Finding, NotEvaluated};
use super::compile::Compilation;
use super::parameters::{ParameterKind, ParameterSpec, Parameters};
use super::view::{End, MessageIndex, MessageView, OpenEnd, PendingRequest, View};
use crate::conversation::{ClosedBy, Kind, Millis, Role};
use crate::dictionary::Rule;

const STATES: &[&str] = &["unanswered", "improper", "refused"];

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec { name: "state", kind: ParameterKind::Choice(STATES), default: None },
    ParameterSpec { name: "farewells", kind: ParameterKind::Integer(1, 10), default: Some("2") },
    ParameterSpec { name: "within", kind: ParameterKind::Duration, default: Some("60s") },
    ParameterSpec { name: "confidence", kind: ParameterKind::Integer(1, 1000), default: Some("900") },
];

/// A compiled `closure` rule.
#[derive(Debug)]
pub struct Closure {
    state: State,
    farewells: usize,
    within: Millis,
    confidence: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unanswered,
    Improper,
    Refused,
}

/// An open end: which it is, the message it points at, and the one that identifies it (`None`: the conversation).
type Ended = (State, MessageIndex, Option<MessageIndex>);

impl Closure {
    pub(super) fn compile(rule: &Rule, compilation: &mut Compilation<'_>) -> Self {
        let parameters = Parameters::read(rule, PARAMETERS, &mut compilation.diagnostics);
        Self {
            state: [State::Unanswered, State::Improper, State::Refused][parameters.choice("state")],
            farewells: usize::try_from(parameters.integer("farewells")).unwrap_or(2),
            within: parameters.duration("within"),
            confidence: parameters.permille("confidence"),
        }
    }

    pub(super) fn judge(&self, view: &View<'_>, answers: &mut Answers) {
        // While a conversation goes on, it has not ended.
        if view.end != End::Closed {
            return;
        }
        if view.conversation.closed_by.is_none() && self.state != State::Unanswered {
            answers.not_evaluated = Some(NotEvaluated::NoClosedBy);
            return;
        }
        // Who closed it decides which of the states it can be.
        let by_agent = view.conversation.closed_by == Some(ClosedBy::Agent);
        let ended = match self.state {
            State::Unanswered if by_agent => return,
            State::Unanswered => Ok(open_question(view).map(|last| (State::Unanswered, last, Some(last)))),
            State::Improper | State::Refused if by_agent => self.closed_by_agent(view),
            State::Improper | State::Refused => return,
        };
        match ended {
            Ok(Some((state, message, anchor))) if state == self.state => answers.settled.push(Finding {
                message,
                quotes: Vec::new(),
                anchor,
                confidence: self.confidence,
                reasons: Vec::new(),
            }),
            Err(reason) if self.state == State::Refused => answers.not_evaluated = Some(reason),
            Ok(_) | Err(_) => {}
        }
    }

    /// How the conversation ended that the agent closed, where it ended openly. An error tells why a refusal could not be
    /// ruled out.
    fn closed_by_agent(&self, view: &View<'_>) -> Result<Option<Ended>, NotEvaluated> {
        let spoke =
            |role: Role| view.messages.iter().any(|message| message.role == role && message.kind != Kind::Recalled);
        if !spoke(Role::Customer) {
            let last = view.messages.len().checked_sub(1).map(|last| MessageIndex(last as u32));
            return Ok(last.map(|last| (State::Refused, last, None)));
        }
        if !spoke(Role::Agent) {
            return Ok(last_question(view).map(|last| (State::Refused, last, Some(last))));
        }
        if let Some(parting) = parting(view) {
            let asked = parting.asked;
            if parting.held || parting.farewells.len() < self.farewells {
                return Ok(Some((State::Improper, asked, Some(asked))));
            }
            let time = |index: MessageIndex| view.messages[index.get()].time;
            let (Some(from), Some(to)) = (time(asked), time(parting.farewells[self.farewells - 1])) else {
                return Err(if view.waits.any_time { NotEvaluated::MissingTime } else { NotEvaluated::NoMessageTimes });
            };
            if to < from {
                return Err(NotEvaluated::ClockBackwards);
            }
            let last = parting.farewells.last().copied().unwrap_or(asked);
            let ended = if to - from <= self.within {
                (State::Refused, last, Some(asked))
            } else {
                (State::Improper, asked, Some(asked))
            };
            return Ok(Some(ended));
        }
        Ok(open_question(view).map(|last| (State::Improper, last, Some(last))))
    }
}

/// The question with which a conversation ends, if it ends in one.
fn open_question(view: &View<'_>) -> Option<MessageIndex> {
    if view.open_end() == OpenEnd::Question { last_question(view) } else { None }
}

/// The last message of the last customer turn in which something is open, where somebody plainly waits for an answer: the
/// turn asks or pleads, brings what the shop asked for, or the agent asked to wait and did not return. A last remark
/// that does none of these wants no answer.
fn last_question(view: &View<'_>) -> Option<MessageIndex> {
    let opening = view.last_open()?.get();
    let is_customer = |at: &usize| view.messages[*at].role == Role::Customer;
    let in_turn = |at: &usize| matches!(view.messages[*at].role, Role::Customer | Role::System);
    let last = (opening..view.messages.len()).take_while(in_turn).filter(is_customer).last()?;
    let first = (0..=opening).rev().take_while(in_turn).filter(is_customer).last()?;
    let text = |at: usize| view.text(MessageIndex(at as u32));
    let agent_wrote = |at: &usize| view.messages[*at].is_agent() && view.messages[*at].kind == Kind::Text;
    let asked_for = || (0..first).rev().find(agent_wrote).is_some_and(|at| view.dialogue.requests(text(at)));
    let held = || (last..view.messages.len()).filter(agent_wrote).any(|at| view.dialogue.ends_in_hold(text(at)));
    let waits = waits_for_an_answer(view, first, last) || asked_for() || held();
    waits.then_some(MessageIndex(last as u32))
}

/// Whether somebody plainly waits for an answer to these messages of a customer's turn: one asks or pleads, or is a picture
/// that was asked for, or a voice message.
fn waits_for_an_answer(view: &View<'_>, first: usize, last: usize) -> bool {
    let mut request = PendingRequest::default();
    (first..=last).any(|at| {
        let message = MessageIndex(at as u32);
        let is_text = view.messages[at].kind == Kind::Text;
        view.opens_after(message, &mut request) && (!is_text || view.dialogue.wants_an_answer(view.text(message)))
    })
}

/// An end in nothing but farewells after a question.
struct Parting {
    /// The last message of the question's turn.
    asked: MessageIndex,
    /// The farewells, in their order.
    farewells: Vec<MessageIndex>,
    /// Whether the agent also asked to wait in between.
    held: bool,
}

/// How a conversation ends in nothing but farewells right after somebody plainly waits for an answer. Stickers, bots and
/// notices say nothing.
fn parting(view: &View<'_>) -> Option<Parting> {
    let says_nothing = |message: &MessageView| {
        matches!(message.role, Role::System | Role::Bot) || matches!(message.kind, Kind::Recalled | Kind::Sticker)
    };
    let mut spoken = view.indexed().rev().filter(|(_, message)| !says_nothing(message));
    let (mut farewells, mut held) = (Vec::new(), false);
    let asked = loop {
        let (index, message) = spoken.next()?;
        match (message.role, message.kind) {
            (Role::Agent, Kind::Text) => {
                let text = view.text(index);
                // 欢迎光临 right after 在吗 greets, though it may also take leave: there is nothing to part from yet.
                if view.dialogue.is_mere_farewell(text) && !view.dialogue.is_mere_greeting(text) {
                    farewells.push(index);
                } else if !farewells.is_empty() && view.dialogue.ends_in_hold(text) {
                    held = true;
                } else {
                    return None;
                }
            }
            (Role::Customer, _) if !farewells.is_empty() => break index,
            // The customer had the last word, or it was a picture of the agent's.
            _ => return None,
        }
    };
    farewells.reverse();
    let turn = spoken.take_while(|(_, message)| message.role == Role::Customer);
    let first = turn.last().map_or(asked, |(index, _)| index);
    waits_for_an_answer(view, first.get(), asked.get()).then_some(Parting { asked, farewells, held })
}
