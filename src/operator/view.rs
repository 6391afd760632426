//! The view: one conversation as operators see it.

use super::dialogue::Dialogue;
use super::waits::Waits;
use crate::conversation::{ClosedBy, Conversation, Kind, Millis, Role};
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
}

impl<'v> View<'v> {
    /// The folded text of a message.
    pub fn text(&self, message: MessageIndex) -> &'v str {
        &self.folded[self.messages[message.get()].folded.range()]
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

    /// Whether a customer message asks, requests, or brings what was asked for, so that an answer is due. Whoever asks for
    /// one message after the other hands in the same `requested`.
    pub fn opens(&self, message: MessageIndex, requested: &mut Requested) -> bool {
        let view = &self.messages[message.get()];
        if view.role != Role::Customer {
            return false;
        }
        match view.kind {
            Kind::Text => !self.dialogue.asks_nothing(self.text(message)),
            // Nobody can tell what was said, and it was said to be answered.
            Kind::Voice => true,
            Kind::Image | Kind::Card => {
                let is_pending = self.request_is_pending(message, requested);
                requested.0 = Some((message, is_pending));
                is_pending
            }
            Kind::Sticker | Kind::Recalled => false,
        }
    }

    /// Whether the shop asked for something and the customer had not yet answered in words before this message.
    fn request_is_pending(&self, message: MessageIndex, requested: &Requested) -> bool {
        for index in (0..message.0).rev().map(MessageIndex) {
            let earlier = &self.messages[index.get()];
            match earlier.side() {
                Some(Side::Customer) if earlier.kind == Kind::Text => return false,
                // The request may stand in an earlier message of the shop's turn, so what is none is passed over.
                Some(Side::Shop) if earlier.kind == Kind::Text && self.dialogue.requests(self.text(index)) => {
                    return true;
                }
                None | Some(Side::Customer | Side::Shop) => {}
            }
            // What stands before an earlier picture was looked at for that one.
            if let Some((_, known)) = requested.0.filter(|(picture, _)| *picture == index) {
                return known;
            }
        }
        false
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

    /// How the conversation stands at its end.
    pub fn open_end(&self) -> OpenEnd {
        let mut state = OpenEnd::Settled;
        let mut requested = Requested::default();
        // The customer said to wait: what the agent then says settles nothing.
        let mut customer_away = false;
        for (index, message) in self.indexed() {
            match message.role {
                Role::Customer if self.opens(index, &mut requested) => {
                    state = OpenEnd::Question;
                    customer_away = message.kind == Kind::Text && self.dialogue.hold(self.text(index)).is_some();
                }
                Role::Agent if message.kind == Kind::Text => {
                    let text = self.text(index);
                    state = if self.dialogue.says_farewell(text) {
                        OpenEnd::Settled
                    } else if customer_away || self.dialogue.requests(text) {
                        OpenEnd::UnderWay
                    } else if self.dialogue.hold(text).is_none() {
                        OpenEnd::Settled
                    } else if state == OpenEnd::Settled {
                        OpenEnd::UnderWay
                    } else {
                        // A hold that never ends leaves the question open.
                        OpenEnd::Question
                    };
                }
                Role::Agent if message.kind != Kind::Recalled => state = OpenEnd::Settled,
                // A pleasantry changes nothing; bots and notices answer nothing.
                Role::Customer | Role::Agent | Role::Bot | Role::System => {}
            }
        }
        state
    }

    /// Whether an agent closed the conversation.
    pub fn closed_by_agent(&self) -> bool {
        self.conversation.closed_by == Some(ClosedBy::Agent)
    }
}

/// What is known of the picture that was asked about last: without it, a conversation of pictures would be looked through
/// from the start for each of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Requested(Option<(MessageIndex, bool)>);

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
