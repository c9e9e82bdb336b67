### Every word that a person reads, in American English. How they are to sound is in CONTRIBUTING.md.

## How times, and texts of others, stand in a sentence

# A time as it is written where no page draws it: in receipts, dialogs and on the terminal.
instant =
    { $month ->
        [1] Jan
        [2] Feb
        [3] Mar
        [4] Apr
        [5] May
        [6] Jun
        [7] Jul
        [8] Aug
        [9] Sep
        [10] Oct
        [11] Nov
       *[12] Dec
    } { $day }, { $year }, { $clock } UTC
# Two sentences, one after the other.
sentences = { $first } { $second }
# What somebody else said, as it came.
verbatim = { $text }
## The page: signing in and accounts

## The page: creating a key

## The page: the one-time dialog

## The page: keys, and what needs attention

## The page: vaults and lists of names

## The page: settings, security check, about, closing

## The token’s own window

token-title = Token
token-hide = Hide
token-hides = Hides in { $time }
token-hides-soon = Hides in { $time } seconds
token-hiding = Hiding
token-read = Let screen readers read it
token-read-warning = Your other programs can read it then, too.
token-capture = This system can’t keep this window out of screenshots and screen sharing.

## What went wrong

unforeseen = Keybearer failed in a way that nobody foresaw, so it isn’t known how far this got.
unforeseen-hint = What was held is still held. Look at what this window shows before you try again. If it happens again, finish with the token, quit, and start again.


## What happened, in passing

## Vaults: what a test has shown, and how to set one up

## Receipts and history

## What needs attention

## What protects a secret on this computer

## Questions that are asked outside the page

## Starting, ending, and the terminal
