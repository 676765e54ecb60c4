import { Command, CommanderError, Option } from "commander";
import { balanceCommand } from "./balance.ts";
import { breakerCommand } from "./breaker.ts";
import { etcdCommand } from "./etcd.ts";
import { exportCommand } from "./export.ts";
import { importCommand } from "./import.ts";
import { invokeCommand } from "./invoke.ts";
import { upCommand } from "./up.ts";
import { FuseboardError, messageOf } from "../kernel/errors.ts";
import { BREAKERS } from "../protocol/breaker-spec.ts";
import { parseDuration } from "../protocol/units.ts";

/*
 * The `fuseboard` command line. Wrong arguments: one line on standard error and exit code 2.
 * Anything else that went wrong: its sentence and exit code 1.
 */

function port(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= 65_535) return number;
  throw new FuseboardError("usage", `"${text}" is no port. Expected a number from 0 to 65535.`);
}

function duration(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  throw new FuseboardError(
    "usage",
    `"${text}" is no duration. Expected one such as 500ms, 10s or 1m.`,
  );
}

function version(text: string): string {
  if (/^\d+(\.\d+){0,2}$/.test(text)) return text;
  throw new FuseboardError("usage", `"${text}" is no version. Expected one such as 1.22 or 2.6.`);
}

const program = new Command("fuseboard")
  .description("Runs functions as a local cluster and shows every decision.")
  .showHelpAfterError(false)
  .exitOverride()
  .configureOutput({ writeErr: () => undefined });

program
  .command("up")
  .description("Starts the cluster of a folder or a cluster file; prints one JSON object a line.")
  .argument("<path>", "folder with a fuseboard.yaml, or the file itself")
  .addOption(new Option("--for <duration>", "stop by itself after this long").argParser(duration))
  .addOption(
    new Option("--facts <which>", "facts that are printed after the ready line")
      .choices(["all", "state", "none"])
      .default("all"),
  )
  .option("--no-record", "keep no facts and no decisions at all, for measuring what they cost")
  .action(upCommand);

program
  .command("invoke")
  .description("Calls a function through a gateway and prints the answer's body.")
  .argument("<service>", "name of the service")
  .argument("[json]", "payload", "null")
  .requiredOption("--gateway <url>", "URL of the gateway, as the ready line of `up` names it")
  .action(invokeCommand);

program
  .command("balance")
  .description("Plays a trace of requests through an upstream or backend, in virtual time.")
  .argument("<file>", "configuration of nginx or HAProxy")
  .option("--upstream <name>", "the upstream or backend; needed when there are several")
  .option("--trace <file>", "requests, one JSON object a line; - is standard input", "-")
  .addOption(
    new Option("--version <version>", "release whose rules are followed, such as 1.22").argParser(
      version,
    ),
  )
  .addHelpText(
    "after",
    `
A line of the trace: {"t": ms, "client": "10.0.0.1", "uri": "/x?y", "method": "GET",
"headers": {…}, "serviceMs": n, "outcomes": {"<address>": "ok" | "refused" | "timeout" | <status>}}
Only "t" is required; outcomes hold from their line on. Each line printed is
{"t", "picks": ["<address>", …], "status"}.`,
  )
  .action(balanceCommand);

program
  .command("breaker")
  .description("Plays a timeline of calls through a circuit breaker, in virtual time.")
  .requiredOption("--engine <name>", `one of ${BREAKERS.join(", ")}`)
  .option("--config <json>", "settings, by the library's own names", "{}")
  .addHelpText(
    "after",
    `
The timeline comes on standard input, sorted by "t": a call that starts at "t" and takes "ms" is
{"t": ms, "ms": n, "ok": true | false, "id": anything}; by hand it is
{"t": ms, "do": "force-open" | "force-closed" | "reset"}. Each line printed is one call:
{"id", "t", "admitted", "outcome", "state"}, with the state right after it was admitted or refused.`,
  )
  .action(breakerCommand);

program
  .command("import")
  .description("Reads a configuration and prints it as a cluster file.")
  .argument("<file>", "configuration of nginx or HAProxy, or properties of Hystrix")
  .option("--into <file>", "put it into this cluster file instead of printing one")
  .addOption(
    new Option("--version <version>", "release whose rules are followed, such as 1.22").argParser(
      version,
    ),
  )
  .action(importCommand);

program
  .command("export")
  .description("Prints the services of a cluster file as a configuration.")
  .argument("<format>", "nginx, haproxy, envoy, hystrix-go or hystrix")
  .argument("[path]", "cluster file, or folder with a fuseboard.yaml", ".")
  .addOption(
    new Option("--version <version>", "release that is to read it, such as 1.22").argParser(
      version,
    ),
  )
  .action(exportCommand);

program
  .command("etcd")
  .description("Runs the embedded etcd alone, until it is stopped.")
  .addOption(
    new Option("--port <number>", "port on 127.0.0.1; 0 takes a free one")
      .argParser(port)
      .default(0),
  )
  .action(etcdCommand);

const names = program.commands.map((command) => command.name());

/** The first line of a message of commander's, ended with a full stop. */
function sentence(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/[.]?$/, ".");
}

/** One line, however many the error has. */
function complain(message: string): void {
  process.stderr.write(`fuseboard: ${message.replace(/^error: /, "")}\n`);
}

async function main(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // Help that nobody asked for has another code: no command was named, or one that is none.
      const help = error.code.startsWith("commander.help");
      const asked = help && error.exitCode === 0;
      const wrong = help ? `expected a command: ${names.join(", ")}` : error.message;
      if (!asked) complain(`${sentence(wrong)} Try --help.`);
      process.exitCode = asked ? 0 : 2;
    } else {
      complain(messageOf(error));
      process.exitCode = error instanceof FuseboardError && error.code === "usage" ? 2 : 1;
    }
  }
}

void main();
