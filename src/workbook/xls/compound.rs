//! The file system inside of old office files: streams with names, in chains of sectors.

/// A sector number of this size or more means none.
const NO_SECTOR: u32 = 0xFFFF_FFFA;

/// Streams shorter than this lie in small sectors.
const SMALL_STREAM: usize = 4_096;
const SMALL_SECTOR: usize = 64;

/// Where the list of tables of sectors begins in the head of the file.
const LIST_AT: usize = 76;
const LISTED: usize = 109;

/// The streams of a file.
pub(super) struct Streams<'b> {
    sectors: Sectors<'b>,
    entries: Vec<Entry>,
    small: Vec<u8>,
    next_small: Vec<u32>,
}

struct Entry {
    name: String,
    start: u32,
    size: usize,
}

struct Sectors<'b> {
    bytes: &'b [u8],
    size: usize,
    /// Which sector follows each.
    next: Vec<u32>,
}

impl<'b> Streams<'b> {
    /// `None`: it is no such file, or a broken one.
    pub(super) fn of(bytes: &'b [u8]) -> Option<Streams<'b>> {
        let size = match bytes.get(30..32)? {
            [9, 0] => 512,
            [12, 0] => 4_096,
            _ => return None,
        };
        let mut sectors = Sectors { bytes, size, next: Vec::new() };
        sectors.next = sectors.tables()?;
        let directory = sectors.chain(long(bytes, 48)?, usize::MAX);
        let entries: Vec<Entry> = directory.chunks_exact(128).filter_map(Entry::of).collect();
        let root = entries.first()?;
        let small = sectors.chain(root.start, root.size);
        let next_small = longs(&sectors.chain(long(bytes, 60)?, usize::MAX)).collect();
        Some(Streams { sectors, entries, small, next_small })
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The bytes of a stream, as many as there are.
    pub(super) fn read(&self, name: &str) -> Option<Vec<u8>> {
        let entry = self.find(name)?;
        if entry.size >= SMALL_STREAM {
            return Some(self.sectors.chain(entry.start, entry.size));
        }
        let sector = |id: u32| piece(&self.small, (id as usize).checked_mul(SMALL_SECTOR)?, SMALL_SECTOR);
        Some(follow(entry.start, entry.size, &self.next_small, sector))
    }
}

impl<'b> Sectors<'b> {
    fn sector(&self, id: u32) -> Option<&'b [u8]> {
        // The head takes the place of the first one.
        piece(self.bytes, (id as usize).checked_add(1)?.checked_mul(self.size)?, self.size)
    }

    /// Which sector follows each, from all tables.
    fn tables(&self) -> Option<Vec<u32>> {
        let mut list: Vec<u32> = longs(self.bytes.get(LIST_AT..LIST_AT + LISTED * 4)?).collect();
        let mut more = long(self.bytes, 68)?;
        let most = self.bytes.len() / self.size + 1;
        // A list that leads back into itself ends somewhere.
        for _ in 0..most {
            let Some(sector) = Some(more).filter(|more| *more < NO_SECTOR).and_then(|more| self.sector(more)) else {
                break;
            };
            let mut ids: Vec<u32> = longs(sector).collect();
            more = ids.pop().unwrap_or(NO_SECTOR);
            list.append(&mut ids);
        }
        let ids = list.into_iter().filter(|id| *id < NO_SECTOR).take(most);
        Some(ids.filter_map(|id| self.sector(id)).flat_map(longs).take(most).collect())
    }

    fn chain(&self, start: u32, size: usize) -> Vec<u8> {
        follow(start, size, &self.next, |id| self.sector(id))
    }
}

/// The bytes of a chain of sectors. One that leads back into itself ends when it has been as long as all of them.
fn follow<'a>(start: u32, size: usize, next: &[u32], sector: impl Fn(u32) -> Option<&'a [u8]>) -> Vec<u8> {
    let (mut bytes, mut id) = (Vec::new(), start);
    for _ in 0..=next.len() {
        let Some(sector) = Some(id).filter(|id| *id < NO_SECTOR).and_then(&sector) else { break };
        bytes.extend_from_slice(sector);
        if bytes.len() >= size {
            bytes.truncate(size);
            break;
        }
        id = next.get(id as usize).copied().unwrap_or(NO_SECTOR);
    }
    bytes
}

impl Entry {
    fn of(bytes: &[u8]) -> Option<Entry> {
        let letters = bytes.get(..64)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let name = letters.take_while(|letter| *letter != 0).collect::<Vec<_>>();
        let size = usize::try_from(long(bytes, 120)?).ok()?;
        Some(Entry { name: String::from_utf16_lossy(&name), start: long(bytes, 116)?, size })
    }
}

/// Up to `size` bytes from a place on; the last sector may be cut.
fn piece(bytes: &[u8], at: usize, size: usize) -> Option<&[u8]> {
    let rest = bytes.get(at..).filter(|rest| !rest.is_empty())?;
    Some(&rest[..size.min(rest.len())])
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn longs(bytes: &[u8]) -> impl Iterator<Item = u32> + '_ {
    bytes.chunks_exact(4).map(|four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}
