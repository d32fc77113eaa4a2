// What the form writes: a network file, and an address that holds all of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";

const context = createContext({});
for (const file of ["../../playground/numbers.js", "../network.js"])
  runInContext(readFileSync(new URL(file, import.meta.url), "utf8"), context);
const run = (text, values = {}) => runInContext(text, Object.assign(context, values));
const plain = (value) => JSON.parse(JSON.stringify(value));

const given = {
  ...plain(run("first()")),
  units: [2, 2, 1],
  activations: ["relu", "sigmoid"],
  biases: "each",
  numbers: {
    ...{ x1: "0,05", x2: " .1", t1: "1e-2" },
    ...{ w1_1_1: "0.15", w1_1_2: "−0.2", w1_2_1: "0.25", w1_2_2: "0.30", b1_1: "1.", b1_2: "0" },
    ...{ w2_1_1: "0.4", w2_1_2: "0.45", b2_1: "-0.6" },
  },
};

test("a form whose fields have numbers is a network file", () => {
  const file = run("networkFile(given)", { given });
  for (const line of [
    "inputs = [0.05, 0.1]",
    "targets = [0.01]",
    "weights = [[0.15, -0.2], [0.25, 0.3]]",
    "bias = [1, 0]",
    'activation = "relu"',
    "weights = [[0.4, 0.45]]",
    "bias = [-0.6]",
    "rate = 0.5",
  ])
    assert.ok(file.split("\n").includes(line), line);
});

test("one bias of a layer is shared, and outputs that are only added up have no targets", () => {
  const file = run("networkFile(given)", { given: { ...given, biases: "layer", loss: "output" } });
  assert.match(file, /\nbias = 1\n/);
  assert.match(file, /\nbiases = "shared"\n/);
  assert.doesNotMatch(file, /targets/);
});

test("a field without a number is found", () => {
  assert.equal(run("odd(given)", { given }), undefined);
  assert.equal(
    run("odd(given)", { given: { ...given, numbers: { ...given.numbers, w2_1_2: "a" } } }),
    "w2_1_2",
  );
  assert.equal(run("odd(given)", { given: { ...given, rate: "" } }), "rate");
  for (const text of ["", "1/0", "1.2.3", "0x1f", "1e999", "one"])
    assert.equal(run("spelled(text)", { text }), "");
});

test("a number is read as the playground reads it", () => {
  const cases = {
    "1/4": "0.25",
    "½": "0.5",
    "０．５": "0.5",
    "−0,5": "-0.5",
    "2·10⁻³": "0.002",
    "w1 = 0.3": "0.3",
  };
  for (const [text, value] of Object.entries(cases)) assert.equal(run("spelled(text)", { text }), value);
});

test("units are two to six numbers from 1 to 9", () => {
  for (const text of ["3-2-1", " 3 2 1", "3–2–1", "3,2,1", "3x2x1", "３，２，１", "3、2、1"])
    assert.deepEqual(plain(run("unitsIn(text)", { text })), [3, 2, 1]);
  for (const text of ["3", "3-0", "10-2", "a-b", "", "1-1-1-1-1-1-1"])
    assert.equal(run("unitsIn(text)", { text }), null);
});

test("an address holds the whole form, and the whole text", () => {
  const mine = "lost = 0.1; 50 % of it\nα = ∂ & #2";
  const there = (given) => plain(run("givenIn('#own=' + addressOf(given))", { given: { ...given, mine } }));
  const form = there(given);
  assert.equal(run("networkFile(form)", { form }), run("networkFile(given)", { given }));
  assert.equal(form.mine, mine);
  const text = "[[layer]]\nweights = [[1, 2]]; # mine: 1,5";
  assert.equal(there({ ...given, how: "text", text, kind: "numbers" }).text, text);
});

test("an address of another version, or of nothing, is none", () => {
  for (const hash of ["", "#own=2;how:text", "#what-it-does-with-it"])
    assert.equal(run("givenIn(hash)", { hash }), null);
});

test("what has no number is filled in, and what has one stays", () => {
  const filled = plain(run("filledIn(given, () => 0.25)", { given: { ...given, units: [2, 3, 1] } }));
  assert.equal(filled.numbers.w1_1_1, "0.15");
  assert.equal(filled.numbers.w1_3_1, "0.26");
  assert.equal(run("odd(filled)", { filled }), undefined);
});

test("targets that are drawn are such as the loss takes", () => {
  const drawn = (loss) => {
    const other = { ...plain(run("first()")), loss, units: [2, 3] };
    const { numbers } = plain(run("filledIn(other, Math.random)", { other }));
    return ["t1", "t2", "t3"].map((field) => Number(numbers[field]));
  };
  for (let tries = 0; tries < 50; tries++) {
    assert.deepEqual(drawn("cross_entropy").sort(), [0, 0, 1]);
    assert.ok(drawn("binary_cross_entropy").every((target) => target === 0 || target === 1));
  }
});
