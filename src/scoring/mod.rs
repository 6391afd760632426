//! Rulebooks: what a confirmed violation costs, by edition and day.
//!
//! Scoring knows nothing of how violations are found; it is given ids of rules and gives exact points.

mod edition;
mod load;
mod points;
mod preview;
mod problem;
mod rulebook;

pub use edition::{CasePolicy, schema};
pub use points::{Points, PointsError};
pub use preview::{AgentPreview, preview};
pub use problem::{CODES, Problem, ProblemKind};
pub use rulebook::{Edition, Item, Rulebook, Rulebooks};
