# What the operator is asked to look at: todo-CODE says what is wrong, todo-CODE-do what to do.
todo-lead = The platform could not settle these by itself. Whatever is not named here goes on. If the cause still stands when you close a settlement's task, the next settlement job sets it aside again and opens a new one.
todo-none = Nothing waits for you to look at.
todo-count = { $count ->
    [one] One thing waits for you to look at
   *[other] { $count } things wait for you to look at
  }
todo-oldest = the oldest since { $when }
todo-since = since { $when }
todo-left-out = { $count ->
    [one] One more is open; it is shown once those above are closed.
   *[other] { $count } more are open; they are shown once those above are closed.
  }
todo-kind-settlement = Settlement
todo-kind-booking = Bank booking
todo-paper-number = Paper number
todo-payment-date = Payment date
todo-see-party = The obligor's record
todo-see-day = That day's reconciliation
todo-note = What was found and done
todo-close = Close
todo-close-resume = Close and let the settlement go on
todo-paper-missing = The settlement names a paper that is not on record.
todo-paper-missing-do = Nothing is paid meanwhile. Have the database compared with the last backup and the exported journal, and the paper's record put back. Then close.
todo-party-missing = A holder or the obligor of this paper is not on record.
todo-party-missing-do = Look for the party under Parties. If its record is gone, have it put back from the backup. Then close.
todo-clearing-rule-unknown = The paper's terms name a clearing rule that this version of the platform does not know.
todo-clearing-rule-unknown-do = Install a version that knows the rule; the terms of a paper never change. Then close.
todo-paper-not-in-circulation = This paper is not in circulation: it was refused, taken back or settled already.
todo-paper-not-in-circulation-do = Have the auditor trace the paper. If it is settled, nothing is left to pay. If it was never accepted, tell the obligor and the payee.
todo-paper-not-tiled = The fragments of this paper leave a gap or overlap, so it is not certain who is to be paid what.
todo-paper-not-tiled-do = Pay nothing by hand. Export the journal and verify it offline (platform verify); the journal decides. Have the list of live fragments set right from it. Then close.
todo-sheet-missing = The settlement is past its cut-off and has no clearing sheet.
todo-sheet-missing-do = Have the database compared with the last backup and the sheet put back. Then close.
todo-sheet-changed = The clearing sheet is not the one that was locked at the cut-off: somebody or something changed it.
todo-sheet-changed-do = Treat it as tampering: find out who had access to the database, tell the auditor, and have the locked sheet put back from the backup. Then close.
todo-sheet-unreadable = The clearing sheet can't be read.
todo-sheet-unreadable-do = Have the sheet put back from the backup. Then close.
todo-holder-account-changed = A holder's account was changed after the cut-off; the clearing sheet names the earlier one.
todo-holder-account-changed-do = Nothing is paid to an account that the sheet does not name. Ask the holder, on a telephone number known before, which account is right; the credit goes out once the account of the sheet stands in the party's record again. Then close.
todo-presentation-not-written = The presentation could not be put into a message to the bank.
todo-presentation-not-written-do = The words below name what does not fit: mostly a name or an account that the bank's format can't carry. Put it right in the party's record. Then close.
todo-credits-not-cash = The credits to holders come to another sum than the cash of the clearing sheet.
todo-credits-not-cash-do = Pay nothing by hand. Compare instructions and statement in that day's reconciliation and find the line that differs. Close once it is set right.
todo-evidence-missing = Every credit counts as paid, but no message of the bank proves it.
todo-evidence-missing-do = Ask the bank to send its notification (camt.054) of these credits once more. Close as soon as it is in.
todo-settlement-not-written = The settlement could not be written into the journal.
todo-settlement-not-written-do = The platform's log says why. Once that is put right, close: it is tried again with the next job.
todo-clearing-no-cash = There is no money to share out.
todo-clearing-no-cash-do = Look in that day's reconciliation whether the obligor's payment has come in, and ask the obligor if not. Then close.
todo-clearing-gap = The claims on this paper leave a gap.
todo-clearing-gap-do = Pay nothing by hand. Verify the exported journal offline and have the list of live fragments set right from it. Then close.
todo-clearing-overlap = Two claims on this paper overlap.
todo-clearing-overlap-do = Pay nothing by hand. Verify the exported journal offline and have the list of live fragments set right from it. Then close.
todo-clearing-beyond-face = A claim goes beyond the face of the paper.
todo-clearing-beyond-face-do = Pay nothing by hand. Verify the exported journal offline and have the list of live fragments set right from it. Then close.
todo-clearing-not-the-face = The claims together are not the face of the paper.
todo-clearing-not-the-face-do = Pay nothing by hand. Verify the exported journal offline and have the list of live fragments set right from it. Then close.
todo-clearing-cash-above-owed = More money has come in than is owed.
todo-clearing-cash-above-owed-do = Compare that day's reconciliation with the bank's statement and agree with the obligor what becomes of the rest. Then close.
todo-booking-without-reference = A booking came without the bank's own reference. It is not counted: the same booking, told twice, would count twice.
todo-booking-without-reference-do = Ask the bank to send the message again with its reference (AcctSvcrRef) for the booking named below. Close once it is in.
todo-booking-without-date = A booking came without its booking date. It is not counted.
todo-booking-without-date-do = Ask the bank to send the message again with the booking date (BookgDt) of the booking named below. Close once it is in.
todo-law = The ledger refuses the settlement: { $refusal }
todo-law-do = Mostly something else has to end first, such as a sale that is not yet paid for. See what the paper waits for. Close once that is done.
todo-other = The platform could not go on here.
todo-other-do = The words and the code below say why. Ask whoever looks after the platform, and close once it is put right.
