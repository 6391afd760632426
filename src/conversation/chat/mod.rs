//! Plain chat exports: text in which some lines tell who speaks, and the lines after them are what is said.

mod field;
mod line;
mod preset;
mod template;
mod template_error;

pub use preset::{Preset, Recognised, Templates, TemplatesError};
pub use template::Template;
pub use template_error::TemplateError;

pub(super) use line::{Head, HeadTime, Line, Who};
