import type { ConfigurationFormat } from "../contract.ts";

/** nginx's configuration, read and written. */
export const nginx: ConfigurationFormat = {
  id: "nginx",
  label: "nginx",
  recognises: (path, text) =>
    /(^|[\\/])nginx[^\\/]*\.conf$/i.test(path) ||
    (!/\.cfg$/i.test(path) && /^\s*(upstream\s+\S+|http|events|server)\s*\{/m.test(text)),
  write: () => ({ text: "", findings: [] }),
};
