import { clusterFileSchema } from "../../simulator/protocol/cluster-file.ts";

/** The parts of JSON schema that the cluster file's schema uses. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: string | number | boolean;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | boolean;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly $ref?: string;
}

export type Path = readonly (string | number)[];

let parsed: Schema | undefined;

/** The schema of the whole cluster file. */
export function rootSchema(): Schema {
  parsed ??= clusterFileSchema() as Schema;
  return parsed;
}

/**
 * The schemas that a value at `path` may follow; unions are taken apart.
 * @param value the file as it stands, to choose the branch of a union that its `const`s name
 */
export function schemasAt(path: Path, value?: unknown): Schema[] {
  let current: { schema: Schema; value: unknown }[] = branches(rootSchema(), value);
  for (const step of path) {
    current = current.flatMap(({ schema, value: whole }) => {
      const inner = typeof step === "number" ? schema.items : propertyOf(schema, step);
      return inner ? branches(inner, member(whole, step)) : [];
    });
  }
  return current.map(({ schema }) => schema);
}

/** The schema of one property as it is written in its parent, with its own description. */
export function propertySchema(path: Path, value?: unknown): Schema | undefined {
  const name = path.at(-1);
  if (typeof name !== "string") return undefined;
  const parents = schemasAt(path.slice(0, -1), value);
  for (const parent of parents) {
    const own = propertyOf(parent, name);
    if (own) return own;
  }
  return undefined;
}

function propertyOf(schema: Schema, name: string): Schema | undefined {
  const own = schema.properties?.[name];
  if (own) return own;
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}

function branches(schema: Schema, value: unknown): { schema: Schema; value: unknown }[] {
  const union = schema.anyOf ?? schema.oneOf;
  if (!union) return [{ schema, value }];
  const all = union.flatMap((branch) => branches(branch, value));
  const agreeing = all.filter((branch) => !contradicts(branch.schema, value));
  return agreeing.length > 0 ? agreeing : all;
}

/** Whether the value has another `const` than a branch asks for, such as another `engine`. */
function contradicts(schema: Schema, value: unknown): boolean {
  return Object.entries(schema.properties ?? {}).some(([name, property]) => {
    const actual = member(value, name);
    return property.const !== undefined && typeof actual === "string" && actual !== property.const;
  });
}

function member(value: unknown, step: string | number): unknown {
  return typeof value === "object" && value !== null
    ? (value as Record<string | number, unknown>)[step]
    : undefined;
}
