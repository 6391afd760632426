//! Screens customer-service conversations for breaches of the service rules.
pub mod conversation;
pub mod dictionary;
pub mod operator;
pub mod screening;
pub mod text;
