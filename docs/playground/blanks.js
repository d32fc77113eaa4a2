// Blanks in the text become fields: what is typed is judged in place, and the answer is one press away.

/** A name as it is compared: w5, W5 and w_5 are one. @param {string} text */
const asName = (text) => bare(text).replace(/[\s_]/g, "").toLowerCase();

/** What may be meant: 100,000 and 100 000 are one number, too. @param {string} text */
const readings = (text) => [text, text.replace(/[,\s](?=\d{3}(\D|$))/g, "")];

/**
 * A number as it is written: its value, and to how many decimals; null if it is none.
 * @param {string} text
 */
function numberIn(text) {
  const value = readNumber(text);
  const unit = lastPlace(text);
  return Number.isNaN(value)
    ? null
    : { value, places: unit ? Math.max(0, Math.round(-Math.log10(unit))) : Infinity };
}

/**
 * What is rounded or cut off to two digits that count, or to more, is right. Six decimals are a rounded number
 * themselves, fewer are an exact one: in its last place it has to be right, and in a whole number, a count, all is.
 * @param {string} answer
 * @param {string} typed
 */
function verdictOn(answer, typed) {
  const right = numberIn(answer);
  const given = numberIn(typed);
  if (!right || !given) return asName(typed) === asName(answer) ? "right" : "wrong";
  const { value, places } = right;
  const size = Math.abs(value);
  /** @param {number} factor */
  const isSame = (factor) => Math.abs(factor * given.value - value) <= 1e-9 * size;
  /** @param {number} factor */
  const isNear = (factor) => {
    const unit = 10 ** -Math.min(given.places, places);
    const over = (factor * given.value - value) * Math.sign(value); // below 0 if digits are cut off
    const isRounded = places >= 6;
    const least = isRounded ? -unit - 1e-9 : 1e-9 - unit;
    const isShort = isRounded || places > given.places;
    return isSame(factor) || (places > 0 && isShort && over < unit / 2 + 1e-9 && over > least);
  };
  if (isSame(1)) return "right";
  if (!isNear(1)) return given.value && isNear(-1) ? "sign" : "wrong";
  // 0.01 for 0.0099 has none of its digits, and may yet be meant; 0 or 1 for 0.7 says nothing
  const count = Math.floor(Math.log10(size)) + 1 + given.places;
  if (count < 0 || (!given.places && size < 1)) return "wrong";
  return count < 2 ? "digits" : "right";
}

/** @param {string} text @param {(key: HTMLButtonElement) => void} pressed */
function key(text, pressed) {
  const made = Object.assign(document.createElement("button"), { type: "button", textContent: text });
  made.addEventListener("click", () => pressed(made));
  return made;
}

/** Makes a blank a field, or a button for each choice. @param {HTMLElement} blank @param {Record<string, string>} words */
function fillIn(blank, words) {
  const answer = blank.textContent ?? "";
  const said = Object.assign(document.createElement("span"), { className: "said" });
  said.setAttribute("role", "status");
  /** @param {string} verdict */
  const tell = (verdict) => {
    blank.dataset.verdict = verdict;
    said.textContent = words[verdict] ?? "";
  };
  if (blank.dataset.choices) {
    const choices = blank.dataset.choices.split("|").map((choice) =>
      key(choice, (pressed) => {
        for (const other of choices) other.setAttribute("aria-pressed", String(other === pressed));
        tell(choice === answer ? "right" : "wrong");
      }),
    );
    blank.replaceChildren(...choices, said);
    return;
  }
  const kind = { type: "text", autocomplete: "off", spellcheck: false, autocapitalize: "off" };
  const field = Object.assign(document.createElement("input"), kind, { ariaLabel: words.field });
  const answers = [answer, ...(blank.dataset.equal?.split("|") ?? [])];
  const judge = () => {
    const verdicts = answers.flatMap((each) => readings(field.value).map((typed) => verdictOn(each, typed)));
    return ["right", "digits", "sign", "wrong"].find((best) => verdicts.some((one) => one === best)) ?? "";
  };
  const show = key(words.show, () => {
    field.value = answer;
    tell("right");
    field.focus();
  });
  field.addEventListener("input", () => tell(judge() === "right" ? "right" : ""));
  field.addEventListener("change", () => tell(field.value.trim() && judge()));
  blank.replaceChildren(field, show, said);
}

const blanksScript = /** @type {HTMLScriptElement} */ (document.currentScript);
const blankWords = JSON.parse(blanksScript.dataset.words ?? "{}");
for (const blank of document.querySelectorAll(".blank"))
  fillIn(/** @type {HTMLElement} */ (blank), blankWords);
