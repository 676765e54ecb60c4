// `npm run build`: everything into dist/.
import { compile } from "./compile.ts";

const began = performance.now();
await compile();
process.stderr.write(`Built dist/ in ${((performance.now() - began) / 1000).toFixed(1)}s.\n`);
