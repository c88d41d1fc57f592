// A window on two axes, as shapealg/render/plane.py draws it: it moves over the input under the pointer, by the buttons, or by
// itself. What is too fine for cells is drawn to scale without them, so that 224 has a picture, too.
window.shapealgPlane = (() => {
  "use strict";
  const SIDE = 260, LARGEST = 22, GAP = 70, TOP = 24, FINE = 6, MOST = 2 ** 20;
  const { element, say, controls } = window.shapealgPicture;

  const rect = (x, y, w, h, kind) => element("rect", { x, y, width: w, height: h, rx: Math.min(3, w / 4), class: `sa-${kind}` });
  // A square of n cells from `lo` on, within `total`; cells where they can be seen.
  const board = (x, unit, n, lo, total, name, crop = false) => {
    const made = [element("text", { x, y: 14, class: "sa-label" }, `${name} ${n} × ${n}`)];
    if (unit < FINE) {
      if (total > n) made.push(rect(x, TOP, total * unit, total * unit, "pad"));
      return [...made, rect(x + lo * unit, TOP + lo * unit, n * unit, n * unit, "cell")];
    }
    for (let row = 0; row < total; row += 1) for (let column = 0; column < total; column += 1) {
      const inside = [row, column].every((at) => at >= lo && at < lo + n);
      const [left, top, side] = [x + column * unit, TOP + row * unit, unit - 1];
      made.push(rect(left, top, side, side, inside ? "cell" : "pad"));
      if (crop && !inside) made.push(element("line", { x1: left + 2, y1: top + side - 2, x2: left + side - 2, y2: top + 2, class: "sa-hatch" }));
    }
    return made;
  };

  const draw = (svg, where) => {
    const words = JSON.parse(svg.dataset.words);
    if (Object.values(where).some((value) => value > BigInt(MOST) || value < -BigInt(MOST))) return false;
    const [n, k, s, d, lo, hi] = ["n", "k", "s", "d", "lo", "hi"].map((name) => Number(where[name]));
    const span = d * (k - 1) + 1, before = Math.max(lo, 0), m = Math.floor((n + lo + hi - span) / s) + 1;
    const stamped = words.kind === "stamped-plane"; // then what no window writes to is not cropped
    const total = before + (stamped ? Math.max(n, s * (m - 1) - lo + span) : n + Math.max(hi, 0));
    if (m < 1 || n < 1) return false;
    const unit = Math.min(LARGEST, SIDE / Math.max(total, m)), beside = total * unit + GAP;
    const moving = element("g", { class: "sa-moving" });
    const numbers = { n, m, k, s, d };
    const title = say(words.title, numbers);
    svg.setAttribute("aria-label", title);
    svg.replaceChildren(element("title", {}, title), ...board(0, unit, n, before, total, words.above, stamped), ...board(beside, unit, m, 0, m, words.beside), moving);
    const [width, height] = [beside + Math.max(m * unit, 90), TOP + Math.max(total, m) * unit];
    for (const [name, value] of [["viewBox", `-1 -1 ${width + 2} ${height + 2}`], ["width", width + 2], ["height", height + 2]]) svg.setAttribute(name, value);
    svg.plane = { n, m, k, s, d, lo, before, total, span, unit, beside, moving };
    place(svg, 0, 0);
    svg.dispatchEvent(new Event("redrawn"));
    return true;
  };

  // The window of output (i, j), both lit, and the lines between them; what it reads, in words.
  const place = (svg, i, j) => {
    const { n, k, s, d, lo, before, span, unit, beside, moving } = svg.plane;
    const words = JSON.parse(svg.dataset.words);
    const at = (row) => (s * row - lo + before) * unit, side = (cells) => Math.max(cells * unit - 1, 3);
    const [x, y, u, v] = [at(j), TOP + at(i), beside + j * unit, TOP + i * unit];
    const taps = [];
    if (unit < FINE || k > 16) taps.push(rect(x, y, side(span), side(span), "tap"));
    else for (let row = 0; row < k; row += 1) for (let column = 0; column < k; column += 1)
      taps.push(rect(x + column * d * unit, y + row * d * unit, unit - 1, unit - 1, "tap"));
    const lines = [[y, v], [y + side(span), v + side(1)]].map(([from, to]) =>
      element("line", { x1: x + side(span), y1: from, x2: u, y2: to, class: "sa-beam" }));
    moving.replaceChildren(...lines, ...taps, rect(u, v, side(1), side(1), "tap"));
    svg.plane.i = i;
    svg.plane.j = j;
    const read = (row) => {
      const [from, to] = [Math.max(s * row - lo, 0), Math.min(s * row - lo + span - 1, n - 1)];
      return from < to ? `${from}…${to}` : `${from}`;
    };
    return say(words.row, { i, j, rows: read(i), columns: read(j) });
  };

  const alive = (figure) => {
    const svg = figure.querySelector("svg[data-words]");
    if (!svg || !JSON.parse(svg.dataset.words).kind.endsWith("plane") || figure.dataset.alive) return;
    figure.dataset.alive = "yes";
    draw(svg, Object.fromEntries(Object.entries(JSON.parse(figure.dataset.where)).map(([name, value]) => [name, BigInt(value)])));
    const step = (by) => {
      const { i, j, m } = svg.plane, next = (i * m + j + by + m * m) % (m * m);
      return place(svg, Math.floor(next / m), next % m);
    };
    const bar = controls(figure, svg, step, () => "");
    const follow = (event) => {
      if (bar.playing()) return;
      const { m, s, lo, before, span, unit, beside, total } = svg.plane;
      const box = svg.getBoundingClientRect(), scale = svg.viewBox.baseVal.width / box.width;
      const [x, y] = [(event.clientX - box.left) * scale - 1, (event.clientY - box.top) * scale - 1 - TOP];
      const output = x >= beside - 2;
      // over the input, the window whose middle is nearest
      const on = (at) => output ? Math.floor(at / unit) : Math.round((at / unit - before + lo - span / 2) / s);
      const [j, i] = [output ? on(x - beside) : on(x), on(y)].map((to) => Math.min(Math.max(to, 0), m - 1));
      if (x <= total * unit || output) bar.tell(place(svg, i, j));
    };
    svg.addEventListener("pointermove", follow);
    svg.addEventListener("pointerdown", follow);
    svg.addEventListener("redrawn", () => bar.tell(""));
  };

  const all = () => document.querySelectorAll(".sa-figure").forEach(alive);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
  else all();
  return { draw };
})();
