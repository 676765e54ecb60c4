import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ImportedService } from "../../simulator/interop/contract.ts";
import { haproxy } from "../../simulator/interop/haproxy/index.ts";
import { ServiceSpec } from "../../simulator/protocol/spec.ts";
import { haproxyConfigurations } from "../support/haproxy-configurations.ts";
import { serviceSpecs } from "../support/service-files.ts";

const read = (text: string) =>
  haproxy.read?.({ path: "haproxy.cfg", text }) ?? { services: [], findings: [] };

/** The configuration without the lines that are wrong. */
function repaired(text: string): string {
  const wrong = new Set(
    read(text)
      .findings.filter(({ severity }) => severity === "error")
      .map(({ line }) => line),
  );
  if (wrong.size === 0) return text;
  return repaired(
    text
      .split("\n")
      .filter((_, i) => !wrong.has(i + 1))
      .join("\n"),
  );
}
const specsOf = (services: readonly ImportedService[]) =>
  Object.fromEntries(
    services.map(({ service }, i) => [`s${String(i)}`, ServiceSpec.parse(service)]),
  );

describe("writing a configuration of HAProxy's", () => {
  it("gives the same when it is read again", () => {
    fc.assert(
      fc.property(haproxyConfigurations, (text) => {
        const specs = specsOf(read(repaired(text)).services);
        const again = read(haproxy.write(specs).text);
        expect(again.findings.filter(({ severity }) => severity === "error")).toEqual([]);
        expect(specsOf(again.services)).toEqual(specs);
      }),
      { numRuns: 500 },
    );
  });

  it("writes any service without an error", () => {
    fc.assert(
      fc.property(serviceSpecs, (specs) => {
        const { findings } = read(haproxy.write(specs).text);
        expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
