// Worksheets on paper: a sheet to fill in, of the numbers on the screen or of others, and the key to it.

/** So many wrong answers a key has of a number. */
const WRONG = 3;
/** Of more units in a layer no picture is drawn on paper, and a longer line takes the whole width. */
const TALL = 6;
const WIDE = 40;
/** So many signs of the short key's size fit across a page. */
const ACROSS = 95;
/** In place of a number that is to be filled in. */
const GAP = "________";

/** @type {Style} */
const PAPER = {
  ...MATH,
  number: (spelled) =>
    spelled === GAP ? `<mtext class="gap">${"\u00a0".repeat(16)}</mtext>` : MATH.number(spelled),
};

/**
 * The given numbers of a sheet: with a seed other weights and biases, as `bplit explain --seed` draws them.
 * @param {Model} model
 * @param {Record<string, number>} given
 * @param {number | null} seed
 * @returns {Record<string, number>}
 */
function seeded(model, given, seed) {
  if (seed === null) return given;
  const random = randomFrom(seed);
  const other = { ...given };
  const used = new Set(Object.values(model.lines).flatMap(namesIn)); // in the order of the listing
  for (const name of [...used].filter((each) => model.trained.includes(each)))
    do other[name] = Math.floor(random() * 200 - 100 + 0.5) / 100;
    while (!other[name]);
  return other;
}

/**
 * The numbers of a sheet: the given ones, and all of them in the order of the model.
 * @typedef {{ seed: number | null, numbers: Record<string, number>, values: ArrayLike<number> }} Sheet
 */

/**
 * The sheet of a seed.
 * @param {Model} model
 * @param {Record<string, number>} given
 * @param {number | null} seed
 * @returns {Sheet | null} null if some line is no finite number
 */
function sheetOf(model, given, seed) {
  const numbers = seeded(model, given, seed);
  const values = startOf(model, numbers);
  runner(model, "right")(values);
  return values.every(Number.isFinite) ? { seed, numbers, values } : null;
}

/**
 * What a sheet is called; a network that was typed in may have no title.
 * @param {Model} model
 * @param {Record<string, number>} numbers the given ones
 */
function titleOf(model, numbers) {
  const title = model.name === "article" ? say("article") : model.title;
  const own = model.inputs.every((name) => numbers[name] === model.given[name]);
  return own || !title ? title : say("paper other", { title });
}

/** @param {Model} model @param {Record<string, number>} numbers */
function drawnTitle(model, numbers) {
  const title = titleOf(model, numbers);
  return title && `<h1>${escaped(title)}</h1>`;
}

/** @param {number | null} seed */
const sheetName = (seed) => (seed === null ? "" : say("paper sheet", { number: seed }));

/** What stands side by side. @param {string[]} texts */
const together = (...texts) => texts.filter(Boolean).join(say("comma"));

/**
 * The likeliest wrong answers for each number, as they are written, with what gives them.
 * @param {Model} model
 * @param {Record<string, number>} given
 * @param {number} digits
 * @returns {Record<string, Map<string, string>>}
 */
function wrongAnswers(model, given, digits) {
  const names = Object.keys(model.lines);
  const right = answers(model, runner(model, "right"), given, names);
  const found = Object.fromEntries(
    names.map((name) => [name, /** @type {Map<string, string>} */ (new Map())]),
  );
  for (const mistake of model.mistakes ?? []) {
    const made = madeBy(model, mistake, given);
    const gives = answers(model, made.run, made.given, names);
    const cause = mistake.says.replaceAll(" * ", " × ").replaceAll(" - ", " − ");
    const copied = mistake.given && names.find((name) => apart(gives(name), right(name)));
    for (const name of copied ? [copied] : Object.keys(mistake.lines)) {
      const text = significant(gives(name), digits);
      const known = found[name];
      if (
        known.size < WRONG &&
        Number.isFinite(gives(name)) &&
        text !== significant(right(name), digits) &&
        !known.has(text) &&
        ![...known.values()].includes(cause)
      )
        known.set(text, cause);
    }
  }
  return found;
}

/** A row of a formula. @param {string} left @param {string} right */
const paperRow = (left, right) => `<span>${left}</span><span>${right}</span>`;

/** A rule to write on. @param {"short" | "long"} size */
const rule = (size) => `<span class="open">${mathOf(mo("="))} <span class="rule ${size}"></span></span>`;

/**
 * Lines of a stage: those that are called alike are all as wide as the widest of them.
 * @param {Model} model
 * @param {string[]} names
 * @param {string} level
 * @param {(name: string) => string} spelled
 * @param {(name: string) => string} task
 */
function drawnTasks(model, names, level, spelled, task) {
  /** @param {string} name */
  const kind = (name) => name.replace(/\d+/g, "");
  /** @param {string} name */
  const size = (name) =>
    Math.max(
      written(model.lines[name], TEXT).length + 2, // letters are wider than digits
      written(model.lines[name], TEXT, (used) => (level && used in model.lines ? GAP : spelled(used))).length,
    );
  const broad = new Set(level === "formulas" ? [] : names.filter((name) => size(name) > WIDE).map(kind));
  return `<div class="tasks">${names
    .map((name) => `<div class="task${broad.has(kind(name)) ? " wide" : ""}">${task(name)}</div>`)
    .join("")}</div>`;
}

/**
 * A line of the calculation, with what a sheet leaves open, or solved.
 * @param {Model} model
 * @param {string} name
 * @param {string} level what the form has to choose, or "" for the key
 * @param {(name: string) => string} spelled
 * @param {Map<string, string>} [wrong]
 */
function drawnTask(model, name, level, spelled, wrong = new Map()) {
  const tree = model.lines[name];
  const open = (/** @type {string} */ used) => (level && used in model.lines ? GAP : spelled(used));
  const inNames = written(tree, MATH);
  const inNumbers = written(tree, PAPER, open);
  const rows = [];
  if (level === "formulas") rows.push(rule("long"));
  else {
    rows.push(mathOf(mo("=") + inNames));
    if (level === "numbers") rows.push(rule("long"));
    // of a number that is only copied, the result alone is open
    else if (inNumbers !== inNames && !(level && typeof tree === "string"))
      rows.push(mathOf(mo("=") + inNumbers));
    rows.push(level ? rule("short") : mathOf(mo("=") + written(name, MATH, spelled)));
  }
  const notes = [...wrong].map(
    ([text, cause]) => `<li>${escaped(say("paper wrong", { value: withMinus(text), cause }))}</li>`,
  );
  return `<div class="rows">${rows
    .map((row, n) => paperRow(n ? "" : mathOf(MATH.name(name)), row))
    .join("")}</div>${notes.length ? `<ul>${notes.join("")}</ul>` : ""}`;
}

/**
 * The network from left to right with its given numbers, and the names that stand in it; null if it is too large.
 * @param {Model} model
 * @param {(name: string) => string} spelled
 */
function drawnPaperNetwork(model, spelled) {
  const levels = unitNames(model);
  const most = Math.max(...levels.map((level) => level.length));
  if (most > TALL) return null;
  const step = Math.max(62, 15 * most);
  const far = 165;
  const named = new Set();
  /** How wide a label is. @param {string[]} names */
  const widest = (names) =>
    30 + 6.5 * Math.max(0, ...names.map((name) => `${called(name)} = ${spelled(name)}`.length));
  const left = widest(model.x);
  /** @param {string} name */
  const says = (name) => {
    named.add(name);
    return `${called(name)} = ${withMinus(spelled(name))}`;
  };
  /** @param {number} n @param {number} k */
  const spot = (n, k) => ({ x: left + n * far, y: 34 + step * (k + (most - levels[n].length) / 2) });
  /** @param {number} x @param {number} y @param {string} text @param {string} [anchor] */
  const label = (x, y, text, anchor = "middle") =>
    `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escaped(text)}</text>`;
  /** @type {string[]} */
  const wires = [];
  /** @type {string[]} */
  const texts = [];
  model.layers.forEach((layer, n) =>
    layer.weights.forEach((row, k) => {
      const b = spot(n + 1, k);
      row.forEach((name, j) => {
        const a = spot(n, j);
        // near the unit from which it comes, where no two labels meet
        const t = Math.min(0.3, 0.8 / layer.weights.length);
        wires.push(`<path d="M${a.x + 15} ${a.y}L${b.x - 15} ${b.y}"/>`);
        texts.push(label(a.x + 18 + 0.3 * (far - 30), a.y + t * (b.y - a.y) + 3.5, says(name)));
      });
      if (layer.biases) texts.push(label(b.x, b.y + 28, says(layer.biases[k])));
    }),
  );
  const units = levels.flatMap((level, n) =>
    level.map((unit, k) => {
      const { x, y } = spot(n, k);
      if (!n) texts.push(label(x - 19, y + 3.5, says(unit), "end"));
      if (n === levels.length - 1 && model.y[k])
        texts.push(label(x + 19, y + 3.5, says(model.y[k]), "start"));
      return `<circle cx="${x}" cy="${y}" r="15"/>${n ? label(x, y + 3.5, unit) : ""}`;
    }),
  );
  const width = left + far * (levels.length - 1) + widest(model.y);
  const height = 68 + step * (most - 1);
  return {
    named,
    svg: `<svg viewBox="0 0 ${width} ${height}" style="max-width:${width * 1.25}px" role="img" aria-label="${escaped(say("picture"))}">${wires.join("")}${units.join("")}${texts.join("")}</svg>`,
  };
}

/** A given number on paper: 1/3 has no more digits than fit beside its edge, and than the results need.
 * @param {number} value @param {number} digits */
function spelledGiven(value, digits) {
  const most = Math.max(6, digits + 2);
  return digitsIn(full(value)) > most ? significant(value, most) : full(value);
}

/**
 * A sheet, or its key.
 * @param {Model} model
 * @param {Sheet} sheet
 * @param {string} level what the form has to choose, or "" for the key
 * @param {number} digits
 */
function drawnSheet(model, { seed, numbers, values }, level, digits) {
  /** @param {string} name */
  const spelled = (name) =>
    name in model.lines
      ? significant(values[placeOf(model, name)], digits)
      : spelledGiven(numbers[name], digits);
  const picture = drawnPaperNetwork(model, spelled);
  const others = model.inputs.filter((name) => !picture?.named.has(name));
  const wrong = level ? {} : wrongAnswers(model, numbers, digits);
  const blank = '<span class="rule"></span>';
  const head = level
    ? `${say("paper name")} ${blank} ${say("paper date")} ${blank} ${sheetName(seed)}`
    : together(say("paper key"), sheetName(seed));
  const rules = level ? `${say("paper digits", { digits })} ${say("paper keep")}` : say("paper rounded");
  // to fill in a formula one has to know what a unit hands on, and what the loss is
  const defined = level
    ? `<p class="defined">${escaped(model.defined).replace(/e\^(−?\w)/g, "e<sup>$1</sup>")}</p>`
    : "";
  const stages = model.stages.map(
    ({ title, names }) =>
      `<h2>${escaped(title)}</h2>${drawnTasks(model, names, level, spelled, (name) => drawnTask(model, name, level, spelled, wrong[name]))}`,
  );
  return `${drawnTitle(model, numbers)}<p class="name">${head}</p><p>${escaped(rules)}</p>${
    picture?.svg ?? ""
  }<p class="given">${others.map((name) => mathOf(MATH.name(name) + mo("=") + written(name, MATH, spelled))).join(" ")}</p>${defined}${stages.join("")}`;
}

/**
 * A short key to many sheets: a row a sheet, a column a result, in as many tables as it takes.
 * @param {Model} model
 * @param {Sheet[]} sheets
 * @param {number} digits
 */
function drawnShortKey(model, sheets, digits) {
  const names = Object.keys(model.lines);
  const wide = 2 + Math.max(digits + 5, ...names.map((name) => called(name).length));
  const count = Math.ceil(names.length / Math.max(1, Math.floor(ACROSS / wide)));
  const size = Math.ceil(names.length / count);
  const tables = Array.from({ length: count }, (_, k) => {
    const some = names.slice(k * size, (k + 1) * size);
    const rows = sheets.map(({ seed, values }) => {
      /** @param {string} name */
      const spelled = (name) => significant(values[placeOf(model, name)], digits);
      return `<tr><th>${sheetName(seed)}</th>${some.map((name) => `<td>${mathOf(written(name, MATH, spelled))}</td>`).join("")}</tr>`;
    });
    return `<table><thead><tr><td></td>${some.map((name) => `<th>${escaped(called(name))}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
  });
  return `${drawnTitle(model, sheets[0].numbers)}<p class="name">${say("paper key")}</p><p>${escaped(say("paper rounded"))}</p>${tables.join("")}`;
}
