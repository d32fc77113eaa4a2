// What touches no page: numbers, formulas, the state and its history, addresses, verdicts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";

const context = createContext({});
for (const name of ["numbers", "write", "model", "state", "address", "picture", "browse", "check", "lookup"])
  runInContext(readFileSync(new URL(`../${name}.js`, import.meta.url), "utf8"), context);
const run = (text, values = {}) => runInContext(text, Object.assign(context, values));
const plain = (value) => JSON.parse(JSON.stringify(value));

// y = (a − b)², whose partial by a is 2 × (a − b); one step by the rate
const model = run("makeModel(data)", {
  data: {
    name: "small",
    title: "",
    url: "",
    given: { a: 3, b: 1, rate: 0.25 },
    lines: {
      net: ["-", "a", "b"],
      y: ["**", "net", 2],
      slope: ["*", 2, "net"],
      next: ["-", "a", ["*", "rate", "slope"]],
    },
    slopes: { net: { a: 1, b: -1 }, y: { net: ["*", 2, "net"] } },
    variants: {},
    stages: [],
    means: { slope: "a" },
    updates: { a: "next" },
    rate: "rate",
    loss: "y",
    errors: [],
    x: [],
    y: [],
    layers: [],
    trained: ["a"],
    simultaneous: true,
    printed: [],
    file: "",
  },
});
context.model = model;

test("numbers are read as people write them", () => {
  const cases = {
    "0,5": 0.5,
    "−3": -3,
    "1/3": 1 / 3,
    "2 × 10^-3": 0.002,
    "-(2+3)*4": -20,
    "2e-3": 0.002,
    ".5": 0.5,
    "w5 = 0.98545": 0.98545,
    "∂lost/∂w5 = −0.0291": -0.0291,
    "update w5: 0,98545": 0.98545,
    "≈0.985": 0.985,
    "=0.0291": 0.0291,
    "0.0291.": 0.0291,
    "2 x 10^-3": 0.002,
    "2·10⁻³": 0.002,
    "2*10^(-3)": 0.002,
    "０．５": 0.5,
    "½": 0.5,
    "1:4": 0.25,
  };
  for (const [text, value] of Object.entries(cases))
    assert.equal(run("readNumber(text)", { text }), value, text);
  for (const text of [
    "",
    "x",
    "1 2",
    "--",
    "1e51",
    "(1",
    "1/0",
    "alert(1)",
    "1,2,3",
    "(".repeat(150),
    "2½",
    "w5 =",
    "w5",
  ])
    assert.ok(Number.isNaN(run("readNumber(text)", { text })), text);
});

test("digits fit rounded and cut off, and no other", () => {
  const fits = (text, value) => run("isWritten(text, value)", { text, value });
  assert.ok(fits("0.0519", 0.0518956) && fits("0.0518", 0.0518956) && fits("−2,11e-2", -0.021134));
  assert.ok(
    fits("E = 2.11·10⁻², ", 0.0211499) && !fits("2.11x10^-2", 0.0212001) && fits("≈0.05190.", 0.0518956),
  );
  assert.ok(!fits("0.0517", 0.0518956) && !fits("0.0520", 0.0518956) && !fits("0.021134", -0.021134));
});

test("a formula has the brackets that it needs", () => {
  const written = (tree, style = "TEXT") =>
    run(`written(tree, ${style}, spelled)`, { tree, spelled: () => undefined });
  assert.equal(written(["*", ["-", "a", "b"], ["-", "c"]]), "(a − b) × (−c)");
  assert.equal(written(["/", "a", ["/", "b", "c"]]), "a / (b / c)");
  assert.equal(written(["**", ["-", 1, "a"], 2]), "(1 − a)²");
  assert.equal(written(["-", ["**", "a", 2]], "PYTHON"), "-a ** 2");
});

test("a pass, its slopes and the sweep", () => {
  const { watched, at } = run("follow(model, runner(model, 'right'), model.given, 1, 3, 'y')");
  // by hand: 3 − 0.25 × 4 = 2, then 2 − 0.25 × 2 = 1.5
  assert.deepEqual(plain(watched), [4, 1, 0.25]);
  context.at = at;
  assert.equal(run("sweep(model, localSlopes(model, at)).get('a')"), 4);
  assert.deepEqual(plain(run("pathsFrom(model, 'a')")), [["a", "net", "y"]]);
});

test("every action can be taken back, and what only looks is no step", () => {
  const history = run(`
    let h = { past: [], now: firstState("small", model.given), next: [], kind: "" };
    h = changed(h, { type: "set", given: { a: 5 } }, "slide");
    h = changed(h, { type: "set", given: { a: 6 } }, "slide");
    h = changed(h, { type: "focus", name: "y" });
    h = changed(h, { type: "pass", to: 7 });
    h;
  `);
  assert.equal(history.past.length, 2);
  const once = run("undone(h)");
  assert.deepEqual([once.now.pass, once.now.given.a], [1, 6]);
  const twice = run("undone(undone(h))");
  assert.equal(twice.now.given.a, 3);
  assert.equal(run("redone(redone(undone(undone(h)))).now.pass"), 7);
  assert.equal(run("undone(undone(undone(h))).now.given.a"), 3);
});

test("an address says all of a state, and what it cannot say is told", () => {
  const text = run(
    `spelledState({ ...firstState("small", { a: 0.1, b: -2e-9, rate: 0.5 }), pass: 3, typed: { y: "0,5" } }, model)`,
  );
  context.asked = run("askedFor(search)", { search: `?x=1&desk=${text}` });
  const { state, refused } = run("stateFrom(asked.asked, model)");
  assert.deepEqual(plain(state.given), { a: 0.1, b: -2e-9, rate: 0.5 });
  assert.deepEqual([state.pass, state.typed.y, refused.length], [3, "0,5", 0]);
  context.asked = run("askedFor('?desk=1;given:a=1,rate=0,zz=3;pass:x;odd')");
  assert.equal(run("stateFrom(asked.asked, model).refused.length"), 4);
  assert.equal(run("askedFor('?other=1')"), null);
});

test("the first wrong number, its mistake and what follows from it", () => {
  model.mistakes = [{ says: "the 2 is forgotten", lines: { slope: "net" } }];
  const verdict = run("judged(model, model.given, typed)", { typed: { net: "2", slope: "2", next: "2.5" } });
  assert.deepEqual(plain(verdict.marks), { net: "right", slope: "wrong", next: "follows" });
  assert.deepEqual(plain(verdict.faults.map(({ name, cause, follows }) => [name, cause.says, follows])), [
    ["slope", "the 2 is forgotten", ["next"]],
  ]);
});

// a = 3.146, b = 1: net = 2.146, y = 4.605316, slope = 4.292, next = 2.073
const judge = (typed) => run("judged(model, { ...model.given, a: 3.146 }, typed)", { typed });

test("what follows from one's own rounded numbers is right, and blames no line", () => {
  model.mistakes = [{ says: "b is 1.046", lines: { net: ["-", "a", 1.046] } }];
  // 2.1² = 4.41, and 2 × 2.1 = 4.2
  assert.deepEqual(plain(judge({ net: "2.1", y: "4.41", slope: "4.20" }).marks), {
    net: "right",
    y: "rounded",
    slope: "rounded",
  });
  // what a number between 2.1455 and 2.1465 can give, and what none of them gives
  assert.deepEqual(plain(judge({ net: "2.146", y: "4.6070" }).marks), { net: "right", y: "rounded" });
  const { marks, faults } = judge({ net: "2.146", y: "4.6090" });
  assert.deepEqual([marks.y, faults[0].cause], ["wrong", null]);
  // 2.1² again, but with nothing typed before it
  assert.equal(judge({ y: "4.41" }).faults[0].cause.says, "b is 1.046");
});

test("what is not typed may be rounded, too, to as many digits", () => {
  model.mistakes = [];
  // net is 2.1416, and 2.142² = 4.588; 2.1411² = 4.5843 and 2.1421² = 4.5886 are as far as four digits lead
  const mark = (y) => run("judged(model, { ...model.given, a: 3.1416 }, typed)", { typed: { y } }).marks.y;
  assert.deepEqual(["4.586", "4.588", "4.590"].map(mark), ["right", "rounded", "wrong"]);
});

test("a mistake after rounded numbers is found, and a line that is typed and right is not blamed", () => {
  model.mistakes = [
    { says: "net is halved", lines: { net: ["/", ["-", "a", "b"], 2] } },
    { says: "the 2 is forgotten", lines: { slope: "net" } },
  ];
  assert.equal(judge({ slope: "2.146" }).faults[0].cause.says, "net is halved");
  const { faults } = judge({ net: "2.1", slope: "2.1", next: "9" });
  assert.deepEqual(plain(faults.map(({ name, cause }) => [name, cause?.says])), [
    ["slope", "the 2 is forgotten"],
    ["next", null],
  ]);
});

test("a last digit that is off is said, and is no mistake", () => {
  model.mistakes = [{ says: "another step", lines: { next: 2.074 } }];
  const verdict = judge({ y: "4.605318", next: "2.074" });
  assert.deepEqual(plain([verdict.off, verdict.faults]), [{ y: 2, next: 1 }, []]);
  assert.equal(judge({ next: "2.075" }).faults.length, 1);
});

test("of mistakes that give the same, the plainest is told, and none twice", () => {
  const half = { slope: "net" };
  model.mistakes = [
    { says: "another rule", lines: { y: ["*", 2, "net"], ...half } },
    { says: "the 2 is forgotten", lines: half },
    { says: "other weights", lines: { net: ["/", ["-", "a", "b"], 2] } },
  ];
  const [{ cause, rivals }] = judge({ slope: "2.146" }).faults;
  assert.deepEqual(
    [cause.says, plain(rivals.map(({ says }) => says))],
    ["the 2 is forgotten", ["other weights"]],
  );
});

test("one number alone: right, of a mistake, or nearly", () => {
  const look = (text) =>
    plain(
      run(
        "lookedUp(model, model.given, text).map(({ names, mistake, off }) => [names, mistake?.says ?? '', off])",
        { text },
      ),
    );
  model.mistakes = [{ says: "the 2 is forgotten", lines: { slope: "net" } }];
  // 2² and 2 × 2 are both 4
  assert.deepEqual(look("4.00"), [[["y", "slope"], "", 0]]);
  assert.deepEqual(look("2.5"), [[["next"], "the 2 is forgotten", 0]]);
  assert.deepEqual(look("2.501"), [[["next"], "the 2 is forgotten", 1]]);
  assert.deepEqual(look("2.502"), []);
});

test("a right number that is mistyped is known again", () => {
  model.mistakes = [];
  // net is 2.146, so y is 4.605316
  const look = (text) =>
    plain(
      run("lookedUp(model, { ...model.given, a: 3.146 }, text).map(({ names, slip }) => [names, slip])", {
        text,
      }),
    );
  assert.deepEqual(look("4.605316"), [[["y"], ""]]);
  assert.deepEqual(look("4.603516"), [[["y"], "exchanged"]]);
  assert.deepEqual(look("y = 4,603516"), [[["y"], "exchanged"]]);
  assert.deepEqual(look("4.6605316"), [[["y"], "twice"]]);
  assert.deepEqual(look("4.60531"), [[["y"], ""]]);
  assert.deepEqual(look("4.65316"), [[["y"], "left out"]]);
  assert.deepEqual(look("4.06"), []); // of three digits two are soon exchanged
});

test("the numbers on the way are right, too", () => {
  model.mistakes = [];
  const look = (text) =>
    plain(run("lookedUp(model, { ...model.given, a: 3.146 }, text).map(({ names }) => names)", { text }));
  // slope is 4.292, and the step 0.25 × 4.292 = 1.073; next is 3.146 − 1.073
  assert.deepEqual(look("1.073"), [["step of"]]);
  assert.deepEqual(look("-1.073"), [["change of"]]);
  assert.deepEqual(look("2.073"), [["next"]]);
});

test("what fits by chance is kept for whoever asks on, and no more than ten", () => {
  const answer = (net, value, mistake = {}) => ({
    nets: [net],
    names: ["y"],
    mistake,
    value,
    off: 0,
    slip: "",
  });
  const pick = (found, text) => {
    const { open, closed, many } = run("chosen(inTurn(found, ['first', 'second']), 'first', text)", {
      found,
      text,
    });
    return [open.map(({ nets, value }) => `${nets} ${value.toPrecision(6)}`), closed.length, many];
  };
  const some = Array.from({ length: 40 }, (_, n) => answer("second", 0.3 + n / 1e6));
  assert.deepEqual(plain(pick(some, "0.3000")), [[], 10, 40]);
  assert.deepEqual(plain(pick(some.slice(0, 3), "0.30000")), [
    ["second 0.300000", "second 0.300001", "second 0.300002"],
    0,
    0,
  ]);
  // a right one is told whatever else fits; of three digits it is said that many fit
  const right = answer("first", 0.300045, null);
  assert.deepEqual(plain(pick([...some, right], "0.3000")), [["first 0.300045"], 10, 0]);
  assert.deepEqual(plain(pick([...some, right], "0.300")), [["first 0.300045"], 10, 41]);
  // what is likely in the first network comes before what few people do, and before the second
  const seldom = { ...answer("first", 0.30003), seldom: true };
  const likely = answer("first", 0.30002);
  assert.deepEqual(plain(pick([seldom, ...some.slice(0, 2), likely], "0.30000")[0][0]), "first 0.300020");
});
