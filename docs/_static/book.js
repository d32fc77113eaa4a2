// What only a script can do: keys reach what scrolls and what opens, and paper shows what is folded.
(() => {
  const words = JSON.parse(document.currentScript.dataset.words);
  const reach = (within) => {
    // What is folded is asked when it opens: to measure it here would set it, for nobody to see.
    const boxes = [...within.querySelectorAll("pre, div.math, .table-wrapper, .picture")].filter(
      (box) => !box.closest("details:not([open])"));
    // All are read before one is written: a page is set once, not once a box.
    const scrolling = boxes.map((box) => box.scrollWidth > box.clientWidth);
    for (const [at, box] of boxes.entries()) {
      const what = box.matches("pre") ? "code" : box.matches(".math") ? "formula" : "table";
      const said = { tabindex: 0, role: "group", "aria-label": words[what] };
      if (box.matches(".picture")) delete said.role, delete said["aria-label"]; // it has its own
      for (const [name, value] of Object.entries(said))
        if (scrolling[at]) box.setAttribute(name, value);
        else box.removeAttribute(name);
    }
  };
  addEventListener("load", () => reach(document));
  addEventListener("resize", () => reach(document));
  addEventListener("toggle", ({ target }) => reach(target), true);
  document.fonts?.addEventListener("loadingdone", () => reach(document));

  const fold = (open) => () => {
    for (const part of document.querySelectorAll("details"))
      if (open) part.dataset.was = part.open, part.open = true;
      else part.open = part.dataset.was === "true";
  };
  addEventListener("beforeprint", fold(true));
  addEventListener("afterprint", fold(false));

  // A picture of the article's network opens in the playground, with its numbers. Its room is kept in book.css.
  for (const picture of document.querySelectorAll(".picture[data-given]")) {
    if (picture.closest(".play")) continue;
    const link = document.createElement("a");
    link.className = "opens";
    link.href = `playground.html?desk=1;net:article;given:${picture.dataset.given}`;
    link.textContent = words.playground;
    picture.after(link);
  }

  // The cells of a page run in it, if its reader wants that: what they need is loaded only then.
  for (const button of document.querySelectorAll("button[data-live]"))
    button.addEventListener("click", () => {
      if (button.ariaDisabled) return;
      button.setAttribute("aria-disabled", true);
      for (const file of JSON.parse(button.dataset.live)) {
        const script = Object.assign(document.createElement("script"), { src: file, async: false });
        script.onerror = () => {
          button.removeAttribute("aria-disabled");
          button.nextElementSibling.textContent = button.dataset.offline;
        };
        document.head.append(script);
      }
    });

  // The other language of a page opens where the reader is: at the same section, with the same numbers.
  for (const other of document.querySelectorAll("a.language"))
    other.addEventListener("click", () => {
      const above = [...document.querySelectorAll("article section section[id]")].filter(
        (section) => section.getBoundingClientRect().top < innerHeight / 3);
      other.search = location.search;
      // an address that holds numbers is kept as it is
      other.hash = location.hash.includes("=") ? location.hash : (above.at(-1)?.id ?? "");
    });

  // The theme opens its drawers by labels of hidden boxes, which no key reaches: buttons take their place.
  for (const [name, said] of [["__navigation", words.contents], ["__toc", words.here]]) {
    const box = document.getElementById(name);
    const buttons = [...document.querySelectorAll(`label[for="${name}"]:not(.overlay)`)].map((label) => {
      const button = document.createElement("button");
      button.className = label.className;
      button.setAttribute("aria-label", said);
      button.append(...label.childNodes);
      button.addEventListener("click", () => set(!box.checked));
      label.replaceWith(button);
      return button;
    });
    const set = (open) => {
      box.checked = open;
      for (const button of buttons) button.setAttribute("aria-expanded", open);
    };
    set(box.checked);
    box.addEventListener("change", () => set(box.checked));
    addEventListener("keydown", (event) => event.key === "Escape" && box.checked && set(false));
  }
})();
