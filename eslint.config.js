import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/** A ban, as ESLint's option. */
const noToolkit = {
  group: ["@vscode/webview-ui-toolkit", "@vscode/webview-ui-toolkit/*"],
  message: "Only webview/controls/ imports the UI toolkit, so that it can be replaced there.",
};

export default defineConfig(
  {
    ignores: ["dist/", "node_modules/", "test/output/", "test/fixtures/", "extension/samples/"],
  },
  js.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "max-lines": ["error", { max: 250 }],
      eqeqeq: "error",
      "no-empty": ["error", { allowEmptyCatch: false }],
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/consistent-type-definitions": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      // `interface` members as methods and `() => void` shorthands are this code's own style.
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "no-restricted-imports": "off",
      "@typescript-eslint/no-restricted-imports": ["error", { patterns: [noToolkit] }],
      "no-restricted-globals": [
        "error",
        {
          name: "acquireVsCodeApi",
          message: "VS Code gives it out once: only webview/host.ts asks for it.",
        },
      ],
    },
  },
  {
    files: ["webview/controls/**"],
    rules: { "@typescript-eslint/no-restricted-imports": "off" },
  },
  { files: ["webview/host.ts"], rules: { "no-restricted-globals": "off" } },
  {
    // These run in virtual time too: clock, timers and random numbers are given to them.
    files: ["simulator/call/**", "simulator/balancing/**"],
    rules: {
      "no-restricted-globals": [
        "error",
        ...["setTimeout", "setInterval", "setImmediate", "performance"].map((name) => ({
          name,
          message: "Time is given to this folder, so that it can be virtual: take it from there.",
        })),
      ],
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "Take a Random, so that a seed replays." },
        { object: "Date", property: "now", message: "Take a Clock, so that time can be virtual." },
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    rules: {
      "max-lines": "off",
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "MemberExpression[object.name=/^(it|test|describe|suite)$/][property.name='only']",
          message: "It would hide the other tests.",
        },
      ],
    },
  },
  {
    files: ["**/*.{js,mjs,cjs}"],
    languageOptions: {
      globals: {
        URL: "readonly",
        console: "readonly",
        module: "writable",
        process: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
      },
    },
  },
);
