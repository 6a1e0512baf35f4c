// The phone knows the time, the kit may not: show both, ask when they disagree, and send the phone's.
"use strict";
for (const box of document.querySelectorAll("[data-kit-clock]")) {
  const words = new Intl.DateTimeFormat("de-DE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Berlin" });
  const apart = Math.abs(Date.now() - Date.parse(box.dataset.kitClock)) / 1000;
  if (apart > Number(box.dataset.tolerance)) box.hidden = false;
  for (const out of box.querySelectorAll("[data-phone-time]")) out.textContent = words.format(new Date());
  for (const part of box.querySelectorAll("[data-with-phone]")) part.hidden = false;
  for (const part of box.querySelectorAll("[data-without-phone]")) part.hidden = true;
  for (const form of box.querySelectorAll("form")) {
    form.addEventListener("submit", () => { form.elements.phone.value = String(Date.now()); });
  }
}
