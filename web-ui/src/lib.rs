//! The portal: server-rendered pages for treasuries, suppliers and the operator, in Chinese and
//! English. Never knows: SQL, keys, how an amount is priced, what another party may not see.

pub mod answer;
mod asked;
pub mod assets;
pub mod business_day;
pub mod charts;
pub mod dates;
pub mod form_token;
pub mod forms;
pub mod guest;
pub mod home_door;
pub mod i18n;
pub mod icicle;
pub mod import_desk;
pub mod import_mapping;
pub mod import_problems;
pub mod import_reading;
pub mod import_result;
pub mod layout;
pub mod operator_door;
pub mod pages;
pub mod paper_drawing;
pub mod papers_desk;
pub mod portal;
pub mod portal_memory;
pub mod posted;
pub mod proposal_desk;
pub mod refusal;
pub mod respond;
pub mod routes;
pub mod session;
pub mod sign_in_door;
pub mod supplier;
pub mod svg;
pub mod words;
