//! Who is in the demo chain: names invented, codes of the right form and nobody's.

use ledger_app::language::Language;
use ledger_app::onboard_party::OnboardParty;
use ledger_core::party::PartyKind;
use ledger_core::social_credit_code;
use ledger_core::social_credit_code::Verdict;
use ledger_store::parties::SizeClass;

use crate::demo_people::BANK_CODE;
use crate::demo_people::login;

const TIER_1: [(&str, &str); 3] = [
    ("江淮动力总成有限公司", "Jianghuai Powertrain"),
    ("东海车身系统有限公司", "Donghai Body Systems"),
    ("启明汽车电子有限公司", "Qiming Auto Electronics"),
];
const TIER_2: [(&str, &str); 8] = [
    ("锐锋精密铸造有限公司", "Ruifeng Precision Casting"),
    ("华申齿轮制造有限公司", "Huashen Gears"),
    ("远拓冲压件有限公司", "Yuantuo Stampings"),
    ("瑞安密封件有限公司", "Rui'an Seals"),
    ("星联线束有限公司", "Xinglian Wire Harness"),
    ("恒科传感器有限公司", "Hengke Sensors"),
    ("佳盛注塑有限公司", "Jiasheng Mouldings"),
    ("宏达紧固件有限公司", "Hongda Fasteners"),
];
const TIER_3: [(&str, &str); 20] = [
    ("顺德铝锭贸易行", "Shunde Aluminium Trading"),
    ("永固模具厂", "Yonggu Tooling"),
    ("新亚橡胶制品厂", "Xinya Rubber"),
    ("大成热处理厂", "Dacheng Heat Treatment"),
    ("金利电镀厂", "Jinli Plating"),
    ("双龙弹簧厂", "Shuanglong Springs"),
    ("光明铜线厂", "Guangming Copper Wire"),
    ("联丰包装厂", "Lianfeng Packaging"),
    ("万通货运部", "Wantong Haulage"),
    ("正泰机加工厂", "Zhengtai Machining"),
    ("长虹塑料粒子厂", "Changhong Plastics"),
    ("建新冲模厂", "Jianxin Dies"),
    ("百川润滑油商行", "Baichuan Lubricants"),
    ("福源钢材商行", "Fuyuan Steel"),
    ("三和喷涂厂", "Sanhe Coating"),
    ("德馨检测服务部", "Dexin Testing"),
    ("宝山砂铸厂", "Baoshan Sand Casting"),
    ("安泰刀具商行", "Antai Cutting Tools"),
    ("汇川端子厂", "Huichuan Terminals"),
    ("明远标签印刷厂", "Mingyuan Labels"),
];
const BANKS: [(&str, &str); 3] = [
    ("江城商业银行", "Jiangcheng Commercial Bank"),
    ("海岳银行", "Haiyue Bank"),
    ("中鼎商业保理有限公司", "Zhongding Factoring"),
];

/// The parties to take in, with their codes.
pub(crate) fn planned_parties() -> Vec<(String, OnboardParty)> {
    use PartyKind::Auditor;
    use PartyKind::FinanceProvider;
    use PartyKind::Obligor;
    use PartyKind::Supplier;
    let tier = |prefix: &'static str, names: &'static [(&str, &str)], size| {
        (1..)
            .zip(names)
            .map(move |(n, names)| (format!("{prefix}-{n}"), Supplier, *names, size))
    };
    let banks = ["a", "b", "c"]
        .into_iter()
        .zip(BANKS)
        .map(|(letter, names)| {
            (
                format!("bank-{letter}"),
                FinanceProvider,
                names,
                SizeClass::Large,
            )
        });
    let oem = ("华驰汽车股份有限公司", "Huachi Motors");
    let auditor = ("正衡会计师事务所", "Zhengheng Auditors");
    let parties = [("oem".to_owned(), Obligor, oem, SizeClass::Large)]
        .into_iter()
        .chain(tier("t1", &TIER_1, SizeClass::Large))
        .chain(tier("t2", &TIER_2, SizeClass::Medium))
        .chain(tier("t3", &TIER_3, SizeClass::Small))
        .chain(banks)
        .chain([("auditor".to_owned(), Auditor, auditor, SizeClass::Medium)]);
    (1..)
        .zip(parties)
        .map(|(serial, (code, kind, names, size))| {
            let form = form(serial, &code, kind, names, size);
            (code, form)
        })
        .collect()
}

fn form(
    serial: u32,
    code: &str,
    kind: PartyKind,
    (name, name_en): (&str, &str),
    size_class: SizeClass,
) -> OnboardParty {
    let only_if = |has: bool, text: String| if has { text } else { String::new() };
    let has_account = kind != PartyKind::Auditor;
    let is_provider = kind == PartyKind::FinanceProvider;
    OnboardParty {
        kind,
        name: name.to_owned(),
        name_en: name_en.to_owned(),
        registration: credit_code(serial),
        check_digit_reason: String::new(),
        size_class,
        email: format!("{}@{code}.example", login(kind)),
        language: Language::Zh,
        account_name: only_if(has_account, name.to_owned()),
        account_number: only_if(has_account, format!("6220{serial:015}")),
        account_bank_code: only_if(has_account, BANK_CODE.to_owned()),
        licence_note: only_if(is_provider, format!("金融许可证 B0{serial:06}")),
        paper_bank_code: only_if(kind == PartyKind::Obligor, BANK_CODE.to_owned()),
    }
}

/// An invented code of the right form: nobody's, with a right check digit.
fn credit_code(serial: u32) -> String {
    let stem = format!("91310000MA{serial:07}");
    match social_credit_code::check(&format!("{stem}0")) {
        Verdict::WrongCheckDigit { expected } => format!("{stem}{expected}"),
        Verdict::Valid | Verdict::Malformed => format!("{stem}0"),
    }
}
