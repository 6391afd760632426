//! A corpus of generated chat, the same for a seed on every machine: for the benches and `examples/generate.rs`.

#![allow(dead_code, reason = "each program that includes this uses a part of it")]

pub(crate) mod chat;
pub(crate) mod filler;
pub(crate) mod phrases;
pub(crate) mod random;
