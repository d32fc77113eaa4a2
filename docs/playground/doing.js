// What a person can do.

/** Brings a number into focus, and says its line. @param {Desk} desk @param {string} name */
function look(desk, name) {
  if (!name || desk.view.state.focus === name) return;
  act(desk, { type: "focus", name });
  bringIntoSight(desk);
  tell(desk, saidLine(desk.view, name));
}

/** Brings the number in focus into sight, where what is said of it stays in sight too. @param {Desk} desk */
function bringIntoSight({ root, net }) {
  if (getComputedStyle(part(root, ".dock")).position === "sticky")
    requestAnimationFrame(() => net.querySelector(".focus")?.scrollIntoView({ block: "nearest" }));
}

/** Why a number was refused. @param {View} view @param {string} name @param {string} got */
const refusal = ({ model, state }, name, got) =>
  say(name === model.rate ? "no rate" : "no number", {
    name: called(name),
    got: clipped(got),
    value: withMinus(short(state.given[name])),
  });

/**
 * Takes another number for a given one.
 * @param {Desk} desk
 * @param {string} name
 * @param {number} value
 * @param {string} [gesture]
 */
function setNumber(desk, name, value, gesture) {
  const { view } = desk;
  const { model, state } = view;
  pause(desk);
  if (!fits(model, name, value)) return tell(desk, refusal(view, name, full(value)));
  if (state.given[name] === value) return;
  const failed = act(desk, { type: "set", given: { [name]: value } }, gesture);
  const put = { name: called(name), loss: called(model.loss), before: shown(view.value(model.loss)) };
  if (failed) {
    const stays = withMinus(short(state.given[name]));
    return tell(
      desk,
      say(failed.bad ? "no value" : "no run", {
        ...put,
        got: full(value),
        line: called(failed.bad ?? ""),
        value: stays,
        n: failed.stop,
      }),
    );
  }
  tell(
    desk,
    say("changed", { ...put, value: withMinus(short(value)), now: shown(desk.view.value(model.loss)) }),
    500,
  );
}

/**
 * Takes the field as it is: while somebody types, only a complete number counts.
 * @param {Desk} desk
 * @param {boolean} done on Enter, and on leaving
 */
function takeField(desk, done) {
  const { field, view } = desk;
  const name = field.dataset.of ?? "";
  // a field that loses its number to another network or place is left without a word
  if (name !== view.state.focus || !Object.hasOwn(view.model.given, name)) return;
  const value = readNumber(field.value);
  const good = fits(view.model, name, value);
  field.ariaInvalid = done && !good ? "true" : null;
  if (good && (done || !isUnfinished(field.value))) {
    field.dataset.value = String(value);
    setNumber(desk, name, value, `type ${name} ${desk.gesture}`);
  } else if (done) tell(desk, refusal(view, name, field.value));
  if (done && good) fillField(field, desk.view.state.given[name]);
}

/** Leaves the field as the number is. @param {Desk} desk */
function leaveField({ field, net, view }) {
  fillField(field, view.state.given[view.state.focus]);
  /** @type {HTMLElement | null} */ (net.querySelector(".focus"))?.focus();
}

/** Changes the number in focus by some steps that suit it. @param {Desk} desk @param {number} by */
function turnBy(desk, by) {
  const name = desk.view.state.focus;
  const from = desk.view.state.given[name];
  setNumber(
    desk,
    name,
    Number((from + by * stepFor(from)).toPrecision(12)) || 0,
    `turn ${name} ${desk.gesture}`,
  );
  fillField(desk.field, desk.view.state.given[name]);
}

/**
 * Goes to a pass.
 * @param {Desk} desk
 * @param {number} to
 * @param {string} [gesture]
 * @returns {boolean} whether it can be calculated
 */
function goTo(desk, to, gesture) {
  const got = clipped(desk.passField?.value ?? String(to));
  if (!isPass(to)) {
    tell(desk, say("no pass", { of: LAST, got, value: desk.view.state.pass }));
    return false;
  }
  const failed = act(desk, { type: "pass", to }, gesture);
  if (failed) tell(desk, say("no run", { n: failed.stop }));
  else if (!desk.running) tell(desk, saidPass(desk.view), 500);
  return !failed;
}

/** Ends a run. @param {Desk} desk */
function pause(desk) {
  if (!desk.running) return;
  desk.running = 0;
  putText(part(desk.root, "[data-do=run]"), say("run"));
}

/** Lets the passes run, faster and faster, to the next power of ten. @param {Desk} desk */
function runOn(desk) {
  if (desk.running) return pause(desk);
  const mine = ++desk.gesture;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  if (desk.view.state.pass === LAST) goTo(desk, 1);
  desk.running = mine;
  putText(part(desk.root, "[data-do=run]"), say("pause"));
  const end = Math.min(LAST, Math.max(SHOWN, 10 ** Math.ceil(Math.log10(desk.view.state.pass + 1))));
  /** @param {() => void} does */
  const next = (does) => (still ? window.setTimeout(does, 500) : requestAnimationFrame(does));
  const ahead = () => {
    if (desk.running !== mine) return;
    const { pass } = desk.view.state;
    const fine = goTo(
      desk,
      Math.min(end, Math.max(pass + 1, Math.ceil(pass * (still ? 1.6 : 1.02)))),
      `run ${mine}`,
    );
    if (fine && desk.view.state.pass < end) next(ahead);
    else {
      pause(desk);
      if (fine) tell(desk, saidPass(desk.view));
    }
  };
  next(ahead);
}

/** Calculates so many of the page's lines; null: all. @param {Desk} desk @param {number | null} count */
function stepTo(desk, count) {
  const lines = stepped(desk);
  const { model, state } = desk.view;
  if (count === null) return act(desk, { type: "step", upto: null, name: state.focus });
  const name = lines[count - 1] ?? "";
  const upto = placeOf(model, name || lines[0]) - model.inputs.length + (name ? 1 : 0);
  act(desk, { type: "step", upto, name });
  if (!name) return;
  bringIntoSight(desk);
  tell(desk, saidLine(desk.view, name));
}

/** Another network, with its own numbers or with others. @param {Desk} desk @param {Choice} choice */
async function choose(desk, { net, given }) {
  const mine = ++desk.asked;
  pause(desk);
  const model = await network(net);
  if (mine !== desk.asked) return;
  if (!model) return tell(desk, say("no network", { net: clipped(net) }));
  const failed = act(desk, { type: "choose", net, given: { ...model.given, ...given } });
  if (failed) return tell(desk, say("no run", { n: failed.stop }));
  if (desk.view.state.mode === "check") check(desk);
  tell(desk, saidPass(desk.view));
}

/** Fetches what only some jobs need, or says that it did not come. @param {Desk} desk */
async function fetched(desk) {
  const came = await more();
  if (!came) tell(desk, say("not loaded"));
  return came;
}

/**
 * Checks: the boxes are drawn when they are there, and judged anew as soon as the likely mistakes are.
 * @param {Desk} desk
 * @param {boolean} [asked] whether the boxes are what somebody wants to see
 */
async function check(desk, asked) {
  if (!(await fetched(desk))) return;
  const { model } = desk.view;
  jump(desk, desk.history);
  if (asked) MORE.toBoxes?.(desk);
  const came = await mistakesOf(model);
  if (desk.view.model !== model) return;
  jump(desk, desk.history);
  if (!came) tell(desk, say("not loaded"));
}

/** @param {Desk} desk */
function randomWeights(desk) {
  pause(desk);
  const draw = () => Math.round(Math.random() * 400 - 200) / 100;
  const { trained } = desk.view.model;
  for (let tries = 0; tries < 50; tries++)
    if (!act(desk, { type: "set", given: Object.fromEntries(trained.map((name) => [name, draw()])) })) break;
}

/** A name, =, and a number that ends before the next name. */
const PAIR = /([\p{L}_][\p{L}\d_]*)\s*[=:]\s*(.+?)(?=[;,\s]+[\p{L}_][\p{L}\d_]*\s*[=:]|[;,\s]*$)/gu;

/** Several numbers in a row: w1 = 0.3, x1 = 1/2. @param {Desk} desk @param {string} text */
function setRow(desk, text) {
  const { model } = desk.view;
  /** @type {Record<string, number>} */
  const given = {};
  for (const [, key, spelled] of text.slice(0, 5000).matchAll(PAIR)) {
    const name = model.inputs.find((each) => each === key || called(each) === key);
    if (!name)
      return tell(desk, say("no name", { name: clipped(key), names: model.inputs.map(called).join(" ") }));
    const value = readNumber(spelled);
    if (!fits(model, name, value)) return tell(desk, refusal(desk.view, name, spelled));
    given[name] = value;
  }
  const count = Object.keys(given).length;
  if (!count) return tell(desk, say("no row", { got: clipped(text) }));
  const failed = act(desk, { type: "set", given });
  if (failed) return tell(desk, say("no run", { n: failed.stop }));
  tell(desk, say("set row", { count, loss: called(model.loss), now: shown(desk.view.value(model.loss)) }));
}

/** The weights of this pass become those of pass 1. @param {Desk} desk */
function startHere(desk) {
  const { model, state, value } = desk.view;
  const given = Object.fromEntries(Object.keys(model.updates).map((name) => [name, value(name)]));
  act(desk, { type: "restart", given });
  tell(desk, say("restart", { n: state.pass }));
}

/** Copies a text, or shows it where a page may not copy. @param {Desk} desk @param {string} text */
async function copyText(desk, text) {
  desk.root.querySelector("textarea")?.remove();
  try {
    await navigator.clipboard.writeText(text);
    tell(desk, say("copied"));
  } catch {
    const box = document.createElement("textarea");
    Object.assign(box, { readOnly: true, value: text, ariaLabel: say("take") });
    part(desk.root, ".taking").append(box);
    box.select();
    tell(desk, say("take"));
  }
}

/**
 * Copies what is written of the numbers.
 * @param {Desk} desk
 * @param {"asPython" | "asFile" | "asSolution"} as
 */
async function copyWritten(desk, as) {
  if (await fetched(desk)) copyText(desk, MORE[as]?.(desk.view) ?? "");
}

/** What the buttons do. @type {Record<string, (desk: Desk, to: string) => unknown>} */
const DOES = {
  undo: (desk) => (desk.whole && desk.depth ? window.history.back() : jump(desk, undone(desk.history))),
  redo: (desk) => (desk.whole ? window.history.forward() : jump(desk, redone(desk.history))),
  reset: (desk) => choose(desk, { net: desk.view.state.net, label: "" }),
  random: randomWeights,
  uneven: (desk) => act(desk, { type: "set", given: UNEVEN }),
  turn: (desk) => setNumber(desk, desk.view.state.focus, -desk.view.state.given[desk.view.state.focus] || 0),
  less: (desk) => turnBy(desk, -1),
  more: (desk) => turnBy(desk, 1),
  back: (desk) => stepTo(desk, Math.max(0, stepsDone(desk) - 1)),
  next: (desk) =>
    stepTo(desk, desk.view.state.upto === null ? 1 : Math.min(stepped(desk).length, stepsDone(desk) + 1)),
  all: (desk) => stepTo(desk, null),
  pass: (desk, to) => {
    pause(desk);
    goTo(desk, passAt(desk, to));
  },
  run: runOn,
  pin: (desk) => act(desk, { type: "pin", on: true }),
  unpin: (desk) => act(desk, { type: "pin", on: false }),
  start: startHere,
  reveal: (desk, name) => MORE.reveal?.(desk, name),
  clear: (desk) => act(desk, { type: "clear" }),
  sheet: async (desk, what) => (await fetched(desk)) && MORE.printSheets?.(desk, what),
  address: (desk) => copyText(desk, MORE.addressOf?.(desk) ?? ""),
  script: (desk) => copyWritten(desk, "asPython"),
  file: (desk) => copyWritten(desk, "asFile"),
  solution: (desk) => copyWritten(desk, "asSolution"),
};
