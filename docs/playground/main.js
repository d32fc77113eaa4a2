// What the page's other scripts call, and the beginning.

/**
 * Scripts of their own: what only the whole page needs, what comes when it is asked for, what only the finder needs.
 * @typedef {{ judged: typeof judged, drawBoxes: typeof drawBoxes, reveal: typeof reveal, toBoxes: typeof toBoxes,
 *   asPython: typeof asPython, asFile: typeof asFile, asSolution: typeof asSolution, drawnTaking: typeof drawnTaking, drawTaking: typeof drawTaking,
 *   printSheets: typeof printSheets, beginFinder: typeof beginFinder, addressOf: typeof addressOf,
 *   browsed: typeof browsed, browsedTo: typeof browsedTo, arrive: typeof arrive }} More
 */

/** @type {Partial<More>} */
const MORE = {};

const script = /** @type {HTMLScriptElement | null} */ (document.currentScript);
FILES.folder = script?.src.replace(/[^/]*$/, "") ?? "";
FILES.version = script?.dataset.version ?? "";

Object.assign(window, {
  desk: {
    /** @param {ModelData} data */
    add: (data) => (MODELS[data.name] = makeModel(data)),
    /** @param {string} net @param {Mistake[]} list */
    mistakes: (net, list) => (MODELS[net].mistakes = list),
    /** @param {More} more */
    more: (more) => Object.assign(MORE, more),
    /** What the later scripts use of those before them, by name. */
    shared: {},
    /** Begins with a network that is there already. @param {HTMLElement} root @param {string} net */
    begin: (root, net) => begin(root, MODELS[net]),
  },
});

addEventListener("DOMContentLoaded", async () => {
  for (const root of parts(document.documentElement, ".finder")) MORE.beginFinder?.(root);
  const desks = parts(document.documentElement, ".play");
  if (!desks.length) return;
  const article = await network("article");
  if (!article) document.documentElement.classList.remove("js");
  else
    for (const root of desks) {
      await new Promise((done) => setTimeout(done)); // a tap that came meanwhile goes first
      begin(root, article);
    }
});
