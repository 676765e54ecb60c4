import type { CallSubject } from "../contract.ts";
import { compileKey } from "../nginx/hash-key.ts";
import { Word64 } from "./word64.ts";
import { xxHash64 } from "./xxhash64.ts";

/** Makes the hash of calls by a key with nginx's variables; undefined where the key is empty. */
export function callHash(text: string | undefined): (subject: CallSubject) => Word64 | undefined {
  const key = compileKey(text);
  return (subject) => {
    const bytes = key.of(subject);
    return bytes.length === 0 ? undefined : xxHash64(bytes, new Word64());
  };
}
