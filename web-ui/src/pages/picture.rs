//! The icicle of a paper with its legend and the same as a table.

use crate::i18n::Lang;
use crate::icicle::{Icicle, LegendItem, PieceState};
use crate::layout::Chart;
use crate::svg::Size;

/// Rows of the table that are written out; the picture itself has no limit.
const ROWS: usize = 200;

/// A drawn icicle, ready for the page.
#[derive(Debug, Clone)]
pub struct Picture {
    /// What the reader sees, in a sentence.
    pub caption: String,
    /// Both drawings.
    pub chart: Chart,
    /// Colours and names.
    pub legend: Vec<LegendItem>,
    /// The table: what is held now.
    pub rows: Vec<PictureRow>,
    /// How many rows were left out of the table.
    pub left_out: usize,
}

/// A row of the table beside the picture.
#[derive(Debug, Clone)]
pub struct PictureRow {
    /// Printed range.
    pub range: String,
    /// Holder or the word for masked.
    pub holder: String,
    /// Name of the tier.
    pub tier: String,
    /// State in words.
    pub state: String,
    /// Amount.
    pub amount: String,
}

impl Picture {
    /// Draws `icicle` and writes its table in `lang`: first what is held now, then what was.
    #[must_use]
    pub fn of(icicle: &Icicle, lang: Lang, caption: String) -> Picture {
        let mut pieces: Vec<_> = icicle.pieces.iter().collect();
        pieces.sort_by_key(|piece| (piece.state == PieceState::Moved, piece.lo, piece.top));
        let rows = pieces.iter().take(ROWS).map(|piece| PictureRow {
            range: format!("{}-{}", piece.lo.saturating_add(1), piece.hi),
            holder: piece
                .holder
                .clone()
                .unwrap_or_else(|| icicle.masked.clone()),
            tier: usize::try_from(piece.top)
                .ok()
                .and_then(|row| icicle.rows.get(row))
                .cloned()
                .unwrap_or_default(),
            state: lang.text(piece.state.key()),
            amount: piece.amount.clone(),
        });
        Picture {
            caption,
            chart: Chart {
                narrow: icicle.draw(Size::Narrow),
                wide: icicle.draw(Size::Wide),
            },
            legend: icicle.legend(),
            rows: rows.collect(),
            left_out: pieces.len().saturating_sub(ROWS),
        }
    }
}
