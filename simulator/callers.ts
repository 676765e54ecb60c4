import { GatewayClient } from "./gateway/client.ts";
import { newCallId } from "./gateway/ids.ts";
import type { Scope } from "./kernel/scope.ts";
import type { Caller } from "./protocol/model.ts";
import type { InvokeResult } from "./protocol/requests.ts";
import type { JsonValue } from "./protocol/spec.ts";
import type { LoadCall } from "./traffic/contract.ts";

export interface CallersDeps {
  /** The instance that has this token. */
  instanceOf(token: string): { readonly instance: string; readonly service: string } | undefined;
  /** Whether a service is a function, which is called with POST alone. */
  isFunction(service: string): boolean;
}

/** Who calls through the gateway and is known by a token: editor, load, instances. */
export class Callers {
  readonly #deps: CallersDeps;
  readonly #tokens = { editor: newCallId() + newCallId(), load: newCallId() + newCallId() };
  #editor: GatewayClient | undefined;
  #load: GatewayClient | undefined;

  constructor(deps: CallersDeps) {
    this.#deps = deps;
  }

  /** The gateway is there, and can be called until the scope ends. */
  connect(gateway: string, scope: Scope): void {
    this.#editor = new GatewayClient(gateway, this.#tokens.editor, scope);
    this.#load = new GatewayClient(gateway, this.#tokens.load, scope);
  }

  /** Whose token it is; undefined for a stranger's. */
  of(token: string): Caller | undefined {
    if (token === this.#tokens.editor) return { kind: "editor" };
    if (token === this.#tokens.load) return { kind: "load" };
    const caller = this.#deps.instanceOf(token);
    return caller && { kind: "instance", ...caller };
  }

  /** Calls a service as the editor; undefined while there is no gateway. */
  invoke(service: string, payload: JsonValue): Promise<InvokeResult> | undefined {
    return this.#editor?.invoke(service, payload);
  }

  /** Calls a service as load does. Never rejects: a gateway that closes is no failure of the load. */
  async load({ service, payload, client, item, signal }: LoadCall): Promise<void> {
    const from = { client, signal };
    const called = this.#deps.isFunction(service)
      ? this.#load?.invoke(service, payload, from)
      : this.#load?.get(service, `/item/${String(item)}`, from);
    await called?.catch(() => undefined);
  }
}
