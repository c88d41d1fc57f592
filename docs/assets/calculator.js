// The calculators: each form runs its law's own program (formulas.js) on BigInts and redraws the staircase beside it.
(() => {
  "use strict";
  const WHOLE = /^[+-]?[0-9]{1,40}$/;
  const SVG = "http://www.w3.org/2000/svg";
  const CELL = 30;

  const read = (field) => {
    const texts = "list" in field.dataset ? field.value.split(/[\s,，、]+/).filter(Boolean) : [field.value.trim()];
    if (!texts.length || !texts.every((text) => WHOLE.test(text))) return null;
    const values = texts.map(BigInt);
    return "list" in field.dataset ? values : values[0];
  };

  const answer = (form, law) => {
    const given = {};
    for (const field of form.querySelectorAll("input")) {
      const value = read(field);
      field.setAttribute("aria-invalid", String(value === null));
      if (value === null) return { problem: `${field.name}: ${form.dataset.whole}`, field };
      given[field.name] = value;
    }
    if (form.dataset.length) {
      const lists = Object.entries(given).filter(([, value]) => Array.isArray(value));
      const length = Math.max(...lists.map(([, value]) => value.length));
      for (const [name, value] of lists) {
        if (value.length === 1) given[name] = Array(length).fill(value[0]); // one number stands for every layer
        else if (value.length !== length) return { problem: form.dataset.lists };
      }
      given[form.dataset.length] = BigInt(length);
    }
    for (const [holds, told, name, nearest] of law.needs) {
      if (holds(given)) continue;
      const works = name ? `${form.dataset.works} ${name} = ${nearest(given)}` : "";
      return { problem: `${form.dataset.needs} ${told}${works}` };
    }
    return { value: law.value(given), window: law.window && law.window(given) };
  };

  const element = (name, attributes, text) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  };

  // The same picture as shapealg/render/figure.py draws for the example; the words are taken from that one.
  const staircase = (svg, where) => {
    const { n, k, s, d, lo, hi } = Object.fromEntries(Object.entries(where).map(([name, value]) => [name, Number(value)]));
    const words = (svg.dataset.words || "").split("|");
    const at = (j) => Number(window.shapealgFirst({ j: BigInt(j), s: BigInt(s), lo: BigInt(lo) }));
    const span = d * (k - 1) + 1, before = Math.max(lo, 0), after = Math.max(hi, 0);
    let m = 0;
    while (at(m) + span <= n + hi && m <= 60) m += 1;
    if (m > 40 || n + before + after > 60 || n < 1 || span > 60 || s > 60) return false;
    const left = 66, parts = [];
    let width = 0;
    const x = (position) => left + (position + before) * CELL;
    const rect = (px, y, w, h, kind) => { width = Math.max(width, px + w); parts.push(element("rect", { x: px, y, width: w, height: h, rx: 3, class: `sa-${kind}` })); };
    const text = (px, y, told, kind, anchor = "middle") => parts.push(element("text", { x: px, y, "text-anchor": anchor, class: `sa-${kind}` }, told));
    text(left - 10, 19, words[0], "label", "end");
    const end = m ? at(m - 1) + span : 0;
    for (let position = -before; position < n + after; position += 1) {
      const inside = position >= 0 && position < n;
      rect(x(position), 0, CELL - 2, CELL - 2, !inside ? "pad" : m && position >= end ? "unread" : "cell");
      if (inside) text(x(position) + CELL / 2 - 1, 19, position, "number");
    }
    for (let row = 0; row <= m; row += 1) {
      const y = CELL + 10 + row * (CELL - 8), fits = row < m, first = at(row);
      text(left - 10, y + 13, fits ? `${words[1]} ${row}` : "✕", fits ? "label" : "missing", "end");
      parts.push(element("line", { x1: x(first) + 4, y1: y + 9, x2: x(first + span - 1) + CELL - 6, y2: y + 9, class: fits ? "sa-span" : "sa-dashed" }));
      for (let tap = 0; tap < k; tap += 1) rect(x(first + tap * d), y, CELL - 2, CELL - 12, fits ? "tap" : "outside");
    }
    const height = CELL + 10 + (m + 1) * (CELL - 8);
    svg.replaceChildren(...parts);
    svg.setAttribute("viewBox", `-1 -1 ${width + 2} ${height + 2}`);
    svg.setAttribute("width", width + 2);
    svg.setAttribute("height", height + 2);
    return true;
  };

  const start = (form) => {
    const law = window.shapealg && window.shapealg[form.dataset.law];
    if (!law || form.dataset.ready) return;
    form.dataset.ready = "yes";
    const result = form.querySelector("output strong"), status = form.querySelector("[role=status]");
    const figure = document.querySelector(`.sa-figure[data-law="${form.dataset.law}"]`);
    const show = () => {
      const { value, window: where, problem } = answer(form, law);
      result.textContent = problem ? "–" : typeof value === "boolean" ? form.dataset[value ? "yes" : "no"] : String(value);
      status.textContent = problem || "";
      if (figure) figure.classList.toggle("sa-stale", Boolean(problem) || !where); // the picture of other numbers
      if (!figure || problem || !where) return;
      figure.hidden = !staircase(figure.querySelector("svg"), where);
      const caption = figure.querySelector("figcaption span");
      if (caption) caption.textContent = `${form.dataset.law}(${[...form.querySelectorAll("input")].map((f) => `${f.name}=${f.value.trim()}`).join(", ")}) = ${result.textContent}`;
    };
    form.addEventListener("input", show);
    form.addEventListener("submit", (event) => event.preventDefault());
  };

  const all = () => document.querySelectorAll("form.sa-calc").forEach(start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
  else all();
})();
