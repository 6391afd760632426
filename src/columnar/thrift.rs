//! The compact form of Thrift in which Parquet files describe themselves, as far as it takes to see how much they claim.

/// How deep structures may be nested.
const MAX_DEPTH: u32 = 32;

/// The type of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A truth value, which a field holds in its type.
    Flag(bool),
    Byte,
    Int,
    Double,
    Bytes,
    List,
    Map,
    Struct,
    Uuid,
}

impl Kind {
    fn of(code: u8) -> Option<Kind> {
        Some(match code {
            1 => Kind::Flag(true),
            2 => Kind::Flag(false),
            3 => Kind::Byte,
            4..=6 => Kind::Int,
            7 => Kind::Double,
            8 => Kind::Bytes,
            9 | 10 => Kind::List,
            11 => Kind::Map,
            12 => Kind::Struct,
            13 => Kind::Uuid,
            _ => return None,
        })
    }
}

/// Bytes that are read from their beginning. `None` everywhere: they end too early, or are none of this form.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thrift<'a> {
    rest: &'a [u8],
    last_field: i64,
    depth: u32,
}

/// What comes next in a structure.
enum Field {
    /// A field of this number and type.
    Of(i64, Kind),
    /// Nothing.
    End,
}

impl<'a> Thrift<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Thrift<'a> {
        Thrift { rest: bytes, last_field: 0, depth: 0 }
    }

    /// How many bytes are left.
    pub(super) fn left(&self) -> usize {
        self.rest.len()
    }

    /// The next field of a structure.
    fn field(&mut self) -> Option<Field> {
        let head = self.byte()?;
        let (step, kind) = (head >> 4, head & 0x0F);
        if kind == 0 {
            return Some(Field::End);
        }
        self.last_field = match step {
            0 => self.int()?,
            step => self.last_field.checked_add(i64::from(step))?,
        };
        Some(Field::Of(self.last_field, Kind::of(kind)?))
    }

    /// Reads a structure inside this one; `read` is shown each field and has to read or skip its value.
    pub(super) fn structure(&mut self, read: &mut dyn FnMut(&mut Thrift<'a>, i64, Kind) -> Option<()>) -> Option<()> {
        let mut inner = Thrift { rest: self.rest, last_field: 0, depth: self.depth + 1 };
        if inner.depth > MAX_DEPTH {
            return None;
        }
        while let Field::Of(number, kind) = inner.field()? {
            read(&mut inner, number, kind)?;
        }
        self.rest = inner.rest;
        Some(())
    }

    /// The length and type of a list. Each of its values takes a byte at least.
    pub(super) fn list(&mut self) -> Option<(usize, Kind)> {
        let head = self.byte()?;
        let size = match head >> 4 {
            15 => usize::try_from(self.unsigned()?).ok()?,
            size => usize::from(size),
        };
        let kind = Kind::of(head & 0x0F)?;
        (size <= self.rest.len()).then_some((size, kind))
    }

    pub(super) fn int(&mut self) -> Option<i64> {
        let value = self.unsigned()?;
        Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
    }

    /// Passes over a value.
    pub(super) fn skip(&mut self, kind: Kind) -> Option<()> {
        match kind {
            Kind::Flag(_) => Some(()),
            Kind::Byte => self.pass(1),
            Kind::Int => self.unsigned().map(drop),
            Kind::Double => self.pass(8),
            Kind::Uuid => self.pass(16),
            Kind::Bytes => {
                let length = usize::try_from(self.unsigned()?).ok()?;
                self.pass(length)
            }
            Kind::Struct => self.structure(&mut |inner, _, kind| inner.skip(kind)),
            Kind::List => {
                let (size, kind) = self.list()?;
                (0..size).try_for_each(|_| self.element(kind))
            }
            Kind::Map => {
                let size = usize::try_from(self.unsigned()?).ok()?;
                if size == 0 {
                    return Some(());
                }
                let kinds = self.byte()?;
                let (key, value) = (Kind::of(kinds >> 4)?, Kind::of(kinds & 0x0F)?);
                (0..size).try_for_each(|_| {
                    self.element(key)?;
                    self.element(value)
                })
            }
        }
    }

    /// A truth value has a byte of its own outside of fields.
    fn element(&mut self, kind: Kind) -> Option<()> {
        if self.depth > MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let passed = if let Kind::Flag(_) = kind { self.pass(1) } else { self.skip(kind) };
        self.depth -= 1;
        passed
    }

    fn pass(&mut self, count: usize) -> Option<()> {
        self.rest = self.rest.get(count..)?;
        Some(())
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn unsigned(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_shown_and_others_passed_over() {
        // 1: i32 -3, 2: list of two i32, 4: bytes "ab", 5: true, end, and what does not belong to it.
        let bytes = [0x15, 0x05, 0x19, 0x25, 0x02, 0x04, 0x28, 0x02, b'a', b'b', 0x11, 0x00, 0xFF];
        let mut thrift = Thrift::new(&bytes);
        let mut seen = Vec::new();
        thrift
            .structure(&mut |inner, number, kind| {
                seen.push((number, kind));
                if number == 1 {
                    assert_eq!(inner.int(), Some(-3));
                    return Some(());
                }
                inner.skip(kind)
            })
            .unwrap();
        assert_eq!(seen, [(1, Kind::Int), (2, Kind::List), (4, Kind::Bytes), (5, Kind::Flag(true))]);
        assert_eq!(thrift.left(), 1);
        for end in 0..bytes.len() - 1 {
            let mut cut = Thrift::new(&bytes[..end]);
            assert_eq!(cut.structure(&mut |inner, _, kind| inner.skip(kind)), None, "{end}");
        }
    }

    #[test]
    fn claims_and_depth_are_bounded() {
        // A list that claims 2^31 values and holds none.
        assert_eq!(Thrift::new(&[0xF5, 0x80, 0x80, 0x80, 0x80, 0x08]).list(), None);
        assert_eq!(Thrift::new(&vec![0x1C; 100_000]).skip(Kind::Struct), None);
        assert_eq!(Thrift::new(&vec![0x19; 100_000]).skip(Kind::List), None);
    }
}
