//! The messages of a plain chat export as rows.

use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use crate::conversation::chat::{Head, HeadTime, Line, Templates, Who};
use crate::conversation::input::{Chunk, LineNumbers, Lines};
use crate::conversation::record_error::Shown;
use crate::conversation::{InputError, InputOptions, Role, Survey};
use crate::workbook::Cell;

use super::column::Column;
use super::gather::Gather;
use super::mapping::{Anybody, Mapping};
use super::row::Row;
use super::row_reader::Fault;

/// Bytes of a message: it has to fit in a line of the native form.
const LONGEST_MESSAGE: usize = 16 << 20;

/// Messages of agents that wait for the customer whose conversation they begin.
const MOST_WAITING: usize = 200;

const NO_SPEAKER: &str = "no-speaker";

/// The columns that a chat fills, in the order of the cells.
const COLUMNS: [Column; 8] = [
    Column::Id,
    Column::Shop,
    Column::Customer,
    Column::Agent,
    Column::AgentName,
    Column::Role,
    Column::Time,
    Column::Text,
];

/// A plain chat export.
pub(super) struct ChatSource {
    lines: Lines,
    /// Chunks that were read to tell the shape.
    first: VecDeque<Chunk>,
    reader: ChatReader,
}

impl ChatSource {
    pub(super) fn new(
        lines: Lines,
        first: VecDeque<Chunk>,
        templates: Templates,
        options: &InputOptions,
    ) -> ChatSource {
        // The same export has the same conversations wherever it lies.
        let name = Path::new(&**lines.file()).file_stem().map(|stem| stem.to_string_lossy().into_owned());
        let reader = ChatReader {
            templates,
            mapping: options.mapping.clone(),
            survey: options.survey.clone(),
            day: options.day,
            name: name.unwrap_or_default(),
            thread: Thread::default(),
            message: None,
        };
        ChatSource { lines, first, reader }
    }

    pub(super) fn columns() -> Vec<Cell> {
        COLUMNS.iter().map(|column| Cell::Text(column.as_str().to_owned())).collect()
    }

    /// Reads one chunk; says whether it was the last one.
    pub(super) fn read(&mut self, gather: &mut Gather, fault: &mut Option<InputError>) -> Result<bool, InputError> {
        let chunk = match self.first.pop_front().map(Ok).or_else(|| self.lines.next()) {
            Some(Ok(chunk)) => chunk,
            other => {
                // What was said before the file broke off was said.
                *fault = other.and_then(Result::err);
                self.reader.end(gather)?;
                return Ok(true);
            }
        };
        gather.ready.bad.extend(chunk.bad);
        gather.ready.replaced += chunk.replaced;
        gather.ready.encoding = chunk.encoding;
        let LineNumbers::Consecutive { first } = chunk.lines else { return Ok(false) };
        for (number, line) in (first..).zip(chunk.text.lines()) {
            self.reader.line(number, line, gather)?;
        }
        Ok(false)
    }
}

/// Puts lines together to messages, and messages to conversations.
struct ChatReader {
    templates: Templates,
    mapping: Mapping,
    survey: Option<Arc<Survey>>,
    /// The day of times that tell none.
    day: Option<Date>,
    /// What conversations are called in which no customer speaks.
    name: String,
    thread: Thread,
    message: Option<Message>,
}

/// Whose conversation it is.
#[derive(Default)]
struct Thread {
    id: Option<String>,
    shop: Option<String>,
    customer: Option<String>,
    waiting: Vec<Message>,
}

/// A message under way.
struct Message {
    line: u64,
    said: Result<Said, Fault>,
    text: String,
    /// Blank lines that belong to the text only where more follows.
    blank_lines: usize,
}

/// The head of a message, understood.
struct Said {
    role: Role,
    name: String,
    account: Option<String>,
    shop: Option<String>,
    time: String,
}

impl ChatReader {
    fn line(&mut self, number: u64, line: &str, gather: &mut Gather) -> Result<(), InputError> {
        let line = line.trim_end_matches('\r').trim_start_matches('\u{FEFF}');
        let read = if line.trim().is_empty() {
            None
        } else {
            self.templates.read(line, self.day, |read| is_known(&self.mapping, read))
        };
        match read {
            None => {
                self.goes_on(number, line);
                Ok(())
            }
            Some(Line::Aside) => self.finish_message(gather),
            Some(Line::Day(day)) => {
                self.day = Some(day);
                self.finish_message(gather)
            }
            Some(Line::Conversation { id, customer, shop }) => {
                self.finish_message(gather)?;
                self.finish_thread(gather)?;
                let owned = |text: Option<&str>| text.map(str::to_owned);
                self.thread =
                    Thread { id: owned(id), shop: owned(shop), customer: owned(customer), waiting: Vec::new() };
                Ok(())
            }
            Some(Line::Head(head)) => {
                self.finish_message(gather)?;
                if let Some(id) = head.conversation.filter(|id| self.thread.id.as_deref() != Some(*id)) {
                    self.finish_thread(gather)?;
                    self.thread = Thread { id: Some(id.to_owned()), ..Thread::default() };
                }
                if let Some(survey) = &self.survey {
                    survey.speaker(head.who.name(), role_of(&self.mapping, head.who));
                }
                self.message = Some(Message {
                    line: number,
                    text: head.text.unwrap_or_default().to_owned(),
                    blank_lines: 0,
                    said: self.understood(head),
                });
                Ok(())
            }
        }
    }

    /// Takes a line that begins nothing: it belongs to the message before it.
    fn goes_on(&mut self, number: u64, line: &str) {
        let is_blank = line.trim().is_empty();
        let message = match &mut self.message {
            Some(message) => message,
            None if is_blank => return,
            None => {
                let reason = "the line stands before the first message; if it is one, say how messages begin with --template \
                              '{speaker} {time}', and otherwise what it is, for instance --template '聊天记录{*}'";
                let fault = Fault { code: NO_SPEAKER, field: None, reason: reason.to_owned() };
                self.message.insert(Message { line: number, said: Err(fault), text: String::new(), blank_lines: 0 })
            }
        };
        if is_blank {
            message.blank_lines += 1;
            return;
        }
        if message.text.len() + line.len() > LONGEST_MESSAGE {
            let reason = format!("the message has more than {LONGEST_MESSAGE} bytes; split it");
            message.said = Err(Fault { code: "line-too-long", field: None, reason });
            message.text.clear();
            return;
        }
        if !message.text.is_empty() {
            message.text.extend(std::iter::repeat_n('\n', message.blank_lines + 1));
        }
        message.blank_lines = 0;
        message.text.push_str(line);
    }

    fn understood(&self, head: Head<'_>) -> Result<Said, Fault> {
        let role = role_of(&self.mapping, head.who).ok_or_else(|| {
            let shown = match head.who {
                Who::Role(word, _) => Shown::word(word),
                who => Shown::word(who.name()),
            };
            let reason = format!(
                "it is not known who {shown} is; name those who are agents with --role-words agent=NAME|NAME,customer=* \
                 (zhijian inspect lists who speaks)"
            );
            Fault { code: "unknown-speaker", field: Some("speaker".to_owned()), reason }
        })?;
        let time = match head.time {
            HeadTime::None => String::new(),
            HeadTime::At(time) => time,
            HeadTime::Bad(time) => {
                let reason = format!(
                    "{} is no time, or lacks its day; say the day of times without one with --day 2018-03-05",
                    Shown::time(time)
                );
                return Err(Fault { code: "bad-time", field: Some("time".to_owned()), reason });
            }
        };
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Ok(Said { role, name: head.who.name().to_owned(), account: owned(head.account), shop: owned(head.shop), time })
    }

    fn finish_message(&mut self, gather: &mut Gather) -> Result<(), InputError> {
        let Some(message) = self.message.take() else { return Ok(()) };
        if let Ok(said) = &message.said {
            self.thread.shop = said.shop.clone().or(self.thread.shop.take());
            if said.role == Role::Customer {
                let customer = said.account.as_ref().unwrap_or(&said.name);
                if self.thread.customer.as_ref() != Some(customer) {
                    // What was said to the one before is his; what was said to nobody yet is this one's.
                    self.thread.customer = Some(customer.clone());
                }
            }
        }
        if self.thread.customer.is_none() && self.thread.id.is_none() && self.thread.waiting.len() < MOST_WAITING {
            self.thread.waiting.push(message);
            return Ok(());
        }
        for waiting in std::mem::take(&mut self.thread.waiting) {
            self.give(&waiting, gather)?;
        }
        self.give(&message, gather)
    }

    /// Gives out what waited for a customer who never wrote.
    fn finish_thread(&mut self, gather: &mut Gather) -> Result<(), InputError> {
        for waiting in std::mem::take(&mut self.thread.waiting) {
            self.give(&waiting, gather)?;
        }
        Ok(())
    }

    fn end(&mut self, gather: &mut Gather) -> Result<(), InputError> {
        self.finish_message(gather)?;
        self.finish_thread(gather)
    }

    fn give(&self, message: &Message, gather: &mut Gather) -> Result<(), InputError> {
        let thread = &self.thread;
        let key = thread.id.as_ref().or(thread.customer.as_ref()).unwrap_or(&self.name);
        let of_thread = |column: Column| match column {
            Column::Id => key,
            Column::Shop => thread.shop.as_deref().unwrap_or_default(),
            Column::Customer => thread.customer.as_deref().unwrap_or_default(),
            _ => "",
        };
        let said = message.said.as_ref().ok();
        let of_message = |column: Column| {
            let said = said?;
            let is_agent = said.role == Role::Agent;
            Some(match column {
                Column::Agent if is_agent => said.account.as_deref()?,
                Column::AgentName if is_agent => said.name.as_str(),
                Column::Role => said.role.as_str(),
                Column::Time => said.time.as_str(),
                Column::Text => message.text.as_str(),
                _ => return None,
            })
        };
        let cells =
            COLUMNS.map(|column| Cell::Text(of_message(column).unwrap_or_else(|| of_thread(column)).to_owned()));
        let row = Row::Sheet(&cells);
        match &message.said {
            Ok(_) => gather.row(message.line, row),
            // A title above the first message is no message of the conversation.
            Err(fault) if fault.code == NO_SPEAKER => gather.lost(message.line, Row::Sheet(&[]), fault.clone()),
            Err(fault) => gather.lost(message.line, row, fault.clone()),
        }
    }
}

fn role_of(mapping: &Mapping, who: Who<'_>) -> Option<Role> {
    let named = |name: &str| mapping.speaker(name, Anybody::IsNobody);
    match who {
        Who::Speaker(name) => mapping.speaker(name, Anybody::MayBeGiven),
        // Those who are known by name are who they are, whatever the shape says.
        Who::Agent(name) => named(name).or(Some(Role::Agent)),
        Who::Customer(name) => named(name).or(Some(Role::Customer)),
        Who::Role(word, _) => mapping.speaker(word, Anybody::MayBeGiven),
    }
}

/// Whether the speaker of a head without a time is one who was named: any line may have a colon.
fn is_known(mapping: &Mapping, line: &Line<'_>) -> bool {
    match line {
        Line::Head(head) => match head.who {
            Who::Speaker(name) | Who::Role(name, _) => mapping.speaker(name, Anybody::IsNobody).is_some(),
            Who::Agent(_) | Who::Customer(_) => true,
        },
        _ => false,
    }
}

/// The mapping and the way of parting that a chat's rows are gathered with.
pub(super) fn gather_options(options: &InputOptions, templates: &Templates) -> Arc<InputOptions> {
    let mut own = options.clone();
    // Its columns are ours; words for roles were asked before.
    own.mapping = Mapping::of_own_names(&COLUMNS);
    // Who speaks was noted by name.
    own.survey = None;
    if own.sessions.is_none() && !templates.tell_conversations() {
        own.sessions = Some(Arc::clone(&options.chat_sessions));
    }
    Arc::new(own)
}
