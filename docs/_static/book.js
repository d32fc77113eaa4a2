// What only a script can do: keys reach what scrolls and what opens, and paper shows what is folded.
(() => {
  const reach = () => {
    for (const box of document.querySelectorAll("pre, div.math, .table-wrapper, .picture")) {
      const scrolls = box.scrollWidth > box.clientWidth;
      const what = box.matches("pre") ? "Code" : box.matches(".math") ? "Formula" : "Table";
      const said = { tabindex: 0, role: "group", "aria-label": `${what}, scrolls sideways` };
      if (box.matches(".picture")) delete said.role, delete said["aria-label"]; // it has its own
      for (const [name, value] of Object.entries(said))
        if (scrolls) box.setAttribute(name, value);
        else box.removeAttribute(name);
    }
  };
  addEventListener("load", reach);
  addEventListener("resize", reach);
  document.fonts?.ready.then(reach);

  const fold = (open) => () => {
    for (const part of document.querySelectorAll("details"))
      if (open) part.dataset.was = part.open, part.open = true;
      else part.open = part.dataset.was === "true";
  };
  addEventListener("beforeprint", fold(true));
  addEventListener("afterprint", fold(false));

  // The theme opens its drawers by labels of hidden boxes, which no key reaches: buttons take their place.
  for (const [name, said] of [["__navigation", "Contents of the book"], ["__toc", "On this page"]]) {
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
