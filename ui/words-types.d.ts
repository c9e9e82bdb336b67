// Written from the catalogue by a test; not edited by hand.

/** What each message speaks of. */
export type Words = {
  "instant": { clock: Text, day: Text, month: number, year: Text },
  "sentences": { first: Text, second: Text },
  "token-capture": {},
  "token-hide": {},
  "token-hides": { time: Text },
  "token-hides-soon": { time: Text },
  "token-hiding": {},
  "token-read": {},
  "token-read-warning": {},
  "token-title": {},
  "unforeseen": {},
  "unforeseen-hint": {},
  "verbatim": { text: Text },
};

/** What stands in a sentence as it is, a sentence of its own, or an element. */
export type Text = string | number | import("./ipc-types").Message | Node;
