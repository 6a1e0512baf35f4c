// More than fits on the wall goes by, a screen at a time, and begins again. Whoever scrolls by hand is left alone for a minute.
"use strict";
(() => {
  const TURN = 9000; // milliseconds a screen stands
  const LEAVE = 60000;
  let touched = -LEAVE;
  for (const kind of ["wheel", "keydown", "pointerdown"]) addEventListener(kind, () => { touched = performance.now(); }, { passive: true });
  setInterval(() => {
    if (performance.now() - touched < LEAVE) return;
    const atEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 4;
    const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    scrollTo({ top: atEnd ? 0 : scrollY + innerHeight * 0.6, behavior });
  }, TURN);
})();
