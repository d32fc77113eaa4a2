// Python, and what it says: everything is calculated by bplit itself, in the page.

/** @typedef {{ kind: string, value: string, html: string }} Output */
/** @typedef {{ start: (how: object) => Promise<void>, run: (code: string) => Promise<{ outputs: Output[], error: string }>,
 *   write: (path: string, text: string) => Promise<void>, stop: () => void, running: boolean }} Engine */
/** @typedef {{ kind: string, right: boolean | null, unread: boolean, network: boolean }} About */

/** @type {Engine | null} */
let engine = null;
/** Loads a script, or fails with a sentence for the reader. @param {string} address @param {() => unknown} isThere */
async function needed(address, isThere) {
  if (isThere()) return;
  const made = (/** @type {string} */ src) => {
    const script = Object.assign(document.createElement("script"), { src });
    script.dataset.version = new URL(script.src).searchParams.get("v") ?? "";
    return script;
  };
  if (!(await loaded(address, isThere, made))) throw Error(say("offline"));
}

/** Starts Python, if it does not run. @param {string} address of the engine @param {(said: string) => void} tell */
async function started(address, tell) {
  await needed(address, () => "BPLIT" in window);
  engine ??= /** @type {Engine} */ (BPLIT.live.engine());
  if (engine.running) return engine;
  tell(say("loading", { share: 0 }));
  await engine.start({
    progress: (/** @type {number} */ share) =>
      tell(share < 1 ? say("loading", { share: Math.round(100 * share) }) : say("starting")),
  });
  return engine;
}

/** What Python answers, or its last words as an error. @param {string} code @returns {Promise<Output[]>} */
async function asked(code) {
  const { outputs, error } = await /** @type {Engine} */ (engine).run(code);
  if (error)
    throw Error(
      error
        .trim()
        .split("\n")
        .pop()
        ?.replace(/^ValueError: /, ""),
    );
  return outputs;
}

/** @param {string} code */
const askedHtml = async (code) => (await asked(code)).map(({ html }) => html).join("");

/** @param {string} code */
const askedText = async (code) => (await asked(code)).map(({ value }) => value).join("");

/** Hands in what stands in the form. @param {Given} given @returns {Promise<About>} */
async function handedIn(given) {
  const filled = given.how === "form";
  const request = {
    text: filled ? networkFile(given) : given.text,
    kind: filled ? "network" : given.kind,
    numbers: given.mine,
  };
  await engine?.write("own.json", JSON.stringify(request));
  return JSON.parse(await askedText("from own_network import taken\nwork = taken('own.json')\nwork.about"));
}
