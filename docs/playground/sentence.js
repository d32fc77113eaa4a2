// Numbers in the sentences of a chapter: some are turned by a slider, the others follow the page's playground.

/** Eight weights of the article's network that all differ. @type {Record<string, number>} */
const UNEVEN = {};

/** @param {Desk} desk */
function drawSentences({ view }) {
  const { given } = view.state;
  const all = document.documentElement;
  for (const number of parts(all, "[data-now]")) {
    const name = number.dataset.now ?? "";
    putText(number, Object.hasOwn(given, name) ? withMinus(short(given[name])) : shown(view.value(name)));
  }
  for (const slide of /** @type {HTMLInputElement[]} */ (parts(all, "[data-turn]")))
    slide.value = String(given[slide.dataset.turn ?? ""]);
}

/** @param {Desk} desk */
function listenToSentences(desk) {
  for (const box of parts(document.documentElement, ".turning")) {
    box.addEventListener("input", (event) => {
      const { dataset, value } = /** @type {HTMLInputElement} */ (event.target);
      setNumber(desk, dataset.turn ?? "", Number(value), `slide ${desk.gesture}`);
    });
    box.addEventListener("change", () => desk.gesture++);
    box.addEventListener("click", (event) => onClick(desk, event));
  }
}
