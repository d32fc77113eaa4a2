// Training: the passes, and the curve that answers.

const SHOWN = 1000;
const EDGE = { left: 56, right: 326, top: 12, bottom: 152 };

/** How far the curve goes. @param {number} pass */
const endOf = (pass) => Math.max(SHOWN, 10 ** Math.ceil(Math.log10(pass) - 1e-9));

/** Where a pass stands in the curve, and which pass stands there. */
const across = {
  /** @param {number} n @param {number} end */
  place: (n, end) => EDGE.left + ((EDGE.right - EDGE.left - 6) * Math.log10(n)) / Math.log10(end),
  /** @param {number} x @param {number} end */
  pass: (x, end) => Math.round(10 ** (((x - EDGE.left) / (EDGE.right - EDGE.left - 6)) * Math.log10(end))),
};

/** Which numbers' curves can be drawn. @param {View} view */
const watchedName = ({ state, model }) => state.watch || model.loss;

/** The losses that the source printed, for the numbers of the source alone. @param {View} view */
function printedMarks(view) {
  const { model, state } = view;
  const own = model.inputs.some((name) => state.given[name] !== model.given[name]);
  return own || model.printed.length < 2 || watchedName(view) !== model.loss ? [] : model.printed;
}

/**
 * The curve over the passes: strong up to this one, then quiet; dotted what it is compared with.
 * @param {View} view
 */
function drawnCurve(view) {
  const { run, rivals, state } = view;
  const end = endOf(state.pass);
  const marks = printedMarks(view).filter(([n]) => n <= end);
  let low = Infinity;
  let high = -Infinity;
  for (const list of [
    run.watched,
    ...rivals.map(({ watched }) => watched),
    marks.map(([, text]) => Number(text)),
  ])
    for (const value of list) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  const logarithmic = low > 0 && high / low > 3;
  /** @param {number} value */
  const scale = (value) => (logarithmic ? Math.log10(value) : value);
  const room = scale(high) - scale(low) || 1;
  /** @param {number} n */
  const x = (n) => across.place(n, end).toFixed(1);
  /** @param {number} value */
  const y = (value) =>
    (EDGE.bottom - 6 - ((EDGE.bottom - EDGE.top - 12) * (scale(value) - scale(low))) / room).toFixed(1);
  /** @param {string} kind @param {number[]} list @param {number} upto */
  const way = (kind, list, upto) => {
    const last = Math.min(list.length, upto);
    const points = [];
    for (let n = 1; n <= last; n = n < last ? Math.min(last, Math.max(n + 1, Math.round(n * 1.04))) : n + 1)
      points.push(`${x(n)} ${y(list[n - 1])}`);
    return points.length ? `<path class="${kind}" d="M${points.join("L")}"/>` : "";
  };
  let drawn = `<path d="M${EDGE.left} ${EDGE.top}V${EDGE.bottom}H${EDGE.right}"/>`;
  for (let n = 1; n <= end; n *= 10)
    drawn += `<path d="M${x(n)} ${EDGE.bottom}v4"/><text x="${x(n)}" y="${EDGE.bottom + 18}">${n}</text>`;
  const middle = logarithmic ? Math.sqrt(low) * Math.sqrt(high) : low / 2 + high / 2;
  for (const value of new Set([low, middle, high]))
    drawn += `<text class="y" x="${EDGE.left - 6}" y="${Number(y(value)) + 4}">${withMinus(short(Number(value.toPrecision(2))))}</text>`;
  rivals.forEach(({ watched }) => (drawn += way("rival", watched, end)));
  drawn += way("ahead", run.watched, end) + way("behind", run.watched, state.pass);
  for (const [n, text] of marks)
    drawn += `<path class="mark" d="M${x(n)} ${y(Number(text))}m0-6l5 6l-5 6l-5-6z"/>`;
  const value = run.watched[state.pass - 1];
  return `${drawn}<circle cx="${x(state.pass)}" cy="${y(value)}" r="4.5"/>`;
}

/** What is said below the curve. @param {View} view */
function saidCurve(view) {
  const { state, run, rivals } = view;
  const name = watchedName(view);
  const value = run.watched[state.pass - 1];
  const compared = rivals.length > (state.pinned ? 1 : 0);
  const said = [say("curve", { name: called(name), n: state.pass, value: shown(value) })];
  const [n, text] = printedMarks(view).find(([n]) => n === state.pass) ?? [0, ""];
  if (n) {
    const places = Math.min(20, text.split(".")[1]?.length ?? 0);
    said.push(say("printed", { n, printed: text, value: value.toFixed(places) }));
    if (n > 1 && compared && state.which === "right") said.push(say("why"));
  }
  if (compared) said.push(say("other", { which: say(state.which === "right" ? "crossed short" : "right") }));
  if (state.pinned)
    said.push(
      say("pinned", {
        value: shown(rivals[rivals.length - 1].watched[state.pass - 1] ?? NaN),
        name: called(name),
      }),
    );
  if (printedMarks(view).length) said.push(say("mark"));
  if (run.stop) said.push(say("no run", { n: run.stop }));
  return said.join(" ");
}

/** What a pass of the curve says when it is pointed at. @param {View} view @param {number} pass */
function saidPoint(view, pass) {
  const value = view.run.watched[pass - 1];
  return value === undefined
    ? ""
    : say("point", { n: pass, name: called(watchedName(view)), value: shown(value) });
}

/** How the crossed partials of this pass compare with the right ones. @param {View} view */
function saidDifferences(view) {
  const { model, state, values, beside } = view;
  if (!Object.keys(model.variants).length) return "";
  const other = state.which === "right" ? Object.keys(model.variants)[0] : "right";
  const numbers = values.slice();
  runner(model, other)(numbers);
  const crossed = state.which === "right" ? numbers : values;
  const weighed = Object.keys(model.means).filter((name) => model.means[name] in model.given);
  const unlike = weighed.filter((name) => apart(crossed[placeOf(model, name)], beside[placeOf(model, name)]));
  const list = unlike.map((name) => {
    const n = placeOf(model, name);
    return say("unlike one", {
      name: called(model.means[name]),
      crossed: shown(crossed[n]),
      right: shown(beside[n]),
    });
  });
  return [
    say(list.length ? "unlike" : "same", { count: list.length, of: weighed.length, n: state.pass }),
    ...list,
  ].join("\n");
}
