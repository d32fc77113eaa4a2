// A setting in an address: whole, with its version, under a key of its own, so that no anchor takes its place.

const KEY = "desk";
const VERSION = "1";
const MODES = ["change", "step", "train", "check"];
const LAST = 20000;

/**
 * Writes a state for an address. All given numbers are in it: a link stays what it is if the book changes.
 * @param {State} state
 * @param {Model} model
 * @returns {string}
 */
function spelledState(state, model) {
  const given = model.inputs.map((name) => `${name}=${full(state.given[name])}`);
  const parts = [VERSION, `net:${state.net}`, `given:${given.join(",")}`];
  if (state.pass > 1) parts.push(`pass:${state.pass}`);
  if (state.which !== "right") parts.push(`partials:${state.which}`);
  if (state.mode !== "change") parts.push(`mode:${state.mode}`);
  if (state.focus) parts.push(`focus:${state.focus}`);
  if (state.upto !== null) parts.push(`upto:${state.upto}`);
  for (const [name, text] of Object.entries(state.typed)) parts.push(`mine:${name}=${text.trim()}`);
  return parts
    .map((part) => encodeURIComponent(part).replace(/%(3A|2C|3D|40)/g, decodeURIComponent))
    .join(";");
}

/** Shortens what somebody else wrote. @param {string} text */
const clipped = (text) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** Whether a number can be given under a name. @param {Model} model @param {string} name @param {number} value */
const fits = (model, name, value) => Number.isFinite(value) && (name !== model.rate || value > 0);

/** @param {number} pass */
const isPass = (pass) => Number.isInteger(pass) && pass >= 1 && pass <= LAST;
