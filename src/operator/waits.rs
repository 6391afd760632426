//! Waits: from a customer's message to the human answer.

use super::view::{MessageIndex, MessageView, PendingRequest, View};
use crate::conversation::{Kind, Role};

/// A wait: from the customer's message to the agent's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait {
    /// The first unanswered message.
    pub asked: MessageIndex,
    /// The answer; `None`: there is none yet.
    pub answered: Option<MessageIndex>,
}

/// All waits of one conversation.
#[derive(Debug, Clone, Default)]
pub struct Waits {
    /// From the customer's first message to the first human answer: none or one.
    pub first: Vec<Wait>,
    /// From the first unanswered message of each later open customer turn to the next agent message.
    pub later: Vec<Wait>,
    /// Whether any message has a time.
    pub any_time: bool,
}

impl Waits {
    /// Measures a conversation; where no message has a time, only whether there was anything to wait for.
    pub fn measure(&mut self, view: &View<'_>) {
        self.first.clear();
        self.later.clear();
        self.any_time = view.messages.iter().any(|message| message.time.is_some());
        self.first.extend(first_wait(view));
        if self.any_time {
            later_waits(view, &mut self.later);
        } else {
            // Which turns were open does not matter where no wait can be measured; that an agent answered does.
            let mut spoken = view.indexed().filter(|(_, message)| matters(message));
            let asked = spoken.find(|(_, message)| message.role == Role::Customer).map(|(index, _)| index);
            let answered = spoken.find(|(_, message)| message.is_agent()).map(|(index, _)| index);
            self.later.extend(asked.filter(|_| answered.is_some()).map(|asked| Wait { asked, answered }));
        }
    }
}

/// From the customer's first message to the first human answer; none where an agent spoke first.
fn first_wait(view: &View<'_>) -> Option<Wait> {
    let mut sides = view.indexed().filter(|(_, message)| matters(message));
    let (asked, first) = sides.next()?;
    if first.role != Role::Customer {
        return None;
    }
    let answered = sides.find(|(_, message)| message.is_agent()).map(|(index, _)| index);
    Some(Wait { asked, answered })
}

/// From the first unanswered message of each later open customer turn to the next agent message. What falls into a
/// hold is no wait of its own until the agent returns.
fn later_waits(view: &View<'_>, waits: &mut Vec<Wait>) {
    let mut agent_spoke = false;
    let mut pending: Option<MessageIndex> = None;
    // The agent's last message, and whether it asks to wait, once that matters.
    let mut holding = Holding::No;
    let mut request = PendingRequest::default();
    for (index, message) in view.indexed().filter(|(_, message)| matters(message)) {
        if message.is_agent() {
            if let Some(asked) = pending.take() {
                waits.push(Wait { asked, answered: Some(index) });
            }
            agent_spoke = true;
            holding = if message.kind == Kind::Text { Holding::Perhaps(index) } else { Holding::No };
        } else if agent_spoke && pending.is_none() && !holding.is_so(view) && view.opens_after(index, &mut request) {
            pending = Some(index);
        }
    }
    waits.extend(pending.map(|asked| Wait { asked, answered: None }));
}

/// Whether the agent's last message asks to wait.
#[derive(Debug, Clone, Copy)]
enum Holding {
    /// Nobody has asked yet; it is this message.
    Perhaps(MessageIndex),
    Yes,
    No,
}

impl Holding {
    fn is_so(&mut self, view: &View<'_>) -> bool {
        if let Self::Perhaps(message) = *self {
            let text = view.text(message);
            // Who asks for something waits for the customer, not the customer for him.
            let holds = view.dialogue.hold(text).is_some() && !view.dialogue.requests(text);
            *self = if holds { Self::Yes } else { Self::No };
        }
        matches!(self, Self::Yes)
    }
}

/// Whether a message can start or stop a clock: bots and notices do neither, nor does what was taken back.
fn matters(message: &MessageView) -> bool {
    matches!(message.role, Role::Customer | Role::Agent) && message.kind != Kind::Recalled
}
