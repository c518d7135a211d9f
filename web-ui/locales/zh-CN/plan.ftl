cash-day = 日期
cash-running = 累计
cash-total = 合计
cash-reading = 上方折线为累计金额，下方竖线为每日金额。
cash-described = 共 { $count } 天有资金，合计 { $total }。

cash-needed = 每日所需资金
cash-needed-within = { $days } 天内需付
cash-needed-words = 按到期日列示全部未结清凭证的未付金额，含尚未签收的凭证。已过的日期列在最前，需立即付款。逾期利息另计。

plan-title = 资金日历
plan-lead = 您所持凭证的款项何时到账；如果转让或融资其中一部分，会有什么变化。
plan-nothing = 您没有待到期的凭证。
plan-arriving = 每日到账
plan-within = { $days } 天内到账
plan-leaving = 其中 { $amount } 已发起转让或融资，尚未完成；完成之前仍计算在内。
plan-frozen = 未计入：{ $amount } 已依司法等文书冻结，解除冻结后方可支付。
plan-late = 未计入：{ $amount }（票面）已逾期或仅部分兑付，其余何时到账无法确定。
plan-what-if = 试算
plan-amount-hint = 留空即为全部。
plan-rate = 您假设的年利率（%）
plan-rate-hint = 仅用于试算；按实际天数/360 计息，无其他费用。
plan-compare = 比较
plan-compared = 各种方式下的累计到账
plan-hold = 持有至到期
plan-pass-on = 今天用于支付供应商
plan-standing = 今天按常设报价融资
plan-assumed = 今天按假设利率 { $rate } 融资
plan-arrives = 到账
plan-on = 日期
plan-discharges = 清偿货款
plan-buyer = 资金方
plan-cost = 让渡金额
plan-cost-year = 年化成本
plan-all = 届时资金合计
plan-no-standing = 今天没有银行对该部分给出常设报价。可以发起询价，或在上方填写您假设的利率。
plan-not-binding = 仅为试算，不构成报价：常设报价以签署时的价格为准，核心企业也可能延迟付款。

nav-received = 到账
received-lead = 到期兑付给您的款项，逐笔列示，与银行流水一致，并注明每笔所含凭证。
received-before = 上一月
received-after = 下一月
received-arrived = 本月已到账
received-none = 本月没有付给您的款项。
received-papers = 所含凭证
received-file = 下载（CSV）
received-more = 另有 { $count } 笔见下载文件。
received-too-many = 笔数过多，无法全部列出；请以银行对账单逐月核对。
received-for = { $count ->
    [one] 一张凭证
   *[other] { $count } 张凭证合并支付
}
received-day = 日期
received-payer = 付款人
received-account = 收款账户
received-reference = 流水附言编号
received-sum = 整笔金额
received-settled = 已到账
received-under-way = 在途
received-failed = 未到账，平台运营正在处理
received-differs = 各凭证情况不一
netting-title = 合并收款
netting-off = 目前逐张凭证收款：每张凭证一笔。
netting-on = 自 { $date } 起，同一核心企业同日兑付的各张凭证合并为一笔付给您。
netting-what = 一笔付款在银行流水中只有一行；其中包含哪些凭证，见本页和下载文件；每张凭证仍各自结清。此选择对此后发往银行的款项生效。
netting-start = 改为合并收款
netting-stop = 改为逐张收款
paid-together = { $count } 张凭证合并
