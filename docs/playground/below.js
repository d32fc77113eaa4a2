// What the whole page has below the picture: numbers in a row, copies, the sheets, the table of all numbers.

/** What a sheet leaves open, each with what stands before it. */
const LEVELS = ["results", "numbers", "formulas"];

/** What is asked for stands in a form. */
const drawnSheetForm =
  () => `<form class="row sheets" data-does="sheets"><fieldset><legend>${say("sheets")}</legend>
<label>${say("level")} <select name="level">${LEVELS.map((level) => `<option value="${level}">${say(`level ${level}`)}</option>`).join("")}</select></label>
<label>${say("digits")} <input type="text" name="digits" inputmode="numeric" size="2" value="4" autocomplete="off" aria-errormessage="sheets-wrong"/></label>
<label>${say("pupils")} <input type="text" name="seeds" size="6" placeholder="1–24" autocomplete="off" aria-describedby="seeds-how" aria-errormessage="sheets-wrong"/></label>
<label><input type="checkbox" name="sides" checked/> ${say("sides")}</label>
<span class="buttons">${button("sheet blank")} ${button("sheet key")} ${button("sheet short")}</span>
<p class="wrong" id="sheets-wrong" role="alert"></p>
<p class="note" id="seeds-how">${say("pupils how")}</p></fieldset></form>`;

/** What the whole page has below the picture. */
const drawnTaking = () => `<div class="taking">
<form class="row" data-does="row"><label>${say("row")} <input type="text" class="many" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="w1 = 0.3, x1 = 1/2"/></label> <button>${say("set")}</button></form>
<div class="buttons" role="group" aria-label="${say("copy")}"><span>${say("copy")}</span> ${["address", "script", "file", "solution"].map((what) => button(what, "", `copy ${what}`)).join(" ")}</div>
${drawnSheetForm()}
<details class="all"><summary>${say("table")}</summary><div class="table-wrapper"><table class="docutils"><thead><tr><th scope="col">${say("name")}</th><th scope="col">${say("formula")}</th><th scope="col">${say("value")}</th></tr></thead><tbody></tbody></table></div></details></div>`;

/** The list of networks, and the table of all numbers. @param {Desk} desk */
function drawTaking({ root, view }) {
  const { state, model } = view;
  const list = /** @type {HTMLSelectElement} */ (part(root, ".network"));
  /** @param {Choice} choice */
  const isShown = ({ net, given }) =>
    net === state.net &&
    model.inputs.every((name) => (given?.[name] ?? model.given[name]) === state.given[name]);
  const own = CHOICES.own.findIndex(isShown);
  const published = CHOICES.published.findIndex(isShown);
  list.options[0].text = say("own", { name: labelOf(state.net) });
  list.value = own >= 0 ? `own ${own}` : published >= 0 ? `published ${published}` : "";
  const table = /** @type {HTMLDetailsElement} */ (part(root, ".all"));
  if (!table.open) return;
  const rows = model.names.map((name) => {
    const calculated = name in model.lines;
    const formula = calculated ? mathOf(written(lineOf(model, state.which, name), MATH)) : say("start");
    const value = view.known(name) ? withMinus(spelledIn(view)(name)) : "·";
    return `<tr><th scope="row">${link(name)}</th><td>${formula}</td><td>${value}</td></tr>`;
  });
  putHtml(part(table, "tbody"), rows.join(""));
}
