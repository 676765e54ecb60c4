import type { Node } from "@vscode/tree-sitter-wasm";
import type { GoValue } from "./go-value.ts";

/** What a name stands for where it is used. */
export type GoMeaning =
  /** A constant, or a variable that the file gives a value only once. */
  | { readonly kind: "expression"; readonly node: Node }
  /** A constant of another file of the package. */
  | { readonly kind: "value"; readonly value: GoValue }
  | { readonly kind: "function"; readonly node: Node }
  /** A parameter, a variable that changes, …: to follow "because". */
  | { readonly kind: "unknown"; readonly why: string };

/** Where names of one file get their meanings. */
export class GoScope {
  readonly root: Node;
  /** Paths of imported packages, by the names that the file gives them. */
  readonly imports: ReadonlyMap<string, string>;
  /** Paths of packages whose names can be used as if they were the file's own. */
  readonly dotImports: readonly string[];
  /** Names whose meaning was asked for, and which neither the file nor its package has. */
  readonly missing = new Set<string>();
  readonly #siblings: ReadonlyMap<string, GoValue>;
  readonly #changes = new Map<string, number[]>();

  /** @param siblings constants of the package's other files */
  constructor(root: Node, siblings: ReadonlyMap<string, GoValue> = new Map()) {
    this.root = root;
    this.#siblings = siblings;
    const { imports, dotImports } = importsOf(root);
    this.imports = imports;
    this.dotImports = dotImports;
    this.#findChanges();
  }

  /** What an identifier means; undefined when the file and its package do not say. */
  meaningOf(identifier: Node): GoMeaning | undefined {
    const name = identifier.text;
    let within: Node = identifier;
    for (let node = identifier.parent; node; within = node, node = node.parent) {
      const found = this.#declaredIn(node, within, name);
      if (found) return found;
    }
    const value = this.#siblings.get(name);
    return value && { kind: "value", value };
  }

  /** Path of the package that an identifier names; undefined when it names none. */
  packageOf(identifier: Node): string | undefined {
    const path = this.imports.get(identifier.text);
    return path !== undefined && !this.meaningOf(identifier) ? path : undefined;
  }

  #declaredIn(node: Node, within: Node, name: string): GoMeaning | undefined {
    switch (node.type) {
      case "source_file":
        return this.#declaredAmong(node, node.namedChildren, name);
      case "statement_list":
        return this.#declaredAmong(
          node,
          node.namedChildren.filter((each) => each && each.endIndex <= within.startIndex).reverse(),
          name,
        );
      case "func_literal":
      case "function_declaration":
      case "method_declaration":
        return ["parameters", "receiver", "result"].some((field) =>
          declaresParameter(node.childForFieldName(field), name),
        )
          ? { kind: "unknown", why: `\`${name}\` is a parameter` }
          : undefined;
      case "for_statement":
      case "if_statement":
      case "expression_switch_statement":
        return node.namedChildren.some((each) => each && declaresInHead(each, name))
          ? { kind: "unknown", why: `\`${name}\` changes while the program runs` }
          : undefined;
      default:
        return undefined;
    }
  }

  #declaredAmong(
    container: Node,
    statements: readonly (Node | null)[],
    name: string,
  ): GoMeaning | undefined {
    for (const statement of statements) {
      if (!statement) continue;
      if (statement.type === "function_declaration") {
        if (statement.childForFieldName("name")?.text === name)
          return { kind: "function", node: statement };
        continue;
      }
      for (const { names, values, constant } of specsOf(statement)) {
        const index = names.findIndex((each) => each.text === name);
        if (index < 0) continue;
        const value = values.length === names.length ? values[index] : undefined;
        if (!value) return { kind: "unknown", why: `\`${name}\` gets its value elsewhere` };
        if (!constant && this.#changesIn(container, name))
          return { kind: "unknown", why: `\`${name}\` is changed by the code` };
        return { kind: "expression", node: value };
      }
    }
    return undefined;
  }

  #changesIn(container: Node, name: string): boolean {
    const places = this.#changes.get(name) ?? [];
    return places.some((at) => at >= container.startIndex && at < container.endIndex);
  }

  /** Where variables are assigned to, also in part, or their address is taken. */
  #findChanges(): void {
    const kinds = ["assignment_statement", "inc_statement", "dec_statement", "unary_expression"];
    for (const node of this.root.descendantsOfType(kinds)) {
      if (!node || (node.type === "unary_expression" && !node.text.startsWith("&"))) continue;
      const left = node.childForFieldName("left") ?? node.namedChild(0);
      const targets = left?.type === "expression_list" ? left.namedChildren : [left];
      for (const target of targets) {
        const name = target && rootName(target);
        if (name) this.#changes.set(name, [...(this.#changes.get(name) ?? []), node.startIndex]);
      }
    }
  }
}

interface Spec {
  readonly names: readonly Node[];
  readonly values: readonly Node[];
  readonly constant: boolean;
}

/** What a statement declares: constants, variables, `a := 1`. */
function specsOf(statement: Node): Spec[] {
  if (statement.type === "short_var_declaration") {
    const [left, right] = [
      statement.childForFieldName("left"),
      statement.childForFieldName("right"),
    ];
    return [{ names: named(left), values: named(right), constant: false }];
  }
  if (statement.type !== "const_declaration" && statement.type !== "var_declaration") return [];
  return statement.descendantsOfType(["const_spec", "var_spec"]).flatMap((spec) =>
    spec
      ? [
          {
            names: spec.childrenForFieldName("name").flatMap((node) => node ?? []),
            values: named(spec.childForFieldName("value")),
            constant: spec.type === "const_spec",
          },
        ]
      : [],
  );
}

const named = (list: Node | null): Node[] =>
  list?.namedChildren.flatMap((each) => each ?? []) ?? [];

function declaresParameter(list: Node | null, name: string): boolean {
  return named(list).some((parameter) =>
    parameter.childrenForFieldName("name").some((each) => each?.text === name),
  );
}

/** Whether a head such as that of a loop declares a name: `i := 0`, `_, name := range names`. */
function declaresInHead(head: Node, name: string): boolean {
  if (!["for_clause", "range_clause", "short_var_declaration"].includes(head.type)) return false;
  const declaration = head.type === "for_clause" ? head.childForFieldName("initializer") : head;
  const left = declaration?.childForFieldName("left") ?? null;
  return named(left).some((each) => each.text === name);
}

/** The variable that `a`, `a.b`, `a[i].c` and `*a` are, or are a part of. */
function rootName(target: Node): string | undefined {
  let node: Node | null = target;
  while (node && node.type !== "identifier") {
    node = node.childForFieldName("operand") ?? node.namedChild(0);
  }
  return node?.text;
}

function importsOf(root: Node) {
  const imports = new Map<string, string>();
  const dotImports: string[] = [];
  for (const spec of root.descendantsOfType("import_spec")) {
    const path = spec?.childForFieldName("path")?.text.slice(1, -1);
    if (path === undefined) continue;
    const name = spec?.childForFieldName("name")?.text ?? packageName(path);
    if (name === ".") dotImports.push(path);
    else if (name !== "_") imports.set(name, path);
  }
  return { imports, dotImports };
}

/** What a package is most likely called: `rand` for `math/rand/v2`. */
function packageName(path: string): string {
  const unversioned = path.replace(/\/v\d+$/, "");
  return unversioned.slice(unversioned.lastIndexOf("/") + 1);
}
