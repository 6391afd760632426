//! Waits: from a customer's message to the human answer.

use super::view::{MessageIndex, MessageView, Requested, View};
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
    let mut holding = false;
    let mut requested = Requested::default();
    for (index, message) in view.indexed().filter(|(_, message)| matters(message)) {
        if message.is_agent() {
            if let Some(asked) = pending.take() {
                waits.push(Wait { asked, answered: Some(index) });
            }
            agent_spoke = true;
            // Who asks for something waits for the customer, not the customer for him.
            holding = message.kind == Kind::Text
                && view.dialogue.hold(view.text(index)).is_some()
                && !view.dialogue.requests(view.text(index));
        } else if agent_spoke && !holding && pending.is_none() && view.opens(index, &mut requested) {
            pending = Some(index);
        }
    }
    waits.extend(pending.map(|asked| Wait { asked, answered: None }));
}


/// Whether a message can start or stop a clock: bots and notices do neither, nor does what was taken back.
fn matters(message: &MessageView) -> bool {
    matches!(message.role, Role::Customer | Role::Agent) && message.kind != Kind::Recalled
}
