import type { CallSubject } from "../balancing/contract.ts";
import type { CallRequest } from "./contract.ts";

/** What balancers may look at in a call. */
export function subjectOf({ client, method, uri, headers }: CallRequest): CallSubject {
  return {
    client,
    method,
    uri,
    header(name) {
      const values = headers.filter(([key]) => key === name).map(([, value]) => value);
      return values.length > 0 ? values.join(", ") : undefined;
    },
  };
}
