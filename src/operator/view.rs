//! The view: one conversation as operators see it.

use super::answer::Finding;
use super::dialogue::Dialogue;
use super::waits::Waits;
use crate::conversation::{ClosedBy, Conversation, Kind, Millis, Role, ServiceHours, Zone};
use crate::text::Span;

/// Which message, counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct MessageIndex(pub u32);

impl MessageIndex {
    /// For indexing.
    pub fn get(self) -> usize {
        self.0 as usize
    }
}

/// The side a message belongs to. System notices belong to none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// The customer.
    Customer,
    /// The shop: its agents and its bots.
    Shop,
}

/// Whether the conversation can go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It can; the clock stands at this instant.
    Open(Millis),
    /// It cannot.
    Closed,
}

/// One message, prepared.
#[derive(Debug, Clone, Copy)]
pub struct MessageView {
    /// Who speaks.
    pub role: Role,
    /// What it is: as stated, else inferred from known placeholders.
    pub kind: Kind,
    /// When it was sent.
    pub time: Option<Millis>,
    /// Its folded text in the view's buffer; empty where the kind is not text.
    pub folded: Span,
}

impl MessageView {
    /// The side it belongs to.
    pub fn side(&self) -> Option<Side> {
        match self.role {
            Role::Customer => Some(Side::Customer),
            Role::Agent | Role::Bot => Some(Side::Shop),
            Role::System => None,
        }
    }

    /// Whether a human agent wrote it.
    pub fn is_agent(&self) -> bool {
        self.role == Role::Agent
    }
}

/// A term found in a message, with the rule it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocatedHit {
    /// The rule's slot in the rule set.
    pub slot: u32,
    /// Where.
    pub message: MessageIndex,
    /// The term's index in the rule.
    pub term: u32,
    /// What the matcher found.
    pub hit: crate::text::Hit,
}

/// One conversation, prepared for judging.
#[derive(Debug, Clone, Copy)]
pub struct View<'v> {
    /// The record.
    pub conversation: &'v Conversation<'v>,
    /// Its messages, prepared, as many as the record has.
    pub messages: &'v [MessageView],
    /// The folded texts, one after the other.
    pub folded: &'v str,
    /// Everything the matchers found, ordered by slot, message and place.
    pub hits: &'v [LocatedHit],
    /// How dialogues are understood.
    pub dialogue: &'v Dialogue,
    /// How long the customer waited.
    pub waits: &'v Waits,
    /// Whether the conversation can go on.
    pub end: End,
    /// By how much a span of time can be shorter than its ends say: nearly a minute where times are cut to the minute.
    pub slack: Millis,
    /// The zone of wall clocks.
    pub zone: &'v Zone,
    /// When the shop answers: its clocks run only then. `None`: around the clock.
    pub hours: Option<&'v ServiceHours>,
    /// Whether the conversation is a telephone call, whatever its channel is called.
    pub is_telephone: bool,
    /// What rules that were judged before found, with their slots.
    pub found: &'v [(u32, Finding)],
}

impl<'v> View<'v> {
    /// The folded text of a message.
    pub fn text(&self, message: MessageIndex) -> &'v str {
        &self.folded[self.messages[message.get()].folded.range()]
    }

    /// How long a clock of the shop ran from one instant to another.
    pub fn elapsed(&self, from: Millis, to: Millis) -> Millis {
        self.hours.map_or(to.saturating_sub(from), |hours| hours.elapsed(from, to))
    }

    /// All messages with their indexes.
    pub fn indexed(&self) -> impl DoubleEndedIterator<Item = (MessageIndex, &'v MessageView)> + ExactSizeIterator {
        self.messages.iter().enumerate().map(|(index, message)| (MessageIndex(index as u32), message))
    }

    /// The hits of one rule.
    pub fn hits_of(&self, slot: u32) -> &'v [LocatedHit] {
        let start = self.hits.partition_point(|hit| hit.slot < slot);
        let end = self.hits.partition_point(|hit| hit.slot <= slot);
        &self.hits[start..end]
    }

    /// Whether a customer message asks, requests, or brings what was asked for, so that an answer is due.
    pub fn opens(&self, message: MessageIndex) -> bool {
        self.opens_after(message, &mut PendingRequest::default())
    }

    /// The same for messages asked about in their order: what is known of earlier ones is not found out again.
    pub(super) fn opens_after(&self, message: MessageIndex, request: &mut PendingRequest) -> bool {
        let view = &self.messages[message.get()];
        if view.role != Role::Customer {
            return false;
        }
        match view.kind {
            Kind::Text => !self.dialogue.asks_nothing(self.text(message)),
            // Nobody can tell what was said, and it was said to be answered.
            Kind::Voice => true,
            Kind::Image | Kind::Card => self.request_is_pending(message, request),
            Kind::Sticker | Kind::Recalled => false,
        }
    }

    /// Whether the shop asked for something and the customer had not yet answered in words before this message.
    fn request_is_pending(&self, message: MessageIndex, known: &mut PendingRequest) -> bool {
        let pending = (known.before.0..message.0).rev().map(MessageIndex).find_map(|index| {
            let earlier = &self.messages[index.get()];
            match earlier.side() {
                Some(Side::Customer) if earlier.kind == Kind::Text => Some(false),
                // The request may stand in an earlier message of the same turn.
                Some(Side::Shop) if earlier.kind == Kind::Text => {
                    self.dialogue.requests(self.text(index)).then_some(true)
                }
                None | Some(_) => None,
            }
        });
        *known = PendingRequest { before: message, pending: pending.unwrap_or(known.pending) };
        known.pending
    }

    /// Whether this message of a side stands alone between two messages of the other side or the ends, notices aside,
    /// and whether that can still change.
    pub fn is_whole_turn(&self, message: MessageIndex) -> WholeTurn {
        let side = self.messages[message.get()].side();
        let neighbour = |view: &MessageView| view.side().is_some();
        let before = self.messages[..message.get()].iter().rev().find(|view| neighbour(view));
        let after = self.messages[message.get() + 1..].iter().find(|view| neighbour(view));
        if before.is_some_and(|view| view.side() == side) || after.is_some_and(|view| view.side() == side) {
            return WholeTurn::No;
        }
        if after.is_none() && self.end != End::Closed { WholeTurn::SoFar } else { WholeTurn::Yes }
    }

    /// Whether the customer's turn before this message asks a question in so many words.
    pub fn answers_a_question(&self, message: MessageIndex) -> bool {
        for index in (0..message.0).rev().map(MessageIndex) {
            let earlier = &self.messages[index.get()];
            match earlier.side() {
                Some(Side::Shop) => return false,
                Some(Side::Customer) if earlier.kind == Kind::Text && self.dialogue.asks(self.text(index)) => {
                    return true;
                }
                None | Some(Side::Customer) => {}
            }
        }
        false
    }

    /// How the conversation stands at its end. Read from the end: the last message that settles anything decides,
    /// together with the holds after it.
    pub fn open_end(&self) -> OpenEnd {
        let mut holds = 0;
        let mut state = OpenEnd::Settled;
        // Where one picture was not requested, those before it were not either, up to what the customer wrote.
        let mut unrequested = false;
        // Whether all that the shop said since was a greeting, which answers nothing but a call.
        let mut greeted = false;
        for (index, message) in self.indexed().rev() {
            let is_picture = matches!(message.kind, Kind::Image | Kind::Card);
            match message.role {
                Role::Customer if is_picture && unrequested => {}
                Role::Customer if greeted && self.is_mere_call(index) => {}
                Role::Customer if self.opens(index) => {
                    state = OpenEnd::Question;
                    break;
                }
                Role::Agent if message.kind == Kind::Text => {
                    let text = self.text(index);
                    // 欢迎光临 greets, though it may also take leave.
                    if self.dialogue.is_mere_greeting(text) {
                        greeted = true;
                        continue;
                    }
                    if self.dialogue.says_farewell(text) {
                        break;
                    }
                    if self.dialogue.requests(text) {
                        state = OpenEnd::UnderWay;
                        break;
                    }
                    if !self.dialogue.ends_in_hold(text) {
                        // The customer said to wait: what the agent then says settles nothing.
                        if self.customer_is_away(index) {
                            state = OpenEnd::UnderWay;
                        }
                        break;
                    }
                    holds += 1;
                    if holds > 1 {
                        break;
                    }
                }
                Role::Agent if message.kind != Kind::Recalled => break,
                Role::Customer if is_picture => unrequested = true,
                Role::Customer if message.kind == Kind::Text => unrequested = false,
                // A pleasantry changes nothing; bots and notices answer nothing.
                Role::Customer | Role::Agent | Role::Bot | Role::System => {}
            }
        }
        match (state, holds) {
            (state, 0) => state,
            (OpenEnd::Settled, 1) => OpenEnd::UnderWay,
            // A hold that never ends leaves the question open.
            _ => OpenEnd::Question,
        }
    }

    fn is_mere_call(&self, message: MessageIndex) -> bool {
        self.messages[message.get()].kind == Kind::Text && self.dialogue.is_mere_call(self.text(message))
    }

    /// The last customer message that opens anything.
    pub(super) fn last_open(&self) -> Option<MessageIndex> {
        // See `open_end`: pictures before one that was not requested were not either.
        let mut unrequested = false;
        self.indexed().rev().filter(|(_, message)| message.role == Role::Customer).find_map(|(index, message)| {
            let is_picture = matches!(message.kind, Kind::Image | Kind::Card);
            if !(is_picture && unrequested) && self.opens(index) {
                return Some(index);
            }
            unrequested = is_picture || (unrequested && message.kind != Kind::Text);
            None
        })
    }

    /// Whether the customer, when last asking for something before this message, said to wait.
    fn customer_is_away(&self, message: MessageIndex) -> bool {
        // A picture asks only where it was requested, and that shows further back.
        let mut picture = false;
        for index in (0..message.0).rev().map(MessageIndex) {
            let earlier = &self.messages[index.get()];
            match (earlier.role, earlier.kind) {
                (Role::Customer, Kind::Text) if self.opens(index) => {
                    return self.dialogue.hold(self.text(index)).is_some();
                }
                (Role::Customer, Kind::Text) => picture = false,
                (Role::Customer, Kind::Image | Kind::Card) => picture = true,
                (Role::Customer, Kind::Voice) => return false,
                (Role::Agent | Role::Bot, Kind::Text) if picture && self.dialogue.requests(self.text(index)) => {
                    return false;
                }
                _ => {}
            }
        }
        false
    }

    /// The first messages of those of a role who took over from another of it: a notice says so between the two, and
    /// what the record says of their agents does not show one and the same.
    pub(super) fn takeovers(&self, role: Role) -> impl Iterator<Item = MessageIndex> + '_ {
        let mut last = None;
        let mut was_told = false;
        self.indexed().filter_map(move |(index, message)| {
            if message.role == Role::System && self.dialogue.tells_takeover(self.text(index)) {
                was_told = true;
            }
            if message.role != role {
                return None;
            }
            let is_told = std::mem::take(&mut was_told);
            let before = last.replace(index)?;
            (is_told && !self.is_same_agent(before, index)).then_some(index)
        })
    }

    /// Whether the record names the same agent for both messages, and not merely for the whole conversation.
    fn is_same_agent(&self, one: MessageIndex, other: MessageIndex) -> bool {
        let stated = |index: MessageIndex| self.conversation.messages[index.get()].agent.as_deref();
        let in_charge = self.conversation.agent.as_ref().map(|agent| agent.id.as_ref());
        match (stated(one), stated(other)) {
            (None, None) => false,
            (one, other) => one.or(in_charge) == other.or(in_charge),
        }
    }

    /// Whether an agent closed the conversation.
    pub fn closed_by_agent(&self) -> bool {
        self.conversation.closed_by == Some(ClosedBy::Agent)
    }
}

/// Whether a request of the shop was pending before a message, kept while a conversation is walked along.
#[derive(Debug, Clone, Copy)]
pub(super) struct PendingRequest {
    before: MessageIndex,
    pending: bool,
}

impl Default for PendingRequest {
    fn default() -> Self {
        Self { before: MessageIndex(0), pending: false }
    }
}

/// Whether a message is the whole turn of its side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WholeTurn {
    /// It is not.
    No,
    /// It is, unless the side goes on.
    SoFar,
    /// It is.
    Yes,
}

/// How a conversation stands at its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenEnd {
    /// Nothing is due.
    Settled,
    /// The customer is in the middle of something: the agent asked for something or said to wait.
    UnderWay,
    /// The customer's question has no answer.
    Question,
}
