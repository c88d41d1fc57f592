// Pictures of windows, as shapealg/render/staircase.py draws them: a line of cells, below it a row for every window. They are
// redrawn for other numbers, and alive: the cells and rows that belong together light up under the pointer, by the buttons, or
// one after the other. Positions are BigInts: a picture of 2^60 cells shows both its ends.
window.shapealgPicture = (() => {
  "use strict";
  const SVG = "http://www.w3.org/2000/svg";
  const CELL = 30, ROWS = 14, PACE = 700;
  const most = () => BigInt(innerWidth < 600 ? 16 : 24); // cells in a row that can be read
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const say = (text, numbers) => text.replace(/\{(\w+)\}/g, (whole, name) => numbers[name] ?? whole);
  const max = (a, b) => (a > b ? a : b);

  const element = (name, attributes, ...inside) => {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...inside);
    return made;
  };

  // ---------------------------------------------------------------- drawing

  // The rows and the columns at both ends, each as one range [from, to) or two; null where even few are too wide.
  const cut = (ends, last, columns) => {
    const length = ([from, to]) => to - from;
    if (length(columns) <= most() && last <= ROWS) return [[[0n, last + 1n]], [columns]];
    for (const [first, behind] of [[3n, 2n], [2n, 1n], [1n, 1n]]) {
      if (first + behind >= last) continue;
      const head = [columns[0], ends(first - 1n)[1] + 1n], tail = [ends(last - behind)[0], columns[1]];
      if (length(head) + length(tail) < most() && head[1] < tail[0]) return [[[0n, first], [last - behind, last + 1n]], [head, tail]];
    }
    return null;
  };
  const each = function* (ranges) {
    for (const [from, to] of ranges) for (let i = from; i < to; i += 1n) yield i;
  };

  const draw = (svg, { n, k, s, d, lo, hi }, inputs) => {
    const words = JSON.parse(svg.dataset.words), stamped = words.kind === "stamps";
    const ends = (j) => [window.shapealgFirst({ j, s, lo }), window.shapealgFirst({ j, s, lo }) + d * (k - 1n)];
    const room = n + lo + hi - d * (k - 1n) - 1n;
    const m = stamped ? inputs : room < 0n ? 0n : room / s + 1n;
    const last = stamped ? m - 1n : m, end = m > 0n ? ends(m - 1n)[1] + 1n : 0n;
    const columns = stamped
      ? [-max(lo, 0n), max(end, n)]
      : [-max(lo, 0n), n + max(hi, 0n)];
    if (n < 1n || k > most()) return false;
    const parts = cut(ends, last, columns);
    if (!parts) return false;
    const [rows, [head, tail]] = parts;
    const longest = Math.max(...rows.map(([, to]) => String(to - 1n).length));
    const left = 66 + 8 * Math.max(longest - 2, 0);
    const x = (p) => left + CELL * Number(tail && p >= tail[0] ? head[1] - head[0] + 1n + p - tail[0] : p - head[0]);
    const made = [];
    let width = 0, y = CELL + 10;
    const rect = (px, py, h, kind) => {
      width = Math.max(width, px + CELL - 2);
      return element("rect", { x: px, y: py, width: CELL - 2, height: h, rx: 3, class: `sa-${kind}` });
    };
    const text = (px, py, told, kind, anchor = "middle") => element("text", { x: px, y: py, "text-anchor": anchor, class: `sa-${kind}` }, String(told));
    const line = (x1, y1, x2, y2, kind) => element("line", { x1, y1, x2, y2, class: `sa-${kind}` });

    made.push(text(left - 10, 19, words.above, "label", "end"));
    const reached = (p) => {
      const j = (p + lo) / s; // the last window that may begin at or before p
      for (let i = j; i >= 0n && ends(i)[1] >= p; i -= 1n) if (i < m && (p + lo - i * s) % d === 0n && p + lo >= i * s) return true;
      return false;
    };
    const wide = String(n - 1n).length > 4; // then only the ends are numbered
    for (const p of each(tail ? [head, tail] : [head])) {
      const inside = p >= 0n && p < n;
      const idle = stamped ? !reached(p) : m > 0n && p >= end;
      const cell = element("g", { "data-at": p }, rect(x(p), 0, CELL - 2, !inside ? "pad" : idle ? "unread" : "cell"));
      if (inside && (!wide || p < 9999n)) cell.append(text(x(p) + CELL / 2 - 1, 19, p, "number"));
      else if (inside && p === n - 1n) cell.append(text(x(p) + CELL - 5, 19, p, "number", "end"));
      if (!inside && stamped) for (const step of [0, 10, 20]) cell.append(line(x(p) + step, CELL - 2, x(p) + step + 8, 0, "hatch"));
      made.push(cell);
    }
    if (tail) made.push(text(x(tail[0]) - CELL / 2, 19, "…", "ghost"));
    for (const row of each(rows)) {
      if (rows[1] && row === rows[1][0]) {
        made.push(text(left - 10, y + 13, "⋮", "ghost", "end"));
        y += CELL - 8;
      }
      const fits = row < m, [first, stop] = ends(row), reads = Array.from({ length: Number(k) }, (_, tap) => first + d * BigInt(tap));
      made.push(element("g", fits ? { "data-row": row, "data-reads": reads.join(" ") } : {},
        text(left - 10, y + 13, fits ? `${words.beside} ${row}` : "✕", fits ? "label" : "missing", "end"),
        line(x(first) + 4, y + 9, x(stop) + CELL - 6, y + 9, fits ? "span" : "dashed"),
        ...reads.map((p) => rect(x(p), y, CELL - 12, fits ? "tap" : "outside"))));
      y += CELL - 8;
    }
    const title = say(words.title, { n: stamped ? m : n, m: stamped ? n : m, k, s, d, lo, hi });
    svg.setAttribute("aria-label", title);
    svg.replaceChildren(element("title", {}, title), ...made);
    svg.setAttribute("viewBox", `-1 -1 ${width + 2} ${y + 2}`);
    svg.setAttribute("width", width + 2);
    svg.setAttribute("height", y + 2);
    svg.dispatchEvent(new Event("redrawn"));
    return true;
  };

  // ---------------------------------------------------------------- what belongs together

  const told = (svg, part) => {
    const words = JSON.parse(svg.dataset.words);
    const rows = [...svg.querySelectorAll("[data-row]")], reads = (row) => row.dataset.reads.split(" ");
    const cells = new Map([...svg.querySelectorAll("[data-at]")].map((cell) => [cell.dataset.at, cell]));
    const list = (numbers) => numbers.join(words.above === "input" || words.above === "output" ? ", " : "、");
    if ("row" in part.dataset) {
      const inside = reads(part).filter((p) => cells.get(p) && !cells.get(p).querySelector(".sa-pad"));
      const beyond = reads(part).length - inside.length;
      const text = say(words.row, { j: part.dataset.row, list: list(inside) });
      return [[part, ...reads(part).map((p) => cells.get(p)).filter(Boolean)], text + (beyond ? say(words.beyond, { count: beyond }) : "")];
    }
    const at = part.dataset.at, by = rows.filter((row) => reads(row).includes(at));
    if (part.querySelector(".sa-pad")) return [[part, ...by], ""];
    return [[part, ...by], say(by.length ? words.cell : words.alone, { j: at, list: list(by.map((row) => row.dataset.row)) })];
  };

  const button = (label, sign, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = sign;
    made.setAttribute("aria-label", label);
    made.title = label;
    made.addEventListener("click", act);
    return made;
  };

  // The picture as a file that stands alone: what the style sheet says goes into it.
  const PAINT = ["fill", "stroke", "stroke-width", "stroke-dasharray", "font-size", "font-family", "opacity"];
  const alone = (svg) => {
    const copy = svg.cloneNode(true), from = svg.querySelectorAll("*");
    copy.querySelectorAll("*").forEach((node, i) => {
      const style = getComputedStyle(from[i]);
      for (const name of PAINT) node.style.setProperty(name, style.getPropertyValue(name));
    });
    copy.removeAttribute("data-words");
    copy.style.background = getComputedStyle(document.body).backgroundColor;
    return new Blob([new XMLSerializer().serializeToString(copy)], { type: "image/svg+xml" });
  };
  const keep = (blob, name) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href));
  };
  const SHARP = 2; // pixels of a PNG for each of the page's
  const painted = (svg) => {
    const image = new Image(), source = URL.createObjectURL(alone(svg));
    image.onload = () => {
      const canvas = document.createElement("canvas"), brush = canvas.getContext("2d");
      [canvas.width, canvas.height] = [svg.width, svg.height].map((side) => Math.ceil(side.baseVal.value * SHARP));
      brush.fillStyle = getComputedStyle(document.body).backgroundColor;
      brush.fillRect(0, 0, canvas.width, canvas.height);
      brush.drawImage(image, 0, 0, canvas.width, canvas.height);
      URL.revokeObjectURL(source);
      canvas.toBlob((blob) => keep(blob, "shapealg.png"), "image/png");
    };
    image.src = source;
  };

  // The calculator and its picture, with the numbers that stand there, for a frame on another page.
  const framed = (figure) => {
    const form = document.querySelector(`form.sa-calc[data-law="${figure.dataset.law}"]`);
    const given = new URLSearchParams([...new FormData(form)]);
    const address = `${location.href.split("#")[0]}#embed&${given}`;
    return `<iframe src="${address.replace(/&/g, "&amp;")}" width="640" height="640" loading="lazy" title="shapealg"></iframe>`;
  };
  const offered = (figure, zh) => {
    if (!figure.dataset.law || !navigator.clipboard || !document.querySelector("form.sa-calc")) return [];
    const copy = button(zh ? "复制嵌入网页的代码" : "copy the code to embed it", "</>", async () => {
      await navigator.clipboard.writeText(framed(figure));
      copy.textContent = "✓";
      setTimeout(() => { copy.textContent = "</>"; }, 1500);
    });
    return [copy];
  };

  // Buttons below a picture: `step` goes on by so much and says what is lit, `clear` puts all out.
  const controls = (figure, svg, step, clear) => {
    const zh = document.documentElement.lang.startsWith("zh");
    const bar = document.createElement("div"), out = document.createElement("output");
    bar.className = "sa-play";
    out.setAttribute("aria-live", "polite");
    let timer = null;
    const tell = (text) => { out.textContent = text; };
    const stop = () => {
      clearInterval(timer);
      timer = null;
      play.textContent = "▶";
      play.setAttribute("aria-pressed", "false");
    };
    const play = button(zh ? "逐个播放" : "play one after the other", "▶", () => {
      if (timer) return stop();
      play.textContent = "❚❚";
      play.setAttribute("aria-pressed", "true");
      tell(step(1));
      timer = setInterval(() => tell(step(1)), PACE);
    });
    play.setAttribute("aria-pressed", "false");
    play.hidden = still.matches;
    const by = (amount) => () => { stop(); tell(step(amount)); };
    bar.append(button(zh ? "上一个" : "the one before", "‹", by(-1)), play, button(zh ? "下一个" : "the next one", "›", by(1)), out,
      button(zh ? "存为 SVG" : "save as SVG", "SVG ↓", () => keep(alone(svg), "shapealg.svg")),
      button(zh ? "存为 PNG" : "save as PNG", "PNG ↓", () => painted(svg)), ...offered(figure, zh));
    svg.after(bar);
    svg.addEventListener("redrawn", () => { stop(); tell(clear()); });
    return { tell, playing: () => Boolean(timer) };
  };

  const alive = (figure) => {
    const svg = figure.querySelector("svg[data-words]");
    if (!svg || figure.dataset.alive || !JSON.parse(svg.dataset.words).row || !svg.querySelector("[data-row]")) return;
    figure.dataset.alive = "yes";
    const rows = () => [...svg.querySelectorAll("[data-row]")];
    let at = -1;
    const light = (part) => {
      svg.querySelectorAll(".sa-lit").forEach((lit) => lit.classList.remove("sa-lit"));
      svg.classList.toggle("sa-dim", Boolean(part));
      if (!part) return "";
      const [lit, text] = told(svg, part);
      lit.forEach((one) => one.classList.add("sa-lit"));
      return text;
    };
    const step = (by) => {
      const all = rows();
      if (!all.length) return light(null);
      at = at < 0 && by < 0 ? all.length - 1 : (at + by + all.length) % all.length;
      return light(all[at]);
    };
    const bar = controls(figure, svg, step, () => { at = -1; return light(null); });
    const follow = (event) => {
      const part = event.target.closest("[data-at], [data-row]");
      if (!part || bar.playing()) return;
      at = rows().indexOf(part);
      bar.tell(light(part));
    };
    svg.addEventListener("pointerover", follow);
    svg.addEventListener("pointerleave", () => bar.playing() || bar.tell(light(null)));
  };

  const all = (root = document) => root.querySelectorAll(".sa-figure").forEach(alive);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => all());
  else all();
  return { draw, alive: all, controls, element, say };
})();
