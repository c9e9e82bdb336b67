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
# A time by itself.
moment = { DATETIME($at) }
# Two sentences, one after the other.
sentences = { $first } { $second }
# How long, written out.
span-seconds =
    { $count ->
        [one] 1 second
       *[other] { $count } seconds
    }
span-minutes =
    { $count ->
        [one] 1 minute
       *[other] { $count } minutes
    }
span-hours =
    { $count ->
        [one] 1 hour
       *[other] { $count } hours
    }
span-days =
    { $count ->
        [one] 1 day
       *[other] { $count } days
    }
# Two things that are named one after the other; of more than two the first are one already.
both = { $first } and { $second }
# What somebody else said, as it came.
verbatim = { $text }
## The page: what many parts of it say

optional = (optional)
back = Back
cancel = Cancel
close = Close
dismiss = Dismiss
done = Done
go-back = Go back
save = Save
try-again = Try again
revoke = Revoke
archive = Archive
# What takes it away for good, by its kind: Dfns calls that archiving where it is no API key.
revoke-it =
    { $kind ->
        [api-key] Revoke key
       *[other] Archive
    }
revoking = Revoking…
revoking-key = Revoking it…
revoking-meaning = If you cancel, it may still have been revoked.
attention-title = Needs attention
vaults-title = Vaults
fact-key-id = ID
fact-status = Status
fact-created = Created
fact-created-by = Created by
fact-organization = Organization
# How long something has run already: “for 12 s”.
elapsed = for { $time }
# Lengths of time, as { $time } in other sentences.
short-seconds = { $count } s
short-minutes = { $count } min
short-hours = { $count } h
short-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
environment-production = Production
environment-production-choice = Production (Europe)
environment-production-meaning = Real funds
environment-production-uae = Production (UAE)
environment-production-uae-meaning = Real funds
environment-staging = Staging
environment-staging-meaning = Test funds only. Dfns calls it deprecated.
environment-sandbox = Sandbox
environment-sandbox-meaning = Try it here. No account needed, nothing leaves this computer.
environment-custom = Custom
environment-custom-meaning = Another Dfns address

## The page: signing in and accounts

welcome = Create Dfns service accounts, tokens, and API keys, and put their secrets safely in your vault.
signin-title = Sign in again to { $account }
signin-to = Sign in to
signin-address = Address
signin-name = Account name
signin-remember = Remember on this computer
signin-passphrase = Lock a credential’s private key with a passphrase, which is asked for after each start
signin-as = Sign in as
signin-admin = Admin
signin-admin-may = Can create, see, and revoke keys
signin-issuer = Issuer
signin-issuer-may = Can create keys, but not see them
signin-auditor = Auditor
signin-auditor-may = Can see keys, but not create them
signin-token = Sign-in token
signin-paste = Paste token
signin-paste-instead = Use the clipboard
signin-submit = Sign in
signin-sandbox = Enter the sandbox
signin-type-instead = Enter it in a field
signin-in = Connect
signin-connect = Connect with a code from Dfns
signin-connect-what = Recommended. Keybearer gets a credential of its own, kept in your keyring, and signs in by itself from then on.
signin-organization = Organization ID
signin-code = Code
signin-code-how = Enter the ID first. Then get the code in Dfns → Settings → Credentials → Get Cred. Code: it has nine characters, and works once, for 60 seconds.
signin-connect-submit = Connect
signin-key = Use a key I have
signin-key-what = A credential from Dfns → Settings → Credentials, and its private key. Keybearer signs in with it by itself from then on.
signin-key-id = Credential ID
signin-username = Dfns username
signin-key-from = Private key
signin-key-paste = On the clipboard
signin-key-paste-what = Cleared once you’re signed in
signin-key-file = In a file
signin-key-file-what = You choose it next. It stays where it is.
signin-key-submit = Use this key
signin-token-title = Paste a sign-in token
signin-how = Copy it from Dfns → Settings; Keybearer clears it from the clipboard. It shows keys, and creates API keys where your organization still has them, until the token expires.
signin-back = Back to { $account }
signin-forget = Forget this account
checking =
    .aria-label = Checking
checking-keyring = Waiting for your system’s keyring…
checking-dfns = Checking your session with { $host }…
# In the band on top of the window, after “Sandbox”.
band-sandbox = Runs in this app. Nothing leaves this computer.
session-left = Session: { $time } left
session-soon = Session expires in { $time }
session-over = Session expired
session-unknown = Expiry unknown
# These follow one of those four, after a dot.
session-sandbox = ends when you quit
session-keyring = saved in your keyring
session-keeping = being saved in your keyring, which may ask you to unlock it
session-memory = forgotten when you quit
# It stands alone.
session-sandbox-alone = Session ends when you quit
# It stands last.
session-credential = signs in by itself
session-unrenewed = You’re still signed in, but Keybearer couldn’t renew your session. It keeps trying, and you can also sign in again now.
session-unrenewed-renew = Sign in again
session-unchecked = You’re signed in as before, but Keybearer couldn’t check your session.
renew = Renew session
sign-out = Sign out
signing-out = Signing out…
signout-title = Sign out of { $account }?
signout-means = Your session at Dfns ends, and the private key is removed from this computer.
signout-deactivate = Also deactivate this computer’s credential at Dfns
signout-stays = Otherwise it stays registered at Dfns, although nobody has its private key anymore.
signout-stays-elsewhere = Otherwise it stays registered at Dfns. If you deactivate it, anything else that uses it stops working.
accounts = Accounts
accounts-menu =
    .aria-label = Accounts
accounts-name = Name of the current account
accounts-rename = Rename
accounts-add = Add account
# An account’s state: one of these, or several with dots between them.
account-over = Session ended. Sign in again.
account-current = Current
account-left = { $time } left
account-memory = Forgotten when you quit

## The page: creating a key

create-title =
    { $kind ->
        [service-account] New service account
        [personal-access-token] New personal access token
       *[other] New API key
    }
create-replacement-title =
    { $kind ->
        [service-account] Replace service account
        [personal-access-token] Replace personal access token
       *[other] Replace API key
    }
create-name = Name
create-submit = Create
create-submit-production = Create in Production
create-submit-deliver = Create and deliver
create-replacement = Create replacement
create-replacement-production = Replace in Production
create-replacement-deliver = Replace and deliver
create-replaces = Replaces { $id }. The old key keeps working until you revoke it.
create-replaces-it = Replaces { $name }, which keeps working until you deactivate it. The new one needs a name of its own.
create-replaces-roles =
    { $count ->
        [0] It may do nothing yet, and neither can the new one.
        [one] It gets the same role: { $roles }.
       *[other] It gets the same { $count } roles: { $roles }.
    }
create-replaces-not = Cancel replacement
create-wait = Nothing was created. Try again in { $time }.
create-waited = Nothing was created. You can try again now.
create-anyway = Create anyway
create-sign = Sign and create
create-delivers = Goes straight to { $vault }, never shown or copied.
create-place = The token will be stored as { $place }. The old key’s entry stays as it is.
create-hold = Keep it here instead
create-holds =
    { $kind ->
        [api-key] Dfns shows the token only once. Keybearer keeps it until it’s in your vault, then erases it.
       *[other] Keybearer makes the key pair here, and keeps token and private key until they’re in your vault, then erases them.
    }
create-no-list = You don’t have permission to see what’s there, so Keybearer can’t check whether this name is taken.
create-not-there = Keybearer can’t create any of these here.
key-role = Role
key-role-list =
    .aria-label = Roles
key-days-label = Valid for
key-days =
    { $count ->
        [one] 1 day
       *[other] { $count } days
    }
key-days-until = Until a date…
key-until = Valid until
create-more = More
key-type = Key type
key-type-p256 = P-256 (works with every Dfns client)
key-type-ed25519 = Ed25519
role-none-what = Nothing is allowed until you give it a role in Dfns.
role-full-admin = Can do everything, or give itself every permission
role-warning = With this role it can do everything in your organization. Choose a smaller one if you can.
role-no-match = No role matches
create-several = Create several…
create-several-unfinished = Go to the unfinished list
creating-looking = Checking the name…
creating-asked = Waiting for Dfns…
creating-verifying = Looking for it in the list…
creating-preparing = Checking whether the vault has room…
creating-delivering = Created. Delivering…
creating-reading-back = Delivered. Verifying the vault’s copy…
# What canceling means at each of these.
creating-harmless = Nothing has been requested yet, so it’s safe to cancel.
creating-asked-meaning = If you cancel, it may still have been created. Keybearer will look for it.
creating-verifying-meaning = Dfns’ answer left open whether it was created. If you cancel, that stays open.
creating-delivering-meaning = If you cancel, Keybearer keeps the secrets here. They may still have been stored.

# What the organization offers: a kind, and what reading it has shown.
kinds =
    .aria-label = What to create
kinds-api-key = API key
kinds-service-account = Service account
kinds-personal-access-token = Personal access token
kinds-needs-credential = needs a credential to sign with
kinds-refused = no permission to create them
kinds-no-permission = no permission to see them
kinds-not-there = not in this Dfns
kinds-unknown = couldn’t find out

## The page: the one-time dialog

reveal-title = { $name } was created
reveal-once = Dfns won’t show this token again.
reveal-held = Erased here in { $time }.
reveal-held-last = Erased here in { $time } unless kept
reveal-held-over = The token is being erased.
reveal-held-seconds =
    { $count ->
        [one] The token will be erased in { $count } second. You can keep it longer.
       *[other] The token will be erased in { $count } seconds. You can keep it longer.
    }
reveal-held-minutes =
    { $count ->
        [one] The token will be erased in { $count } minute.
       *[other] The token will be erased in { $count } minutes.
    }
reveal-keep = Keep { $time } longer
reveal-store =
    { $count ->
        [one] Put the token in your vault
       *[other] Put these in your vault, together
    }
reveal-vault =
    .aria-label = Vault
reveal-token =
    .aria-label = The token, hidden
reveal-length =
    { $count ->
        [one] { $count } character
       *[other] { $count } characters
    }
reveal-show = Show
reveal-copy-it = Copy
reveal-hide = Hide
reveal-shown = Shown for { $time }
reveal-shown-unprotected = Shown for { $time }; screenshots can see it
reveal-copy = Copy token
reveal-clear = Clear now
clipboard-own = Copied, clears in { $seconds } s
clipboard-own-spoken =
    { $seconds ->
        [one] Copied, clears in { $seconds } second
       *[other] Copied, clears in { $seconds } seconds
    }
clipboard-vault = The copy from your vault will be cleared in { $seconds } s
clipboard-vault-spoken =
    { $seconds ->
        [one] The copy from your vault will be cleared in { $seconds } second
       *[other] The copy from your vault will be cleared in { $seconds } seconds
    }
clipboard-clearing = Clearing the clipboard…
clipboard-clearing-wait = Clearing the clipboard… Wait until that’s done before you copy the token from your vault.
clipboard-cleared = The clipboard was cleared.
clipboard-replaced = The token is no longer on the clipboard. If something else is, Keybearer left it alone.
clipboard-taken-over = { $programs } took over the copy, and may keep it after the clipboard is cleared.
reveal-verify = Check that it arrived
reveal-verify-how = Copy the token from your vault, then press Check.
reveal-verify-proves = Copy the token from { $vault }, then press Check. From then on, what you deliver there counts as stored.
reveal-check = Check
check-stored =
    { $secret ->
        [all] Verified. Your vault has all of them, exactly.
        [privateKey] Verified. Your vault has the exact private key.
        [credentialId] Verified. Your vault has the exact credential ID.
       *[token] Verified. Your vault has the exact token.
    }
check-different =
    { $secret ->
        [privateKey] The clipboard has something else, not this private key.
        [credentialId] The clipboard has something else, not this credential ID.
       *[token] The clipboard has something else, not this token.
    }
check-white-space =
    { $secret ->
        [privateKey] The clipboard has the private key with white space around it. Store it again without.
        [credentialId] The clipboard has the credential ID with white space around it. Store it again without.
       *[token] The clipboard has the token with white space around it. Store it again without.
    }
check-empty = The clipboard is empty.
check-own-copy =
    { $secret ->
        [all] That’s the copy Keybearer made. Copy the secrets from your vault, then check again.
        [privateKey] That’s the copy Keybearer made. Copy the private key from your vault, then check again.
        [credentialId] That’s the copy Keybearer made. Copy the credential ID from your vault, then check again.
       *[token] That’s the copy Keybearer made. Copy the token from your vault, then check again.
    }
reveal-secrets =
    .aria-label = Its secrets, hidden
secret-name =
    { $secret ->
        [privateKey] Private key
        [credentialId] Credential ID
       *[token] Token
    }
secret-hidden =
    { $secret ->
        [privateKey] The private key, hidden
        [credentialId] The credential ID, hidden
       *[token] The token, hidden
    }
secret-checked = Verified
reveal-verify-each = Copy each back from your vault, and press Check after each.
copy-all-more = More
copy-all = Copy all
copy-all-format =
    .aria-label = Format
copy-all-env = As .env lines
copy-all-json = As JSON
copy-all-warning = Every program that reads the clipboard gets the token, the private key, and the credential ID together, which is all it takes to act for this account. They’re cleared after 15 seconds at the latest.
try-out-title = Try it
try-out-how = Dfns gets a signature made with this token, private key, and credential ID. It’s never used, and changes nothing. Your Dfns log may show it.
try-out = Try it
trying-out = Trying it at Dfns…
trying-out-meaning = Nothing changes, whether or not you cancel.
tried-proven = It works. Dfns accepted the token, the private key, and the credential ID together.
tried-token-refused = Dfns doesn’t accept this token.
tried-token-refused-hint = It may have expired or been archived, or its owner may be inactive. Look at it in Dfns.
tried-other-credential = Dfns accepts the token, but not this credential ID with it.
tried-signature-refused = Dfns accepts the token and the credential ID, but not what the private key signed.
tried-unusable-hint = Don’t put it to use. Revoke it, and create another.
tried-not-let = Not proven. Dfns refused before anything was signed, which says nothing about these secrets. A role or a permission may be missing.
tried-not-let-hint = Check its role in Dfns.
roles-more = It has roles that you didn’t ask for: { $roles }. Check them in Dfns before you use it.
roles-fewer = Dfns created it without the role you asked for. Give it the role in Dfns.
key-kind =
    { $kind ->
        [service-account] Service account
        [personal-access-token] Personal access token
       *[api-key] API key
    }
keys-kind-unlisted =
    { $kind ->
        [service-account] The service accounts aren’t in this list. { $problem }
        [personal-access-token] Your personal access tokens aren’t in this list. { $problem }
       *[api-key] The API keys aren’t in this list. { $problem }
    }
kv2-private-key-field = Field for the private key
kv2-credential-id-field = Field for the credential ID
reveal-replaces = Then revoke the old key
reveal-replaces-how = { $id } keeps working until you revoke it. After you press Done, you can do that under “Needs attention”.
reveal-permissions = Next: give it permissions in Dfns.
reveal-status = Its status is “{ $status }”.
token-facts = Token details
token-facts-unverified = (unverified)
token-fact-id = ID
token-fact-subject = Subject
token-fact-issuer = Issuer
token-fact-issued = Issued
token-fact-expires = Expires
reveal-done-clear = Done, and clear the clipboard
finish-title =
    { $count ->
        [one] Is the token in your vault?
       *[other] Are all of them in your vault?
    }
finish-proven-title =
    { $count ->
        [one] Finish and erase the token?
       *[other] Finish and erase them?
    }
finish-for-a-time-title = Finish, although the vault will delete it?
finish-unproven =
    { $count ->
        [one] Not verified yet: press Check to see whether it’s in your vault. If it isn’t, nobody can get it again.
       *[other] Not all are verified yet: press Check to see whether they’re in your vault. What isn’t, nobody can get again.
    }
finish-taken = { $vault } took the token, but nothing shows yet that it’s there. Press Check to find out.
finish-for-a-time = { $vault } keeps the token until { DATETIME($until) }. After that, nobody can get it again.
finish-erases =
    { $count ->
        [one] Finishing erases the token from this computer.
       *[other] Finishing erases them from this computer.
    }
finish-erases-copy =
    { $count ->
        [one] Finishing erases the token here and from the clipboard.
       *[other] Finishing erases them here and from the clipboard.
    }
finish-yes = Yes, finish
deliver-to = Deliver to { $vault }
deliver-overwrites = { $vault } can’t be asked beforehand, and may overwrite an entry of the same name.
deliver-looking = Checking whether { $vault } has room…
deliver-looking-meaning = The token hasn’t been sent yet.
deliver-storing = Storing the token in { $vault }…
deliver-storing-meaning = If you cancel, it may still have been stored.
deliver-reading-back = Verifying the copy in { $vault }…
delivered-read-back = Delivered to { $vault } as { $entry } and verified.
delivered-first-version = Delivered to { $vault } as { $entry }, and stored as version 1. Keybearer can’t read it back with this access.
delivered-taken = { $vault } took it as { $entry }.
delivered-taken-open = { $vault } took it as { $entry }. Nothing shows yet that it’s there.
delivered-taken-as-before = Delivered to { $vault } as { $entry }. It wasn’t read back, but an earlier token was verified there.
# These two follow one of those.
vault-account = Account: { $account }.
delivered-until = The vault will delete it on { DATETIME($until) }.
undelivered = { $vault }, { $entry }: { $problem }

## The page: keys, and what needs attention

keys-title = Keys and accounts
keys-list =
    .aria-label = Keys and accounts
keys-some = { $found } of { $count }
keys-refresh = Refresh
keys-replace = Replace several…
keys-kind-label = Kind
keys-not-there = This Dfns doesn’t have API keys.
keys-forbidden = You don’t have permission to see this organization’s keys. An admin can give you the permission ApiKeys:Read in Dfns.
keys-search =
    .aria-label = Search keys and accounts
    .placeholder = Search name, ID, creator, notes
keys-filter =
    { $count ->
        [0] Filter
       *[other] Filter ({ $count })
    }
keys-filters =
    .aria-label = Filters
keys-filters-chosen =
    .aria-label = Active filters
filter-status = Status
filter-kind = Kind
filter-role = Role
filter-age = Age
filter-expiry = Expiry
filter-token = Token
filter-any-status = Any status
filter-any-role = Any role
filter-no-role = No role
filter-any-age = Any age
filter-older-quarter = Older than 90 days
filter-older-year = Older than 1 year
filter-older-two-years = Older than 2 years
filter-any-expiry = Any expiry
filter-ends-soon = Ended, or ends within 30 days
filter-ended = Ended
filter-ends-in-week = Ends within 7 days
filter-ends-in-month = Ends within 30 days
filter-ends-later = Ends after 30 days
filter-ends-unknown = Expiry not known
filter-any-token = Any
filter-elsewhere = Not created here
filter-shown = { $found } of { $count } shown
filter-remove = Remove filter: { $filter }
filter-clear = Clear filters
keys-active = Active
keys-inactive = Inactive
keys-revoked = Revoked
keys-order =
    .aria-label = Order
keys-all-kinds = All kinds
keys-api-keys = API keys
keys-service-accounts = Service accounts
keys-personal-access-tokens = Personal access tokens
keys-export = Export…
keys-export-menu =
    .aria-label = Export
keys-export-csv = As a table (CSV)
keys-export-json = As JSON
keys-ending-first = Ending first
key-ends-in =
    { $days ->
        [0] ends within a day
        [one] ends in { $days } day
       *[other] ends in { $days } days
    }
key-ends-in-about =
    { $days ->
        [0] ends in about a day
        [one] ends in about { $days } day
       *[other] ends in about { $days } days
    }
key-ended = ended
key-may-have-ended = may have ended
key-ends-about = About { DATETIME($at) }, going by the days it was requested for
keys-newest = Newest first
keys-oldest = Oldest first
keys-by-name = By name
keys-loading = Loading…
keys-as-they-were = This is the list as of { DATETIME($at) }.
keys-canceled = Canceled.
keys-canceled-hint = Press Refresh to load the list.
keys-none = Nothing here yet. Name your first one above.
keys-none-of-status =
    { $status ->
        [working] Nothing active.
        [inactive] Nothing inactive.
        [revoked] Nothing revoked.
       *[all] Nothing.
    }
keys-no-match =
    { $status ->
        [working] Nothing active matches “{ $search }”.
        [inactive] Nothing inactive matches “{ $search }”.
        [revoked] Nothing revoked matches “{ $search }”.
       *[all] Nothing matches “{ $search }”.
    }
keys-none-match = Nothing matches these filters.
keys-none-found = Nothing matches “{ $search }” with these filters.
keys-without = Show { $count } without “{ $filter }”
keys-without-search = Show { $count } without the search
keys-without-any = Clear search and filters
key-status-active = Active
key-status-revoked = Revoked
key-status-archived = Archived
key-status-inactive = Inactive
key-status-unknown = Unknown
# Where a key’s token is.
token-checked = In a vault
token-delivered = Delivered
token-for-a-time = In a vault for a time
token-stated = In a vault (not verified)
token-unproven = Token may be lost
token-none = No token
token-in = In { $vault }
token-in-until = In { $vault } until { DATETIME($until) }
key-copy-id = Copy
key-copied-id = The ID is on the clipboard.
key-as-listed = Shown as it was listed.
key-history = On this computer
key-history-until = { $what } (until { DATETIME($until) })
key-elsewhere = Not created on this computer, so Keybearer doesn’t know where its secrets are.
key-copy-receipt = Copy receipt
key-save-receipt = Save receipt
key-replace = Replace
key-keep = Keep it
revoke-title =
    { $kind ->
        [service-account] Archive this service account?
        [personal-access-token] Archive this personal access token?
       *[api-key] Revoke this key?
    }
key-give-role = Give a role…
key-give-role-confirm = Give role
key-take-role = Take away
key-role-waits-give = Not given yet: waits for another admin’s approval
key-role-waits-take = Still holds: taking it away waits for another admin’s approval
key-role-open = May have changed: see “Needs attention”
key-role-unknown = Dfns doesn’t list what it allows
key-choose-role = Choose a role
key-no-more-roles = It has every role there is.
take-role-title = Take the role “{ $role }” away?
take-role-means = Anything using it can’t do anymore what only this role allows: { $operations }.
take-role-means-unknown = Anything using it can’t do anymore what only this role allows.
give-role-means = Whatever uses it can do this as soon as the role is given.
deactivate-title =
    { $kind ->
        [personal-access-token] Deactivate this personal access token?
       *[service-account] Deactivate this service account?
    }
deactivate-means = Anything using it stops working until you activate it again.
key-rename = Rename
key-new-name = New name
key-deactivate = Deactivate
key-activate = Activate
key-changing = Waiting for Dfns…
key-changing-meaning = If you cancel, it may still have been changed.
revoke-means = Anything using it stops working immediately. You can’t undo this.
revoke-production = This is Production. Type { $name } to confirm.
attention-not-handed-over = Token may be lost
attention-not-handed-over-dismiss = I saved it – keep it
attention-for-a-time = The vault will delete it
attention-for-a-time-dismiss = That’s intended – keep it
attention-candidate = May be the one you asked for
attention-others-candidate = Probably somebody else’s
attention-candidate-dismiss = It isn’t ours – leave it
attention-doubtful = May have been created
attention-doubtful-dismiss = Resolved
attention-without-token = Created without a token
attention-without-token-dismiss = Leave as it is
attention-awaiting-approval = Waiting for approval
attention-awaiting-approval-dismiss = Rejected – dismiss
attention-old-to-revoke = Old one still works
attention-old-to-revoke-dismiss = Keep both
attention-old-to-archive = Old one is deactivated
attention-old-to-archive-dismiss = Leave it deactivated
attention-deactivate-old = Deactivate old one
attention-archive-old = Archive old one
attention-activate-old = Activate again
attention-give-roles = Give it the missing roles
attention-on-clipboard = Still on the clipboard
attention-on-clipboard-dismiss = I cleared it
attention-gone = Dfns doesn’t know it
attention-gone-dismiss = It’s gone – dismiss
attention-role-pending = Waiting for approval
attention-role-over = No longer pending
attention-role-doubtful = Role not confirmed
attention-role-check = Check now
attention-role-checking = Checking…
attention-role-dismiss = Dismiss
role-give-pending = The role “{ $role }” for “{ $name }” waits for another admin’s approval.
role-take-pending = Taking the role “{ $role }” away from “{ $name }” waits for another admin’s approval. Until then, the role still holds.
role-pending-hint = Keybearer checks whenever the list is refreshed. You can also check now.
role-give-over = The role “{ $role }” for “{ $name }” is no longer pending, and Dfns doesn’t list it as given. The outcome isn’t known: Dfns doesn’t say whether it was rejected, withdrawn, or given and taken away again.
role-take-over = Taking the role “{ $role }” away from “{ $name }” is no longer pending, and Dfns still lists the role as given. The outcome isn’t known: Dfns doesn’t say whether it was rejected or withdrawn.
role-over-hint = Ask the admin who decides on it. If you still want it, do it again.
role-give-doubtful = The role “{ $role }” may have been given to “{ $name }”: Dfns gave no clear answer.
role-take-doubtful = The role “{ $role }” may have been taken away from “{ $name }”: Dfns gave no clear answer.
role-doubtful-hint = Check now, before you do it again.
role-give-unseen = The role “{ $role }” may have been given to “{ $name }”: Dfns gave no clear answer, and doesn’t list it as given so far.
role-take-unseen = The role “{ $role }” may have been taken away from “{ $name }”: Dfns gave no clear answer, and still lists it as given so far.
role-unseen-hint = Check once more in a minute. If it’s still so then, do it again, or dismiss this.
role-not-checked = It couldn’t be checked.
attention-resolved = Resolved
attention-recreate = Revoke and recreate
attention-archive-anew = Archive and start over
attention-revoke-old = Revoke old one
attention-account = This belongs to the account “{ $account }”.
attention-by = by { $author }
attention-busy = Another one is being created.
attention-busy-hint = Nothing was revoked. Wait until that’s done.
receipt-title = Receipt for { $name }
receipt-copy = Copy as Markdown
receipt-save = Save as JSON

## The page: vaults and lists of names

vaults-what = Keybearer can deliver tokens straight to these vaults, never shown or copied.
vaults-none = No vaults yet. Add the one your team uses.
vaults-add = Add vault
vault-default = Default
vault-unproven = Not verified yet. What you deliver here counts as stored once you’ve checked a token.
vault-test = Test
vault-testing = Testing { $vault }…
vault-paste = Paste { $secret }
vault-edit = Edit
vault-use = Deliver new ones here
vault-use-not = Stop delivering here
vault-up = Move up
vault-remove = Remove
vault-remove-sure = Remove this vault?
vault-remove-sure-secret = Remove this vault and its saved { $secret }?
vault-keep = Keep vault
vault-remove-yes = Remove vault
vault-choose = Choose a vault
vault-kv2 = HashiCorp Vault or OpenBao
vault-kv2-what = Over HTTP, KV version 2
vault-kv2-name = Team Vault
vault-program = Another program
vault-program-what = Any that reads a secret from its standard input
vault-not-installed = { $program } isn’t installed
vault-next = Next
vault-edit-title = Edit { $vault }
vault-name = Name
vault-places = { $name }, { $id }, and { $organization } stand for what’s known of each.
kv2-address = Address
kv2-mount = Mount (KV version 2)
kv2-path = Path
kv2-field = Field for the token
kv2-namespace = Namespace
kv2-authority = Your own certificate authority (file)
kv2-token = You paste the access token afterwards, from the clipboard into your keyring.
program-program = Program
program-store = Command arguments (one per line)
program-advanced = Advanced
program-input = Token on standard input
program-input-raw = As it is
program-input-line = As a line
program-input-json = As JSON
program-input-base64 = As JSON in Base64
program-input-dotenv = As lines of variables
program-names = Characters in names of entries
program-names-readable = Letters and digits of any script, spaces, - _ .
program-names-plain = a–z, A–Z, digits, - _ .
program-names-dashed = a–z, A–Z, digits, -
program-names-lowercase = a–z, digits, -
program-names-uppercase = A–Z, digits, _
program-template = JSON, with { $token } where the token goes
program-exists = Arguments that check whether an entry exists (exit code 0: yes)
program-missing = What the program says if there’s no entry
program-missing-none = (empty: exit code 1, in silence)
program-prints = The program tells by what it prints: nothing if there’s no entry
program-stale = The program looks at a copy on this computer, which may be behind
program-read-back = Arguments that print an entry
program-read-back-line = The program ends what it prints with a line break
# Several secrets: those of a service account or a personal access token.
program-several = Several secrets
program-several-what = Service accounts and personal access tokens have a token, a private key, and a credential ID. If nothing’s here, they’re stored as a token is, each from a line of its own.
program-several-store = Arguments that store all of them
program-several-input = All of them on standard input
program-several-template = JSON, with { $token }, { $key }, and { $id } where they go
program-several-exists = Arguments that check whether they exist, if they’re others
program-several-read-back = Arguments that print them
program-several-each = With { $secret } in the arguments that check or print, the program is started once for each.
program-whose = Arguments that tell which account it uses
program-whose-fields = Where the account is in the printed JSON, such as { $example }
program-whose-fields-none = (empty: all that’s printed)
program-password = The program reads a password first, on its own line
program-seconds = Stop the program after
program-variables = Environment variables the program needs
program-direct = Keybearer starts the program directly, without a shell.
batch =
    .aria-label = Create several
batch-title =
    { $kind ->
        [service-account] Create several service accounts
        [personal-access-token] Create several personal access tokens
       *[api-key] Create several keys
    }
batch-replace-title = Replace several
batch-replace-what =
    { $kind ->
        [api-key] Each new key bears the name of the old one, and its token goes straight to a vault. The old ones keep working until you revoke them.
       *[other] Each new one gets the roles of the old one and goes straight to a vault. The old ones keep working until you deactivate them, one by one, under Needs attention.
    }
batch-replace-count =
    { $chosen ->
        [0] Choose from { $count }
       *[other] { $chosen } of { $count } chosen
    }
batch-replace-more = These are the first { $most } of { $count }. Search or filter the list to see others here.
batch-replace-name = New name in place of { $name }
batch-replace-check =
    { $count ->
        [0] Check
        [one] Check one
       *[other] Check { $count }
    }
batch-no-vault = Each token goes straight to a vault. Add one under Vaults first.
batch-what =
    { $kind ->
        [service-account] Keybearer creates a service account for each name, one after the other, and delivers its token and private key straight to the vault.
        [personal-access-token] Keybearer creates a personal access token for each name, one after the other, and delivers it with its private key straight to the vault.
       *[api-key] Keybearer creates a key for each name, one after the other, and delivers each token straight to the vault.
    }
batch-own-role = For a name with a role of its own, add the role after a semicolon: Payout bot; Reader. A “-” stands for no permission yet.
batch-full-admin = Some of them get a role that can do everything in your organization. Choose a smaller one if you can.
batch-names = Names (one per line)
batch-file = Or a file of names
batch-vault = Vault
batch-check = Check names
batch-checking = Checking each name…
batch-file-too-large = This file is too large for a list of names.
batch-file-too-large-hint = Choose a file with one name per line.
batch-checked-title =
    { $kind ->
        [service-account] { $count ->
            [one] Create this service account?
           *[other] Create these service accounts?
        }
        [personal-access-token] { $count ->
            [one] Create this personal access token?
           *[other] Create these personal access tokens?
        }
       *[api-key] { $count ->
            [one] Create this key?
           *[other] Create these keys?
        }
    }
batch-all-good =
    { $count ->
        [one] The name is fine.
       *[other] All { $count } names are fine.
    }
batch-some-good = { $good } of { $count } names are fine. The others will be skipped.
batch-where =
    { $kind ->
        [service-account] { $count ->
            [one] { $account } creates the service account. Its token and private key go to { $vault }.
           *[other] { $account } creates the service accounts. Their tokens and private keys go to { $vault }.
        }
        [personal-access-token] { $count ->
            [one] { $account } creates the personal access token. It and its private key go to { $vault }.
           *[other] { $account } creates the personal access tokens. They and their private keys go to { $vault }.
        }
       *[api-key] { $count ->
            [one] { $account } creates the key. Its token goes to { $vault }.
           *[other] { $account } creates the keys. Their tokens go to { $vault }.
        }
    }
batch-as = as { $place }
batch-replaces = Replaces { $old } · as { $place }
batch-replaces-with-role = Replaces { $old } · { $role } · as { $place }
batch-as-with-role = { $role } · as { $place }
batch-start =
    { $kind ->
        [service-account] { $count ->
            [one] Create and deliver { $count } service account
           *[other] Create and deliver { $count } service accounts
        }
        [personal-access-token] { $count ->
            [one] Create and deliver { $count } token
           *[other] Create and deliver { $count } tokens
        }
       *[api-key] { $count ->
            [one] Create and deliver { $count } key
           *[other] Create and deliver { $count } keys
        }
    }
batch-running = Creating and delivering to { $vault }
batch-paused = The list is paused
batch-ended = All done
# How far the list is: the first of these, and the others with dots between them.
batch-delivered = { $delivered } of { $count } delivered
batch-failed = { $count } not created
batch-attention =
    { $count ->
        [one] { $count } needs attention
       *[other] { $count } need attention
    }
batch-waiting = { $count } not started
batch-progress =
    .aria-label = Progress
batch-waits = Dfns is limiting requests. Next try in { $time }.
batch-row-waiting = Not started
batch-row-under-way = In progress
batch-row-delivered = Delivered
batch-row-failed = Not created
batch-row-settled = Resolved
batch-retry = Retry failed ones
batch-stop = Stop now
batch-pause = Pause
batch-pausing = Pausing…
batch-resume = Resume
batch-skip = Skip the rest

## The page: settings, security check, about, closing

settings =
    .aria-label = Settings
    .title = Settings
settings-title = Settings
settings-clipboard = Clear a copied token after
settings-held = Erase an unsaved token after
settings-idle = Renew your session until nobody’s been here for
settings-seconds = seconds
settings-minutes = minutes
settings-colors = Colors
settings-system = System
settings-light = Light
settings-dark = Dark
settings-kept = Saved in { $file }
settings-clipboard-range = A copied token can stay for 1 to 600 seconds.
settings-idle-range = A session can be renewed for up to 1,440 minutes, which is a day, after you last did something.
settings-held-range = An unsaved token can be kept for up to 1,440 minutes, which is a day.
protection =
    .aria-label = Security check
    .title = Security check
protection-title = Security check
protection-looking = Checking this computer…
protection-again = Check again
protection-yes = Active
protection-partly = Partly active
protection-no = Not active
protection-all = { $active } of { $all } protections are active.
protection-some-partly = { $active } of { $all } protections are active, { $partly } partly.
protection-some-not = { $active } of { $all } protections are active, { $missing } not.
protection-some = { $active } of { $all } protections are active, { $partly } partly, { $missing } not.
about = About Keybearer
about-what = Keybearer creates Dfns API keys and puts each token safely in your vault.
about-tested = Tested with its own sandbox and Dfns’ published documentation, not yet with Dfns itself.
about-licence = By the Keybearer contributors, 2026. Licensed under MIT or Apache-2.0, at your choice.
about-others = Open-source licenses
about-others-text =
    .aria-label = Open-source licenses
closing-list = Quit before the list is done?
closing-list-text = The name it’s at may be left in doubt; it’s under “Needs attention” then. You can resume the list after the next start.
closing-creating = Quit while Dfns is being asked?
closing-creating-text = Dfns may still create what you asked for, and its token would be lost. Keybearer will look for it at the next start.
closing-delivering = Quit while a token is being delivered?
closing-delivering-text = The token of “{ $name }” is on its way to your vault. Quitting cancels that. You’ll find “{ $name }” under “Needs attention” at the next start.
closing-held = Quit while a token is kept here?
closing-for-a-time-text = The token of “{ $name }” is in { $vault }, but only until { DATETIME($until) }. Quitting erases it from this computer. You’ll find “{ $name }” under “Needs attention” at the next start.
closing-in-vault = Quit and erase the token?
closing-in-vault-text = The token of “{ $name }” is in your vault. Quitting erases it from this computer.
closing-unproven-text = “{ $name }” exists at Dfns, and nothing shows that its token is in a vault. Quitting erases the token for good. You’ll find “{ $name }” under “Needs attention” at the next start.
closing-quit = Quit anyway
closing-revoke = Revoke and quit

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

unforeseen = Keybearer failed in a way nobody foresaw, so it isn’t known how far this got.
unforeseen-hint = What was held is still held. Look at what this window shows before you try again. If it happens again, finish with the token, quit, and start again.

# Names.
err-name-empty = Enter a name that says what it’s for.
err-name-control = This contains a line break or another control character.
err-name-control-hint = Type it again, or paste it without line breaks.
err-name-unseen = This contains an invisible character: { $character }.
err-name-unseen-hint = Type it instead of pasting it, which would bring the character along.
err-name-long = This has { $count } characters. The limit is { $most }.
err-name-long-hint = Shorten it to what says what it’s for.
err-name-jwt = This looks like a token, so Keybearer didn’t take it.
err-name-access-token = This looks like an access token, so Keybearer didn’t take it.
err-name-pem = This looks like a private key or a certificate, so Keybearer didn’t take it.
err-name-random = This looks like a secret, so Keybearer didn’t take it.
err-name-held-token = This is a secret of what was just created, so Keybearer didn’t take it.
err-name-sign-in-token = This is your sign-in token, so Keybearer didn’t take it.
err-name-secret-hint = None of it was sent, shown, or saved. It may still be on your clipboard: copy something else, then type again.
err-name-taken = “{ $name }” already exists.
err-name-taken-hint = Two with the same name are hard to tell apart. Change the name, or create it anyway.
err-name-open = You asked for one named “{ $name }” before. Whether Dfns created it is still open under “Needs attention”.
err-name-open-hint = Resolve that first: asking again could create a second one. Or create it anyway.
err-name-differs = This isn’t its name.
err-name-differs-hint = Type it exactly as shown. Nothing was revoked.

# Characters that nobody can see, by their number in Unicode: U+200B.
character-soft-hyphen = a soft hyphen ({ $code })
character-space = a zero-width space ({ $code })
character-non-joiner = a zero-width non-joiner ({ $code })
character-joiner = a zero-width joiner ({ $code })
character-direction-mark = a mark of the writing direction ({ $code })
character-direction-change = a change of the writing direction ({ $code })
character-word-joiner = a word joiner ({ $code })
character-braille = a blank Braille pattern ({ $code })
character-hangul = a Hangul filler ({ $code })
character-byte-order = a byte order mark ({ $code })
character-variation = a variation selector ({ $code })

# Lists of names.
err-list-utf-16 = This file is UTF-16 text, which Keybearer doesn’t read.
err-list-not-text = This file isn’t text.
err-list-not-utf-8 = Line { NUMBER($line) } of this file isn’t UTF-8 text, so its letters would come out wrong.
err-list-line-break = The name in row { NUMBER($row) } of this table contains a line break.
err-list-quotation = The quotation mark in row { NUMBER($row) } of this table isn’t closed.
err-list-hint = Choose a UTF-8 text file with one name per line, or a .csv file with the names in its first column.
err-list-long = This list has { $count } names. A list can have up to { $most }. Split it.

# Addresses.
err-address-unreadable = This isn’t a web address.
err-address-not-https = The address must start with https://. Otherwise your token would travel unprotected.
err-address-not-https-hint = Plain http:// works only for this computer (localhost).
err-address-more = Enter only the scheme and the host, such as https://api.dfns.io.
err-address-hint = Enter it as https://host, with :port if there is one.

# Sign-in tokens.
err-token-clipboard-empty = There’s no text on the clipboard.
err-token-clipboard-empty-hint = Copy your token from Dfns → Settings, then press Paste again.
err-token-clipboard = The clipboard doesn’t contain a sign-in token: { $problem }.
err-token-clipboard-hint = Nothing was sent. Copy your token from Dfns → Settings, then press Paste again.
err-token-typed = This isn’t a sign-in token: { $problem }.
err-token-typed-hint = Nothing was sent. Copy your token from Dfns → Settings, then paste it here.
not-token-empty = it’s empty
not-token-spaces = it contains spaces
not-token-several = it contains more than one token
not-token-begins = it begins with “{ $letter }” and contains no token
not-token-letter = it contains “{ $letter }”, which no token does
not-token-control = it contains a control character
not-token-shortened = it was shortened where you copied it, and a part is missing
not-token-hidden = it’s hidden behind dots
not-token-cut = it begins like a token, but the end is missing
not-token-private-key = it looks like a private key
not-token-pem = it looks like a certificate or a public key
not-token-address = it’s a web address
not-token-email = it’s an email address
not-token-path = it’s the path of a file
not-token-id =
    it’s the ID of { $kind ->
        [credential] a credential
        [user] a user
        [organization] an organization
        [application] an application
        [key] an API key
        [token] a token
       *[wallet] a wallet
    } at Dfns
not-token-short = it’s too short
not-token-long = it’s too long
err-sign-in-again = Your session has ended: Dfns no longer accepts your sign-in token.
err-sign-in-again-hint = Paste a new token to continue. What you typed is still here.
err-sign-in-over = Your session has ended, so it couldn’t be revoked.
err-sign-in-over-hint = Finish here first. It’s then listed under “Needs attention”, and you can revoke it once you’ve signed in again.
err-sign-in-refused = Dfns didn’t accept this sign-in token.
err-sign-in-refused-hint = Check that it’s from this environment and still valid, and copy it again from Dfns → Settings.
err-other-account = { $account } isn’t signed in right now.
err-other-account-hint = Switch to that account or sign in to it again, then revoke it.

# Private keys, which requests are signed with.
err-private-key-empty = There’s no private key here.
err-private-key-empty-hint = Paste the private key of your Dfns credential: the whole text, with the lines “-----BEGIN …-----” and “-----END …-----”.
err-private-key-no-pem = This isn’t a private key in PEM.
err-private-key-no-pem-hint = Nothing was saved or sent. Paste the whole text, with the lines “-----BEGIN PRIVATE KEY-----” and “-----END PRIVATE KEY-----”.
err-private-key-too-large = This is larger than { $kibibytes } KiB, and no private key.
err-private-key-several = There’s more than one private key in this text, and Keybearer can’t tell which one belongs to your credential.
err-private-key-several-hint = Nothing was saved or sent. Paste only the one whose public key Dfns has.
err-private-key-encrypted = This private key is encrypted with a passphrase, so Keybearer can’t read it.
err-private-key-encrypted-hint = Nothing was saved or sent. Run “openssl pkey -in key.pem” in a terminal, enter the passphrase, and paste what it prints.
err-private-key-encryption = This private key is encrypted in a way that Keybearer can’t open.
err-private-key-openssh = This private key is in OpenSSH’s own format, which Keybearer doesn’t read.
err-private-key-openssh-hint = Nothing was saved or sent. Convert a copy of it with “ssh-keygen -p -N '' -m PKCS8 -f copy”, and paste the copy. If its first line still says OPENSSH, as it does for Ed25519, add another credential in Dfns instead.
err-private-key-public = This is a public key, and only a private key can sign.
err-private-key-certificate = This is a certificate, and only a private key can sign.
err-private-key-request = This is a request for a certificate, and only a private key can sign.
err-private-key-other-half-hint = Nothing was saved or sent. Paste the private key that belongs to your Dfns credential. Its first line ends with “PRIVATE KEY-----”.
err-private-key-other-pem = There’s no private key in this PEM.
err-private-key-curve = This private key’s curve isn’t one that Keybearer signs with, or isn’t named in it.
err-private-key-curve-named = This private key is on the curve { $name }, which Dfns doesn’t accept.
err-private-key-algorithm = This is a private key of a kind that Keybearer can’t sign with.
err-private-key-algorithm-named = This is a private key for { $name }, which Dfns doesn’t accept.
err-private-key-algorithm-hint = Nothing was saved or sent. Dfns accepts keys on P-256 and secp256k1, Ed25519, and RSA from 2048 to 4096 bits. Use such a credential, or add one in Dfns → Settings.
err-private-key-rsa-short = This RSA key has only { $bits } bits, which is too short to be secure.
err-private-key-rsa-long = This RSA key has { $bits } bits, which is more than Keybearer can sign with.
err-private-key-rsa-unusual = This RSA key is made in an unusual way, with which Keybearer can’t sign.
err-private-key-damaged = This private key is damaged.
err-private-key-damaged-hint = Nothing was saved or sent. Copy it again from where you keep it, whole and unchanged.
err-private-key-cut-off = A part of this private key is missing.
err-private-key-mismatched = This private key is damaged: its public half doesn’t belong to it.
err-private-key-passphrase = This isn’t the passphrase, or the key is damaged.
err-private-key-passphrase-hint = Nothing was changed. Enter the passphrase again.
err-session-renewed = Your session had ended, so Dfns refused this, and nothing was done. Keybearer has signed you in again.
err-session-renewed-hint = Try again. What you typed is still here.
err-session-not-ended = You’re signed out here, but Dfns couldn’t be told: { $problem }
err-session-not-ended-hint = Nothing of the session is left on this computer. At Dfns it ends by itself.
err-no-file-dialog = Keybearer can’t open a file dialog on this system. Copy the key’s text, and use the clipboard instead.
err-key-file = The file couldn’t be read: { $problem }.
err-key-file-special = This isn’t a regular file.
key-file-title = Choose your private key – Keybearer
key-file-open = _Use this key
err-code-missing = Enter the code first.
err-code-not-one = This isn’t a code: one has { $length } characters.
err-code-hint = Get one in Dfns → Settings → Credentials → Get Cred. Code. It works for 60 seconds.
err-code-refused = Dfns didn’t accept this code. No credential was registered.
err-code-refused-said = Dfns didn’t accept this code, and no credential was registered. Dfns said: “{ $message }.”
err-code-refused-hint = A code works once, for 60 seconds. Get a new one in Dfns → Settings → Credentials, and enter it right away.
err-organization-missing = Enter your organization’s ID first.
err-organization-not-one = This isn’t an organization’s ID.
err-organization-hint = Copy it from Dfns → Settings → Organization. It begins with “or-” or “cu-”.
err-credential-id-missing = Enter the credential’s ID first.
err-credential-id-not-one = This isn’t a credential’s ID.
err-credential-id-hint = Copy it from Dfns → Settings → Credentials. It often begins with “cr-”.
err-username-missing = Enter your Dfns username first.
err-username-not-one = This isn’t a username.
err-username-hint = It’s usually the email address that you sign in to the Dfns dashboard with.
err-credential-unknown = Dfns doesn’t list { $id } among the active credentials of { $username }, so nothing was signed.
err-credential-not-ones = Dfns doesn’t list { $id } among your active credentials, so nothing was signed.
err-credential-unknown-hint = It may have been deactivated, or belong to another user or organization. Look in Dfns → Settings → Credentials, or connect with a new code.
err-credential-kind = This organization’s Dfns takes no key credentials, so Keybearer can’t have one of its own there.
err-credential-kind-said = This organization’s Dfns takes no key credentials, so Keybearer can’t have one of its own there. Dfns said: “{ $message }.”
err-credential-kind-hint = Ask an admin of the organization, or paste a sign-in token instead.
err-assertion-refused = Dfns didn’t accept the signature. The credential may be deactivated, or the private key may belong to another one.
err-assertion-refused-said = Dfns didn’t accept the signature. The credential may be deactivated, or the private key may belong to another one. Dfns said: “{ $message }.”
err-assertion-refused-hint = Look in Dfns → Settings → Credentials whether it’s active, or connect with a new code.
err-user-refused = Dfns doesn’t let this user sign in to this organization.
err-user-refused-said = Dfns doesn’t let this user sign in to this organization. Dfns said: “{ $message }.”
err-user-refused-hint = Check the username, the organization’s ID, and the environment.
err-key-locked = The private key is locked with your passphrase, so nothing was signed.
err-key-locked-hint = Try again, and enter the passphrase that you chose.
passphrase-title = Passphrase – Keybearer
passphrase-choose = Choose a passphrase
passphrase-choose-meaning = It locks the private key of this computer’s credential. Keybearer asks for it once after each start, and again after the screen was locked. Nobody can recover it: without it, connect with a new code.
passphrase-open = Enter your passphrase
passphrase-open-meaning = It opens the private key with which { $username } signs in to Dfns.
passphrase-wrong = That isn’t the passphrase. Try again.
passphrase-field = Passphrase
passphrase-repeat = The same again
passphrase-differ = The two aren’t the same.
passphrase-ok = _OK
err-sso = Dfns wants this user to sign in through your company’s single sign-on.
err-sso-hint = A credential can’t do that. Sign in to the Dfns dashboard, and paste a sign-in token here instead.
err-action-refused = Dfns refused the signed request. Nothing was done.
err-action-refused-said = Dfns refused the signed request, and nothing was done. Dfns said: “{ $message }.”
err-action-refused-hint = Try again: each signature is good for one request.

# What Dfns answers.
err-refused = Dfns didn’t accept this.
err-refused-said = Dfns didn’t accept this: “{ $message }”.
err-refused-hint = Nothing was done. Change what you entered and try again.
err-forbidden = You don’t have permission to do this in Dfns.
err-forbidden-named = You don’t have permission to do this in Dfns ({ $permission }).
err-forbidden-hint = Nothing was done. An admin of your organization can grant it in Dfns → Permissions.
err-forbidden-hint-said = Nothing was done. An admin of your organization can grant it in Dfns → Permissions. Dfns said: “{ $message }.”
err-signature = This organization’s Dfns wants such requests to be signed with your passkey or credential.
err-signature-hint = A new sign-in token won’t help. Connect this computer with a code from Dfns: Keybearer then has a credential of its own, and can sign.
err-signature-offered-hint = Nothing was created. Keybearer can sign the request with this computer’s credential.
err-no-service = { $host } doesn’t offer this. Either it isn’t a Dfns address, or this Dfns doesn’t have it.
err-no-service-hint = Check the address. If it’s right, look in this organization’s Dfns dashboard: does it show API keys, or service accounts? For those, connect with a code from Dfns.
err-key-gone = Dfns says it isn’t there.
err-key-gone-hint = If it was created a moment ago, try again in a minute. If it was deleted elsewhere, there’s nothing left to do.
err-key-without-id = Dfns gave no usable ID for it, so Keybearer can neither look it up nor revoke it.
err-key-without-id-hint = Find it by name in the Dfns dashboard, and revoke it there.
err-conflict = Dfns reports a conflict.
err-conflict-said = Dfns reports a conflict: “{ $message }”.
err-paused = Dfns is limiting requests.
err-paused-hint = Nothing was done. Try again in a minute.
err-paused-hint-seconds =
    Nothing was done. Try again in { $count ->
        [one] 1 second
       *[other] { $count } seconds
    }.
err-paused-hint-minutes =
    Nothing was done. Try again in { $count ->
        [one] 1 minute
       *[other] { $count } minutes
    }.
err-paused-hint-hours =
    Nothing was done. Try again in { $count ->
        [one] 1 hour
       *[other] { $count } hours
    }.
err-redirected = { $host } answered by pointing to another address. Keybearer doesn’t follow: your sign-in token would go there.
err-unexpected = The answer was HTTP { $status }.
err-unexpected-said = The answer was HTTP { $status }: “{ $message }”.
err-unexpected-hint = Nothing was done. Ask an admin of your organization, or Dfns support.

# No clear answer, and what that means. The problem follows.
err-unclear-read = Dfns gave no clear answer: { $problem }.
err-unclear-look-first = Couldn’t check the name: { $problem }.
err-unclear-revoke = Couldn’t confirm that it was revoked: { $problem }.
err-list-not-saved = The list couldn’t be saved in { $folder }: { $problem }.
err-replacement-not-listed = It wasn’t deactivated, since Dfns doesn’t list the new one.
err-replacement-not-listed-hint = Refresh the list and look for the new one. Without it, keep the old one and replace it again.
err-replacement-rests = It wasn’t deactivated, since the new one is deactivated itself.
err-replacement-rests-hint = Activate the new one in the list, then try again.
err-replacement-lacks =
    { $count ->
        [one] It wasn’t deactivated, since the new one lacks a role that it has: { $roles }.
       *[other] It wasn’t deactivated, since the new one lacks { $count } roles that it has: { $roles }.
    }
err-replacement-lacks-hint =
    { $count ->
        [one] Give it that role, then try again. To do without it, deactivate the old one in its details.
       *[other] Give it those roles, then try again. To do without them, deactivate the old one in its details.
    }
err-unclear-change = Couldn’t confirm that it was changed: { $problem }.
err-unclear-change-hint = The list shows how it is once it’s refreshed. Changing it twice does no harm.
err-unclear-give-role = The role may have been given: { $problem }.
err-unclear-take-role = The role may have been taken away: { $problem }.
err-unclear-role-hint = Look at Needs attention: Keybearer finds out there, and says which. Don’t do it again before that.
err-role-rejected = Dfns says that this change of a role was rejected.
err-role-rejected-hint = Nothing was changed. Ask the admin who decided on it.
err-role-failed = Dfns says that this change of a role failed.
err-role-failed-hint = Nothing was changed. Refresh the list, then try again.
err-unclear-create = Dfns may have created it: { $problem }.
err-nothing-changed = Nothing was changed.
err-no-key-created = Nothing was created.
err-try-in-a-moment = Try again in a moment.
err-unclear-sign-in = You couldn’t be signed in: { $problem }.
err-unclear-sign = The request couldn’t be signed, so it wasn’t sent: { $problem }.
err-unclear-try-out = It’s not known whether they work: { $problem }.
err-unclear-enrol = Dfns may have registered a credential for this computer: { $problem }.
err-unclear-enrol-hint = Keybearer keeps its private key, and finds out when it next reaches Dfns. You needn’t do anything.
err-unclear-deactivate = Couldn’t confirm that the credential was deactivated: { $problem }.
err-unclear-deactivate-hint = Look in Dfns → Settings → Credentials, and deactivate it there if it’s still active.
err-unclear-revoke-hint = Try again: revoking twice does no harm.
err-unclear-revoke-between-hint = Check your network first: its sign-in page, a proxy, or a VPN may be in between. Then try again: revoking twice does no harm.
err-doubt-hint = It stays under “Needs attention” until it’s resolved. Asking again before that could create a second one.
err-doubt-between-hint = It stays under “Needs attention” until it’s resolved. Asking again before that could create a second one. Check your network first: its sign-in page, a proxy, or a VPN may be in between.
err-unsettled = { $refusal } Whether it was created all the same isn’t known yet.
err-unsettled-found = Dfns refused to create it, and yet a new one is in the list that may be the one you asked for.
unclear-timed-out =
    { $seconds ->
        [one] no answer came within 1 second
       *[other] no answer came within { $seconds } seconds
    }
unclear-server = the server had a problem (HTTP { $status })
unclear-cut = the connection broke before the whole answer arrived
unclear-too-large = the answer was longer than { $mebibytes } MiB, so the rest wasn’t read
unclear-too-many = the answer listed more than { NUMBER($count) } entries, so the rest wasn’t kept
unclear-between = the answer (HTTP { $status }) isn’t Dfns’ own, so something between this computer and Dfns probably gave it
unclear-redirected = the answer pointed to another address, where Keybearer doesn’t follow with your sign-in token
unclear-failed = Keybearer failed while it waited for the answer
unclear-not-understood = the answer isn’t one that Dfns gives
unclear-canceled = you canceled after the request was sent
between-401-hint = Open any web page: your network may want you to sign in there. Otherwise try without the VPN or proxy. If nothing changes, your session may have ended: sign in with a new token.
between-404-hint = Check the address, and whether your network wants you to sign in on a web page first. If both are right, look in the Dfns dashboard whether this organization has API keys or service accounts.
between-407-hint = Your network wants you to sign in first. Open any web page, or ask whoever runs your network for the proxy’s password.
between-hint = Open any web page: your network may want you to sign in there. Otherwise check the address, try without the VPN or proxy, or ask whoever runs your network.

# No connection; nothing was sent.
err-unreachable = { $host } couldn’t be reached: { $problem }.
connect-name-unknown = its name wasn’t found
connect-refused = nothing answers there (connection refused)
connect-no-network = this computer has no network connection to it
connect-timed-out =
    { $seconds ->
        [one] no connection within 1 second
       *[other] no connection within { $seconds } seconds
    }
connect-authority-unknown = this computer doesn’t trust the authority that issued its certificate
connect-other-host = its certificate belongs to another host
connect-outdated = its certificate isn’t valid at this computer’s time
connect-certificate-kind = Keybearer can’t check this kind of certificate
connect-certificate-of-authority = it presents an authority’s certificate as its own
connect-certificate-without-host = its certificate names no host (it has no subject alternative name)
connect-nothing-in-common = it accepts none of the keys and ciphers that Keybearer secures connections with
connect-certificate-refused = its certificate was refused
connect-no-tls = it couldn’t establish a secure connection
connect-proxy-unreachable = the proxy { $proxy }, which this computer goes through, couldn’t be reached ({ $problem })
connect-proxy-password = the proxy { $proxy }, which this computer goes through, wants a name and a password
connect-proxy-refused = the proxy { $proxy }, which this computer goes through, didn’t let the connection through
connect-by-proxy = { $problem } (through the proxy { $proxy })
connect-hint = Nothing was sent. Check the connection and the address, and try again.
connect-name-unknown-hint = Nothing was sent. Check the address, and whether this computer is online.
connect-authority-unknown-hint = Nothing was sent. If your company inspects traffic or runs this host, install its authority on this computer. Otherwise somebody may be listening in: don’t go on.
connect-other-host-hint = Nothing was sent. Check the address. If it’s right, somebody may be listening in: don’t go on.
connect-outdated-hint = Nothing was sent. Check this computer’s date and time, then the address.
connect-certificate-kind-hint = Nothing was sent. This alone doesn’t mean that somebody is listening in: other programs accept more kinds of certificates. Ask whoever runs this host for one with an RSA key, with P-256 and SHA-256, or with P-384 and SHA-384, and the same for each authority above it.
connect-certificate-of-authority-hint = Nothing was sent. This alone doesn’t mean that somebody is listening in: certificates made in one step are often like this. Ask whoever runs this host for one of its own (CA:FALSE), signed by that authority.
connect-certificate-without-host-hint = Nothing was sent. This alone doesn’t mean that somebody is listening in: old certificates are like this. Ask whoever runs this host for one that has its name, or its IP address, as subject alternative name.
connect-no-tls-hint = Nothing was sent. Check the address and its port.
connect-proxy-hint = Nothing was sent. Ask whoever runs your network. HTTPS_PROXY sets the proxy, and NO_PROXY names hosts that bypass it.

# The proxy of this computer.
err-proxy = Keybearer can’t make out this computer’s proxy: the value of the variable { $name } { $problem }. Nothing was sent, since it would have bypassed the proxy. Set it as in http://proxy.example.com:3128, and restart Keybearer.
proxy-not-text = isn’t text
proxy-blanks = contains blanks
proxy-more = is more than an address; in a name or a password, write # as %23, / as %2F, ? as %3F, \ as %5C, and @ as %40
proxy-socks = is of the SOCKS kind, which Keybearer can’t use
proxy-scheme = starts with neither http:// nor https://
proxy-no-host = contains no host

# Called off, not confirmed, not proven.
err-canceled = Canceled. Nothing was created.
err-check-canceled = Canceled. Nothing changed.
err-declined = You didn’t confirm this, so nothing was sent.
err-declined-hint = If you want it after all, do the same again and choose “{ -allow }”.
err-asking-already = Keybearer is already asking you to confirm something, so nothing was sent.
err-asking-already-hint = Answer that question first, then do this again.
err-silent = You refused twice, so Keybearer doesn’t ask again by itself. Nothing was sent.
err-silent-hint = Click in this window, then do it again.
err-nobody-to-ask = Secrets go nowhere new without your confirmation, and Keybearer has no way to ask here. Nothing was sent.
err-nobody-to-ask-hint = Use an environment or a vault that your organization has set up on this computer.
err-question-too-long = This is too long to be read before you confirm it, so nothing was sent.
err-question-too-long-hint = Give a program fewer or shorter arguments, or a shorter template. Split a list of names.
err-not-proven = Nothing proves yet that this token is in your vault.
err-not-proven-hint = If you finish, nobody can get this token again.
err-never-left = This token was never copied, shown, or delivered, so it isn’t in a vault.
err-never-left-hint = Copy or deliver it first. If nobody needs it, revoke or archive it.

# The clipboard.
err-clipboard = The clipboard can’t be used: { $problem }.
err-clipboard-hint = Keybearer can deliver into a vault without it. If you have none set up, revoke or archive this one, and create it again once the clipboard works.
err-clipboard-unreadable = The clipboard can’t be read: { $problem }.
err-clipboard-unreadable-hint = Enter the sign-in token in a field instead.
err-clipboard-not-seen = Keybearer copied the token, but other programs don’t see it on the clipboard.
err-clipboard-not-seen-hint = A clipboard program may hold it back. Press Copy again, or deliver the token into a vault, which needs no clipboard.
err-clipboard-still-there = The token is still on the clipboard: { $problem }.
err-clipboard-unconfirmed = The token may still be on the clipboard: { $problem }.
err-clipboard-stays-hint = Copy something else, and delete the token from your clipboard history.
err-clipboard-kept = Nothing was copied: { $programs } would keep all the secrets together, or pass them on.
err-clipboard-kept-hint = Deliver them into a vault, which needs no clipboard. Or quit that program first, or copy the secrets one by one.
err-clipboard-untrusted = The token wasn’t copied. This display trusts Keybearer only in part, as with ssh -X, and hides what Keybearer copies from other programs.
err-clipboard-untrusted-hint = Run Keybearer where your desktop is, or with ssh -Y if you trust that computer like your own. Or deliver the token into a vault, which needs no clipboard.
clipboard-no-screen = the display has no screen
clipboard-not-let-go = another program doesn’t let go of it
clipboard-owner-silent = the program that owns it doesn’t answer
clipboard-failed = it failed while it was used
clipboard-insisted-on = another program keeps putting it back
clipboard-no-randomness = this computer has no randomness, without which Keybearer can’t recognize it
clipboard-not-noted = this desktop didn’t notice that it was cleared

# The keyring.
err-keyring = The system keyring can’t be used: { $problem }.
err-keyring-hint = Unlock or install a keyring (GNOME Keyring, KWallet). Until then Keybearer keeps sign-in tokens only in memory, and asks for them at each start.
err-keyring-locked-hint = Unlock it, or allow Keybearer where it asks you (KeePassXC does). Until then Keybearer keeps sign-in tokens only in memory, and asks for them at each start.
err-keyring-unmade-hint = Sign in again, and choose a password for it when you’re asked to. Or create one with your keyring’s own program. Until then Keybearer keeps sign-in tokens only in memory, and asks for them at each start.
err-keyring-unencrypted-hint = Use another one (GNOME Keyring, KWallet, KeePassXC). Until then Keybearer keeps sign-in tokens only in memory, and asks for them at each start.
err-keyring-several-hint = Sign in again, and one of them is left. Or delete the entries of “app.keybearer.desktop” with your keyring’s own program.
err-keyring-stays = The system keyring may still have the sign-in token: { $problem }.
err-keyring-stays-hint = Keybearer tries again at its next start. If the token must be gone now, delete the entry of “app.keybearer.desktop” with your keyring’s own program, or end that session in the Dfns dashboard.
err-keyring-recycle-bin = KeePassXC moved what it kept for Keybearer to its recycle bin, if its database has one, and may have earlier entries there.
err-keyring-recycle-bin-hint = Empty the recycle bin in KeePassXC. A token in it works until it expires.
err-keyring-empty = The system keyring no longer has a sign-in token for this account.
err-keyring-empty-hint = Copy a new one from Dfns → Settings, and sign in again.
keyring-locked = it’s locked, or doesn’t let Keybearer in
keyring-absent = none is running, or it doesn’t answer
keyring-unmade = there is none yet, and none was created
keyring-unencrypted = it accepts nothing encrypted, and other programs can read what goes to it unencrypted
keyring-too-long = the token is too long for it
keyring-damaged = the entry in it is damaged
keyring-several = it has several entries for this, and they differ
keyring-gave-back-other = it didn’t give back what it was given
keyring-refused = it refused

# A vault is in the way. The problem follows.
err-vault-not-stored = The token isn’t stored: { $problem }.
err-vault-perhaps-stored = The token may be stored: { $problem }.
err-vault-no-room = Nothing was created: { $problem }.
err-vault-unusable = This vault doesn’t work yet: { $problem }.
vault-exists = { $place } already exists, and was left as it is
vault-exists-hint = Choose another name, or another place in the vault’s settings here.
vault-exists-unread = { $place } already exists, was left as it is, and can’t be read from here
vault-exists-unread-hint = Look into the vault yourself. The entry may hold this very token, from a delivery whose end nobody saw.
vault-exists-or-refused = the vault refused: either { $place } already exists, and was left as it is, or this access can’t write there
vault-exists-or-refused-hint = Look into the vault yourself. An entry there may hold this very token. If there is none, let the vault’s policy allow creating there.
vault-replaced-before = { $place } already exists, and was left as it is: this key was replaced before
vault-replaced-before-hint = Replace the key that took its place. Or keep the token here, and deliver it to another place.
vault-no-namespaces = the vault ignores namespaces, so what’s meant for “{ $namespace }” would go to its root
vault-no-namespaces-hint = Leave the namespace empty if you mean the root. Or enter the address of a vault that has namespaces.
vault-refused = the vault refused its access token, or the token has no permission there
vault-refused-said = the vault refused its access token, or the token has no permission there: “{ $message }”
vault-refused-hint = Give this vault a new access token, and let its policy allow creating there.
vault-access-over = the vault doesn’t know this access token: it has expired, was revoked, or is another vault’s
vault-access-over-said = the vault doesn’t know this access token: it has expired, was revoked, or is another vault’s (“{ $message }”)
vault-access-over-hint = Give this vault a new access token.
vault-access-ends = the vault’s access token expires on { DATETIME($at) }, too soon to count on
vault-access-ends-hint = Renew it, or give this vault one that lasts longer. Or keep the token here, and deliver it by hand.
vault-few-uses =
    { $left ->
        [0] the vault’s access token has just been used for the last time, and a delivery uses it up to a dozen times
        [one] the vault’s access token can be used once more, and a delivery uses it up to a dozen times
       *[other] the vault’s access token can be used { $left } more times, and a delivery uses it up to a dozen times
    }
vault-few-uses-hint = Give this vault an access token that can be used without a limit.
vault-no-access-token = what Keybearer has as the vault’s access token contains characters that no access token does
vault-no-access-token-hint = Paste it again under Vaults.
vault-ends = the vault deletes what’s stored at { $place } after { $span }; now that would be on { DATETIME($until) }
vault-ends-hint = Keep the token here and deliver it by hand: Keybearer then tells you the date, and you decide. Or let the vault keep it: set delete_version_after of the mount, or of the entry’s metadata, to 0s.
vault-deleted-already = the vault stored { $place }, and has already deleted it by itself
vault-deleted-already-hint = Deliver it to another place, or let the vault keep what’s stored there (delete_version_after). Until it’s destroyed there, it can be brought back (vault kv undelete).
vault-exists-deleted = { $place } was deleted, can be brought back there, and was left as it is
vault-exists-deleted-hint = Choose another name, or another place. Or, if nobody needs what was there, remove it for good (vault kv metadata delete).
vault-needs-update = { $place } has metadata but no version, and this access can create there but change nothing
vault-needs-update-hint = Let the vault’s policy also allow updating there (Keybearer still overwrites nothing), or remove the metadata, or choose another name.
vault-not-its-own = the answer (HTTP { $status }) isn’t in a vault’s words, so something in between answers in its place
vault-not-its-own-hint = Check the address, and whether a proxy or a gateway is in front of the vault. Ask whoever runs it.
vault-no-mount = the vault has no mount “{ $mount }”, or hides it from this access token
vault-no-mount-hint = Check the mount in the vault’s settings here.
vault-not-version-2 = “{ $mount }” isn’t KV version 2, so Keybearer couldn’t keep it from overwriting an entry
vault-not-version-2-hint = Use a mount of KV version 2, or upgrade this one (vault kv enable-versioning).
vault-sealed = the vault is sealed or not serving right now
vault-sealed-hint = Ask whoever runs the vault, and try again.
vault-redirected = the answer points to { $to }, which Keybearer doesn’t follow
vault-redirected-elsewhere = the answer points to another address, which Keybearer doesn’t follow
vault-redirected-hint = If the vault really is there, enter that address for it. If not, something in between points there: your network’s sign-in page, for example.
vault-overwriting = the vault answered like KV version 1, so an entry of that name may just have been overwritten
vault-later-version = the vault stored version { $version } instead of the first, so something was there before
vault-look-before-hint = Look into the vault before you do anything else: somebody may need what was there before.
vault-answered = the vault answered HTTP { $status }
vault-answered-said = the vault answered HTTP { $status }: “{ $message }”
vault-answered-hint = Check the vault’s settings here.
vault-answered-pause-hint = Try again in a minute.
vault-not-understood = the answer isn’t one that such a vault gives
vault-unclear-hint = Try again in a moment, or ask whoever runs the vault.
vault-unreachable = { $host } couldn’t be reached: { $problem }
vault-no-secret =
    { $secret ->
        [password] Keybearer has no password for it on this computer
        [keyring] Keybearer can’t get into the system keyring
       *[access-token] Keybearer has no access token for it on this computer
    }
vault-no-secret-hint = Add it under Vaults.
vault-not-started = { $program } can’t be started: { $problem }
vault-not-started-hint = Install it, or correct its path under Vaults.
vault-ended = { $program } ended with { $code }
vault-ended-said = { $program } ended with { $code }: “{ $message }”
vault-ended-hint = Run it by hand. If it works there, it may need a variable that Keybearer doesn’t pass on: add it under Variables of this vault. If it doesn’t, correct its arguments.
vault-not-seen = { $program } ended well, but { $place } isn’t there
vault-not-read-back = { $program } ended well, but the token couldn’t be read back
vault-by-hand-hint = Try the program by hand, or correct its arguments under Vaults.
vault-other-program = { $program } is another program of that name
vault-other-program-said = { $program } is another program of that name: “{ $version }”
vault-other-program-hint = Install the gopass of gopasspw (www.gopass.pw), which Debian 12 doesn’t have, and enter its path under Vaults.
vault-variable-hint = Set it to an absolute path, and restart Keybearer.
vault-between = { $place } { $state } in the vault, which keeps its name taken
vault-between-hint = Restore that entry or delete it for good in the vault. Or choose another name.
vault-took-too-long =
    { $seconds ->
        [one] { $program } took longer than 1 second, so Keybearer ended it with everything it had started
       *[other] { $program } took longer than { $seconds } seconds, so Keybearer ended it with everything it had started
    }
vault-took-too-long-hint = Try the program by hand: it may be waiting for a password or for the network.
vault-canceled = it was canceled
# Within the sentences about what is in a vault.
secret-named =
    { $secret ->
        [private-key] the private key
        [credential-id] the credential ID
       *[token] the token
    }
secrets-both = { $first } and { $second }
secrets-all = all of it
vault-partly = { $place } has { $there }, but { $missing } couldn’t be found there
vault-partly-after = { $place } has { $there }, but { $missing } couldn’t be found there; { $problem }
vault-partly-hint = Nothing works with only a part, and Keybearer overwrites nothing. Look into the vault, delete that entry if it belongs to this one, then deliver it again.
vault-partly-apart-hint = Nothing works with only a part. Deliver it again: Keybearer adds what’s missing if the vault shows that the rest belongs to this one, and overwrites nothing. If that’s refused, delete what’s there of it in the vault, then deliver it again.
vault-no-place =
    { $secret ->
        [private-key] as it’s set up here, { $program } can’t be given the private key, which would be lost
        [credential-id] as it’s set up here, { $program } can’t be given the credential ID, which would be lost
       *[token] as it’s set up here, { $program } can’t be given the token, which would be lost
    }
vault-no-place-hint = Add this vault once more under Vaults, from the list of programs. Or edit it: under Advanced, fill in how several secrets are stored.
vault-other-read-back = what was read back isn’t the token
vault-other-read-back-hint = Look into the vault: somebody else may have stored something there meanwhile.
vault-never-proven = nothing has shown yet that { $vault } keeps what it takes
vault-never-proven-hint = Show it once: deliver one there by itself, copy it back out of the vault, and press Check. A vault that gives nothing back takes one at a time.
vault-authority = the authority file { $path } can’t be used: { $problem }
vault-authority-hint = Correct it under Vaults.
vault-again-hint = Deliver it again: Keybearer never overwrites an entry, and recognizes one that holds this token. Or look into the vault yourself.
vault-look-first-hint = Look into the vault before you deliver it again: Keybearer can’t ask what the vault holds, and it might store the token a second time.

err-no-secret-copied =
    { $secret ->
        [password] There’s no password on the clipboard. Copy it, then press this again.
       *[access-token] There’s no access token on the clipboard. Copy it, then press this again.
    }
err-other-copied =
    { $secret ->
        [password] What’s on the clipboard { $problem }. Nothing was saved or sent. Copy the password, then press this again.
       *[access-token] What’s on the clipboard { $problem }. Nothing was saved or sent. Copy the access token, then press this again.
    }

# What makes no sense right now.
now-not-shown = The token is no longer shown.
now-dealt-with = Something is already being done with it.
now-key-held = Finish with the new one first.
now-needs-no-secret = This vault needs nothing to be opened.
now-revoking-already = It’s already being revoked.
now-nothing-listed = There’s no list yet. Press Refresh first.
now-unchangeable = API keys can’t be renamed or deactivated in Dfns. Revoke it, or replace it.
now-change-held-back = Not done yet (HTTP 202). Most likely, a policy of your organization holds it until it’s approved in Dfns.
now-name-twice = Duplicate name, or one that looks the same as another in the list.
now-same-place = It would end up at the same place as another name.
now-checked-elsewhere = These names were checked in another account. Check them again.
now-changed-since-check = The vault was changed since the names were checked. Check them again.
now-list-begun = Finish the list of names that was started first.
now-list-runs = Pause the list first.
now-list-elsewhere = This list was started in another account. Switch to that one first.
now-no-list = There’s no list of names to resume.
now-check-again = Check the names again.
now-list-begins = A list of names is just being started.
now-not-for-good = The vault will delete this token by itself. Decide in its dialog what becomes of it. The list waits for that.
now-not-of-one-kind = These are of several kinds. Choose some of one kind.
now-open-too-often = Two in a row weren’t finished: Dfns created them, or may have, and their secrets aren’t in a vault. The list is paused so that the next ones don’t end the same way. See what needs attention, then resume.
now-list-under-way = Keybearer is working on a list of names. Pause it first.
now-quit-asked = Keybearer asks before it quits. Answer that first.
now-not-in-journal = It isn’t in the journal on this computer.
now-sandbox-users = The sandbox has its own users, and needs no token.
now-nothing-to-sign-with = This account has no credential on this computer to sign with.
now-sign-in-first = Sign in first.
now-account-gone = This account is no longer known.
now-checking-already = A sign-in token is already being checked.
now-vault-gone = This vault is no longer there.
now-vault-changed = This vault was changed meanwhile. Do it again.
now-running = Keybearer is running, and could save again what you forget now. Quit it first.
now-creating-already = Keybearer is already asking Dfns for one.
now-no-such-role = Dfns doesn’t list this role anymore. Nothing was changed.
now-role-held = It has this role already.
now-role-not-held = It doesn’t have this role anymore.
now-role-pending = A change of this role already waits for another admin’s approval. Nothing more was asked for.
now-nothing-held = No token is held anymore.
now-another-held = This was meant for one that’s no longer held. Nothing was done with the one held now.
now-key-busy = Wait until what’s going on with it has ended.
now-delivering = The token is being delivered. Wait for the outcome.
now-revoking = It’s being revoked. Wait for the outcome.
now-trying-out = The secrets are being tried at Dfns. Wait for the outcome, or cancel it.
now-nothing-to-try-out = There’s nothing here that signs, so there’s nothing to try.
now-one-secret = There’s only one secret here. Copy it by itself.
now-not-as-env = One of these secrets has characters that programs read differently in a .env file. Copy them as JSON.
now-put-off = The token is kept longer.
now-delivering-already = The token is already being delivered.
now-program-unknown = This program isn’t known.

# This computer and its files.
err-settings-clipboard = A copied token can stay on the clipboard for 1 to 600 seconds.
err-settings-idle = The time for which a session is renewed must be between 1 and 86,400 seconds.
err-settings-held = A token can be kept for 1 second to 24 hours.
err-no-randomness = This computer has no randomness, without which Keybearer can’t create a secret. Restart the computer, and try again.
err-not-signed = This computer failed to sign with your private key, so nothing was sent. Try again.
err-request = The request couldn’t be made: { $problem }.
err-tls = Secure connections can’t be set up on this computer: { $problem }. Install the package ca-certificates.
err-tls-variables = Secure connections can’t be set up on this computer: { $problem }. Keybearer looks for authorities where { $variables } of this environment points, and there are none: unset that, or name a file or a folder with certificates, and restart Keybearer.
err-sandbox = The sandbox can’t be started on this computer: { $problem }.
err-failed-before = Keybearer failed before it asked Dfns. Nothing was created.
err-failed-at-name = Keybearer failed at this name.
err-accounts-not-understood =
    { $count ->
        [one] The accounts file, { $path }, has an account that this version doesn’t understand: { $accounts }. Keybearer left it as it is. A newer Keybearer may have written it. Use that one, or sign in again.
       *[other] The accounts file, { $path }, has accounts that this version doesn’t understand: { $accounts }. Keybearer left them as they are. A newer Keybearer may have written them. Use that one, or sign in again.
    }
account-unread = “{ $name }” in the environment “{ $environment }”
account-unread-unnamed = one in the environment “{ $environment }”
account-unread-named = “{ $name }”
account-unread-unknown = one without a name
err-receipt-not-saved = The receipt couldn’t be saved in { $folder }: { $problem }. Copy it instead.

## What happened, in passing

said-revoked = “{ $name }” revoked.
said-revoked-held = “{ $name }” revoked. Its token no longer works.
said-delivered-read-back = Delivered to { $place } and verified. The token is erased here.
said-delivered-first-version = Delivered to { $place } as version 1, which this access can’t read back. The token is erased here.
said-delivered-as-before = Delivered to { $place }, which was verified to keep what it takes. The token is erased here.
said-delivered-taken = Delivered to { $place }, and not read back. The token is erased here.
said-done = Done. The token is erased.
said-done-clearing = Done. The token is erased. Clearing the clipboard…
said-done-cleared = Done. The token is erased, and cleared from the clipboard.
said-done-replaced = Done. The token is erased. It was no longer on the clipboard. If something else is, Keybearer left it alone.
said-done-stays = Done. The token is erased in Keybearer. { $problem } Keybearer keeps trying to clear it.
said-leftover-cleared = Keybearer was ended last time while a token was on the clipboard. The token was still there, and is cleared now.
said-locked-clearing = This computer was locked or went to sleep: Keybearer hid the token. Clearing the clipboard…
said-locked-cleared = This computer was locked or went to sleep: Keybearer hid the token and cleared it from the clipboard.
said-locked-stays = This computer was locked or went to sleep: Keybearer hid the token, but couldn’t clear it. { $problem }
said-locked-unsure = This computer was locked or went to sleep: Keybearer hid the token, but it may still be on the clipboard.
said-receipt-copied = Receipt copied as Markdown. It contains no secret.
said-receipt-saved = Receipt saved as { $path }.
said-signed-in = Signed in.
said-signed-in-clearing =
    Signed in. Clearing the { $what ->
        [key] private key
       *[token] sign-in token
    } from the clipboard…
said-signed-in-cleared =
    Signed in. The { $what ->
        [key] private key
       *[token] sign-in token
    } was cleared from the clipboard.
said-signed-in-replaced =
    Signed in. The { $what ->
        [key] private key
       *[token] sign-in token
    } is no longer on the clipboard.
said-former-deactivated = Connected. The credential that Keybearer used here before was deactivated.
said-former-stays = Connected. The credential that Keybearer used here before stays registered at Dfns, and nobody has its private key anymore: deactivate { $id } in Dfns → Settings → Credentials.
said-signed-in-file-stays = Signed in. The file with the private key stays where it is: delete it unless you need it elsewhere.
credential-name = Keybearer on { $computer }
said-signed-in-stays = Signed in. { $problem } Copy something else to replace it.
said-signed-in-unsure = Signed in. Keybearer couldn’t find out whether the sign-in token is on the clipboard: { $problem } If you copied it, copy something else.
said-no-longer-watched = Keybearer needs a sign-in token again, so it no longer checks whether the last one is on the clipboard.
said-secret-kept =
    { $secret ->
        [password] The password is saved in the system keyring.
       *[access-token] The access token is saved in the system keyring.
    }
said-secret-in-memory =
    { $secret ->
        [password] { $problem } Keybearer keeps the password in memory until it quits.
       *[access-token] { $problem } Keybearer keeps the access token in memory until it quits.
    }
said-secret-kept-clearing = { $kept } Clearing the clipboard…
said-secret-kept-cleared = { $kept } It was cleared from the clipboard.
said-secret-kept-replaced = { $kept } It’s no longer on the clipboard.
said-secret-kept-stays = { $kept } It may still be on the clipboard ({ $problem }).
said-secret-kept-not-cleared = { $kept } It couldn’t be cleared from the clipboard ({ $problem }).
## Vaults: what a test has shown, and how to set one up

vault-file = { $path }: { $problem }
vault-same-name = There’s already a vault named “{ $name }”.
vault-twice = “{ $name }” has the ID “{ $id }”; its ID or its name is there twice.

vault-unusable = This vault can’t be used: { $why }.
# Within that sentence, in place of why.
unusable-id = it has no ID
unusable-name = it needs a name, such as Team Vault
unusable-name-control = its name has a control character in it
unusable-mount = “{ $mount }” isn’t a mount; write it like secret or team/secret
unusable-path = “{ $path }” isn’t a path; write it like { "dfns/{key_name}" }
unusable-field = the entry needs a field for the token, such as token
unusable-namespace = “{ $namespace }” isn’t a namespace
unusable-program = “{ $program }” isn’t an absolute path: Keybearer starts a program only from the exact place you name
unusable-time = its time limit can be 1 to 3600 seconds
unusable-one-entry = its arguments have neither { "{key_name}" } nor { "{key_id}" } in them: everything would end up in one entry
unusable-variable = “{ $name }” names no variable
unusable-argument-control = “{ $text }” has a control character in it
unusable-placeholder = { $place } isn’t known; there are { "{key_name}" }, { "{key_id}" }, and { "{org_id}" }
unusable-template-unneeded = a template needs JSON as the input
unusable-template-missing = JSON as the input needs a template
unusable-template-token = the template has no place for the token; write { "\"{token}\"" } as a text of its own
unusable-template-secret = the template for several secrets has no place for one of them; write { $place } as a text of its own
unusable-template-variables = lines of variables take a JSON object with nothing but names and secrets in it, such as { "{\"DFNS_{key_name}_TOKEN\": \"{token}\"}" }, and entries named with A–Z, digits, _
unusable-secret-place = { "{secret}" } works only where several secrets are looked for or read back, one by one
unusable-several-unread = it reads back a token, but not several secrets
unusable-several-each = variables can only be read back one by one, with { "{secret}" } in the arguments
unusable-template-json = the template isn’t JSON ({ $why })

# What opens a vault, within a sentence.
vault-secret =
    { $secret ->
        [password] password
       *[access-token] access token
    }
# Why what was copied is no access token: goes on after “What’s on the clipboard”.
secret-surrounded = is more than a token: copy the token alone, without what’s around it
secret-spaces = has spaces or line breaks in it, which no access token has
secret-characters = has characters in it that no access token has
secret-jwt = is a JSON web token, as Dfns’ tokens are, and no vault’s access token
secret-too-long = is too long for an access token

# Why the file with a certificate authority can’t be used.
authority-private-key = it holds a private key, which should stay where it was made; give the certificate alone
authority-request = it’s a request for a certificate, not the certificate that was made of it
authority-public-key = it’s a public key, not a certificate
authority-revoked-list = it’s a list of revoked certificates, not a certificate
authority-pkcs7 = it’s a PKCS#7 bundle; convert it to certificates in PEM (openssl pkcs7 -print_certs)
authority-trusted = it’s in OpenSSL’s own format; convert it to PEM (openssl x509)
authority-folder = it’s a folder
authority-no-file = it isn’t a file but a device, a pipe, or a socket
authority-too-large = it’s larger than { $mebibytes } MiB, and no list of authorities
authority-binary = it’s binary (DER); convert it to PEM (openssl x509 -inform der)
authority-no-pem = it isn’t a certificate in PEM
authority-unreadable = its certificate can’t be read
authority-unusable = its certificate can’t be used as an authority
authority-empty = there’s no certificate in it

# Why a program can’t be started, or what it ended with.
program-no-file = it isn’t a file
program-no-program = it isn’t a program
program-no-interpreter = what should run it isn’t there
program-not-there = it isn’t there
program-forbidden = running it isn’t allowed
program-signal = signal { $number }
# Why a program’s environment can’t be used.
program-relative-path = the variable { $name } is “{ $value }”, which isn’t an absolute path
program-variable = the variable { $name } can’t be used ({ $why })

# What is so of an entry that is neither there nor gone: goes on after its name.
state-deletion-scheduled = is scheduled for deletion
state-disabled = is disabled
state-destroyed = is destroyed
state-recoverable = is deleted, but can be recovered
state-being-deleted = is being deleted

kv2-may-not-create = its policy doesn’t let it create there

tested-works = Works. Keybearer gets in, and nothing is at { $place } yet.
tested-right-untold = The vault answers, and nothing is at { $place } yet. It doesn’t tell before the first token whether Keybearer can store there.
tested-room-unseen = The vault answers and lets Keybearer store at { $place }. This access can’t see whether something is there already, but nothing is ever overwritten.
tested-untold = The vault answers. It doesn’t tell before the first token whether there’s room at { $place } and whether Keybearer can store there. Nothing is ever overwritten.
tested-organization-unknown = Usable so far. Keybearer asks whether there’s room at { $place } once it knows the organization, which this sign-in doesn’t tell.
tested-program-there = The program is there.
tested-program-untried = Whether it stores a token can’t be tried without storing one, so Keybearer didn’t try.
tested-account-untold = It didn’t tell whose account it uses: { $problem }.
tested-ends = But the vault automatically deletes what is stored there: if stored now, on { DATETIME($until) }. Keybearer delivers nothing there as soon as it’s created, or from a list of names. When you deliver by hand, you’re told the date and decide.
tested-keeping-unseen = This access can’t see whether the vault automatically deletes what is stored there. You’ll be told with the delivery.
tested-access-renewable = Its access token ends on { DATETIME($at) }, unless somebody renews it.
tested-access-ends = Its access token ends on { DATETIME($at) }.
tested-nothing-stored = Nothing was stored.

setup-needed = “{ $label }” is needed.
setup-vault = Vault
setup-folder = Folder in the store
setup-prefix = Prefix of the names
setup-profile = Profile
setup-region = Region
setup-project = Project
setup-namespace = Namespace
setup-context = Context
setup-config = Config
setup-op-note = Have the 1Password app unlock it, or start Keybearer from the terminal where you’ve signed in to it (eval $(op signin)). 1Password makes duplicates, so Keybearer first asks for an item of that title.
setup-bw-folder = Folder ID
setup-bw-organization = Organization ID
setup-bw-collection = Collection ID, with an organization
setup-bw-note = Start Keybearer with BW_SESSION set (bw unlock prints it). Bitwarden makes duplicates, so Keybearer first asks for an item of that name. It looks in Bitwarden’s copy on this computer (run bw sync before), and also finds items whose names have that name in them.
setup-bw-together = Enter an organization’s ID and a collection’s ID together, or neither.
setup-keepassxc-database = Database
setup-keepassxc-key-file = Key file
setup-keepassxc-group = Group, which has to exist
setup-keepassxc-password = Opened by a password, too (yes or no)
setup-keepassxc-note = Close the database in KeePassXC before you deliver, or have it reload: both programs write the file. KeePassXC’s program takes one line, so several secrets (a service account’s, a personal access token’s) become one line of JSON in the entry’s password.
setup-keyring = This computer’s keyring
setup-keyring-service = Service
setup-keyring-note = A keyring overwrites silently, so Keybearer first asks for an entry of that name.
setup-az-note = Azure Key Vault adds a version to an entry of that name, so Keybearer first asks for one.
setup-kubectl-note = The namespace has to exist. Kubernetes calls a secret in a missing namespace missing, too, so the test doesn’t notice.
setup-gh-repository = Repository (owner/name)
setup-gh-owner-and-name = Write the repository as owner/name.
setup-gh-note = GitHub overwrites, so Keybearer first asks for a secret of that name. GitHub gives no secret back. Several secrets (a service account’s, a personal access token’s) become secrets of their own, whose names end with _TOKEN, _PRIVATE_KEY, and _CREDENTIAL_ID. GitHub takes them one by one: if that stops midway, Keybearer says which are there.
setup-doppler-note = Doppler overwrites, so Keybearer first asks for a secret of that name.

## Receipts and history

receipt-name =
    { $kind ->
        [service-account] Service account { $name }
        [personal-access-token] Personal access token { $name }
       *[api-key] API key { $name }
    }
receipt-dfns = Dfns
receipt-token = Token
receipt-until = Stored until
receipt-deleted-then = { DATETIME($at) }, when the vault deletes it
receipt-hash = The token’s SHA-256 begins with
receipt-replaces = Replaces

# Where a token is that a person put there.
receipt-in-a-vault = In a vault
# The place is an entry in a vault, or “In a vault”.
receipt-read-back = { $place }: read back and verified, { DATETIME($at) }
receipt-first-version = { $place }: confirmed by the vault as the first version, not read back, { DATETIME($at) }
receipt-taken-and-checked = { $place }: taken by the vault, then copied back out of a vault and verified, { DATETIME($at) }
receipt-taken-as-before = { $place }: taken by the vault, where an earlier token was verified; this one wasn’t read back, { DATETIME($at) }
receipt-taken = { $place }: taken by the vault (confirmed by the person, not verified), { DATETIME($at) }
receipt-stated = { $place } (confirmed by the person, not verified), { DATETIME($at) }

# What happened, and in which entry of which vault.
happened-in = { $what } ({ $place })
happened-asked = Requested
happened-not-made = Not created
happened-refused = Refused; not checked whether it was created anyway
happened-doubtful = The answer was lost
happened-awaiting-approval = Held for approval
happened-created = Created; its token arrived
happened-without-token = Created; no token arrived
happened-copied = Token copied to the clipboard
happened-checked = Token copied back out of a vault and verified
happened-delivering = Delivery of the token started
happened-delivered = Token delivered, read back, and verified
happened-delivered-first-version = Token delivered, and confirmed by the vault as the first version
happened-delivered-as-before = Token taken by the vault, where an earlier one was verified; not read back
happened-taken = Token taken by the vault; not verified
happened-stored-for-a-time = Token delivered, read back, and verified; the vault deletes it later
happened-stored-for-a-time-first-version = Token delivered, and confirmed by the vault as the first version; the vault deletes it later
happened-stored-for-a-time-unread = Token delivered, not read back; the vault deletes it later
happened-not-stored = Delivery failed; the token isn’t stored there
happened-perhaps-stored = Delivery had no clear end; the token may be stored there
happened-finished = Finished; token erased here
happened-handed-over = Finished; secrets erased here, old one still to be revoked
happened-wiped = Token erased here; it may not be in a vault
happened-revoked = Revoked
happened-old-revoked = The one it replaces was revoked
happened-old-deactivated = The one it replaces was deactivated
happened-old-activated = The one it replaces was activated again
happened-old-kept = The one it was to replace is kept
happened-settled = Resolved by a person
happened-role-given = Role “{ $role }” given
happened-role-taken = Role “{ $role }” taken away
happened-role-give = Role “{ $role }” to be given
happened-role-take = Role “{ $role }” to be taken away
happened-role = { $asked }: { $became }
happened-role-doubtful = in doubt
happened-role-pending = waiting for another admin’s approval
happened-role-over = no longer pending, outcome unknown
happened-role-not-done = not done
happened-unknown = Something this version of Keybearer doesn’t know
# What only a later version knows, by its own word for it.
happened-unknown-word = Recorded by a newer Keybearer: “{ $word }”
happened-rename =
    { $outcome ->
        [done] Renamed to “{ $name }”
        [refused] Not renamed to “{ $name }”
        [doubtful] May have been renamed to “{ $name }”; the answer was unclear
       *[asked] To be renamed to “{ $name }”; no answer was recorded
    }
happened-deactivate =
    { $outcome ->
        [done] Deactivated
        [refused] Not deactivated
        [doubtful] May have been deactivated; the answer was unclear
       *[asked] To be deactivated; no answer was recorded
    }
happened-activate =
    { $outcome ->
        [done] Activated
        [refused] Not activated
        [doubtful] May have been activated; the answer was unclear
       *[asked] To be activated; no answer was recorded
    }
happened-archive =
    { $kind ->
        [api-key]
            { $outcome ->
                [done] Revoked
                [refused] Not revoked
                [doubtful] May have been revoked; the answer was unclear
               *[asked] To be revoked; no answer was recorded
            }
       *[other]
            { $outcome ->
                [done] Archived
                [refused] Not archived
                [doubtful] May have been archived; the answer was unclear
               *[asked] To be archived; no answer was recorded
            }
    }
happened-batch =
    { $kind ->
        [service-account]
            { $count ->
                [one] List of one service account started
               *[other] List of { $count } service accounts started
            }
        [personal-access-token]
            { $count ->
                [one] List of one personal access token started
               *[other] List of { $count } personal access tokens started
            }
       *[api-key]
            { $count ->
                [one] List of one API key started
               *[other] List of { $count } API keys started
            }
    }
happened-enrolment-begun = Registration of this computer’s credential requested
happened-enrolment-registered = This computer’s credential registered
happened-enrolment-not-registered = This computer’s credential not registered
happened-enrolment-deactivated = This computer’s credential deactivated
happened-noted = Notes changed

## What needs attention

notice-on-clipboard = “{ $name }”: { $problem }
notice-old-to-revoke = You’ve finished with the new key “{ $name }”. The old key still works, and so does anything that uses it.
notice-old-to-revoke-hint = Revoke the old key once the new token is in use everywhere.
notice-old-to-deactivate = “{ $new }” is in a vault, and is to replace “{ $old }”, which still works.
notice-old-to-deactivate-hint = Deactivate the old one once the new one is in use everywhere. Keybearer first makes sure that Dfns lists the new one as active and with the same roles, and you can activate the old one again.
notice-old-to-archive = “{ $old }” is deactivated, since “{ $new }” replaces it. Nothing works with it now.
notice-old-to-archive-hint = If something stops working, activate it again. Once you’re sure that nothing needs it, archive it: that’s final.
notice-not-handed-over = The token of “{ $name }” was erased and may not be in a vault. Nobody can get it again.
notice-not-handed-over-hint =
    { $kind ->
        [api-key] Revoke the key, unless you saved the token yourself.
       *[other] Archive it, unless you saved its token and private key yourself.
    }
notice-perhaps-handed-over = The token of “{ $name }” was on its way to { $place } when it was erased here, so it may not have arrived. Nobody can get it again.
notice-perhaps-handed-over-hint =
    { $kind ->
        [api-key] Look in that vault. If the token is there, keep the key. If not, revoke the key.
       *[other] Look in that vault. If the token and the private key are there, keep it. If not, archive it.
    }
notice-kept-for-a-time = The token of “{ $name }” is in { $place }, which automatically deletes it on { DATETIME($until) }. After that, nobody can get it again.
notice-kept-for-a-time-hint =
    { $kind ->
        [api-key] Copy the token to a place that keeps it, or have the vault keep it, and then keep the key. Otherwise, revoke the key.
       *[other] Copy the token and the private key to a place that keeps them, or have the vault keep them, and then keep it. Otherwise, archive it.
    }
notice-without-token = Dfns created “{ $name }” but sent no token. Nobody can get the token anymore.
notice-without-token-hint =
    { $kind ->
        [api-key] Revoke the key, and create a new one.
       *[other] Its public key proves that it’s the one you asked for. Archive it, and create a new one.
    }

# A key that may be the one that was asked for.
notice-approved = There’s a new “{ $name }”. It may be the one that waited for approval; its token didn’t come here.
notice-refused = Dfns refused to create “{ $wished }”, yet there’s a new “{ $name }”. It may be the one you asked for; its token didn’t come here.
notice-refused-yours = Dfns refused to create “{ $wished }”, yet there’s a new one of yours, “{ $name }”. It may be the one you asked for; its token didn’t come here.
notice-renamed = Dfns’ answer to your request for “{ $wished }” was lost, and there’s a new “{ $name }”. It may be the one you asked for; its token is lost.
notice-renamed-yours = Dfns’ answer to your request for “{ $wished }” was lost, and there’s a new one of yours, “{ $name }”. It may be the one you asked for; its token is lost.
notice-candidate = Dfns’ answer was lost, and there’s a new “{ $name }”. It may be the one you asked for; its token is lost.
notice-yours-hint = You’re named as its author. If you asked for it only once, it’s yours: revoke it.
notice-others-hint = Somebody else is named as its author, so it’s probably theirs. Ask them before you revoke it.
notice-whose-hint = Check who created it and when. If it’s yours, revoke it and create a new one.
notice-clock-ahead = Dfns’ clock is { $span } ahead of this computer’s.
notice-clock-behind = Dfns’ clock is { $span } behind this computer’s.

# No key is known that may be the one that was asked for.
notice-revoked = A new “{ $name }” was revoked. Dfns doesn’t say for sure that it was the one you asked for.
notice-revoked-hint = Keybearer looks for another one for a few more minutes, and resolves this if none appears.
notice-list-lacks = Dfns refused to create “{ $name }”, and nothing new of that name is in the list. But the list lacks some that were there before, so this proves nothing: “{ $name }” may have been created anyway.
notice-list-lacks-hint = Keybearer looks again for a few minutes, whenever you refresh the list, and each time it starts. It resolves this once the list is complete and “{ $name }” isn’t in it.
notice-none-yet = Dfns’ answer was lost. “{ $name }” isn’t in the list, but may still appear.
notice-none-yet-hint = Keybearer looks again for a few minutes, whenever you refresh the list, and each time it starts.
notice-refused-unlistable = Dfns refused to create “{ $name }”. You don’t have permission to see the list, so Keybearer can’t tell whether it was created anyway.
notice-refused-unlisted = Dfns refused to create “{ $name }”. Keybearer couldn’t look through the list since then, so it may have been created anyway.
notice-refused-unlisted-hint = Keybearer looks for it as soon as it can see the list, and resolves this if it isn’t there.
notice-unlistable = Dfns’ answer was lost, and you don’t have permission to see the list. Keybearer can’t tell whether “{ $name }” was created.
notice-unlistable-hint = Ask somebody who can see the list, or look in the Dfns dashboard, before you create it again.
notice-unlisted = Dfns’ answer was lost, and Keybearer couldn’t look through the list yet. “{ $name }” may exist.
notice-unlisted-hint = Keybearer looks for it as soon as it can see the list.
notice-awaiting-approval = “{ $name }” isn’t created yet (HTTP 202). Most likely, a policy of your organization holds it until it’s approved in Dfns.
notice-awaiting-approval-hint = Its token won’t come here. Once it’s approved and in the list, revoke or archive it and create a new one.
notice-awaiting-approval-unlistable = “{ $name }” isn’t created yet (HTTP 202). Most likely, a policy of your organization holds it until it’s approved in Dfns. You don’t have permission to see the list, so Keybearer can’t see whether it was approved.
notice-awaiting-approval-unlistable-hint = Its token won’t come here. Ask somebody who can see the list to revoke or archive it once it’s approved.

notice-not-revoked = It wasn’t revoked.
notice-not-deactivated = It wasn’t deactivated.
notice-old-works = The one it was to replace, { $id }, still works.

## What protects a secret on this computer

protect-copy-instead = Copy the token instead of showing it.
protect-lock-more-memory = Let programs lock more memory (ulimit -l).

protect-keyring = Keyring
protect-keyring-open = Your system’s keyring is unlocked. Keybearer saves the sign-in tokens there that you want remembered.
protect-keyring-locked = Your system’s keyring is locked. Keybearer can’t save or read a sign-in token until it’s unlocked.
protect-keyring-locked-advice = Unlock the keyring, or have it unlocked when you log in.
protect-keyring-unmade = Your system has a keyring service, but no keyring yet. The first time you want a sign-in token remembered, you’re asked to create a keyring and give it a password.
protect-keyring-keepassxc = KeePassXC is your keyring and is unlocked. Keybearer saves the sign-in tokens there that you want remembered. KeePassXC keeps old tokens, too: a forgotten one in its recycle bin, if the database has one, and a renewed one in the history of its entry.
protect-keyring-keepassxc-advice = Empty both in KeePassXC, or don’t have your sign-in remembered.
protect-keyring-unencrypted = Your system’s keyring accepts nothing encrypted, so your other programs could read along. Keybearer keeps sign-in tokens in memory only, and they’re gone when you quit.
protect-keyring-unencrypted-advice = Use another keyring, such as gnome-keyring or KWallet, or make KeePassXC your Secret Service.
protect-keyring-absent = No keyring can be used ({ $why }). Keybearer keeps sign-in tokens in memory only, and they’re gone when you quit.
protect-keyring-absent-advice = Install a keyring, such as gnome-keyring or KWallet, or make KeePassXC your Secret Service.
protect-keyring-refuses = access refused

protect-screen = Screen capture
protect-screen-left-out = Keybearer asked the system to leave the token’s window out of screenshots and screen sharing, but can’t tell whether the system does.
protect-screen-x11 = On X11, any of your programs can take pictures of the screen, even while a token is shown.
protect-screen-wayland = On Wayland, other programs see the screen only if your desktop lets them. If you share your screen, the token’s window is shared, too.
protect-screen-wayland-advice = Stop sharing your screen before you show a token.
protect-screen-unknown = Keybearer doesn’t know this display and assumes that any program can take pictures of it.

protect-history = Clipboard history
protect-history-untold = This system doesn’t tell which programs keep a clipboard history. Keybearer marks each token it copies as a secret, which some of them leave out.
protect-history-joined =
    { $count ->
        [one] { $programs } is running and may share your clipboard with another computer or system.
       *[other] { $programs } are running and may share your clipboard with another computer or system.
    } A token you copy is then there, too, and may stay there after the clipboard is cleared here.
protect-history-joined-advice = Turn off clipboard sharing before you copy.
protect-history-also =
    { $count ->
        [one] { $programs } is running, too, and keeps a history of what you copy.
       *[other] { $programs } are running, too, and keep a history of what you copy.
    }
protect-history-kept =
    { $count ->
        [one] { $programs } is running and keeps a history of what you copy, secrets included.
       *[other] { $programs } are running and keep a history of what you copy, secrets included.
    } A token you copy stays there after the clipboard is cleared.
protect-history-kept-advice = Pause the history before you copy, or remove the token from it afterward.
protect-history-taken-over =
    { $count ->
        [one] { $programs } is running and takes over what you copy, secrets included,
       *[other] { $programs } are running and take over what you copy, secrets included,
    } until the clipboard is cleared or something else is copied.
protect-history-taken-over-advice = Clear the clipboard before you copy a token out of your vault.
protect-history-left-out =
    { $count ->
        [one] { $programs } is running and leaves out what is marked as a secret.
       *[other] { $programs } are running and leave out what is marked as a secret.
    } Keybearer marks each token it copies. Other programs don’t: a sign-in token from your browser stays in the history, and so does a token from your vault.
protect-history-left-out-advice = Remove those from the history once you’ve used them.
protect-history-none = No program that is known to keep a clipboard history is running. One that Keybearer doesn’t know may be.

protect-clearing = Clearing in the background
protect-clearing-anytime = Keybearer can read and clear the clipboard at any time, whichever window you’re in.
protect-clearing-focused = This desktop lets a program read and clear the clipboard only while you’re in its window. A copied token may stay there until you come back.
protect-clearing-focused-advice = Come back to this window when the countdown ends. Keybearer then clears the clipboard and tells you.
protect-clearing-untrusted = Other programs see nothing that Keybearer copies: this display trusts Keybearer only in part, as with ssh -X.

protect-lock = Lock and sleep
protect-lock-both = The system tells Keybearer when your session is locked and before the computer sleeps.
protect-lock-session = The system tells Keybearer when your session is locked, but doesn’t wait for Keybearer before the computer sleeps.
protect-lock-then = Keybearer then hides a shown token and clears a copied one. A screen locker that tells nobody goes unnoticed, such as swaylock or i3lock started on its own. The time until a held token is erased stands still while the computer sleeps.
protect-lock-none = The system doesn’t tell Keybearer when your session is locked or the computer goes to sleep. The time until a held token is erased stands still while the computer sleeps.
protect-lock-none-advice = Clear the clipboard and hide the token before you leave.

protect-memory = Memory and swap
protect-memory-locked = The memory that holds a token is kept from being moved to the disk. This computer doesn’t move any memory there.
protect-memory-no-swap = This computer doesn’t move memory to the disk.
protect-memory-locked-encrypted = The memory that holds a token is kept from being moved to the disk. What is moved there is encrypted. Hibernation writes all memory to the disk, a token’s included.
protect-memory-encrypted = The memory that holds a token can be moved to the disk, where it’s encrypted.
protect-memory-locked-disk = The memory that holds a token is kept from being moved to the disk. Memory that a token only passes through isn’t. Hibernation writes all memory to the disk, a token’s included.
protect-memory-locked-disk-advice = Use encrypted swap, and finish with a token before you hibernate.
protect-memory-disk = The system refuses to keep the memory that holds a token from being moved to the disk.
protect-memory-disk-advice = Let programs lock more memory (ulimit -l), or use encrypted swap.

protect-process = Debuggers and core dumps
protect-process-debuggers = Your other programs can look into Keybearer’s memory.
protect-process-dumps = A crash may write Keybearer’s memory to a file.
protect-process-unwiped = Memory that libraries free isn’t erased.
protect-process-driven = Your other programs can’t look into Keybearer’s memory, but Keybearer was started in a way that lets another program drive its window.
protect-process-driven-advice = Quit, and start Keybearer without TAURI_WEBVIEW_AUTOMATION.
protect-process-closed = Your other programs can’t look into Keybearer’s memory, and a crash writes none of it to a file. They can read what a screen reader is told: nothing of a shown token, until you press “{ $button }”.
protect-process-page-closed = They can’t look into the process that draws a shown token, either.
protect-process-page-open = They can look into the process that draws a shown token, while it’s shown.

## Questions that are asked outside the page

-allow = Allow
# The letter after the underscore, with Alt, presses the button.
confirm-allow = _{ -allow }
confirm-cancel = _Cancel
confirm-asked-about = What you’re confirming

confirm-program-title = Confirm a program – Keybearer
confirm-program = Give secrets to this program?
confirm-program-meaning = Keybearer starts the program as you and gives it the tokens of new API keys. Choose “{ -allow }” only if you set it up exactly like this yourself. You’re asked only once, unless something here changes.
confirm-program-file = Program
confirm-password = Password
confirm-password-first = Reads a password first, which you keep in the system’s keyring
confirm-store = Arguments to store ({ $count })
confirm-input = Standard input
confirm-input-raw = The token
confirm-input-line = The token and a line break
confirm-input-json = The token in JSON, by the template
confirm-input-base64-json = The token in JSON, by the template, as base64
confirm-input-dotenv = The token as a line of variables, by the template
confirm-template = Template
confirm-before = Before storing
confirm-unasked = Doesn’t check whether an entry exists
confirm-exists = Arguments to check whether an entry exists ({ $count })
confirm-answer = Its answer
confirm-missing = Says that there’s none by: { $text }
confirm-prints = Prints nothing if there’s none
confirm-stale = May not know yet what was stored a moment ago
confirm-after = After storing
confirm-not-read-back = Nothing is read back
confirm-read-back = Arguments to read back ({ $count })
confirm-reading = What is read back
confirm-read-line = Ends with a line break
# Several secrets: those of a service account or a personal access token.
confirm-several-store = Arguments to store several secrets ({ $count })
confirm-several-input = Standard input, for several secrets
confirm-several-input-raw = The token, the credential ID, and the private key, each from a line of its own
confirm-several-input-line = The token, the credential ID, and the private key, each from a line of its own, and a line break
confirm-several-input-json = All in JSON, by the template
confirm-several-input-base64-json = All in JSON, by the template, as base64
confirm-several-input-dotenv = All as lines of variables, by the template
confirm-several-template = Template for several secrets
confirm-several-exists = Arguments to check whether several secrets exist ({ $count })
confirm-several-after = After storing several secrets
confirm-several-read-back = Arguments to read back several secrets ({ $count })
confirm-several-reading = What is read back of several secrets
confirm-whose = Arguments to ask whose account it uses ({ $count })
confirm-whose-fields = Fields of its answer that are shown
confirm-names = Characters in entry names
confirm-time-limit = Time limit
confirm-seconds =
    { $count ->
        [one] { $count } second
       *[other] { $count } seconds
    }
confirm-variables = Variables it sees besides the usual ones
# An argument that is empty. No other begins with a backslash that is single.
confirm-empty = \(empty)

confirm-vault-title = Confirm a vault – Keybearer
confirm-vault = Give secrets to this vault?
confirm-vault-meaning = The tokens of new API keys go to this address, and so does the access token that opens the vault. Choose “{ -allow }” only if the vault is yours. You’re asked only once, unless something here changes.
confirm-address = Address
confirm-mount = Mount
confirm-path = Path of an entry
confirm-field = Field that takes the token
confirm-namespace = Namespace
confirm-authority = Authority trusted besides the system’s

confirm-signature-title = Confirm a signature – Keybearer
confirm-signature =
    { $count ->
        [one] Sign this request to Dfns?
       *[other] Sign { $count } requests to Dfns?
    }
confirm-signature-meaning =
    { $count ->
        [one] Keybearer signs it with this computer’s credential, and Dfns takes that as your own word. Choose “{ -allow }” only if you’ve just asked for exactly this. You’re asked about each signature here.
       *[other] Keybearer signs a request for each name with this computer’s credential, and Dfns takes that as your own word. Choose “{ -allow }” only if you’ve just asked for exactly this. You’re asked once, for the whole list.
    }
confirm-operation = What it does
confirm-name = Name
confirm-renamed = New name
confirm-several-names = Names ({ $count })
confirm-account = Account
signing-create =
    { $count ->
        [one] Creates an API key
       *[other] Creates { $count } API keys
    }
signing-deactivate-former = Deactivates the credential that Keybearer used here before
signing-deactivate = Deactivates this computer’s credential

confirm-host-title = Confirm a host – Keybearer
confirm-host = Send your sign-in token to this host?
confirm-host-meaning = Whoever runs the host can use the token as you can. Choose “{ -allow }” only if this is your organization’s Dfns. You’re asked once for each host.

## Starting, ending, and the terminal

help =
    Keybearer creates Dfns API keys and puts each token safely in your vault.

    usage: keybearer                        open the window
           keybearer --sandbox              open the window, signed in to the built-in sandbox
           keybearer sandbox [--port PORT]  run the sandbox alone, on this computer only, until interrupted
           keybearer --forget               forget every account and its sign-in token, without a window
           keybearer --version | --help
cli-not-understood = “{ $arguments }” isn’t understood; see keybearer --help
cli-port = PORT is a number up to 65535
cli-sandbox-unstarted = the sandbox can’t be started
cli-sandbox-ended = the sandbox ended
cli-unwritable = nothing can be written to standard output

forget-done =
    { $count ->
        [0] No account was remembered. Whatever your keyring held for Keybearer is gone.
        [one] One account and its sign-in token are forgotten.
       *[other] { $count } accounts and their sign-in tokens are forgotten.
    }
forget-registered = These credentials stay registered at Dfns, and nobody has their private keys here any more. Deactivate them in Dfns → Settings → Credentials: { $credentials }.
forget-failed = Not everything was forgotten.

start-failed = Keybearer can’t start
start-no-home = There’s no home folder to keep anything in: HOME isn’t set, and the system knows no home folder for this user.
start-relative = { $folder } isn’t a full path, so Keybearer would keep its files in a different place each time it starts. Set HOME to a full path, and start Keybearer again.
start-folder = Keybearer can’t create its folder { $folder }: { $why }. Keybearer records each request there before sending it, so it doesn’t start without that folder. Create the folder, or let this user write to where it belongs.
start-no-threads = This system gives Keybearer no threads: { $why }.
start-silent = Keybearer is already running and doesn’t answer. Wait a moment, and start Keybearer again. If it still doesn’t answer, end it. A token it holds that isn’t in a vault yet is lost then, and you have to revoke or archive it.
start-silent-process = Keybearer is already running as process { $process } and doesn’t answer. Wait a moment, and start Keybearer again. If it still doesn’t answer, end it with “kill { $process }” in a terminal, or with “kill -KILL { $process }”. A token it holds that isn’t in a vault yet is lost then, and you have to revoke or archive it.
start-stopped = Keybearer is already running as process { $process } and doesn’t answer, because it was stopped. “kill -CONT { $process }” in a terminal lets it continue, and nothing is lost.
start-no-window = The window can’t be opened: { $why }.
start-no-fonts = This computer has no fonts, so the window has no letters. Install some, such as the package fonts-dejavu-core, and start Keybearer again.
start-no-display = there’s no display to open a window on (neither DISPLAY nor WAYLAND_DISPLAY is set)
start-display-unreachable = can’t reach the display to open a window on ({ $variables })
start-variable = { $name } is “{ $value }”
start-environment = can’t set the environment
start-left-out = started from within another program, whose own folders are left out of { $variables }

# Why the system waits before the computer sleeps.
sleep-delayed = A token is being cleared from the clipboard

window-title = { $account } ({ $environment }) – Keybearer
window-token-title = Token – Keybearer
window-token-unopened = The token couldn’t be shown: the system gave no window for it. Copy the token instead.
window-token-stopped = The window that showed the token stopped and was closed. Show the token again, or copy it.

page-restored = This window’s page had stopped and was reloaded. Everything Keybearer holds is unchanged.
page-keeps-stopping = Keybearer’s page keeps stopping
# The letter after the underscore, with Alt, presses the button.
page-quit = _Quit
page-copy = _Copy the token
page-try-again = _Try again
page-stopped = The process that draws this window ended several times within a few seconds. This computer may be short of memory.
page-held =
    { $minutes ->
        [one] The token of “{ $name }” is still held and will be erased within { $minutes } minute. Quitting erases it at once. You’ll then find “{ $name }” under “Needs attention” the next time Keybearer starts, and can revoke or archive it there.
       *[other] The token of “{ $name }” is still held and will be erased within { $minutes } minutes. Quitting erases it at once. You’ll then find “{ $name }” under “Needs attention” the next time Keybearer starts, and can revoke or archive it there.
    }
page-held-in-vault =
    { $minutes ->
        [one] The token of “{ $name }” is in your vault. Keybearer still holds it, too, and will erase it within { $minutes } minute. Quitting erases it here at once.
       *[other] The token of “{ $name }” is in your vault. Keybearer still holds it, too, and will erase it within { $minutes } minutes. Quitting erases it here at once.
    }
page-clipboard-live = The token is on the clipboard, and is cleared from it when its time is up.
page-clipboard-clearing = The token is being cleared from the clipboard.
page-clipboard-cleared = The token was cleared from the clipboard.
page-clipboard-replaced = The token is no longer on the clipboard.
page-asking = A request to create something is on its way to Dfns. If you quit now, Dfns may create it anyway. Keybearer will look for it the next time it starts.

## Files of Keybearer’s own

file-unreadable = { $path } can’t be read: { $why }.
file-malformed = { $path } is malformed: { $why }. It was set aside as { $aside }.
file-malformed-left = { $path } is malformed: { $why }. It couldn’t be set aside: { $refused }.
file-newer = { $path } was written by a newer Keybearer (version { $version } of its format) and was left as it is. Use the newer Keybearer.
file-unwritten = { $path } couldn’t be written: { $why }.
file-unremoved = { $path } couldn’t be removed: { $why }.
# Within a sentence, in place of why.
file-no-version = there’s no version { $version }

# What is so while such a file can’t be read.
file-settings = The default settings apply.
file-accounts = Keybearer starts without accounts, so sign in again. “keybearer --forget” removes what your keyring still holds.
file-vaults = There are no vaults until this is fixed.
file-proven = No vault counts as verified until this is fixed.
file-confirmed = Keybearer asks again where secrets may go.
file-window = The window opens as usual.

preset-unreadable = Your organization’s presets, { $path }, can’t be read: { $why }. Keybearer started without them. Whoever manages this computer can fix that.
preset-malformed = Your organization’s presets, { $path }, are malformed: { $why }. Keybearer started without them. Whoever manages this computer can fix that.
# Within those sentences, in place of why.
preset-no-name = an environment needs a name
preset-name-control = the name has a control character in it
preset-address = “{ $address }” can’t be used ({ $why })
preset-twice = “{ $name }” or its address is there twice
preset-vault = “{ $name }”: { $problem }
preset-no-vault = a vault

journal-damaged = The journal of what you requested, { $path }, is damaged: { $why }. It was set aside as { $aside }, and a new one was started. Look in the Dfns dashboard for keys and accounts whose tokens you haven’t put into a vault.
journal-unusable = The journal { $path } can’t be used: { $why }. Keybearer requests nothing until it can.
journal-unwritten = This couldn’t be written to the journal: { $why }. Keybearer does nothing it can’t record: nothing was requested, and nothing was sent.
journal-unrecorded = What happened after the request couldn’t be written to the journal: { $why }. If Keybearer quit now, it would know nothing about it, so finish with it first.
journal-change-unwritten = A change couldn’t be written to the journal: { $why }. Keybearer asked Dfns for the change anyway, but won’t show it under Activity.
journal-note-unwritten = The notes couldn’t be saved: { $why }.
journal-unread = The journal can’t be read: { $why }.
journal-failed = The journal can’t be used: writing to it failed.
# Within those sentences, in place of why.
journal-newer = it was written by a newer Keybearer (version { $version } of its format) and was left as it is; use the newer Keybearer
journal-unlockable = the system can’t lock it ({ $why }), and without a lock two Keybearers could write to it at once; keep its folder on a disk of this computer, or on a server that supports locks
journal-in-use = another Keybearer is using it; continue there, or close that one and start this one again
journal-disk-full = the disk is full
journal-read-only = writing to it isn’t allowed
journal-unopened = it can’t be opened, or created where it belongs
journal-replaced = { $path } was replaced by another file while Keybearer was using it, perhaps by a program that syncs or cleans up; keep such programs out of that folder, then quit Keybearer and start it again
journal-moved = { $path } was deleted or moved while Keybearer was using it, perhaps by a program that syncs or cleans up; keep such programs out of that folder, then quit Keybearer and start it again

## Service accounts and personal access tokens

kind-api-key = API key
kind-service-account = Service account
kind-personal-access-token = Personal access token
fact-kind = Kind
fact-credential-id = Credential ID
fact-roles = Roles
fact-expires = Expires
role-none = No permission yet
receipt-key-hash = Private key SHA-256 begins with
confirm-role = Role
confirm-full-admin = It can do everything in your organization, or give itself every permission.
signing-create-account =
    { $count ->
        [one] Creates a service account
       *[other] Creates { $count } service accounts, one after the other
    }
signing-create-token =
    { $count ->
        [one] Creates a personal access token
       *[other] Creates { $count } personal access tokens, one after the other
    }
signing-archive-account = Archives a service account
signing-archive-token = Archives a personal access token
signing-rename =
    { $kind ->
        [personal-access-token] Renames a personal access token
       *[service-account] Renames a service account
    }
signing-deactivate-it =
    { $kind ->
        [personal-access-token] Deactivates a personal access token: whatever uses it stops working
       *[service-account] Deactivates a service account: whatever uses it stops working
    }
signing-activate =
    { $kind ->
        [personal-access-token] Activates a personal access token again
       *[service-account] Activates a service account again
    }
signing-give-role =
    { $kind ->
        [personal-access-token] Gives a personal access token a role
       *[service-account] Gives a service account a role
    }
signing-take-role =
    { $kind ->
        [personal-access-token] Takes a role away from a personal access token
       *[service-account] Takes a role away from a service account
    }
said-list-saved =
    { $count ->
        [one] The list, with one entry, is in { $path }.
       *[other] The list, with { NUMBER($count) } entries, is in { $path }.
    }
said-renamed = Renamed to “{ $name }”.
said-deactivated = “{ $name }” is deactivated. Nothing works with it until you activate it again.
said-role-given = “{ $name }” now has the role “{ $role }”.
said-role-taken = “{ $name }” no longer has the role “{ $role }”.
said-role-give-pending = The role “{ $role }” for “{ $name }” waits for another admin’s approval.
said-role-take-pending = Taking the role “{ $role }” away from “{ $name }” waits for another admin’s approval.
said-activated = “{ $name }” is active again.
err-days = Choose from 1 to { $most } days.
err-role-gone = Dfns doesn’t list this role anymore, so nothing was created.
err-role-gone-hint = Choose another role.
err-role-unknown = Dfns lists no role “{ $text }”.
err-role-unknown-hint = Write a role’s name or ID after the last semicolon, or “-” for no permission yet. If the semicolon is part of the name, add another one at the end.
err-role-not-unique = More than one role is called “{ $text }”.
err-role-not-unique-hint = Write the role’s ID instead; it begins with pm-.

## What ends soon

ending-month =
    { $count ->
        [one] 1 ends within 30 days
       *[other] { $count } end within 30 days
    }
ending-week =
    { $count ->
        [one] 1 ends within a week
       *[other] { $count } end within a week
    }
ending-day =
    { $count ->
        [one] 1 ends within a day
       *[other] { $count } end within a day
    }
ending-ended =
    { $count ->
        [one] 1 has ended
       *[other] { $count } have ended
    }
ending-ends =
    { $kind ->
        [service-account] The token of the service account “{ $name }” ends on { DATETIME($at) }.
        [personal-access-token] The personal access token “{ $name }” ends on { DATETIME($at) }.
       *[api-key] The API key “{ $name }” ends on { DATETIME($at) }.
    }
ending-ends-about =
    { $kind ->
        [service-account] The token of the service account “{ $name }” ends about { DATETIME($at) }, going by the days it was requested for.
        [personal-access-token] The personal access token “{ $name }” ends about { DATETIME($at) }, going by the days it was requested for.
       *[api-key] The API key “{ $name }” ends about { DATETIME($at) }, going by the days it was requested for.
    }
ending-has-ended = The token of “{ $name }” ended on { DATETIME($at) }. Nothing works with it anymore.
ending-may-have-ended = The token of “{ $name }” may have ended about { DATETIME($at) }, going by the days it was requested for.
ending-hint = Whatever uses it stops working then, unless you replace it before.
ending-ended-hint =
    { $kind ->
        [api-key] Replace it if something still needs it. If not, revoke it.
       *[other] Replace it if something still needs it. If not, archive it.
    }
endings-hint = The list shows which ones. Whatever uses them stops working when they end, unless you replace them before.
endings-title = Ended or ending soon
# How many end how soon, as a sentence.
endings-counted = { $counts }.
ending-near-month = Ends within 30 days
ending-near-week = Ends within a week
ending-near-day = Ends within a day
ending-near-ended = Ended
ending-near-may-have-ended = May have ended
ending-calendar = Add to calendar
endings-calendar = Add all to calendar
ending-later = Later
ending-leave = Leave as it is
endings-show = Show in list
keys-export-calendar = Calendar file (.ics)
keys-export-shared = Calendars are often shared: names and IDs are in the file.
calendar-summary =
    { $kind ->
        [service-account] Service account “{ $name }” ends
        [personal-access-token] Personal access token “{ $name }” ends
       *[api-key] API key “{ $name }” ends
    }
calendar-known = This is the time that its token states.
calendar-reckoned = About this day, going by the days it was requested for.
calendar-replace = Replace it in Keybearer before then.
said-calendar-saved =
    { $count ->
        [one] Saved as { $path }. Open it to add it to your calendar. Calendars are often shared, and its name and ID are in it.
       *[other] Saved { NUMBER($count) } dates as { $path }. Open it to add them to your calendar. Calendars are often shared, and names and IDs are in it.
    }
err-calendar-not-saved = The calendar file couldn’t be saved in { $folder }: { $problem }.
now-nothing-ends = No end that’s still to come is known here.
settings-notify = Tell me when something ends soon
settings-notify-what = As a notification 30, 7, and 1 days before, and only while Keybearer runs.
settings-not-shown = The last one couldn’t be shown ({ DATETIME($at) }): { $problem }.
notification-ending = Dfns: { $counts }
notification-more =
    { $count ->
        [one] and 1 more
       *[other] and { $count } more
    }
notification-nobody = nothing on this desktop shows notifications
notification-silent = no answer came in time
quoted = “{ $name }”

## Activity, notes, and receipts of a list

activity-open =
    .aria-label = Activity
    .title = Activity
activity-title = Activity
activity-what = What was done with Keybearer on this computer, by its clock. It contains no secret.
activity-loading = Reading the journal…
activity-search =
    .placeholder = Search
    .aria-label = Search activity
activity-type =
    .aria-label = Filter by type
activity-type-all = All types
activity-type-made = Created
activity-type-delivered = Delivered
activity-type-copied = Copied
activity-type-revoked = Revoked or archived
activity-type-changed = Changed
activity-type-problem = Failed or in doubt
activity-type-other = Other
activity-account =
    .aria-label = Filter by account
activity-account-all = All accounts
activity-span =
    .aria-label = Filter by time
activity-span-all = Any time
activity-span-today = Today
activity-span-week = Last 7 days
activity-span-month = Last 30 days
activity-list =
    .aria-label = What happened, newest first
activity-none = Nothing has happened yet.
activity-no-match = Nothing matches.
activity-in = in { $place }
activity-until = until { DATETIME($until) }
activity-export-csv = Export as CSV
activity-export-json = Export as JSON
activity-count =
    { $count ->
        [one] One entry
       *[other] { NUMBER($count) } entries
    }
said-activity-saved =
    { $count ->
        [one] The activity shown, one entry, is in { $path }.
       *[other] The activity shown, { NUMBER($count) } entries, is in { $path }.
    }
err-activity-not-saved = The activity couldn’t be saved in { $folder }: { $problem }.
notes-title = Notes
notes-where = Kept on this computer only, never sent to Dfns.
notes-saved = Saved.
fact-purpose = Purpose
fact-owner = Owner
fact-ticket = Ticket
batch-receipts-save = Save receipts
batch-receipts-copy = Copy receipts
receipts-title = Receipts
receipts-of-list =
    { $count ->
        [one] One of { NUMBER($names) } on a list was created, by { $account }, for { $vault }.
       *[other] { $count } of { NUMBER($names) } on a list were created, by { $account }, for { $vault }.
    }
said-receipts-copied =
    { $count ->
        [one] One receipt copied as Markdown. It contains no secret.
       *[other] { $count } receipts copied as Markdown. They contain no secret.
    }
said-receipts-saved =
    { $count ->
        [one] One receipt is in { $path }.
       *[other] { $count } receipts are in { $path }.
    }
err-receipts-not-saved = The receipts couldn’t be saved in { $folder }: { $problem }. Copy them instead.
