import { describe, expect, it } from "vitest";
import { Definitions } from "../../simulator/definitions.ts";
import type { Supervisor } from "../../simulator/instances/supervisor.ts";
import { EventLog } from "../../simulator/kernel/event-log.ts";
import { systemClock } from "../../simulator/kernel/clock.ts";
import { seededRandom } from "../../simulator/kernel/random.ts";
import { wrongReferences } from "../../simulator/protocol/references.ts";
import { ClusterSpec, ServiceSpec, type ServiceFile } from "../../simulator/protocol/spec.ts";
import { Services } from "../../simulator/services.ts";

const withFunction: Partial<ServiceFile> = { fallback: { function: "shop.ts#instead" } };
const specOf = (file: Partial<ServiceFile> = {}) => ServiceSpec.parse({ synthetic: {}, ...file });

/** Definitions whose instances are only written down. */
function definitionsOf() {
  const log = new EventLog(systemClock);
  const services = new Services("/shop", { clock: systemClock, random: seededRandom(1), log });
  const told: string[] = [];
  const supervisor = {
    define: (name: string, { instances }: ServiceSpec) => {
      told.push(`${name} × ${String(instances)}`);
      return Promise.resolve({ ok: true });
    },
    remove: (name: string) => {
      told.push(`no ${name}`);
      return Promise.resolve();
    },
  } as Pick<Supervisor, "define" | "remove"> as Supervisor;
  const definitions = new Definitions({
    services,
    supervisor: () => supervisor,
    stopLoad: (service) => void told.push(`no load on ${service}`),
    removed: (service) => void told.push(`${service} is gone`),
  });
  return { definitions, services, told };
}

describe("a service whose fallback is a function", () => {
  it("has a service beside it, of one instance, that comes, changes and goes with it", async () => {
    const { definitions, services, told } = definitionsOf();
    await definitions.define("cart", specOf({ ...withFunction, timeout: "3s" }));
    expect(services.names).toEqual(["cart", "cart-fallback"]);
    expect(services.get("cart-fallback").state).toMatchObject({
      fallbackOf: "cart",
      file: "/shop/shop.ts",
      export: "instead",
      scale: 1,
      spec: { timeout: 3000 },
    });
    expect(told).toEqual(["cart-fallback × 1", "cart × 3"]);
    await definitions.define("cart", specOf());
    expect(services.names).toEqual(["cart"]);
    await definitions.define("cart", specOf(withFunction));
    await definitions.remove("cart");
    expect(services.names).toEqual([]);
    expect(told.slice(-2).sort()).toEqual(["cart is gone", "cart-fallback is gone"]);
  });

  it("refuses a name that is taken, and keeps what belongs to it from others", async () => {
    const { definitions, services } = definitionsOf();
    await definitions.define("cart-fallback", specOf());
    await expect(definitions.define("cart", specOf(withFunction))).rejects.toThrow(
      '"cart" needs the name "cart-fallback" for its fallback function, but there is such a service already.',
    );
    expect(services.names).toEqual(["cart-fallback"]);
    await definitions.define("shop", specOf(withFunction));
    await expect(definitions.define("shop-fallback", specOf())).rejects.toThrow(
      '"shop-fallback" runs the fallback function of "shop".',
    );
    await expect(definitions.remove("shop-fallback")).rejects.toThrow("Change or remove");
    expect(services.names).toContain("shop-fallback");
  });

  it("is told of in the cluster file where the name is taken", () => {
    const file = { version: 1, services: { cart: { synthetic: {}, ...withFunction } } } as const;
    expect(wrongReferences(ClusterSpec.parse(file))).toEqual([]);
    const taken = { ...file, services: { ...file.services, "cart-fallback": { synthetic: {} } } };
    expect(wrongReferences(ClusterSpec.parse(taken))).toEqual([
      {
        path: ["services", "cart", "fallback", "function"],
        message:
          '"cart" needs the name "cart-fallback" for its fallback function: rename the service of that name.',
      },
    ]);
  });
});
