// What the page shows is one state; a change makes another one, and every step can be taken back.

/**
 * @typedef {object} State
 * @property {string} net
 * @property {Record<string, number>} given the numbers of pass 1: everything follows from them
 * @property {number} pass
 * @property {string} which the partials: "right", or a variant of the model
 * @property {string} mode
 * @property {string} focus the number that is explained, or ""
 * @property {number | null} upto how many lines are calculated; null: all
 * @property {string} watch whose curve is drawn; "": the loss
 * @property {Pinned | null} pinned
 * @property {Record<string, string>} typed somebody's own numbers, by name; a later loss as lost@10
 * @property {boolean} hidden whether the right numbers are hidden until one has guessed
 */

/** @typedef {{ given: Record<string, number>, which: string, pass: number }} Pinned */

/**
 * @typedef {{ type: "choose", net: string, given: Record<string, number> }
 *   | { type: "set", given: Record<string, number> }
 *   | { type: "restart", given: Record<string, number> }
 *   | { type: "pass", to: number }
 *   | { type: "which", to: string }
 *   | { type: "mode", to: string }
 *   | { type: "focus", name: string }
 *   | { type: "step", upto: number | null, name: string }
 *   | { type: "watch", name: string }
 *   | { type: "pin", on: boolean }
 *   | { type: "type", name: string, text: string }
 *   | { type: "clear" }
 *   | { type: "hide", on: boolean }} Action
 */

/** @param {string} net @param {Record<string, number>} given @returns {State} */
const firstState = (net, given) => ({
  net,
  given,
  pass: 1,
  which: "right",
  mode: "change",
  focus: "",
  upto: null,
  watch: "",
  pinned: null,
  typed: {},
  hidden: false,
});

/** @param {State} state @param {Action} action @returns {State} */
function reduced(state, action) {
  switch (action.type) {
    case "choose":
      return { ...firstState(action.net, action.given), mode: state.mode, hidden: state.hidden };
    case "set":
      return { ...state, given: { ...state.given, ...action.given } };
    case "restart":
      return { ...state, given: { ...state.given, ...action.given }, pass: 1 };
    case "pass":
      return { ...state, pass: action.to };
    case "which":
      return { ...state, which: action.to };
    case "mode":
      return { ...state, mode: action.to, upto: action.to === "step" ? state.upto : null };
    case "focus":
      return { ...state, focus: action.name };
    case "step":
      return { ...state, upto: action.upto, focus: action.name };
    case "watch":
      return { ...state, watch: action.name };
    case "pin": {
      const { given, which, pass } = state;
      return { ...state, pinned: action.on ? { given, which, pass } : null };
    }
    case "type": {
      const typed = { ...state.typed, [action.name]: action.text };
      if (!action.text.trim()) delete typed[action.name];
      return { ...state, typed };
    }
    case "clear":
      return { ...state, typed: {} };
    case "hide":
      return { ...state, hidden: action.on };
  }
}

/** @typedef {{ past: State[], now: State, next: State[], kind: string }} Timeline */

/** What only looks elsewhere is no step: taking back skips it. */
const LOOKS = ["focus", "step", "watch", "mode", "hide"];
const KEPT = 500;

/**
 * A change in a history. What belongs to one gesture, like the numbers that a slider goes through, is one step.
 * @param {Timeline} history
 * @param {Action} action
 * @param {string} [gesture]
 * @returns {Timeline}
 */
function changed(history, action, gesture = "") {
  const now = reduced(history.now, action);
  if (LOOKS.includes(action.type) || (gesture && gesture === history.kind)) return { ...history, now };
  return { past: [...history.past, history.now].slice(-KEPT), now, next: [], kind: gesture };
}

/** @param {Timeline} history @returns {Timeline} */
function undone({ past, now, next }) {
  const before = past[past.length - 1];
  return before
    ? { past: past.slice(0, -1), now: before, next: [now, ...next], kind: "" }
    : { past, now, next, kind: "" };
}

/** @param {Timeline} history @returns {Timeline} */
function redone({ past, now, next }) {
  const [after, ...rest] = next;
  return after ? { past: [...past, now], now: after, next: rest, kind: "" } : { past, now, next, kind: "" };
}
