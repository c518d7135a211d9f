//! Where a rule is written: each rule names its article, and each refusal that a rule causes cites it.

use std::fmt;

/// A short citation for people, in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Article {
    /// In English.
    pub en: &'static str,
    /// In Chinese.
    pub zh: &'static str,
}

impl fmt::Display for Article {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.en)
    }
}

/// A rule: what it says and where that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule<T> {
    /// What it says.
    pub says: T,
    /// Where that is written.
    pub article: Article,
}

/// 银发〔2025〕77号 art. 8: what may be charged, and to whom.
pub const FEES: Article = Article {
    en: "银发〔2025〕77号 art. 8",
    zh: "银发〔2025〕77号第八条",
};

/// 银发〔2025〕77号 art. 10: a real trade behind every issue and transfer.
pub const REAL_TRADE: Article = Article {
    en: "银发〔2025〕77号 art. 10",
    zh: "银发〔2025〕77号第十条",
};

/// 银发〔2025〕77号 art. 11: tenor.
pub const TENOR: Article = Article {
    en: "银发〔2025〕77号 art. 11",
    zh: "银发〔2025〕77号第十一条",
};

/// 银发〔2025〕77号 art. 13: financing is entered in the register of security over movables and rights.
pub const REGISTRATION: Article = Article {
    en: "银发〔2025〕77号 art. 13",
    zh: "银发〔2025〕77号第十三条",
};

/// 银发〔2025〕77号 art. 16: layers and splits are kept in bounds.
pub const SPLITTING: Article = Article {
    en: "银发〔2025〕77号 art. 16",
    zh: "银发〔2025〕77号第十六条",
};

/// 《商业汇票承兑、贴现与再贴现管理办法》 (令〔2022〕第4号) art. 36 to 39: who may discount.
pub const LICENCE: Article = Article {
    en: "令〔2022〕第4号 art. 36 to 39",
    zh: "令〔2022〕第4号第三十六条至第三十九条",
};

/// The package limit of the national bill system.
pub const PACKAGE_LIMIT: Article = Article {
    en: "package limit of the national bill system",
    zh: "全国票据系统票据包限额",
};

/// No rule named it: what contracts said before the notice.
pub const PRACTICE: Article = Article {
    en: "contract practice before 银发〔2025〕77号",
    zh: "银发〔2025〕77号施行前的合同惯例",
};
