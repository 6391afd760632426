//! Screening: packs compiled into a rule set, one conversation in, one screening out, whole files in parallel.

mod evaluation;
mod explain;
mod form;
mod hash;
mod identity;
mod incomplete;
mod lint;
mod overrides;
mod pipeline;
mod preview;
mod reading;
mod rule_set;
mod screener;
mod separate;
mod tally;
mod trial;

pub use evaluation::{Difference, DifferenceKind, Evaluation, Judged, Label, Score, Share};
pub use explain::{ExplainedHit, ExplainedMessage, Explanation, Fate};
pub use form::{AgentPreview, Candidate, Evidence, FORMAT, Outcome, Preview, RuleNotEvaluated, Screening, Signal};
pub use identity::finding_id;
pub use incomplete::leave_course_open;
pub use lint::CleanHits;
pub use overrides::Overrides;
pub use pipeline::{Pipeline, Render, Run, Sink, Stop};
pub use preview::join_preview;
pub use rule_set::{BEHAVIOUR, CompiledRule, CompiledTerm, HMM, RuleSet, RuleSetError, RuleSetOptions};
pub use screener::{LiveScreening, ResponseTimes, Screener};
pub use tally::{AgentCount, RuleCount, Summary, Tally, Waiting};
pub use trial::{Example, Expected, Shortfall, try_dictionary};
