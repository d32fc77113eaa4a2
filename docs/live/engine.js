// Python in the page: the module itself and NumPy, in a worker. Nothing is loaded before start() is called.
//
//   const engine = BPLIT.live.engine();             // a page may have several
//   await engine.start({ draw: false, progress });  // loads the packs (once a page), then starts Python
//   const { outputs, error } = await engine.run("from bplit import forward\nforward().lost");
//   engine.stop();                                  // ends it at once, also in the midst of a calculation
//
// start: draw is true if Matplotlib is needed (`from workings import draw`). progress(share) is told how much of
//   what has to be loaded is there, from 0 to 1; Python itself then takes a few seconds. If it cannot start,
//   the promise is rejected with an Error whose message is a sentence for the reader.
// run: runs code as a cell of a notebook, in one space of names that lasts until stop() or run(code, { fresh: true }).
//   outputs are in order what is printed and what the last line is worth: [{ kind, value, html }], of the kinds
//   "text", "html", "markdown" and "latex". value is what Python gave, html is how the book shows it.
//   error is "" or what Python says. One run waits for another.
// write: await engine.write("mine.toml", text) writes a file that Python can read, in its working folder.
// stop: a run that waits is answered with an error. After it start() can be called again; nothing is loaded twice.
//
// A page needs <script src="_static/live/engine.js?v=…"></script>; docs/_ext/live.py gives its address.

/**
 * @typedef {{ kind: "text" | "html" | "markdown" | "latex", value: string, html: string }} Output
 * @typedef {{ outputs: Output[], error: string }} Answer
 * @typedef {{ draw?: boolean, progress?: (share: number) => void }} Start
 */
(() => {
  const { src } = /** @type {HTMLScriptElement} */ (document.currentScript);
  const folder = src.replace(/[^/]*$/, "");

  /** What waits for the files of a pack, by name. @type {Record<string, (files: Promise<Map<string, Blob>>) => void>} */
  const expected = {};
  /** @type {Record<string, Promise<Map<string, Blob>>>} */
  const loading = {};

  /** @param {string} text in base64 @returns {Promise<Blob>} */
  async function inflated(text) {
    const data = await (await fetch(`data:application/gzip;base64,${text}`)).blob();
    return new Response(data.stream().pipeThrough(new DecompressionStream("gzip"))).blob();
  }

  /** @param {Record<string, string>} files */
  async function unpacked(files) {
    const found = new Map();
    for (const [name, text] of Object.entries(files)) found.set(name, await inflated(text));
    return found;
  }

  /** A pack's script calls this. @param {string} pack @param {Record<string, string>} files */
  const arrived = (pack, files) => expected[pack](unpacked(files));

  /** Loads a pack once a page: a page from a disk may fetch nothing, but it may load a script. @param {string} pack */
  function loaded(pack) {
    loading[pack] ??= requested(pack).catch((error) => {
      delete loading[pack]; // it may come the next time
      throw error;
    });
    return loading[pack];
  }

  /** @param {string} pack @returns {Promise<Map<string, Blob>>} */
  function requested(pack) {
    return new Promise((done, fail) => {
      expected[pack] = done;
      const script = document.createElement("script");
      script.src = `${folder}${live.packs[pack].at}${pack}.js?v=${live.packs[pack].version}`;
      // one that ran has called arrived() by now; if not, it was cut off, or another page came in its place
      script.onload = script.onerror = () => {
        script.remove();
        fail(Error(live.words.offline));
      };
      document.head.append(script);
    });
  }

  /** @param {string[]} packs @param {(share: number) => void} progress */
  async function files(packs, progress) {
    const whole = packs.reduce((sum, pack) => sum + live.packs[pack].bytes, 0);
    let there = 0;
    let wanted = true;
    const parts = packs.map(async (pack) => {
      const found = await loaded(pack);
      there += live.packs[pack].bytes;
      if (wanted) progress(there / whole);
      return [...found];
    });
    try {
      return new Map((await Promise.all(parts)).flat());
    } finally {
      wanted = false; // what arrives after one that failed is kept, but no longer of interest
    }
  }

  function engine() {
    /** @type {Worker | null} */
    let worker = null;
    let turn = 0;
    /** @type {Map<number, { done: (answer: any) => void, fail: (error: Error) => void }>} */
    const waiting = new Map();

    /** @param {string} task @param {object} more @param {ArrayBuffer[]} handed @returns {Promise<any>} */
    const ask = (task, more, handed = []) =>
      new Promise((done, fail) => {
        if (!worker) throw Error(live.words.stopped);
        waiting.set(++turn, { done, fail });
        worker.postMessage({ turn, task, ...more }, handed);
      });

    /** @param {string} why */
    function end(why) {
      worker?.terminate();
      worker = null;
      for (const { fail } of waiting.values()) fail(Error(why));
      waiting.clear();
    }

    /** @param {Start} options */
    async function start({ draw = false, progress = () => {} } = {}) {
      if (!globalThis.WebAssembly || !globalThis.DecompressionStream) throw Error(live.words.old);
      const found = await files(["core", "numpy", "book", ...(draw ? ["draw"] : [])], progress);
      end(live.words.stopped);
      const address = URL.createObjectURL(/** @type {Blob} */ (found.get("worker.js")));
      worker = new Worker(address);
      worker.onmessage = ({ data }) => {
        const one = waiting.get(data.turn);
        waiting.delete(data.turn);
        if (data.wrong) one?.fail(Error(data.wrong));
        else one?.done(data.answer);
      };
      // a worker that could not be made whole says so here, and one that Python broke down in
      worker.onerror = (event) => end(/memory/i.test(event.message) ? live.words.memory : event.message);
      try {
        // not as blobs: those of a page from a disk cannot be read by a worker of Safari
        /** @type {Map<string, ArrayBuffer>} */
        const read = new Map();
        for (const [name, file] of found) read.set(name, await file.arrayBuffer());
        await ask("start", { files: read, language: live.language }, [...read.values()]);
      } catch (error) {
        const said = String(error);
        end(live.words.stopped);
        throw /memory|allocat/i.test(said) ? Error(live.words.memory) : error;
      } finally {
        URL.revokeObjectURL(address);
      }
    }

    /** @param {string} code @param {{ fresh?: boolean }} options @returns {Promise<Answer>} */
    async function run(code, { fresh = false } = {}) {
      try {
        return await ask("run", { code, fresh });
      } catch (error) {
        return { outputs: [], error: /** @type {Error} */ (error).message };
      }
    }

    return {
      start,
      run,
      /** @param {string} path @param {string} text */
      write: (path, text) => ask("write", { path, text }),
      stop: () => end(live.words.stopped),
      get running() {
        return worker !== null;
      },
    };
  }

  const live = {
    folder,
    /** Where each pack is, what it weighs, and its version. @type {Record<string, { at: string, version: string, bytes: number }>} */
    packs: {},
    /** Every word that is said. @type {Record<string, string>} */
    words: {},
    /** The language of the book. */
    language: "en",
    arrived,
    engine,
  };
  globalThis.BPLIT = { live };
})();
