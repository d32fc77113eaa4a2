// One number alone, of which nobody said what it is: a right one, one that is mistyped, or that of a mistake.

/**
 * What one number alone may be: the right number of these names, or the one that a mistake gives.
 * @typedef {object} Found
 * @property {string[]} nets
 * @property {string[]} names
 * @property {Mistake | null} mistake
 * @property {number} value
 * @property {number} right
 * @property {number} off by how much of its last digit it is off: 0 or 1
 * @property {string} slip what was mistyped: "exchanged", "twice", "left out", or ""
 * @property {boolean} far whether it is a number of a later pass
 * @property {boolean} seldom whether few people make the mistake, or few look at the network
 * @property {(name: string) => number} gives
 */

/** Longer calculations are not looked through a thousand times. */
const LONG = 100;
const FAR = [2, 10, 11, 100, 101, 1000, 1001];
/** With fewer digits next to everything is nearly something; what is mistyped of another network needs more. */
const ENOUGH = 4;
const ENOUGH_ELSEWHERE = 6;

/**
 * Looks for one number, of which nobody said what it is: among the right ones, then among those of mistakes.
 * @param {Model} model
 * @param {Record<string, number>} given
 * @param {string} text
 * @returns {Found[]}
 */
function lookedUp(model, given, text) {
  if (Number.isNaN(readNumber(text))) return [];
  const many = digitsIn(text) >= ENOUGH;
  /** @param {number} value */
  const off = (value) => {
    if (isWritten(text, value)) return tellsNothing(text, value) ? 2 : 0;
    return many && almost(text, value) === 1 ? 1 : 2;
  };
  const right = answers(model, runner(model, "right"), given, [`${model.loss}@${Math.max(...FAR)}`]);
  const lines = Object.keys(model.lines);
  const base = {
    nets: [model.name],
    mistake: null,
    off: 0,
    slip: "",
    far: false,
    seldom: false,
    gives: right,
  };
  /** @type {Found[]} */
  const found = [];
  const mistyped = many ? slipsOf(text) : [];
  for (const { name, value, far, plain } of rightOnes(model, given, right)) {
    const one = { ...base, names: [name], value, right: value, far };
    const slip = plain && mistyped.find(({ typed, place }) => Math.abs(typed - value) <= place * 0.501);
    if (off(value) < 2) found.push({ ...one, off: off(value) });
    else if (slip) found.push({ ...one, slip: slip.kind });
  }
  /** @type {Mistake[]} */
  const hidden = [];
  /** @param {Mistake} mistake @param {(name: string) => number} gives @param {string[]} names */
  const compare = (mistake, gives, names) => {
    const changed = names.filter((each) => apart(gives(each), right(each)));
    const begins = [0, 1].map((most) => changed.find((each) => off(gives(each)) === most));
    const name = begins[0] ?? begins[1]; // where it begins
    if (!name) return;
    const alike = changed.filter(
      (each) => !apart(gives(each), gives(name)) && !apart(right(each), right(name)),
    );
    const value = gives(name);
    const seldom = Boolean(mistake.seldom) || lines.length > LONG;
    found.push({ ...base, names: alike, mistake, value, right: right(name), off: off(value), seldom, gives });
  };
  for (const mistake of model.mistakes ?? []) {
    const made = madeBy(model, mistake, given);
    const gives = answers(model, made.run, made.given, []);
    if (lines.some((name) => apart(gives(name), right(name)))) compare(mistake, gives, lines);
    else hidden.push(mistake);
  }
  if (found.some((one) => !one.off && !one.slip) || lines.length > LONG) return told(found);
  // a mistake that no number of pass 1 shows is looked for in later losses
  const losses = FAR.map((pass) => `${model.loss}@${pass}`);
  for (const mistake of hidden) {
    const made = madeBy(model, mistake, given);
    compare(mistake, answers(model, made.run, made.given, losses), losses);
  }
  return told(found);
}

/** How a number is mistyped, likeliest first. */
const SLIPS = ["exchanged", "twice", "left out"];

/**
 * What may have been meant where two neighbouring digits are exchanged, one is typed twice, or one is left out.
 * @param {string} text
 * @returns {{ kind: string, typed: number, place: number }[]}
 */
function slipsOf(text) {
  const plain = bare(text);
  if (!/^-?\d*[.,]\d+$/.test(plain)) return [];
  /** @type {[string, string][]} */
  const meant = [];
  for (let n = 0; n < plain.length; n++) {
    const [before, one, other, after] = [plain.slice(0, n), plain[n], plain[n + 1], plain.slice(n + 2)];
    if (/^\d\d$/.test(`${one}${other}`))
      meant.push(
        one === other ? ["twice", before + one + after] : ["exchanged", before + other + one + after],
      );
  }
  const point = plain.search(/[.,]/);
  for (let n = point + 1; n <= plain.length; n++)
    for (const digit of "0123456789")
      meant.push(["left out", `${plain.slice(0, n)}${digit}${plain.slice(n)}`]);
  return meant
    .sort(([one], [other]) => SLIPS.indexOf(one) - SLIPS.indexOf(other))
    .map(([kind, other]) => ({ kind, typed: readNumber(other), place: lastPlace(other) }));
}

/**
 * Every right number: those of the lines, of later passes, and those on the way that no line is named for.
 * @param {Model} model
 * @param {Record<string, number>} given
 * @param {(name: string) => number} right
 * @returns {{ name: string, value: number, far: boolean, plain: boolean }[]}
 */
function rightOnes(model, given, right) {
  const lines = Object.keys(model.lines);
  const values = Float64Array.from(model.names, (name) => given[name] ?? right(name));
  const slopes = localSlopes(model, values);
  const outs = [...model.layers.slice(-1).flatMap((layer) => layer.outs), model.loss];
  const later = FAR.flatMap((pass) => {
    const { at } = follow(model, runner(model, "right"), given, pass, pass);
    return outs.map((name) => [`${name}@${pass}`, at?.[placeOf(model, name)] ?? NaN]);
  });
  const known = lines.map(right);
  /** @param {[string, number][]} some */
  const unnamed = (some) =>
    some.filter(([, value]) => !Number.isInteger(value) && !known.some((other) => !apart(value, other)));
  const onTheWay =
    lines.length <= LONG ? unnamed([...partsOf(model, values), ...pathsOf(model, slopes)]) : [];
  const all = /** @type {[string, number][]} */ ([
    ...lines.map((name) => [name, right(name)]),
    ...later,
    ...unnamed(slopesOf(model, slopes)),
    ...onTheWay,
  ]);
  const plain = new Set([...lines, ...later.map(([name]) => name)]);
  return [...new Map(all)].map(([name, value]) => ({
    name,
    value,
    far: name.includes("@"),
    plain: plain.has(name),
  }));
}

/**
 * The parts of the lines that have a number of their own: an error, the step of a weight, what e gives.
 * @param {Model} model
 * @param {Float64Array} values
 * @returns {[string, number][]}
 */
function partsOf(model, values) {
  /** @type {Map<string, Tree>} */
  const found = new Map();
  const named = new Set();
  for (const [weight, line] of Object.entries(model.updates)) {
    const [sign, from, step] = Object(model.lines[line]);
    if (sign !== "-" || from !== weight || typeof step !== "object") continue; // another rule
    const put = { name: called(weight), formula: written(step, TEXT) };
    found.set(say("step of", put), step).set(say("change of", put), ["-", step]);
    named.add(put.formula);
  }
  /** @param {Tree} tree */
  const walk = (tree) => {
    if (typeof tree !== "object") return;
    const inside = /** @type {Tree[]} */ (tree.slice(1));
    if (tree[0] === "sigmoid") inside.push(["exp", ["-", inside[0]]]);
    for (const part of inside.filter((each) => typeof each === "object")) {
      if (!named.has(written(part, TEXT))) found.set(partName(model, part), part);
      walk(part);
    }
  };
  Object.values(model.lines).forEach(walk);
  const numbers = several(model, [...found.values()])(values);
  return [...found.keys()].map((name, n) => /** @type {[string, number]} */ ([name, Number(numbers[n])]));
}

/** What a part of a line is called: the error of an output, or by its formula. @param {Model} model @param {Tree} tree */
function partName(model, tree) {
  const [sign, one, other] = /** @type {Tree[]} */ (tree);
  if (sign === "exp") return `e^(${written(one, TEXT)})`;
  const formula = written(tree, TEXT);
  const outs = model.layers[model.layers.length - 1]?.outs ?? [];
  const out = outs.find((name) => name === one || name === other);
  const isError = sign === "-" && model.y.some((name) => name === one || name === other);
  return out && isError ? say("error of", { name: called(out), formula }) : formula;
}

/**
 * What each path adds to the partial of a weight that has several.
 * @param {Model} model
 * @param {Map<string, number>} slopes
 * @returns {[string, number][]}
 */
function pathsOf(model, slopes) {
  const outs = new Set(model.layers.flatMap((layer) => layer.outs));
  return model.trained.flatMap((weight) => {
    const paths = pathsFrom(model, weight) ?? [];
    if (paths.length < 2 || !model.simultaneous) return [];
    return paths.map((path) => {
      const factors = factorsAlong(model, path).map(({ line, by }) => slopes.get(`${line} ${by}`) ?? NaN);
      const way = path.filter((name) => outs.has(name) && paths.some((other) => !other.includes(name)));
      const name = `∂${called(model.loss)}/∂${called(weight)}`;
      return /** @type {[string, number]} */ ([
        say("part of", { name, way: way.map(called).join(" → ") }),
        factors.reduce((product, factor) => product * factor, 1),
      ]);
    });
  });
}

/**
 * The factors of the way back that no line is named for: ∂line/∂name, and the loss's partial by every number.
 * @param {Model} model
 * @param {Map<string, number>} slopes
 * @returns {[string, number][]}
 */
function slopesOf(model, slopes) {
  const local = [...slopes].map(([key, value]) => /** @type {const} */ ([...key.split(" "), value]));
  const stated = new Set([...Object.values(model.means), model.loss]);
  const partials = [...sweep(model, slopes)]
    .filter(([by]) => !stated.has(by))
    .map(([by, value]) => /** @type {const} */ ([model.loss, by, value]));
  return [...local.filter(([, , value]) => !Number.isInteger(value)), ...partials]
    .filter(([, by]) => !model.y.includes(String(by))) // nobody goes back to a target
    .map(([line, by, value]) => [`∂${called(String(line))}/∂${called(String(by))}`, Number(value)]);
}

/** Answers with the same number: the plainest first, and those that say the same in one. @param {Found[]} found */
function told(found) {
  /** @type {Map<string, Found[]>} */
  const groups = new Map();
  for (const one of found) {
    const key = [one.value, one.right].map((value) => value.toPrecision(10)).join();
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap((group) => {
    /** @type {Found[]} */
    const said = [];
    for (const one of group.sort((a, b) => plainness(a) - plainness(b))) {
      const same = said.find(({ mistake }) => mistake?.says === one.mistake?.says);
      if (same) same.names = [...new Set([...same.names, ...one.names])];
      else if (!said.some(({ mistake }) => mistake && one.mistake && repeats(one.mistake, mistake)))
        said.push(one);
    }
    return said;
  });
}

/** What few people do is told last. @param {Found} found */
const plainness = ({ mistake }) => (mistake ? sizeOf(mistake) + (mistake.seldom ? LONG : 0) : 0);

/**
 * The answers in the order in which they are told: what is right, what is mistyped, then mistakes; within these
 * the first of the networks, whose order is given, and its first pass before later ones.
 * @param {Found[]} found
 * @param {string[]} nets
 */
function inTurn(found, nets) {
  /** @param {Found} one */
  const kind = (one) => {
    if (!one.mistake && isExact(one)) return 0;
    if (!one.mistake && one.nets[0] === nets[0]) return 1;
    return one.seldom || one.off || one.slip ? 3 : 2;
  };
  /** @param {Found} one */
  const place = (one) => [
    kind(one),
    Number(one.nets[0] !== nets[0]),
    Number(one.far),
    nets.indexOf(one.nets[0]),
  ];
  return found
    .map((one) => ({ one, at: place(one) }))
    .sort((a, b) => {
      const n = a.at.findIndex((each, k) => each !== b.at[k]);
      return n < 0 ? 0 : a.at[n] - b.at[n];
    })
    .map(({ one }) => one);
}

/** More numbers than this that fit the same digits fit them by chance; of likely mistakes in one network, fewer. */
const CHANCE = 10;
const CHANCE_HERE = 3;
/** So many answers are told at once, and so many more to whoever asks on. */
const ANSWERS = 4;
const OTHERS = 10;

/** @param {Found} found */
const isExact = ({ off, slip }) => !off && !slip;

/** How many numbers there are among answers. @param {Found[]} found */
const numbersIn = (found) => new Set(found.filter(isExact).map(({ value }) => value.toPrecision(10))).size;

/**
 * Which answers are told, which are kept for whoever asks on, and how many numbers fit if most do by chance.
 * @param {Found[]} found in turn
 * @param {string} first the network that is looked through first
 * @param {string} text what was typed
 */
function chosen(found, first, text) {
  const isRight = found.some((one) => isExact(one) && !one.mistake);
  const digits = digitsIn(text);
  /** @param {Found} one */
  const isNear = (one) => !one.mistake && (one.nets[0] === first || digits >= ENOUGH_ELSEWHERE);
  const fits = found.filter((one) => isExact(one) || (!isRight && isNear(one)));
  const all = fits.length ? fits : found.filter(({ slip }) => !slip); // those that nearly fit
  const many = numbersIn(all) > CHANCE ? numbersIn(all) : 0;
  const enough = digits >= ENOUGH;
  const likely = all.filter(({ nets, mistake, seldom }) => nets[0] === first && mistake && !seldom);
  /** @param {Found} one */
  const isTelling = (one) => {
    if (!one.mistake) return one.nets[0] === first || enough;
    return likely.includes(one) ? numbersIn(likely) <= CHANCE_HERE : !many;
  };
  const [best] = all;
  /** @param {Found} one */
  const isLikeBest = (one) =>
    one.nets[0] === best.nets[0] && one.far === best.far && !one.mistake === !best.mistake;
  const open = all.filter((one) => isLikeBest(one) && isTelling(one)).slice(0, ANSWERS);
  const closed = all.filter((one) => !open.includes(one)).slice(0, OTHERS);
  return { open, closed, many: open[0]?.mistake === null && enough ? 0 : many };
}
