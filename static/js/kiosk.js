// One visitor after the other: after a minute of silence the frame is thrown away with all it held, and a new one begins.
"use strict";
(() => {
  const { warning, reset, style } = document.body.dataset;
  const blank = document.querySelector("iframe").cloneNode();
  const dialog = document.querySelector("dialog");
  // What only people do: pages load, scroll and set their fields by themselves, too.
  const SIGNS = ["pointerdown", "keydown", "wheel", "touchmove", "input"];
  const TEAM = /^\/(desk|staff|portal|kiosk)(\/|$)|\.pdf$/;
  const EDITING = "acvxyz+-0";
  const AGAIN = 5000; // milliseconds, when the kit does not answer
  let frame = document.querySelector("iframe");
  let heard = 0, asking, ending;

  function begin() {
    clearTimeout(asking);
    clearTimeout(ending);
    heard = 0;
    if (dialog.open) dialog.close();
    try {
      sessionStorage.clear();
      localStorage.clear();
    } catch {} // where the browser keeps nothing there is nothing to clear
    const fresh = blank.cloneNode();
    fresh.hidden = false;
    fresh.src = fresh.dataset.start;
    let first = true;
    fresh.addEventListener("load", () => {
      const shown = inside(fresh);
      if (shown) dress(shown);
      else if (first) ending = setTimeout(begin, AGAIN);
      else begin(); // a page that may not be framed, such as the desk
      first = false;
    });
    frame.replaceWith(fresh); // its part of the history, its forms and its scripts go with it
    frame = fresh;
    history.pushState("kiosk", ""); // what lay ahead is cut off; what lies behind leads here again
  }

  function inside(here) {
    try {
      return here.contentWindow.location.origin === location.origin ? here.contentDocument : null;
    } catch {
      return null; // what the browser shows instead of a page is not ours
    }
  }

  function dress(page) {
    const link = page.createElement("link");
    link.rel = "stylesheet";
    link.href = style;
    page.head.append(link);
    for (const form of page.forms) form.autocomplete = "off";
    guard(page);
  }

  function guard(page) {
    for (const sign of SIGNS) page.addEventListener(sign, notice, { capture: true, passive: true });
    for (const way of ["click", "auxclick"]) page.addEventListener(way, keepInside, true);
    page.addEventListener("keydown", keepKeys, true);
    // Nothing of one visitor may lie in the clipboard for the next; nothing may be dragged in from elsewhere.
    for (const way of ["contextmenu", "copy", "cut", "dragover", "drop"]) page.addEventListener(way, (event) => event.preventDefault(), true);
  }

  function keepInside(event) {
    const link = event.target.closest?.("a[href]");
    if (!link) return;
    const to = new URL(link.href, location);
    const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey || to.origin !== location.origin;
    if (elsewhere || TEAM.test(to.pathname)) event.preventDefault();
    else link.target = "";
  }

  function keepKeys(event) {
    const steering = (event.ctrlKey || event.metaKey) && !event.altKey && event.key.length === 1 && !EDITING.includes(event.key.toLowerCase());
    if (steering || /^F\d+$/.test(event.key)) event.preventDefault();
  }

  function notice(sign) {
    if (sign.isTrusted && !dialog.open) listen();
  }

  function listen() {
    heard = Date.now();
    clearTimeout(asking);
    clearTimeout(ending);
    asking = setTimeout(ask, warning * 1000);
    ending = setTimeout(begin, reset * 1000);
  }

  function ask() {
    const spoken = new URL(inside(frame)?.location ?? location).searchParams.get("lang");
    const said = (language) => [...dialog.children].find((one) => one.dataset.language === language);
    const part = said(spoken) ?? said(dialog.dataset.language);
    for (const one of dialog.children) one.hidden = one !== part;
    dialog.setAttribute("aria-labelledby", part.querySelector("h2").id);
    dialog.showModal();
    part.querySelector("[data-stay]").focus();
  }

  function stay() {
    dialog.close();
    listen();
  }

  dialog.dataset.language = dialog.querySelector("div:not([hidden])").dataset.language;
  dialog.addEventListener("cancel", (event) => { event.preventDefault(); stay(); });
  dialog.addEventListener("click", (event) => { if (event.target === dialog || event.target.closest("[data-stay]")) stay(); });
  for (const button of document.querySelectorAll("[data-finish]")) button.addEventListener("click", begin);
  const full = document.querySelector("[data-full]");
  full.hidden = !document.fullscreenEnabled;
  full.addEventListener("click", () => document.documentElement.requestFullscreen());
  document.addEventListener("fullscreenchange", () => { full.hidden = Boolean(document.fullscreenElement); });
  // A tablet that slept did not count: look again when it wakes up.
  const wake = () => { if (heard && Date.now() - heard >= reset * 1000) begin(); };
  document.addEventListener("visibilitychange", wake);
  addEventListener("pageshow", (event) => { if (event.persisted) begin(); });
  addEventListener("popstate", begin);
  guard(document);
  begin();
})();
