//! Whatever bytes lie in a folder, reading it ends in problems and never in a panic.

use super::canonical::digest;
use super::files::Files;
use super::lint::lint;
use super::load_tests::folder;
use super::pack::Dictionary;

/// Random numbers that are the same every time (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let number = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        usize::try_from(number).unwrap_or_default() % bound.max(1)
    }
}

const PIECES: [&[u8]; 21] = [
    b"\t",
    b"\n",
    b"\r\n",
    b"\"",
    b"\\",
    b"[[rule]]\n",
    b"[[allow]]\n",
    b"[",
    b"]",
    b"=",
    b"|",
    b"\xff",
    b"\xe5\x90",
    b"\0",
    b"U+110000",
    b"{",
    b"99999999999999999999",
    b"\xef\xbb\xbf",
    b"\"\"\"",
    b"{\"say\":",
    "后台".as_bytes(),
];

fn mutate(bytes: &mut Vec<u8>, dice: &mut Dice) {
    for _ in 0..=dice.below(3) {
        let at = dice.below(bytes.len() + 1);
        let end = (at + dice.below(12)).min(bytes.len());
        match dice.below(5) {
            0 => {
                bytes.drain(at..end);
            }
            1 => {
                bytes.splice(at..at, PIECES[dice.below(PIECES.len())].iter().copied());
            }
            2 => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = u8::try_from(dice.below(256)).unwrap_or_default();
                }
            }
            3 => {
                let part = bytes[at..end].to_vec();
                let to = dice.below(bytes.len() + 1);
                bytes.splice(to..to, part);
            }
            _ => bytes.truncate(at),
        }
    }
}

fn read(files: &Files) {
    let (dictionary, problems) = Dictionary::load(files);
    for problem in &problems {
        assert!(!problem.to_string().is_empty());
    }
    let (_, problems) = dictionary.read_rulebooks(files);
    for problem in problems.iter().chain(&lint(&dictionary, files)) {
        assert!(!problem.to_string().is_empty());
    }
    for rule in dictionary.packs.iter().flat_map(|pack| &pack.rules) {
        digest(rule);
    }
}

fn mutated(base: &Files, times: usize, dice: &mut Dice) {
    let paths: Vec<String> = base.iter().map(|(path, _)| path.to_owned()).collect();
    for _ in 0..times {
        let path = &paths[dice.below(paths.len())];
        let mut bytes = base.get(path).unwrap_or_default().to_vec();
        mutate(&mut bytes, dice);
        // Only what the file has to do with: its pack, or the other shared files of its folder.
        let folder = path.split('/').next().unwrap_or_default();
        let near = base.iter().filter(|(other, _)| other.starts_with(folder));
        let mut files: Files = near.collect();
        files.insert(path.clone(), bytes);
        read(&files);
    }
}

/// The first lines of a table stand for all of them: 2,000 readings of every term would take minutes.
fn head<'b>(path: &str, bytes: &'b [u8]) -> &'b [u8] {
    const HEAD: usize = 1_024;
    let cut = bytes.get(..HEAD).filter(|_| path.rsplit('.').next() != Some("toml"));
    cut.and_then(|cut| cut.iter().rposition(|byte| *byte == b'\n').and_then(|end| cut.get(..=end))).unwrap_or(bytes)
}

#[test]
fn mutated_bytes_never_panic() {
    let mut files = folder();
    for (path, bytes) in Files::built_in().iter() {
        files.insert(path, head(path, bytes));
    }
    mutated(&files, 2_000, &mut Dice(0x9e37_79b9_7f4a_7c15));
}
