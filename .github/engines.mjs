// The playground and the cells in three engines, over http and from a disk: a short job in each, with a picture to look at.
// Chromium and Firefox are driven by puppeteer, WebKit by its own driver, which needs a display (xvfb-run gives one).
import { execFileSync, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import puppeteer from "puppeteer-core";
import { address, book, server } from "./book.mjs";

const root = new URL("../", import.meta.url).pathname;
const pictures = join(root, "build/engines");
await mkdir(pictures, { recursive: true });

const which = (...names) => {
  for (const name of names)
    try {
      return execFileSync("which", [name], { encoding: "utf8" }).trim();
    } catch {
      // the next one
    }
  return "";
};
const python = (code) =>
  execFileSync(join(root, ".venv/bin/python"), ["-c", `from bplit import *; ${code}`], {
    encoding: "utf8",
  }).trim();

// What each engine has to show: calculated by the module.
const right = {
  lost: python('print(f"{forward(w=(1, 1, 1, 1, 0.5, 1, 1, 1)).lost:.6f}")'),
  far: python('print(f"{[*passes(1000, w=(1, 1, 1, 1, 0.5, 1, 1, 1))][-1].lost:.6f}")'),
};

/** A driver: open an address, run a script in the page, take a picture, end. */
const puppet = async (browser, executablePath) => {
  const program = await puppeteer.launch({
    browser,
    executablePath,
    args: browser === "chrome" ? ["--no-sandbox"] : [],
  });
  const page = await program.newPage();
  await page.setViewport({ width: 900, height: 1100 });
  return {
    open: (url) => page.goto(url),
    run: (script) => page.evaluate(`(() => { ${script} })()`),
    picture: (path) => page.screenshot({ path }),
    end: () => program.close(),
  };
};
const webkit = async (driver) => {
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const program = spawn(driver, [`--port=${port}`], { stdio: "ignore" });
  const ask = async (method, path, body) => {
    const url = `http://127.0.0.1:${port}/session${path}`;
    const answer = await fetch(url, { method, ...(body && { body: JSON.stringify(body) }) });
    const { value } = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${value.message}`);
    return value;
  };
  for (let tries = 0; tries < 50; tries++)
    try {
      await fetch(`http://127.0.0.1:${port}/status`);
      break;
    } catch {
      await wait(200);
    }
  const { sessionId } = await ask("POST", "", { capabilities: {} });
  const at = `/${sessionId}`;
  await ask("POST", `${at}/window/rect`, { width: 900, height: 1100 });
  return {
    open: (url) => ask("POST", `${at}/url`, { url }),
    run: (script) => ask("POST", `${at}/execute/sync`, { script, args: [] }),
    picture: async (path) => writeFile(path, Buffer.from(await ask("GET", `${at}/screenshot`), "base64")),
    end: async () => {
      await ask("DELETE", at);
      program.kill();
    },
  };
};

const drivers = {
  Chromium: [which("chromium", "google-chrome"), (path) => puppet("chrome", path)],
  Firefox: [which("firefox-esr", "firefox"), (path) => puppet("firefox", path)],
  WebKit: [which("WebKitWebDriver"), webkit],
};

/** Waits until something is as it has to be. */
const until = async (driver, what, script, expected, most = 100) => {
  let found;
  for (let tries = 0; tries < most; tries++) {
    found = await driver.run(script);
    if (found === expected) return;
    await wait(200);
  }
  throw new Error(`${what}: expected ${expected}, got ${found}`);
};
const value = (name) => `return document.querySelector('.net [data-n="${name}"] .value')?.textContent`;
const type = (where, text) => `
  const field = document.querySelector('${where}');
  field.focus();
  field.value = '${text}';
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));`;
const press = (where) => `document.querySelector('${where}').click()`;

const job = async (driver, name, start) => {
  await driver.open(`${start}/playground.html`);
  await until(driver, "the first loss", value("lost"), "0.051896");
  await driver.run(press('.net [data-n="w5"]'));
  await until(driver, "the field", "return document.querySelector('.edit [type=text]').value", "1");
  await driver.run(type(".edit [type=text]", "0,5"));
  await until(driver, "the loss with another w5", value("lost"), right.lost);
  await driver.picture(join(pictures, `${name}-change.png`));
  await driver.run(press('[name=mode][value="train"]'));
  await driver.run(press('[data-do="pass 1000"]'));
  await until(driver, "the loss of pass 1000", value("lost"), right.far);
  await driver.run(press("[data-do=undo]"));
  await until(driver, "the loss after undo", value("lost"), right.lost);
  await driver.run(press("[data-do=undo]"));
  await until(driver, "the first loss again", value("lost"), "0.051896");
  await driver.run(press('[name=mode][value="check"]'));
  await until(driver, "the boxes", "return document.querySelectorAll('[data-mine=diff_w5]').length", 1);
  await driver.run(type('[data-mine="diff_w5"]', "0.189518"));
  await until(
    driver,
    "the mistake",
    "return document.querySelector('.verdict').textContent.includes('slope of the activation is left out')",
    true,
  );
  await driver.picture(join(pictures, `${name}-check.png`));
};

/** The cells of a chapter, where `make live` has packed what they need. */
const cells = async (driver, name, start) => {
  await driver.open(`${start}/forward.html`);
  if (!(await driver.run("return Boolean(document.querySelector('button[data-live]'))"))) return "";
  await driver.run(press("button[data-live]"));
  const key = "return document.querySelector('.live button').textContent";
  await until(driver, "the key of the cells", key, "Run all", 600);
  await driver.run(press(".live button"));
  const said = "return document.querySelector('.live [role=status]').textContent";
  await until(driver, "the end of the cells", said, "Done.", 600);
  const other = "return document.querySelectorAll('[data-live=other]').length";
  await until(driver, "the cells that say what the book does not", other, 0);
  await driver.picture(join(pictures, `${name}-cells.png`));
  return ", with the cells";
};

/** A network of one's own, of which 0.5 × 0.4 is the output. */
const own = async (driver, name, start) => {
  await driver.open(`${start}/own-network.html`);
  for (const [field, text] of Object.entries({
    units: "1-1",
    x1: "0,5",
    w1_1_1: "0.4",
    a1: "linear",
    mine: "o1 = 0.2",
  }))
    await driver.run(type(`[name=${field}]`, text));
  await driver.run(press(".own .go button"));
  const said = "return document.querySelector('.own [role=status]').textContent";
  await until(driver, "the answer", said, "All of it is right.", 600);
  await driver.picture(join(pictures, `${name}-own.png`));
};

let missing = 0;
for (const [name, [program, start]] of Object.entries(drivers)) {
  if (!program) {
    missing++;
    console.log(`${name}: not there`);
    continue;
  }
  const driver = await start(program);
  await job(driver, `${name}-http`, address);
  await job(driver, `${name}-disk`, `file://${book.replace(/\/$/, "")}`);
  await cells(driver, `${name}-http`, address);
  const run = await cells(driver, `${name}-disk`, `file://${book.replace(/\/$/, "")}`);
  if (run) {
    await own(driver, `${name}-http`, address);
    await own(driver, `${name}-disk`, `file://${book.replace(/\/$/, "")}`);
  }
  await driver.end();
  console.log(`${name}: over http and from a disk${run}`);
}
server.close();
// where all engines are required, one that is not there is a failure
process.exit(missing && process.env.BROWSER === "required" ? 1 : 0);
