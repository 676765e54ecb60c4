import { keepCompiledCode } from "./code-cache.ts";

/* The door of the child process: what it opens is loaded with its code cached. */
keepCompiledCode();
void import("./child.ts");
