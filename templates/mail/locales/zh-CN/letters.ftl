# 中文通知。金额、名称和编号由程序填入。

greeting = { $name }，您好：
colon = ：
link-hint = 如果按钮无法打开，请将以下地址复制到浏览器：
footer-why = 您是相关方的经办人，因此收到 Tallystick 的这封通知。本邮箱无人值守，请勿回复。
footer-passphrase = 我们绝不会通过邮件或电话索要您的口令。

button-answer = 签收或拒收
button-paper = 查看凭证
button-home = 打开 Tallystick
button-quotes = 比较报价
button-import = 查看结果
button-imports = 查看应付清单
button-proposals = 复核
button-tasks = 查看待处理事项
button-webhook = 查看推送记录
button-limits = 查看额度
button-desk-rates = 查看挂牌利率
button-pledge = 查看质押
button-retransfer = 查看再转让
button-desk-request = 查看融资申请
button-first-visit = 首次登录
button-document = 查看单据
button-documents = 查看全部单据
button-waybill = 核对并签收

fact-obligor = 核心企业
fact-paper = 凭证编号
fact-range = 子区间
fact-face = 凭证金额
fact-amount = 金额
fact-maturity = 到期日
fact-payment-date = 付款日
fact-answer-by = 签收期限
fact-reason = 原因
fact-document = 贸易单据
fact-changed-by = 调整单据
fact-other-fragments = 另有片段数
fact-bids-until = 密封报价截止
fact-reveal-until = 公开截止
fact-bidders = 报价银行数
fact-request = 融资申请编号
fact-supplier = 供应商
fact-provider = 资金方
fact-quotes-until = 报价截止日
fact-proceeds = 实付金额
fact-charge = 综合成本
fact-annual-cost = 年化成本
fact-valid-from = 生效日期
fact-rate-rows = 行数
fact-valid-until = 有效期至
fact-loan = 贷款
fact-secured = 担保债权
fact-contract = 合同
fact-recourse = 追索权
fact-pay-by = 付款期限
fact-paid-on = 付款日期
fact-presented-on = 提示付款日
fact-account = 收款账户
fact-credited-on = 入账日
fact-recorded-on = 记录日期
fact-settled-on = 兑付日
fact-due = 应收金额
fact-credited = 本次入账
fact-outstanding = 未付余额
fact-cleared-on = 清分日
fact-file = 文件
fact-good = 通过行数
fact-bad = 退回行数
fact-read-through = 已读至行
fact-payables = 应付单号
fact-checker = 退回人
fact-maker = 经办人
fact-papers = 凭证张数
fact-total = 合计金额
fact-settlement-run = 兑付
fact-bank-booking = 银行入账
fact-discount-payout = 融资放款
fact-webhook = 事件推送
fact-webhook-address = 接收地址
fact-webhook-answer = 最后的应答
fact-task = 事项
fact-organisation = 所属企业
fact-limit = 额度
fact-limit-subject = 额度对象
fact-limit-asked = 本次需要
fact-limit-free = 可用

paper-issued-subject = { $who }向您开立凭证 { $amount }
paper-issued-body = { $who }已向贵方开立金额为 { $amount } 的凭证，承诺到期付款。
paper-issued-note = 请与贵方发票核对后签收或拒收。签收之前，凭证不能转让，也不能融资。

paper-accepted-subject = { $who }已签收凭证 { $amount }
paper-accepted-body = { $who }已签收贵方开立的凭证。贵方须于到期日向届时的持有人支付 { $amount }。

paper-refused-subject = { $who }拒收凭证 { $amount }
paper-refused-body = { $who }拒收了贵方开立的凭证。该凭证不生效，对应的应付账款已释放。

paper-withdrawn-subject = { $who }已撤回凭证 { $amount }
paper-withdrawn-body = { $who }在贵方签收之前撤回了金额为 { $amount } 的凭证。贵方无需办理任何手续。

transfer-offered-subject = { $who }拟以 { $amount } 支付 { $document }
transfer-offered-body = { $who }拟向贵方转让金额为 { $amount } 的凭证片段，用于支付 { $document }。
transfer-offered-note = 签收后，贵方即持有核心企业的这部分付款承诺：可持有到期、支付给自己的供应商，或申请融资。

transfer-accepted-subject = { $who }已签收 { $amount }（{ $document }）
transfer-accepted-body = { $who }已签收金额为 { $amount } 的凭证片段，用于支付 { $document }，现为其持有人。

transfer-declined-subject = { $who }拒收 { $amount }（{ $document }）
transfer-declined-body = { $who }拒收了金额为 { $amount } 的凭证片段。该片段仍由贵方持有，{ $document } 仍未支付。

finance-requested-subject = { $who }就 { $amount } 征询融资报价
finance-requested-body = { $who }邀请贵方为金额为 { $amount } 的凭证片段提供融资。
finance-requested-note = 来源链条和贸易单据可凭上述申请编号在融资接口中查看。

recourse-without = 无追索权
recourse-with = 有追索权：核心企业未付款时，可追回款项
recourse-limited = 有限追索，以 { $cap } 为限

quote-received-subject = { $who }已对您的 { $amount } 报价
quote-received-body = { $who }已就贵方金额为 { $amount } 的凭证片段报价。
quote-received-note = 报价在有效期内对资金方具有约束力。贵方签署之前，融资不成立。

quote-accepted-subject = { $who }已接受贵方对 { $amount } 的报价
quote-accepted-body = { $who }已签署贵方对金额为 { $amount } 的凭证片段的报价。请支付实付金额。
quote-accepted-note = 付款一经证实，该片段即转归贵方持有。

quote-lapsed-subject = { $who }对 { $amount } 的报价已失效
quote-lapsed-body = { $who }对金额为 { $amount } 的凭证片段的报价已失效，融资未成立。该片段的持有人不变。

true-up-waiting-subject = { $who }提交了补价：发票{ $document }增加{ $amount }
true-up-waiting-body = { $who }就发票{ $document }提交了补价单，增加{ $amount }。须经贵方签名确认债务后才生效。如有异议，请在单据页面注明。

invoice-overdrawn-subject = 发票{ $document }超额{ $amount }
invoice-overdrawn-body = { $who }的发票{ $document }在已用于支付之后被调减，现有{ $amount }没有发票支持。该发票不能再用于新的支付，请双方自行了结差额。

goods-handed-over-subject = { $who }已交货：运单{ $document }
goods-handed-over-body = { $who }已在交接时签署运单{ $document }。请核对货物、数量和异常情况，并签名确认收货。
bids-in-subject = 您的 { $amount } 密封报价已截止
bids-in-body = 贵方金额为 { $amount } 的凭证片段的密封报价已截止。各银行现将陆续公开报价，您可以比较。
bids-in-note = 逾期未公开的报价自动失效。贵方签署之前，融资不成立。

reveal-due-subject = 请公开贵方对 { $amount } 的密封报价
reveal-due-body = { $who }对金额为 { $amount } 的凭证片段的询价已停止接受报价。请公开贵方承诺的报价。
reveal-due-note = 逾期未公开的密封报价将失效，且不会被任何人读取。

bid-lapsed-subject = 贵方对 { $amount } 的密封报价已失效
bid-lapsed-body = { $who }对金额为 { $amount } 的凭证片段的询价已结束，贵方的密封报价未公开，也无人读取。

discount-paid-subject = { $who }已付款，{ $amount } 完成转让
discount-paid-body = 银行已证实{ $who }付款。金额为 { $amount } 的凭证片段已同时转归{ $who }持有。
discount-reversed-subject = 款项已退回，{ $amount } 重新归{ $who }持有
discount-reversed-body = 银行说明，金额为 { $amount } 的凭证片段的融资款项已被退回。本次融资已冲正，凭证片段重新由{ $who }持有。
discount-reversed-note = 双方不因本次融资互负债务。可就该凭证片段重新申请融资。

maturity-ahead-obligor-subject = 凭证即将到期，请备足 { $amount }
maturity-ahead-obligor-body = 贵方开立的凭证即将到期。请于付款日在结算账户备足 { $amount }。

maturity-ahead-holder-subject = { $who }的 { $amount } 即将到期
maturity-ahead-holder-body = 贵方持有的凭证即将到期，应收 { $amount }。平台将代为提示付款，贵方无需办理任何手续。

presented-subject = 提示付款：{ $amount }
presented-body = 贵方的凭证已提示付款，正在从贵方结算账户收取 { $amount }。

settlement-credited-subject = { $who }兑付的 { $amount } 已入账
settlement-credited-body = 凭证已兑付。经银行确认，贵方应得的 { $amount } 已一次性入账。

settlement-completed-subject = 凭证 { $amount } 已兑付完毕
settlement-completed-body = 贵方金额为 { $amount } 的凭证已全额兑付，各持有人均已入账，凭证结清。

several-ahead-obligor-subject = { $papers } 张凭证即将到期，请备足 { $amount }
several-ahead-obligor-body = 贵方开立的 { $papers } 张凭证将于同日到期。请于付款日在结算账户备足 { $amount }。

several-ahead-holder-subject = { $papers } 张凭证合计 { $amount } 即将到期
several-ahead-holder-body = 贵方持有的 { $papers } 张凭证将于同日到期，应收合计 { $amount }。平台将代为提示付款，贵方无需办理任何手续。

several-presented-subject = { $papers } 张凭证提示付款：{ $amount }
several-presented-body = 贵方的 { $papers } 张凭证已提示付款，正在从贵方结算账户收取合计 { $amount }。

several-unpaid-obligor-subject = 未兑付：{ $amount } 到期未付
several-unpaid-obligor-body = 贵方凭证提示付款时，贵方银行未支付 { $amount }。上述凭证未获兑付，付款义务仍在。请在结算账户备足款项：未付部分将每日再次提示付款，直至付清；通知平台运营方可提前提示。到期日终仍未付清的，将记录违约、通知所有曾持有该凭证的各方，且贵方不得开立新凭证。

several-default-obligor-subject = 已违约：到期日终仍有 { $amount } 未付
several-default-obligor-body = 贵方 { $papers } 张凭证至到期日终未获足额付款，尚欠 { $amount }。违约已记录在案，并已通知所有现持有人和前手。全部付清、并经运营方两人核对证据之前，贵方不得开立新凭证。

several-default-holder-subject = 拒付通知：贵方所在流转路径上的凭证有 { $amount } 未付
several-default-holder-body = 贵方持有、曾持有或受质押的 { $papers } 张凭证至到期日终未获足额付款，整张凭证合计尚欠 { $amount }。本函即拒付通知。现持有人的未付款项仍然有效，平台每日继续提示付款；能否向前手追索、后手能否向贵方追索，以每次转让时签署的约定为准。

several-credited-subject = { $papers } 张凭证兑付的 { $amount } 已入账
several-credited-body = { $papers } 张凭证已兑付。经银行确认，贵方应得的合计 { $amount } 已入账，每张凭证一笔。

several-completed-subject = { $papers } 张凭证合计 { $amount } 已兑付完毕
several-completed-body = 贵方的 { $papers } 张凭证合计 { $amount } 已全额兑付，各持有人均已入账，凭证结清。

several-more-note = 以上仅列出其中一部分，全部凭证请在门户中查看。

short-paid-subject = { $who }付款不足，本次入账 { $amount }
short-paid-body = { $who }的付款少于凭证金额。已收款项按比例清分，贵方分得 { $amount }。
short-paid-note = 未付余额仍归贵方收取。结清之前，该核心企业不得开立新的凭证。

overdue-subject = 逾期：{ $who }未支付 { $amount }
overdue-body = { $who }未在付款日付款，尚欠贵方 { $amount }。
overdue-note = 贵方的债权及证明均已留存。款项到账后将立即通知贵方。

import-checked-subject = { $file } 已检查：通过 { $good } 行，退回 { $bad } 行
import-checked-body = { $bad ->
    [0] { $file } 的各行均可继续办理。
   *[other] { $file } 中通过的各行可继续办理。退回的各行均注明哪一列有误、应如何处理。
  }

import-interrupted-subject = { $file } 未读完，请重新上传
import-interrupted-body = 系统在读取 { $file } 时中断，第 { $line } 行及之前的各行已载入。请重新上传同一文件：已载入的行保持不变，其余各行随后载入。

approval-waiting-subject = { $who }提请复核：{ $papers } 张凭证，合计 { $amount }
approval-waiting-body = { $who }已制作 { $papers } 张凭证，合计 { $amount }。未经第二人复核，不会开立。

proposals-declined-subject = { $who }退回了 { $papers } 张凭证，合计 { $amount }
proposals-declined-body = { $who }未通过您制作的 { $papers } 张凭证，合计 { $amount }。凭证均未开立。
proposals-declined-note = 您可以重新发起。如应付账款有误，请先以原单号提交更正后的内容。

answer-proposed-subject = { $who }提请复核：{ $supplier }，{ $amount }
answer-proposed-body = { $who }已就{ $supplier }金额为 { $amount } 的融资申请拟定答复。未经第二人复核，不会发出。

answer-returned-subject = { $who }退回了您拟定的答复：{ $amount }
answer-returned-body = { $who }未通过您就金额为 { $amount } 的融资申请拟定的答复。答复未发出，可重新拟定。

rates-proposed-subject = { $who }请您签署挂牌利率（{ $currency }）
rates-proposed-body = { $who }拟定了{ $currency }挂牌利率。签署后即按此自动报价，对贵机构有约束力；第二人签署之前不会发布。

rates-returned-subject = { $who }退回了您拟定的挂牌利率（{ $currency }）
rates-returned-body = { $who }未签署您拟定的{ $currency }挂牌利率。利率未发布，可重新拟定。

invitation-subject = { $who }邀请您代表{ $organisation }使用 Tallystick
invitation-body = { $who }已为您在{ $organisation }开通用户。首次登录时请设置自己的口令：它用来封存您的签名密钥，其他任何人都不知道。
invitation-note = 链接只能使用一次，仅供您本人使用，请勿转发。

operator-tasks-subject = 有 { $count } 个事项需要您处理
operator-tasks-body = 平台遇到 { $count } 个无法自行处理的事项，请人工查看。涉及的兑付已暂停，其他业务照常进行。
operator-tasks-note = 页面上逐项说明了应如何处理。处理完毕后请在该页注明并关闭，暂停的兑付随即继续。

limit-exhausted-subject = 额度不足：{ $subject }，本次需 { $asked }
limit-exhausted-body = 有持有人欲签署贵方报价，但贵方对 { $subject } 的额度不足。未有任何签署；持有人仅被告知贵方目前不能承接。
limit-exhausted-note = 如仍愿买入，请在报价有效期内调高额度（一人经办，另一人复核）。

limit-proposed-subject = { $who } 提出了对 { $subject } 的额度
limit-proposed-body = { $who } 提出了对 { $subject } 的额度。须另一人复核同意后生效。

limit-circle-invited-subject = { $who } 邀请贵方共同查看对 { $subject } 的额度
limit-circle-invited-body = { $who } 提议就 { $subject } 建立联合额度视图。同意加入的各方可见合计数；任何一方都看不到他方的份额。
limit-circle-invited-note = 贵方同意之前不会显示贵方任何数据；退出之后也不再显示。

pledge-asked-subject = { $who }申请向贵方质押 { $amount }
pledge-asked-body = { $who }申请以金额 { $amount } 的凭证片段向贵方质押，用于 { $loan }。请核对其来源，再签署质押协议或拒绝。
pledge-asked-note = 双方均签署之前，质押不成立。

pledge-granted-subject = { $who }已签署质押协议，请贵方签署
pledge-granted-body = { $who }已就 { $amount } 签署质押协议，用于 { $loan }。贵方签署后，片段即被质押。
pledge-granted-note = 质押期间不能转让、拆分或融资。到期时款项仍付至贵方自己的账户。

pledge-declined-subject = { $who }未接受 { $amount } 的质押
pledge-declined-body = { $who }未接受以金额 { $amount } 的凭证片段为 { $loan } 设立质押。该片段仍可自由使用。

pledge-pledged-subject = 已质押给贵方：{ $who }，{ $amount }
pledge-pledged-body = { $who }已签署。金额 { $amount } 的凭证片段担保 { $loan }，在贵方解除之前不能移动。
pledge-pledged-note = 到期时款项付至持有人自己的账户，届时将通知贵方。

pledge-released-subject = { $who }已解除质押：{ $amount }
pledge-released-body = { $who }已解除为 { $loan } 设立的质押。金额 { $amount } 的凭证片段可再次使用。

pledge-paid-subject = 质押给贵方的片段已兑付：{ $amount }
pledge-paid-body = 凭证已结清。{ $who }为 { $loan } 质押给贵方的 { $amount } 已付至持有人自己的账户。
pledge-paid-note = 贵方对该款项的权利由双方的贷款合同约定；平台不在双方之间划转资金。

retransfer-offered-subject = { $who }拟向贵方再转让 { $amount }
retransfer-offered-body = { $who }拟按 { $contract } 将金额 { $amount } 的凭证片段再转让给贵方。贵方签收后即归贵方。
retransfer-offered-note = 价款由双方在平台外结清。签收将占用贵方对核心企业的额度。

retransfer-accepted-subject = { $who }已签收 { $amount } 的片段
retransfer-accepted-body = { $who }已按 { $contract } 签收金额 { $amount } 的凭证片段。该片段不再归贵方，相应额度已恢复。

retransfer-declined-subject = { $who }拒收 { $amount } 的片段
retransfer-declined-body = { $who }未签收 { $contract } 项下金额 { $amount } 的凭证片段。该片段仍归贵方。
webhook-unreachable-subject = 已停止向贵方系统 { $address } 推送事件
webhook-unreachable-body = 三天以来多次尝试，贵方系统 { $address } 一直未接收某条消息。该推送已停用，在贵方重新启用之前不再发送。

webhook-gone-subject = 贵方系统 { $address } 表示已不再接收事件
webhook-gone-body = 贵方系统 { $address } 对消息应答 410（已撤销）。该推送已停用，在贵方重新启用之前不再发送。

webhook-disabled-note = 事件不会丢失。接收端修复后，请在该推送的页面上重新启用，并将错过的消息重新发送。在此期间，需办理的事项仍照常显示在工作台上。

# 冻结与失效的转让。
button-freezes = 查看文书
fact-authority = 决定机关
fact-reference = 文书编号
fact-frozen-until = 冻结至
fact-fragments = 片段数

freeze-frozen-subject = 贵方持有的凭证片段已依文书冻结
freeze-frozen-body = 根据{ $authority }的文书（{ $reference }），贵方持有的凭证片段已被冻结。片段仍归贵方所有，但不能转让、拆分、融资或质押。
freeze-frozen-note = 若片段在解除前到期，款项将在冻结解除后付至贵方自己的账户。对文书的疑问请向作出决定的机关提出，平台仅负责执行。

freeze-pledge-subject = 质押给贵方的凭证片段已依文书冻结
freeze-pledge-body = 根据{ $authority }的文书（{ $reference }），质押给贵方的凭证片段已被冻结。质押列于其后，冻结解除后继续有效。
freeze-pledge-note = 在此之前不能解除质押。

freeze-offer-over-subject = 向贵方的转让已终止
freeze-offer-over-body = 曾向贵方转让的片段已不能转让，无需答复；相应发票的债务照旧存在。

freeze-ended-subject = 冻结已解除
freeze-ended-body = 依{ $authority }文书（{ $reference }）的冻结已解除，各片段恢复冻结前的状态。

freeze-proposed-subject = { $who }录入了冻结文书：{ $reference }
freeze-proposed-body = 请与文书原件核对后决定：决定机关、编号、范围、最后一日。
freeze-proposed-note = 另一人决定之前不会执行；录入人不能决定。
freeze-lift-proposed-subject = { $who }录入了解除冻结的文书：{ $reference }
freeze-lift-proposed-body = 请与文书原件核对后决定是否提前解除冻结。
freeze-returned-subject = { $who }退回了贵方录入的文书：{ $reference }
freeze-returned-body = 该文书未执行。请阅读原因，如仍需执行请重新录入。

offer-lapsed-own-subject = { $amount } 的转让无人答复
offer-lapsed-own-body = { $who }未在期限内答复，转让已失效：片段可再次使用，相应单据额度已释放。
offer-lapsed-subject = 向贵方转让 { $amount } 已失效
offer-lapsed-body = 贵方未在期限内答复{ $who }的转让。片段仍归对方，所欠贵方的债务照旧存在。

# 关于凭证的一致约定。
button-agreement = 查看约定
fact-new-maturity = 新承诺日期
fact-new-due-date = 付款日期
fact-sign-by = 签署期限
agreement-asked-note = 每一位持有人均签署后方才生效；任何一方拒绝即告终止，一切照旧。
agreement-void-proposed-subject = 同事提议作废金额 { $amount } 的凭证
agreement-void-proposed-body = 请作为复核人签署或退回；此后再征求持有人意见。
agreement-void-asked-subject = { $who }请贵方同意作废凭证：{ $amount }
agreement-void-asked-body = { $who }请全体持有人同意该凭证作废。作废后凭证项下不再欠付，原有债务恢复。
agreement-void-effective-subject = 凭证已作废：{ $amount }
agreement-void-effective-body = { $who }与全体持有人均已签署。凭证项下不再欠付，原以凭证支付的发票恢复未付。
agreement-void-declined-subject = 凭证维持不变：{ $amount }
agreement-void-declined-body = 并非各方均同意作废{ $who }的凭证，凭证维持原状。
agreement-void-withdrawn-subject = 征求意见已撤回：{ $amount }
agreement-void-withdrawn-body = { $who }不再请求作废该凭证，凭证维持原状。
agreement-void-lapsed-subject = 未在期限内全部签署：{ $amount }
agreement-void-lapsed-body = { $who }的凭证未作废，维持原状。
agreement-extend-proposed-subject = 同事提议将金额 { $amount } 的凭证展期
agreement-extend-proposed-body = 请作为复核人签署或退回；此后再征求持有人意见。
agreement-extend-asked-subject = { $who }请贵方同意展期：{ $amount }
agreement-extend-asked-body = { $who }请全体持有人同意延后付款日期。贵方没有同意的义务。
agreement-extend-effective-subject = 凭证已展期：{ $amount }
agreement-extend-effective-body = { $who }与全体持有人均已签署，凭证于新日期付款。
agreement-extend-declined-subject = 凭证按原日期付款：{ $amount }
agreement-extend-declined-body = 并非各方均同意展期，{ $who }的凭证按原承诺日期付款。
agreement-extend-withdrawn-subject = 征求意见已撤回：{ $amount }
agreement-extend-withdrawn-body = { $who }不再请求展期，凭证按原承诺日期付款。
agreement-extend-lapsed-subject = 未在期限内全部签署：{ $amount }
agreement-extend-lapsed-body = { $who }的凭证按原承诺日期付款。

button-redemption = 查看提前兑付
fact-rebate-rate = 年折让率
fact-rebate = 折让金额
fact-early-payment = 提前支付金额
fact-due-on = 到期日
fact-accept-by = 接受期限
fact-early-redemption = 提前兑付
redemption-offered-note = 全体持有人的条件相同：同一折让率、同一付款日、同一接受期限。是否接受由每位持有人自行决定；不接受的，到期日足额支付。
redemption-proposed-subject = 同事提议提前兑付凭证：{ $amount }
redemption-proposed-body = 请作为复核人签署或退回；此后全体持有人均会收到同样的要约。
redemption-offered-subject = { $who }愿提前兑付：{ $amount }
redemption-offered-body = { $who }愿在到期前支付该凭证。贵方可按片段逐一接受，也可持有至到期。款项付至贵方自己的账户。
redemption-accepted-subject = 一位持有人已接受提前兑付：{ $amount }
redemption-accepted-body = 平台将于付款日指令贵方银行付至持有人自己的账户，请备足款项。
redemption-paid-subject = 已提前兑付：{ $amount }
redemption-paid-body = 银行已证实款项付至贵方账户，该片段已兑付完毕。
redemption-redeemed-subject = 凭证的一部分已提前兑付：{ $amount }
redemption-redeemed-body = 银行已证实付款。该部分到期日不再向贵方提示付款。
redemption-released-subject = 未能提前兑付：{ $amount }
redemption-released-body = { $who }的银行未付款，该片段仍归贵方，到期日足额支付。要约仍有效的，贵方可再次接受。
redemption-not-paid-subject = 贵方银行未执行提前兑付：{ $amount }
redemption-not-paid-body = 该片段仍归持有人，到期日应足额支付。请向贵方银行查明原因。
button-recourse = 查看追索
recourse-claimed-subject = { $who }向贵方追索
recourse-claimed-body = { $obligor }未足额付款。{ $who }自贵方有追索权地取得该片段，现就其尚欠部分向贵方追索。付款后该片段重归贵方；如不同意，请说明理由。
recourse-withdrawn-subject = { $who }已撤回追索
recourse-withdrawn-body = { $who }不再就该片段向贵方追索。
recourse-disputed-subject = { $who }对贵方的追索提出异议
recourse-disputed-body = { $who }说明了不付款的理由。在贵方撤回或核心企业付清之前，追索继续有效。
recourse-agreed-subject = { $who }同意支付追索款
recourse-agreed-body = { $who }已签署，并已委托其银行付款至贵方账户。银行付款后片段转移。
recourse-paid-own-subject = { $who }已支付追索款
recourse-paid-own-body = 款项已到贵方账户，该片段重归{ $who }；贵方其余权利不变。
recourse-paid-subject = 片段重归贵方：{ $who }的追索已付清
recourse-paid-body = 贵方银行已付款。该片段及{ $obligor }对其尚欠的款项归贵方所有。如贵方当初亦为有追索权取得，可继续向前手追索。
recourse-unpaid-own-subject = { $who }的付款未到账
recourse-unpaid-own-body = 银行未付款。片段已解除锁定，仍归贵方，可再次追索。
recourse-unpaid-subject = 贵方银行未支付{ $who }的追索款
recourse-unpaid-body = 该片段仍归{ $who }所有，对方可再次追索。
recourse-lapsed-subject = 追索终止：{ $obligor }已付清
recourse-lapsed-body = 凭证已足额付清，贵方与{ $who }之间就此不再欠付。

# 误转让的更正。
button-corrections = 查看更正
fact-what-was-wrong = 误在何处
correction-asked-back-subject = { $who }请贵方退回 { $amount }
correction-asked-back-body = { $who }称该笔转让给贵方系误操作，并已签署更正。贵方如同意，请一并签署：片段随即退回，发票额度同时恢复；如不同意，请说明理由。贵方签署之前，一切不变。
correction-offered-back-subject = { $who }拟退回 { $amount }
correction-offered-back-body = { $who }称本不应自贵方取得该片段，并已签署更正。贵方如同意，请一并签署：片段随即重归贵方，发票额度同时恢复；如不同意，请说明理由。贵方签署之前，一切不变。
correction-withdrawn-subject = { $who }已撤回更正
correction-withdrawn-body = 更正不再进行，转让照旧有效。
correction-declined-subject = { $who }不同意更正
correction-declined-body = 转让照旧有效，对方理由见下。
correction-given-back-subject = { $amount } 已退回{ $who }
correction-given-back-body = 双方均已签署。片段重归{ $who }，贵方发票额度已恢复，双方不得就该笔转让相互追索。原转让及其更正均留存在日志中。
correction-taken-back-subject = { $amount } 重归贵方
correction-taken-back-body = 贵方与{ $who }均已签署。片段重归贵方，所付发票的额度已恢复。原转让及其更正均留存在日志中。

# 节假日表变更。
fact-day-told = 此前告知的日期
fact-day-now = 付款日
fact-holiday-notice = 节假日依据
day-moved-obligor-subject = 付款日由 { $from } 调整为 { $to }：{ $amount }
day-moved-obligor-body = 节假日安排有变更，贵方开立的 { $papers } 张凭证的付款日随之调整。请于 { $to } 在结算账户备足 { $amount }。如此前曾告知贵方 { $from }，以本通知为准。
day-moved-holder-subject = 收款日由 { $from } 调整为 { $to }：{ $amount }
day-moved-holder-body = 节假日安排有变更，贵方所持 { $papers } 张凭证的付款日随之调整。贵方将于 { $to } 收到 { $amount }，无需办理任何手续。如此前曾告知贵方 { $from }，以本通知为准。
day-moved-note = 各方签署的到期日不变。到期日遇休息日的，凭证于下一个工作日提示付款。
