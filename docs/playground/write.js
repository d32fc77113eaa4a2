// Formulas: a tree, written as text, as Python, or as mathematics, in names or in numbers.

/**
 * A tree: a name, a number, or an operator or function with what it is applied to.
 * @typedef {string | number | [string, ...Tree[]]} Tree
 */

/**
 * How a language writes what differs from one to the next; a number is given without its sign.
 * @typedef {object} Style
 * @property {string} minus
 * @property {string} plus
 * @property {string} times
 * @property {boolean} fractions whether a quotient holds what is above and below together
 * @property {(name: string) => string} name
 * @property {(spelled: string) => string} number
 * @property {(text: string) => string} brackets
 * @property {(above: string, below: string) => string} over
 * @property {(base: string, exponent: string) => string} power
 * @property {(name: string, argument: string) => string} call
 */

const SUM = 0;
const PRODUCT = 1;
const FRACTION = 2;
const POWER = 3;
const ATOM = 4;

/** Names that are written by a sign of their own; the book's build sets them. @type {Record<string, string>} */
const SIGNS = {};

/** @param {string} name */
const called = (name) => SIGNS[name] ?? name;

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** @type {Style} */
const TEXT = {
  minus: "−",
  plus: " + ",
  times: " × ",
  fractions: false,
  name: called,
  number: (spelled) => spelled,
  brackets: (text) => `(${text})`,
  over: (above, below) => `${above} / ${below}`,
  power: (base, exponent) =>
    /^-?\d+$/.test(exponent)
      ? base + exponent.replace(/./g, (digit) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(digit)])
      : `${base}^(${exponent})`,
  call: (name, argument) => (name === "abs" ? `|${argument}|` : `${called(name)}(${argument})`),
};

/** @type {Style} */
const PYTHON = {
  ...TEXT,
  minus: "-",
  times: " * ",
  name: (name) => name,
  power: (base, exponent) => `${base} ** ${exponent}`,
  call: (name, argument) => `${name}(${argument})`,
};

/** A sign. @param {string} sign */
const mo = (sign) => `<mo>${sign}</mo>`;

/** Where a formula may go on in the next row, if it is not inside a fraction or a power. */
const BREAK = "\u200b";

/** A sign between two sides. @param {string} sign */
const between = (sign) => `${BREAK}<mo form="infix">${sign}</mo>`;

/** @type {Style} */
const MATH = {
  minus: `<mo form="prefix">−</mo>`,
  plus: between("+"),
  times: between("×"),
  fractions: true,
  name: (name) => {
    const [above, below] = name.startsWith("∂") ? name.split("/") : [];
    return below
      ? MATH.over(`<mrow>${MATH.name(above)}</mrow>`, `<mrow>${MATH.name(below)}</mrow>`)
      : name.startsWith("∂")
        ? `<mi mathvariant="normal">∂</mi>${MATH.name(name.slice(1))}`
        : `<mtext>${escaped(called(name))}</mtext>`;
  },
  number: (spelled) => {
    const [digits, size] = spelled.split("e");
    return size === undefined
      ? `<mn>${digits}</mn>`
      : `<mn>${digits}</mn>${mo("×")}<msup><mn>10</mn><mn>${withMinus(String(Number(size)))}</mn></msup>`;
  },
  brackets: (text) => `<mo form="prefix">(</mo>${text}<mo form="postfix">)</mo>`,
  over: (above, below) => `<mfrac><mrow>${above}</mrow><mrow>${below}</mrow></mfrac>`,
  power: (base, exponent) => `<msup><mrow>${base}</mrow><mn>${withMinus(exponent)}</mn></msup>`,
  call: (name, argument) =>
    name === "exp"
      ? `<msup><mi>e</mi><mrow>${argument}</mrow></msup>`
      : name === "sqrt"
        ? `<msqrt>${argument}</msqrt>`
        : name === "abs"
          ? `<mo form="prefix">|</mo>${argument}<mo form="postfix">|</mo>`
          : `<mi mathvariant="normal">${called(name)}</mi><mo form="prefix">(</mo>${argument}<mo form="postfix">)</mo>`,
};

/**
 * Writes a tree, with numbers in Python's spelling in place of the names that have one.
 * @param {Tree} tree
 * @param {Style} style
 * @param {(name: string) => string | undefined} [spelled]
 * @returns {string}
 */
function written(tree, style, spelled = () => undefined) {
  /** @param {string} text @param {number} least @param {boolean} first */
  const numeral = (text, least, first) => {
    const value = style.number(text.replace(/^-/, ""));
    if (text.startsWith("-")) {
      const negative = style.minus + value;
      return first && least <= PRODUCT ? negative : style.brackets(negative);
    }
    const tight = !text.includes("e") ? ATOM : style.fractions ? PRODUCT : POWER;
    return least > tight ? style.brackets(value) : value;
  };
  /** @param {Tree} part */
  const isQuotient = (part) => {
    while (Array.isArray(part) && part[0] === "-" && part.length === 2) part = part[1];
    return Array.isArray(part) && part[0] === "/";
  };
  /** @param {Tree} part @param {number} least @param {boolean} first @returns {string} */
  const put = (part, least, first) => {
    if (typeof part === "number") return numeral(full(part), least, first);
    if (typeof part === "string") {
      const number = spelled(part);
      return number === undefined ? style.name(part) : numeral(number, least, first);
    }
    const [sign, left, right] = part;
    if (sign === "-" && right === undefined) {
      const text = style.minus + put(left, PRODUCT, false);
      return first && least <= PRODUCT ? text : style.brackets(text);
    }
    let text;
    let tight = POWER;
    if (right === undefined) text = style.call(sign, put(left, SUM, true));
    else if (sign === "**") {
      const number = typeof right === "number" ? full(right) : put(right, ATOM, true);
      text = style.power(put(left, ATOM, true), number);
    } else if (sign === "/" && style.fractions) {
      tight = FRACTION;
      text = style.over(put(left, SUM, true), put(right, SUM, true));
    } else {
      tight = sign === "+" || sign === "-" ? SUM : PRODUCT;
      // a quotient gets brackets before it is multiplied
      const inside = tight === PRODUCT && !style.fractions && isQuotient(left) ? FRACTION : tight;
      const one = put(left, inside, first || tight < least);
      const other = put(right, tight + 1, false);
      const minus = style.fractions ? between("−") : ` ${style.minus} `;
      const joint = sign === "*" ? style.times : sign === "+" ? style.plus : minus;
      text = sign === "/" ? style.over(one, other) : one + joint + other;
    }
    return tight < least ? style.brackets(text) : text;
  };
  return put(tree, SUM, true);
}

/**
 * A formula to look at, in pieces between which a row may end: before the sign of a sum, and inside a term,
 * a product or what stands in brackets, only if it is wider than a row.
 * @param {string} inside
 */
function mathOf(inside) {
  let rest = "";
  let depth = 0;
  /** @type {string[][]} */
  const terms = [[]];
  for (const piece of inside.split(BREAK)) {
    rest += piece;
    const open = (rest.match(/<m(frac|row|sup|sqrt)>/g) ?? []).length;
    const closed = (rest.match(/<\/m(frac|row|sup|sqrt)>/g) ?? []).length;
    if (open > closed) continue;
    if (!depth && /^<mo form="infix">[+−=]/.test(rest)) terms.push([]);
    terms[terms.length - 1].push(`<math>${rest}</math>`);
    depth += rest.split(">(<").length - rest.split(">)<").length;
    rest = "";
  }
  const drawn = terms.map((pieces) => pieces.join("<wbr>"));
  return drawn.length < 2 ? drawn[0] : drawn.map((term) => `<span class="term">${term}</span>`).join("<wbr>");
}

/** The names in a tree, each once, in reading order.
 * @param {Tree} tree
 * @returns {string[]} */
function namesIn(tree) {
  if (typeof tree === "string") return [tree];
  return Array.isArray(tree) ? [...new Set(tree.slice(1).flatMap(namesIn))] : [];
}
