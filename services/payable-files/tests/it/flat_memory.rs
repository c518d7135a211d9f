//! CSV is streamed: rows come out while the file is still being read.

use std::io::Cursor;
use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;

use payable_files::column_mapping::ColumnMapping;
use payable_files::limits::Limits;
use payable_files::payables_file::PayablesFile;

use crate::reading::file;

/// A file that exists only as it is read: a header and then as many rows as asked for.
struct Endless {
    rows: u64,
    next: u64,
    pending: Cursor<Vec<u8>>,
}

impl Endless {
    fn new(rows: u64) -> Endless {
        Endless {
            rows,
            next: 0,
            pending: Cursor::new(file(&[]).into_bytes()),
        }
    }
}

impl Read for Endless {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let count = self.pending.read(out)?;
        if count > 0 || self.next == self.rows {
            return Ok(count);
        }
        self.next += 1;
        let (number, cents) = (self.next, self.next % 100);
        let row = format!(
            "91320500MA00EXAM1C,AP-{number},2026-03-04,{number}.{cents:02},CNY,2026-05-01\n"
        );
        self.pending = Cursor::new(row.into_bytes());
        self.pending.read(out)
    }
}

impl Seek for Endless {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        assert_eq!(to, SeekFrom::Start(0), "the reader only ever rewinds");
        *self = Endless::new(self.rows);
        Ok(0)
    }
}

#[test]
fn rows_come_before_the_file_is_read() {
    let rows = 20_000;
    let mut opened = PayablesFile::open(
        Endless::new(rows),
        ColumnMapping::default(),
        Limits::default(),
    )
    .unwrap();
    opened.next().unwrap().unwrap();
    let (done, total) = opened.progress();
    assert!(
        done < 100_000 && total > 1_000_000,
        "{done} of {total} bytes for one row"
    );
    assert_eq!(opened.by_ref().map(Result::unwrap).count(), 19_999);
    assert_eq!(opened.summary().payables, rows);
    assert_eq!(opened.progress(), (total, total));
}
