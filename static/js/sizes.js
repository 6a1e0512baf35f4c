// Adds up the chosen files before a form is sent: what is too large for the server need not travel first.
"use strict";
for (const form of document.querySelectorAll("form[data-most]")) {
  const said = document.createElement("p");
  said.className = "error-text";
  said.setAttribute("role", "alert");
  form.querySelector("input[type=file]").closest(".field").append(said);
  const tooLarge = () => {
    const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
    const bytes = files.reduce((sum, file) => sum + file.size, 0);
    const size = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(bytes / 1e6);
    const over = bytes > Number(form.dataset.most);
    said.textContent = over ? form.dataset.over.replace("{size}", size) : "";
    return over;
  };
  form.addEventListener("change", tooLarge);
  form.addEventListener("submit", (event) => {
    if (tooLarge()) {
      event.preventDefault();
    }
  });
}
