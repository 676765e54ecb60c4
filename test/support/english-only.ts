import type { Plugin } from "esbuild";

/**
 * Leaves out zod's error texts in fifty other languages: a quarter of a megabyte in every bundle.
 * English does not come by that file.
 */
export const englishOnly: Plugin = {
  name: "english-only",
  setup(build) {
    build.onLoad({ filter: /[\\/]zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, () => ({
      contents: "export {};",
    }));
  },
};
