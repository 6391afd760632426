//! Screens customer-service conversations for breaches of the service rules.
pub mod cli;
#[cfg(feature = "tables")]
pub mod columnar;
pub mod conversation;
pub mod dictionary;
pub mod operator;
pub mod scoring;
pub mod screening;
pub mod text;
pub mod workbook;
