// Runs a task of this folder: `node test/support/bootstrap.mjs <task> [args]`.
//
// Plain JavaScript without dependencies, because on a fresh clone there is nothing but Node 20 and
// npm. It installs the npm packages when they are missing or not those of the lock file, and then
// runs `test/support/<task>.ts` on the Node 24 that comes with them.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const modules = join(root, "node_modules");
const windows = process.platform === "win32";
const bundledNode = join(modules, "node", "bin", windows ? "node.exe" : "node");

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Ends with a sentence for the user. */
function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

/** Whether this Node, as `20.1.0`, runs TypeScript files by itself. */
function runsTypeScript(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/** Whether what is installed is what the lock file says (of optional packages: if it is there). */
function installed() {
  const read = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const record = join(modules, ".package-lock.json");
  if (!existsSync(record)) return false;
  const present = read(record);
  return Object.entries(read(join(root, "package-lock.json"))).every(
    ([path, wanted]) =>
      path === "" ||
      (wanted.optional && !(path in present)) ||
      present[path]?.version === wanted.version,
  );
}

/** npm's own script: the one that runs us, else the one beside this Node. */
function npmScript() {
  const home = dirname(process.execPath);
  const script = [
    process.env.npm_execpath,
    join(home, "node_modules", "npm", "bin", "npm-cli.js"),
    join(home, "..", "lib", "node_modules", "npm", "bin", "npm-cli.js"),
  ].find((candidate) => candidate?.endsWith("npm-cli.js") && existsSync(candidate));
  return script ?? fail("npm was not found. Start this with npm: npm start, npm test.");
}

/** Runs npm with its output on stderr, and says every ten seconds that it is still at it. */
async function npm(args, doing) {
  process.stderr.write(`${doing} …\n`);
  const began = Date.now();
  const child = spawn(process.execPath, [npmScript(), ...args], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  const progress = setInterval(() => {
    process.stderr.write(`  … ${String(Math.round((Date.now() - began) / 1000))} s\n`);
  }, 10_000);
  const stop = () => {
    child.kill();
    process.exit(130);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  for (const signal of SIGNALS) process.off(signal, stop);
  clearInterval(progress);
  if (code !== 0) fail(`npm ${args[0]} failed (see above).`);
}

async function install() {
  // Where the running node.exe is in node_modules, Windows does not let `npm ci` remove it.
  const inUse = windows && process.execPath.startsWith(modules + sep);
  await npm(
    [inUse ? "install" : "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"],
    "Installing the npm packages (half a minute)",
  );
}

/** The Node that runs the task. */
async function findNode() {
  if (process.execPath === bundledNode) return bundledNode;
  const works = () => spawnSync(bundledNode, ["--version"]).status === 0;
  if (works()) return bundledNode;
  await npm(["rebuild", "node"], "Installing Node 24");
  if (works()) return bundledNode;
  if (runsTypeScript(process.versions.node)) return process.execPath;
  return fail("The npm package `node` has no build for this machine. Use Node 24 or later.");
}

/**
 * Stops this process as soon as npm does. npm passes signals on to the shell that it runs scripts
 * in, and dash, Debian's sh, just ends by them: all that is seen here is another parent.
 */
function stopWithNpm() {
  if (windows || process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.kill(process.pid, "SIGTERM");
  }, 100);
  watch.unref();
}

/** Runs a script with this terminal; ends as it ends. */
function hand(node, script, args) {
  const child = spawn(node, [script, ...args], { stdio: "inherit" });
  for (const signal of SIGNALS) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("error", (error) => fail(`Could not start ${node}: ${error.message}`));
  child.on("close", (code, signal) => {
    if (!signal) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

if (Number(process.versions.node.split(".")[0]) < 20) {
  fail(`Fuseboard needs Node 20 or later; this is ${process.version}. See https://nodejs.org.`);
}
stopWithNpm();
const [task = "", ...args] = process.argv.slice(2);
const script = join(root, "test", "support", `${task}.ts`);
if (!/^[a-z-]+$/.test(task) || !existsSync(script)) fail(`There is no task "${task}".`);
if (!installed()) await install();
const node = await findNode();
if (node === process.execPath) {
  process.argv = [node, script, ...args];
  await import(pathToFileURL(script).href).catch((error) => {
    // These hold a sentence for the user; anything else is a bug and shows its stack.
    if (error?.name !== "FuseboardError") throw error;
    fail(error.message);
  });
} else {
  hand(node, script, args);
}
