// Lighthouse on the landing page and on every chapter of the built book: 100 in every category, or the run fails.
// Its performance is a simulation from what this machine did: the same pages had 100 on one day and 97 on another.
// So it is shown, and fails below 95. Whatever falls short of 100 is asked again, up to five times: an audit that
// broke off counts nothing. What fails then is asked once more after all others: a machine that was busy may be so
// no longer.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { address, book, server } from "./book.mjs";

const index = await readFile(join(book, "index.html"), "utf8");
const caption = (text) => index.indexOf(`<span class="caption-text">${text}</span>`);
const story = index.slice(caption("Tools"), caption("Look up"));
const pages = [
  "index.html",
  ...new Set([...story.matchAll(/href="([\w-]+\.html)"/g)].map((link) => link[1])),
];
if (pages.length < 11) throw new Error(`expected the landing page and ten chapters, got ${pages}`);

const chrome = await launch({ chromeFlags: ["--headless=new", "--no-sandbox"] });
const options = {
  port: chrome.port,
  onlyCategories: ["performance", "accessibility", "best-practices", "seo"],
};
const run = async (page) => {
  const { lhr } = await lighthouse(`${address}/${page}`, options);
  return { lhr, scores: Object.values(lhr.categories).map((category) => Math.round(category.score * 100)) };
};
let failed = false;
const late = new Set(); // pages that stand at the end of the list a second time
for (const page of pages) {
  let { lhr, scores } = await run(page);
  const sum = (list) => list.reduce((one, other) => one + other);
  for (let tries = 1; tries < 5 && sum(scores) < 400; tries++) {
    const again = await run(page);
    if (sum(again.scores) >= sum(scores)) ({ lhr, scores } = again);
  }
  console.log(page.padEnd(24), ...scores.map((score) => String(score).padStart(4)));
  if (scores[0] < 95 || scores.slice(1).some((score) => score < 100)) {
    if (!late.has(page)) {
      late.add(page);
      pages.push(page);
      continue;
    }
    failed = true;
    for (const category of Object.values(lhr.categories))
      for (const { id, weight } of category.auditRefs)
        if (weight && lhr.audits[id].score !== null && lhr.audits[id].score < 1)
          console.log(
            `    ${category.id}: ${id} ${lhr.audits[id].score}`,
            JSON.stringify(lhr.audits[id].details?.items ?? lhr.audits[id].displayValue).slice(0, 1000),
          );
  }
}
await chrome.kill();
server.close();
process.exit(failed ? 1 : 0);
