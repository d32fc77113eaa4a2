// Blanks in the text become fields: what is typed is judged in place, and the answer is one press away.
(() => {
  const words = JSON.parse(document.currentScript.dataset.words);

  // however a person types it: after "w5 =" or "≈", with a comma, any of three minus signs, small figures, a full stop
  const plain = (text) =>
    text
      .replace(/10([\u207A\u207B]?[\u2070\u00B9\u00B2\u00B3\u2074-\u2079]+)/g, "10^$1")
      .normalize("NFKC")
      .replace(/[\u2212\u2013]/g, "-")
      .replace("\u2044", "/")
      .replace(/,/g, ".")
      .replace(/[\s_+]/g, "")
      .replace(/^.*[=:~∼≃≅≈约]/, "")
      .replace(/[.。;!]$/, "")
      .toLowerCase();
  // 100,000 is a number without its comma, too
  const readings = (text) => [text, text.replace(/,(?=\d{3}(\D|$))/g, "")].map(plain);

  const NUMBER = /^-?(\d+\.?\d*|\.\d+)$/;
  // 3.8e-6, 3.8 * 10^-6 and 10^5
  const POWER = /^(?:(.+?)e|(?:(.+?)[*×·⋅∙•x])?10(?:\^|\*\*))[({]?(-?\d+)[)}]?$/;
  // A number as it is written: its value, and to how many decimals; null if it is none.
  const numberIn = (text) => {
    const [, before, times, power] = POWER.exec(text) ?? [, text, "", "0"];
    const factor = before ?? times ?? "1";
    if (NUMBER.test(factor)) {
      const decimals = (factor.split(".")[1] ?? "").length - power;
      return { value: Number(`${factor}e${power}`), places: Math.max(0, decimals) };
    }
    const [over, under, ...more] = text.split("/");
    if (more.length || !NUMBER.test(over) || !NUMBER.test(under) || !Number(under)) return null;
    return { value: over / under, places: Infinity };
  };

  // What is rounded or cut off to two digits that count, or to more, is right. Six decimals are a rounded number
  // themselves, fewer are an exact one: in its last place it has to be right, and in a whole number, a count, all is.
  const judged = (answer, typed) => {
    const right = numberIn(answer);
    const given = numberIn(typed);
    if (!right || !given) return typed === answer ? "right" : "wrong";
    const { value, places } = right;
    const size = Math.abs(value);
    const isSame = (factor) => Math.abs(factor * given.value - value) <= 1e-9 * size;
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
  };

  const made = (name, properties) => Object.assign(document.createElement(name), properties);
  const button = (text, pressed) => {
    const key = made("button", { type: "button", textContent: text });
    key.addEventListener("click", pressed);
    return key;
  };

  for (const blank of document.querySelectorAll(".blank")) {
    const answer = blank.textContent;
    const said = made("span", { className: "said" });
    said.setAttribute("role", "status");
    const tell = (verdict) => {
      blank.dataset.verdict = verdict;
      said.textContent = words[verdict] ?? "";
    };
    if (blank.dataset.choices) {
      const choices = blank.dataset.choices.split("|").map((choice) =>
        button(choice, ({ target }) => {
          for (const other of choices) other.setAttribute("aria-pressed", other === target);
          tell(choice === answer ? "right" : "wrong");
        }));
      blank.replaceChildren(...choices, said);
      continue;
    }
    const field = made("input", { type: "text", autocomplete: "off", spellcheck: false, autocapitalize: "off" });
    field.setAttribute("aria-label", words.field);
    const answers = [answer, ...(blank.dataset.equal?.split("|") ?? [])].map(plain);
    const judge = () => {
      const verdicts = answers.flatMap((each) => readings(field.value).map((typed) => judged(each, typed)));
      return ["right", "digits", "sign", "wrong"].find((verdict) => verdicts.includes(verdict));
    };
    const show = button(words.show, () => {
      field.value = answer;
      tell("right");
      field.focus();
    });
    field.addEventListener("input", () => tell(judge() === "right" ? "right" : ""));
    field.addEventListener("change", () => tell(plain(field.value) && judge()));
    blank.replaceChildren(field, show, said);
  }
})();
