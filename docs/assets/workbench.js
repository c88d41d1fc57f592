// The workbench: what is typed goes to Python in a worker (workbench-worker.js), and what comes back
// is shown. Nothing is worked out here.
(() => {
  "use strict";
  const bench = document.getElementById("workbench");
  if (!bench) return;
  const say = bench.dataset;
  const part = (name) => bench.querySelector(`.sa-bench-${name}`);
  const [status, bar, stop, shown] = ["status", "bar", "stop", "answer"].map(part);
  const forms = [...bench.querySelectorAll("form")];
  const tabs = [...bench.querySelectorAll("[role=tab]")];
  const LARGEST = 256 * 2 ** 20; // bytes of a file; the page says so
  const PAUSE = 250; // milliseconds after the last key
  const SVG = ["svg", "title", "desc", "g", "rect", "line", "polygon", "text", "tspan"];
  const here = document.currentScript.src;

  const make = (name, words, kind) => {
    const made = document.createElement(name);
    if (words !== undefined) made.textContent = words;
    if (kind) made.className = kind;
    return made;
  };
  const tell = (text, tone = "") => {
    status.textContent = text;
    status.dataset.tone = tone;
  };

  // ---------------------------------------------------------------- Python, in its worker

  let worker = null, ready = false, busy = false, next = null, file = null;

  const begin = () => {
    if (worker) return;
    const runtime = new URL(say.runtime, document.baseURI).href;
    worker = new Worker(new URL("workbench-worker.js", here), { type: "module" });
    worker.onmessage = ({ data }) => hear(data);
    worker.onerror = (event) => { event.preventDefault(); end(say.failed, "fails"); };
    [bar.max, bar.value, bar.hidden, stop.hidden] = [Number(say.bytes), 0, false, false];
    tell(say.loading);
    busy = true;
    worker.postMessage({ runtime });
  };

  const end = (text, tone) => {
    worker?.terminate();
    [worker, ready, busy, next] = [null, false, false, null];
    if (file) file.sent = false;
    [bar.hidden, stop.hidden] = [true, true];
    tell(text, tone);
  };

  const hear = (data) => {
    if (data.bytes && !ready) bar.value = data.bytes;
    if (data.started) {
      bar.removeAttribute("value");
      tell(say.starting);
    }
    if (data.ready) ready = true;
    if (data.answer) show(data.answer);
    if (data.problem && !ready) return end(`${say.failed} ${data.problem}`, "fails");
    if (data.ended) return end(`${say.ended} ${data.problem}`, "fails");
    if (data.problem) show({ error: data.problem });
    if (data.ready || data.answer || data.problem) {
      [busy, bar.hidden, stop.hidden] = [false, true, true];
      tell("");
      send();
    }
  };

  const send = () => {
    if (busy || !next) return;
    const question = next;
    [busy, next] = [true, null];
    setTimeout(() => { // what is done at once is not announced
      if (!busy || !ready) return;
      bar.removeAttribute("value");
      [bar.hidden, stop.hidden] = [false, false];
      tell(say.working);
    }, 300);
    if (question.source === "file" && file && !file.sent) {
      file.sent = true;
      worker.postMessage({ model: file.bytes, name: file.name });
    }
    worker.postMessage({ question });
  };

  const ask = () => {
    const question = asked();
    if (question.source === "file" && !file) {
      tell("");
      return shown.replaceChildren();
    }
    begin();
    next = { ...question, lang: document.documentElement.lang.slice(0, 2) };
    send();
  };

  // ---------------------------------------------------------------- what is asked

  const current = () => forms.find((form) => !form.parentElement.hidden);

  const asked = () => {
    const form = current(), question = { ask: form.dataset.ask };
    for (const [name, value] of new FormData(form)) {
      const field = [...form.elements].find((each) => each.name === name && !each.closest("[hidden]"));
      if (field && typeof value === "string" && value.trim()) question[name] = value.trim();
    }
    return question;
  };

  const settle = (question) => {
    for (const form of forms) form.parentElement.hidden = form.dataset.ask !== question.ask;
    for (const tab of tabs) {
      const on = tab.dataset.ask === question.ask;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
    }
    sources();
  };

  const sources = () => {
    for (const form of forms) {
      const chosen = form.elements.source?.value;
      for (const box of form.querySelectorAll("[data-source]")) {
        box.hidden = box.dataset.source !== chosen;
      }
    }
  };

  // Another kind of network has another shape, and all but a list bring their own.
  const turn = ({ elements }) => {
    elements.shape.value = elements.source.value === "list" ? elements.shape.defaultValue : "";
    sources();
  };

  const fill = (question) => {
    const form = forms.find((each) => each.dataset.ask === question.ask) ?? forms[0];
    for (const field of form.elements) {
      if (!field.name || field.type === "file") continue;
      const value = question[field.name];
      if (field.type === "radio") field.checked = field.value === (value ?? "list");
      else if (field.tagName === "SELECT") field.value = value ?? field.options[0].value;
      else field.value = value ?? (field.tagName === "TEXTAREA" ? field.defaultValue : "");
    }
    settle({ ask: form.dataset.ask });
  };

  // ---------------------------------------------------------------- the address

  const written = () => `#${new URLSearchParams(asked())}`;
  const read = () => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

  const keep = () => {
    if (written() !== location.hash) history.pushState(null, "", written());
  };

  const follow = () => {
    const question = read();
    if (!question.ask) return false;
    fill(question);
    ask();
    return true;
  };

  // ---------------------------------------------------------------- what is shown

  const picture = (text) => {
    const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
    const strange = [root, ...root.querySelectorAll("*")].some((each) => !SVG.includes(each.localName));
    return strange ? make("span") : document.importNode(root, true);
  };

  const copying = (code) => {
    const button = make("button", say.copy, "sa-bench-copy");
    button.type = "button";
    button.onclick = async () => {
      await navigator.clipboard.writeText(code);
      button.textContent = say.copied;
      setTimeout(() => { button.textContent = say.copy; }, 1500);
    };
    return button;
  };

  const SHOW = {
    facts: ({ rows }) => {
      const list = make("dl", undefined, "sa-bench-facts");
      for (const [label, value] of rows) list.append(make("dt", label), make("dd", value));
      return list;
    },
    heading: ({ text }) => make("h2", text),
    note: ({ lines, tone }) => {
      const box = make("div", undefined, "sa-bench-note");
      box.dataset.tone = tone;
      box.append(...lines.map((line) => make("p", line)));
      return box;
    },
    figure: ({ svg, caption, shrinks, whole }) => {
      const box = make("figure", undefined, `sa-figure${shrinks ? "" : " sa-bench-natural"}`);
      box.append(picture(svg), make("figcaption", caption));
      if (whole) {
        const button = make("button", say.more, "sa-bench-more");
        button.type = "button";
        button.onclick = () => {
          box.replaceChildren(picture(whole), make("figcaption", caption));
          window.shapealgBoxes(box);
        };
        box.append(button);
      }
      return box;
    },
    codes: ({ rows }) => {
      const list = make("dl", undefined, "sa-bench-codes");
      for (const { name, code, reason } of rows) {
        const told = make("dd");
        if (code === null) told.append(make("p", reason));
        else {
          const pre = make("pre");
          pre.append(make("code", code));
          told.append(pre);
          if (navigator.clipboard) told.append(copying(code));
        }
        list.append(make("dt", name), told);
      }
      return list;
    },
    table: ({ head, rows, right, fold }) => {
      const row = (cells, name) => {
        const line = make("tr");
        cells.forEach((words, i) => {
          line.append(make(name, words, right[i] ? "sa-bench-number" : ""));
        });
        return line;
      };
      const box = make("div", undefined, "sa-scroll"), table = make("table");
      const [top, body] = [make("thead"), make("tbody")];
      top.append(row(head, "th"));
      body.append(...rows.map((cells) => row(cells, "td")));
      table.append(top, body);
      box.append(table);
      if (fold) hide(body, fold, head.length);
      return box;
    },
  };

  const hide = (body, { start, stop, text }, columns) => {
    const folded = [...body.rows].slice(start, stop), line = make("tr"), cell = make("td");
    const button = make("button", `${text} · ${say.more}`, "sa-bench-more");
    button.type = "button";
    cell.colSpan = columns;
    cell.append(button);
    line.append(cell);
    for (const row of folded) row.hidden = true;
    body.insertBefore(line, folded[0]);
    button.onclick = () => {
      for (const row of folded) row.hidden = false;
      line.remove();
    };
  };

  const show = ({ error, blocks }) => {
    const made = error
      ? [SHOW.note({ lines: [error], tone: "fails" })]
      : blocks.map((block) => SHOW[block.kind](block));
    shown.replaceChildren(...made);
    window.shapealgBoxes(shown);
    part("said").textContent = error ?? (blocks[0].rows?.[0] ?? blocks[0].lines).join(" ");
    dispatchEvent(new Event("resize")); // boxes that scroll are made reachable by site.js
  };

  // ---------------------------------------------------------------- files

  const take = async (given) => {
    if (!given) return;
    if (given.size > LARGEST) return tell(say.large, "fails");
    file = { name: given.name, bytes: await given.arrayBuffer(), sent: false };
    const form = forms.find((each) => each.elements.source);
    form.elements.source.value = "file";
    turn(form);
    settle({ ask: form.dataset.ask });
    part("file").textContent = given.name;
    keep();
    ask();
  };

  // ---------------------------------------------------------------- hands

  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, PAUSE);
  };

  const listen = () => {
    for (const form of forms) {
      form.addEventListener("input", ({ target }) => { if (target.type !== "file") soon(); });
      form.addEventListener("change", ({ target }) => {
        if (target.type === "file") return take(target.files[0]);
        if (target.name === "source") turn(form);
        keep();
      });
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        clearTimeout(waiting);
        keep();
        ask();
      });
    }
    tabs.forEach((tab, i) => {
      tab.addEventListener("click", () => { settle(tab.dataset); keep(); ask(); });
      tab.addEventListener("keydown", ({ key }) => {
        if (key !== "ArrowLeft" && key !== "ArrowRight") return;
        const other = tabs[(i + 1) % tabs.length];
        other.focus();
        other.click();
      });
    });
    bench.addEventListener("dragover", (event) => { event.preventDefault(); bench.dataset.over = ""; });
    bench.addEventListener("dragleave", () => { delete bench.dataset.over; });
    bench.addEventListener("drop", (event) => {
      event.preventDefault();
      delete bench.dataset.over;
      take(event.dataTransfer.files[0]);
    });
    stop.addEventListener("click", () => end(say.stopped));
    addEventListener("popstate", () => { if (!follow()) { fill(first); ask(); } });
  };

  if (location.protocol === "file:") return tell(say.disk);
  if (!say.runtime) return tell(say.absent);
  const first = asked();
  settle(first);
  bench.dataset.ready = "";
  listen();
  if (!follow()) ask();
})();
