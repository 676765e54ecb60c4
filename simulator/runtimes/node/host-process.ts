import { z } from "zod";
import type { Scope } from "../../kernel/scope.ts";
import { SourceLocation } from "../../protocol/model.ts";
import type { ServiceSpec } from "../../protocol/spec.ts";
import type { ClusterContext, ProcessEvents, ProcessOptions, RunningProcess } from "../contract.ts";
import { cutLine } from "../flood-gate.ts";
import { startProcess } from "../process.ts";
import { CONFIG_VARIABLE, type HostConfig } from "./host-config.ts";
import type { HostMessage, StopMessage } from "./host-messages.ts";
import { programPath } from "../../kernel/program-path.ts";

/** Of a debugger's port on this machine, or of one that the user chose to open to others. */
const InspectorUrl = z
  .string()
  .max(300)
  .regex(/^ws:\/\//);

const Message = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("listening"), port: z.number().int().min(1).max(65_535) }),
  z.object({ kind: z.literal("beat") }),
  z.object({ kind: z.literal("inspected"), url: InspectorUrl.optional() }),
  z.object({
    kind: z.literal("printed"),
    stream: z.enum(["stderr", "log"]),
    line: z.string().transform(cutLine),
    call: z.string().optional(),
  }),
  z.object({
    kind: z.literal("failed"),
    message: z.string(),
    location: SourceLocation.optional(),
  }),
]) satisfies z.ZodType<HostMessage>;

/** Variables of the simulator that its children must not take for theirs. */
const PRIVATE_VARIABLES = new Set([
  "ELECTRON_RUN_AS_NODE",
  "NODE_CHANNEL_FD",
  "NODE_CHANNEL_SERIALIZATION_MODE",
]);

/** Starts an instance that runs the host on the cluster's `node`. */
export function startHost(
  spec: ServiceSpec,
  context: ClusterContext,
  serves: HostConfig["serves"],
  options: ProcessOptions,
  events: ProcessEvents,
  scope: Scope,
): RunningProcess {
  const config: HostConfig = {
    instance: options.instance,
    service: options.service,
    token: options.token,
    beatMs: options.beatMs,
    gateway: context.gateway,
    healthPath: spec.health.http,
    serves,
  };
  const inherited = Object.entries(process.env).filter(([name]) => !PRIVATE_VARIABLES.has(name));
  const env = {
    ...Object.fromEntries(inherited),
    ...context.nodeEnv,
    [CONFIG_VARIABLE]: JSON.stringify(config),
  };
  return startProcess(
    {
      program: context.node,
      // The instance's name is for whoever looks at a list of processes.
      args: [programPath("node-host.cjs"), options.instance],
      cwd: context.root,
      env,
      askToStop(child) {
        // A channel that is closed already belongs to a process that is ending.
        if (child.connected) child.send({ kind: "stop" } satisfies StopMessage, () => undefined);
      },
      received: receiver(events),
    },
    events,
    scope,
  );
}

/** Passes on what the host says. The user's code can write to the same channel. */
function receiver(events: ProcessEvents): (message: unknown) => void {
  let warned = false;
  return (message) => {
    const parsed = Message.safeParse(message);
    if (!parsed.success) {
      if (!warned) events.printed("stderr", "Messages sent with process.send are left out.");
      warned = true;
      return;
    }
    const { data } = parsed;
    switch (data.kind) {
      case "listening":
        events.listening(data.port);
        return;
      case "beat":
        events.beat();
        return;
      case "inspected":
        events.inspected?.(data.url);
        return;
      case "printed":
        events.printed(data.stream, data.line, data.call);
        return;
      case "failed":
        events.failed(data.message, data.location);
        return;
    }
  };
}
