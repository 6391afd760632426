//! Conversations.
mod record; mod time; mod zone;
pub use record::*; pub use time::*; pub use zone::*;
