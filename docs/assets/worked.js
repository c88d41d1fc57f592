// A derivation at the calculator's numbers: every step is counted or tried anew (the programs are in formulas.js), what breaks
// the result is shown to break it, and what a letter stands for lights up in the picture.
(() => {
  "use strict";
  const FEW = 12n, MANY = 5000n; // so many are named, so many are counted one by one; beyond, both ends are tried
  const WHOLE = 300n; // terms are added up one by one where no number is larger
  const say = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const SIGNS = { "<=": "≤", "<": "<", ">=": "≥", ">": ">", "==": "=" };
  const COMPARED = {
    "<=": (a, b) => a <= b, "<": (a, b) => a < b, ">=": (a, b) => a >= b, ">": (a, b) => a > b, "==": (a, b) => a === b,
  };

  const abs = (a) => (a < 0n ? -a : a);
  const gcd = (a, b) => { while (b) [a, b] = [b, a % b]; return abs(a); };
  const reduced = ([p, q]) => { const g = gcd(p, q) || 1n; return [p / g, q / g]; };
  const minus = (a) => String(a).replace("-", "−");
  // 9/2 = 4.5, and 10/3 ≈ 3.33
  const decimal = (p, q) => {
    const whole = p / q, hundredths = (abs(p % q) * 100n) / q, exact = (abs(p % q) * 100n) % q === 0n;
    const digits = String(hundredths).padStart(2, "0").replace(exact ? /0$/ : /$^/, "");
    return `${exact ? "=" : "≈"} ${p < 0n ? "−" : ""}${abs(whole)}.${digits}`;
  };
  const written = (value, both) => {
    const [p, q] = reduced(value);
    if (q === 1n) return minus(p);
    return both ? `${minus(p)}/${q} ${decimal(p, q)}` : `${minus(p)}/${q}`;
  };

  const all_ = (rows, word) => {
    const each = ([[a, b], sign, [c, d]]) => COMPARED[sign](a * d, c * b);
    return word === "or" ? rows.some(each) : rows.every(each);
  };

  // a + g·j, from its values at 0, 1 and 2; null where it is no such thing
  const linear = (side, name) => {
    const [[a, q], [b, r], [c, t]] = [0n, 1n, 2n].map(side);
    if (q !== 1n || r !== 1n || t !== 1n) return q === r && r === t && a === b && b === c ? written([a, q], true) : null;
    const gain = b - a;
    if (c - b !== gain) return null;
    if (!gain) return minus(a);
    const term = `${gain === 1n ? "" : gain === -1n ? "−" : minus(gain)}${name}`;
    return a ? `${term} ${a < 0n ? "−" : "+"} ${abs(a)}` : term;
  };
  // The condition with the numbers put in, and with a number for the variable too.
  const condition = (step, given, words) => {
    const [, name, word, rows] = step;
    const told = rows(given, 0n).map(([left, sign, right], i) => {
      const [before, after] = [0, 2].map((side) => linear((j) => rows(given, j)[i][side], name));
      return `${before ?? written(left)} ${SIGNS[sign]} ${after ?? written(right)}`;
    });
    return told.join(words[word]);
  };
  const at = ([, , word, rows], given, words, j) =>
    rows(given, j).map(([left, sign, right]) => `${written(left)} ${SIGNS[sign]} ${written(right)}`).join(words[word]);

  const listed = (count, name, words) => {
    const named = (from, to) => Array.from({ length: Number(to - from) }, (_, i) => String(from + BigInt(i)));
    const parts = count <= FEW ? named(0n, count) : [...named(0n, 3n), "…", String(count - 1n)];
    return `${name} = ${parts.join(words.listed)}`;
  };

  // What a step comes to at the numbers: [value, what to say]; null where it is not worked out.
  const worked = (step, given, words, right) => {
    const [kind, name, word, program] = step;
    if (kind === "value" || kind === "sum") {
      if (kind === "sum" && Object.values(given).flat().some((value) => value > WHOLE)) return null;
      const value = reduced(program(given));
      return [value, `= ${written(value)}`];
    }
    if (kind === "holds") {
      const truth = all_(program(given), "and");
      return [truth, say(words.holds, { told: at([kind, name, "and", program], given, words), truth: words[truth] })];
    }
    const holds = (j) => all_(program(given, j), word);
    if (kind === "count") {
      let count = 0n;
      if (right <= MANY) for (let j = 0n; j <= right + 1n; j += 1n) count += holds(j) ? 1n : 0n;
      else count = holds(right - 1n) && !holds(right) ? right : -1n;
      const told = condition(step, given, words);
      return [[count, 1n], count ? say(words.count, { told, list: listed(count, name, words), value: count }) : say(words.none, { told })];
    }
    // the smallest holds where one less does not, the largest where one more does not
    const tried = kind === "smallest" ? [right - 1n, right] : [right, right + 1n];
    const [first, second] = tried.map(holds);
    const found = kind === "smallest" ? !first && second : first && !second;
    const told = tried.map((j, i) => say(words.tried, { j: name, at: minus(j), told: at(step, given, words, j), sign: [first, second][i] ? "✓" : "✗" }));
    return [found ? [right, 1n] : [0n, 0n], told.join(words.apart)];
  };

  // A formula with the numbers in place of its letters; null where a letter has none, as in a sum over layers.
  const NAMED = new Set(["max", "min", "mod", "floor"]), TIMES = "\u2062";
  const math = (name, ...inside) => {
    const made = document.createElementNS("http://www.w3.org/1998/Math/MathML", name);
    made.append(...inside);
    return made;
  };
  const number = (value) => value < 0n ? math("mrow", math("mo", "("), math("mn", minus(value)), math("mo", ")")) : math("mn", String(value));
  const numbered = (formula, given) => {
    const made = formula.cloneNode(true);
    made.querySelector("annotation")?.remove();
    for (const part of [...made.querySelectorAll("msub"), ...made.querySelectorAll("mi")]) {
      if (!made.contains(part) || NAMED.has(part.textContent)) continue;
      const name = part.localName === "msub" ? [...part.children].map((one) => one.textContent).join("_") : part.textContent;
      if (typeof given[name] !== "bigint") return null;
      part.replaceWith(number(given[name]));
    }
    for (const sign of made.querySelectorAll("mo")) {
      let next = sign.nextElementSibling;
      while (next?.localName === "mrow") next = next.firstElementChild;
      if (sign.textContent === TIMES && next?.localName === "mn") sign.textContent = "·";
    }
    made.removeAttribute("display");
    return made;
  };

  const line = (item, kind) => {
    let made = item.querySelector(`:scope > .${kind}`);
    if (!made) {
      made = document.createElement("p");
      made.className = kind;
      item.append(made);
    }
    return made;
  };

  // A long formula scrolls in its own line; a line that scrolls must be reachable by keyboard.
  const reachable = (box) => {
    if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  };

  const steps = (list, law, given, value) => {
    const words = JSON.parse(list.dataset.words), truth = typeof value === "boolean";
    [...list.children].forEach((item, i) => {
      const told = worked(law.steps[i], given, words, truth ? 0n : value);
      const box = line(item, "sa-worked"), rule = item.querySelector(".sa-rule");
      if (rule) rule.before(box);
      box.hidden = !told;
      if (!told) return;
      const [came, text] = told;
      const agrees = truth ? came === value : came[1] === 1n && came[0] === value;
      const formula = law.steps[i][0] === "value" && numbered(item.querySelector("math"), given);
      box.replaceChildren((i === 0 && law.at ? say(words.with, { at: law.at }) : ""), ...(formula ? [formula, " "] : []), text);
      box.dataset.agrees = String(agrees);
      reachable(box);
    });
  };

  // The nearest larger size at which it is wrong, where all assumptions hold.
  const wrong = (law, given, name, program) => {
    const differs = (other) => {
      const [p, q] = reduced(program(other));
      return q !== 1n || p !== law.value(other);
    };
    for (let more = 1n; more <= 64n; more += 1n) {
      const other = { ...given, [name]: given[name] + more };
      if (law.needs.every(([holds]) => holds(other)) && differs(other)) return other[name];
    }
    return null;
  };
  const broken = (list, words, form, law, given, value) => {
    [...list.children].forEach((item, i) => {
      const [, formula, program] = law.broken[i], came = reduced(program(given));
      const right = came[1] === 1n && came[0] === value;
      const box = line(item, "sa-worked");
      box.textContent = say(words[right ? "lucky" : "wrong"], { formula, value: written(came, true).replace(/^.*? (?==|≈)/, "").replace(/^= /, ""), right: value });
      box.dataset.agrees = String(right);
      const name = "n" in given ? "n" : null, other = right && name ? wrong(law, given, name, program) : null;
      if (other === null) return;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `${words.other}: ${name} = ${other}`;
      button.addEventListener("click", () => {
        const field = form.elements[name];
        field.value = String(other);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      });
      box.append(" ", button);
    });
  };

  // What a letter stands for, in the picture: the parts of it, and where windows are stamped, rows are inputs.
  const PARTS = {
    windows: {
      n: "[data-at]:has(.sa-cell, .sa-unread)", m: "[data-row]", j: "[data-row]",
      k: "[data-row='0'] .sa-tap", f: "[data-row='0'] .sa-tap", d: "[data-row='0'] .sa-span",
      s: "[data-row='0'] .sa-tap:first-of-type, [data-row='1'] .sa-tap:first-of-type",
      lo: "[data-at^='-']", hi: "[data-at]:has(.sa-pad):not([data-at^='-'])", p: "[data-at]:has(.sa-pad)", t: "[data-at]:has(.sa-pad)",
    },
  };
  PARTS.stamps = { ...PARTS.windows, n: "[data-row]", m: PARTS.windows.n, j: PARTS.windows.n };
  const point = (name) => {
    for (const svg of document.querySelectorAll(".sa-figure svg[data-words]")) {
      const kind = PARTS[JSON.parse(svg.dataset.words).kind];
      svg.querySelectorAll(".sa-meant").forEach((part) => part.classList.remove("sa-meant"));
      if (kind && name in kind) svg.querySelectorAll(kind[name]).forEach((part) => part.classList.add("sa-meant"));
    }
    document.querySelectorAll("mi.sa-meant").forEach((letter) => letter.classList.remove("sa-meant"));
    if (name) document.querySelectorAll(".sa-math mi").forEach((letter) => letter.classList.toggle("sa-meant", letter.textContent === name));
  };
  const pointed = (target) => target.closest?.(".sa-math mi, .md-typeset td mi")?.textContent ?? target.closest?.(".sa-calc label")?.querySelector("input").name;
  for (const kind of ["pointerover", "focusin"]) document.addEventListener(kind, (event) => point(pointed(event.target)));
  document.addEventListener("focusout", () => point());

  document.addEventListener("answered", (event) => {
    const form = event.target, { law, given, value } = event.detail;
    const list = document.querySelector(`.sa-steps[data-law="${form.dataset.law}"]`);
    if (!list) return;
    const without = document.querySelector(".sa-broken");
    for (const part of [list, without]) part?.classList.toggle("sa-stale", !given);
    if (!given) return;
    steps(list, law, given, value);
    if (without && law.broken) broken(without, JSON.parse(list.dataset.words), form, law, given, value);
  });
})();
