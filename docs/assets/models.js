// The table of public models: find a word, choose a library or what is taken, sort by a column.
// Without this script it is the same table, whole, in the order of the record.
(() => {
  "use strict";
  const box = document.querySelector(".sa-models");
  if (!box) return;
  const form = box.querySelector("form"), body = box.querySelector("tbody");
  const heads = [...box.querySelectorAll("thead th")], rows = [...body.rows];
  const library = (row) => row.cells[0].querySelector("small").textContent;
  const texts = new Map();
  const text = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };

  const show = () => {
    const words = form.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      row.hidden = (form.library.value && library(row) !== form.library.value)
        || (form.kind.value && row.dataset.kind !== form.kind.value)
        || !words.every((word) => text(row).includes(word));
      shown += !row.hidden;
    }
    const told = form.querySelector("output");
    told.textContent = told.dataset.told.replace("{shown}", shown);
  };

  // A number may be grouped by spaces that do not break, or be a fraction; of several axes the first counts.
  const number = (cell) => {
    const found = /^(\d+)(?:\/(\d+))?/.exec((cell.dataset.key ?? cell.textContent).replace(/\u00a0(?=\d{3})/g, ""));
    return found ? found[1] / (found[2] ?? 1) : null;
  };

  const compared = (at, order) => (a, b) => {
    if (order === "text") return text(a).localeCompare(text(b), "en", { numeric: true });
    const [x, y] = [a, b].map((row) => row.cells[at] && number(row.cells[at]));
    return x - y;
  };

  // Upwards, downwards, and then as in the record; what has no number stands last either way.
  const sort = (head, at) => {
    const next = { none: "ascending", ascending: "descending", descending: "none" }[head.ariaSort ?? "none"];
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    if (next === "none") return body.append(...rows);
    head.ariaSort = next;
    const has = (row) => head.dataset.sort === "text" || (row.cells[at] && number(row.cells[at]) !== null);
    const sorted = rows.filter(has).sort(compared(at, head.dataset.sort));
    if (next === "descending") sorted.reverse();
    body.append(...sorted, ...rows.filter((row) => !has(row)));
  };

  heads.forEach((head, at) => {
    if (!head.dataset.sort) return;
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head, at));
    head.append(button);
  });
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  box.classList.add("sa-live");
  show();
})();
