// The models and their likely mistakes, each a script of its own: a page from a disk may load no other way.

/** @type {Record<string, Model>} */
const MODELS = {};

/** Where the scripts are, and their version; main.js sets them. */
const FILES = { folder: "", version: "" };

/** @type {Record<string, Promise<boolean>>} */
const LOADING = {};

/** Loads a script once. @param {string} file */
function loaded(file) {
  LOADING[file] ??= new Promise((done) => {
    const script = document.createElement("script");
    script.src = `${FILES.folder}${file}.js?v=${FILES.version}`;
    script.onload = () => done(true);
    script.onerror = () => {
      delete LOADING[file]; // it may come the next time
      done(false);
    };
    document.head.append(script);
  });
  return LOADING[file];
}

/** @param {string} net @returns {Promise<Model | null>} */
async function network(net) {
  if (!Object.hasOwn(MODELS, net) && /^[\w-]{1,60}$/.test(net)) await loaded(`models/${net}`);
  return Object.hasOwn(MODELS, net) ? MODELS[net] : null;
}

/** @param {Model} model @returns {Promise<Mistake[]>} */
async function mistakesOf(model) {
  if (!model.mistakes) await loaded(`models/${model.name}.mistakes`);
  return model.mistakes ?? [];
}
