// After a moment that differs from phone to phone, on to the board: 200 people who scan at once do not load it at once.
"use strict";
for (const box of document.querySelectorAll("[data-board]")) {
  setTimeout(() => location.replace(box.dataset.board), Number(box.dataset.wait) + 1200);
}
