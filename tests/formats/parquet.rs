//! Parquet files: the same chat as in any other format, in both shapes, and hostile ones.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder, StructBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, BinaryArray, DictionaryArray, Float64Array, Int64Array, LargeStringArray, RecordBatch,
    StringArray, StringViewArray, Time64MicrosecondArray, TimestampMicrosecondArray, TimestampMillisecondArray,
    TimestampNanosecondArray, TimestampSecondArray,
};
use arrow_schema::{DataType, Field, Fields};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use zhijian::conversation::{Conversation, InputOptions, RowOrder};

use super::support::{conversations, fixture, fixture_lines, gzip, run};
use super::{COLUMNS, assert_sound_and_same, expected_of_tables, rows_of, screened};

const DAY: &str = "day-20180305.jsonl";

fn packings() -> Vec<Compression> {
    vec![
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(GzipLevel::default()),
        Compression::LZ4,
        Compression::LZ4_RAW,
        Compression::ZSTD(ZstdLevel::default()),
    ]
}

pub(super) fn written(columns: Vec<(&str, ArrayRef)>, properties: WriterProperties) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true)));
    let batch = batch.unwrap();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn packed(compression: Compression) -> WriterProperties {
    WriterProperties::builder().set_compression(compression).build()
}

/// One message a row; what is empty is null.
pub(super) fn messages(rows: &[Vec<String>]) -> Vec<(&'static str, ArrayRef)> {
    let column = |at: usize| {
        let cells = rows.iter().map(|row| Some(row[at].as_str()).filter(|cell| !cell.is_empty()));
        Arc::new(cells.collect::<StringArray>()) as ArrayRef
    };
    COLUMNS.iter().enumerate().map(|(at, name)| (*name, column(at))).collect()
}

const OF_MESSAGE: [&str; 6] = ["id", "role", "kind", "agent", "time", "text"];

/// One conversation a row, with the names of the native form.
pub(super) fn records(conversations: &[Conversation<'_>]) -> Vec<(&'static str, ArrayRef)> {
    let of = |value: &dyn Fn(&Conversation<'_>) -> Option<String>| {
        Arc::new(conversations.iter().map(value).collect::<StringArray>()) as ArrayRef
    };
    let fields =
        |names: &[&str]| -> Fields { names.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect() };
    let texts = |count: usize| (0..count).map(|_| Box::new(StringBuilder::new()) as _).collect::<Vec<_>>();
    let mut agents = StructBuilder::new(fields(&["id", "name", "team"]), texts(3));
    let mut tags = ListBuilder::new(StringBuilder::new());
    let mut messages = ListBuilder::new(StructBuilder::new(fields(&OF_MESSAGE), texts(6)));
    let plain = |text: &Option<std::borrow::Cow<'_, str>>| text.as_ref().map(ToString::to_string);
    for conversation in conversations {
        let agent = conversation.agent.as_ref();
        let parts = agent.map(|agent| [Some(agent.id.to_string()), plain(&agent.name), plain(&agent.team)]);
        for (at, part) in parts.unwrap_or_default().into_iter().enumerate() {
            agents.field_builder::<StringBuilder>(at).unwrap().append_option(part);
        }
        agents.append(agent.is_some());
        conversation.tags.iter().for_each(|tag| tags.values().append_value(tag));
        tags.append(true);
        for message in &conversation.messages {
            let parts = [
                plain(&message.id),
                Some(message.role.as_str().to_owned()),
                message.kind.map(|kind| kind.as_str().to_owned()),
                plain(&message.agent),
                message.time.as_ref().map(|time| time.text.to_string()),
                Some(message.text.to_string()),
            ];
            for (at, part) in parts.into_iter().enumerate() {
                messages.values().field_builder::<StringBuilder>(at).unwrap().append_option(part);
            }
            messages.values().append(true);
        }
        messages.append(true);
    }
    let time = |time: &Option<zhijian::conversation::Time<'_>>| time.as_ref().map(|time| time.text.to_string());
    vec![
        ("id", of(&|conversation| Some(conversation.id.to_string()))),
        ("source", of(&|conversation| plain(&conversation.source))),
        ("channel", of(&|conversation| plain(&conversation.channel))),
        ("shop", of(&|conversation| plain(&conversation.shop))),
        ("queue", of(&|conversation| plain(&conversation.queue))),
        ("tags", Arc::new(tags.finish())),
        ("agent", Arc::new(agents.finish())),
        ("customer", of(&|conversation| plain(&conversation.customer))),
        ("started_at", of(&|conversation| time(&conversation.started_at))),
        ("ended_at", of(&|conversation| time(&conversation.ended_at))),
        ("closed_by", of(&|conversation| conversation.closed_by.map(|by| by.as_str().to_owned()))),
        ("messages", Arc::new(messages.finish())),
        ("meta", of(&|conversation| conversation.meta.map(|meta| meta.get().to_owned()))),
        ("not known", of(&|_| Some("x".to_owned()))),
    ]
}

#[test]
fn one_message_a_row_gives_what_the_native_form_gives() {
    let expected = expected_of_tables(DAY);
    for order in [RowOrder::Scattered, RowOrder::Grouped] {
        let rows = rows_of(DAY, order);
        let options = InputOptions { rows: order, ..InputOptions::default() };
        for packing in packings() {
            for version in [WriterVersion::PARQUET_1_0, WriterVersion::PARQUET_2_0] {
                let properties = WriterProperties::builder()
                    .set_compression(packing)
                    .set_writer_version(version)
                    .set_data_page_row_count_limit(100)
                    .set_write_batch_size(50)
                    .set_max_row_group_row_count(Some(170))
                    .build();
                let bytes = written(messages(&rows), properties);
                let what = format!("{order:?} {packing:?} {version:?}");
                assert_sound_and_same(&screened("a.parquet", &bytes, &options), &expected, &what);
            }
        }
    }
    let bytes = written(messages(&rows_of(DAY, RowOrder::Scattered)), packed(Compression::SNAPPY));
    for (name, bytes) in [("a.pq", bytes.clone()), ("a.parquet.gz", gzip(&bytes)), ("no-ending", bytes.clone())] {
        assert_sound_and_same(&screened(name, &bytes, &InputOptions::default()), &expected, name);
    }
    let options = InputOptions { row_memory: 2_000, ..InputOptions::default() };
    assert_sound_and_same(&screened("a.parquet", &bytes, &options), &expected, "put aside");
}

#[test]
fn one_conversation_a_row_gives_what_the_native_form_gives() {
    for name in ["small.jsonl", DAY] {
        let expected = run(&[&fixture(name)], &InputOptions::default(), 1).1.jsonl;
        let lines = fixture_lines(name);
        for packing in packings() {
            let bytes = written(records(&conversations(&lines)), packed(packing));
            let found = screened("a.parquet", &bytes, &InputOptions::default());
            assert_sound_and_same(&found, &expected, &format!("{name} {packing:?}"));
        }
    }
}

#[test]
fn every_way_to_hold_text_is_read() {
    type Held = fn(&StringArray) -> ArrayRef;
    let expected = expected_of_tables(DAY);
    let rows = rows_of(DAY, RowOrder::Scattered);
    let ways: [(&str, Held); 4] = [
        ("large", |texts| Arc::new(texts.iter().collect::<LargeStringArray>())),
        ("view", |texts| Arc::new(texts.iter().collect::<StringViewArray>())),
        ("bytes", |texts| Arc::new(texts.iter().map(|text| text.map(str::as_bytes)).collect::<BinaryArray>())),
        ("dictionary", |texts| Arc::new(texts.iter().collect::<DictionaryArray<Int32Type>>())),
    ];
    for (what, held) in ways {
        let columns = messages(&rows).into_iter();
        let columns = columns.map(|(name, array)| (name, held(array.as_any().downcast_ref::<StringArray>().unwrap())));
        let bytes = written(columns.collect(), packed(Compression::SNAPPY));
        assert_sound_and_same(&screened("a.parquet", &bytes, &InputOptions::default()), &expected, what);
    }
    for encoding in [Encoding::PLAIN, Encoding::DELTA_BYTE_ARRAY, Encoding::DELTA_LENGTH_BYTE_ARRAY] {
        let properties = WriterProperties::builder().set_dictionary_enabled(false).set_encoding(encoding).build();
        let bytes = written(messages(&rows), properties);
        let found = screened("a.parquet", &bytes, &InputOptions::default());
        assert_sound_and_same(&found, &expected, &format!("{encoding:?}"));
    }
}

fn chat(time: ArrayRef, id: ArrayRef) -> Vec<u8> {
    let columns = vec![
        ("会话ID", id),
        ("发送方", Arc::new(StringArray::from(vec!["客户", "客服"])) as ArrayRef),
        ("消息内容", Arc::new(StringArray::from(vec!["还有货吗", "您好，有的"]))),
        ("发送时间", time),
    ];
    written(columns, packed(Compression::SNAPPY))
}

#[test]
fn times_and_numbers_are_read_as_they_are_meant() {
    let text = "会话ID,发送方,消息内容,发送时间\n10086,客户,还有货吗,2018-03-05 10:00:00\n10086,客服,\"您好，有的\",2018-03-05 10:03:05\n";
    let expected = screened("a.csv", text.as_bytes(), &InputOptions::default()).jsonl;
    assert!(String::from_utf8_lossy(&expected).contains("slow-first-response"));
    let (first, second) = (1_520_244_000, 1_520_244_185);
    let eight_hours = 8 * 3_600;
    let times: [(&str, ArrayRef); 6] = [
        ("wall clock, s", Arc::new(TimestampSecondArray::from(vec![first, second]))),
        ("wall clock, ms", Arc::new(TimestampMillisecondArray::from(vec![first * 1_000, second * 1_000]))),
        (
            "wall clock, ns",
            Arc::new(TimestampNanosecondArray::from(vec![first * 1_000_000_000, second * 1_000_000_000])),
        ),
        (
            "instant, us",
            Arc::new(
                TimestampMicrosecondArray::from(vec![
                    (first - eight_hours) * 1_000_000,
                    (second - eight_hours) * 1_000_000,
                ])
                .with_timezone("UTC"),
            ),
        ),
        (
            "instant of a zone, s",
            Arc::new(
                TimestampSecondArray::from(vec![first - eight_hours, second - eight_hours])
                    .with_timezone("Asia/Shanghai"),
            ),
        ),
        ("text", Arc::new(StringArray::from(vec!["2018-03-05 10:00:00", "2018/3/5 10:03:05"]))),
    ];
    for (what, time) in times {
        let bytes = chat(time, Arc::new(Int64Array::from(vec![10_086, 10_086])));
        assert_sound_and_same(&screened("a.parquet", &bytes, &InputOptions::default()), &expected, what);
    }
    let time = || Arc::new(StringArray::from(vec!["2018-03-05 10:00:00", "2018-03-05 10:03:05"])) as ArrayRef;
    let bytes = chat(time(), Arc::new(Float64Array::from(vec![10_086.0, 10_086.0])));
    assert_sound_and_same(&screened("a.parquet", &bytes, &InputOptions::default()), &expected, "whole number");
    // A number that has lost digits costs its row, a kind that says nothing all of them.
    let bytes = chat(time(), Arc::new(Float64Array::from(vec![10_086.0, 1e17])));
    let found = screened("a.parquet", &bytes, &InputOptions::default());
    let bad: Vec<_> = found.bad.iter().map(|bad| (bad.line, bad.code, bad.field.as_deref())).collect();
    assert_eq!(bad, [(2, "unreadable-cell", Some("会话ID"))]);
    let bytes = chat(Arc::new(Time64MicrosecondArray::from(vec![0, 0])), Arc::new(Int64Array::from(vec![1, 2])));
    let found = screened("a.parquet", &bytes, &InputOptions::default());
    assert_eq!(
        found.bad.iter().map(|bad| (bad.line, bad.code)).collect::<Vec<_>>(),
        [(1, "unreadable-cell"), (2, "unreadable-cell")]
    );
    assert!(found.bad[0].reason.contains("a time of day"), "{:?}", found.bad);
}

#[test]
fn a_row_that_is_no_conversation_is_named_and_the_others_are_kept() {
    let lines = fixture_lines(DAY);
    let conversations = conversations(&lines);
    let mut columns = records(&conversations);
    let mut ids: Vec<Option<String>> = conversations.iter().map(|it| Some(it.id.to_string())).collect();
    ids[2] = None;
    columns[0].1 = Arc::new(StringArray::from(ids));
    let found = screened("a.parquet", &written(columns, packed(Compression::SNAPPY)), &InputOptions::default());
    assert_eq!(found.bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [3]);
    assert_eq!(found.screenings().len(), conversations.len() - 1);
}

#[test]
fn what_is_missing_is_said() {
    let only = |names: &[&'static str]| {
        let column = |name| (name, Arc::new(StringArray::from(vec!["x"])) as ArrayRef);
        written(names.iter().map(|name| column(*name)).collect(), packed(Compression::SNAPPY))
    };
    let said = |bytes: &[u8]| {
        let found = screened("a.parquet", bytes, &InputOptions::default());
        assert_eq!(found.errors.len(), 1, "{:?}", found.errors);
        found.errors[0].to_string()
    };
    assert!(said(&only(&["单号", "谁说的", "消息内容(原文)"])).contains("--map 'id=单号,role=谁说的"));
    assert!(said(b"PAR1").contains("no Parquet file"));
    assert!(said(b"PAR1 and more that is none PAR1").contains("no Parquet file"));
    let lines = fixture_lines("small.jsonl");
    let mut columns = records(&conversations(&lines));
    columns.remove(0);
    assert!(said(&written(columns, packed(Compression::SNAPPY))).contains("no column for id"));
    // Text that is named like it is read as text.
    let text = super::fixture_text("small.jsonl");
    assert!(screened("a.parquet", text.as_bytes(), &InputOptions::default()).errors.is_empty());
}

#[test]
fn rows_before_damage_are_kept() {
    let rows = rows_of(DAY, RowOrder::Grouped);
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(100))
        .build();
    let bytes = written(messages(&rows), properties);
    let whole = screened("a.parquet", &bytes, &InputOptions::default());
    let mut damaged = bytes.clone();
    let metadata = SerializedFileReader::new(Bytes::from(bytes)).unwrap().metadata().clone();
    assert!(metadata.num_row_groups() > 2);
    let (start, length) = metadata.row_group(1).column(17).byte_range();
    let end = usize::try_from(start + length).unwrap();
    damaged[end - 40..end].fill(0xFF);
    let found = screened("a.parquet", &damaged, &InputOptions::default());
    assert_eq!(found.errors.len(), 1, "the damage is said");
    assert!(found.errors[0].to_string().contains("Parquet"), "{:?}", found.errors);
    let (kept, all) = (found.screenings().len(), whole.screenings().len());
    assert!(kept > all / 10 && kept < all, "{kept} of {all}");
}

#[test]
fn a_few_bytes_that_stand_for_very_much_are_refused() {
    // One long text, said in every row.
    let long = "长".repeat(100_000);
    let count = 3_000;
    let text: DictionaryArray<Int32Type> = (0..count).map(|_| Some(long.as_str())).collect();
    let ids: DictionaryArray<Int32Type> = (0..count).map(|_| Some("a")).collect();
    let role: DictionaryArray<Int32Type> = (0..count).map(|_| Some("agent")).collect();
    let columns = vec![("id", Arc::new(ids) as ArrayRef), ("role", Arc::new(role)), ("text", Arc::new(text))];
    let bytes = written(columns, packed(Compression::ZSTD(ZstdLevel::default())));
    assert!(bytes.len() < 10_000, "{}", bytes.len());
    let found = screened("a.parquet", &bytes, &InputOptions::default());
    assert!(found.errors[0].to_string().contains("--max-ratio"), "{:?}", found.errors);
    // Nothing, very often.
    let nothing = vec![None::<&str>; 20_000_000];
    let column = || Arc::new(StringArray::from(nothing.clone())) as ArrayRef;
    let columns = vec![("id", column()), ("role", column()), ("text", column())];
    let bytes = written(columns, packed(Compression::ZSTD(ZstdLevel::default())));
    assert!(bytes.len() < 200_000, "{}", bytes.len());
    let found = screened("a.parquet", &bytes, &InputOptions::default());
    assert!(found.errors[0].to_string().contains("--max-ratio"), "{:?}", found.errors);
}

#[test]
fn files_that_are_too_wide_or_too_deep_are_refused() {
    let said = |bytes: &[u8]| {
        let found = screened("a.parquet", bytes, &InputOptions::default());
        found.errors[0].to_string()
    };
    let names: Vec<String> = (0..5_000).map(|at| format!("c{at}")).collect();
    let column = Arc::new(Int64Array::from(vec![1])) as ArrayRef;
    let wide = names.iter().map(|name| (name.as_str(), Arc::clone(&column))).collect();
    assert!(said(&written(wide, WriterProperties::new())).contains("more than 4096 columns"));
    let mut deep = column;
    for _ in 0..20 {
        let field = Arc::new(Field::new("inner", deep.data_type().clone(), true));
        deep = Arc::new(arrow_array::StructArray::from(vec![(field, deep)]));
    }
    assert!(said(&written(vec![("deep", deep)], WriterProperties::new())).contains("nested more than"));
}
