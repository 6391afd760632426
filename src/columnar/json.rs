//! A value as JSON, for what is kept without being read.

use serde_json::{Map, Value};

use super::values::{Held, Values, range};

impl Values<'_> {
    /// The value of a row as JSON. `left`: bytes that it may take; an error says what is wrong.
    pub fn json(&self, row: usize, left: &mut usize) -> Result<Value, &'static str> {
        take(left, 1)?;
        if self.is_null(row) {
            return Ok(Value::Null);
        }
        Ok(match &self.0 {
            Held::Fields(_, fields) => {
                let mut map = Map::new();
                for (name, values) in fields {
                    if !values.is_null(row) {
                        map.insert((*name).to_owned(), values.json(row, left)?);
                    }
                }
                Value::Object(map)
            }
            Held::List(list, items) => {
                let items = range(list.value_offsets(), row).map(|at| items.json(at, left));
                Value::Array(items.collect::<Result<_, _>>()?)
            }
            Held::Map(map, entries) => {
                let [keys, values] = &**entries;
                let mut object = Map::new();
                for at in range(map.value_offsets(), row) {
                    let mut key = String::new();
                    keys.push(at, &mut key)?;
                    take(left, key.len())?;
                    object.insert(key, values.json(at, left)?);
                }
                Value::Object(object)
            }
            Held::Flag(flags) => Value::Bool(flags.value(row)),
            Held::Ints(array, value) => {
                let number = value(*array, row);
                i64::try_from(number).map_or_else(|_| Value::from(number.to_string()), Value::from)
            }
            Held::Floats(array, value, _) => Value::from(value(*array, row)),
            _ => {
                let mut text = String::new();
                self.push(row, &mut text)?;
                take(left, text.len())?;
                Value::String(text)
            }
        })
    }
}

fn take(left: &mut usize, bytes: usize) -> Result<(), &'static str> {
    *left = left.checked_sub(bytes).ok_or("a value of more than 256 MiB")?;
    Ok(())
}
