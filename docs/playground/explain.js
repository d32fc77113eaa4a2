// The number in focus: its line in names and in numbers, what feeds it, what it feeds, its paths, a nudge.

/** How numbers are spelled: given ones without the zeros at their end, or in another way.
 * @param {View} view
 * @param {(value: number) => string} [given]
 * @returns {(name: string) => string} */
const spelledIn =
  (view, given = short) =>
  (name) =>
    (name in view.model.given ? given : fixed)(view.value(name));

/** The rows of a line, each behind an equals sign. @param {string} name @param {string[]} rows */
const drawnRows = (name, rows) =>
  `<div class="line">${rows
    .map(
      (row, n) =>
        `<span>${n ? "" : mathOf(MATH.name(name))}</span> <span class="term">${mathOf(mo("=") + row)}</span>`,
    )
    .join("")}</div>`;

/** A number's name as a button that brings it into focus. @param {string} name */
const link = (name) =>
  `<button type="button" class="link" data-look="${name}">${escaped(called(name))}</button>`;

/**
 * The line of a number: in names, in numbers, its result.
 * @param {View} view
 * @param {string} name
 */
function drawnLine(view, name) {
  const { model, state } = view;
  const tree = lineOf(model, state.which, name);
  const rows = [written(tree, MATH)];
  if (view.known(name))
    rows.push(
      written(tree, MATH, spelledIn(view)),
      written(name, MATH, () => fixed(view.value(name))),
    );
  return drawnRows(
    name,
    rows.filter((row, n) => row !== rows[n - 1]),
  );
}

/** The sentence that is read aloud of a number. @param {View} view @param {string} name */
function saidLine(view, name) {
  const { model, state } = view;
  const value = view.known(name) ? shown(view.value(name)) : say("not yet");
  if (!(name in model.lines))
    return say("aloud given", { name: saidName(model, name), value: withMinus(short(view.value(name))) });
  const from = namesIn(lineOf(model, state.which, name)).map(called);
  return say("aloud", { name: saidName(model, name), value, from: listed(from) });
}

/** Names in a row: a, b and c. @param {string[]} names */
function listed(names) {
  return names.length < 2
    ? names.join("")
    : say("and", { some: names.slice(0, -1).join(say("comma")), last: names[names.length - 1] });
}

/**
 * What feeds a number, each with the local partial of the line by it; and what it feeds.
 * @param {View} view
 * @param {string} name
 */
function drawnNeighbours(view, name) {
  const { model, state } = view;
  const rows = [];
  for (const used of name in model.lines ? namesIn(lineOf(model, state.which, name)) : []) {
    const slope = model.slopes[name]?.[used];
    const local = view.slopes.get(`${name} ${used}`);
    const value = withMinus(spelledIn(view)(used));
    const rate =
      slope === undefined || local === undefined || !view.known(name)
        ? ""
        : mathOf(
            MATH.name(`∂${name}/∂${used}`) +
              mo("=") +
              written(slope, MATH) +
              (typeof slope === "number" ? "" : between("=") + written("v", MATH, () => fixed(local))),
          );
    rows.push(`<li>${link(used)} <span>${view.known(used) ? value : "·"}</span> ${rate}</li>`);
  }
  const users = model.users.get(name) ?? [];
  return (
    (rows.length ? `<p class="label">${say("fed by")}</p><ul class="feeding">${rows.join("")}</ul>` : "") +
    (users.length
      ? `<p class="label">${say("feeds")}</p><p class="feeding">${users.map(link).join(" ")}</p>`
      : "")
  );
}

/**
 * The paths from a weight to the loss, each with its product, and their sum.
 * @param {View} view
 * @param {string} name a partial by a weight
 */
function drawnPaths(view, name) {
  const { model } = view;
  const by = model.means[name];
  if (!by || !(by in model.given) || !view.known(name)) return "";
  const paths = pathsFrom(model, by);
  if (!paths) return `<p class="note">${say("many paths", { of: 64 })}</p>`;
  const shares = paths.map((path) => {
    const factors = factorsAlong(model, path).map(
      ({ line, by: used }) => view.slopes.get(`${line} ${used}`) ?? NaN,
    );
    return {
      path,
      factors: factors.filter((factor, n) => n || factor !== 1).reverse(),
      share: factors.reduce((a, b) => a * b, 1),
    };
  });
  const rows = shares.map(({ path, factors, share }) => {
    const product = factors
      .map((factor, n) =>
        written("v", MATH, () => fixed(factor)).replace(
          /^(<mo form="prefix.*)$/,
          n ? "<mo>(</mo>$1<mo>)</mo>" : "$1",
        ),
      )
      .join(MATH.times);
    return `<li><span class="way">${path.slice(1, -1).map(called).map(escaped).join(" → ")}</span> ${mathOf(product + between("=") + written("v", MATH, () => fixed(share)))}</li>`;
  });
  const total = shares.reduce((sum, { share }) => sum + share, 0);
  const size = shares.reduce((sum, { share }) => sum + Math.abs(share), 0);
  const differs = view.state.which !== "right" && apart(total, view.value(name), size);
  const end = !model.simultaneous
    ? say("other order")
    : shares.length > 1
      ? say("sum", { n: shares.length, sum: shown(total) })
      : "";
  return (
    `<p class="label">${say(shares.length > 1 ? "paths" : "one path")}</p><ul class="paths">${rows.join("")}</ul>` +
    (end ? `<p class="note">${end}</p>` : "") +
    (differs
      ? `<p class="note differs">${say("differs", { right: shown(total), value: shown(view.value(name)) })}</p>`
      : "")
  );
}

/**
 * A nudge beside the partial: change a number by a little, and see how much the loss changes.
 * @param {View} view
 * @param {string} name a given number
 */
function drawnNudge(view, name) {
  const { model, state } = view;
  const partial = view.partials.get(name);
  if (partial === undefined) return "";
  const by = stepFor(view.value(name)) / 10;
  const values = view.values.slice();
  values[placeOf(model, name)] += by;
  runner(model, state.which)(values);
  const change = values[placeOf(model, model.loss)] - view.value(model.loss);
  if (!Number.isFinite(change)) return "";
  const put = {
    name: called(name),
    by: short(by),
    loss: called(model.loss),
    change: shown(change),
    quotient: shown(change / by),
    partial: shown(partial),
  };
  return `<p class="nudge">${escaped(say("nudge", put))}</p>`;
}

/**
 * All that is said of the number in focus.
 * @param {View} view
 */
function drawnFocus(view) {
  const { model, state } = view;
  const name = state.focus;
  if (!name) return `<p class="hint">${say(`hint ${state.mode}`)}</p>`;
  const calculated = name in model.lines;
  const stage = model.stage.get(name) ?? say("given");
  const head = `<p class="title">${escaped(saidName(model, name))} <small>${escaped(stage)}</small></p>`;
  const partial = model.partial.get(name);
  const own =
    !calculated && partial ? `<p class="label">${say("its partial")}</p>${drawnLine(view, partial)}` : "";
  return (
    head +
    (calculated ? drawnLine(view, name) : "") +
    own +
    (calculated ? "" : drawnNudge(view, name)) +
    drawnPaths(view, calculated ? name : (partial ?? "")) +
    drawnNeighbours(view, name)
  );
}
