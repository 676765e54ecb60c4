import { codeOf, FuseboardError, messageOf } from "../kernel/errors.ts";

const REASONS = new Map([
  ["ENOENT", "there is no such file"],
  ["ENOTDIR", "there is no such file"],
  ["EISDIR", "it is a folder"],
  ["EACCES", "it may not be read"],
  ["EPERM", "it may not be read"],
]);

/** Why a file that was named on the command line cannot be read, in one sentence. */
export function unreadable(what: string, error: unknown): FuseboardError {
  const reason = REASONS.get(codeOf(error) ?? "") ?? messageOf(error);
  return new FuseboardError("usage", `${what} cannot be read: ${reason}.`, { cause: error });
}
