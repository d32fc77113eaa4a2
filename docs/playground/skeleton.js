// What stands on the page before a number is in it.

/** What a page shows: which stages of the calculation, and which modes.
 * @typedef {{ kinds: string[], layer: "" | "output" | "hidden", modes: string[], focus?: string,
 *   onlyRight?: boolean }} Part */

/** @type {Record<string, Part>} */
const PARTS = {
  all: { kinds: [], layer: "", modes: MODES },
  opening: { kinds: [], layer: "", modes: ["change"], focus: "w5" },
  forward: { kinds: ["forward"], layer: "", modes: ["change", "step"] },
  loss: { kinds: ["loss"], layer: "", modes: ["change", "step"] },
  output: { kinds: ["backward"], layer: "output", modes: ["change", "step"] },
  hidden: { kinds: ["backward"], layer: "hidden", modes: ["change", "step"] },
  update: { kinds: ["update"], layer: "", modes: ["change", "step"] },
  passes: { kinds: [], layer: "", modes: ["train", "change"], onlyRight: true },
  crossed: { kinds: [], layer: "", modes: ["train", "change"] },
  own: { kinds: [], layer: "", modes: MODES },
};

/** @param {string} does @param {string} [label] @param {string} [key] */
const button = (does, label = "", key = does) =>
  `<button type="button" data-do="${does}"${label ? ` aria-label="${escaped(label)}"` : ""}>${escaped(say(key))}</button>`;

/** The numbers that one can choose: the article's, and those of the published examples.
 * @typedef {{ net: string, label: string, given?: Record<string, number> }} Choice */
/** @type {{ own: Choice[], published: Choice[] }} */
const CHOICES = { own: [], published: [] };

/** @param {Choice} choice @param {number} n @param {string} kind */
const option = ({ net, label }, n, kind) =>
  `<option value="${kind} ${n}" data-net="${net}">${escaped(label)}</option>`;

/** @param {string[]} modes */
const drawnModes = (modes) =>
  modes.length < 2
    ? ""
    : `<fieldset class="modes"><legend class="quiet">${say("modes")}</legend>${modes
        .map(
          (mode) =>
            `<label><input type="radio" name="mode" value="${mode}"/><span>${say(`mode ${mode}`)}</span></label>`,
        )
        .join("")}</fieldset>`;

const drawnEditor = () => `<div class="edit" hidden>
<label for="desk-field"></label>
<div class="field"><button type="button" data-do="turn" aria-label="${say("turn")}">±</button><button type="button" data-do="less">−</button><input type="text" id="desk-field" role="spinbutton" inputmode="decimal" autocomplete="off" autocapitalize="off" spellcheck="false" aria-errormessage="said"/><button type="button" data-do="more">+</button></div>
<input type="range" class="slide"/>
<p class="later note"></p></div>`;

const drawnSteps = () => `<div class="panel steps" role="group" aria-label="${say("steps")}">
<div class="buttons">${button("back")} ${button("next")} ${button("all")} <span class="where"></span></div>
<input type="range" min="0" step="1" class="line" aria-label="${say("line")}"/></div>`;

/** @param {boolean} whole */
const drawnTrain = (whole) => `<div class="panel train" role="group" aria-label="${say("passes")}">
<div class="buttons"><label>${say("pass")} <input type="text" inputmode="numeric" class="pass" autocomplete="off"/></label> ${button("pass -", say("previous"), "−")} ${button("pass +", say("following"), "+")}
${[1, 10, 100, 1000].map((n) => `<button type="button" data-do="pass ${n}">${n}</button>`).join(" ")} ${button("run")}</div>
<fieldset class="which" hidden><legend>${say("partials")}</legend><label><input type="radio" name="which" value="right"/> ${say("right")}</label> <label><input type="radio" name="which" value="crossed"/> ${say("crossed")}</label></fieldset>
<p class="compared"></p>
${whole ? `<div class="buttons"><label>${say("watch")} <select class="watch"></select></label> ${button("pin")} ${button("unpin")} ${button("start", "", "start here")}</div>` : ""}
<svg class="curve" viewBox="0 0 340 178" role="img"></svg><p class="point" aria-hidden="true"></p><p class="curved"></p></div>`;

/**
 * The whole of it.
 * @param {string} name which part of it a page shows
 */
function drawnDesk(name) {
  const { modes } = PARTS[name];
  const whole = name === "all";
  const choose = `<label class="choose"><span class="quiet">${say("choose")}</span> <select class="network"><option value="" hidden disabled></option><optgroup label="${say("article")}">${CHOICES.own.map((choice, n) => option(choice, n, "own")).join("")}</optgroup><optgroup label="${say("examples")}">${CHOICES.published.map((choice, n) => option(choice, n, "published")).join("")}</optgroup></select></label>`;
  const panels =
    (modes.includes("step") ? drawnSteps() : "") + (modes.includes("train") ? drawnTrain(whole) : "");
  return `<div class="choices">${drawnModes(modes)}${whole ? choose : ""}</div>
<div class="stage"><div class="hold"><p class="caption"></p><div class="net" role="group" aria-label="${say("picture")}"></div></div>
<div class="dock">${panels}<div class="grip">${drawnEditor()}<div class="buttons">${button("undo")} ${button("redo")}</div><p class="said" id="said" role="status" aria-live="polite"></p></div><div class="panel checking"></div><div class="focused"></div></div></div>
<div class="buttons">${PARTS[name].kinds.length ? button("uneven") : ""} ${button("random")} ${button("reset")}${whole || name === "own" ? "" : ` <a class="open">${say("open")}</a>`}</div>
${whole ? (MORE.drawnTaking?.() ?? "") : ""}`;
}
