import type { CallSubject } from "../contract.ts";

/** What a hash algorithm takes of a call. */
export interface CallKey {
  /** What people call it, such as `header "x-user"`. */
  readonly name: string;
  /** Whether it is looked for even when one server is left, and the call goes round without it. */
  readonly soughtAlone: boolean;
  /** The hash of a call's key, unsigned 32 bits; undefined when the call has no key. */
  of(subject: CallSubject): number | undefined;
}

/** The bytes of a text that came over the wire: Node gives one character a byte. */
export function wireBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
