// What can be taken away: the address, Python, the network file, the worked solution.

const WIDTH = 88;

/** A remark on what was not the first pass of the right partials. @param {View} view @param {string} mark */
function noted(view, mark) {
  const { pass, which } = view.state;
  return pass === 1 && which === "right" ? "" : `${mark}${say("note", { n: pass, which: say(which) })}\n`;
}

/** The calculation as a script. @param {View} view */
function asPython(view) {
  const { model, state } = view;
  const trees = Object.keys(model.lines).map((name) => lineOf(model, state.which, name));
  const text = JSON.stringify(trees);
  const helpers = Object.keys(PROGRAMS).filter((name) => text.includes(`["${name}"`));
  const programs = helpers.map((name) => PROGRAMS[name]);
  const math = OWN.filter(
    (name) =>
      text.includes(`["${name}"`) ||
      programs.some((program) => program.includes(`${name}(`) && !program.includes(`def ${name}(`)),
  );
  const lines = [
    `# ${model.title}`,
    ...(model.url ? [`# ${model.url}`] : []),
    ...(math.length ? [`from math import ${math.join(", ")}`, ""] : []),
    ...programs.map((program) => `\n${program}\n`),
    ...model.inputs.map((name) => `${name} = ${full(view.value(name))}`),
    "",
    ...Object.keys(model.lines).map(
      (name) =>
        `${name} = ${written(lineOf(model, state.which, name), PYTHON)}  # ${fixed(view.value(name))}`,
    ),
    "",
    `print(f"${model.loss} = {${model.loss}:.6f}")`,
    "",
  ];
  return noted(view, "# ") + lines.join("\n");
}

/** The network file of the numbers of pass 1, with what is printed of this pass. @param {View} view */
function asFile(view) {
  const { model, state } = view;
  const given = filled(model.file, (name) => (name in state.given ? full(state.given[name]) : undefined));
  const head = state.pass > 1 ? `[after.${state.pass - 1}]` : "[printed]";
  const numbers = Object.keys(model.lines)
    .map((name) => [name, fixed(view.value(name))])
    .filter(([, text]) => Math.abs(Number(text)) < LIMIT); // larger than a network file may say
  return `${noted(view, "# ")}${given}\n${head}\n${numbers.map(([name, text]) => `${name} = "${text}"`).join("\n")}\n`;
}

/** Breaks a row before a sign where it is too long. @param {string} left @param {string} right */
function broken(left, right) {
  const rows = [`${left} =`];
  for (const piece of right.split(/ (?=[+−×/] )/)) {
    const last = rows[rows.length - 1];
    if (last.length + 1 + piece.length <= WIDTH || last.endsWith("="))
      rows[rows.length - 1] = `${last} ${piece}`;
    else rows.push(`${" ".repeat(left.length + 5)}${piece}`);
  }
  return rows;
}

/** The worked solution as text. @param {View} view */
function asSolution(view) {
  const { model, state } = view;
  const spelled = spelledIn(view, full);
  const rows = [model.title, ...(model.url ? [model.url] : [])];
  /** @param {string} text */
  const head = (text) => rows.push("", text, "-".repeat(text.length));
  head(say("given"));
  for (const name of model.inputs) rows.push(`${called(name)} = ${withMinus(full(view.value(name)))}`);
  for (const { title, names } of model.stages) {
    head(title);
    names.forEach((name, n) => {
      if (n) rows.push("");
      const tree = lineOf(model, state.which, name);
      const told = [written(tree, TEXT), written(tree, TEXT, spelled), withMinus(fixed(view.value(name)))];
      told
        .filter((text, k) => text !== told[k - 1])
        .forEach((text, k) => rows.push(...broken(k ? " ".repeat(called(name).length) : called(name), text)));
    });
  }
  return `${noted(view, "")}${rows.join("\n")}\n`;
}

/** The functions of a listing as Python, which the book's build sets. @type {Record<string, string>} */
const PROGRAMS = {};
