//! The words of the page in its two languages.

/// Every text of the page.
#[derive(Debug)]
pub struct Words {
    /// The `lang` of the page.
    pub tag: &'static str,
    /// The other language's tag.
    pub other_tag: &'static str,
    /// The other language's own name.
    pub other_name: &'static str,
    /// Title and heading.
    pub title: &'static str,
    /// What this page is.
    pub intro: &'static str,
    /// Label of the filter.
    pub recipient: &'static str,
    /// The filter's button.
    pub show: &'static str,
    /// Takes the filter away.
    pub all: &'static str,
    /// Nothing to show.
    pub empty: &'static str,
    /// To older messages.
    pub older: &'static str,
    /// Back to the list.
    pub back: &'static str,
    /// No message chosen.
    pub choose: &'static str,
    /// Label of the sender.
    pub from: &'static str,
    /// Label of the recipients.
    pub to: &'static str,
    /// Label of the date.
    pub date: &'static str,
    /// No subject.
    pub no_subject: &'static str,
    /// The views.
    pub views: &'static str,
    /// HTML view.
    pub html: &'static str,
    /// Text view.
    pub text: &'static str,
    /// Source view.
    pub source: &'static str,
    /// The message has no HTML.
    pub no_html: &'static str,
    /// Title of a missing message.
    pub missing: &'static str,
}

/// Simplified Chinese.
pub const ZH: Words = Words {
    tag: "zh-CN",
    other_tag: "en",
    other_name: "English",
    title: "演示邮箱",
    intro: "演示中发出的邮件都在这里，不会真正寄出。",
    recipient: "收件人",
    show: "筛选",
    all: "全部",
    empty: "没有邮件。",
    older: "更早的邮件",
    back: "返回列表",
    choose: "请在列表中选择一封邮件。",
    from: "发件人",
    to: "收件人",
    date: "时间",
    no_subject: "（无主题）",
    views: "视图",
    html: "网页",
    text: "纯文本",
    source: "源码",
    no_html: "这封邮件没有网页部分。",
    missing: "没有这封邮件，可能已被清理。",
};

/// English.
pub const EN: Words = Words {
    tag: "en",
    other_tag: "zh-CN",
    other_name: "中文",
    title: "Demo mailbox",
    intro: "All mail sent in the demo ends here; none of it leaves this machine.",
    recipient: "Recipient",
    show: "Filter",
    all: "All",
    empty: "No messages.",
    older: "Older messages",
    back: "Back to the list",
    choose: "Choose a message from the list.",
    from: "From",
    to: "To",
    date: "Date",
    no_subject: "(no subject)",
    views: "Views",
    html: "HTML",
    text: "Text",
    source: "Source",
    no_html: "This message has no HTML part.",
    missing: "There is no such message; it may have been cleared out.",
};

/// The language somebody asks for: `?lang=` first, then the first of ours in `Accept-Language`,
/// else Chinese.
#[must_use]
pub fn choose(query: Option<&str>, accept: Option<&str>) -> &'static Words {
    query
        .and_then(ours)
        .or_else(|| {
            accept?
                .split(',')
                .find_map(|part| ours(part.split(';').next()?.trim()))
        })
        .unwrap_or(&ZH)
}

fn ours(tag: &str) -> Option<&'static Words> {
    match tag.split('-').next()?.to_ascii_lowercase().as_str() {
        "zh" => Some(&ZH),
        "en" => Some(&EN),
        _ => None,
    }
}
