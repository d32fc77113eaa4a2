// The desk: an action makes another state, and what is drawn comes of the state.

/**
 * @typedef {object} Desk
 * @property {HTMLElement} root
 * @property {Part} part what this page shows of it
 * @property {boolean} whole
 * @property {HTMLElement} net
 * @property {HTMLInputElement} field
 * @property {HTMLInputElement} slide
 * @property {HTMLInputElement | null} passField
 * @property {Timeline} history
 * @property {View} view
 * @property {string} drawnNet the network that the picture shows
 * @property {number} frame a frame that is asked for
 * @property {number} gesture what belongs to one gesture is one step
 * @property {number} asked for how many networks it was asked: the last one counts
 * @property {number} running the gesture of a run that goes on, or 0
 * @property {number} depth how many steps the browser's own history has
 * @property {Record<string, number>} timers
 */

/** Puts something off, in place of what was put off before. @param {Desk} desk @param {string} what @param {number} wait @param {() => void} does */
function later(desk, what, wait, does) {
  clearTimeout(desk.timers[what]);
  desk.timers[what] = window.setTimeout(does, wait);
}

/** Says something at the foot of the page, and aloud. @param {Desk} desk @param {string} text @param {number} [wait] */
function tell(desk, text, wait = 50) {
  const said = part(desk.root, ".said");
  putText(said, ""); // what is said twice is read aloud twice
  later(desk, "said", wait, () => putText(said, text));
}

/**
 * Calculates all that a state shows, or returns the run that could not be. What the change before left as it is,
 * like the numbers when only another one is looked at, is taken over.
 * @param {Desk} desk
 * @param {State} state
 * @returns {View | Run}
 */
function calculated(desk, state) {
  const model = MODELS[state.net];
  const before = desk.view;
  /** @param {(keyof State)[]} keys */
  const same = (...keys) => before && keys.every((key) => before.state[key] === state[key]);
  const numbers = same("net", "given", "pass", "which", "watch", "pinned") ? before : trained(desk, state);
  if (!("values" in numbers)) return numbers;
  const { values, beside, run, rivals, slopes, partials } = numbers;
  const judged =
    same("net", "given", "typed", "mode") && before.mistakes === model.mistakes && before.verdict;
  const checks = state.mode === "check" && Object.keys(state.typed).length;
  const order = Object.keys(model.lines);
  const known = state.upto === null ? null : new Set([...model.inputs, ...order.slice(0, state.upto)]);
  return {
    state,
    model,
    ...{ values, beside, run, rivals, slopes, partials },
    mistakes: model.mistakes,
    verdict: judged || (checks && MORE.judged?.(model, state.given, state.typed)) || null,
    value: (name) => values[placeOf(model, name)],
    known: (name) => !known || known.has(name),
  };
}

/**
 * Runs the passes of a state, and those that it is compared with.
 * @param {Desk} desk
 * @param {State} state
 */
function trained(desk, state) {
  const model = MODELS[state.net];
  const upto = desk.part.modes.includes("train") ? Math.max(SHOWN, state.pass) : state.pass;
  const watch = state.watch || model.loss;
  const run = follow(model, runner(model, state.which), state.given, state.pass, upto, watch);
  if (!run.at) return run;
  const values = run.at;
  const beside = values.slice();
  runner(model, "right")(beside);
  const rivals = ["right", ...Object.keys(model.variants)]
    .filter((which) => which !== state.which && !desk.part.onlyRight)
    .map((which) => follow(model, runner(model, which), state.given, 1, upto, watch));
  const { pinned } = state;
  if (pinned) rivals.push(follow(model, runner(model, pinned.which), pinned.given, 1, upto, watch));
  const slopes = localSlopes(model, values);
  return { values, beside, run, rivals, slopes, partials: sweep(model, slopes) };
}

/**
 * Takes an action, if what comes of it can be calculated; if not, all stays as it is.
 * @param {Desk} desk
 * @param {Action} action
 * @param {string} [gesture]
 * @returns {Run | null} what could not be
 */
function act(desk, action, gesture) {
  const next = changed(desk.history, action, gesture);
  const view = calculated(desk, next.now);
  if (!("state" in view)) return view;
  const isStep = next.past !== desk.history.past;
  desk.history = next;
  shows(desk, view);
  if (isStep && desk.whole) {
    desk.depth++;
    MORE.browsed?.(desk, "pushState");
  }
  return null;
}

/** @param {Desk} desk @param {View} view */
function shows(desk, view) {
  const isOther = view.values !== desk.view.values;
  desk.view = view;
  // what was said is of the numbers before; whoever has more to say of these says it in its place
  if (isOther && !desk.running) tell(desk, view.state.mode === "check" ? "" : saidPass(view));
  desk.frame ||= requestAnimationFrame(() => {
    desk.frame = 0;
    draw(desk);
  });
  if (desk.whole) later(desk, "address", 300, () => MORE.browsed?.(desk, "replaceState"));
}

/** Goes to another place of the history. @param {Desk} desk @param {Timeline} history */
function jump(desk, history) {
  pause(desk);
  desk.history = history;
  const view = calculated(desk, history.now);
  if ("state" in view) shows(desk, view);
}

/** @param {View} view */
const saidPass = ({ state, model, value }) =>
  say("at pass", { n: state.pass, loss: called(model.loss), now: shown(value(model.loss)) });

/** @param {HTMLElement} root @param {Model} first */
function begin(root, first) {
  const name = root.dataset.part ?? "all";
  root.insertAdjacentHTML("beforeend", drawnDesk(name));
  /** @type {Omit<Desk, "view">} */
  const blank = {
    root,
    part: PARTS[name],
    whole: name === "all",
    net: part(root, ".net"),
    field: part(root, ".edit input[type=text]"),
    slide: part(root, ".slide"),
    passField: root.querySelector(".pass"),
    history: {
      past: [],
      now: {
        ...firstState(first.name, { ...first.given }),
        focus: PARTS[name].focus ?? "",
        mode: PARTS[name].modes[0],
      },
      next: [],
      kind: "",
    },
    drawnNet: "",
    frame: 0,
    gesture: 1,
    asked: 0,
    running: 0,
    depth: window.history.state?.desk ?? 0,
    timers: {},
  };
  const desk = /** @type {Desk} */ (blank);
  const view = calculated(desk, desk.history.now);
  if (!("state" in view)) return;
  desk.view = view;
  if (PARTS[name].kinds.length) listenToSentences(desk);
  draw(desk);
  listen(desk);
  if (PARTS[name].focus) tell(desk, saidPass(view));
  if (!desk.whole) return;
  window.history.replaceState({ desk: desk.depth }, "");
  addEventListener("popstate", (event) => MORE.browsedTo?.(desk, event.state?.desk));
  MORE.arrive?.(desk);
}
