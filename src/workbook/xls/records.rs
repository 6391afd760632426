//! The records of which an old workbook is made.

/// A record that goes on with the one before.
const MORE: u16 = 0x003C;

/// A record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) data: &'a [u8],
}

/// Records one after the other.
#[derive(Debug, Clone)]
pub(super) struct Records<'a> {
    rest: &'a [u8],
    is_cut: bool,
}

impl<'a> Records<'a> {
    pub(super) fn new(stream: &'a [u8], at: usize) -> Records<'a> {
        Records { rest: stream.get(at..).unwrap_or_default(), is_cut: at >= stream.len() }
    }

    pub(super) fn next(&mut self) -> Option<Record<'a>> {
        let (kind, length) = (short(self.rest, 0), short(self.rest, 2));
        let record = kind
            .zip(length)
            .and_then(|(kind, length)| Some(Record { kind, data: self.rest.get(4..4 + usize::from(length))? }));
        match record {
            Some(record) => self.rest = self.rest.get(4 + record.data.len()..).unwrap_or_default(),
            // Every part has a record that ends it.
            None => self.is_cut = true,
        }
        record
    }

    /// Whether the records ended without one that says so.
    pub(super) fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// What a record holds, with the records that go on with it.
    pub(super) fn with_more(&mut self, data: &'a [u8]) -> Vec<&'a [u8]> {
        let mut all = vec![data];
        while short(self.rest, 0) == Some(MORE) {
            let Some(more) = self.next() else { break };
            all.push(more.data);
        }
        all
    }
}

pub(super) fn short(data: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

pub(super) fn long(data: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*data.get(at..)?.first_chunk()?))
}

pub(super) fn double(data: &[u8], at: usize) -> Option<f64> {
    Some(f64::from_le_bytes(*data.get(at..)?.first_chunk()?))
}
