// Keys, presses, fields: what a person does with them is in doing.js.

const STEPS = /** @type {Record<string, number>} */ ({
  ArrowUp: 1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
});

/** One number of the picture is reached by Tab, the others by arrow keys. @param {HTMLElement} net @param {Element} to */
function roves(net, to) {
  for (const number of parts(net, ".number")) number.tabIndex = number === to ? 0 : -1;
}

/** The nearest number in a direction. @param {HTMLElement} net @param {HTMLElement} from @param {string} key */
function nearest(net, from, key) {
  const [x, y] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key] ?? [
    0, 0,
  ];
  /** @param {HTMLElement} number */
  const middle = (number) => {
    const box = number.getBoundingClientRect();
    return { across: box.left + box.width / 2, down: box.top + box.height / 2 };
  };
  const at = middle(from);
  let best = null;
  let least = Infinity;
  for (const number of parts(net, ".number:not([hidden])")) {
    const to = middle(number);
    const along = (to.across - at.across) * x + (to.down - at.down) * y;
    const off = Math.abs((to.across - at.across) * y) + Math.abs((to.down - at.down) * x);
    if (along > 3 && along + 2 * off < least) {
      least = along + 2 * off;
      best = number;
    }
  }
  return best;
}

/** @param {Desk} desk @param {Event} event */
function onClick(desk, event) {
  const target = /** @type {Element} */ (event.target);
  const button = target.closest("[data-do]");
  if (button) {
    const [what, ...to] = (button.getAttribute("data-do") ?? "").split(" ");
    if (button.ariaDisabled !== "true") DOES[what](desk, to.join(" "));
    if (what !== "run") desk.gesture++;
    return;
  }
  const number = /** @type {HTMLElement | null} */ (target.closest("[data-n], [data-look]"));
  if (!number) return;
  const name = number.dataset.n ?? number.dataset.look ?? "";
  look(desk, name);
  if (desk.view.state.mode === "check" && number.dataset.n)
    /** @type {HTMLElement | null} */ (desk.root.querySelector(`[data-mine="${name}"]`))?.focus();
}

/** Keys in the picture: arrows go about, a digit begins to type. @param {Desk} desk @param {KeyboardEvent} event */
function onPictureKey(desk, event) {
  const { net, field, view } = desk;
  const number = /** @type {HTMLElement} */ (event.target);
  const name = number.dataset.n ?? "";
  if (event.key.startsWith("Arrow")) {
    event.preventDefault();
    nearest(net, number, event.key)?.focus();
  } else if (
    !event.ctrlKey &&
    !event.metaKey &&
    Object.hasOwn(view.model.given, name) &&
    /^([\d.,−-]|Enter)$/.test(event.key)
  ) {
    event.preventDefault();
    look(desk, name);
    draw(desk); // so that the field is there
    field.focus();
    if (event.key !== "Enter") field.value = event.key;
  }
}

/** @param {Desk} desk @param {KeyboardEvent} event */
function onKey(desk, event) {
  const { field, passField } = desk;
  const target = /** @type {HTMLElement} */ (event.target);
  const by = STEPS[event.key];
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !target.matches("[type=text]")) {
    event.preventDefault();
    DOES[event.shiftKey ? "redo" : "undo"](desk, "");
  } else if (target === field) {
    if (by) event.preventDefault();
    if (by) turnBy(desk, by);
    else if (event.key === "Enter") takeField(desk, true);
    else if (event.key === "Escape") leaveField(desk);
  } else if (target === passField && by) {
    event.preventDefault();
    goTo(desk, Math.max(1, Math.min(LAST, desk.view.state.pass + by)), `pass ${desk.gesture}`);
    fillField(passField, desk.view.state.pass);
  }
}

/** @param {Desk} desk @param {Event} event */
function onInput(desk, event) {
  const { field, slide } = desk;
  const target = /** @type {HTMLInputElement} */ (event.target);
  if (target === field) takeField(desk, false);
  else if (target === slide)
    setNumber(desk, slide.dataset.of ?? "", Number(slide.value), `slide ${desk.gesture}`);
  else if (target.matches(".steps input")) stepTo(desk, Number(target.value));
}

/** @param {Desk} desk @param {Event} event */
function onChange(desk, event) {
  const { passField } = desk;
  const target = /** @type {HTMLInputElement} */ (event.target);
  if (target.name === "mode") {
    act(desk, { type: "mode", to: target.value });
    if (target.value === "check") check(desk, true);
  } else if (target.name === "which") {
    pause(desk);
    act(desk, { type: "which", to: target.value });
  } else if (target === passField) {
    pause(desk);
    const pass = readNumber(passField.value);
    passField.ariaInvalid = isPass(pass) ? null : "true";
    goTo(desk, pass);
  } else if (target.dataset.mine)
    act(desk, { type: "type", name: target.dataset.mine, text: clipped(target.value) });
  else if (target.dataset.does === "hide") act(desk, { type: "hide", on: target.checked });
  else if (target.matches(".watch")) act(desk, { type: "watch", name: target.value });
  else if (target.matches(".network")) {
    const [kind, n] = target.value.split(" ");
    choose(desk, (kind === "own" ? CHOICES.own : CHOICES.published)[Number(n)]);
  }
}

/** The curve: a press goes to a pass, pointing at one reads it out. @param {Desk} desk @param {Element} curve */
function listenToCurve(desk, curve) {
  /** @param {Event} event */
  const pointed = (event) => {
    const { clientX } = /** @type {MouseEvent} */ (event);
    const box = curve.getBoundingClientRect();
    const end = endOf(desk.view.state.pass);
    return Math.max(1, Math.min(end, across.pass(((clientX - box.left) * 340) / box.width, end)));
  };
  const point = part(desk.root, ".point");
  curve.addEventListener("pointermove", (event) => putText(point, saidPoint(desk.view, pointed(event))));
  curve.addEventListener("pointerleave", () => putText(point, ""));
  curve.addEventListener("click", (event) => {
    pause(desk);
    goTo(desk, pointed(event));
  });
}

/** @param {Desk} desk */
function listen(desk) {
  const { root, net, field, slide } = desk;
  root.addEventListener("click", (event) => onClick(desk, event));
  root.addEventListener("keydown", (event) => onKey(desk, event));
  root.addEventListener("input", (event) => onInput(desk, event));
  root.addEventListener("change", (event) => onChange(desk, event));
  root.addEventListener("focusout", ({ target }) => {
    if (target === field) takeField(desk, true);
    desk.gesture++;
  });
  root.addEventListener("pointerup", () => desk.gesture++);
  // a touch that turns out to scroll leaves no trace
  let held = 0;
  slide.addEventListener("pointerdown", () => (held = desk.view.state.given[desk.view.state.focus]));
  slide.addEventListener("pointercancel", () =>
    setNumber(desk, desk.view.state.focus, held, `slide ${desk.gesture}`),
  );
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    if (/** @type {HTMLElement} */ (event.target).dataset.does === "row")
      setRow(desk, /** @type {HTMLInputElement} */ (part(root, ".many")).value);
  });
  root.addEventListener("toggle", () => draw(desk), true);
  // who comes near what is written on demand is about to ask: a browser copies only at once after a press
  for (const near of ["pointerover", "focusin"])
    root.querySelector(".taking")?.addEventListener(near, more, { once: true });
  net.addEventListener("keydown", (event) => onPictureKey(desk, event));
  net.addEventListener("focusin", ({ target }) => {
    const number = /** @type {HTMLElement} */ (target);
    roves(net, number);
    if (number.matches(":focus-visible")) look(desk, number.dataset.n ?? "");
  });
  const curve = root.querySelector(".curve");
  if (curve) listenToCurve(desk, curve);
  const hold = part(root, ".hold");
  new ResizeObserver(() => {
    drawWires(net, desk.view);
    drawEdges(hold);
  }).observe(net);
  hold.addEventListener("scroll", () => drawEdges(hold));
}
