// Asks for what is new at the pace the server names, counts the timer down, follows the group, and sends again what could not be sent.
"use strict";
(() => {
  const UNSEEN = 15000; // milliseconds between two polls in a hidden tab
  const AGAIN = 3000; // until an unsent note is tried again
  const READ = 2500; // until a phone leaves a sentence that somebody has yet to read
  let last = Date.now();
  let poll = 0;
  let going = 0;
  let readUntil = 0;
  let over = false;
  let kept = "";
  const stand = () => document.getElementById("stand");
  const page = () => document.querySelector("[data-page]")?.dataset.page;

  // A fifth more or less, so that phones that joined together do not ask together.
  const wait = () => (document.hidden ? UNSEEN : Number(stand()?.dataset.every) || 5000) * (0.8 + 0.4 * Math.random());
  const ask = () => {
    clearTimeout(poll);
    if (over) return;
    poll = setTimeout(ask, wait());
    stand()?.dispatchEvent(new Event("stand"));
  };
  const busy = () => [...document.querySelectorAll("form[data-keep]")].some((form) =>
    form.dataset.waiting || [...form.elements].some((field) =>
      ["textarea", "text"].includes(field.type) && field.value.trim()));

  // The group is elsewhere: go along, unless somebody is writing; then the link on the page says it.
  const go = () => {
    const mine = document.getElementById("mine");
    if (mine && page() && stand().dataset.shape !== mine.dataset.shape && "follow" in stand().dataset && !busy()) location.replace(page());
  };
  const follow = () => {
    clearTimeout(going);
    going = setTimeout(go, Math.max(0, readUntil - Date.now()));
  };

  const seconds = (element) => {
    element.dataset.end ??= String(Date.now() + Number(element.dataset.left) * 1000);
    return Math.round((Number(element.dataset.end) - Date.now()) / 1000);
  };
  const tick = () => {
    for (const timer of document.querySelectorAll("[data-left]")) {
      const left = seconds(timer);
      const clock = timer.querySelector("[data-clock]");
      const size = Math.abs(left);
      clock.textContent = `${left < 0 ? "+" : ""}${Math.floor(size / 60)}:${String(size % 60).padStart(2, "0")}`;
      timer.classList.toggle("over", left < 0);
      timer.classList.add("ticking");
    }
    for (const line of document.querySelectorAll("[data-heartbeat]")) {
      const ago = Math.round((Date.now() - last) / 1000);
      line.textContent = ago > 20 && !document.hidden ? line.dataset.lost : line.dataset.words.replace("{}", ago);
    }
  };

  const say = (form, words) => {
    const out = form.querySelector("[data-sending]");
    if (out) out.textContent = words;
  };
  // What could not be sent stays in its form, with its id, and is sent again until it arrives once.
  const unsent = (form, button) => {
    form.dataset.waiting = "yes";
    say(form, form.dataset.unsent);
    setTimeout(() => { if (form.isConnected) form.requestSubmit(document.getElementById(button)); }, AGAIN);
  };

  // A refusal is a page of its own: what it says stands above the form.
  const tell = (xhr) => {
    const notice = document.querySelector("[data-refused]");
    if (!notice) return;
    const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const words = [...answer.querySelectorAll("main h1, main .lead")].map((one) => one.textContent.trim());
    notice.querySelector("span").textContent = words.join(". ");
    notice.hidden = false;
    notice.scrollIntoView({ block: "nearest" });
  };
  // The workshop or this seat is gone.
  const gone = (xhr) => {
    if (!busy()) { location.replace(page() || location.href); return; }
    over = true;
    clearTimeout(poll);
    for (const one of document.querySelectorAll("[role=timer], [data-heartbeat]")) one.remove();
    tell(xhr);
  };

  document.addEventListener("htmx:configRequest", (event) => {
    const mine = document.getElementById("mine");
    if (mine && event.detail.elt === stand()) event.detail.parameters.mine = mine.dataset.shape;
  });
  document.addEventListener("htmx:responseError", (event) => {
    const { elt, xhr } = event.detail;
    if (xhr.status >= 500) return;
    if (elt !== stand()) tell(xhr);
    else if ([404, 410].includes(xhr.status)) gone(xhr);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful || [409, 422].includes(event.detail.xhr?.status)) last = Date.now();
    const form = event.detail.elt.closest?.("form[data-keep]");
    if (!form || event.detail.elt !== form) return;
    delete form.dataset.waiting;
    if (!event.detail.xhr.status || event.detail.xhr.status >= 500) {
      unsent(form, event.detail.requestConfig?.triggeringEvent?.submitter?.id);
    }
  });
  // Words half-written go over into the new form.
  const WORDS = "#mine form[data-keep] textarea";
  document.addEventListener("htmx:beforeSwap", (event) => {
    const half = document.querySelector(WORDS);
    if (event.detail.target.id === "mine") kept = half && !half.form.contains(event.detail.requestConfig.elt) ? half.value : "";
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "mine") {
      const field = document.querySelector(WORDS);
      if (kept && field && !field.value) field.value = kept;
      readUntil = Date.now() + READ;
      ask();
      document.querySelector("#mine textarea")?.focus({ preventScroll: true });
    }
    follow();
    tick();
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) ask(); });
  setInterval(tick, 1000);
  tick();
  poll = setTimeout(ask, wait());
})();
