//! What the columns of a Parquet file are.

use std::sync::Arc;

use arrow_schema::{DataType, Field, FieldRef, Fields, Schema};

/// The columns of a file with their names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// The columns in their order.
    pub columns: Vec<(String, Structure)>,
}

/// What a column is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Structure {
    /// One value a row that can be written as text.
    Value,
    /// Fields with names.
    Fields(Vec<(String, Structure)>),
    /// A list.
    List(Box<Structure>),
    /// Names with values, others in each row.
    Map,
    /// Something that no text stands for: what it is.
    Unreadable(&'static str),
}

impl Shape {
    pub(super) fn of(schema: &Schema) -> Shape {
        Shape { columns: structures(schema.fields()) }
    }
}

fn structures(fields: &Fields) -> Vec<(String, Structure)> {
    fields.iter().map(|field| (field.name().clone(), structure(field.data_type()))).collect()
}

fn structure(kind: &DataType) -> Structure {
    match kind {
        DataType::Struct(fields) => Structure::Fields(structures(fields)),
        DataType::List(item) => Structure::List(Box::new(structure(item.data_type()))),
        DataType::Map(..) => Structure::Map,
        _ => unreadable(kind).map_or(Structure::Value, Structure::Unreadable),
    }
}

/// Why no text stands for values of this kind.
fn unreadable(kind: &DataType) -> Option<&'static str> {
    Some(match kind {
        DataType::Time32(_) | DataType::Time64(_) => "a time of day without a day",
        DataType::Duration(_) | DataType::Interval(_) => "a span of time, which no column takes",
        DataType::FixedSizeBinary(_) => "bytes of a fixed length, which are no text",
        DataType::Null
        | DataType::Boolean
        | DataType::Int8
        | DataType::Int16
        | DataType::Int32
        | DataType::Int64
        | DataType::UInt8
        | DataType::UInt16
        | DataType::UInt32
        | DataType::UInt64
        | DataType::Float16
        | DataType::Float32
        | DataType::Float64
        | DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..)
        | DataType::Date32
        | DataType::Date64
        | DataType::Timestamp(..)
        | DataType::Utf8View
        | DataType::BinaryView => return None,
        _ => "a value of a kind that no column takes",
    })
}

/// The same columns in the fewest kinds of memory: texts that are views into their page, so that one text said a million times is
/// held once, and one kind of list.
pub(super) fn plain(schema: &Schema) -> Arc<Schema> {
    let fields: Vec<FieldRef> = schema.fields().iter().map(plain_field).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

fn plain_field(field: &FieldRef) -> FieldRef {
    Arc::new(Field::clone(field).with_data_type(plain_kind(field.data_type())))
}

fn plain_kind(kind: &DataType) -> DataType {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        DataType::Binary | DataType::LargeBinary => DataType::BinaryView,
        DataType::Dictionary(_, value) => plain_kind(value),
        DataType::RunEndEncoded(_, values) => plain_kind(values.data_type()),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(plain_field).collect()),
        DataType::List(item)
        | DataType::LargeList(item)
        | DataType::ListView(item)
        | DataType::LargeListView(item)
        | DataType::FixedSizeList(item, _) => DataType::List(plain_field(item)),
        DataType::Map(entries, sorted) => DataType::Map(plain_field(entries), *sorted),
        other => other.clone(),
    }
}
