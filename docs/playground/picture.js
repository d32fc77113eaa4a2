// The picture: the network with all its numbers, each a button; value above, gradient below.

/**
 * What all parts of the page draw from: the state, and the numbers that come of it.
 * @typedef {object} View
 * @property {State} state
 * @property {Model} model
 * @property {Float64Array} values all numbers of the pass
 * @property {Float64Array} beside the same from the right partials
 * @property {Run} run
 * @property {Run[]} rivals runs to compare with: the other partials, and what is pinned
 * @property {Map<string, number>} slopes
 * @property {Map<string, number>} partials of the loss by every number ahead, swept backwards
 * @property {Mistake[]} [mistakes] those that the verdict knows
 * @property {Verdict | null} verdict
 * @property {(name: string) => number} value
 * @property {(name: string) => boolean} known whether the calculation has come so far
 */

/**
 * Words of the page, with what stands in braces filled in.
 * @param {string} key
 * @param {Record<string, unknown>} [put]
 * @returns {string}
 */
const say = (key, put = {}) => filled(WORDS[key] ?? key, (name) => String(put[name] ?? ""));

/** Fills places like {w1} in. @param {string} text @param {(name: string) => string | undefined} put */
const filled = (text, put) => text.replace(/\{(\w+)\}/g, (all, name) => put(name) ?? all);

/** The words, which the book's build sets. @type {Record<string, string>} */
const WORDS = {};

/** @template {Element} T @param {Element} root @param {string} where @returns {T} */
const part = (root, where) => /** @type {T} */ (root.querySelector(where));

/** @param {Element} root @param {string} where @returns {HTMLElement[]} */
const parts = (root, where) =>
  [...root.querySelectorAll(where)].map((each) => /** @type {HTMLElement} */ (each));

/** Sets a text only where it changes, so that nothing is drawn or read aloud in vain.
 * @param {Element} element @param {string} text */
function putText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {Element} element @param {string} html */
function putHtml(element, html) {
  const held = /** @type {{ drawn?: string }} */ (/** @type {unknown} */ (element));
  if (held.drawn === html) return;
  held.drawn = html;
  element.innerHTML = html;
}

/** What a number is, aloud: "w5, weight from h1 to o1". @param {Model} model @param {string} name */
function saidName(model, name) {
  const by = model.means[name];
  if (by) return `∂${called(model.loss)}/∂${called(by)}`;
  const at = whereIs(model, name);
  return at ? say(at.what, { name: called(name), start: at.start, end: at.end }) : called(name);
}

/** Where a given number stands: its kind, and the units that it joins. @param {Model} model @param {string} name */
function whereIs(model, name) {
  if (model.x.includes(name)) return { what: "input", start: "", end: "" };
  if (model.y.includes(name)) return { what: "target", start: "", end: "" };
  if (name === model.rate) return { what: "rate", start: "", end: "" };
  const units = unitNames(model);
  for (const [n, layer] of model.layers.entries())
    for (const [k, row] of layer.weights.entries()) {
      const from = row.indexOf(name);
      if (from >= 0) return { what: "weight", start: units[n][from], end: units[n + 1][k] };
      if (layer.biases?.[k] === name) return { what: "bias", start: "", end: units[n + 1][k] };
    }
  return null;
}

/** The names of the units, level by level: x1, h1, o1; of several hidden layers h1_1, h2_1. @param {Model} model */
function unitNames(model) {
  const deep = model.layers.length > 2;
  return [
    model.x,
    ...model.layers.map((layer, n) =>
      layer.outs.map((_, k) =>
        n === model.layers.length - 1
          ? say("output unit", { unit: k + 1 })
          : deep
            ? say("deep unit", { n: n + 1, unit: k + 1 })
            : say("hidden unit", { unit: k + 1 }),
      ),
    ),
  ];
}

/** A number of the picture. @param {string} name @param {string} kind @param {string} [label] */
const numberButton = (name, kind, label = "") =>
  `<button type="button" class="number ${kind}" data-n="${name}" tabindex="-1"><span class="name">${escaped(label || called(name))}</span> <span class="value"></span></button>`;

/** The units and edges of a network, without numbers. @param {Model} model */
function drawnNetwork(model) {
  const units = unitNames(model);
  const levels = [
    model.x.map(
      (x, k) =>
        `<div class="node"><div class="unit input" data-unit="0 ${k}">${numberButton(x, "given")}</div></div>`,
    ),
  ];
  model.layers.forEach((layer, n) => {
    const last = n === model.layers.length - 1;
    levels.push(
      layer.outs.map((out, k) => {
        const joins = [...layer.weights[k], ...(layer.biases ? [layer.biases[k]] : [])];
        const edges = joins.map((name, j) => {
          const partial = model.partial.get(name);
          const from = j < layer.weights[k].length ? `${n} ${j}` : "";
          return `<div class="edge" data-from="${from}">${numberButton(name, "given")}${partial ? numberButton(partial, "backward", "∂") : ""}${model.updates[name] ? numberButton(model.updates[name], "update", "→") : ""}</div>`;
        });
        const rows = [numberButton(layer.nets[k], "forward"), numberButton(out, "forward")];
        if (layer.deltas[k] in model.lines)
          rows.push(numberButton(layer.deltas[k], "backward", `δ`), `<span class="made"></span>`);
        if (last && model.y[k]) rows.push(numberButton(model.y[k], "given"));
        if (last && model.errors[k]) rows.push(numberButton(model.errors[k], "forward"));
        return `<div class="node"><div class="edges">${edges.join("")}</div><div class="unit" data-unit="${n + 1} ${k}" data-out="${out}" data-net="${layer.nets[k]}" data-delta="${layer.deltas[k]}"><b>${escaped(units[n + 1][k])} <i class="flat" hidden>${say("flat")}</i></b>${rows.join("")}</div></div>`;
      }),
    );
  });
  levels.push([
    `<div class="node"><div class="unit end" data-unit="end">${numberButton(model.loss, "forward")}</div></div>`,
  ]);
  const drawn = new Set(["", ...model.x, ...model.y]);
  for (const layer of model.layers)
    for (const name of [...layer.weights.flat(), ...(layer.biases ?? [])]) drawn.add(name);
  const others = model.inputs.filter((name) => !drawn.has(name));
  return (
    `<svg class="wires" aria-hidden="true"></svg>` +
    levels.map((level) => `<div class="level">${level.join("")}</div>`).join("") +
    `<div class="level others">${others.map((name) => numberButton(name, "given")).join("")}</div>`
  );
}

/** How thick a wire is that so large a share goes through. @param {number} share */
const thickness = (share) => (0.8 + 4.2 * Math.sqrt(share)).toFixed(2);

/** Marks the edges beyond which the picture goes on. @param {Element} hold */
function drawEdges(hold) {
  const { scrollLeft, scrollWidth, clientWidth } = hold;
  hold.classList.toggle("before", scrollLeft > 1);
  hold.classList.toggle("beyond", scrollWidth - clientWidth - scrollLeft > 1);
}

/**
 * Draws the wires between what stands in the picture: as thick as the partial of their weight is large,
 * dashed where it is negative.
 * @param {HTMLElement} net
 * @param {View} view
 */
function drawWires(net, view) {
  const { model, partials } = view;
  const frame = net.getBoundingClientRect();
  /** @param {Element} element @param {"top" | "bottom"} side */
  const spot = (element, side) => {
    const box = element.getBoundingClientRect();
    return { x: box.left - frame.left + box.width / 2, y: box[side] - frame.top };
  };
  const sizes = model.trained.map((name) => Math.abs(partials.get(name) ?? 0));
  const most = Math.max(...sizes, 1e-300);
  /** @type {string[]} */
  const drawn = [];
  /** @param {{x: number, y: number}} a @param {{x: number, y: number}} b @param {string} [kind] @param {number} [share] */
  const wire = (a, b, kind = "", share = 0) => {
    const half = (a.y + b.y) / 2;
    const [x0, y0, x1, y1, y] = [a.x, a.y, b.x, b.y, half].map((place) => place.toFixed(1));
    drawn.push(
      `<path class="${kind}" style="stroke-width:${thickness(share)}" d="M${x0} ${y0}C${x0} ${y} ${x1} ${y} ${x1} ${y1}"/>`,
    );
  };
  for (const edge of parts(net, ".edge")) {
    const name = part(edge, ".given")?.getAttribute("data-n") ?? "";
    const unit = part(/** @type {Element} */ (edge.closest(".node")), ".unit");
    const slope = view.known(model.partial.get(name) ?? "") ? (partials.get(name) ?? 0) : 0;
    const kind = [
      slope < 0 ? "minus" : "",
      ...["lit", "fed"].filter((word) => edge.classList.contains(word)),
    ].join(" ");
    const share = Math.abs(slope) / most;
    const from = edge.dataset.from;
    if (from) wire(spot(part(net, `[data-unit="${from}"]`), "bottom"), spot(edge, "top"), kind, share);
    wire(spot(edge, "bottom"), spot(unit, "top"), kind, share);
  }
  const end = part(net, ".end");
  for (const unit of parts(net, `[data-unit^="${model.layers.length} "]`))
    wire(spot(unit, "bottom"), spot(end, "top"));
  const svg = part(net, ".wires");
  svg.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
  putHtml(svg, drawn.join(""));
}

/**
 * Which numbers stand behind a number, and which ones it goes into.
 * @param {Model} model
 * @param {string} name
 * @param {string} which
 */
function around(model, name, which) {
  const feeds = new Set(name in model.lines ? namesIn(lineOf(model, which, name)) : []);
  const fed = new Set();
  const todo = [name];
  for (let next = todo.pop(); next; next = todo.pop())
    for (const user of model.users.get(next) ?? [])
      if (!fed.has(user)) {
        fed.add(user);
        todo.push(user);
      }
  return { feeds, fed };
}

/**
 * Puts the numbers of a state into the picture.
 * @param {HTMLElement} net
 * @param {View} view
 */
function drawNumbers(net, view) {
  const { model, state, verdict } = view;
  const { feeds, fed } = around(model, state.focus, state.which);
  for (const button of parts(net, ".number")) {
    const name = button.dataset.n ?? "";
    const value = view.value(name);
    const given = model.at.has(name) && !(name in model.lines);
    const mark = verdict?.marks[name];
    const guess = state.mode === "check" && state.hidden && !given && mark !== "right" && mark !== "rounded";
    const known = view.known(name) && !guess;
    const text = !known ? "·" : withMinus(given ? briefGiven(value) : brief(value));
    putText(part(button, ".value"), text);
    const differs = state.which !== "right" && name in model.means && known && differsFrom(view, name);
    for (const [kind, on] of /** @type {[string, boolean][]} */ ([
      ["focus", name === state.focus],
      ["feeds", feeds.has(name)],
      ["fed", fed.has(name)],
      ["differs", differs],
      ...["right", "rounded", "wrong", "follows"].map((kind) => [kind, mark === kind]),
    ]))
      button.classList.toggle(kind, on);
    button.setAttribute("aria-pressed", String(name === state.focus));
    const told = [known ? text : say("not yet"), ...(mark ? [say(`mark ${mark}`)] : [])].join(say("comma"));
    button.ariaLabel = say("said", { name: button.dataset.said ?? "", value: told });
  }
  for (const edge of parts(net, ".edge")) {
    edge.classList.toggle("lit", Boolean(part(edge, ".focus, .feeds")));
    edge.classList.toggle("fed", Boolean(part(edge, ".fed")));
  }
  for (const button of parts(net, ".update"))
    button.hidden = state.upto === null || !view.known(button.dataset.n ?? "");
  for (const unit of parts(net, ".unit[data-out]")) {
    const { out = "", net: into = "", delta = "" } = unit.dataset;
    const slope = view.slopes.get(`${out} ${into}`);
    const made = unit.querySelector(".made");
    const flat = slope !== undefined && Math.abs(slope) < 0.05 && view.known(out);
    part(unit, ".flat").toggleAttribute("hidden", !flat);
    if (made) {
      const error = view.partials.get(out);
      const shows =
        error !== undefined &&
        slope !== undefined &&
        view.known(delta) &&
        !(state.hidden && state.mode === "check");
      putText(made, shows ? `= ${withMinus(brief(error))} × ${withMinus(brief(slope))}` : "");
      made.toggleAttribute("hidden", !shows);
    }
  }
}

/** A given number, where there is little room. @param {number} value */
const briefGiven = (value) => (short(value).length > 9 ? brief(value) : short(value));

/** Whether another way to calculate the partials gives another number. @param {View} view @param {string} name */
const differsFrom = (view, name) => apart(view.value(name), view.beside[placeOf(view.model, name)]);
