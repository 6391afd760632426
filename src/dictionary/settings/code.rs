//! The stable codes of what is wrong with settings; `docs/settings.md` names each. Those of any file of TOML come beside them.

/// A value that the option does not take.
pub const BAD_VALUE: &str = "bad-value";
/// A form of settings that this version does not read.
pub const UNKNOWN_FORMAT: &str = "unknown-format";
/// A pattern of file names that is none.
pub const BAD_PATTERN: &str = "bad-pattern";
/// Service hours that nobody can keep.
pub const BAD_HOURS: &str = "bad-hours";
/// Two profiles with one name.
pub const DUPLICATE_PROFILE: &str = "duplicate-profile";
/// More profiles, exports or entries of a list than anybody writes.
pub const TOO_MANY: &str = "too-many";
/// A file larger than settings may be.
pub const TOO_LARGE: &str = "too-large";
/// A rule that no pack has.
pub const UNKNOWN_RULE: &str = "unknown-rule";
/// A parameter that the rule does not have.
pub const UNKNOWN_PARAMETER: &str = "unknown-parameter";
/// A pack that is not there.
pub const UNKNOWN_PACK: &str = "unknown-pack";
/// A rulebook that is not there.
pub const UNKNOWN_RULEBOOK: &str = "unknown-rulebook";
/// A zone that is not in the database.
pub const UNKNOWN_ZONE: &str = "unknown-zone";
/// A term that the rule does not have.
pub const UNKNOWN_TERM: &str = "unknown-term";
/// A profile that an earlier one leaves nothing to.
pub const IDLE_PROFILE: &str = "idle-profile";
/// An export that an earlier one leaves nothing to.
pub const IDLE_EXPORT: &str = "idle-export";

/// All codes of this kind.
pub const ALL: &[&str] = &[
    BAD_VALUE,
    UNKNOWN_FORMAT,
    BAD_PATTERN,
    BAD_HOURS,
    DUPLICATE_PROFILE,
    TOO_MANY,
    TOO_LARGE,
    UNKNOWN_RULE,
    UNKNOWN_PARAMETER,
    UNKNOWN_PACK,
    UNKNOWN_RULEBOOK,
    UNKNOWN_ZONE,
    UNKNOWN_TERM,
    IDLE_PROFILE,
    IDLE_EXPORT,
];
