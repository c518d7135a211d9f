//! Conservation is geometry: the live fragments of a paper tile its face.

use crate::fragment::Fragment;
use crate::paper::Paper;
use crate::paper::PaperState;

/// Whether the live fragments of a paper tile its face exactly, lowest first. A paper that was
/// refused or withdrawn has none.
#[must_use]
pub fn tiles(paper: &Paper, fragments: &mut [Fragment]) -> bool {
    fragments.sort_unstable_by_key(|f| f.range.lo());
    let ended = matches!(paper.state, PaperState::Refused | PaperState::Withdrawn);
    let mut next = 0;
    for fragment in fragments.iter() {
        if fragment.paper != paper.id || fragment.range.lo() != next {
            return false;
        }
        next = fragment.range.hi();
    }
    if ended {
        fragments.is_empty()
    } else {
        next == paper.face.minor()
    }
}
