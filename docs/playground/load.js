// The models and their likely mistakes, each a script of its own: a page from a disk may load no other way.

/** @type {Record<string, Model>} */
const MODELS = {};

/** Where the scripts are, and their version; main.js sets them. */
const FILES = { folder: "", version: "" };

/** The address of a file beside this one. @param {string} file */
const beside = (file) => `${FILES.folder}${file}?v=${FILES.version}`;

/** @param {string} net @returns {Promise<Model | null>} */
async function network(net) {
  const isThere = () => Object.hasOwn(MODELS, net);
  if (!isThere() && /^[\w-]{1,60}$/.test(net)) await loaded(beside(`models/${net}.js`), isThere);
  return isThere() ? MODELS[net] : null;
}

/** The likely mistakes of a model; undefined if they did not come. @param {Model} model */
async function mistakesOf(model) {
  const isThere = () => model.mistakes;
  if (!isThere()) await loaded(beside(`models/${model.name}.mistakes.js`), isThere);
  return isThere();
}

/** What only some jobs need. */
const more = () => loaded(beside("more.js"), () => MORE.judged);
