//! The footer of a Parquet file, walked before its reader allocates what it claims.

use super::source::Shared;
use super::thrift::{Kind, Thrift};
use super::{ColumnarError, MARK};

/// Bytes of a footer. One of 5 GB in row groups of 1 MiB has about as many.
const MAX_FOOTER: u64 = 16 << 20;

/// Columns of a file, with those inside others.
const MAX_COLUMNS: usize = 4_096;

/// How deep columns may be nested: a list in a list takes four.
const MAX_DEPTH: usize = 16;

/// Fields of the footer.
const SCHEMA: i64 = 2;
const NUMBER_OF_CHILDREN: i64 = 5;

/// Refuses a footer that is too big, too wide or too deep, or claims more than it holds.
pub(super) fn check(source: &Shared) -> Result<(), ColumnarError> {
    let broken = || ColumnarError::broken("its end does not describe it");
    let tail_at = source.size().checked_sub(8).ok_or_else(broken)?;
    let tail = source.bytes(tail_at, 8).map_err(ColumnarError::broken)?;
    let (length, mark) = tail.split_first_chunk::<4>().ok_or_else(broken)?;
    if mark == b"PARE" {
        return Err(ColumnarError::broken("it is encrypted"));
    }
    if mark != MARK {
        return Err(ColumnarError::broken("it is cut short"));
    }
    let length = u64::from(u32::from_le_bytes(*length));
    let at = tail_at.checked_sub(length).ok_or_else(broken)?;
    if length > MAX_FOOTER {
        return Err(ColumnarError::TooBig { mebibytes: MAX_FOOTER >> 20 });
    }
    let footer = source.bytes(at, usize::try_from(length).unwrap_or(0)).map_err(ColumnarError::broken)?;
    let mut children = Vec::new();
    let mut fits = true;
    let walked = Thrift::new(&footer).structure(&mut |fields, number, kind| match (number, kind) {
        (SCHEMA, Kind::List) => {
            let (size, kind) = fields.list()?;
            fits = size <= MAX_COLUMNS;
            // A second list would be another schema than the one that was looked at.
            if !fits || kind != Kind::Struct || !children.is_empty() {
                return None;
            }
            (0..size).try_for_each(|_| element(fields, &mut children))
        }
        _ => fields.skip(kind),
    });
    if !fits || depth(&children) > MAX_DEPTH {
        return Err(ColumnarError::TooWide { columns: MAX_COLUMNS, depth: MAX_DEPTH });
    }
    walked.ok_or_else(broken)
}

/// One element of the schema: how many stand below it.
fn element(fields: &mut Thrift<'_>, children: &mut Vec<i64>) -> Option<()> {
    let mut count = 0;
    fields.structure(&mut |element, number, kind| match (number, kind) {
        (NUMBER_OF_CHILDREN, Kind::Int) => {
            count = element.int()?;
            Some(())
        }
        _ => element.skip(kind),
    })?;
    children.push(count);
    Some(())
}

/// How deep elements stand that are listed parents first.
fn depth(children: &[i64]) -> usize {
    let (mut open, mut deepest) = (Vec::<i64>::new(), 0);
    for &count in children {
        while open.last() == Some(&0) {
            open.pop();
        }
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        if count > 0 {
            open.push(count);
            deepest = deepest.max(open.len());
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_seen_before_anything_is_built() {
        assert_eq!(depth(&[2, 0, 0]), 1);
        assert_eq!(depth(&[2, 1, 1, 0, 0]), 3);
        assert_eq!(depth(&[2, 0, 1, 0]), 2);
        assert_eq!(depth(&vec![1; 4_000]), 4_000);
        assert_eq!(depth(&[]), 0);
    }
}
