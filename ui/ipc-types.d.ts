// Written from src-tauri/ipc.rs by its test; not edited by hand.

export type View = { 
/**
 * Counts up by one with each view, so that the page can drop one that comes late.
 */
revision: number, 
/**
 * Who is signed in, or what to ask for.
 */
session: SessionView, 
/**
 * The request on its way to Dfns, if there is one.
 */
creation: CreationView | null, 
/**
 * The new key whose token is held, if there is one.
 */
reveal: RevealView | null, 
/**
 * Keys that need the person's attention, newest first.
 */
notices: Array<NoticeView>, 
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
draft: string, 
/**
 * Seconds that a copied token stays on the clipboard.
 */
clipboard_seconds: number, 
/**
 * Seconds after which a token nobody finished with is wiped, and that "keep" adds.
 */
held_seconds: number, 
/**
 * What is wrong with the settings file, if something is.
 */
settings_problem: Told | null, };

export type Said = { 
/**
 * Counts up.
 */
number: number, 
/**
 * The sentence.
 */
text: string, };

export type SessionView = { "SignedOut": { 
/**
 * Why, where it was not the person's own wish: a remembered account was refused, say.
 */
reason: Told | null, 
/**
 * What to fill the form with.
 */
form: SignInForm, } } | { "Checking": { 
/**
 * Its host.
 */
host: string, } } | { "SignedIn": { 
/**
 * The account's name, chosen by the person or made from what is known.
 */
account: string, 
/**
 * Which Dfns this is.
 */
environment: EnvironmentKind, 
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
 * Milliseconds until the sign-in token expires (negative: since), where it tells.
 */
expires_in_ms: number | null, 
/**
 * Whether this user may list keys.
 */
may_list: boolean, 
/**
 * Where the sign-in token is kept.
 */
kept: Kept, 
/**
 * Why it is not in the keyring although it should be.
 */
kept_problem: Told | null, } };

export type Kept = "Keyring" | "Memory";

export type EnvironmentKind = "Production" | "Staging" | "Sandbox" | "Custom";

export type SignInForm = { 
/**
 * Which Dfns.
 */
environment: EnvironmentKind, 
/**
 * Its address; only for a custom one, empty otherwise.
 */
url: string, 
/**
 * The account's name; may be empty.
 */
name: string, 
/**
 * Whether to keep the sign-in token in the keyring.
 */
remember: boolean, };

export type SandboxPersona = "Admin" | "Issuer" | "Auditor";

export type CreationView = { 
/**
 * The key's name.
 */
name: string, 
/**
 * Milliseconds since the person asked.
 */
running_ms: number, 
/**
 * How far it is.
 */
phase: CreationPhase, };

export type CreationPhase = "Looking" | "Asked" | "Verifying";

export type RevealView = { 
/**
 * The key.
 */
key: KeyView, 
/**
 * How many characters the token has.
 */
token_length: number, 
/**
 * What can be read of the token; `null` where it does not decode, which is fine.
 */
facts: TokenFactsView | null, 
/**
 * Where the token is on the clipboard.
 */
clipboard: ClipboardView, 
/**
 * Milliseconds until the token's own window closes, while it is open.
 */
shown_for_ms: number | null, 
/**
 * Whether this system keeps screenshots from showing that window.
 */
capture_protected: boolean, 
/**
 * How the last Check ended.
 */
check: CheckView | null, 
/**
 * Milliseconds until the token is wiped.
 */
wiped_in_ms: number, 
/**
 * Whether it is proven to be in a vault: then Done does not ask.
 */
proven: boolean, 
/**
 * The key is being revoked.
 */
revoking: boolean, };

export type KeyView = { 
/**
 * `api-…`
 */
id: string, 
/**
 * As it was given.
 */
name: string, 
/**
 * `cu-…` or `or-…`
 */
organization: string, 
/**
 * `ce-…` or `us-…`
 */
author: string, 
/**
 * ISO 8601, UTC.
 */
created: string, 
/**
 * As it came.
 */
status: string, };

export type TokenFactsView = { 
/**
 * Who issued it.
 */
issuer: string | null, 
/**
 * Whom it speaks for.
 */
subject: string | null, 
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

export type ClipboardView = "Untouched" | { "Live": { 
/**
 * Milliseconds until it is cleared.
 */
clears_in_ms: number, 
/**
 * Put there by Copy, rather than by the vault it was checked from.
 */
own: boolean, } } | { "Unsure": { 
/**
 * What is known, and what to do.
 */
problem: Told, } } | "Cleared" | "Replaced" | { "StillThere": { 
/**
 * Why, and what to do.
 */
problem: Told, } };

export type CheckView = "Stored" | "Different" | "WhiteSpace" | "Empty" | "OwnCopy";

export type NoticeView = { 
/**
 * Names the notice in commands.
 */
number: number, 
/**
 * What happened.
 */
kind: NoticeKind, 
/**
 * The key's name.
 */
key_name: string, 
/**
 * The key's id, where it is known. Only then it can be revoked.
 */
key_id: string | null, 
/**
 * Who made it, where it is known.
 */
author: string | null, 
/**
 * What happened and what it means, and what to do.
 */
told: Told, 
/**
 * A remedy is on its way.
 */
busy: boolean, };

export type NoticeKind = "NotHandedOver" | "Candidate" | "Doubtful" | "WithoutToken" | "AwaitingApproval";

export type Closing = "Holding" | "Creating";

export type Told = { 
/**
 * For the page to branch on.
 */
code: Code, 
/**
 * One or two sentences.
 */
message: string, 
/**
 * One or two sentences.
 */
hint: string, };

export type Code = "Name" | "SameName" | "Address" | "TokenMissing" | "SignInAgain" | "Doubtful" | "CalledOff" | "NotNow" | "NotProven" | "Other";

export type TokenText = { 
/**
 * The token.
 */
text: string, 
/**
 * The key's name.
 */
key_name: string, 
/**
 * Milliseconds until the window closes by itself.
 */
closes_in_ms: number, 
/**
 * Whether this system keeps screenshots from showing the window.
 */
capture_protected: boolean, };
