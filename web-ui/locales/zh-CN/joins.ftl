# 合并同一凭证的相邻片段。
join-title = 合并片段
join-do = 与相邻片段合并
join-lead = 以下片段首尾相接，且为一并取得：此前因转让被拒签、融资解除或质押解除而被拆开。合并后可作为一个片段转让、融资或质押。
join-none = 没有可与本片段合并的相邻片段。只有一并取得的空闲片段才能合并；分次取得或退回的片段各有其单据和权利，不能合并。
join-deed = 我方将这 { $count } 个片段合并为一个金额为 { $amount } 的片段。
join-follows-same = 其他不变：到期日、单据及追索关系均保持原样，无需他人同意。
join-follows-requests = 对单个片段发出的融资询价随之终止，请对合并后的片段重新询价。
join-sign = 签名并合并
did-join = { $from }合并了相邻片段
receipt-join = 片段已合并
receipt-join-next = 现为一个片段，仍可自由使用。
refusal-not-neighbours = 这些片段并非同一持有人名下首尾相接的片段。
refusal-not-neighbours-do = 请重新查看持有清单，选择同一凭证上相邻的片段。
refusal-acquired-apart = 这些片段并非一并取得。
refusal-acquired-apart-do = 各片段各有其单据和权利，不能合并；您仍可分别转让或融资。
refusal-pieces-not-possible = 不能一次合并这么多片段。
refusal-pieces-not-possible-do = 每次请合并 2 至 50 个片段。
