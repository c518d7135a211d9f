//! Bytes to text: which encoding a CSV file is in, and a streaming decoder.

use std::io::Read;
use std::io::Seek;
use std::io::SeekFrom;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use encoding_rs::CoderResult;
use encoding_rs::Decoder;
use encoding_rs::DecoderResult;
use encoding_rs::Encoding;
use serde::Deserialize;
use serde::Serialize;

use crate::file_error::FileError;

const CHUNK_BYTES: usize = 32 * 1024;

/// The encoding a mapping asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextEncoding {
    /// UTF-8 if it is valid, else GB18030 if that is valid.
    #[default]
    Auto,
    /// UTF-8, with or without byte-order mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// GB18030, and with it GBK and GB2312.
    Gb18030,
    /// Western European Windows text. Must be asked for: nearly every file is valid in it.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// What a first pass over the bytes found.
#[derive(Debug)]
pub struct Detected {
    /// How to decode.
    pub encoding: &'static Encoding,
    /// Size of the file.
    pub bytes: u64,
    /// The first bytes, enough for a header.
    pub head: Vec<u8>,
}

/// Reads the source once, decides, and rewinds it.
///
/// # Errors
/// [`FileError::Io`], [`FileError::TooLarge`], [`FileError::Utf16`].
pub fn detect<R: Read + Seek>(
    source: &mut R,
    wanted: TextEncoding,
    max_bytes: u64,
) -> Result<Detected, FileError> {
    source.seek(SeekFrom::Start(0))?;
    let mut utf8 = Probe::new(encoding_rs::UTF_8);
    let mut gb18030 = Probe::new(encoding_rs::GB18030);
    let mut chunk = vec![0_u8; CHUNK_BYTES];
    let (mut bytes, mut head) = (0_u64, Vec::new());
    loop {
        let count = source.read(&mut chunk)?;
        let Some(read) = chunk.get(..count).filter(|read| !read.is_empty()) else {
            break;
        };
        bytes = bytes.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        if bytes > max_bytes {
            return Err(FileError::TooLarge { max_bytes });
        }
        if head.len() < CHUNK_BYTES {
            head.extend_from_slice(read);
        }
        utf8.feed(read, false);
        gb18030.feed(read, false);
    }
    utf8.feed(&[], true);
    gb18030.feed(&[], true);
    source.seek(SeekFrom::Start(0))?;
    if head.starts_with(&[0xff, 0xfe]) || head.starts_with(&[0xfe, 0xff]) {
        return Err(FileError::Utf16);
    }
    let encoding = match wanted {
        TextEncoding::Utf8 => encoding_rs::UTF_8,
        TextEncoding::Gb18030 => encoding_rs::GB18030,
        TextEncoding::Windows1252 => encoding_rs::WINDOWS_1252,
        TextEncoding::Auto => guess(&utf8, &gb18030),
    };
    Ok(Detected {
        encoding,
        bytes,
        head,
    })
}

/// Much of a damaged UTF-8 file also passes for GB18030 and would come out as other characters:
/// text that is mostly UTF-8 stays UTF-8, and the rows of the damaged places are refused. Of Chinese in
/// GB18030 hardly one character in eight looks like UTF-8.
fn guess(utf8: &Probe, gb18030: &Probe) -> &'static Encoding {
    let damaged_utf8 = utf8.malformed.saturating_mul(2) < utf8.beyond_ascii;
    if utf8.malformed == 0 || damaged_utf8 || gb18030.malformed > 0 {
        encoding_rs::UTF_8
    } else {
        encoding_rs::GB18030
    }
}

/// Counts what a decoder thinks of the bytes.
struct Probe {
    decoder: Decoder,
    out: Vec<u8>,
    malformed: u64,
    beyond_ascii: u64,
}

impl Probe {
    fn new(encoding: &'static Encoding) -> Probe {
        Probe {
            decoder: encoding.new_decoder_without_bom_handling(),
            out: vec![0; CHUNK_BYTES],
            malformed: 0,
            beyond_ascii: 0,
        }
    }

    fn feed(&mut self, mut bytes: &[u8], last: bool) {
        loop {
            let (result, read, written) =
                self.decoder
                    .decode_to_utf8_without_replacement(bytes, &mut self.out, last);
            let text = self.out.get(..written).unwrap_or_default();
            let leads = text.iter().filter(|byte| **byte >= 0xc0).count();
            self.beyond_ascii = self
                .beyond_ascii
                .saturating_add(u64::try_from(leads).unwrap_or(0));
            bytes = bytes.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(_, _) => self.malformed = self.malformed.saturating_add(1),
            }
        }
    }
}

/// Text out of bytes, as UTF-8 with `\n` line ends and one at the end of the file. What can't be
/// decoded becomes U+FFFD.
pub struct DecodedText<R> {
    source: R,
    decoder: Decoder,
    raw: Vec<u8>,
    text: Vec<u8>,
    given: usize,
    after_carriage_return: bool,
    finished: bool,
    meter: Meter,
}

/// Counts bytes across the wall of the CSV reader, which owns the text it reads from.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    consumed: Arc<AtomicU64>,
    since_record: Arc<AtomicU64>,
    max_record_bytes: u64,
}

impl Meter {
    /// A meter that stops a record beyond this many bytes.
    #[must_use]
    pub fn new(max_record_bytes: u64) -> Meter {
        Meter {
            max_record_bytes,
            ..Meter::default()
        }
    }

    /// Says that a new record starts.
    pub fn start_record(&self) {
        self.since_record.store(0, Ordering::Relaxed);
    }

    /// Bytes of the file consumed so far.
    #[must_use]
    pub fn consumed(&self) -> u64 {
        self.consumed.load(Ordering::Relaxed)
    }

    /// Whether the record being read is too long.
    #[must_use]
    pub fn is_overrun(&self) -> bool {
        self.since_record.load(Ordering::Relaxed) > self.max_record_bytes
    }
}

impl<R: Read> DecodedText<R> {
    /// Decodes `source` from where it stands.
    pub fn new(source: R, encoding: &'static Encoding, meter: Meter) -> DecodedText<R> {
        DecodedText {
            source,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; CHUNK_BYTES],
            text: Vec::new(),
            given: 0,
            after_carriage_return: false,
            finished: false,
            meter,
        }
    }

    fn refill(&mut self) -> std::io::Result<()> {
        let count = self.source.read(&mut self.raw)?;
        let raw = self.raw.get(..count).unwrap_or_default();
        self.meter
            .consumed
            .fetch_add(u64::try_from(count).unwrap_or(0), Ordering::Relaxed);
        self.finished = count == 0;
        let room = self
            .decoder
            .max_utf8_buffer_length(count)
            .unwrap_or(CHUNK_BYTES * 4);
        let mut decoded = vec![0_u8; room.max(16)];
        let (result, _read, written, _) =
            self.decoder
                .decode_to_utf8(raw, &mut decoded, self.finished);
        if result == CoderResult::OutputFull {
            return Err(std::io::Error::other(
                "the decoder asked for more room than it said",
            ));
        }
        decoded.truncate(written);
        self.text.clear();
        self.given = 0;
        for byte in decoded {
            match byte {
                b'\r' => self.text.push(b'\n'),
                b'\n' if self.after_carriage_return => {}
                other => self.text.push(other),
            }
            self.after_carriage_return = byte == b'\r';
        }
        if self.finished {
            self.text.push(b'\n');
        }
        Ok(())
    }
}

impl<R: Read> Read for DecodedText<R> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        while self.given >= self.text.len() && !self.finished {
            self.refill()?;
        }
        if self.meter.is_overrun() {
            return Err(std::io::Error::other("record too long"));
        }
        let mut left = self.text.get(self.given..).unwrap_or_default();
        let count = left.read(out)?;
        self.given = self.given.saturating_add(count);
        let total = u64::try_from(count).unwrap_or(0);
        self.meter.since_record.fetch_add(total, Ordering::Relaxed);
        Ok(count)
    }
}
