import { initSync, parse } from "es-module-lexer";
import { isRelative } from "./relative-imports.ts";

/** What a module of JavaScript says of itself. */
export interface ModuleScan {
  /** Relative specifiers, static and dynamic, imported and required. */
  readonly imports: readonly string[];
  /** Undefined when it is no ES module, or re-exports all of another. */
  readonly exports: readonly string[] | undefined;
  readonly isEsModule: boolean;
}

/** Reads imports and exports off JavaScript, without running it. Throws on what is no module. */
export function scanModule(code: string): ModuleScan {
  initSync();
  const [imports, exports, , hasModuleSyntax] = parse(code);
  const specifiers = imports.flatMap(({ n }) => (n !== undefined && isRelative(n) ? [n] : []));
  if (!hasModuleSyntax) {
    for (const [, specifier] of code.matchAll(/\brequire\(\s*["'](\.[^"']*)["']\s*\)/g)) {
      if (specifier !== undefined && isRelative(specifier)) specifiers.push(specifier);
    }
  }
  const reExportsAll = imports.some(({ ss, se }) => /^export\s*\*\s*from/.test(code.slice(ss, se)));
  return {
    imports: specifiers,
    exports: hasModuleSyntax && !reExportsAll ? exports.map(({ n }) => n) : undefined,
    isEsModule: hasModuleSyntax,
  };
}

/** The names in the import statements of JavaScript, to see whether a compiler dropped some. */
export function importedNames(code: string): string {
  initSync();
  const [imports] = parse(code);
  return imports
    .map(({ ss, se }) =>
      code
        .slice(ss, se)
        .match(/[\w$]+/g)
        ?.join(" "),
    )
    .join("\n");
}
