// Ctrl+Enter saves a paper card from anywhere, also from the long text, where Enter begins a new line.
"use strict";
document.querySelector("form.paper")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    event.currentTarget.requestSubmit();
  }
});
