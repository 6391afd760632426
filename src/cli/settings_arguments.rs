//! The arguments about settings.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::arguments::{ContextArguments, InputArguments, RuleArguments};

/// Which settings are used.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct SettingsArguments {
    /// The settings file: options, how exports are read, profiles [default: the one that `ZHIJIAN_SETTINGS` names, else
    /// zhijian.toml in the current folder, where there is one]
    #[arg(long, value_name = "FILE")]
    pub(super) settings: Option<PathBuf>,
    /// Use no settings file
    #[arg(long, conflicts_with = "settings")]
    pub(super) no_settings: bool,
}

/// Which settings and which profile of them are used.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct ProfileArguments {
    #[command(flatten)]
    pub(super) settings: SettingsArguments,
    /// Use this profile of the settings for every conversation
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum SettingsCommand {
    /// Check a settings file: every problem with file, line and column
    Check(SettingsCheckArguments),
    /// Show what holds, as TOML that could be pasted into a settings file
    Show(Box<SettingsShowArguments>),
    /// Print the JSON Schema of settings files, for editors
    Schema,
}

#[derive(Debug, Args)]
pub(super) struct SettingsCheckArguments {
    /// The file [default: the one that a run would use]
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// Warnings fail too
    #[arg(long)]
    pub(super) strict: bool,
}

#[derive(Debug, Args)]
pub(super) struct SettingsShowArguments {
    /// Say of each line where it comes from
    #[arg(long)]
    pub(super) origin: bool,
    #[command(flatten)]
    pub(super) profile: ProfileArguments,
    #[command(flatten)]
    pub(super) rules: RuleArguments,
    #[command(flatten)]
    pub(super) input: InputArguments,
    #[command(flatten)]
    pub(super) context: ContextArguments,
    /// As of `screen`
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// As of `screen`
    #[arg(long)]
    pub(super) all: bool,
    /// As of `screen`
    #[arg(long)]
    pub(super) strict: bool,
}
