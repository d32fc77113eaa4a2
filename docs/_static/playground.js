// The playground: runs a model, shows its numbers, follows every change. No formula stands here: the models are written
// from the worked listing when the book is built, and this file supplies what JavaScript has of the functions that they call.
(() => {
const { exp, log, sqrt, tanh, abs, max, min, log10, ceil, round } = Math;
const models = Object.create(null), here = document.currentScript.src;
const LIMIT = 1e50, LAST = 20000, SHOWN = 1000; // of a number, of the passes, and how far the curve goes at least
const FITS = { number: (v) => !isNaN(v), rate: (v) => v > 0, pass: (v) => v >= 1 && v <= LAST && Number.isInteger(v) };

self.playground = (name, model, write) => {
  model.variants = write({ exp, log, sqrt, tanh });
  model.at = Object.create(null);
  model.names.forEach((name, n) => (model.at[name] = n));
  model.weighed = model.lines.filter(({ by }) => model.at[by] < model.given.length);
  models[name] = model;
};

// Runs passes: the loss of each, all numbers of pass n, and where it had to stop.
const follow = (model, which, given, n, upto) => {
  const values = Float64Array.from(model.names, (_, k) => given[k] ?? 0), losses = [];
  let at = null;
  for (let k = 1; k <= upto; k++) {
    model.variants[which].pass(values);
    let bad = 0;
    while (bad < values.length && abs(values[bad]) < Infinity) bad++;
    if (bad < values.length) return { losses, at, stop: k, bad: model.names[bad] };
    losses.push(values[model.loss]);
    if (k === n) at = values.slice();
    for (const [to, from] of model.updates) values[to] = values[from];
    if (model.updates.some(([to]) => abs(values[to]) > LIMIT)) return { losses, at, stop: k + 1 };
  }
  return { losses, at };
};
const apart = (a, b, size = max(abs(a), abs(b))) => abs(a - b) > 1e-12 * size;

// Numbers as workings/write/typeset.py writes them; from 1e7 on the last digit may differ.
const python = (text) => text.replace(/e([+-])(\d)$/, "e$10$2");
const fixed = (value) => {
  const size = abs(value);
  if (size && !(size >= 1e-6 && size < 1e9)) return python(value.toExponential(5));
  return (size < 1e7 ? Number(`${value.toPrecision(14)}1`) : value).toFixed(6);
};
const short = (value) => fixed(value).replace(/(\.\d*?)0+(?=e|$)/, "$1").replace(/\.(?=e|$)/, "");
const brief = (value) => { // what has room in the picture
  const size = abs(value);
  if (!size || (size >= 1e-6 && size < 10)) return fixed(value);
  return size >= 1 && size < 1e7 ? value.toPrecision(7) : python(value.toExponential(2));
};
const full = (value) => {
  const text = value.toExponential(), e = text.split("e")[1];
  return value && (e < -4 || e >= 16) ? python(text) : String(value);
};
const signed = (text) => text.replace(/^-/, "−");
const shown = (value) => signed(fixed(value));
const filled = (text, put) => text.replace(/\{([(^]?)(\w+)\}/g, (all, mark, name) => put(name, mark) ?? all);
const inFigures = (text, figure) => filled(text, (name, mark) => {
  const spelled = figure(name);
  const tight = mark && (spelled?.[0] === "-" || (mark === "^" && spelled.includes("e")));
  return tight ? `(${signed(spelled)})` : spelled && signed(spelled);
});
const read = (text = "") => {
  const plain = text.trim().replace(/^[−–]/, "-");
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) + 0 : NaN;
  return abs(value) <= LIMIT ? value : NaN;
};
const put = (part, text, what = "textContent") => { if (part[what] !== text) part[what] = text; };

const begin = (root) => {
  const words = JSON.parse(root.dataset.words), whole = root.dataset.part === "all";
  const say = (word, values = {}) => filled(words[word], (name) => values[name] ?? "");
  const one = (where) => root.querySelector(where), every = (where) => [...root.querySelectorAll(where)];
  const called = (name) => words.symbols[name] ?? name;
  const slider = one("[type=range]"), curve = one(".curve"), passField = one(".pass"), which = one(".which");
  const still = matchMedia("(prefers-reduced-motion: reduce)"), timers = {};
  const later = (what, wait, does) => { clearTimeout(timers[what]); timers[what] = setTimeout(does, wait); };
  const tell = (text, wait = 50) => {
    put(one(".said"), ""); // what is said twice is read aloud twice
    later("said", wait, () => { untold = null; put(one(".said"), text); });
  };
  let state = { net: "article", given: models.article.given, pass: 1, line: 0, which: "right" };
  let model, steps, cells, lights, now, rivals, untold, drawing = 0, stop = null, turn = 0;

  // Another network: its picture and table, and its lines.
  const show = (net) => {
    model = models[net];
    if (root.dataset.net) {
      one(".hold").innerHTML = model.net;
      one(".given").outerHTML = model.more;
      one(".table-wrapper").outerHTML = model.table;
    }
    root.dataset.net = net;
    root.classList.toggle("broad", parseFloat(one(".net").style.getPropertyValue("--W")) > 38);
    for (const field of every("input[data-n]")) field.readOnly = false;
    cells = every("[data-n]").map((part) => ({ part, n: model.at[part.dataset.n], next: model.at[part.dataset.new] }));
    lights = every("[data-on]").map((part) => ({ part, ways: part.dataset.on.split("|").map((way) => way.split(" ")) }));
    steps = model.lines.flatMap((line, k) => {
      const name = model.names[line.n], { texts = [] } = model.variants.right.shares[line.n] ?? {};
      if (!whole && !root.dataset.lines.split(" ").includes(name)) return [];
      return [...texts.map((_, path) => ({ id: `${name}:${path + 1}`, line, k, path })), { id: name, line, k, sum: texts.length }];
    });
    if (slider) slider.max = steps.length;
  };

  // A change is tried first: one that cannot be calculated leaves all as it was, and is returned.
  const attempt = (change) => {
    const next = { ...state, ...change }, on = models[next.net], upto = max(SHOWN, next.pass);
    if (!now || Object.keys(change).some((part) => part !== "line" && next[part] !== state[part])) {
      const run = follow(on, next.which, next.given, next.pass, upto);
      if (!run.at) return run;
      const other = Object.keys(on.variants).find((name) => name !== next.which);
      rivals = other ? [{ other, losses: follow(on, other, next.given, 1, upto).losses }] : [];
      now = { ...run, beside: run.at.slice() };
      if (other) on.variants[other].pass(now.beside);
      one("textarea")?.remove();
    }
    if (next.net !== root.dataset.net) show(next.net);
    state = next;
    drawing ||= requestAnimationFrame(() => { drawing = 0; draw(); });
  };

  const draw = () => {
    const { at, beside } = now, current = steps[state.line - 1], { lights: paths, texts } = model.variants[state.which];
    const known = current ? current.line.n - (current.path === undefined ? 0 : 1) : Infinity;
    const updating = current && model.updates.some(([, from]) => from === current.line.n);
    const unlike = model.lines.filter(({ n, by }) => by && apart(at[n], beside[n]));
    for (const { part, n, next } of cells) {
      if (part.tagName === "INPUT") {
        part.ariaValueNow = at[n];
        if (part !== document.activeElement && !part.ariaInvalid) put(part, signed(short(at[n])), "value");
        continue;
      }
      const renewed = updating && next <= known, differs = state.which !== "right" && n <= known && unlike.some((line) => line.n === n);
      const value = at[renewed ? next : n], text = n > known ? "·" : part.tagName === "TD" ? shown(value) : signed(brief(value));
      put(part, part.classList.contains("d") ? `${renewed ? "→" : differs ? "≠" : "∂"} ${text}` : text);
      part.classList.toggle("differs", differs);
      if (part.tagName === "TD" && rivals.length && n >= model.given.length)
        put(part.previousElementSibling, filled(texts[n - model.given.length], called));
    }
    const lit = current ? paths[current.k].map((way) => new Set(way.split(" "))) : [];
    for (const { part, ways } of lights)
      ["one", "two"].forEach((name, odd) => part.classList.toggle(name, lit.some((path, n) =>
        n % 2 === odd && (current.path ?? n) === n && ways.some((way) => way.every((name) => path.has(name))))));
    if (slider) explain(current);
    if (passField) passes();
    if (which) {
      which.hidden = !rivals.length;
      for (const choice of every("[name=partials]")) choice.checked = choice.value === state.which;
      put(one(".compared"), rivals.length ? compare(unlike.filter((line) => model.weighed.includes(line))) : "");
    }
    if (whole) later("address", 300, () => {
      const to = taken.address();
      if (`${to}${location.hash}`.includes("=")) history.replaceState(null, "", to); // and leave other anchors alone
    });
  };
  const figure = (name) => (model.at[name] < model.given.length ? short : fixed)(now.at[model.at[name]]);
  const result = () => ({ loss: model.names[model.loss], now: shown(now.at[model.loss]) });

  // A line in names, in numbers, its result; of a hidden weight each path, then their sum.
  const explain = (current) => {
    const rows = [];
    slider.value = state.line;
    put(one(".where"), current ? say("at", { n: state.line, of: steps.length }) : "");
    for (const button of every("[data-do=back], [data-do=all]")) button.ariaDisabled = !current;
    one("[data-do=next]").ariaDisabled = state.line === steps.length;
    if (current) {
      const { line, k, path, sum } = current, { texts, shares } = model.variants[state.which], share = shares[line.n];
      const by = line.by && say("partial", { ...result(), name: line.by }), parts = share?.values(now.at);
      const [left, text, value, way] = path === undefined ? [called(model.names[line.n]), texts[k], now.at[line.n]]
        : [say("share", { n: path + 1 }), share.texts[path], parts[path], say("path", { n: path + 1, of: parts.length })];
      rows.push(["title", [line.kind, by, way].filter(Boolean).join(", ")], ["names", `${left} = ${filled(text, called)}`],
        ["figures", `= ${inFigures(text, figure)}`], ["result", `= ${shown(value)}`]);
      if (sum) {
        const right = parts.reduce((a, b) => a + b, 0);
        const said = parts.map((part, n) => shown(part).replace(/^−.*/, n ? "($&)" : "$&")).join(" + ");
        rows.push(["sum", say("sum", { n: sum, sum: `${said} = ${shown(right)}` })]);
        const size = parts.reduce((a, b) => a + abs(b), 0);
        if (state.which !== "right" && apart(right, value, size)) rows.push(["sum", say("differs", { right: shown(right), value: shown(value) })]);
      }
    } else rows.push(["hint", say("overview", { of: steps.length })]);
    const box = one(".formula");
    while (box.children.length > rows.length) box.lastChild.remove();
    rows.forEach(([kind, text], n) => {
      const row = box.children[n] ?? box.appendChild(document.createElement("p"));
      row.className = kind;
      put(row, text);
    });
    slider.ariaValueText = rows.map(([, text]) => text).join(" ");
  };

  const compare = (unlike) => {
    const [right, crossed] = state.which === "right" ? [now.at, now.beside] : [now.beside, now.at];
    const list = unlike.map(({ n, by }) =>
      say("unlike one", { name: by, crossed: shown(crossed[n]), right: shown(right[n]) })).join("");
    return say(list ? "unlike" : "same", { count: unlike.length, of: model.weighed.length, n: state.pass }) + list;
  };

  // The loss over the passes: strong up to this one, then quiet; and what the source printed.
  const passes = () => {
    if (passField !== document.activeElement && !passField.ariaInvalid) put(passField, String(state.pass), "value");
    for (const button of every("[data-do^='pass ']")) {
      const [, to] = button.dataset.do.split(" "), pass = target(to);
      button.ariaDisabled = !FITS.pass(pass);
      if (to > 0) button.ariaPressed = pass === state.pass;
    }
    const end = max(SHOWN, 10 ** ceil(log10(state.pass) - 1e-9)), value = now.at[model.loss];
    const own = state.given.some((value, n) => value !== model.given[n]);
    const marks = own || model.marks.length < 2 ? [] : model.marks.filter(([n]) => n <= end);
    let low = Infinity, high = -Infinity;
    for (const list of [now.losses, ...rivals.map(({ losses }) => losses), marks.map(([, text]) => Number(text))])
      for (const value of list) low = min(low, value), high = max(high, value);
    const scale = low > 0 ? log10 : (value) => value, room = scale(high) - scale(low) || 1;
    const x = (n) => (56 + (264 * log10(n)) / log10(end)).toFixed(1);
    const y = (value) => (146 - (132 * (scale(value) - scale(low))) / room).toFixed(1);
    const way = (kind, losses, upto) => {
      let d = "";
      const last = min(losses.length, upto);
      for (let n = 1; n <= last; n = n < last ? min(last, max(n + 1, round(n * 1.04))) : n + 1)
        d += `${d ? "L" : "M"}${x(n)} ${y(losses[n - 1])}`;
      return `<path class="${kind}" d="${d}"/>`;
    };
    let drawn = '<path d="M56 10V146H326"/>';
    for (let n = 1; n <= end; n *= 10) drawn += `<path d="M${x(n)} 146v4"/><text x="${x(n)}" y="164">${n}</text>`;
    for (const value of new Set([low, low > 0 ? sqrt(low) * sqrt(high) : low / 2 + high / 2, high])) {
      const text = signed(short(Number(value.toPrecision(2))));
      drawn += `<text class="y" x="50" y="${Number(y(value)) + 4}">${text}</text>`;
    }
    for (const { losses } of rivals) drawn += way("rival", losses, end);
    drawn += way("ahead", now.losses, end) + way("behind", now.losses, state.pass);
    for (const [n, text] of marks) drawn += `<path class="mark" d="M${x(n)} ${y(Number(text))}m0-6l5 6l-5 6l-5-6z"/>`;
    curve.innerHTML = `${drawn}<circle cx="${x(state.pass)}" cy="${y(value)}" r="4.5"/>`;
    const said = say("curve", { ...result(), n: state.pass });
    const [n, printed] = marks.find(([n]) => n === state.pass) ?? [];
    curve.ariaLabel = said;
    put(one(".curved"), [
      n ? say("printed", { n, printed, value: value.toFixed(min(20, printed.split(".")[1]?.length ?? 0)) }) : said,
      n > 1 && rivals.length && state.which === "right" ? words.why : "",
      ...rivals.map(({ other }) => say("other", { which: words[other].split(",")[0] })),
      marks.length ? words.mark : "",
      now.stop ? say("no run", { n: now.stop }) : "",
    ].join(" "));
  };

  // Changes
  const change = (field, value) => {
    if (slider) one(".formula").ariaLive = "off";
    run(false);
    const n = model.at[field.dataset.n], bound = model.bounds[n] ?? "number", { pass } = state, before = result().now;
    const said = { name: called(model.names[n]), got: field.value, value: signed(short(now.at[n])) };
    if (!FITS[bound](value)) return wrong(field, say(`no ${bound}`, said));
    const afresh = pass > 1 && model.updates.some(([to]) => to === n); // the weights of this pass are the new first ones
    const given = afresh ? [...now.at.slice(0, model.given.length)] : [...state.given];
    given[n] = value;
    const failed = attempt(afresh ? { given, pass: 1 } : { given });
    if (failed) return wrong(field, say("no value", { ...said, line: failed.bad ?? said.name }));
    mended();
    const since = { before, ...untold, ...(afresh && { n: pass }) };
    tell([say("changed", { ...said, value: signed(short(value)), ...result(), ...since }),
      since.n ? say("restart", since) : ""].join(" "), 500);
    untold = since;
  };
  const wrong = (field, message) => {
    field.ariaInvalid = "true";
    tell(message, 500);
  };
  const mended = () => {
    for (const field of every("[aria-invalid]")) field.ariaInvalid = null;
    if (!whole) return;
    const list = one("select"), [own, ...options] = list.options, pick = (text) => options.find(({ value }) => value === text);
    own.text = say("own", { name: pick(`net=${state.net}`).text });
    list.value = pick(numbers())?.value ?? "";
  };
  const target = (to) => (to === "-" ? state.pass - 1 : to === "+" ? state.pass + 1 : Number(to));
  const go = (pass, change = {}) => {
    const failed = !FITS.pass(pass) || attempt({ pass, ...change });
    if (failed) tell(failed.stop ? say("no run", { n: failed.stop }) : "");
    else if (!stop) tell(say("at pass", { n: pass, ...result() }), 500);
    return !failed;
  };
  const look = (line, live = "polite") => { // a button's step is read aloud; the slider says its own
    one(".formula").ariaLive = live;
    tell("");
    attempt({ line: max(0, min(steps.length, line)) });
  };
  const run = (on) => {
    stop?.();
    stop = null;
    if (passField) put(one("[data-do=run]"), words[on ? "pause" : "run"]);
    if (!on) return;
    if (state.pass === LAST) go(1);
    const end = min(LAST, max(SHOWN, 10 ** ceil(log10(state.pass + 1))));
    const again = (does) => {
      const slow = still.matches, id = slow ? setTimeout(does, 500) : requestAnimationFrame(does);
      stop = () => (slow ? clearTimeout : cancelAnimationFrame)(id);
    };
    again(function ahead() {
      const fine = go(min(end, max(state.pass + 1, ceil(state.pass * (still.matches ? 1.6 : 1.02)))));
      if (fine && state.pass < end) return again(ahead);
      run(false);
      if (fine) go(state.pass);
    });
  };

  // The address holds what differs from the first state.
  const numbers = () => [`net=${state.net}`, ...state.given.flatMap((value, n) =>
    value === model.given[n] ? [] : `${model.names[n]}=${full(value)}`)].join("&");
  const load = async (text, which = "right") => {
    const asked = Object.fromEntries(text.split("&").map((part) => part.split("="))), said = [];
    const off = (key) => said.push(say("no address", { key, got: asked[key] }));
    const net = asked.net ?? "article", mine = ++turn;
    const found = models[net] ?? (/^[\w-]+$/.test(net) && (await fetched(net)));
    if (mine !== turn) return;
    run(false);
    mended();
    if (!found) return tell(say("no network", { net }));
    const on = models[net], next = { net, given: [...on.given], pass: 1, which: on.variants[which] ? which : "right", line: 0 };
    for (const [key, got] of Object.entries(asked)) {
      const n = on.at[key], value = read(got);
      if (key === "pass" && FITS.pass(value)) next.pass = value;
      else if (key === "partials" && Object.hasOwn(on.variants, got)) next.which = got;
      else if (n < on.given.length && FITS[on.bounds[n] ?? "number"](value)) next.given[n] = value;
      else if (!["net", "line", ""].includes(key)) off(key);
    }
    const failed = attempt(next);
    if (failed) return tell(say("no run", { n: failed.stop }));
    const line = steps.findIndex(({ id }) => id === asked.line) + 1;
    if (line) attempt({ line });
    else if (asked.line) off("line");
    mended();
    tell(said.join(" ") || say("at pass", { n: state.pass, ...result() }));
  };
  const fetched = (net) => new Promise((done) => {
    const script = document.createElement("script");
    script.src = here.replace(/playground\.js.*/, `models/${net}.js?v=${root.dataset.version}`);
    script.onload = script.onerror = () => done(models[net]);
    document.head.append(script);
  });

  // What can be taken away
  const spelled = (from) => (name) => {
    const n = model.at[name];
    return n < model.given.length ? full(from[n]) : n && fixed(now.at[n]);
  };
  const noted = (mark, text) => (state.pass > 1 || state.which !== "right"
    ? `${mark}${say("note", { n: state.pass, which: words[state.which] })}\n${text}` : text);
  const taken = {
    address: () => {
      const { pass, which, line } = state, text = [numbers(), pass > 1 && `pass=${pass}`,
        which !== "right" && `partials=${which}`, line && `line=${steps[line - 1].id}`].filter(Boolean).join("&");
      return location.href.split("#")[0] + (text === "net=article" ? "" : `#${text}`);
    },
    script: () => noted("# ", filled(model.variants[state.which].script, spelled(now.at))),
    file: () => noted("# ", filled(model.file, spelled(state.given))
      .replace("[printed]", state.pass > 1 ? `[after.${state.pass - 1}]` : "$&")
      .replace(/^.*"-?\d.*e\+([5-9]\d|\d{3})"\n/gm, "")), // larger than a network file may say
    solution: () => noted("", inFigures(model.variants[state.which].solution, spelled(now.at))
      .replace(/^(.*)( = .*\n)(?: *\2)+/gm, "$1$2")), // what a line says is not said twice
  };
  const copy = async (what) => {
    const text = taken[what]();
    one("textarea")?.remove();
    try {
      await navigator.clipboard.writeText(text);
      tell(words.copied);
    } catch {
      const box = document.createElement("textarea");
      Object.assign(box, { readOnly: true, value: text, ariaLabel: words.take });
      one(".copies").append(box);
      box.select();
      tell(words.take);
    }
  };

  const does = {
    back: () => look(state.line - 1),
    next: () => look(state.line + 1),
    all: () => look(0),
    pass: (to) => (run(false), (passField.ariaInvalid = null), go(target(to))),
    run: () => run(!stop),
    reset: () => load(`net=${state.net}`, state.which),
    random: () => {
      run(false);
      const drawn = () => state.given.map((value, n) =>
        (model.trained.includes(n) ? round(Math.random() * 400 - 200) / 100 : value));
      for (let tries = 0; tries < 50 && !go(1, { given: drawn() }); tries++);
      mended();
    },
    copy,
  };
  root.addEventListener("click", (event) => {
    const [what, to] = event.target.closest("[data-do]")?.dataset.do.split(" ") ?? [];
    does[what]?.(to);
  });
  root.addEventListener("change", ({ target: from }) => {
    if (from.name === "partials") go(state.pass, { which: from.value });
    if (from.tagName === "SELECT") load(from.value, state.which);
  });
  root.addEventListener("input", ({ target: from }) => {
    if (from === slider) look(Number(from.value), "off");
    else if (from.dataset.n) change(from, read(from.value));
    else if (from === passField) {
      const pass = read(from.value);
      run(false);
      if (!FITS.pass(pass)) return wrong(from, say("no pass", { of: LAST, got: from.value, value: state.pass }));
      mended();
      go(pass);
    }
  });
  const changes = (part) => part === passField || part.matches("input[data-n]");
  const held = (field) => (field === passField ? state.pass : now.at[model.at[field.dataset.n]]);
  const rest = (field, spell) => changes(field) && !field.ariaInvalid && put(field, spell(held(field)), "value");
  root.addEventListener("focusin", ({ target: field }) => rest(field, full) || field.select?.());
  root.addEventListener("focusout", ({ target: field }) => rest(field, (value) => signed(short(value))));

  // Arrow keys and dragging: tenths, with Shift ones, with Alt hundredths; a pixel is a hundredth.
  const moved = (field, from, by) => {
    const value = Number((from + by).toPrecision(12)) || 0;
    if (!FITS[model.bounds[model.at[field.dataset.n]] ?? "number"](value)) return;
    field.value = full(value);
    change(field, value);
  };
  root.addEventListener("keydown", (event) => {
    const field = event.target, up = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (!changes(field)) return;
    if (up) event.preventDefault();
    if (event.key === "Escape") mended(), tell(""), rest(field, full), attempt({});
    else if (up && field === passField) run(false), mended(), go(max(1, min(LAST, state.pass + up))), rest(field, full);
    else if (up) moved(field, held(field), up * (event.shiftKey ? 1 : event.altKey ? 0.01 : 0.1));
  });
  root.addEventListener("pointerdown", (event) => {
    const field = event.target.closest("input[data-n]"), mouse = event.pointerType === "mouse", { clientX: left } = event;
    if (!field || event.button || (mouse && field === document.activeElement)) return;
    if (mouse) event.preventDefault(); // it gets the focus at the end, if it was not dragged
    const from = held(field), on = new AbortController(), { signal } = on, kept = state;
    field.setPointerCapture(event.pointerId);
    let by = 0, waiting = 0;
    field.addEventListener("pointermove", ({ clientX }) => {
      if (!by && abs(clientX - left) < 5) return;
      by = round(clientX - left) / 100;
      waiting ||= requestAnimationFrame(() => { waiting = 0; moved(field, from, by); });
    }, { signal });
    for (const name of ["pointerup", "pointercancel"]) field.addEventListener(name, () => {
      on.abort();
      cancelAnimationFrame(waiting);
      if (by && name === "pointerup") moved(field, from, by);
      else if (by) attempt(kept), mended(), tell(""); // a gesture that turned out to scroll leaves no trace
      else if (mouse) field.focus();
    }, { signal });
  });

  attempt({});
  if (!whole) return;
  const arrive = () => location.hash.includes("=") && load(location.hash.slice(1));
  addEventListener("hashchange", arrive);
  arrive();
};
addEventListener("DOMContentLoaded", () => document.querySelectorAll(".play").forEach(begin));
})();
