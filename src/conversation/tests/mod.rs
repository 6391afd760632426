//! Properties that hold across the readers.

mod record;
