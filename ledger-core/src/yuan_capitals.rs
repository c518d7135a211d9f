//! A total of yuan in the capitals of Chinese bills and invoices (大写金额), by the rules of the
//! payment and settlement measures: 元角分, zeros between figures written once, 整 after yuan or 角.

use crate::amount::Amount;

const FIGURES: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const PLACES: [&str; 4] = ["", "拾", "佰", "仟"];
const GROUPS: [&str; 3] = ["", "万", "亿"];

/// The amount in capitals; minor units are fen. `None` from a trillion yuan.
#[must_use]
pub fn capitals(amount: Amount) -> Option<String> {
    let fen = amount.minor();
    let (yuan, jiao, fen) = (
        fen.checked_div(100)?,
        fen.checked_div(10)?.checked_rem(10)?,
        fen.checked_rem(10)?,
    );
    let mut text = whole(yuan)?;
    if !text.is_empty() {
        text.push('元');
    }
    match (jiao, fen) {
        (0, 0) if text.is_empty() => text.push_str("零元整"),
        (0, 0) => text.push('整'),
        (jiao, 0) => {
            text.push(figure(jiao)?);
            text.push_str("角整");
        }
        (0, fen) => {
            if !text.is_empty() {
                text.push('零');
            }
            text.push(figure(fen)?);
            text.push('分');
        }
        (jiao, fen) => {
            text.push(figure(jiao)?);
            text.push('角');
            text.push(figure(fen)?);
            text.push('分');
        }
    }
    Some(text)
}

fn figure(digit: i64) -> Option<char> {
    FIGURES.get(usize::try_from(digit).ok()?).copied()
}

/// Whole yuan without the unit; empty for none.
fn whole(mut yuan: i64) -> Option<String> {
    let mut groups = Vec::new();
    while yuan > 0 {
        groups.push(yuan.checked_rem(10_000)?);
        yuan = yuan.checked_div(10_000)?;
    }
    let mut text = String::new();
    let mut gap = false;
    for (place, value) in groups.iter().enumerate().rev() {
        if *value == 0 {
            gap = !text.is_empty();
            continue;
        }
        if !text.is_empty() && (gap || *value < 1_000) {
            text.push('零');
        }
        gap = false;
        text.push_str(&group(*value)?);
        text.push_str(GROUPS.get(place)?);
    }
    Some(text)
}

/// Up to four figures.
fn group(value: i64) -> Option<String> {
    let mut text = String::new();
    let mut gap = false;
    for place in (0..4_u32).rev() {
        let digit = value
            .checked_div(10_i64.checked_pow(place)?)?
            .checked_rem(10)?;
        if digit == 0 {
            gap = !text.is_empty();
            continue;
        }
        if gap {
            text.push('零');
        }
        gap = false;
        text.push(figure(digit)?);
        text.push_str(PLACES.get(usize::try_from(place).ok()?)?);
    }
    Some(text)
}
