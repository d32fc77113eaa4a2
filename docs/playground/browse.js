// The whole playground in the browser: what an address asks for, and Back and Forward.

/**
 * Takes an address apart: the network and the rest by key, or null if there is no setting in it.
 * @param {string} search what follows the ?
 * @returns {{ net: string, asked: [string, string][], odd: string } | null}
 */
function askedFor(search) {
  const raw = new RegExp(`[?&]${KEY}=([^&#]*)`).exec(search)?.[1];
  if (raw === undefined) return null;
  let text = raw;
  try {
    text = decodeURIComponent(raw.replace(/\+/g, " "));
  } catch {
    // a broken sign: what is left of it is said below
  }
  const [version, ...parts] = text.split(";");
  const asked = parts.map((part) => {
    const [key, ...value] = part.split(":");
    return /** @type {[string, string]} */ ([key, value.join(":")]);
  });
  const net = asked.find(([key]) => key === "net")?.[1] ?? "article";
  return { net, asked, odd: version === VERSION ? "" : clipped(version) };
}

/**
 * The state that an address asks for, and what of it cannot be.
 * @param {[string, string][]} asked
 * @param {Model} model
 * @returns {{ state: State, refused: string[] }}
 */
function stateFrom(asked, model) {
  const state = firstState(model.name, { ...model.given });
  /** @type {string[]} */
  const refused = [];
  for (const [key, text] of asked) {
    const number = readNumber(text);
    let fine = true;
    if (key === "net") continue;
    else if (key === "given") {
      for (const pair of text.split(",")) {
        const [name, value] = pair.split("=");
        const isGood = Object.hasOwn(model.given, name) && fits(model, name, readNumber(value ?? ""));
        if (isGood) state.given[name] = readNumber(value);
        else refused.push(clipped(pair));
      }
    } else if (key === "pass" && isPass(number)) state.pass = number;
    else if (key === "partials" && Object.hasOwn(model.variants, text)) state.which = text;
    else if (key === "mode" && MODES.includes(text)) state.mode = text;
    else if (key === "focus" && model.at.has(text)) state.focus = text;
    else if (key === "upto" && Number.isInteger(number) && number >= 0 && number <= model.names.length)
      state.upto = number;
    else if (key === "mine") {
      const [name, ...value] = text.split("=");
      fine = isAsked(model, name) && value.join("=").length <= 40;
      if (fine) state.typed[name] = value.join("=");
    } else fine = false;
    if (!fine) refused.push(clipped(`${key}:${text}`));
  }
  return { state, refused };
}

/** Whether there is a box for a name: a calculated number, or the loss of a pass. @param {Model} model @param {string} name */
function isAsked(model, name) {
  const [bare, pass] = name.split("@");
  if (pass === undefined) return Object.hasOwn(model.lines, bare);
  return bare === model.loss && /^[1-9]\d*$/.test(pass) && isPass(Number(pass));
}

/** The address of what is shown. @param {Desk} desk */
function addressOf({ view }) {
  const [page] = location.href.split(/[?#]/);
  return `${page}?${KEY}=${spelledState(view.state, view.model)}${location.hash}`;
}

/** Writes the address: a step of its own in the browser's history, or in place. @param {Desk} desk @param {"pushState" | "replaceState"} how */
function browsed(desk, how) {
  try {
    window.history[how]({ desk: desk.depth }, "", addressOf(desk));
  } catch {
    // from a disk not every browser lets a page write its address; it can still be copied, and Back goes on working
    window.history[how]({ desk: desk.depth }, "");
  }
}

/** Takes up what an address asks for. @param {Desk} desk */
async function arrive(desk) {
  // a link to the worksheets leads to their form; until there is one, it leads to what stands in its place
  const place = document.getElementById("worksheets");
  if (place) part(desk.root, ".sheets").prepend(place);
  const asked = askedFor(location.search);
  if (!asked) return;
  const mine = ++desk.asked;
  const model = await network(asked.net);
  if (mine !== desk.asked) return;
  if (!model) return tell(desk, say("no network", { net: clipped(asked.net) }));
  const { state, refused } = stateFrom(asked.asked, model);
  const view = calculated(desk, state);
  if (!("state" in view)) return tell(desk, say("no run", { n: view.stop }));
  desk.history = { past: [], now: state, next: [], kind: "" };
  shows(desk, view);
  if (location.hash === "#worksheets") requestAnimationFrame(() => place?.scrollIntoView());
  if (state.mode === "check") check(desk);
  const odd = refused.map((got) => say("no address", { got }));
  if (asked.odd) odd.unshift(say("other version", { got: asked.odd }));
  tell(desk, odd.join(" ") || saidPass(view));
}

/** The browser's Back and Forward take a step back and forth. @param {Desk} desk @param {unknown} to */
function browsedTo(desk, to) {
  if (typeof to !== "number") return;
  if (to === desk.depth - 1 && desk.history.past.length) jump(desk, undone(desk.history));
  else if (to === desk.depth + 1 && desk.history.next.length) jump(desk, redone(desk.history));
  else if (to !== desk.depth) arrive(desk);
  desk.depth = to;
}
