// The form on the page: it is drawn from what is given, and read back into it.

/** Every word that the page shows or says, by its key; docs/_ext/own.py sets them, and what can be chosen.
 * @type {Record<string, string>} */
const WORDS = {};
/** @type {{ activations: string[] }} */
const CHOICES = { activations: [] };

/** @param {string} key @param {Record<string, string | number>} [fill] */
const say = (key, fill = {}) =>
  Object.entries(fill).reduce((text, [name, value]) => text.replace(`{${name}}`, String(value)), WORDS[key]);

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** @template {HTMLElement} [T=HTMLElement] @param {ParentNode} root @param {string} selector @returns {T} */
const part = (root, selector) => /** @type {T} */ (root.querySelector(selector));

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

/** What a field is called where no label stands beside it. @param {Slot} slot */
const saidSlot = ({ from, to }) => (from ? say("weight", { from, to }) : say("bias", { to }));

/** @param {Given} given @param {string} field @param {string} label */
const drawnNumber = (given, field, label) =>
  `<input type="text" inputmode="text" name="${field}" value="${escaped(typedIn(given, field))}" aria-label="${escaped(label)}" autocomplete="off" autocapitalize="off" spellcheck="false"/>`;

/** @param {Given} given @param {string} title @param {string[]} names of the fields @param {string} stem */
const drawnRow = (given, title, names, stem) =>
  `<fieldset class="row"><legend>${title}</legend>${names
    .map(
      (field, k) =>
        `<label>${stem}${k + 1} ${drawnNumber(given, field, `${title}: ${stem}${k + 1}`)}</label>`,
    )
    .join(" ")}</fieldset>`;

/** @param {Given} given @param {number} level */
function drawnLayer(given, level) {
  const last = given.units.length - 1;
  const title =
    level === last
      ? say("output layer")
      : last === 2
        ? say("hidden layer")
        : say("hidden layers", { n: level });
  const biases = biasesOf(given, level, say("all units"));
  const heads = unitNames(given, level - 1).concat(biases.length ? say("bias column") : []);
  const rows = weightsOf(given, level).map((slots, k) => {
    // one bias of all units stands beside the first
    const cells = [...slots, ...biases.slice(k, k + 1)];
    return `<tr><th scope="row">${unitNames(given, level)[k]}</th>${cells
      .map((slot) => `<td>${drawnNumber(given, slot.field, saidSlot(slot))}</td>`)
      .join("")}</tr>`;
  });
  const options = CHOICES.activations.map(
    (name) => `<option${name === given.activations[level - 1] ? " selected" : ""}>${name}</option>`,
  );
  return `<fieldset><legend>${title}</legend><label>${say("activation")} <select name="a${level}">${options.join("")}</select></label>
<div class="wide"><table><thead><tr><td></td>${heads.map((name) => `<th scope="col">${name}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div></fieldset>`;
}

/** Draws the fields for the numbers of a network. @param {HTMLElement} root @param {Given} given */
function drawNumbers(root, given) {
  const targets = targetsOf(given);
  part(root, ".numbers").innerHTML =
    drawnRow(given, say("inputs"), fields("x", given.units[0]), "x") +
    (targets.length ? drawnRow(given, say("targets"), targets, "y") : "") +
    given.activations.map((_, k) => drawnLayer(given, k + 1)).join("");
}

/** @param {HTMLElement} root @param {string} name @returns {Field} */
const fieldOf = (root, name) => part(root, `[name="${name}"]`);

/** Shows one half of the form. @param {HTMLElement} root @param {string} how */
function turn(root, how) {
  for (const half of root.querySelectorAll("[data-how]"))
    half.toggleAttribute("hidden", /** @type {HTMLElement} */ (half).dataset.how !== how);
}

/** Writes what is given into the form. @param {HTMLElement} root @param {Given} given */
function drawForm(root, given) {
  for (const name of TEXTS) {
    const field = fieldOf(root, name);
    if (field instanceof HTMLInputElement && field.type === "radio")
      part(root, `[name="${name}"][value="${given[name] === "text" ? "text" : "form"}"]`).click();
    else field.value = given[name];
    if (field instanceof HTMLSelectElement && field.selectedIndex < 0) field.selectedIndex = 0;
  }
  fieldOf(root, "units").value = given.units.join("-");
  drawNumbers(root, given);
  turn(root, given.how);
}

/** Reads the form; what a field cannot hold stays as it was. @param {HTMLFormElement} form @param {Given} before @returns {Given} */
function readForm(form, before) {
  const data = new FormData(form);
  /** @param {string} name @param {string} old */
  const read = (name, old) => String(data.get(name) ?? old);
  const given = { ...before, units: unitsIn(read("units", "")) ?? before.units };
  for (const name of TEXTS) given[name] = read(name, before[name]);
  given.activations = sized(before).map((old, k) => read(`a${k + 1}`, old));
  given.activations = sized(given);
  const typed = fieldsOf(before).filter((field) => field !== "rate" && data.has(field));
  given.numbers = {
    ...before.numbers,
    ...Object.fromEntries(typed.map((field) => [field, read(field, "")])),
  };
  return given;
}
