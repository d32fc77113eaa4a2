// Numbers: read as people write them, and written as the book writes them.

/** A given number may be as large as this. */
const LIMIT = 1e50;

const NUMBER = /\d+(?:[.,]\d*)?(?:e[-+]?\d+)?|[.,]\d+(?:e[-+]?\d+)?/iy;

/**
 * What somebody wrote, with one sign for each thing, and no more than the number: w5 = 2.17×10⁻³. is 2.17*10^-3.
 * @param {string} text
 */
const bare = (text) =>
  text
    .replace(/[½¼¾]/g, " $&") // 2½ is not 21/2
    .replace(/[⁺⁻]?[⁰¹²³⁴-⁹]+/g, "^$&")
    .normalize("NFKC") // small figures, and wide ones
    .replace(/^.*[=≈~∼≃≅约]|^[^\d:]*[^\W\d][^:]*:|[.,;。!]\s*$/g, "")
    .replace(/[−–—]/g, "-")
    .replace(/[×·⋅∙•]|x(?=\s*10)/gi, "*")
    .replace(/[÷:⁄]/g, "/")
    .replace(/\*\*/g, "^")
    .replace(/\s+/g, " ")
    .trim();

/**
 * Reads a number: 0.5, 0,5, −3, 2e-3, 1/3, 2 × 10^-3, or NaN if it is none.
 * @param {string} text
 * @returns {number}
 */
function readNumber(text) {
  const plain = bare(text);
  if (plain.length > 200 || /\d \d/.test(plain)) return NaN;
  let at = 0;
  let deep = 0;
  const next = () => (plain[at] === " " ? plain[++at] : plain[at]);
  /** @param {string} signs */
  const takes = (signs) => {
    const sign = next();
    if (sign === undefined || !signs.includes(sign)) return "";
    at++;
    return sign;
  };
  /** @returns {number} */
  const sum = () => {
    let value = product();
    for (let sign = takes("+-"); sign; sign = takes("+-")) {
      const other = product();
      value = sign === "+" ? value + other : value - other;
    }
    return value;
  };
  const product = () => {
    let value = signed();
    for (let sign = takes("*/"); sign; sign = takes("*/")) {
      const other = signed();
      value = sign === "*" ? value * other : value / other;
    }
    return value;
  };
  /** @returns {number} */
  const signed = () => {
    if (++deep > 50) return NaN;
    const sign = takes("+-");
    const value = sign ? signed() : power();
    deep--;
    return sign === "-" ? -value : value;
  };
  const power = () => {
    const base = atom();
    return takes("^") ? base ** signed() : base;
  };
  const atom = () => {
    if (takes("(")) {
      const value = sum();
      return takes(")") ? value : NaN;
    }
    next();
    NUMBER.lastIndex = at;
    const found = NUMBER.exec(plain);
    if (!found) return NaN;
    at = NUMBER.lastIndex;
    return Number(found[0].replace(",", "."));
  };
  const value = sum() + 0;
  return next() === undefined && Math.abs(value) <= LIMIT ? value : NaN;
}

/** Whether what is being typed may become a number with more signs: "", "-", "1/", "2e-".
 * @param {string} text */
function isUnfinished(text) {
  return /^\s*$|[-+−–*×·/÷^(,.e]\s*$/i.test(text) || text.split("(").length > text.split(")").length;
}

/** Spells an exponent as Python does: e-07.
 * @param {string} text */
const likePython = (text) => text.replace(/e([+-])(\d)$/, "e$10$2");

/** A result as the book writes it, with six decimals; from 1e7 on the last digit may differ.
 * @param {number} value */
function fixed(value) {
  const size = Math.abs(value);
  if (size && !(size >= 1e-6 && size < 1e9)) return likePython(value.toExponential(5));
  // one more digit, so that what is exactly half way goes up, as on paper
  return (size < 1e7 ? Number(`${value.toPrecision(14)}1`) : value).toFixed(6);
}

/** A given number: a result without the zeros at its end.
 * @param {number} value */
const short = (value) =>
  fixed(value)
    .replace(/(\.\d*?)0+(?=e|$)/, "$1")
    .replace(/\.(?=e|$)/, "");

/** A result where there is little room.
 * @param {number} value */
function brief(value) {
  const size = Math.abs(value);
  if (!size || (size >= 1e-6 && size < 10)) return fixed(value);
  return size >= 1 && size < 1e7 ? value.toPrecision(7) : likePython(value.toExponential(2));
}

/** A number in all its digits, as Python writes it.
 * @param {number} value */
function full(value) {
  const text = value.toExponential();
  const size = Number(text.split("e")[1]);
  return value && (size < -4 || size >= 16) ? likePython(text) : String(value);
}

/** With so many digits that count, as on a sheet.
 * @param {number} value
 * @param {number} digits */
function significant(value, digits) {
  if (!value) return "0";
  // one more digit, so that what is exactly half way goes up, as on paper
  const rounded = Number(value.toExponential(13).replace("e", "1e")).toExponential(digits - 1);
  const size = Number(rounded.split("e")[1]);
  if (size < -6 || size >= Math.max(digits, 9)) return likePython(rounded);
  return Number(rounded).toFixed(Math.max(0, digits - 1 - size));
}

/** With a true minus sign.
 * @param {string} text */
const withMinus = (text) => text.replace(/^-/, "−");

/** A result as a page shows it.
 * @param {number} value */
const shown = (value) => withMinus(fixed(value));

/** Whether two numbers differ by more than the last bits of a float.
 * @param {number} a
 * @param {number} b
 * @param {number} [size] what the difference is measured by */
const apart = (a, b, size = Math.max(Math.abs(a), Math.abs(b))) => Math.abs(a - b) > 1e-12 * size;

/** The unit of the last digit that somebody wrote: 0.001 of 0,052, and 1e-9 of 2.5e-8.
 * @param {string} text */
function lastPlace(text) {
  const found = /^[-+]?\s*\d*(?:[.,](\d*))?\s*(?:(?:e|\*\s*10\s*\^)\s*\(?([-+]?\d+)\)?)?$/i.exec(bare(text));
  return found ? 10 ** (Number(found[2] ?? 0) - (found[1] ?? "").length) : 0;
}

/** Whether digits that somebody wrote are those of a value, rounded or cut off.
 * @param {string} text
 * @param {number} value */
function isWritten(text, value) {
  const typed = readNumber(text);
  const place = lastPlace(text);
  if (!place) return !apart(typed, value);
  const off = Math.abs(typed - value);
  const slack = 1e-9 * place + 1e-15 * Math.abs(value);
  if (off <= place / 2 + slack) return true;
  return typed * value >= 0 && Math.abs(typed) <= Math.abs(value) && off < place - slack;
}

/** How many digits that count somebody wrote: 2 in 0.0012.
 * @param {string} text */
const digitsIn = (text) =>
  bare(text)
    .replace(/[e*].*$/i, "")
    .replace(/\D/g, "")
    .replace(/^0+/, "").length;

/** A step that suits a number: a tenth of its leading digit's place.
 * @param {number} value */
function stepFor(value) {
  const size = Math.abs(value);
  return size < 1e-6 ? 0.1 : 10 ** Math.min(6, Math.max(-6, Math.floor(Math.log10(size) + 1e-9) - 1));
}

/** Random numbers from a seed, the same in every browser and in `bplit explain --seed`: mulberry32.
 * @param {number} seed
 * @returns {() => number} */
function randomFrom(seed) {
  let a = seed | 0;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
