// A field for code. A browser's own field has undo, the keys of every platform, a phone's keyboard and a screen
// reader's voice; below it stands the same text in the book's colours. An editor as a library weighs more than
// the page does: CodeMirror with its Python 130 KB compressed.

/** @typedef {{ box: HTMLElement, field: HTMLTextAreaElement, set: (text: string) => void }} Editor */

// What has a colour, by the names of the book's style sheet: comments, texts, words of Python, its functions, numbers.
const COLOURED =
  /(?<c1>#.*)|(?<s2>\b[rbf]{0,2}(?:"""[^]*?"""|'''[^]*?''')|(?:\b[rbf]{1,2})?(?:"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'))|\b(?<k>and|as|assert|break|class|continue|def|del|elif|else|except|finally|for|from|global|if|import|in|is|lambda|match|not|or|pass|raise|return|try|while|with|yield|True|False|None)\b|\b(?<nb>abs|all|any|dict|enumerate|float|int|len|list|map|max|min|next|print|range|reversed|round|set|sorted|str|sum|tuple|zip)\b(?=\()|\b(?<mi>\d[\d_.]*(?:e[+-]?\d+)?)\b/gi;

/** @param {string} text @returns {(Node | string)[]} */
function coloured(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(COLOURED)) {
    const [name] = Object.entries(found.groups ?? {}).find(([, part]) => part !== undefined) ?? [""];
    const span = document.createElement("span");
    span.className = name;
    span.textContent = found[0];
    parts.push(text.slice(end, found.index), span);
    end = found.index + found[0].length;
  }
  return [...parts, text.slice(end)];
}

/** @param {string} source @param {string} label @param {(text: string) => void} changed @returns {Editor} */
function editor(source, label, changed) {
  const box = document.createElement("div");
  const below = document.createElement("pre");
  const field = document.createElement("textarea");
  box.className = "live-code highlight";
  below.setAttribute("aria-hidden", "true");
  Object.assign(field, { spellcheck: false, autocomplete: "off", autocapitalize: "off" });
  field.setAttribute("aria-label", label);
  const paint = () => below.replaceChildren(...coloured(field.value), "\n");
  field.addEventListener("input", () => {
    paint();
    changed(field.value);
  });
  // a new line begins where the one above it does, after a colon further in
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.ctrlKey || event.metaKey || event.isComposing)
      return;
    event.preventDefault();
    const line = field.value.slice(0, field.selectionStart).split("\n").pop() ?? "";
    const further = /:\s*$/.test(line) ? "    " : "";
    document.execCommand("insertText", false, `\n${line.match(/^ */)?.[0]}${further}`); // so that undo knows of it
  });
  const set = (/** @type {string} */ text) => {
    field.value = text;
    paint();
  };
  box.append(below, field);
  set(source);
  return { box, field, set };
}
