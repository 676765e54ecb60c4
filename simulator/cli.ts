import { keepCompiledCode } from "./code-cache.ts";

/* The door of the command line: what it opens is loaded with its code cached. */
keepCompiledCode();
void import("./cli/program.ts");
