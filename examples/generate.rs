//! Makes a corpus of chat that looks like a real one, and a pack of terms that fills the dictionary up to a size.
//!
//! ```text
//! cargo run --release --example generate -- --messages 6000000 --seed 1 -o big.jsonl
//! cargo run --release --example generate -- --fill-to 1000 --pack packs
//! ```
//!
//! The same arguments give the same bytes on every machine. Nothing is kept in memory but one conversation.

#[path = "../benches/corpus/mod.rs"]
mod corpus;

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use clap::Parser;
use corpus::chat::Chat;
use corpus::filler::{filler, write_pack};
use zhijian::dictionary::{Dictionary, Files};

/// Makes a corpus of chat, and a pack of terms
#[derive(Debug, Parser)]
struct Arguments {
    /// Messages to make; conversations are whole, so there may be a few more
    #[arg(long, default_value_t = 100_000)]
    messages: u64,
    /// Make every conversation this long instead of 4 to 40 messages
    #[arg(long, value_name = "N")]
    each: Option<u64>,
    /// What the corpus is made from: the same number, the same corpus
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the conversations go, one a line; - is standard output
    #[arg(short, long, value_name = "FILE", conflicts_with_all = ["terms", "fill_to"])]
    output: Option<PathBuf>,
    /// Terms to make for the pack `filler`
    #[arg(long, value_name = "N", requires = "pack")]
    terms: Option<usize>,
    /// Terms that the built-in packs and the pack `filler` have together
    #[arg(long, value_name = "N", requires = "pack", conflicts_with = "terms")]
    fill_to: Option<usize>,
    /// The folder in which the folder `filler` is made
    #[arg(long, value_name = "DIR")]
    pack: Option<PathBuf>,
}

/// A filler pack has at least this many terms.
const FEWEST_TERMS: usize = 100;

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if let Some(folder) = &arguments.pack {
        let count = match (arguments.terms, arguments.fill_to) {
            (Some(terms), _) => terms,
            // The built-in packs may have as many already; some rare terms are wanted all the same.
            (None, Some(total)) => total.saturating_sub(shipped_terms()).max(FEWEST_TERMS),
            (None, None) => bail!("--pack needs --terms N or --fill-to N"),
        };
        let folder = folder.join("filler");
        return write_pack(&folder, &filler(count, arguments.seed))
            .with_context(|| format!("{}: cannot be written", folder.display()));
    }
    let Some(output) = &arguments.output else { bail!("give -o FILE for a corpus, or --pack DIR for a pack") };
    let mut out: Box<dyn Write> = if output.as_os_str() == "-" {
        Box::new(io::stdout().lock())
    } else {
        Box::new(File::create(output).with_context(|| format!("{}: cannot be written", output.display()))?)
    };
    write_corpus(&arguments, &mut BufWriter::with_capacity(1 << 20, &mut out))
}

fn write_corpus(arguments: &Arguments, out: &mut impl Write) -> anyhow::Result<()> {
    let mut chat = Chat::new(arguments.seed);
    let mut made = 0;
    let mut line = String::new();
    while made < arguments.messages {
        line.clear();
        made += match arguments.each {
            Some(each) => {
                chat.push_with(each, &mut line);
                each.max(1)
            }
            None => chat.push(&mut line),
        };
        out.write_all(line.as_bytes())?;
    }
    out.flush()?;
    Ok(())
}

/// The terms of all built-in packs that are looked up in messages or say what has to be said.
fn shipped_terms() -> usize {
    let (dictionary, _) = Dictionary::load(&Files::built_in());
    dictionary.packs.iter().flat_map(|pack| &pack.rules).map(|rule| rule.terms.len()).sum()
}
