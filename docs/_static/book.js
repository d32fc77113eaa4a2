// What only a script can do: keys reach what scrolls, and paper shows what is folded.
(() => {
  const reach = () => {
    for (const box of document.querySelectorAll("pre, div.math, .table-wrapper")) {
      const scrolls = box.scrollWidth > box.clientWidth;
      if (scrolls) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    }
  };
  const fold = (open) => () => {
    for (const part of document.querySelectorAll("details"))
      if (open) part.dataset.was = part.open, part.open = true;
      else part.open = part.dataset.was === "true";
  };
  addEventListener("load", reach);
  addEventListener("resize", reach);
  document.fonts?.ready.then(reach);
  addEventListener("beforeprint", fold(true));
  addEventListener("afterprint", fold(false));
})();
