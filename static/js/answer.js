// Ctrl+Enter in the answer saves and goes on to the next idea, so that nobody has to reach for the mouse.
"use strict";
document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.("#answer-form");
  if (form && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[name=then]"));
  }
});
