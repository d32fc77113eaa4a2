// The cells of a page: fields to change them in, keys to run them with, their outputs in place.
// The script of a page (docs/_ext/live.py writes it) calls begin with its cells, when the button has been pressed.

/**
 * @typedef {{ source: string, hidden: "" | "input" | "cell" }} Given
 * @typedef {object} Cell
 * @property {string} source as the book has it
 * @property {HTMLElement} element
 * @property {HTMLElement} out where its outputs stand
 * @property {Node[]} kept the outputs of the book
 * @property {string} book what they say
 * @property {string} first the HTML of the outputs when the whole page was as the book has it
 * @property {string | null} ran what has been run in this Python
 * @property {Editor} editor
 * @property {HTMLElement} note
 * @property {HTMLButtonElement} run
 * @property {HTMLButtonElement} undo
 */
(() => {
  const { words, folder, engine } = BPLIT.live;
  const button = /** @type {HTMLButtonElement} */ (document.querySelector("button[data-live]"));
  const status = /** @type {HTMLElement} */ (button.nextElementSibling);
  const python = engine();
  /** @type {Cell[]} */
  const cells = [];
  let busy = false;
  let draws = false;

  /** @param {string} word @param {Record<string, string | number>} values */
  const filled = (word, values) =>
    words[word].replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ name) => values[name]);

  /** @template {keyof HTMLElementTagNameMap} T @param {T} name @param {string} className @param {string} [text] */
  function made(name, className, text = "") {
    const element = document.createElement(name);
    element.className = className;
    element.textContent = text;
    return element;
  }

  /** A key; while Python is busy only the one that stops it answers.
   * @param {string} text @param {() => void} pressed @param {string} [label] */
  function key(text, pressed, label) {
    const element = made("button", "", text);
    element.type = "button";
    if (label) element.setAttribute("aria-label", label);
    element.addEventListener("click", () => element.ariaDisabled !== "true" && pressed());
    return element;
  }
  const all = key(words.all, () => (busy ? stop() : work(cells, true)));

  /** @param {boolean} now @param {HTMLButtonElement[]} stopping the keys that stop it */
  function setBusy(now, stopping) {
    busy = now;
    for (const each of document.querySelectorAll(".live-keys button, .live button"))
      each.setAttribute("aria-disabled", String(busy && !stopping.some((one) => one === each)));
    all.textContent = busy ? words.stop : words.all;
  }

  /** What outputs say: without what is only drawn, and without what scripts add to them. @param {Element} element */
  function said(element) {
    const copy = /** @type {Element} */ (element.cloneNode(true));
    for (const picture of copy.querySelectorAll(".picture"))
      picture.textContent = picture.getAttribute("aria-label");
    for (const part of copy.querySelectorAll(".copybtn, .opens, .headerlink")) part.remove();
    return (copy.textContent ?? "").replace(/[\s\u2061-\u2064]/g, "");
  }

  /** Makes one cell live. @param {Given} given @param {HTMLElement[]} places those of the page that are left */
  function live({ source, hidden }, places) {
    const number = cells.length + 1;
    let element = places[0];
    if (hidden === "cell") places[0].before((element = made("div", "cell docutils container")));
    else places.shift();
    let out = /** @type {HTMLElement | null} */ (element.querySelector(".cell_output"));
    if (!out) element.append((out = made("div", "cell_output docutils container")));
    const fields = editor(source, filled("cell", { number }), () => mark(cell));
    const run = key(words.run, () => (busy ? stop() : work(upTo(cell))), filled("run cell", { number }));
    const rest = key(words.rest, () => work([...upTo(cell), ...below(cell)]), filled("rest of", { number }));
    const undo = key(words.undo, () => put(cell), filled("undo cell", { number }));
    const note = made("p", "live-note");
    out.before(note);
    const keys = made("div", "live-keys");
    keys.append(run, rest, undo);
    fields.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.shiftKey || event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (!busy) work(upTo(cell));
    });
    const input = element.querySelector(".cell_input");
    if (input) {
      /** @type {HTMLElement} */ (input.firstElementChild).hidden = true;
      input.append(fields.box, keys);
    } else {
      const folded = made("details", "live-hidden");
      folded.append(made("summary", "", words[hidden === "cell" ? "begins" : "source"]), fields.box, keys);
      element.prepend(folded);
    }
    const kept = [...out.childNodes];
    const cell = {
      source,
      element,
      out,
      kept,
      book: said(out),
      first: "",
      ran: null,
      editor: fields,
      note,
      run,
      undo,
    };
    mark(cell);
    return cell;
  }

  /** A cell, after those above it that have not run in this Python. @param {Cell} cell */
  const upTo = (cell) => [...cells.slice(0, cells.indexOf(cell)).filter((one) => one.ran === null), cell];
  /** @param {Cell} cell */
  const below = (cell) => cells.slice(cells.indexOf(cell) + 1);

  /** Says how a cell stands. @param {Cell} cell @param {string} [word] */
  function mark(cell, word) {
    cell.undo.hidden = cell.editor.field.value === cell.source;
    cell.note.textContent = word ? words[word] : "";
  }

  /** Gives a cell its text of the book again. @param {Cell} cell */
  function put(cell) {
    cell.editor.set(cell.source);
    mark(cell);
    cell.editor.field.focus();
  }

  /** @param {Cell[]} list @param {boolean} [fresh] whether all names are forgotten before */
  async function work(list, fresh = false) {
    setBusy(true, [all]);
    try {
      if (!python.running) await start();
      for (const [n, cell] of list.entries()) {
        status.textContent = filled("running", { n: n + 1, of: list.length });
        setBusy(true, [all, cell.run]);
        const error = await ran(cell, fresh && n === 0);
        status.textContent = error.trim().split("\n").pop() || words.done;
        if (error) break;
      }
    } catch (error) {
      status.textContent = /** @type {Error} */ (error).message;
    }
    setBusy(false, []);
  }

  /** Runs one cell, and returns what Python says if it fails. @param {Cell} cell @param {boolean} fresh */
  async function ran(cell, fresh) {
    const text = cell.editor.field.value;
    cell.run.textContent = words.stop;
    mark(cell, "runs");
    const { outputs, error } = await python.run(text, { fresh });
    cell.run.textContent = words.run;
    show(cell, outputs.map((/** @type {{ html: string }} */ output) => output.html).join(""), error);
    if (text !== cell.ran) for (const one of below(cell)) if (one.ran !== null) mark(one, "stale");
    cell.ran = error ? null : text;
    return error;
  }

  /** Shows outputs: the book's own, as long as they say the same.
   * @param {Cell} cell @param {string} html @param {string} error */
  function show(cell, html, error) {
    const found = made("div", "");
    found.innerHTML = html;
    if (error) found.append(made("pre", "live-error", error));
    const untouched = cells.every((one) => one.editor.field.value === one.source);
    // what a translated page says is not what Python prints: there the cells have to be as in the book
    const translated = document.documentElement.lang !== "en";
    const same = translated ? untouched && !error : said(found) === cell.book;
    if (same && untouched) cell.first = html;
    cell.out.replaceChildren(...(same && html === cell.first ? cell.kept : found.childNodes));
    cell.element.dataset.live = same ? "same" : "other";
    mark(cell, error ? "failed" : same || translated ? "" : "other");
    dispatchEvent(new Event("resize")); // what scrolls now is looked for anew
  }

  /** Ends what runs. Python itself ends with it: the cells have to run again. */
  function stop() {
    python.stop();
    for (const cell of cells) cell.ran = null;
  }

  /** Makes the page as it was. */
  function reset() {
    stop();
    for (const cell of cells) {
      cell.editor.set(cell.source);
      cell.out.replaceChildren(...cell.kept);
      delete cell.element.dataset.live;
      mark(cell);
    }
    status.textContent = words.reset;
  }

  const start = () =>
    python.start({
      draw: draws,
      progress: (/** @type {number} */ share) => {
        const loaded = filled("loading", { share: Math.round(100 * share) });
        status.textContent = share < 1 ? loaded : words.starting;
      },
    });

  /** Loads the style sheet of the cells. */
  const styled = () =>
    new Promise((done) => {
      const link = Object.assign(document.createElement("link"), {
        rel: "stylesheet",
        href: `${folder}live.css`,
      });
      link.onload = link.onerror = done;
      document.head.append(link);
    });

  /** @param {Given[]} given @param {boolean} draw */
  BPLIT.live.begin = async (given, draw) => {
    draws = draw;
    status.textContent = filled("loading", { share: 0 });
    try {
      await Promise.all([start(), styled()]);
    } catch (error) {
      status.textContent = /** @type {Error} */ (error).message;
      button.removeAttribute("aria-disabled");
      return;
    }
    const places = [...document.querySelectorAll("article div.cell")].map(
      (e) => /** @type {HTMLElement} */ (e),
    );
    for (const one of given) cells.push(live(one, places));
    const focused = document.activeElement === button;
    button.replaceWith(all, key(words["reset all"], reset));
    if (focused) all.focus();
    status.textContent = words.ready;
  };
})();
