import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The programs that tests run against, and their Debian packages. */
const REQUIRED = [
  { names: ["chromium", "chromium-browser", "google-chrome"], debian: "chromium" },
  { names: ["etcd"], debian: "etcd-server" },
  { names: ["etcdctl"], debian: "etcd-client" },
  { names: ["nginx"], debian: "nginx-light" },
  { names: ["haproxy"], debian: "haproxy" },
  { names: ["javac"], debian: "default-jdk-headless" },
  { names: ["go"], debian: "golang-go" },
] as const;

/** Path of the first of these programs that is there. */
export function findProgram(...names: readonly string[]): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  return names
    .flatMap((name) => folders.filter((folder) => folder !== "").map((each) => join(each, name)))
    .find((path) => existsSync(path));
}

/** The Debian packages of what is missing. */
export function missingPackages(): string[] {
  return REQUIRED.filter(({ names }) => findProgram(...names) === undefined).map(
    ({ debian }) => debian,
  );
}

/**
 * Installs what is missing where it may: as root on Debian. Answers what is still missing, having
 * said how to install it.
 */
export function installMissingPrograms(): string[] {
  const missing = missingPackages();
  if (missing.length === 0) return [];
  if (process.getuid?.() === 0 && existsSync("/etc/debian_version")) apt(missing);
  const still = missingPackages();
  if (still.length > 0) {
    process.stderr.write(
      `Missing: ${still.join(", ")}. Tests that need them are skipped. On Debian or Ubuntu:\n` +
        `  sudo apt-get install --no-install-recommends ${still.join(" ")}\n` +
        "Elsewhere install Chromium, etcd with etcdctl, nginx, HAProxy, Go and a JDK, and put them on the path.\n",
    );
  }
  return still;
}

const POLICY = "/usr/sbin/policy-rc.d";

function apt(packages: readonly string[]): void {
  const run = (...args: string[]): unknown =>
    spawnSync("apt-get", args, {
      stdio: ["ignore", 2, 2],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  // Debian starts a server as soon as it is installed, unless this program says no.
  const guard = !existsSync(POLICY);
  if (guard) writeFileSync(POLICY, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    run("update");
    run("install", "-y", "--no-install-recommends", ...packages);
  } finally {
    if (guard) rmSync(POLICY);
  }
}
