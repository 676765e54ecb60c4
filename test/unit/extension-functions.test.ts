import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FunctionFinder } from "../../extension/functions/function-finder.ts";
import {
  functionRef,
  resolveFunctionRef,
  samePath,
  serviceNameFor,
} from "../../extension/functions/function-ref.ts";
import { grammarOf, type Grammar } from "../../extension/functions/grammar.ts";

const wasmDir = join(import.meta.dirname, "../../node_modules/@vscode/tree-sitter-wasm/wasm");
const finder = new FunctionFinder(wasmDir);

async function names(text: string, grammar: Grammar = "typescript") {
  const found = await finder.find(text, grammar);
  return found.map((each) => `${String(each.line + 1)}:${each.export}${each.fitting ? "" : "?"}`);
}

describe("functions of a module", () => {
  it("are found however they are exported", async () => {
    const text = [
      "export function one(event: unknown) {}",
      "export async function two(event: { a: number }, context: Context) {}",
      "export const three = async (event: unknown, context: Context) => 1;",
      "const four = function (event) {};",
      "async function five(event, context) {}",
      "export { four, five as cinque };",
      "export default async function (event, context) {}",
    ].join("\n");
    expect(await names(text)).toEqual([
      "1:one",
      "2:two",
      "3:three",
      "4:four",
      "5:cinque",
      "7:default",
    ]);
  });

  it("are told from other exports by their parameters", async () => {
    const text = [
      "export function total(a: number, b: number) {}",
      "export const nothing = () => 1;",
      "export const single = event => 1;",
      "export function apart({ sku }: Order, context: Context) {}",
      "export function component({ title }: Props) {}",
      "export function three(event, context, more) {}",
      "export function unused(_event: unknown, _context: Context) {}",
    ].join("\n");
    expect(await names(text)).toEqual([
      "1:total?",
      "2:nothing?",
      "3:single",
      "4:apart",
      "5:component?",
      "6:three?",
      "7:unused",
    ]);
  });

  it("are not those that are not exported, in text, or come from elsewhere", async () => {
    const text = [
      "function hidden(event, context) {}",
      "// export function commented(event) {}",
      "const text = `export function quoted(event) {}`;",
      'export { away } from "./away";',
      "export type T = (event: unknown) => void;",
      "namespace N { export function inner(event) {} }",
      "export class C { run(event) {} }",
      "export const value = 42;",
    ].join("\n");
    expect(await names(text)).toEqual([]);
  });

  it("are found in the syntaxes of JavaScript and TSX", async () => {
    expect(
      await names(
        "exports.a = (event) => 1;\nmodule.exports.b = async (event, context) => 2;\nother.c = (event) => 3;",
        "javascript",
      ),
    ).toEqual(["1:a", "2:b"]);
    expect(
      await names("const run = (event) => <p>{event}</p>;\nexport default run;", "tsx"),
    ).toEqual(["1:default"]);
  });

  it("are found while the file has errors elsewhere", async () => {
    expect(await names("export function good(event) { return 1 }\nexport const = ;\n")).toContain(
      "1:good",
    );
  });

  it("have the payload of their comment's example", async () => {
    const text =
      '/**\n * Buys.\n * @example {"sku": "apple",\n *   "quantity": 1}\n */\nexport function buy(event) {}\n/** @example buy() */\nexport function other(event) {}';
    const found = await finder.find(text, "typescript");
    expect(found.map((each) => each.example)).toEqual(['{"sku":"apple","quantity":1}', undefined]);
  });
});

describe("a reference to a function", () => {
  it("names the file relative to the cluster file and comes back the same", () => {
    const root = join("/", "shop");
    const ref = functionRef(root, join(root, "functions", "pay.ts"), "pay");
    expect(ref).toBe("functions/pay.ts#pay");
    expect(resolveFunctionRef(root, ref)).toEqual({
      file: join(root, "functions", "pay.ts"),
      export: "pay",
    });
  });

  it("is compared without regard to case on Windows alone", () => {
    expect(samePath("/a/B.ts", "/a/b.ts", "win32")).toBe(true);
    expect(samePath("/a/B.ts", "/a/b.ts", "linux")).toBe(false);
  });

  it("gives a service name that the cluster file allows and that is free", () => {
    expect(serviceNameFor("/a/pay.ts", "chargeCard", [])).toBe("charge-card");
    expect(serviceNameFor("/a/2_pay.ts", "default", [])).toBe("pay");
    expect(serviceNameFor("/a/pay.ts", "pay", ["pay", "pay-2"])).toBe("pay-3");
    expect(serviceNameFor("/a/pay.ts", "$", [])).toBe("function");
  });

  it("is only for files that can hold functions", () => {
    expect([grammarOf("a.ts"), grammarOf("a.TSX"), grammarOf("a.d.ts"), grammarOf("a.go")]).toEqual(
      ["typescript", "tsx", undefined, undefined],
    );
  });
});
