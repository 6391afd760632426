//! Screens customer-service conversations.

pub mod dictionary;
pub mod scoring;
