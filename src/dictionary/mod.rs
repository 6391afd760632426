//! Dictionaries as written: packs, rules, terms and the shared tables, with the file and line of each.
//!
//! [`Files`] holds the bytes of a folder, [`Dictionary::load`] makes types of them and reports what is wrong as
//! [`Diagnostic`]s, [`lint`] finds what is well-formed and yet not what was meant, [`canonical`] tells whether two
//! dictionaries find the same, and [`diff`] says in what they differ.

pub mod allow;
pub mod canonical;
mod classes;
pub mod code;
pub mod diagnostic;
pub mod diff;
mod disk;
mod examples;
mod excerpt;
pub mod files;
mod fold;
pub mod follow;
mod keys;
mod lines;
pub mod lint;
mod literals;
mod load;
mod manifest;
mod name;
mod nearest;
pub mod pack;
mod parameters;
mod problems;
mod rule;
mod rulebooks;
pub mod scaffold;
mod segmentation;
pub mod settings;
mod source;
mod table;
pub mod term_list;
mod terms;
pub mod written;

#[cfg(test)]
mod load_tests;
#[cfg(test)]
mod mutation_tests;

pub use diagnostic::{Diagnostic, Severity};
pub(crate) use examples::{character_column, reason};
pub use files::Files;
pub use lint::lint;
pub(crate) use nearest::nearest;
pub use pack::*;
pub use written::schema;
