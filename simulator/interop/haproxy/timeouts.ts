import { parseTime } from "./numbers.ts";
import type { ProxySettings } from "./proxy.ts";
import type { Statement } from "./statement.ts";

type TimeoutSetting = "connectMs" | "serverMs" | "queueMs" | "checkMs";

/** Those that matter to balancing, and the others that HAProxy knows. */
const TIMEOUTS: Readonly<Record<string, TimeoutSetting | undefined>> = {
  connect: "connectMs",
  server: "serverMs",
  queue: "queueMs",
  check: "checkMs",
  client: undefined,
  "client-hs": undefined,
  "http-keep-alive": undefined,
  "http-request": undefined,
  tunnel: undefined,
  tarpit: undefined,
  "client-fin": undefined,
  "server-fin": undefined,
};
const SUPPORTED =
  "'timeout' supports 'client', 'server', 'connect', 'check', 'queue', 'http-keep-alive', 'http-request', 'tunnel', 'tarpit', 'client-fin' and 'server-fin'";

/** Reads `timeout NAME VALUE`. A timeout of 0 is none. */
export function readTimeout(
  statement: Statement,
  settings: ProxySettings,
  version: string | undefined,
): void {
  const [name, value] = [statement.arg(1), statement.arg(2)];
  if (!Object.hasOwn(TIMEOUTS, name)) {
    statement.error(1, `${SUPPORTED} (got '${name}')`);
    return;
  }
  const full = `'timeout ${name}'`;
  if (value === "") {
    statement.error(1, `${full} expects an integer value (in milliseconds)`);
    return;
  }
  const time = parseTime(value, version);
  if ("unexpected" in time) {
    statement.error(2, `unexpected character '${time.unexpected}' in ${full}`);
  } else if ("overflow" in time) {
    const most = "(maximum value is 2147483647 ms or ~24.8 days)";
    statement.error(2, `timer overflow in argument '${value}' to ${full} ${most}`);
  } else if (statement.arg(3) !== "") {
    const extra = statement.arg(3);
    statement.error(3, `${full} : unexpected extra argument '${extra}' after value '${value}'.`);
  } else {
    if (time.warning !== undefined) statement.warn(2, time.warning);
    const setting = TIMEOUTS[name];
    if (setting) settings[setting] = time.ms === 0 ? undefined : time.ms;
  }
}
