//! The portal: server-rendered pages for treasuries, suppliers and the operator, in Chinese and
//! English. Never knows: SQL, keys, how an amount is priced, what another party may not see.

pub mod answer;
pub mod assets;
pub mod charts;
pub mod dates;
pub mod form_token;
pub mod forms;
pub mod guest;
pub mod i18n;
pub mod icicle;
pub mod layout;
pub mod pages;
pub mod portal;
pub mod posted;
pub mod refusal;
pub mod respond;
pub mod routes;
pub mod session;
pub mod svg;
pub mod words;
