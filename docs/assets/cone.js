// Layers over layers, as shapealg/render/figure.py draws them: what one output sees, layer by layer down to the input. It follows
// the numbers of the calculator, and the pointer: any cell shows what it sees. Where cells are too many, bars to scale.
window.shapealgCone = (() => {
  "use strict";
  const LEFT = 132, STEP = 34, RISE = 62, CELLS = 24, LAYERS = 12, WIDTH = 640, LARGEST = 10 ** 6;
  const { element, say, controls } = window.shapealgPicture;
  const whole = (value) => Number(value);

  // The windows of a calculator's numbers: lists k and s, or k_1, s_1 … of two layers.
  const layers = (given) => {
    const at = (name, i, usual) => whole(given[name]?.[i] ?? usual);
    if (Array.isArray(given.k)) return given.k.map((k, i) => ({ k: whole(k), s: at("s", i, 1), d: at("d", i, 1), lo: at("lo", i, 0), hi: at("hi", i, 0) }));
    const numbers = (i) => Object.fromEntries(["k", "s", "d", "lo", "hi"].map((name) => [name, whole(given[`${name}_${i}`])]));
    return [numbers(1), numbers(2)];
  };
  const first = ({ s, lo }, j) => s * j - lo;
  const last = (w, j) => first(w, j) + w.d * (w.k - 1);
  const count = (w, n) => Math.floor((n + w.lo + w.hi - w.d * (w.k - 1) - 1) / w.s) + 1;

  const draw = (svg, given) => {
    const windows = layers(given);
    if (windows.length > LAYERS || windows.some((w) => Object.values(w).some((value) => Math.abs(value) > LARGEST))) return false;
    let [span, jump] = [1, 1];
    for (const w of windows) [span, jump] = [span + w.d * (w.k - 1) * jump, jump * w.s];
    // where the input's size is not asked, as many as two outputs more need
    const n = given.n === undefined ? Math.max(14, span + 2 * jump) : whole(given.n);
    const sizes = [n];
    for (const w of windows) sizes.push(count(w, sizes.at(-1)));
    if (n > LARGEST || sizes.some((size) => size < 1)) return false;
    svg.cone = { windows, sizes, span, jump };
    look(svg, windows.length, Math.floor(sizes.at(-1) / 2));
    svg.dispatchEvent(new Event("redrawn"));
    return true;
  };

  // What one cell sees on each level below it: the first and the last cell.
  const seen = ({ windows, sizes }, level, i) => {
    const ends = { [level]: [i, i] };
    for (let l = level; l > 0; l -= 1) {
      const [from, to] = ends[l], w = windows[l - 1];
      ends[l - 1] = [Math.max(first(w, from), 0), Math.min(last(w, to), sizes[l - 1] - 1)];
    }
    return ends;
  };

  const look = (svg, level, i) => {
    const { windows, sizes, span, jump } = svg.cone, words = JSON.parse(svg.dataset.words);
    const title = say(words.title, { n: sizes[0], sizes: sizes.join(" → "), k: span, s: jump });
    const height = windows.length * RISE + 16, ends = seen(svg.cone, level, i);
    const made = [element("title", {}, title)];
    sizes.forEach((size, l) => made.push(element("text", { x: LEFT - 26, y: height - l * RISE + 5, "text-anchor": "end", class: "sa-label" },
      say(words.cells, { name: l ? say(words.layer, { i: l }) : words.input, size }))));
    const width = (sizes[0] > CELLS ? bars : dots)(svg.cone, ends, made, height);
    svg.setAttribute("aria-label", title);
    svg.replaceChildren(...made);
    for (const [name, value] of [["viewBox", `-1 -14 ${width} ${height + 28}`], ["width", width], ["height", height + 28]]) svg.setAttribute(name, value);
    const [from, to] = ends[0];
    svg.cone.at = [level, i];
    return level ? say(words.row, { l: level, i, from, to, count: to - from + 1 }) : "";
  };

  // Every cell a dot, above the middle of what it reads.
  const dots = ({ windows, sizes }, ends, made, height) => {
    const rows = [Array.from({ length: sizes[0] }, (_, i) => i * STEP)];
    const at = (row, i) => {
      const pitch = row.length > 1 ? row[1] - row[0] : STEP;
      return i < 0 ? row[0] + i * pitch : i < row.length ? row[i] : row.at(-1) + (i - row.length + 1) * pitch;
    };
    windows.forEach((w, l) => rows.push(Array.from({ length: sizes[l + 1] }, (_, j) => (at(rows[l], first(w, j)) + at(rows[l], last(w, j))) / 2)));
    const top = Math.max(...Object.keys(ends)), read = { [top]: new Set([ends[top][0]]) };
    for (let l = top; l > 0; l -= 1) {
      const w = windows[l - 1];
      read[l - 1] = new Set([...read[l]].flatMap((j) => Array.from({ length: w.k }, (_, tap) => first(w, j) + tap * w.d)));
    }
    const lit = (l, i) => Boolean(read[l]?.has(i));
    const place = (l, i) => [LEFT + rows[l][i] + 9, height - l * RISE];
    const lines = [];
    for (let l = windows.length; l > 0; l -= 1) for (let j = 0; j < sizes[l]; j += 1) for (let tap = 0; tap < windows[l - 1].k; tap += 1) {
      const i = first(windows[l - 1], j) + tap * windows[l - 1].d, on = lit(l, j);
      if (i < 0 || i >= sizes[l - 1]) continue;
      const [[x1, y1], [x2, y2]] = [place(l, j), place(l - 1, i)];
      lines[on ? "push" : "unshift"](element("line", { x1, y1, x2, y2, class: on ? "sa-ray" : "sa-line" }));
    }
    made.push(...lines);
    rows.forEach((row, l) => row.forEach((_, i) => {
      const [x, y] = place(l, i);
      made.push(element("rect", { x: x - 9, y: y - 9, width: 18, height: 18, rx: 3, class: `sa-${lit(l, i) ? "tap" : "cell"}`, "data-level": l, "data-cell": i }));
    }));
    return LEFT + rows[0].at(-1) + 30;
  };

  // The levels as bars of the input's length, what is seen of each lit.
  const bars = ({ sizes }, ends, made, height) => {
    sizes.forEach((size, l) => {
      const y = height - l * RISE - 9;
      made.push(element("rect", { x: LEFT, y, width: WIDTH - LEFT, height: 18, rx: 3, class: "sa-cell" }));
      if (!ends[l]) return;
      const [from, to] = ends[l], unit = (WIDTH - LEFT) / size, long = Math.max((to - from + 1) * unit, 3);
      made.push(element("rect", { x: LEFT + from * unit, y, width: long, height: 18, rx: 3, class: "sa-tap" }));
      made.push(element("text", { x: LEFT + from * unit + long / 2, y: y - 5, "text-anchor": "middle", class: "sa-ghost" }, String(to - from + 1)));
    });
    return WIDTH + 4;
  };

  const alive = (figure) => {
    const svg = figure.querySelector("svg[data-words]"), form = document.querySelector(`form.sa-calc[data-law="${figure.dataset.law}"]`);
    if (!svg || !form || JSON.parse(svg.dataset.words).kind !== "cone" || figure.dataset.alive) return;
    figure.dataset.alive = "yes";
    const top = () => svg.cone.windows.length;
    const step = (by) => {
      const [level, i] = svg.cone.at, size = svg.cone.sizes[top()];
      return look(svg, top(), level === top() ? (i + by + size) % size : 0);
    };
    const bar = controls(figure, svg, step, () => "");
    svg.addEventListener("pointerover", (event) => {
      const { level, cell } = event.target.dataset;
      if (level > 0 && !bar.playing()) bar.tell(look(svg, whole(level), whole(cell)));
    });
    form.dispatchEvent(new Event("input", { bubbles: true })); // the calculator has it drawn
  };

  const all = () => document.querySelectorAll(".sa-figure").forEach(alive);
  if (document.readyState === "complete") all();
  else addEventListener("load", all); // behind the calculators
  return { draw };
})();
