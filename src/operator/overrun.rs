//! Overruns: an agent asked to wait, and came back later than promised.

use super::answer::NotEvaluated;
use super::hold::Hold;
use super::view::{End, MessageIndex, View};
use crate::conversation::{Kind, Millis};

/// Renewals count up to so many times …
const MOST_RENEWALS: u32 = 3;
/// … or until so long after the agent first asked to wait, unless the first promise itself was longer.
const LONGEST_EXTENSION: Millis = 10 * 60 * 1000;

/// A promise that was kept late.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overrun {
    /// The message that asked to wait.
    pub(super) hold: MessageIndex,
    /// The message that came late; `None`: none came yet.
    pub(super) returned: Option<MessageIndex>,
}

/// What the agent promised last.
struct Promise {
    hold: MessageIndex,
    asked_at: Millis,
    /// How long after it the agent has to be back, by the clock of the shop.
    due: Millis,
    renewals: u32,
}

/// Shows every overrun of a conversation, and why a promise could not be held against the clock. A promise without a
/// figure is `unstated` long.
pub(super) fn overruns(view: &View<'_>, unstated: Millis, mut show: impl FnMut(Result<Overrun, NotEvaluated>)) {
    let mut promise: Option<Promise> = None;
    for (index, message) in view.indexed() {
        if !message.is_agent() || message.kind == Kind::Recalled {
            continue;
        }
        let asked = (message.kind == Kind::Text).then(|| asks_to_wait(view, index, unstated)).flatten();
        if promise.is_none() && asked.is_none() {
            continue;
        }
        let Some(now) = message.time else {
            let reason = if view.waits.any_time { NotEvaluated::MissingTime } else { NotEvaluated::NoMessageTimes };
            show(Err(reason));
            promise = None;
            continue;
        };
        let kept = promise.take();
        let mut renewed = None;
        if let Some(kept) = kept {
            if now < kept.asked_at {
                show(Err(NotEvaluated::ClockBackwards));
            } else if view.elapsed(kept.asked_at, now) - view.slack > kept.due {
                show(Ok(Overrun { hold: kept.hold, returned: Some(index) }));
            } else {
                renewed = Some(kept);
            }
        }
        let Some(figure) = asked else { continue };
        promise = Some(match renewed {
            None => Promise { hold: index, asked_at: now, due: figure, renewals: 0 },
            Some(kept) if kept.renewals >= MOST_RENEWALS => kept,
            Some(kept) => {
                let latest = kept.due.max(LONGEST_EXTENSION);
                let due = view.elapsed(kept.asked_at, now) + figure;
                Promise { due: due.max(kept.due).min(latest), renewals: kept.renewals + 1, ..kept }
            }
        });
    }
    if let (Some(promise), End::Open(now)) = (promise, view.end)
        && view.elapsed(promise.asked_at, now) - view.slack > promise.due
    {
        show(Ok(Overrun { hold: promise.hold, returned: None }));
    }
}

/// How long an agent's message asks to wait, if it does. Who asks for something waits for the customer instead.
fn asks_to_wait(view: &View<'_>, message: MessageIndex, unstated: Millis) -> Option<Millis> {
    let text = view.text(message);
    let hold = view.dialogue.hold(text)?;
    if view.dialogue.requests(text) {
        return None;
    }
    Some(match hold {
        Hold::Unstated => unstated,
        Hold::For(figure) => figure,
    })
}
