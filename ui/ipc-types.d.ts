// Written from src-tauri/ipc and boundary by a test; not edited by hand.

export type MainCommands = {
sign_in_pasted: (args: { form: SignInForm }) => null,
sign_in_typed: (args: { form: SignInForm, token: string }) => null,
enrol: (args: { form: SignInForm, code: string, organization: string }) => null,
sign_in_by_key: (args: { form: SignInForm, credential: CredentialForm, from: KeySource }) => null,
give_vault_secret: (args: { id: string }) => null,
test_destination: (args: { id: string }) => Tested,
deliver: (args: { key: KeyId, id: string }) => null,
check_names: (args: { kind: CredentialKind, text: string, terms: TermsForm | null, destination: string }) => CheckedList,
create_key: (args: { kind: CredentialKind, name: string, terms: TermsForm | null, anyway: boolean, signed: boolean, replaces: KeyId | null, deliverTo: string | null }) => null,
check_replacements: (args: { names: Array<NewName>, terms: TermsForm | null, destination: string }) => CheckedList,
begin_batch: (args: { number: number }) => null,
resume_batch: (args: { failed: boolean }) => null,
revoke_key: (args: { id: KeyId, typed: string }) => null,
revoke_held: (args: { key: KeyId, quit: boolean }) => null,
revoke_noticed: (args: { number: number }) => null,
set_noticed_active: (args: { number: number, active: boolean }) => null,
give_missing_roles: (args: { number: number }) => null,
rename_key: (args: { id: KeyId, name: string }) => null,
set_key_active: (args: { id: KeyId, active: boolean }) => null,
give_role: (args: { id: KeyId, role: string }) => null,
take_role: (args: { id: KeyId, role: string }) => null,
check_role_change: (args: { number: number }) => null,
dismiss_role_change: (args: { number: number }) => null,
note: (args: { id: KeyId, field: NoteField, text: string }) => null,
clear_clipboard: (args: { key: KeyId }) => null,
check_token: (args: { key: KeyId, secret: SecretName | null }) => null,
try_held: (args: { key: KeyId }) => null,
extend_hold: (args: { key: KeyId }) => null,
finish: (args: { key: KeyId, unproven: boolean }) => null,
dismiss_notice: (args: { number: number }) => null,
put_off_ending: (args: { id: KeyId | null }) => null,
dismiss_receipt: () => null,
dismiss_problems: () => null,
dismiss_batch: () => null,
copy_key_id: (args: { id: KeyId }) => null,
copy_token: (args: { key: KeyId, secret: SecretName }) => null,
copy_all: (args: { key: KeyId, format: BundleFormat }) => null,
show_token: (args: { key: KeyId, secret: SecretName }) => null,
copy_receipt: (args: { id: KeyId }) => null,
export_list: (args: { format: ExportFormat }) => null,
save_receipt: (args: { id: KeyId }) => null,
save_calendar: (args: { id: KeyId | null }) => null,
copy_batch_receipts: () => null,
save_batch_receipts: () => null,
export_activity: (args: { format: ExportFormat, number: number, places: Array<number> }) => null,
change_settings: (args: { settings: SettingsView }) => null,
save_destination: (args: { form: DestinationForm }) => string,
remove_destination: (args: { id: string }) => null,
move_destination: (args: { id: string, up: boolean }) => null,
set_default_destination: (args: { id: string | null }) => null,
enter_sandbox: (args: { persona: Persona }) => null,
switch_account: (args: { id: string }) => null,
ask_for_token: (args: { sameAccount: boolean }) => null,
rename_account: (args: { name: string }) => null,
sign_out: (args: { deactivate: boolean }) => null,
cancel: (args: { operation: Operation }) => null,
hide_token: () => null,
pause_batch: () => null,
stop_batch: () => null,
keep_open: () => null,
quit_anyway: () => null,
note_typed: (args: { draft: string }) => null,
watch: (args: { onView: Channel<View> }) => null,
prepare: (args: { kind: CredentialKind }) => null,
list_keys: () => ListView,
list_roles: () => Array<RoleView>,
get_key: (args: { id: KeyId }) => KeyDetailsView,
list_activity: () => ActivityListView,
list_presets: () => Array<ProgramPresetView>,
fill_preset: (args: { id: string, answers: Array<string> }) => DestinationForm,
propose_replacements: (args: { ids: Array<KeyId> }) => Array<ReplacementView>,
place_of_replacement: (args: { id: KeyId, destination: string }) => string,
security_report: () => Array<Protection>,
names_in: (args: { kind: CredentialKind, file: string, bytes: Array<number> }) => string,
};

export type TokenCommands = {
token_text: () => TokenText,
close_token_window: () => null,
};

export type Channel<T> = { onmessage: (message: T) => void };

export type AccountName = { id: string, label: string, };

export type AccountView = { id: string, 
/**
 * The name that the person gave it, or made from what is known.
 */
label: string, environment: EnvironmentKind, 
/**
 * Host name, and port where it is not the usual one.
 */
host: string, 
/**
 * The user, where the sign-in token tells it.
 */
user: string | null, 
/**
 * The organization, where the sign-in token tells it.
 */
organization: string | null, 
/**
 * Milliseconds until its sign-in token expires (negative: since), where it tells.
 */
expiresInMs: number | null, current: boolean, 
/**
 * It is known to need a new sign-in token.
 */
over: boolean, kept: Kept, };

export type ActivityListView = { 
/**
 * Names the list in commands.
 */
number: number, 
/**
 * Newest first.
 */
all: Array<ActivityView>, };

export type ActivityView = { 
/**
 * ISO 8601, UTC.
 */
at: string, sort: Sort, what: Message, 
/**
 * The kind of the credential, its name, and its id where there is one.
 */
kind: CredentialKind | null, name: string, id: string | null, 
/**
 * What the account is called, and the address of its Dfns.
 */
account: string, base: string, place: string | null, 
/**
 * When the vault deletes it by itself: ISO 8601, UTC.
 */
until: string | null, };

export type AskView = { label: Message, 
/**
 * What stands there at first.
 */
usual: string, optional: boolean, };

export type BatchRow = { name: string, state: BatchRowState, 
/**
 * Where its token is, or why no key was made.
 */
words: Message | null, };

export type BatchRowState = "waiting" | "underWay" | "delivered" | "failed" | "attention" | "settled";

export type BatchStateView = "running" | "stopping" | "paused" | "ended";

export type BatchView = { destination: string, state: BatchStateView, 
/**
 * Each name, in its order.
 */
rows: Array<BatchRow>, 
/**
 * Milliseconds until Dfns may be asked again, where it has asked for a pause.
 */
waitsMs: number | null, 
/**
 * Why it pauses by itself.
 */
problem: Told | null, };

export type BundleFormat = "env" | "json";

export type Check = "stored" | "different" | "whiteSpace" | "empty" | "ownCopy";

export type CheckedList = { number: number, 
/**
 * What the destination is called that its tokens would go to.
 */
destination: string, 
/**
 * Whether they are of a kind that has a role.
 */
signs: boolean, names: Array<CheckedName>, };

export type CheckedName = { name: string, place: string, 
/**
 * None for no permission yet, and for a kind that has no role.
 */
roles: Array<RoleView>, 
/**
 * The name of what it is to replace.
 */
replaces: string | null, problem: Told | null, };

export type CheckingStep = "keyring" | "dfns";

export type ClipboardView = { "state": "untouched" } | { "state": "live", 
/**
 * Milliseconds until it is cleared.
 */
clearsInMs: number, 
/**
 * Put there by Copy, rather than by the vault it was checked from.
 */
own: boolean, } | { "state": "unsure", 
/**
 * What is known, and what to do.
 */
problem: Told, } | { "state": "clearing" } | { "state": "cleared" } | { "state": "replaced" } | { "state": "stillThere", 
/**
 * Why, and what to do.
 */
problem: Told, };

export type Closing = { "reason": "list" } | { "reason": "creating" } | { "reason": "delivering", name: string, } | { "reason": "keptForATime", name: string, vault: string, 
/**
 * Until when: ISO 8601, UTC.
 */
until: string, } | { "reason": "inVault", name: string, } | { "reason": "unproven", name: string, };

export type Code = "name" | "secret" | "days" | "role" | "notReplaced" | "sameName" | "stillOpen" | "address" | "tokenMissing" | "privateKey" | "refused" | "signInAgain" | "signInRefused" | "enrolmentCode" | "organization" | "credentialId" | "username" | "credential" | "sessionRenewed" | "forbidden" | "signatureRequired" | "signatureOffered" | "noSuchService" | "keyGone" | "keyWithoutId" | "conflict" | "rateLimited" | "redirected" | "unexpected" | "unreachable" | "noClearAnswer" | "notConfirmed" | "doubtful" | "calledOff" | "notNow" | "otherAccount" | "unconfirmed" | "notProven" | "neverLeft" | "clipboard" | "keyring" | "notStored" | "perhapsStored" | "destination" | "setting" | "file" | "computer" | "notice";

export type CreationPhase = "looking" | "preparing" | "asked" | "verifying" | "delivering" | "readingBack";

export type CreationView = { name: string, 
/**
 * Milliseconds since the person asked.
 */
runningMs: number, phase: CreationPhase, };

export type CredentialForm = { id: string, username: string, organization: string, };

export type CredentialKind = "api-key" | "service-account" | "personal-access-token";

export type CredentialView = { id: string, 
/**
 * Keybearer registered it, so that nobody else has its private key.
 */
own: boolean, };

export type DeliveredView = { vault: string, entry: string, 
/**
 * Whose account that is, where the vault tells.
 */
account: string | null, proof: Proof, 
/**
 * When the vault deletes it by itself: ISO 8601, UTC; `null` where it keeps it.
 */
until: string | null, };

export type DeliveringView = { vault: string, entry: string, step: DeliveryStep, 
/**
 * Milliseconds since it began.
 */
runningMs: number, };

export type DeliveryStep = "looking" | "storing" | "readingBack";

export type DestinationForm = { 
/**
 * Its id; `null` for a new one.
 */
id: string | null, 
/**
 * What the person calls it.
 */
name: string, vault: VaultForm, };

export type DestinationView = { id: string, 
/**
 * What the person calls it.
 */
name: string, 
/**
 * Where it is, in words.
 */
place: string, 
/**
 * Whether keys are delivered to it at once.
 */
default: boolean, 
/**
 * What it needs to be opened, as people call it; `null` where it needs nothing.
 */
secret: Message | null, 
/**
 * Whether a token that it has taken is known to be there.
 */
proven: boolean, 
/**
 * Whether it may store over an entry that is there, since it cannot be asked beforehand.
 */
mayOverwrite: boolean, 
/**
 * What can be edited of it.
 */
form: DestinationForm, };

export type EndingView = { key: KeyView, nearness: Nearness, 
/**
 * Whether its end is reckoned.
 */
reckoned: boolean, 
/**
 * What happened or will, and what to do.
 */
told: Told, };

export type EndingsView = { 
/**
 * Soonest first; none of them where they are too many to stand there each.
 */
each: Array<EndingView>, 
/**
 * How many they are then, and what to do.
 */
many: Told | null, };

export type EnvironmentKind = "production" | "productionUae" | "staging" | "sandbox" | "custom";

export type ExportFormat = "csv" | "json";

export type GivenRole = { 
/**
 * `pm-…`
 */
id: string, name: string, 
/**
 * `as-…`, by which it is taken again; `None` where Dfns did not tell it, and of one that is only asked for.
 */
assignment?: string, };

export type HappenedView = { 
/**
 * ISO 8601, UTC.
 */
at: string, what: Message, 
/**
 * When the vault deletes what was stored then: ISO 8601, UTC.
 */
until: string | null, };

export type Holds = "yes" | "partly" | "no";

export type Kept = "keyring" | "keeping" | "memory";

export type KeyDetailsView = { 
/**
 * As it is now; `null` where that could not be found out.
 */
key: KeyView | null, unread: Told | null, 
/**
 * Why it cannot be told what happened to it on this computer, where the journal cannot be read.
 */
noHistory: Told | null, 
/**
 * What happened to it on this computer, oldest first; empty where the journal does not know it.
 */
history: Array<HappenedView>, 
/**
 * Whether it was made on this computer.
 */
madeHere: boolean, notes: Notes, 
/**
 * When its token ends, as the journal knows: ISO 8601, UTC.
 */
ends: string | null, 
/**
 * Whether that is reckoned.
 */
endsReckoned: boolean, receipt: boolean, };

export type KeyId = string;

export type KeySource = "clipboard" | "file";

export type KeyView = { 
/**
 * It works, or is in a state that is not known here.
 */
works: boolean, kind: CredentialKind, id: KeyId, 
/**
 * Its name, as Dfns tells it; several keys may share one.
 */
name: string, 
/**
 * `cu-…`
 */
organization: string, 
/**
 * `ce-…`
 */
author: string, 
/**
 * ISO 8601 with milliseconds, UTC; as it came.
 */
created: string, status: string, 
/**
 * When its token ends: ISO 8601, UTC. Known of what was made here, and only where the token told it.
 */
expires?: string, 
/**
 * Of a kind that signs.
 */
signing?: Signing, };

export type KnownView = { id: string, whereabouts: Whereabouts, 
/**
 * Whether nothing shows that its token is in a vault now.
 */
lost: boolean, 
/**
 * In which vault, where it was delivered from here.
 */
place: string | null, 
/**
 * When that vault deletes it by itself: ISO 8601, UTC; `null` where it keeps it.
 */
until: string | null, 
/**
 * When its token ends, likewise; `null` where that is not known.
 */
ends: string | null, 
/**
 * Whether that is reckoned from the days that it was asked for with, since the token does not say.
 */
endsReckoned: boolean, };

export type ListView = { 
/**
 * All of them, as Dfns lists them.
 */
keys: Array<KeyView>, 
/**
 * What is known of those that were asked for on this computer.
 */
known: Array<KnownView>, 
/**
 * What people have noted here of any of them.
 */
noted: Array<NotedView>, 
/**
 * The kinds that could not be listed now.
 */
unlisted: Array<UnlistedView>, };

export type Message = { id: string, 
/**
 * What it speaks of, by name.
 */
args: { [name: string]: string | number | { at: string } | Message }, };

export type Nearness = "month" | "week" | "day" | "ended";

export type NewKeyType = "p256" | "ed25519";

export type NewName = { replaces: KeyId, name: string, };

export type NoteField = "purpose" | "owner" | "ticket";

export type NotedView = { id: string, organization: string, notes: Notes, };

export type Notes = { 
/**
 * What it is for.
 */
purpose: string, 
/**
 * Who answers for it.
 */
owner: string, ticket: string, };

export type NoticeKind = "notHandedOver" | "keptForATime" | "candidate" | "othersCandidate" | "doubtful" | "withoutToken" | "awaitingApproval" | "oldToRevoke" | "oldToArchive" | "onClipboard" | "gone";

export type NoticeView = { 
/**
 * Names the notice in commands.
 */
number: number, kind: NoticeKind, keyName: string, 
/**
 * The key, where it is known. Only then it can be revoked.
 */
key: KeyView | null, 
/**
 * Whether the key is revoked as one of the list is, where its name is asked for.
 */
asksName: boolean, 
/**
 * Whether what replaces it lacks roles that it has, which were found out.
 */
lacksRoles: boolean, 
/**
 * Whether a key of this name can be asked for in its place.
 */
anew: boolean, 
/**
 * The account that it belongs to, where that is not the one in use.
 */
account: string | null, 
/**
 * The key that the one that was asked for is to replace.
 */
replaces: KeyView | null, 
/**
 * What happened and what it means, and what to do.
 */
told: Told, 
/**
 * Milliseconds since its revocation was asked for, while it is under way.
 */
revokingMs: number | null, };

export type NotificationsView = { 
/**
 * In words; `null` where it could.
 */
notShown: Message | null, };

export type Offer = "listed" | "refused" | "noPermission" | "notThere" | "unknown";

export type OfferView = { kind: CredentialKind, offer: Offer, };

export type OpenRoleState = "pending" | "over" | "doubtful";

export type Operation = { "of": "signIn" } | { "of": "creation" } | { "of": "delivery" } | { "of": "look" } | { "of": "revocation", id: KeyId, } | { "of": "trial" } | { "of": "heldRevocation" } | { "of": "noticedRevocation", number: number, };

export type Persona = "admin" | "issuer" | "auditor";

export type PresetView = { name: string, host: string, 
/**
 * Its address, as [`SignInForm::url`] has it.
 */
url: string, };

export type ProgramForm = { program: string, 
/**
 * The arguments with which it stores, one on a line.
 */
store: string, 
/**
 * `raw`, `line`, `json`, `base64-json` or `dotenv`
 */
input: string, 
/**
 * The JSON that it takes, or nothing.
 */
template: string, 
/**
 * The arguments with which it is asked whether an entry exists, one on a line; or nothing.
 */
exists: string, 
/**
 * What it says where there is none.
 */
missing: string, 
/**
 * Whether it tells by what it prints.
 */
prints: boolean, 
/**
 * Whether it may not know yet of what was stored a moment ago.
 */
stale: boolean, 
/**
 * The arguments with which an entry is read back, one on a line; or nothing.
 */
readBack: string, 
/**
 * Whether the end of a line follows what is read back.
 */
readBackLine: boolean, 
/**
 * The arguments with which it stores several secrets together, one on a line; or nothing, where it stores them as a token.
 */
severalStore: string, 
/**
 * As `input`.
 */
severalInput: string, severalTemplate: string, 
/**
 * The arguments with which it is asked whether they exist, one on a line; or nothing, where those are the same.
 */
severalExists: string, severalReadBack: string, severalReadBackLine: boolean, 
/**
 * The arguments with which it is asked whose account it works for, one on a line; or nothing.
 */
whose: string, 
/**
 * Where that stands in the JSON that it prints, with white space between the places; or nothing.
 */
whoseFields: string, 
/**
 * `readable`, `plain`, `lowercase`, `dashed` or `uppercase`
 */
names: string, 
/**
 * After how many seconds it is ended.
 */
seconds: number, 
/**
 * Variables that it needs, with white space between them.
 */
variables: string, password: boolean, };

export type ProgramPresetView = { id: string, 
/**
 * What people call what it keeps secrets in.
 */
name: string, program: string, installed: boolean, 
/**
 * What is to be known of it beforehand.
 */
note: Message | null, asks: Array<AskView>, };

export type Proof = "read-back" | "first-version" | "taken" | "taken-as-before";

export type Protection = { 
/**
 * What is protected, in a few words.
 */
what: Message, holds: Holds, 
/**
 * What was found, in a sentence or two.
 */
found: Message, 
/**
 * What one can do about it, where there is something to do.
 */
advice: Message | null, };

export type ReceiptView = { id: string, name: string, 
/**
 * Line by line: what it is, and the fact.
 */
facts: Array<[Message, Message]>, };

export type ReplacementView = { replaces: KeyView, name: string, 
/**
 * For how many days the old one was asked for, where that is known.
 */
days: number | null, };

export type RevealView = { key: KeyView, 
/**
 * How its roles stand to those that were asked for; `null` of what has none.
 */
rolesGiven: RolesGiven | null, replaces: KeyView | null, 
/**
 * Its secrets, in the order in which they are shown.
 */
secrets: Array<SecretView>, 
/**
 * What can be read of the token; `null` where it does not decode, which is fine.
 */
facts: TokenFactsView | null, clipboard: ClipboardView, 
/**
 * The programs that have taken a copy of it over, by name.
 */
takenOver: Array<string>, 
/**
 * Which secret's own window is open.
 */
shown: SecretName | null, 
/**
 * Milliseconds until it closes.
 */
shownForMs: number | null, 
/**
 * Whether this system keeps screenshots from showing that window.
 */
captureProtected: boolean, check: Check | null, 
/**
 * Which secret that was of, where it is known.
 */
checkOf: SecretName | null, 
/**
 * Whether its secrets sign, and can be tried out.
 */
canBeTried: boolean, 
/**
 * Milliseconds since that began, while it is under way.
 */
tryingMs: number | null, tried: TriedView | null, 
/**
 * Milliseconds until the token is wiped.
 */
wipedInMs: number, 
/**
 * Whether it is proven to be in a vault that keeps it: then Done does not ask.
 */
proven: boolean, 
/**
 * Whether a Check shows that the vault which has taken it keeps what it takes: it can have come from nowhere else.
 */
checkProves: boolean, 
/**
 * Milliseconds since its revocation was asked for, while it is under way.
 */
revokingMs: number | null, delivering: DeliveringView | null, delivered: Array<DeliveredView>, undelivered: UndeliveredView | null, };

export type RoleChangeView = { 
/**
 * Names it in commands.
 */
number: number, operation: RoleOperation, state: OpenRoleState, key: KeyId, keyName: string, 
/**
 * The role's id.
 */
role: string, roleName: string, 
/**
 * The account that it belongs to, where that is not the one in use.
 */
account: string | null, 
/**
 * What is known, and what to do.
 */
told: Told, 
/**
 * Dfns is being asked what became of it.
 */
looking: boolean, };

export type RoleOperation = "give" | "take";

export type RoleView = { 
/**
 * Whether whoever has it may do everything, or can come to: asked about outside the page.
 */
fullAdmin: boolean, 
/**
 * `pm-…`
 */
id: string, name: string, 
/**
 * What whoever has it may do, as Dfns names it: `Wallets:Read`.
 */
operations: Array<string>, };

export type RolesGiven = "asAsked" | "fewer" | "more";

export type Said = { number: number, text: Message, };

export type SecretName = "token" | "privateKey" | "credentialId";

export type SecretView = { name: SecretName, 
/**
 * How many characters it has.
 */
length: number, 
/**
 * Whether it was copied back out of a vault, and was the same.
 */
checked: boolean, };

export type SessionView = { "state": "signedOut", 
/**
 * Why, where it was not what the person asked for: a remembered account was refused, say.
 */
reason: Told | null, form: SignInForm, 
/**
 * The account that is asked for a new token; `null` asks for any.
 */
account: AccountName | null, 
/**
 * The account that was in use before, and can be gone back to.
 */
back: AccountName | null, 
/**
 * The account's token may be good: what kept it from being used may be over by now.
 */
retry: boolean, } | { "state": "checking", host: string, step: CheckingStep, runningMs: number, } | { "state": "signedIn", 
/**
 * The name that the person gave the account; may be empty.
 */
name: string, mayList: boolean, 
/**
 * Why it is not in the keyring although it should be.
 */
keptProblem: Told | null, 
/**
 * Why the sign-in token could not be checked, where it could not.
 */
unchecked: Told | null, 
/**
 * What it signs with, where it can.
 */
credential: CredentialView | null, 
/**
 * Why its session could not be renewed, where it is about to end.
 */
unrenewed: Told | null, 
/**
 * What the organization offers; empty until that is known.
 */
kinds: Array<OfferView>, id: string, 
/**
 * The name that the person gave it, or made from what is known.
 */
label: string, environment: EnvironmentKind, 
/**
 * Host name, and port where it is not the usual one.
 */
host: string, 
/**
 * The user, where the sign-in token tells it.
 */
user: string | null, 
/**
 * The organization, where the sign-in token tells it.
 */
organization: string | null, 
/**
 * Milliseconds until its sign-in token expires (negative: since), where it tells.
 */
expiresInMs: number | null, current: boolean, 
/**
 * It is known to need a new sign-in token.
 */
over: boolean, kept: Kept, };

export type SettingsView = { 
/**
 * Seconds that a copied token stays on the clipboard: 1 to 600.
 */
clipboardSeconds: number, 
/**
 * Seconds after which a token nobody finished with is wiped, and that "keep" adds: 1 to 86,400.
 */
heldSeconds: number, 
/**
 * For how many seconds after the person last did something their session is renewed: 1 to 86,400.
 */
idleSeconds: number, theme: Theme, 
/**
 * Whether a notification tells when something ends soon.
 */
notifyEnding: boolean, };

export type SignInForm = { environment: EnvironmentKind, 
/**
 * Its address; only for a custom one, empty otherwise.
 */
url: string, 
/**
 * The account's name; may be empty.
 */
name: string, remember: boolean, 
/**
 * A private key that is remembered is locked with a passphrase, which Rust asks for.
 */
passphrase: boolean, };

export type Signing = { 
/**
 * Its credential's id, `cr-…`; empty where Dfns did not tell it.
 */
credential: string, roles: Array<GivenRole>, };

export type Sort = "made" | "delivered" | "copied" | "revoked" | "changed" | "problem" | "other";

export type TermsForm = { 
/**
 * A role's id; `null` for no permission yet.
 */
role: string | null, 
/**
 * For how many days the token is to be good; `null` leaves that to Dfns.
 */
days: number | null, keyType: NewKeyType, };

export type Tested = { 
/**
 * In words; also that nothing was stored.
 */
words: Message, 
/**
 * Whether nothing is known of that would let a token end there.
 */
good: boolean, };

export type Theme = "system" | "light" | "dark";

export type TokenFactsView = { issuer: string | null, subject: string | null, 
/**
 * ISO 8601, UTC.
 */
issued: string | null, 
/**
 * ISO 8601, UTC.
 */
expires: string | null, 
/**
 * Its id, which is the key's.
 */
id: string | null, };

export type TokenText = { text: string, keyName: string, 
/**
 * Milliseconds until the window closes by itself.
 */
closesInMs: number, 
/**
 * Whether this system keeps screenshots from showing the window.
 */
captureProtected: boolean, };

export type Told = { 
/**
 * For the page to branch on, and for people who automate.
 */
code: Code, message: Message, 
/**
 * One or two sentences, where there is something to do.
 */
hint: Message | null, 
/**
 * Milliseconds until the next try makes sense, where Dfns told.
 */
waitMs: number | null, };

export type Tried = "proven" | "tokenRefused" | "otherCredential" | "signatureRefused" | "notLet";

export type TriedView = { 
/**
 * `null` where it is not known.
 */
outcome: Tried | null, 
/**
 * What it means, and what to do.
 */
told: Told, };

export type UndeliveredView = { vault: string, entry: string, 
/**
 * What is known, and what to do.
 */
told: Told, };

export type UnlistedView = { kind: CredentialKind, told: Told, };

export type VaultForm = { "kind": "kv2", 
/**
 * `https://…`
 */
address: string, mount: string, 
/**
 * Below the mount, with places for what is known of a key.
 */
path: string, field: string, privateKeyField: string, credentialIdField: string, namespace: string, 
/**
 * The file of an authority to trust, or nothing.
 */
authority: string, } | { "kind": "program" } & ProgramForm;

export type View = { 
/**
 * Counts up by one with each view, so that the page can drop one that comes late.
 */
revision: number, version: string, 
/**
 * Who is signed in, or what to ask for.
 */
session: SessionView, 
/**
 * The accounts that can be switched to, by environment and name.
 */
accounts: Array<AccountView>, 
/**
 * The organization's own environments, to be offered beside the others.
 */
presets: Array<PresetView>, creation: CreationView | null, reveal: RevealView | null, 
/**
 * Counts up whenever the list of keys may be another than before; `null` while that is about to change, or where they
 * cannot be listed.
 */
keysRevision: number | null, 
/**
 * Keys that need the person's attention, newest first.
 */
notices: Array<NoticeView>, 
/**
 * Roles that were to be given or taken, and are not settled, newest first.
 */
roleChanges: Array<RoleChangeView>, 
/**
 * What ends soon, or has ended, of the account in use.
 */
endings: EndingsView, 
/**
 * `null` where this system has no notifications.
 */
notifications: NotificationsView | null, 
/**
 * The vaults that tokens can be delivered to, in the person's order.
 */
destinations: Array<DestinationView>, 
/**
 * The list of names that is worked on, or was.
 */
batch: BatchView | null, 
/**
 * The receipt of the key that was finished with last, until it is put aside.
 */
receipt: ReceiptView | null, 
/**
 * The person wants to close the window while something is open.
 */
closing: Closing | null, 
/**
 * One sentence on what just happened elsewhere (the clipboard was cleared, an account was remembered).
 */
said: Said | null, 
/**
 * A key's name that was typed before the page was replaced.
 */
draft: string, settings: SettingsView, 
/**
 * Where the settings are kept.
 */
settingsFile: string, 
/**
 * What is wrong with files of Keybearer's own.
 */
problems: Array<Told>, };

export type Whereabouts = "checked" | "delivered" | "forATime" | "stated" | "unproven" | "noToken";
