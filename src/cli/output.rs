//! Output files: written beside their name and moved there when complete, so that a file that stands there is whole.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Where bytes go.
pub(super) enum Output {
    /// To standard output.
    Stdout(BufWriter<io::Stdout>),
    /// To a file, through `FILE.partial` where it is a regular one.
    File { writer: BufWriter<File>, partial: Option<PathBuf>, path: PathBuf },
}

/// The file that is written first and then put in the place of `path`.
pub(super) fn partial_name(path: &Path) -> PathBuf {
    let mut name = OsString::from(path.as_os_str());
    name.push(".partial");
    PathBuf::from(name)
}

impl Output {
    pub(super) fn stdout() -> Self {
        Self::Stdout(BufWriter::with_capacity(1 << 16, io::stdout()))
    }

    /// A file; `-` is standard output. Devices and pipes are written directly.
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        if path.as_os_str() == "-" {
            return Ok(Self::stdout());
        }
        let special = path.metadata().is_ok_and(|metadata| !metadata.is_file());
        let partial = (!special).then(|| partial_name(path));
        let target = partial.as_deref().unwrap_or(path);
        let file = File::create(target).with_context(|| format!("{}: cannot be written", target.display()))?;
        Ok(Self::File { writer: BufWriter::with_capacity(1 << 20, file), partial, path: path.to_owned() })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> anyhow::Result<()> {
        match self {
            Self::Stdout(writer) => writer.write_all(bytes).context("standard output"),
            Self::File { writer, path, .. } => {
                writer.write_all(bytes).with_context(|| format!("{}: cannot be written", path.display()))
            }
        }
    }

    /// Passes on what was written so far, where somebody may be reading along. A regular file waits until it is full.
    pub(super) fn hand_over(&mut self) -> anyhow::Result<()> {
        match self {
            Self::Stdout(writer) => writer.flush().context("standard output"),
            Self::File { writer, partial: None, path } => {
                writer.flush().with_context(|| format!("{}: cannot be written", path.display()))
            }
            Self::File { partial: Some(_), .. } => Ok(()),
        }
    }

    /// Puts the finished file in its place.
    pub(super) fn finish(self) -> anyhow::Result<()> {
        match self {
            Self::Stdout(mut writer) => writer.flush().context("standard output"),
            Self::File { mut writer, partial, path } => {
                writer.flush().with_context(|| format!("{}: cannot be written", path.display()))?;
                let file = writer.into_inner().map_err(io::IntoInnerError::into_error)?;
                if let Some(partial) = partial {
                    file.sync_all().with_context(|| format!("{}: cannot be written", partial.display()))?;
                    drop(file);
                    std::fs::rename(&partial, &path)
                        .with_context(|| format!("{}: cannot be put in place", path.display()))?;
                }
                Ok(())
            }
        }
    }

    /// Leaves what was written under its partial name; returns that name.
    pub(super) fn abandon(self) -> Option<PathBuf> {
        match self {
            Self::Stdout(mut writer) => {
                // The run has failed or was interrupted; what can be shown is shown.
                let _ = writer.flush();
                None
            }
            Self::File { mut writer, partial, .. } => {
                let _ = writer.flush();
                partial
            }
        }
    }
}
