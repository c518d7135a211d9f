//! The portal: server-rendered pages for treasuries, suppliers and the operator, in Chinese and
//! English. Never knows: SQL, keys, how an amount is priced, what another party may not see.

pub mod assets;
pub mod charts;
pub mod forms;
pub mod i18n;
pub mod icicle;
pub mod layout;
pub mod pages;
pub mod respond;
pub mod svg;
pub mod words;
