//! Invented data for every page. The same pages are rendered by the tests.

pub(crate) mod base;
pub(crate) mod cash;
pub(crate) mod charts;
pub(crate) mod entrance;
pub(crate) mod finance;
pub(crate) mod fragment;
pub(crate) mod imports;
pub(crate) mod operator;
pub(crate) mod supplier;
pub(crate) mod treasury;

use web_ui::i18n::Lang;

/// Every page in one language.
pub(crate) fn pages(lang: Lang) -> Vec<base::Page> {
    let mut all = entrance::entrance(lang);
    all.extend(supplier::pages(lang));
    all.extend(cash::pages(lang));
    all.extend(fragment::pages(lang));
    all.extend(finance::pages(lang));
    all.extend(imports::pages(lang));
    all.extend(treasury::pages(lang));
    all.extend(operator::pages(lang));
    all
}
