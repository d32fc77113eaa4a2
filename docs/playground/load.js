// The models and their likely mistakes, each a script of its own: a page from a disk may load no other way.

/** @type {Record<string, Model>} */
const MODELS = {};

/** Where the scripts are, and their version; main.js sets them. */
const FILES = { folder: "", version: "" };

/** @type {Record<string, Promise<HTMLElement | null>>} */
const LOADING = {};

/**
 * Loads a script, or what else is made for an address, once: null if it did not come.
 * @param {string} file
 * @param {(address: string) => HTMLElement} [made]
 */
function loaded(file, made = (address) => Object.assign(document.createElement("script"), { src: address })) {
  LOADING[file] ??= new Promise((done) => {
    const asked = made(`${FILES.folder}${file}?v=${FILES.version}`);
    asked.onload = () => done(asked);
    asked.onerror = () => {
      asked.remove();
      delete LOADING[file]; // it may come the next time
      done(null);
    };
    document.head.append(asked);
  });
  return LOADING[file];
}

/** @param {string} net @returns {Promise<Model | null>} */
async function network(net) {
  if (!Object.hasOwn(MODELS, net) && /^[\w-]{1,60}$/.test(net)) await loaded(`models/${net}.js`);
  return Object.hasOwn(MODELS, net) ? MODELS[net] : null;
}

/** @param {Model} model @returns {Promise<Mistake[]>} */
async function mistakesOf(model) {
  if (!model.mistakes) await loaded(`models/${model.name}.mistakes.js`);
  return model.mistakes ?? [];
}
