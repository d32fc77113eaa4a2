// Drawing: everything on the page, from the view.

const BROAD = 430;

/** @param {Desk} desk */
function draw(desk) {
  const { root, view, part: shows } = desk;
  const { state, model } = view;
  if (desk.drawnNet !== state.net) drawOther(desk);
  root.dataset.net = state.net;
  root.dataset.mode = state.mode;
  for (const radio of radios(root, "mode")) radio.checked = radio.value === state.mode;
  disable(root, "undo", !desk.history.past.length);
  disable(root, "redo", !desk.history.next.length);
  drawNumbers(desk.net, view);
  drawEditor(desk);
  if (shows.modes.includes("step")) drawSteps(desk);
  if (shows.modes.includes("train")) drawTrain(desk);
  if (state.mode === "check") MORE.drawBoxes?.(part(root, ".checking"), view);
  putHtml(part(root, ".focused"), drawnFocus(view));
  putText(part(root, ".caption"), saidCaption(view));
  if (shows.kinds.length) drawSentences(desk);
  if (desk.whole) MORE.drawTaking?.(desk);
  else part(root, ".open")?.setAttribute("href", `playground.html?${KEY}=${spelledState(state, model)}`);
  // What asks where things stand comes last, so that all is set once.
  // Beside a broad picture there is no room for what is said.
  root.classList.toggle("broad", desk.net.scrollWidth > BROAD);
  drawWires(desk.net, view);
}

/** The picture and the boxes of another network. @param {Desk} desk */
function drawOther(desk) {
  const { root, net, view, part: shows } = desk;
  const { model } = view;
  desk.drawnNet = model.name;
  net.innerHTML = drawnNetwork(model);
  const numbers = parts(net, ".number");
  numbers[0].tabIndex = 0;
  for (const number of numbers) number.dataset.said = saidName(model, number.dataset.n ?? "");
  const watch = root.querySelector(".watch");
  const names = Object.keys(model.lines);
  if (watch)
    watch.innerHTML = names
      .map((name) => `<option value="${name}">${escaped(called(name))}</option>`)
      .join("");
  root
    .querySelector(".which")
    ?.toggleAttribute("hidden", shows.onlyRight || !Object.keys(model.variants).length);
}

/** @param {HTMLElement} root @param {string} name */
const radios = (root, name) => /** @type {HTMLInputElement[]} */ (parts(root, `[name=${name}]`));

/** @param {HTMLElement} root @param {string} does @param {boolean} off */
const disable = (root, does, off) => (part(root, `[data-do="${does}"]`).ariaDisabled = String(off));

/** The field for the number in focus, if it is given. @param {Desk} desk */
function drawEditor({ root, field, slide, view }) {
  const { state, model } = view;
  const { focus } = state;
  const edited = Object.hasOwn(model.given, focus);
  part(root, ".edit").toggleAttribute("hidden", !edited);
  if (!edited) return;
  const value = state.given[focus];
  putText(part(root, ".edit label"), saidName(model, focus));
  for (const does of ["less", "more"])
    part(root, `[data-do=${does}]`).ariaLabel = say(does, { by: short(stepFor(value)) });
  if (field.dataset.of !== focus || field.dataset.value !== String(value)) {
    field.dataset.of = focus;
    fillField(field, value);
  }
  field.ariaValueNow = String(value);
  if (document.activeElement !== slide || slide.dataset.of !== focus) {
    const most = Math.max(2, 2 * Math.abs(value));
    slide.dataset.of = focus;
    slide.min = String(focus === model.rate ? most / 200 : -most);
    slide.max = String(most);
    slide.step = String(most / 200);
  }
  slide.value = String(value);
  slide.ariaLabel = saidName(model, focus);
  slide.ariaValueText = withMinus(short(value));
  const isLater = state.pass > 1 && Object.hasOwn(model.updates, focus);
  const put = { name: called(focus), n: state.pass, value: shown(view.value(focus)) };
  putText(part(root, ".later"), isLater ? say("later", put) : "");
}

/**
 * Writes a number into a field. It remembers which: what somebody is typing is left alone as long as it is that.
 * @param {HTMLInputElement} field
 * @param {number} value
 */
function fillField(field, value) {
  field.value = withMinus(full(value));
  field.dataset.value = String(value);
  field.ariaInvalid = null;
}

/** The lines that this page goes through. @param {Desk} desk */
function stepped({ view, part: { kinds, layer } }) {
  const { model } = view;
  const last = model.layers[model.layers.length - 1];
  const output = new Set([...last.deltas, ...last.weights.flat(), ...(last.biases ?? [])]);
  return model.stages
    .filter(({ kind }) => !kinds.length || kinds.includes(kind))
    .flatMap(({ names }) => names)
    .filter(
      (name) => !layer || (layer === "output") === (output.has(name) || output.has(model.means[name] ?? "")),
    )
    .sort((a, b) => placeOf(model, a) - placeOf(model, b));
}

/** How many of these lines are calculated. @param {Desk} desk */
function stepsDone(desk) {
  const { state, model } = desk.view;
  const { upto } = state;
  const lines = stepped(desk);
  return upto === null
    ? lines.length
    : lines.filter((name) => placeOf(model, name) - model.inputs.length < upto).length;
}

/** @param {Desk} desk */
function drawSteps(desk) {
  const { root, view } = desk;
  const { upto, focus } = view.state;
  const lines = stepped(desk);
  const done = stepsDone(desk);
  const slider = /** @type {HTMLInputElement} */ (part(root, ".steps input"));
  slider.max = String(lines.length);
  slider.value = String(done);
  slider.ariaValueText = upto === null ? say("all") : saidLine(view, focus || lines[Math.max(0, done - 1)]);
  putText(part(root, ".where"), upto === null ? "" : say("at", { n: done, of: lines.length }));
  disable(root, "back", done === 0);
  disable(root, "next", upto !== null && done === lines.length);
  disable(root, "all", upto === null);
}

/** The pass that a button leads to. @param {Desk} desk @param {string} to */
const passAt = ({ view }, to) =>
  to === "-" ? view.state.pass - 1 : to === "+" ? view.state.pass + 1 : Number(to);

/** @param {Desk} desk */
function drawTrain(desk) {
  const { root, view, passField } = desk;
  const { state } = view;
  if (passField && passField.dataset.value !== String(state.pass)) fillField(passField, state.pass);
  for (const button of parts(root, "[data-do^='pass ']")) {
    const to = button.dataset.do?.split(" ")[1] ?? "";
    button.ariaDisabled = String(!isPass(passAt(desk, to)));
    if (Number(to)) button.ariaPressed = String(Number(to) === state.pass);
  }
  for (const radio of radios(root, "which")) radio.checked = radio.value === state.which;
  if (desk.whole) {
    /** @type {HTMLSelectElement} */ (part(root, ".watch")).value = watchedName(view);
    part(root, "[data-do=unpin]").toggleAttribute("hidden", !state.pinned);
    part(root, "[data-do=start]").toggleAttribute("hidden", state.pass === 1);
  }
  if (!desk.part.onlyRight) putText(part(root, ".compared"), saidDifferences(view));
  const curve = part(root, ".curve");
  putHtml(curve, drawnCurve(view));
  const said = saidCurve(view);
  curve.ariaLabel = said;
  putText(part(root, ".curved"), said);
}

/** What is printed above the picture. @param {View} view */
const saidCaption = ({ state }) =>
  say("of net", { net: labelOf(state.net), note: say("note", { n: state.pass, which: say(state.which) }) });

/** What a network is called in the list. @param {string} net */
const labelOf = (net) =>
  [...CHOICES.own, ...CHOICES.published].find((choice) => choice.net === net)?.label ?? net;
