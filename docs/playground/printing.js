// Printing: what the form of the worksheets asks for, on pages that say whose they are.

const MOST_SHEETS = 200;
const MOST_DIGITS = 15;

/**
 * Which sheets are asked for: "" the one of the numbers on the screen, "7", "1–24" or "1, 2, 5" those of these seeds.
 * @param {string} text
 * @returns {(number | null)[] | null} null if it is anything else
 */
function seedsIn(text) {
  if (!text.trim()) return [null];
  /** @type {Set<number>} */
  const seeds = new Set();
  for (const piece of text.split(/[,;，、]/)) {
    const found = /^\s*(\d{1,10})\s*(?:[-–]\s*(\d{1,10})\s*)?$/.exec(piece);
    if (!found) return null;
    const first = Number(found[1]);
    const last = Number(found[2] ?? first);
    if (last < first || last - first >= MOST_SHEETS || last >= 2 ** 32) return null;
    for (let seed = first; seed <= last; seed++) seeds.add(seed);
  }
  return seeds.size > MOST_SHEETS ? null : [...seeds];
}

/** Text in a style sheet. @param {string} text */
const quoted = (text) => JSON.stringify(text);

/**
 * How the pages of a sheet are set: each says at its top whose it is, and which of its pages.
 * @param {string} page
 * @param {string} whose the number of the sheet; without one there is but one, and room for a name on its other pages
 */
const pageRule = (page, whose) => `@page ${page} {
  margin: 15mm 15mm 12mm; counter-increment: ${page}; font: 9pt Book, Cambria, Georgia, serif;
  @top-left { content: ${quoted(whose ? "" : `${say("paper name")} ${GAP.repeat(4)}`)}; }
  @top-right { content: ${together(whose, say("paper page", { page: "\n" }))
    .split("\n")
    .map(quoted)
    .join(` counter(${page}) `)}; }
}
@page ${page}:first { @top-left { content: none; } }`;

/** The style sheet of what is printed comes with the first sheet. @param {string} href */
const paperStyle = (href) =>
  Object.assign(document.createElement("link"), { rel: "stylesheet", media: "print", href });

/**
 * Puts a blank page after each sheet that would leave the next one the back of its own paper. Browsers know of no page
 * before they print: a sheet is measured in columns, which end as its pages do.
 * @param {HTMLElement} papers
 * @param {HTMLLinkElement} link
 */
function beginOnTheRight(papers, link) {
  const sheets = parts(papers, ".sheet");
  papers.classList.add("measured");
  if (link.sheet) link.sheet.media.mediaText = "all";
  const odd = sheets.filter((sheet) => Math.round(sheet.scrollWidth / sheet.clientWidth) % 2);
  if (link.sheet) link.sheet.media.mediaText = "print";
  papers.classList.remove("measured");
  for (const sheet of odd)
    if (sheet !== sheets[sheets.length - 1]) sheet.insertAdjacentHTML("afterend", '<div class="back"></div>');
}

/**
 * Prints the sheets that the form asks for, or a key to them. A page without a desk prints so too (docs/own).
 * @param {{ root: HTMLElement, view: Pick<View, "model" | "value"> }} desk
 * @param {string} what "blank", "key" or "short"
 */
async function printSheets({ root, view }, what) {
  const form = part(root, ".sheets");
  /** @param {string} name */
  const field = (name) => /** @type {HTMLInputElement} */ (part(form, `[name=${name}]`));
  /** @param {string} name @param {string} text */
  const refuse = (name, text) => {
    putText(part(form, ".wrong"), text);
    field(name).ariaInvalid = "true";
    field(name).focus();
    part(form, ".wrong").scrollIntoView({ block: "nearest" }); // a browser shows the field, and on a phone that alone
  };
  putText(part(form, ".wrong"), "");
  for (const name of ["seeds", "digits"]) field(name).ariaInvalid = null;
  const asked = field("seeds").value.trim();
  const seeds = seedsIn(asked);
  if (!seeds) return refuse("seeds", say("no sheets", { got: clipped(asked), most: MOST_SHEETS }));
  const got = field("digits").value;
  const digits = Number(got);
  if (!(Number.isInteger(digits) && digits >= 1 && digits <= MOST_DIGITS))
    return refuse("digits", say("no digits", { got: clipped(got), most: MOST_DIGITS }));
  const { model, value } = view;
  const given = Object.fromEntries(model.inputs.map((name) => [name, value(name)]));
  const style = await loaded(
    beside("sheet.css"),
    (/** @type {HTMLLinkElement} */ { sheet }) => sheet,
    paperStyle,
  );
  if (!style || (what === "key" && !(await mistakesOf(model))))
    return putText(part(form, ".wrong"), say("not loaded"));
  const found = seeds.map((seed) => sheetOf(model, given, seed));
  const bad = found.indexOf(null);
  if (bad >= 0) return refuse("seeds", say("no sheet", { n: seeds[bad] }));
  const sheets = found.filter((sheet) => sheet !== null);
  const level = what === "blank" ? field("level").value : "";
  const drawn =
    what === "short"
      ? [drawnShortKey(model, sheets, digits)]
      : sheets.map((sheet) => drawnSheet(model, sheet, level, digits));
  const title = titleOf(model, sheets[0].numbers);
  const rules = drawn.map((_, n) => {
    const sheet = what === "short" ? "" : sheetName(seeds[n]);
    return pageRule(`sheet-${n}`, what === "blank" ? sheet : together(say("paper key"), sheet));
  });
  document.querySelector(".papers")?.remove();
  const papers = document.createElement("div");
  papers.className = "papers";
  papers.innerHTML = drawn
    .map((html, n) => `<section class="sheet" style="page: sheet-${n}">${html}</section>`)
    .join("");
  const pages = document.createElement("style");
  pages.textContent = rules.join("\n");
  papers.append(pages);
  document.body.append(papers);
  await document.fonts.ready;
  if (field("sides").checked) beginOnTheRight(papers, style);
  document.body.classList.add("prints");
  // a browser calls the file after the page
  const before = document.title;
  const kind = say(what === "blank" ? "sheets" : "paper key");
  document.title = [kind, title, asked && say("paper sheet", { number: asked })].filter(Boolean).join(" – ");
  const after = () => {
    papers.remove();
    document.body.classList.remove("prints");
    document.title = before;
  };
  addEventListener("afterprint", after, { once: true });
  print();
}
