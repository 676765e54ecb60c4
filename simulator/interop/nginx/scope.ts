import type { Context } from "./directives.ts";
import type { Location } from "./location.ts";
import type { Directive } from "./parser.ts";
import type { Upstream } from "./upstream.ts";

/** A block of a configuration with what is set in it; what is not set comes from its parent. */
export interface Scope {
  readonly context: Context;
  readonly parent?: Scope | undefined;
  /** The upstream that the block describes. */
  readonly upstream?: Upstream | undefined;
  /** The location that it is. */
  readonly location?: Location | undefined;
  /** Directives by name, each as often as it stands there. */
  readonly settings: Map<string, Directive[]>;
  /** Words that a `…_next_upstream` of it has said. */
  readonly conditions: Map<string, Set<string>>;
  /** The locations in it: how each matches, and what. */
  readonly locations: Set<string>;
  /** How many blocks and includes are around it. */
  readonly depth: number;
}

/** Where requests are passed to an upstream, or to an address. */
export interface Pass {
  /** `proxy` of `proxy_pass`. */
  readonly protocol: string;
  readonly directive: Directive;
  readonly scope: Scope;
  /** Absent: none is written, as it must be for an upstream. */
  readonly port?: number | undefined;
}

export function openScope(
  context: Context,
  parent: Scope | undefined,
  options: Pick<Scope, "upstream" | "location"> = {},
): Scope {
  return {
    context,
    parent,
    ...options,
    settings: new Map(),
    conditions: new Map(),
    locations: new Set(),
    depth: (parent?.depth ?? 0) + 1,
  };
}

/** The directives of a name in the innermost block that has any: nginx's inheritance. */
export function inherited(scope: Scope, name: string): readonly Directive[] {
  for (let each: Scope | undefined = scope; each; each = each.parent) {
    const found = each.settings.get(name);
    if (found) return found;
  }
  return [];
}
