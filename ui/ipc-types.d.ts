// The shapes that cross the border, as src-tauri/ipc.rs has them. A test holds the two equal.

export type View = { revision: number, session: SessionView, creation: CreationView | null, reveal: RevealView | null, notices: Array<NoticeView>, closing: Closing | null, said: Said | null, draft: string, clipboardSeconds: number, heldSeconds: number, settingsProblem: Told | null, };

export type Said = { number: number, text: string, };

export type SessionView = { "state": "signedOut", reason: Told | null, form: SignInForm, } | { "state": "checking", host: string, } | { "state": "signedIn", account: string, environment: EnvironmentKind, host: string, user: string | null, organization: string | null, expiresInMs: number | null, mayList: boolean, kept: Kept, keptProblem: Told | null, };

export type Kept = "keyring" | "memory";

export type EnvironmentKind = "production" | "staging" | "sandbox" | "custom";

export type SignInForm = { environment: EnvironmentKind, url: string, name: string, remember: boolean, };

export type SandboxPersona = "admin" | "issuer" | "auditor";

export type CreationView = { name: string, runningMs: number, phase: CreationPhase, };

export type CreationPhase = "looking" | "asked" | "verifying";

export type RevealView = { key: KeyView, tokenLength: number, facts: TokenFactsView | null, clipboard: ClipboardView, shownForMs: number | null, captureProtected: boolean, check: CheckView | null, wipedInMs: number, proven: boolean, revoking: boolean, };

export type KeyView = { id: string, name: string, organization: string, author: string, created: string, status: string, };

export type TokenFactsView = { issuer: string | null, subject: string | null, issued: string | null, expires: string | null, id: string | null, };

export type ClipboardView = { "state": "untouched" } | { "state": "live", clearsInMs: number, own: boolean, } | { "state": "unsure", problem: Told, } | { "state": "cleared" } | { "state": "replaced" } | { "state": "stillThere", problem: Told, };

export type CheckView = "stored" | "different" | "whiteSpace" | "empty" | "ownCopy";

export type NoticeView = { number: number, kind: NoticeKind, keyName: string, keyId: string | null, author: string | null, told: Told, busy: boolean, };

export type NoticeKind = "notHandedOver" | "candidate" | "doubtful" | "withoutToken" | "awaitingApproval" | "notRevoked";

export type Closing = "holding" | "creating";

export type Told = { code: Code, message: string, hint: string, };

export type Code = "name" | "sameName" | "address" | "tokenMissing" | "signInAgain" | "doubtful" | "calledOff" | "notNow" | "notProven" | "other";

export type TokenText = { text: string, keyName: string, closesInMs: number, captureProtected: boolean, };
