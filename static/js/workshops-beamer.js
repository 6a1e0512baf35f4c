// More than fits on the wall goes by, a screen at a time, and begins again. Whoever scrolls by hand is left alone for a minute.
"use strict";
(() => {
  const TURN = 9000; // milliseconds a screen stands
  const LEAVE = 60000;
  const GAP = 8; // pixels between what covers the top of the screen and the first line
  let touched = -LEAVE;
  // How far the next screen is: it begins with the first line that is not whole on this one.
  const turn = (covered) => {
    const lines = [...document.querySelectorAll(".beamer-board :is(h2, li, tr)")].map((line) => line.getBoundingClientRect());
    const tops = lines.filter((line) => line.bottom > innerHeight && line.top > covered + 2 * GAP).map((line) => line.top);
    return tops.length ? Math.min(...tops) - covered - GAP : innerHeight * 0.6;
  };
  for (const kind of ["wheel", "keydown", "pointerdown"]) addEventListener(kind, () => { touched = performance.now(); }, { passive: true });
  setInterval(() => {
    if (performance.now() - touched < LEAVE) return;
    const page = document.documentElement;
    const head = document.querySelector(".beamer-head");
    const covered = head && getComputedStyle(head).position === "sticky" ? head.offsetHeight : 0;
    const top = scrollY + innerHeight >= page.scrollHeight - 4 ? 0 : scrollY + turn(covered);
    scrollTo({ top, behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  }, TURN);
})();
