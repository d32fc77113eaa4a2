// Check mine: a box beside every calculated number; the first wrong one is marked, with its cause.

const PASSES_ASKED = [10, 100, 1000];

/** The boxes by their heading. @param {Model} model */
function boxesOf(model) {
  const boxes = model.stages.map(({ title, names }) => ({ title, names }));
  const later = PASSES_ASKED.map((pass) => `${model.loss}@${pass}`);
  return [...boxes, { title: say("later losses"), names: later }];
}

/** What a box is called. @param {Model} model @param {string} name */
function boxLabel(model, name) {
  const [bare, pass] = name.split("@");
  if (pass) return say("loss of pass", { name: called(bare), n: pass });
  const by = model.means[bare];
  return by ? `${called(bare)} (∂${called(by)})` : called(bare);
}

/** The panel with its boxes. @param {Model} model */
function drawnBoxes(model) {
  const groups = boxesOf(model).map(({ title, names }) => {
    const rows = names.map((name) => {
      const label = escaped(boxLabel(model, name));
      return `<div class="box" data-box="${name}"><label><span>${label}</span> <input type="text" inputmode="decimal" autocomplete="off" autocapitalize="off" spellcheck="false" data-mine="${name}" aria-describedby="verdict"/></label> <output></output> <button type="button" data-do="reveal ${name}" aria-label="${escaped(say("reveal one", { name: label }))}">${say("reveal")}</button><p class="why note"></p></div>`;
    });
    return `<fieldset><legend>${escaped(title)}</legend>${rows.join("")}</fieldset>`;
  });
  return `<p class="note">${say("check how")}</p><p class="asked"></p>
<p><label class="tick"><input type="checkbox" data-does="hide"/> ${say("hide")}</label> <button type="button" data-do="clear">${say("clear")}</button></p>
<div class="verdict" id="verdict" role="status" aria-live="polite"></div>
<div class="boxes">${groups.join("")}</div>`;
}

/** Draws the boxes of a network, with typed numbers and their marks. @param {HTMLElement} panel @param {View} view */
function drawBoxes(panel, view) {
  const { state, verdict, model } = view;
  if (panel.dataset.of !== model.name) {
    panel.dataset.of = model.name;
    panel.innerHTML = drawnBoxes(model);
  }
  const put = { n: state.pass, start: say("start here"), train: say("mode train") };
  putText(part(panel, ".asked"), state.pass > 1 ? say("check pass", put) : "");
  for (const box of parts(panel, ".box")) {
    const name = box.dataset.box ?? "";
    const mark = verdict?.marks[name] ?? "";
    box.dataset.mark = mark;
    const field = /** @type {HTMLInputElement} */ (part(box, "input"));
    if (field !== document.activeElement) field.value = state.typed[name] ?? "";
    field.ariaInvalid = mark === "wrong" || mark === "unread" ? "true" : null;
    putText(part(box, "output"), mark && say(`mark ${mark}`));
    putText(part(box, ".why"), whyWrong(verdict, name));
  }
  /** @type {HTMLInputElement} */ (part(panel, "[data-does=hide]")).checked = state.hidden;
  putHtml(part(panel, ".verdict"), drawnVerdict(view));
}

/** Of a mistake in many lines so many are shown. */
const LINES = 4;

/**
 * What a mistake is, with the lines as they would be, and as they are right. The line of the number itself has its numbers.
 * @param {Model} model
 * @param {Mistake} mistake
 * @param {string} own the number
 * @param {(name: string) => number} gives what the mistake gives
 * @param {number} right what is right there
 */
function drawnMistake(model, mistake, own, gives, right) {
  const names = Object.keys(mistake.lines).slice(0, LINES);
  const result = resultRows(model, mistake, own, gives);
  const lines = names.map((name) => {
    const end = name === own ? [written("v", MATH, () => fixed(right))] : [];
    return `<div class="pair"><div><span class="note">${say("yours")}</span>${drawnRows(name, [written(mistake.lines[name], MATH), ...(name === own ? result : [])])}</div><div><span class="note">${say("correct")}</span>${drawnRows(name, [written(model.lines[name], MATH), ...end])}</div></div>`;
  });
  if (result.length && !names.includes(own))
    lines.push(`<div><span class="note">${say("yours")}</span>${drawnRows(own, result)}</div>`);
  return `<p class="cause">${escaped(sentence(mistake.says))}</p>${lines.join("")}`;
}

/**
 * The line of a number in the numbers that a mistake gives, and its result.
 * @param {Model} model
 * @param {Mistake} mistake
 * @param {string} name
 * @param {(name: string) => number} gives
 */
function resultRows(model, mistake, name, gives) {
  if (!(name in model.lines)) return [];
  const tree = mistake.lines[name] ?? model.lines[name];
  /** @param {string} each */
  const spelled = (each) => (each in model.given ? short : fixed)(gives(each));
  const rows = [written(tree, MATH, spelled), written(name, MATH, () => fixed(gives(name)))];
  return rows.filter((row, n) => row !== rows[n - 1]);
}

/** A value in as many digits as somebody wrote. @param {string} text @param {number} value */
const alike = (text, value) => withMinus(significant(value, digitsIn(text)));

/** A text that ends with a point and begins large, unless it begins with a name. @param {string} text */
function sentence(text) {
  const begun = `${/^[a-z]+(?=[ ,:])/.test(text) ? text[0].toUpperCase() : text[0]}${text.slice(1)}`;
  return /[.!?。]$/.test(begun) ? begun : say("ends", { text: begun });
}

/** What is said beside a wrong number, in short. @param {Verdict | null} verdict @param {string} name */
function whyWrong(verdict, name) {
  const fault = verdict?.faults.find((each) => each.name === name);
  if (!fault) return "";
  if (fault.cause) return sentence(fault.cause.says);
  return fault.other
    ? say("number of", { name: called(fault.other) })
    : say("right is", { right: shown(fault.right) });
}

/** The verdict in sentences. @param {View} view */
function drawnVerdict({ model, verdict, state }) {
  const marks = Object.entries(verdict?.marks ?? {});
  if (!verdict || !marks.length) return "";
  /** @param {string[]} names */
  const labels = (names) => listed(names.map((name) => boxLabel(model, name)));
  /** @param {string} key @param {Record<string, unknown>} [put] */
  const paragraph = (key, put) => `<p>${escaped(say(key, put))}</p>`;
  const right = answers(model, runner(model, "right"), state.given, Object.keys(verdict.off));
  const text = Object.entries(verdict.off).map(([name, count]) => {
    const typed = state.typed[name].trim();
    const put = { name: boxLabel(model, name), count, typed, right: alike(typed, right(name)) };
    return paragraph("off by", put);
  });
  const rounded = marks.filter(([name, mark]) => mark === "rounded" && !verdict.off[name]);
  if (rounded.length)
    text.push(paragraph("right from own", { names: labels(rounded.map(([name]) => name)) }));

  const [first, ...others] = verdict.faults;
  if (!first) {
    const kept = ["unread", "few"].filter((kind) => marks.some(([, mark]) => mark === kind));
    if (kept.length) text.push(...kept.map((kind) => paragraph(`some ${kind}`)));
    else if (!text.length)
      text.push(paragraph(marks.length > 1 ? "all right" : "one right", { count: marks.length }));
    return text.join("");
  }
  const put = { name: boxLabel(model, first.name), typed: state.typed[first.name].trim() };
  text.push(
    `<p><strong>${escaped(say("first wrong", { ...put, right: shown(first.right) }))}</strong></p>`,
    drawnFault(model, first, say(model.mistakes ? "no cause" : "no mistakes yet")),
  );
  const unknown = others.filter((fault) => !fault.cause && !fault.other && !fault.follows.length);
  for (const fault of others.filter((each) => !unknown.includes(each)))
    text.push(paragraph("also wrong", { names: labels([fault.name]) }), drawnFault(model, fault));
  if (unknown.length) text.push(paragraph("also wrong", { names: labels(unknown.map(({ name }) => name)) }));
  return text.join("");
}

/** Why a number is wrong, and what follows from it. @param {Model} model @param {Fault} fault @param {string} [otherwise] */
function drawnFault(model, { name, right, cause, rivals, gives, other, follows }, otherwise = "") {
  const text = [];
  if (cause) {
    text.push(drawnMistake(model, cause, name, gives, right));
    const said = new Set([cause, ...rivals].map(({ says }) => sentence(says)));
    const others = [...said].slice(1, 3).map(escaped);
    if (others.length) text.push(`<p class="note">${say("or", { others: others.join(" ") })}</p>`);
  } else {
    const why = other ? say("number of", { name: called(other) }) : otherwise;
    if (why) text.push(`<p class="cause">${escaped(why)}</p>`);
  }
  if (follows.length) {
    const names = listed(follows.map((each) => boxLabel(model, each)));
    text.push(`<p>${escaped(say("follows", { names }))}</p>`);
  }
  return text.join("");
}

/** Puts the right number into a box. @param {Desk} desk @param {string} name */
function reveal(desk, name) {
  const { model, state } = desk.view;
  const right = answers(model, runner(model, "right"), state.given, [name]);
  act(desk, { type: "type", name, text: withMinus(fixed(right(name))) });
}

/** Brings the first box into sight, once it is drawn. @param {Desk} desk */
function toBoxes({ root }) {
  requestAnimationFrame(() => part(root, ".box input").scrollIntoView({ block: "nearest" }));
}
