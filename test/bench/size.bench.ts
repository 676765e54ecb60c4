// Size of the package that users download. Smaller is better.
import type { Bench } from "../support/bench.ts";
import { packageExtension } from "../support/vsix.ts";

const measure: Bench = async (_scope, report) => {
  const { bytes } = await packageExtension();
  report({ metric: "MB of the .vsix", ours: bytes / 2 ** 20, peer: "the limit", theirs: 4 });
};

export default measure;
