//! Dictionary as written.
mod pack; mod diagnostic; mod excerpt;
pub use pack::*; pub use diagnostic::*;
