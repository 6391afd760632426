//! Conversations that look like real ones: two thirds service chat, one third prose, each message put together anew.

use super::phrases::{Phrases, push_number};
use super::random::Random;

/// The first day of the corpus, in seconds since 1970: 2018-02-01 08:00 in Shanghai.
const FIRST_DAY: u64 = 1_517_443_200;
const DAY: u64 = 24 * 60 * 60;

/// Of so many agent messages one holds a violation, of so many customer messages one a signal, of so many agent
/// messages one a planted term: one in 600 of all.
const VIOLATION_IN: u64 = 400;
const SIGNAL_IN: u64 = 150;
const PLANTED_IN: u64 = 300;

/// Makes conversations, one line of JSON each.
#[derive(Debug)]
pub(crate) struct Chat {
    phrases: Phrases,
    random: Random,
    lists: Lists,
    made: u64,
}

#[derive(Debug)]
struct Lists {
    greeting: usize,
    no_greeting: usize,
    closing: usize,
    no_closing: usize,
    ask: usize,
    follow: usize,
    reply: usize,
    bot: usize,
    system: usize,
    violation: usize,
    signal: usize,
    clause: usize,
    link: usize,
    end: usize,
    planted: usize,
    shop: usize,
    agent: usize,
}

/// What kind of conversation it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Genre {
    Service,
    Prose,
}

/// What one conversation needs while it is written.
struct Course {
    genre: Genre,
    messages: u64,
    timed: bool,
    with_ids: bool,
    /// Seconds since 1970.
    clock: u64,
}

impl Chat {
    /// The corpus of a seed.
    pub(crate) fn new(seed: u64) -> Self {
        let phrases = Phrases::shipped();
        let list = |name| phrases.list(name);
        let lists = Lists {
            greeting: list("greeting"),
            no_greeting: list("no_greeting"),
            closing: list("closing"),
            no_closing: list("no_closing"),
            ask: list("ask"),
            follow: list("follow"),
            reply: list("reply"),
            bot: list("bot"),
            system: list("system"),
            violation: list("violation"),
            signal: list("signal"),
            clause: list("clause"),
            link: list("link"),
            end: list("end"),
            planted: list("planted_in"),
            shop: list("shop"),
            agent: list("agent"),
        };
        Self { phrases, random: Random::new(seed), lists, made: 0 }
    }

    /// The phrases that it is made of.
    pub(crate) fn phrases(&self) -> &Phrases {
        &self.phrases
    }

    /// Appends one conversation and its line end; returns how many messages it has.
    pub(crate) fn push(&mut self, out: &mut String) -> u64 {
        let messages = self.length();
        self.push_with(messages, out);
        messages
    }

    /// Appends one conversation of so many messages.
    pub(crate) fn push_with(&mut self, messages: u64, out: &mut String) {
        let mut course = Course {
            genre: if self.random.happens(2, 3) { Genre::Service } else { Genre::Prose },
            messages,
            timed: self.random.happens(1, 2),
            with_ids: self.random.happens(1, 4),
            clock: FIRST_DAY + self.random.below(60) * DAY + self.random.below(14 * 60 * 60),
        };
        out.push_str("{\"id\":\"c");
        push_number(out, self.made);
        self.made += 1;
        out.push_str("\",\"channel\":\"app\",\"shop\":\"");
        self.phrases.say(self.lists.shop, &mut self.random, out);
        out.push_str("\",\"agent\":{\"id\":\"a");
        push_number(out, self.random.below(120));
        out.push_str("\",\"name\":\"");
        self.phrases.say(self.lists.agent, &mut self.random, out);
        out.push_str("\"},\"customer\":\"u");
        push_number(out, self.random.below(10_000_000));
        out.push_str("\",\"started_at\":\"");
        push_time(out, course.clock);
        out.push('"');
        if self.random.happens(4, 5) {
            let closed_by = *self.random.pick(&["agent", "agent", "customer", "timeout", "system"]);
            out.push_str(",\"closed_by\":\"");
            out.push_str(closed_by);
            out.push('"');
        }
        out.push_str(",\"messages\":[");
        self.push_messages(&mut course, out);
        out.push_str("]}\n");
    }

    fn push_messages(&mut self, course: &mut Course, out: &mut String) {
        let mut agent_messages = 0;
        let mut role = "customer";
        for index in 0..course.messages {
            let left = course.messages - index;
            role = match (index, role) {
                (0, _) => "customer",
                // Sides alternate for the most part.
                (_, "customer") if self.random.happens(3, 4) || left <= 2 => "agent",
                (_, "agent") if self.random.happens(2, 3) => "customer",
                (_, "bot" | "system") => "agent",
                (1..4, _) if self.random.happens(1, 12) => *self.random.pick(&["bot", "system"]),
                _ => role,
            };
            if index > 0 {
                out.push(',');
            }
            out.push('{');
            if course.with_ids {
                out.push_str("\"id\":\"m");
                push_number(out, index + 1);
                out.push_str("\",");
            }
            out.push_str("\"role\":\"");
            out.push_str(role);
            out.push('"');
            if course.timed {
                course.clock +=
                    if self.random.happens(1, 30) { self.random.between(100, 600) } else { self.random.between(3, 28) };
                out.push_str(",\"time\":\"");
                push_time(out, course.clock);
                out.push('"');
            }
            out.push_str(",\"text\":\"");
            self.push_text(course.genre, role, agent_messages, left, out);
            out.push_str("\"}");
            agent_messages += u64::from(role == "agent");
        }
    }

    fn push_text(&mut self, genre: Genre, role: &str, agent_messages: u64, left: u64, out: &mut String) {
        let Self { phrases, random, lists, .. } = self;
        let list = match role {
            "bot" => lists.bot,
            "system" => lists.system,
            "agent" if random.happens(1, PLANTED_IN) => lists.planted,
            "agent" if agent_messages == 0 && random.happens(9, 10) => lists.greeting,
            "agent" if agent_messages == 0 => lists.no_greeting,
            "agent" if left <= 2 && random.happens(9, 10) => lists.closing,
            "agent" if left <= 2 => lists.no_closing,
            "agent" if random.happens(1, VIOLATION_IN) => lists.violation,
            "customer" if random.happens(1, SIGNAL_IN) => lists.signal,
            _ if genre == Genre::Prose => return self.push_prose(out),
            "agent" => lists.reply,
            _ if agent_messages == 0 || random.happens(2, 5) => lists.ask,
            _ => lists.follow,
        };
        phrases.say(list, random, out);
    }

    fn push_prose(&mut self, out: &mut String) {
        let Self { phrases, random, lists, .. } = self;
        let clauses = *random.pick(&[1, 1, 1, 2, 2, 3, 6]);
        for clause in 0..clauses {
            if clause > 0 {
                phrases.say(lists.link, random, out);
            }
            phrases.say(lists.clause, random, out);
        }
        phrases.say(lists.end, random, out);
    }

    /// 4 to 40 messages, most conversations short.
    fn length(&mut self) -> u64 {
        let long = self.random.between(4, 40);
        self.random.between(4, long)
    }
}

/// Appends a time with the offset of Shanghai.
fn push_time(out: &mut String, seconds: u64) {
    let local = seconds + 8 * 60 * 60;
    let (year, month, day) = date(local / DAY);
    let of_day = local % DAY;
    let two = |out: &mut String, number: u64| {
        out.push(char::from(b'0' + (number / 10) as u8));
        out.push(char::from(b'0' + (number % 10) as u8));
    };
    push_number(out, year);
    out.push('-');
    two(out, month);
    out.push('-');
    two(out, day);
    out.push('T');
    two(out, of_day / 3600);
    out.push(':');
    two(out, of_day / 60 % 60);
    out.push(':');
    two(out, of_day % 60);
    out.push_str("+08:00");
}

/// The date of a day after 1970-01-01, for years in which every fourth is a leap year.
fn date(mut day: u64) -> (u64, u64, u64) {
    let mut year = 1970;
    loop {
        let leap = year % 4 == 0;
        let length = if leap { 366 } else { 365 };
        if day < length {
            let months = [31, if leap { 29 } else { 28 }, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            for (month, length) in (1..).zip(months) {
                if day < length {
                    return (year, month, day + 1);
                }
                day -= length;
            }
        }
        day -= length;
        year += 1;
    }
}
