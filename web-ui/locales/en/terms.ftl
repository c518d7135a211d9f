# What an obligor signs into a paper.
terms-title = Terms of the paper
terms-transfer = Passing on
terms-transferable = Allowed, down to tier { $tier }
terms-not-transferable = Not transferable
terms-smallest = Smallest part
terms-shortfall = If the payment falls short
terms-shortfall-pro-rata = All holders share it in proportion to what they are owed; principal comes before interest
terms-late = If the payment is late
terms-late-none = No interest agreed in the paper; the law applies
terms-late-rate = { $rate } a year ({ $count }) on what is owed, from the due date
terms-late-grace = nothing within { $days ->
    [one] 1 day
   *[other] { $days } days
}
terms-late-cap = at most { $cap } of the amount in all
terms-early = Payment before the due date
terms-early-not = Not foreseen
terms-early-equal = May be offered, to all holders on the same terms
terms-recourse = Recourse
terms-recourse-stated = Each transfer and each discount states its own
terms-recourse-without = Only without: nobody who passed it on can be claimed from
terms-clearing = Rule by which it is cleared
terms-clearing-version = Version { $version }, for ever
held-by-few = By fewer than three: not shown
choose-terms = Terms of these papers
choose-terms-lead = They are signed into every paper of this list and can't be changed later. Your colleague sees them before approving, and every payee before accepting.
choose-late-statutory = As the law has it where nothing is agreed: 0.05% a day (18.25% a year) on what is owed
choose-late-own = A rate of your own:
choose-late-percent = Percent a year
choose-late-grace = Days without interest
choose-late-cap = At most, in percent of the amount
choose-transferable = Allowed
choose-deepest = Deepest tier
choose-smallest = Smallest part, in whole units
proposals-terms = { $papers ->
    [one] Terms of one paper
   *[other] Terms of { $papers } papers
  }
