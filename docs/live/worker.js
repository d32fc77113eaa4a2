// Python, in a worker that engine.js makes of this text. Everything it asks for is in the packs: it has no network.

/** @type {Map<string, ArrayBuffer>} */
let files = new Map();
/** @type {any} */
let python;

/** What Pyodide fetches is in the packs. @param {string} address */
function found(address) {
  const name = address.split("/").pop() ?? "";
  const file = files.get(name);
  if (!file) throw Error(`not in the packs: ${name}`);
  return file;
}
globalThis.fetch = async (request) => {
  const address = String(request);
  return new Response(found(address), {
    headers: { "content-type": address.endsWith(".wasm") ? "application/wasm" : "" },
  });
};

/** Runs a script of the packs; what is evaluated keeps its names to itself, so one is made known to all. In a page
 * from a disk, Safari's worker can import nothing. @param {string} name @param {string} [defined] */
function script(name, defined) {
  const text = new TextDecoder().decode(found(name));
  (0, eval)(defined ? `${text}\nself.${defined} = ${defined};` : text);
}

const tasks = {
  /** @param {{ files: Map<string, ArrayBuffer>, language: string }} packs */
  async start(packs) {
    files = packs.files;
    script("pyodide.js");
    script("pyodide.asm.js", "_createPyodideModule");
    script("temml.js", "temml");
    python = await loadPyodide({
      indexURL: "https://packs/",
      env: { MPLBACKEND: "svg", BOOK_LANGUAGE: packs.language },
    });
    for (const pack of ["numpy.zip", "draw.zip", "book.zip"])
      if (files.has(pack)) python.unpackArchive(found(pack), "zip");
    files.clear();
    python.pyimport("cells");
  },

  /** @param {{ code: string, fresh: boolean }} cell */
  run({ code, fresh }) {
    return JSON.parse(python.pyimport("cells").run(code, fresh));
  },

  /** @param {{ path: string, text: string }} file */
  write({ path, text }) {
    python.FS.writeFile(path, text);
  },
};

/** @param {{ turn: number, task: string }} data */
async function answer({ turn, task, ...more }) {
  try {
    const given = /** @type {any} */ (more);
    postMessage({ turn, answer: await tasks[/** @type {keyof typeof tasks} */ (task)](given) });
  } catch (error) {
    postMessage({ turn, wrong: String(error) });
  }
}

// one after the other: what is asked while Python starts waits for it
let before = Promise.resolve();
onmessage = ({ data }) => {
  before = before.then(() => answer(data));
};
