import type { CallSubject } from "../contract.ts";
import { Word64 } from "./word64.ts";
import { xxHash64 } from "./xxhash64.ts";

/** Makes the hash of calls by a key with nginx's variables; undefined where the key is empty. */
export function callHash(key = "$remote_addr"): (subject: CallSubject) => Word64 | undefined {
  const textOf = compileKey(key);
  return (subject) => {
    const text = textOf(subject);
    return text === "" ? undefined : xxHash64(Buffer.from(text, "latin1"), new Word64());
  };
}

/** The text of a key with the variables that calls have. */
function compileKey(key: string): (s: CallSubject) => string {
  return (s) =>
    key.replace(/\$\{?(\w+)\}?/g, (_, n: string) =>
      n === "remote_addr"
        ? s.client
        : n === "request_uri"
          ? s.uri
          : n.startsWith("http_")
            ? (s.header(n.slice(5).replaceAll("_", "-")) ?? "")
            : "",
    );
}
