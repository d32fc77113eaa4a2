// Somebody's own numbers: which are wrong, which mistake gives them, and what follows from them.

/**
 * @typedef {object} Verdict
 * @property {Record<string, "right" | "rounded" | "wrong" | "follows" | "few" | "unread">} marks by name
 * @property {Record<string, number>} off by how many of its last digit a number is off that is almost right
 * @property {Fault[]} faults
 */

/**
 * A wrong number that follows from no other one.
 * @typedef {object} Fault
 * @property {string} name
 * @property {number} right what is right there
 * @property {Mistake | null} cause
 * @property {Mistake[]} rivals other mistakes that give as much
 * @property {(name: string) => number} gives what the cause gives
 * @property {string} other the name whose number it is, if it is the number of another
 * @property {string[]} explained the wrong ones that the cause gives too
 * @property {string[]} follows the wrong ones that follow from it
 */

/** The names of the boxes, in the order of the calculation; losses of later passes last.
 * @param {Model} model
 * @param {Record<string, string>} typed */
function inOrder(model, typed) {
  /** @param {string} name */
  const place = (name) => {
    const [bare, pass] = name.split("@");
    return Number(pass ?? 0) * model.names.length + placeOf(model, bare);
  };
  return Object.keys(typed).sort((a, b) => place(a) - place(b));
}

/**
 * A function that gives the number of a box: of pass 1, or the loss of a later one.
 * @param {Model} model
 * @param {Runner} run
 * @param {Record<string, number>} given
 * @param {string[]} names
 * @returns {(name: string) => number}
 */
function answers(model, run, given, names) {
  const last = Math.max(1, ...names.map((name) => Number(name.split("@")[1] ?? 1)));
  const { at, watched } = follow(model, run, given, 1, last);
  return (name) => {
    const [bare, pass] = name.split("@");
    return pass === undefined ? (at?.[placeOf(model, bare)] ?? NaN) : (watched[Number(pass) - 1] ?? NaN);
  };
}

/** What has been compiled once is kept. @type {WeakMap<Mistake, Runner>} */
const MADE = new WeakMap();

/** A mistake as a runner. @param {Model} model @param {Mistake} mistake @param {Record<string, number>} given */
function madeBy(model, mistake, given) {
  const run = MADE.get(mistake) ?? compile(model, mistake.lines);
  MADE.set(mistake, run);
  if (!mistake.given) return { run, given };
  const copied = Object.entries(mistake.given);
  const values = several(
    model,
    copied.map(([, tree]) => tree),
  )(startOf(model, given));
  return { run, given: { ...given, ...Object.fromEntries(copied.map(([name], n) => [name, values[n]])) } };
}

/** In how many lines or numbers a mistake is made. @param {Mistake} mistake */
const sizeOf = ({ lines, given }) => Object.keys({ ...lines, ...given }).length;

/** Whether a mistake says no more than another one: the same in more lines, or in nearly the same words.
 * @param {Mistake} mistake @param {Mistake} other */
function repeats(mistake, other) {
  const names = Object.keys(other.lines);
  const same = names.every(
    (name) => JSON.stringify(mistake.lines[name]) === JSON.stringify(other.lines[name]),
  );
  return (names.length && same) || mistake.says.includes(other.says) || other.says.includes(mistake.says);
}

/** A wrong number may be wider of what its line gives only if the rounding of others allows this share of it. */
const NARROW = 0.05;
/** Of more wrong numbers no mistake is looked for. */
const CAUSES = 5;

/**
 * What each line gives from somebody's own numbers, where there are some, and by how much it may differ because
 * these are rounded, and so may be those that are not shown.
 * @param {Model} model
 * @param {Record<string, number>} given
 * @param {Record<string, number>} pins the own numbers
 * @param {Record<string, number>} slack how much each of them may be off
 * @param {number} digits those that the others are rounded to
 */
function fromOwn(model, given, pins, slack, digits) {
  const lines = Object.entries(model.lines).map(
    ([name, tree]) => /** @type {const} */ ([name, placeOf(model, name), compiledLine(model, tree)]),
  );
  /** @param {string} [moved] */
  const chain = (moved) => {
    const values = startOf(model, given);
    const found = values.slice();
    for (const [name, n, line] of lines) {
      found[n] = line(values);
      values[n] = pins[name] ?? found[n];
      if (name === moved) values[n] += slack[name] ?? 10 ** (leading(values[n]) - digits) / 2;
    }
    return found;
  };
  /** The place above that of the first digit. @param {number} value */
  const leading = (value) => Math.floor(Math.log10(Math.abs(value))) + 1;
  const at = chain();
  const moved = Object.keys(model.lines).map(chain);
  /** @param {string} name */
  return (name) => {
    const n = placeOf(model, name);
    return { value: at[n], slack: moved.reduce((sum, other) => sum + Math.abs(other[n] - at[n]), 0) };
  };
}

/** By how many of its last digit a number is off that is almost right, or 0.
 * @param {string} text @param {number} right */
function almost(text, right) {
  const place = lastPlace(text);
  const off = Math.abs(Math.round(readNumber(text) / place) - Math.round(right / place));
  const digits = digitsIn(text);
  return off <= (digits < 3 ? 0 : digits < 5 ? 1 : 3) ? off : 0;
}

/** Whether a number that fits has no digit of the right one: 0 for 0.0519, 1 for 0.727.
 * @param {string} text @param {number} right */
const tellsNothing = (text, right) => lastPlace(text) > Math.abs(right) && apart(readNumber(text), right);

/**
 * Judges somebody's own numbers: each is right, or right from the own ones before it, or follows from a wrong one,
 * or is wrong itself.
 * @param {Model} model
 * @param {Record<string, number>} given
 * @param {Record<string, string>} typed
 * @returns {Verdict}
 */
function judged(model, given, typed) {
  const names = inOrder(model, typed);
  const right = answers(model, runner(model, "right"), given, names);
  /** @type {Verdict} */
  const verdict = { marks: {}, off: {}, faults: [] };
  const { marks, off, faults } = verdict;
  for (const name of names) {
    const isRead = !Number.isNaN(readNumber(typed[name]));
    const isRight = isWritten(typed[name], right(name));
    marks[name] = !isRead
      ? "unread"
      : !isRight
        ? "wrong"
        : tellsNothing(typed[name], right(name))
          ? "few"
          : "right";
  }
  const read = names.filter((name) => marks[name] !== "unread" && marks[name] !== "few");
  const own = read.filter((name) => name in model.lines);
  const pins = Object.fromEntries(own.map((name) => [name, readNumber(typed[name])]));
  const slack = Object.fromEntries(
    own.map((name) => {
      const cut = marks[name] === "right" ? Math.abs(pins[name] - right(name)) : 0;
      return [name, Math.max(lastPlace(typed[name]) / 2, cut)];
    }),
  );
  const digits = Math.max(...own.map((name) => digitsIn(typed[name])));
  const line = fromOwn(model, given, pins, slack, digits);
  const cause = searcher(model, given, typed, read, right);

  /** The wrong number that each number goes back to. @type {Map<string, Fault | undefined>} */
  const sources = new Map(own.map((name) => [name, undefined]));
  /** @param {string} name @returns {Fault | undefined} */
  const source = (name) => {
    if (!sources.has(name)) sources.set(name, sourceOf(name));
    return sources.get(name);
  };
  /** @param {string} name */
  const sourceOf = (name) =>
    namesIn(model.lines[name] ?? 0)
      .map(source)
      .find(Boolean);
  /** @type {Map<Fault, (name: string) => number>} */
  const taken = new Map();

  for (const name of read) {
    if (marks[name] === "right") continue;
    const text = typed[name];
    const from = name in model.lines ? line(name) : { value: NaN, slack: 0 };
    const near = Math.abs(readNumber(text) - from.value) <= from.slack + lastPlace(text) * 0.501;
    const tells = isWritten(text, from.value) || (near && from.slack <= NARROW * Math.abs(from.value));
    const before = tells
      ? sourceOf(name)
      : faults.find(
          (fault) => fault.explained.includes(name) || isWritten(text, taken.get(fault)?.(name) ?? NaN),
        );
    const few = before ? 0 : almost(text, right(name));
    if (few) off[name] = few;
    if (before || tells || few) {
      marks[name] = before ? "follows" : "rounded";
      before?.follows.push(name);
      sources.set(name, before);
      continue;
    }
    const found = cause(name, pins, marks, faults.length < CAUSES);
    if (near && !found.cause && !found.other) {
      marks[name] = "rounded"; // the own numbers are too rough to tell
      continue;
    }
    /** @type {Fault} */
    const fault = { ...found, name, right: right(name), follows: [] };
    faults.push(fault);
    sources.set(name, fault);
    for (const each of Object.keys(off).filter((one) => fault.explained.includes(one))) {
      delete off[each]; // what the cause gives is not only rounded
      marks[each] = "follows";
      fault.follows.push(each);
    }
    if (name in pins) taken.set(fault, answers(model, compile(model, { [name]: pins[name] }), given, names));
  }
  return verdict;
}

/**
 * A function that looks for the mistake that gives a wrong number.
 * @param {Model} model
 * @param {Record<string, number>} given
 * @param {Record<string, string>} typed
 * @param {string[]} names
 * @param {(name: string) => number} right
 */
function searcher(model, given, typed, names, right) {
  /** @type {Map<Mistake, ReturnType<typeof answers>>} */
  const whole = new Map();
  /** @param {Mistake} mistake */
  const gives = (mistake) => {
    const made = madeBy(model, mistake, given);
    const found = whole.get(mistake) ?? answers(model, made.run, made.given, names);
    whole.set(mistake, found);
    return found;
  };
  /**
   * What a mistake gives where the own numbers before it are taken.
   * @param {Mistake} mistake @param {Record<string, number>} pins
   */
  const givesFrom = (mistake, pins) => {
    const made = madeBy(model, mistake, given);
    return answers(model, compile(model, { ...mistake.lines, ...pins }), made.given, []);
  };

  /**
   * @param {string} name
   * @param {Record<string, number>} pins
   * @param {Verdict["marks"]} marks
   * @param {boolean} thorough
   */
  return (name, pins, marks, thorough) => {
    const at = names.indexOf(name);
    const before = names.slice(0, at);
    const wrong = names.filter((each) => marks[each] !== "right");
    const known = before.filter((each) => marks[each] === "right");
    const own = Object.fromEntries(before.filter((each) => each in pins).map((each) => [each, pins[each]]));
    /** @param {string} each @param {number} value */
    const is = (each, value) => isWritten(typed[each], value);
    /** @type {{ mistake: Mistake, value: number, score: number, explained: string[], gives: Fault["gives"] }[]} */
    let best = [];
    for (const mistake of (thorough && model.mistakes) || []) {
      const all = gives(mistake);
      if (!apart(all(name), right(name))) continue;
      // what is right speaks against a mistake that would change it
      const against = (/** @type {string} */ each) =>
        !is(each, all(each)) || (each in mistake.lines && apart(all(each), right(each)));
      if (known.some(against)) continue;
      const some = before.length && name in model.lines ? givesFrom(mistake, own) : all;
      const good = [all, some].find((each) => is(name, each(name)));
      if (!good) continue;
      const hits = [...known, ...names.slice(at)];
      const score = hits.filter((each) => is(each, all(each)) || is(each, some(each))).length;
      const explained = wrong.filter((each) => is(each, all(each)) || is(each, some(each)));
      if (score > (best[0]?.score ?? 0)) best = [];
      if (score >= (best[0]?.score ?? 0))
        best.push({ mistake, value: good(name), score, explained, gives: good });
    }
    // of those that give the same number, the one in the fewest lines is the plainest
    const same = best.filter(({ value }) => !apart(value, best[0].value));
    const first = same.sort((a, b) => sizeOf(a.mistake) - sizeOf(b.mistake))[0];
    return {
      cause: first?.mistake ?? null,
      rivals: best.map(({ mistake }) => mistake).filter((mistake) => !repeats(mistake, first.mistake)),
      gives: first?.gives ?? right,
      explained: first?.explained ?? [],
      other:
        (!first &&
          name in model.lines &&
          model.names.find((each) => each !== name && is(name, right(each)))) ||
        "",
    };
  };
}
