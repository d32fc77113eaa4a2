// Find my mistake: one number, without saying which; its answer, and the mistake that gives it.

/** The networks in which an answer stands: copies of the first, with the same numbers, are only counted.
 * @param {string[]} nets */
function drawnPlace([first, ...others]) {
  if (first === "article") return "";
  /** @param {string} net */
  const numbers = (net) => [...new Set(Object.values(MODELS[net].given))].sort().join();
  const copies = others.filter((net) => numbers(net) === numbers(first));
  // of several networks what they are called in short, without their titles
  const labels = [first, ...others.filter((net) => !copies.includes(net))].map(labelOf);
  const name = listed(labels.map((label) => (others.length ? label.split(": ")[0] : label)));
  const key = copies.length > 1 ? "in copies" : copies.length ? "in copy" : "in network";
  return ` <small>${escaped(say(key, { name, count: copies.length }))}</small>`;
}

/** One answer. @param {Found} found @param {string} text what was typed */
function drawnFound({ nets, names, mistake, value, right, off, slip, gives }, text) {
  const model = MODELS[nets[0]];
  const where = drawnPlace(nets);
  const put = {
    name: listed(names.map((name) => boxLabel(model, name))),
    value: slip && digitsIn(text) <= digitsIn(fixed(value)) + 1 ? shown(value) : alike(text, value),
    right: shown(right),
  };
  const [exactly, nearly] = mistake
    ? ["found wrong", "found near wrong"]
    : ["found right", "found near right"];
  const title = say(slip ? `slip ${slip}` : off ? nearly : exactly, put);
  const longer = !off && !slip && digitsIn(fixed(value)) > digitsIn(text);
  const exact = longer ? `<p class="note">${escaped(say("found exact", { value: shown(value) }))}</p>` : "";
  const why = mistake ? drawnMistake(model, mistake, names[0], gives, right) : "";
  return `<section class="found"><p class="title">${escaped(title)}${where}</p>${why || exact}</section>`;
}

/**
 * The answers that are told, and the others behind a summary. Until all is looked through only what stays is told.
 * @param {ReturnType<typeof chosen>} answers
 * @param {string} first the network that is looked through first
 * @param {string} text what was typed
 * @param {boolean} last whether all is looked through
 */
function drawnAnswers({ open, closed, many }, first, text, last) {
  /** @param {Found[]} some */
  const drawn = (some) => some.map((one) => drawnFound(one, text)).join("");
  /** @param {string} key @param {Record<string, unknown>} [put] */
  const note = (key, put) => `<p class="note">${escaped(say(key, put))}</p>`;
  if (!last)
    return drawn(open.filter(({ nets, mistake }) => !mistake || nets[0] === first)) + note("looking");
  const parts = [drawn(open)];
  if (many) parts.push(note("by chance", { count: many }));
  else if (closed.length && (!open.length || digitsIn(text) < 3)) parts.push(note("few digits"));
  const count = closed.length;
  if (count)
    parts.push(`<details><summary>${say("more found", { count })}</summary>${drawn(closed)}</details>`);
  else if (!open.length) parts.push(`<p>${escaped(say("found nothing", { got: clipped(text) }))}</p>`);
  return parts.join("");
}

/** What answers in several networks have in common that say the same. @param {Found} found */
const keyOf = ({ names, mistake, value }) => [...names, mistake?.says, value.toPrecision(10)].join();

/** A number with its name, and the name of another. */
const NAMED = /[=:]\s*\S*\d[\s;,，；、|]+[\p{L}_]\w*\s*[=:]/u;
/** What stands between two numbers: 1,234.5 has a comma and is one. */
const BETWEEN = /[\s;，；、|[\]]+|,(?!\d)|,(?=\d*\.\d)/;

/** Whether several numbers are typed: 0.98, 0.727, or h_in_1 = 0.98, h_out_1 = 0.727. @param {string} text */
function isList(text) {
  if (NAMED.test(text)) return true;
  const pieces = text
    .split(BETWEEN)
    .filter((piece) => /[.,]\d/.test(piece) && !Number.isNaN(readNumber(piece)));
  return Number.isNaN(readNumber(text)) && pieces.length > 1;
}

/** Where several numbers go. @param {string} text */
function drawnList(text) {
  const to = {
    check: ["playground.html?desk=1;mode:check", say("mode check")],
    own: [`own-network.html#own=1;how:text;text:${encodeURIComponent(text)}`, say("find own")],
  };
  const links = Object.entries(to).map(([key, [href, name]]) => [
    key,
    `<a href="${href}">${escaped(name)}</a>`,
  ]);
  return `<p>${say("find list", Object.fromEntries(links))}</p>`;
}

/** A box for one number: on the page of its answers it answers, elsewhere it leads there. @param {HTMLElement} root */
function beginFinder(root) {
  const form = /** @type {HTMLFormElement} */ (part(root, "form"));
  const field = /** @type {HTMLInputElement} */ (part(root, "input"));
  const answer = root.querySelector(".answer");
  if (!answer) return;
  let turn = 0;

  /** @param {string} text */
  const find = async (text) => {
    const mine = ++turn;
    /** @param {string} words */
    const end = (words) => putHtml(answer, `<p>${escaped(words)}</p>`);
    if (isList(text)) return putHtml(answer, drawnList(text));
    if (Number.isNaN(readNumber(text))) return end(say("find no number", { got: clipped(text) }));
    if (digitsIn(text) < 2) return end(say("few digits")); // 0.5 is near every tenth number
    /** @type {Found[]} */
    const found = [];
    const nets = ["article", ...new Set(CHOICES.published.map(({ net }) => net))];
    for (const net of nets) {
      const model = await network(net);
      const came = model && (await mistakesOf(model));
      if (mine !== turn) return;
      // without one of the networks nobody can say that there is nothing
      if (!came) return end(say("not loaded"));
      for (const one of lookedUp(model, model.given, text)) {
        const same = found.find((other) => keyOf(other) === keyOf(one));
        if (same) same.nets = [...new Set([...same.nets, net])];
        else found.push(one);
      }
      const last = net === nets[nets.length - 1];
      putHtml(answer, drawnAnswers(chosen(inTurn(found, nets), nets[0], text), nets[0], text, last));
      await new Promise((done) => window.setTimeout(done)); // the page goes on answering
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    window.history.replaceState(
      null,
      "",
      `${location.href.split(/[?#]/)[0]}?number=${encodeURIComponent(field.value.trim())}`,
    );
    find(field.value);
  });
  const asked = new URLSearchParams(location.search).get("number");
  if (asked) {
    field.value = asked;
    find(asked);
  }
}
