//! Screens customer-service conversations for breaches of the service rules.
pub mod cli;
pub mod conversation;
pub mod dictionary;
pub mod operator;
pub mod scoring;
pub mod screening;
pub mod text;
pub mod workbook;
