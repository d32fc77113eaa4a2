// The page "Type in your network": what is pressed, what is shown, and the address.

/** @param {HTMLElement} root */
function begin(root) {
  const form = /** @type {HTMLFormElement} */ (part(root, "form"));
  const worked = part(root, ".worked");
  const status = part(root, "[role=status]");
  const { engine: address = "", play = "" } = root.dataset;
  let given = filledIn(givenIn(location.hash) ?? first(), Math.random);
  let timer = 0;
  let pressed = 0; // how often it was asked to be worked out
  let before = Promise.resolve(); // what Python has to do before
  /** @type {any} what the playground makes of what was worked out */
  let model = null;

  /** @param {string} text @param {boolean} [isFault] */
  function tell(text, isFault = false) {
    status.textContent = text;
    status.classList.toggle("fault", isFault);
  }

  /** Does something that Python takes part in, one thing after the other. @param {() => Promise<void>} does */
  const together = (does) => (before = before.then(() => alone(does)));

  /** Does something with Python, and says if it does not succeed. @param {() => Promise<void>} does */
  async function alone(does) {
    root.setAttribute("aria-busy", "true");
    part(form, ".before").hidden = true;
    part(root, "[data-do=stop]").hidden = false;
    try {
      await started(address, tell);
      tell(say("working"));
      await does();
    } catch (error) {
      tell(/** @type {Error} */ (error).message, true);
    }
    root.removeAttribute("aria-busy");
    part(root, "[data-do=stop]").hidden = true;
  }

  function remember() {
    clearTimeout(timer);
    const whole = `${location.href.split("#")[0]}#${KEY}=${addressOf(given)}`;
    if (whole.length > LONGEST) return tell(say("long address"));
    try {
      history.replaceState(null, "", whole);
    } catch {
      // from a disk not every browser lets a page write its address
    }
  }

  /** What stands in the form, after a change of it. */
  function read() {
    const before = given;
    const now = readForm(form, before);
    const isOther = now.loss !== before.loss && now.loss.endsWith("cross_entropy");
    given = filledIn(isOther ? withoutTargets(now) : now, Math.random);
    const shape = (/** @type {Given} */ { units, biases, loss, how }) =>
      JSON.stringify([units, biases, loss, how]);
    if (shape(given) !== shape(before)) {
      drawNumbers(root, given);
      turn(root, given.how);
    }
    clearTimeout(timer);
    timer = window.setTimeout(remember, 300);
    age();
  }

  /** What was worked out is of the numbers that stood here then: it waits while others do. */
  function age() {
    const isOld = worked.childElementCount > 0 && worked.dataset.of !== JSON.stringify(given);
    if (isOld !== worked.inert) tell(isOld ? say("old") : "");
    worked.inert = isOld;
  }

  /** What keeps a form from being worked out, in words, or "". */
  function fault() {
    for (const field of root.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    if (given.how === "text") return given.text.trim() ? "" : say("no text");
    const units = fieldOf(form, "units");
    const field = unitsIn(units.value) ? odd(given) && fieldOf(form, odd(given) ?? "") : units;
    if (!field) return "";
    field.setAttribute("aria-invalid", "true");
    field.focus();
    const got = field.value || "“”";
    const name = field.getAttribute("aria-label") ?? field.labels?.[0]?.textContent?.trim() ?? "";
    return field === units ? say("bad units", { got }) : say("bad number", { name, got });
  }

  async function workOut() {
    read();
    const wrong = fault();
    if (wrong) return tell(wrong, true);
    remember(); // before the answer: what it says of the address would take its place
    const turn = ++pressed;
    await together(async () => {
      if (turn !== pressed) return; // it was pressed again since: the last one counts
      worked.replaceChildren();
      worked.dataset.of = JSON.stringify(given);
      worked.inert = false;
      model = null;
      const about = await handedIn(given);
      if (about.right !== null) section("checked", await askedHtml("print(work.report)"));
      if (about.network) {
        section("sheet", part(root, "template[data-of=sheet]").innerHTML);
        section("play", part(root, "template[data-of=play]").innerHTML);
        section("take", part(root, "template[data-of=take]").innerHTML);
        section("lines", await askedHtml("work.lines()"));
      }
      tell(say(about.right === null ? "worked" : about.right ? "right" : about.unread ? "unread" : "wrong"));
      worked.firstElementChild?.scrollIntoView();
    });
  }

  /** Adds a section of what was found. @param {string} key @param {string} html */
  function section(key, html) {
    const made = document.createElement("section");
    made.dataset.is = key;
    made.innerHTML = `<h2>${say(key)}</h2>${html}`;
    worked.append(made);
  }

  /** The network as the playground has it. Its likely mistakes take their time. @param {boolean} thorough */
  async function modelled(thorough) {
    await needed(play, () => "desk" in window);
    model ??= desk.add(JSON.parse(await askedText("work.model()")));
    if (thorough && !model.mistakes)
      desk.mistakes(model.name, JSON.parse(await askedText("work.mistakes()")));
    return model;
  }

  /** Prints the sheets that are asked for, or a key, as the playground does. @param {string} what */
  const printSheet = (what) =>
    together(async () => {
      const view = {
        model: await modelled(what === "key"),
        value: (/** @type {string} */ name) => model.given[name],
      };
      const printing = () => desk.more({}).printSheets;
      await needed(play.replace("playground.js", "more.js"), printing);
      tell("");
      await printing()({ root: part(worked, "[data-is=sheet]"), view }, what);
    });

  /** Opens the playground below. */
  const openPlay = () =>
    together(async () => {
      const { name } = await modelled(true);
      document.documentElement.classList.add("js");
      const place = document.createElement("div");
      place.className = "play";
      place.dataset.part = "own";
      part(worked, "[data-is=play] .here").replaceChildren(place);
      desk.begin(place, name);
      tell("");
    });

  /** @param {string} form */
  const copy = (form) =>
    together(async () => {
      const text =
        form === "file"
          ? given.how === "form"
            ? networkFile(given)
            : given.text
          : await askedText(`work.written(${JSON.stringify(form)})`);
      const field = part(worked, "[data-is=take] textarea");
      field.hidden = false;
      /** @type {HTMLTextAreaElement} */ (field).value = text;
      /** @type {HTMLTextAreaElement} */ (field).select();
      await navigator.clipboard?.writeText(text).then(
        () => tell(say("taken")),
        () => tell(""),
      );
    });

  /** @type {Record<string, (key: HTMLElement) => unknown>} */
  const does = {
    draw() {
      given = filledIn({ ...given, numbers: {} }, Math.random);
      drawNumbers(root, given);
      remember();
      age();
    },
    stop() {
      pressed++; // nothing that waits is wanted any more
      engine?.stop();
    },
    sheet: (key) => printSheet(key.dataset.form ?? ""),
    play: openPlay,
    take: (key) => copy(key.dataset.form ?? ""),
  };
  form.addEventListener("input", read);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    workOut();
  });
  root.addEventListener("click", ({ target }) => {
    const key = /** @type {Element} */ (target).closest("button[data-do]");
    if (key instanceof HTMLElement) does[key.dataset.do ?? ""]?.(key);
  });
  addEventListener("hashchange", () => {
    const other = givenIn(location.hash);
    if (other) drawForm(root, (given = filledIn(other, Math.random)));
  });
  drawForm(root, given);
  if (location.hash.startsWith(`#${KEY}=`) && !givenIn(location.hash))
    tell(say("bad address", { got: location.hash.slice(0, 20) }), true);
}

for (const root of document.querySelectorAll(".own")) begin(/** @type {HTMLElement} */ (root));
