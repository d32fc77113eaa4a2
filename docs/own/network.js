// What stands in the form, as an address and as a network file. Nothing here knows of the page.

/**
 * What is handed in: a network with its numbers as they were typed, or a text.
 * @typedef {object} Given
 * @property {string} how form or text
 * @property {number[]} units from the inputs to the outputs
 * @property {string[]} activations of each layer
 * @property {string} loss
 * @property {string} biases none, each, or layer
 * @property {string} rate
 * @property {string} names the notation
 * @property {Record<string, string>} numbers by the name of their field
 * @property {string} mine numbers to be checked
 * @property {string} text
 * @property {string} kind what the text is, or "" if it shows by itself
 */

/** A number that the form asks for: the name of its field, where it comes from, and where it leads.
 * @typedef {{ field: string, from: string, to: string }} Slot */

/** @typedef {{ title: string, activation: number, heads: string[], rows: { name: string, slots: Slot[] }[] }} Group */

const VERSION = "1";
const KEY = "own";
const LEVELS_AT_MOST = 6;
const LONGEST = 8000; // characters that every browser and every mail takes as an address
const TEXTS = /** @type {const} */ (["how", "loss", "biases", "rate", "names", "mine", "text", "kind"]);

/** @returns {Given} */
const first = () => ({
  how: "form",
  units: [3, 2, 1],
  activations: ["tanh", "tanh"],
  loss: "half_sse",
  biases: "none",
  rate: "0.5",
  names: "article",
  numbers: {},
  mine: "",
  text: "",
  kind: "",
});

/** The units of a text such as 3-2-1, or null. @param {string} text */
function unitsIn(text) {
  const units = text
    .normalize("NFKC")
    .trim()
    .split(/\s*[-–—−,;、x×→ ]\s*/);
  const fine = units.length > 1 && units.length <= LEVELS_AT_MOST && units.every((n) => /^[1-9]$/.test(n));
  return fine ? units.map(Number) : null;
}

/** A number as a network file spells it, however it was typed; "" if it is none. @param {string} typed */
function spelled(typed) {
  const value = readNumber(typed);
  return Number.isNaN(value) ? "" : String(value);
}

/** What the units of a level are called: a sheet that has one hidden layer does not number it. @param {Given} given @param {number} level */
function unitNames({ units }, level) {
  const last = units.length - 1;
  const stem = level === 0 ? "x" : level === last ? "o" : last === 2 ? "h" : `h${level}_`;
  return Array.from({ length: units[level] }, (_, k) => `${stem}${k + 1}`);
}

/** The biases of a layer, each with what it leads to. @param {Given} given @param {number} level @param {string} all */
function biasesOf(given, level, all) {
  if (given.biases === "none") return [];
  const to = given.biases === "each" ? unitNames(given, level) : [all];
  return to.map((name, k) => ({ field: `b${level}_${k + 1}`, from: "", to: name }));
}

/** @param {Given} given @param {number} level @returns {Slot[][]} a row for each unit */
function weightsOf(given, level) {
  const below = unitNames(given, level - 1);
  return unitNames(given, level).map((to, k) =>
    below.map((from, j) => ({ field: `w${level}_${k + 1}_${j + 1}`, from, to })),
  );
}

/** @param {string} stem @param {number} count */
const fields = (stem, count) => Array.from({ length: count }, (_, k) => `${stem}${k + 1}`);

/** The targets; of outputs that are only added up there are none. @param {Given} given */
const targetsOf = ({ loss, units }) => (loss === "output" ? [] : fields("t", units[units.length - 1]));

/** The names of all fields for numbers that a network has. @param {Given} given */
function fieldsOf(given) {
  const layers = given.units.slice(1).flatMap((_, k) => {
    const level = k + 1;
    return [...weightsOf(given, level).flat(), ...biasesOf(given, level, "")].map(({ field }) => field);
  });
  return ["rate", ...fields("x", given.units[0]), ...targetsOf(given), ...layers];
}

/** The text of a field. @param {Given} given @param {string} field */
const typedIn = (given, field) => (field === "rate" ? given.rate : (given.numbers[field] ?? ""));

/** The first field that has no number in it, or undefined. @param {Given} given */
const odd = (given) => fieldsOf(given).find((field) => !spelled(typedIn(given, field)));

/** The network file of a form whose fields have numbers. @param {Given} given */
function networkFile(given) {
  /** @param {string[]} names */
  const list = (names) => `[${names.map((name) => spelled(typedIn(given, name))).join(", ")}]`;
  const lines = [`inputs = ${list(fields("x", given.units[0]))}`];
  const targets = targetsOf(given);
  if (targets.length) lines.push(`targets = ${list(targets)}`);
  lines.push(`loss = "${given.loss}"`);
  given.activations.forEach((activation, k) => {
    const rows = weightsOf(given, k + 1).map((row) => list(row.map(({ field }) => field)));
    const biases = biasesOf(given, k + 1, "").map(({ field }) => field);
    lines.push("", "[[layer]]", `weights = [${rows.join(", ")}]`);
    if (biases.length)
      lines.push(`bias = ${given.biases === "layer" ? spelled(typedIn(given, biases[0])) : list(biases)}`);
    lines.push(`activation = "${activation}"`);
  });
  lines.push("", "[rules]", `rate = ${spelled(given.rate)}`);
  if (given.biases === "layer") lines.push('biases = "shared"');
  return [...lines, "", "[names]", `notation = "${given.names}"`, ""].join("\n");
}

/**
 * Targets to begin with: what the loss can take. Of a cross-entropy they are the shares of classes, here all of it
 * for one class; of a binary one each is yes or no.
 * @param {Given} given
 * @param {() => number} random
 */
function drawnTargets(given, random) {
  const targets = targetsOf(given);
  const one = Math.floor(random() * targets.length);
  /** @type {Record<string, (k: number) => string>} */
  const kinds = {
    cross_entropy: (k) => (k === one ? "1" : "0"),
    binary_cross_entropy: () => (random() < 0.5 ? "0" : "1"),
  };
  const draw = kinds[given.loss];
  return draw ? Object.fromEntries(targets.map((field, k) => [field, draw(k)])) : {};
}

/**
 * Fills the fields that have nothing in them, with two decimals from -1 to 1, none of them 0: weights that are
 * equal would hide mistakes.
 * @param {Given} given
 * @param {() => number} random
 * @returns {Given}
 */
function filledIn(given, random) {
  const numbers = { ...drawnTargets(given, random), ...given.numbers };
  for (const field of fieldsOf(given))
    if (field !== "rate")
      numbers[field] ??= String((Math.floor(random() * 100) + 1) / (random() < 0.5 ? 100 : -100));
  return { ...given, numbers };
}

/** What is left when a loss is chosen that cannot take all targets: those for the one before go. @param {Given} given */
function withoutTargets(given) {
  const targets = targetsOf(given);
  const numbers = Object.entries(given.numbers).filter(([field]) => !targets.includes(field));
  return { ...given, numbers: Object.fromEntries(numbers) };
}

/** The whole of it for an address. @param {Given} given */
function addressOf(given) {
  const numbers = fieldsOf(given)
    .filter((field) => field in given.numbers)
    .map((field) => `${field}=${given.numbers[field]}`);
  const said =
    given.how === "form"
      ? TEXTS.filter((key) => key !== "text" && key !== "kind")
      : ["how", "kind", "text", "mine"];
  const parts = said
    .filter((key) => given[/** @type {"how"} */ (key)])
    .map((key) => `${key}:${given[/** @type {"how"} */ (key)]}`);
  if (given.how === "form")
    parts.push(
      `units:${given.units.join("-")}`,
      `activations:${given.activations.join(",")}`,
      `numbers:${numbers.map((pair) => pair.replace(/,/g, ".")).join(",")}`,
    );
  return [VERSION, ...parts]
    .map((part) => encodeURIComponent(part).replace(/%(3A|2C|3D)/g, decodeURIComponent))
    .join(";");
}

/**
 * What an address holds, or null if it has nothing for this page, or another version.
 * @param {string} hash what follows the #, with it
 * @returns {Given | null}
 */
function givenIn(hash) {
  if (!hash.startsWith(`#${KEY}=${VERSION};`)) return null;
  const given = first();
  for (const part of hash.slice(1).split(";").slice(1)) {
    let text = part;
    try {
      text = decodeURIComponent(part);
    } catch {
      continue; // a broken sign
    }
    const [, key, value] = /^(\w+):([^]*)$/.exec(text) ?? [];
    if (TEXTS.some((one) => one === key)) given[/** @type {"how"} */ (key)] = value;
    else if (key === "units") given.units = unitsIn(value) ?? given.units;
    else if (key === "activations") given.activations = value.split(",");
    else if (key === "numbers")
      given.numbers = Object.fromEntries(
        value
          .split(",")
          .map((pair) => pair.split("=", 2))
          .filter((pair) => pair.length === 2),
      );
  }
  return { ...given, activations: sized(given) };
}

/** An activation for each layer: what was chosen stays. @param {Given} given */
const sized = ({ units, activations }) =>
  units.slice(1).map((_, k) => activations[k] ?? activations[activations.length - 1] ?? "sigmoid");
