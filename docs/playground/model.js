// The calculation: a model is a worked listing as data; this compiles it, runs it and sweeps it backwards.

/**
 * What a model's file holds: docs/_ext/playground_model.py writes it.
 * @typedef {object} ModelData
 * @property {string} name
 * @property {string} title
 * @property {string} url
 * @property {Record<string, number>} given
 * @property {Record<string, Tree>} lines in order
 * @property {Record<string, Record<string, Tree>>} slopes of each line ahead, by each name in it
 * @property {Record<string, Record<string, Tree>>} variants the lines that are written otherwise
 * @property {{ kind: string, title: string, names: string[] }[]} stages
 * @property {Record<string, string>} means what a line states the partial by
 * @property {Record<string, string>} updates what a weight is called after the step
 * @property {string} defined what a unit hands on, its function, and the loss
 * @property {string} rate
 * @property {string} loss
 * @property {string[]} errors the loss of each output alone
 * @property {string[]} x
 * @property {string[]} y
 * @property {Layer[]} layers
 * @property {string[]} trained
 * @property {boolean} simultaneous
 * @property {[number, string][]} printed losses that the source printed
 * @property {string} file the network file, with places for numbers
 */

/**
 * @typedef {object} Layer
 * @property {string[][]} weights
 * @property {string[] | null} biases
 * @property {string[]} nets
 * @property {string[]} outs
 * @property {string[]} deltas
 */

/**
 * A likely mistake: what is said of it, the lines that are written otherwise, and whether few people make it.
 * @typedef {{ says: string, lines: Record<string, Tree>, given?: Record<string, Tree>, seldom?: 1 }} Mistake
 */

/**
 * @typedef {ModelData & {
 *   names: string[], inputs: string[], at: Map<string, number>, stage: Map<string, string>,
 *   partial: Map<string, string>, users: Map<string, string[]>, mistakes?: Mistake[],
 *   compiled: Map<string, (values: Float64Array) => number>, runners: Map<string, Runner>, local?: { keys: string[], at: (values: Float64Array) => number[] } }} Model
 */

/** @typedef {(values: Float64Array) => void} Runner */

/**
 * What came of some passes: the watched number of each, all numbers of one, and where it had to stop.
 * @typedef {object} Run
 * @property {number[]} watched
 * @property {Float64Array | null} at
 * @property {number} [stop]
 * @property {string} [bad]
 */

/** The functions that a listing may call and JavaScript lacks, as trees of t; the book's build sets them.
 * @type {Record<string, Tree>} */
const FUNCTIONS = {};
const OWN = ["abs", "exp", "log", "sqrt", "tanh"];

/**
 * Writes a tree as JavaScript. Only what stands in these tables can be called.
 * @param {Tree} tree
 * @param {(name: string) => string} place
 * @returns {string}
 */
function program(tree, place) {
  if (typeof tree === "number") return `(${tree})`;
  if (typeof tree === "string") return place(tree);
  const [sign, ...parts] = tree;
  const [a, b, c] = parts.map((part) => program(part, place));
  if (sign === "?") return `(${a} ? ${b} : ${c})`;
  if (sign === "-" && b === undefined) return `(-${a})`;
  if (["+", "-", "*", "/", "**", ">", ">="].includes(sign)) return `(${a} ${sign} ${b})`;
  if (OWN.includes(sign)) return `Math.${sign}(${a})`;
  if (Object.hasOwn(FUNCTIONS, sign)) return `${sign}(${a})`;
  throw new TypeError(sign);
}

/** @param {ModelData} data @returns {Model} */
function makeModel(data) {
  const inputs = Object.keys(data.given);
  const names = [...inputs, ...Object.keys(data.lines)];
  const users = new Map(names.map((name) => [name, /** @type {string[]} */ ([])]));
  for (const [name, tree] of Object.entries(data.lines))
    for (const used of namesIn(tree)) users.get(used)?.push(name);
  return {
    ...data,
    inputs,
    names,
    users,
    at: new Map(names.map((name, n) => [name, n])),
    stage: new Map(data.stages.flatMap(({ title, names }) => names.map((name) => [name, title]))),
    partial: new Map(Object.entries(data.means).map(([name, by]) => [by, name])),
    compiled: new Map(),
    runners: new Map(),
  };
}

/** Where a name's number is. @param {Model} model @param {string} name */
function placeOf(model, name) {
  const n = model.at.get(name);
  if (n === undefined) throw new TypeError(name);
  return n;
}

/** The tree of a line, as it is written with some partials. @param {Model} model @param {string} which @param {string} name */
const lineOf = (model, which, name) => model.variants[which]?.[name] ?? model.lines[name];

/**
 * Returns a function that fills in all calculated numbers behind the given ones. A line that is written otherwise
 * may use what stands below it: so the lines go by what they use.
 * @param {Model} model
 * @param {Record<string, Tree>} other lines that are written otherwise
 * @returns {Runner}
 */
function compile(model, other = {}) {
  /** @type {[number, (values: Float64Array) => number][]} */
  const steps = [];
  const begun = new Set(model.inputs);
  /** @param {string} name */
  const add = (name) => {
    if (begun.has(name)) return;
    begun.add(name);
    const tree = other[name] ?? model.lines[name];
    namesIn(tree).forEach(add);
    steps.push([placeOf(model, name), compiledLine(model, tree)]);
  };
  Object.keys(model.lines).forEach(add);
  return (values) => {
    for (const [n, line] of steps) values[n] = line(values);
  };
}

/** A line as a function; what many mistakes share is compiled once. @param {Model} model @param {Tree} tree */
function compiledLine(model, tree) {
  const text = programIn(model, tree);
  const known = model.compiled.get(text) ?? evaluated(`($) => ${text}`);
  model.compiled.set(text, known);
  return known;
}

/** A tree as JavaScript, with all numbers in an array. @param {Model} model @param {Tree} tree */
const programIn = (model, tree) => program(tree, (name) => `$[${placeOf(model, name)}]`);

/** The values of some trees. @param {Model} model @param {Tree[]} trees @returns {(values: Float64Array) => number[]} */
const several = (model, trees) =>
  evaluated(`($) => [${trees.map((tree) => programIn(model, tree)).join(",\n")}]`);

/** Makes a function from a program that was written here, of trees. @param {string} text */
function evaluated(text) {
  const helpers = Object.entries(FUNCTIONS).map(
    ([name, tree]) => `const ${name} = (t) => ${program(tree, () => "t")};`,
  );
  return new Function(`"use strict";\n${helpers.join("\n")}\nreturn ${text};`)();
}

/** @param {Model} model @param {string} which */
function runner(model, which) {
  const known = model.runners.get(which) ?? compile(model, model.variants[which]);
  model.runners.set(which, known);
  return known;
}

/** The numbers that are given, in order. @param {Model} model @param {Record<string, number>} given */
function startOf(model, given) {
  const values = new Float64Array(model.names.length);
  model.inputs.forEach((name, n) => (values[n] = given[name]));
  return values;
}

/**
 * Runs passes.
 * @param {Model} model
 * @param {Runner} run
 * @param {Record<string, number>} given
 * @param {number} pass all numbers of this one are kept
 * @param {number} upto
 * @param {string} watch the number that is kept of each pass
 * @returns {Run}
 */
function follow(model, run, given, pass, upto, watch = model.loss) {
  const values = startOf(model, given);
  const watched = [];
  const seen = placeOf(model, watch);
  const updates = Object.entries(model.updates).map(([to, from]) => [
    placeOf(model, to),
    placeOf(model, from),
  ]);
  let at = null;
  for (let n = 1; n <= upto; n++) {
    run(values);
    let bad = 0;
    while (bad < values.length && Math.abs(values[bad]) < Infinity) bad++;
    if (bad < values.length) return { watched, at, stop: n, bad: model.names[bad] };
    watched.push(values[seen]);
    if (n === pass) at = values.slice();
    for (const [to, from] of updates) values[to] = values[from];
    if (updates.some(([to]) => Math.abs(values[to]) > LIMIT)) return { watched, at, stop: n + 1 };
  }
  return { watched, at };
}

/**
 * The local partials of the lines ahead, by line and name.
 * @param {Model} model
 * @param {Float64Array} values
 * @returns {Map<string, number>}
 */
function localSlopes(model, values) {
  model.local ??= compiledSlopes(model);
  const numbers = model.local.at(values);
  return new Map(model.local.keys.map((key, n) => [key, numbers[n]]));
}

/** The local partials as a function, and the line and name of each. @param {Model} model */
function compiledSlopes(model) {
  const pairs = Object.entries(model.slopes).flatMap(([line, by]) =>
    Object.entries(by).map(([name, tree]) => ({ key: `${line} ${name}`, tree })),
  );
  return {
    keys: pairs.map(({ key }) => key),
    at: several(
      model,
      pairs.map(({ tree }) => tree),
    ),
  };
}

/**
 * The partial of the loss by every number ahead, swept backwards: what no mistake in a line can change.
 * @param {Model} model
 * @param {Map<string, number>} slopes
 * @returns {Map<string, number>}
 */
function sweep(model, slopes) {
  const found = new Map([[model.loss, 1]]);
  for (const line of Object.keys(model.slopes).reverse()) {
    const above = found.get(line);
    if (above === undefined) continue;
    for (const name of Object.keys(model.slopes[line]))
      found.set(name, (found.get(name) ?? 0) + above * (slopes.get(`${line} ${name}`) ?? NaN));
  }
  return found;
}

/**
 * The paths from a number to the loss, each a list of names; null if there are too many to look at.
 * @param {Model} model
 * @param {string} by
 * @param {number} most
 * @returns {string[][] | null}
 */
function pathsFrom(model, by, most = 64) {
  const found = [];
  const stack = [[by]];
  for (let path = stack.pop(); path; path = stack.pop()) {
    const end = path[path.length - 1];
    if (end === model.loss) found.push(path);
    else
      for (const user of [...(model.users.get(end) ?? [])].reverse())
        if (user in model.slopes) stack.push([...path, user]);
    if (found.length > most || stack.length > 1000) return null;
  }
  return found;
}

/**
 * The factors of the product along a path, the loss first.
 * @param {Model} model
 * @param {string[]} path
 */
function factorsAlong(model, path) {
  return path
    .slice(1)
    .map((line, n) => ({ line, by: path[n], tree: model.slopes[line][path[n]] }))
    .reverse();
}
