//! Tables of 100,000 rows into lines of the native form, each beside the library's own bare iteration of the same bytes.

use std::fs;
use std::hint::black_box;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, StringArray};
use bytes::Bytes;
use calamine::{Reader as _, Xlsx};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use rust_xlsxwriter::Workbook;
use zhijian::conversation::{InputOptions, Inputs, RowOrder};

const ROWS: usize = 100_000;
/// Messages of a conversation.
const TURNS: usize = 10;
const NAMES: [&str; 8] = ["会话ID", "店铺", "客服ID", "客户ID", "发送方", "消息类型", "发送时间", "消息内容"];
const TEXTS: [&str; 4] = [
    "我昨天下的订单什么时候可以发货呀，急用",
    "亲，您的订单已经安排，预计明天下午从仓库发出，请您放心",
    "那个颜色还有没有别的，想换一个浅一点的",
    "可以的，我这边帮您备注一下，仓库会按新的颜色发货",
];

fn rows() -> Vec<[String; 8]> {
    let row = |at: usize| {
        let (conversation, turn) = (at / TURNS, at % TURNS);
        [
            format!("c{conversation}"),
            "木里家居".to_owned(),
            format!("a{}", conversation % 40),
            format!("u{conversation}"),
            if turn % 2 == 0 { "客户" } else { "客服" }.to_owned(),
            "文本".to_owned(),
            format!("2018-03-05 {:02}:{:02}:{:02}", 8 + conversation % 12, turn, conversation % 60),
            format!("{}{at}", TEXTS[turn % 4]),
        ]
    };
    (0..ROWS).map(row).collect()
}

fn csv_of(rows: &[[String; 8]]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(NAMES).expect("memory");
    for row in rows {
        writer.write_record(row).expect("memory");
    }
    writer.into_inner().expect("memory")
}

fn xlsx_of(rows: &[[String; 8]]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(NAMES) {
        sheet.write_string(0, column, name).expect("a cell");
    }
    for (number, row) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(row) {
            sheet.write_string(number, column, cell).expect("a cell");
        }
    }
    workbook.save_to_buffer().expect("memory")
}

fn parquet_of(rows: &[[String; 8]]) -> Vec<u8> {
    let column =
        |at: usize| Arc::new(rows.iter().map(|row| Some(row[at].as_str())).collect::<StringArray>()) as ArrayRef;
    let columns = NAMES.iter().enumerate().map(|(at, name)| (*name, column(at)));
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).expect("a schema");
    writer.write(&batch).expect("memory");
    writer.close().expect("memory");
    bytes
}

/// How many conversations the lines of a file are.
fn lines_of(path: &Path, rows: RowOrder) -> usize {
    let options = InputOptions { rows, ..InputOptions::default() };
    let inputs = Inputs::resolve(&[path.display().to_string()], &options).expect("a file");
    inputs.chunks().map(|chunk| chunk.expect("a sound file").lines().count()).sum()
}

fn csv_alone(bytes: &[u8]) -> usize {
    let mut reader = csv::Reader::from_reader(bytes);
    let mut record = csv::StringRecord::new();
    let mut count = 0;
    while reader.read_record(&mut record).expect("sound") {
        count += 1;
        black_box(&record);
    }
    count
}

fn xlsx_alone(bytes: &[u8]) -> usize {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("sound");
    let sheet = workbook.sheet_names().remove(0);
    let mut cells = workbook.worksheet_cells_reader(&sheet).expect("sound");
    let mut count = 0;
    while let Some(cell) = cells.next_cell().expect("sound") {
        count += usize::from(cell.get_position().1 == 0);
        black_box(cell.get_value());
    }
    count - 1
}

fn parquet_alone(bytes: &Bytes) -> usize {
    let builder = ParquetRecordBatchReaderBuilder::try_new(bytes.clone()).expect("sound");
    let batches = builder.with_batch_size(1_024).build().expect("sound");
    batches.map(|batch| black_box(batch.expect("sound")).num_rows()).sum()
}

fn reading(criterion: &mut Criterion) {
    let rows = rows();
    let folder = tempfile::tempdir().expect("a folder");
    let (csv, xlsx, parquet) = (csv_of(&rows), xlsx_of(&rows), parquet_of(&rows));
    let parquet = Bytes::from(parquet);
    assert_eq!([csv_alone(&csv), xlsx_alone(&xlsx), parquet_alone(&parquet)], [ROWS; 3]);
    let mut group = criterion.benchmark_group("read");
    group.sample_size(10).throughput(Throughput::Elements(ROWS as u64));
    group.bench_function("csv::Reader alone", |bencher| bencher.iter(|| csv_alone(&csv)));
    group.bench_function("calamine alone", |bencher| bencher.iter(|| xlsx_alone(&xlsx)));
    group.bench_function("parquet alone", |bencher| bencher.iter(|| parquet_alone(&parquet)));
    for (name, bytes) in [("a.csv", &csv[..]), ("a.xlsx", &xlsx), ("a.parquet", &parquet)] {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("a file");
        for order in [RowOrder::Scattered, RowOrder::Grouped] {
            assert_eq!(lines_of(&path, order), ROWS / TURNS, "{name}");
            group.bench_function(format!("{name} {order:?}"), |bencher| bencher.iter(|| lines_of(&path, order)));
        }
    }
    group.finish();
}

criterion_group!(benches, reading);
criterion_main!(benches);
