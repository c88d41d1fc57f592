// A page of many entries under headings, narrowed: by words, and by the heading they stand under. Without this script the
// page is whole.
(() => {
  "use strict";
  const form = document.querySelector(".sa-sift");
  if (!form) return;
  // an entry is a heading with what follows it, or a line of a list; its group is the heading above
  const listed = form.dataset.entries === "li";
  const article = form.parentElement, groups = [];
  for (const node of article.children) {
    if (node.tagName === "H2") groups.push({ head: node, entries: [], between: [] });
    const group = groups.at(-1);
    if (!group || node === group.head) continue;
    if (listed) group.entries.push(...[...node.querySelectorAll("li")].map((line) => [line]));
    else if (node.tagName === "H3") group.entries.push([node]);
    else if (group.entries.length) group.entries.at(-1).push(node);
    else group.between.push(node);
  }
  const told = groups.filter(({ entries }) => entries.length);
  const name = ({ head }) => [...head.childNodes].filter((node) => !node.classList?.contains("headerlink")).map((node) => node.textContent).join("").trim();
  for (const group of told) form.elements.under.append(new Option(name(group), group.head.id));

  const texts = new Map();
  const text = (entry) => {
    if (!texts.has(entry)) texts.set(entry, entry.map((node) => node.textContent).join(" ").toLowerCase());
    return texts.get(entry);
  };
  const show = () => {
    const words = form.elements.q.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    let [shown, all] = [0, 0];
    for (const { head, entries, between } of told) {
      const here = !form.elements.under.value || form.elements.under.value === head.id;
      let some = 0;
      for (const entry of entries) {
        const fits = here && words.every((word) => text(entry).includes(word));
        for (const node of entry) node.hidden = !fits;
        some += fits;
        all += 1;
      }
      for (const node of [head, ...between]) node.hidden = !some;
      shown += some;
    }
    form.querySelector("output").textContent = `${shown} / ${all}`;
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  show();
})();
