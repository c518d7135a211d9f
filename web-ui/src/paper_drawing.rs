//! The picture of a paper from the cells its reader may see.

use ledger_app::paper_picture::PictureCell;
use ledger_app::paper_picture::PictureState;
use ledger_core::amount::Amount;
use ledger_core::currency::Currency;

use crate::i18n::Lang;
use crate::icicle::Icicle;
use crate::icicle::Piece;
use crate::icicle::PieceState;
use crate::pages::picture::Picture;
use crate::words::money;

const fn piece_state(state: PictureState) -> PieceState {
    match state {
        PictureState::PendingAcceptance | PictureState::Offered => PieceState::Offered,
        PictureState::Held => PieceState::Live,
        PictureState::Financed => PieceState::Financed,
        PictureState::Frozen => PieceState::Frozen,
        PictureState::Claimed => PieceState::Claimed,
        PictureState::WrittenOff => PieceState::WrittenOff,
        PictureState::Settled => PieceState::Settled,
        PictureState::PassedOn | PictureState::Ended | PictureState::Hidden => PieceState::Moved,
    }
}

/// Draws the cells of a paper of `face`. `caption` says in a sentence what the reader sees.
#[must_use]
pub fn draw(
    cells: &[PictureCell],
    face: Amount,
    currency: Currency,
    lang: Lang,
    caption: String,
) -> Picture {
    let rows = cells.iter().map(|cell| cell.depth_to).max().unwrap_or(1);
    let tier = |depth: u16| {
        lang.text_with(
            "picture-tier",
            &[("tier", &u32::from(depth).saturating_add(1))],
        )
    };
    let quarter = |part: i64| {
        let minor = face.minor() / 4 * part;
        let words = Amount::from_minor(minor).map(|amount| money(amount, currency));
        (minor, words.unwrap_or_default())
    };
    let icicle = Icicle {
        id: "paper".to_owned(),
        face: face.minor(),
        rows: (0..rows).map(tier).collect(),
        pieces: cells.iter().map(|cell| piece(cell, currency)).collect(),
        axis: vec![
            quarter(0),
            quarter(2),
            (face.minor(), money(face, currency)),
        ],
        title: lang.text("picture-title"),
        description: caption.clone(),
        masked: lang.text("picture-masked"),
        many: lang.text("picture-small"),
    };
    Picture::of(&icicle, lang, caption)
}

fn piece(cell: &PictureCell, currency: Currency) -> Piece {
    let units = cell.range.hi().saturating_sub(cell.range.lo());
    Piece {
        lo: cell.range.lo(),
        hi: cell.range.hi(),
        top: u32::from(cell.depth_from),
        bottom: u32::from(cell.depth_to),
        holder: cell.holder.clone(),
        mine: cell.own,
        state: piece_state(cell.state),
        amount: Amount::from_minor(units)
            .map(|amount| money(amount, currency))
            .unwrap_or_default(),
    }
}
