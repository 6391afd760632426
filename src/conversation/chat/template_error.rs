//! What can be wrong with a line template.

use thiserror::Error;

use super::field::Field;

/// What is wrong with a line template.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum TemplateError {
    /// A brace without its other one.
    #[error("`{template}`: a brace is open; write fields like {{speaker}}")]
    OpenBrace {
        /// The template.
        template: String,
    },
    /// No field of that name.
    #[error("`{template}`: there is no field {{{field}}}; the fields are {}", known())]
    UnknownField {
        /// The template.
        template: String,
        /// The name given.
        field: String,
    },
    /// A field asked for twice.
    #[error("`{template}`: {{{field}}} stands twice; keep one of them, or write {{*}} for what is left aside")]
    Twice {
        /// The template.
        template: String,
        /// The field.
        field: &'static str,
    },
    /// Two fields with nothing between them.
    #[error("`{template}`: nothing stands between {{{one}}} and {{{next}}}, so nobody can tell where one ends")]
    Adjacent {
        /// The template.
        template: String,
        /// A field.
        one: &'static str,
        /// The one behind it.
        next: &'static str,
    },
    /// Something behind the message's text.
    #[error("`{template}`: {{text}} is the rest of the line and must stand last")]
    TextNotLast {
        /// The template.
        template: String,
    },
    /// A time or text that nobody says.
    #[error("`{template}`: a message needs who speaks; add {{speaker}}, {{agent}}, {{customer}} or {{role}}")]
    NobodySpeaks {
        /// The template.
        template: String,
    },
    /// Too long, or nothing at all.
    #[error("`{template}`: a template has 1 to 200 characters")]
    Length {
        /// The beginning of the template.
        template: String,
    },
}

fn known() -> String {
    let words = Field::ALL.iter().map(|field| format!("{{{}}}", field.word()));
    format!("{}; {{time:dmy}} and {{time:mdy}} for days like 5/3/2018", words.collect::<Vec<_>>().join(", "))
}

impl TemplateError {
    /// A code that stays the same across versions.
    pub fn code(&self) -> &'static str {
        match self {
            TemplateError::OpenBrace { .. } => "template-brace",
            TemplateError::UnknownField { .. } => "template-field",
            TemplateError::Twice { .. } => "template-twice",
            TemplateError::Adjacent { .. } => "template-adjacent",
            TemplateError::TextNotLast { .. } => "template-text",
            TemplateError::NobodySpeaks { .. } => "template-speaker",
            TemplateError::Length { .. } => "template-length",
        }
    }
}
