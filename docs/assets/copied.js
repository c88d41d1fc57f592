// The code to copy follows the calculator: in the line that calls the law, each number given by name is the one in its field;
// and six frameworks say the layer at these numbers, as phrases/*.js has it.
(() => {
  "use strict";
  const tokens = /(#.*|\/\/.*)|("[^"]*"|'[^']*')|([A-Za-z_]\w*)|(\d+n?)|(\s+)|([^\w\s"']+)/g;
  const KINDS = ["c1", "s1", "n", "mi", "w", "p"]; // as the build colours them
  const coloured = (text) => [...text.matchAll(tokens)].map((found) => {
    const made = document.createElement("span");
    made.className = KINDS[found.slice(1).findIndex(Boolean)];
    made.textContent = found[0];
    return made;
  });
  // What the line leaves out is at its default; it is named once its field says something else.
  const put = (line, form, given, value) => {
    const big = /\d+n\b/.test(line) ? "n" : "", boxed = line.includes("[");
    const one = (number) => `${number}${big}`;
    const told = (number) => {
      if (!Array.isArray(number)) return one(number);
      const list = number.map(one).join(", ");
      return boxed ? `[${list}]` : `(${list}${number.length === 1 ? "," : ""})`;
    };
    const named = line.replace(/\b(\w+)(=|: )(\([^()]*\)|\[[^[\]]*\]|-?\d+n?)/g, (whole, name, sign) =>
      name in given ? `${name}${sign}${told(given[name])}` : whole);
    const more = [...form.querySelectorAll("input")]
      .filter((field) => !new RegExp(`\\b${field.name}(=|: )`).test(line) && field.value.trim() !== field.defaultValue)
      .map((field) => `, ${field.name}${big ? ": " : "="}${told(given[field.name])}`);
    const truth = big ? String(value) : String(value).replace(/^t/, "T").replace(/^f/, "F");
    return named.replace(/(?=\}?\);?( |$))/, more.join("")).replace(/(#|\/\/) \S+$/, (whole, mark) => `${mark} ${typeof value === "boolean" ? truth : one(value)}`);
  };

  // The call is the last line; it is kept as it was built, since each answer is put into that.
  const follow = (code, form, given, value) => {
    code.dataset.call ??= code.textContent.trimEnd().split("\n").at(-1);
    const call = code.dataset.call;
    if (!/\b\w+(=|: )[-\d([]/.test(call) || /arange|='/.test(call)) return;
    const before = code.dataset.rest ??= String(code.textContent.trimEnd().split("\n").length - 1);
    let line = 0;
    const kept = [];
    for (const node of [...code.childNodes]) {
      if (line >= Number(before)) break;
      const breaks = node.textContent.split("\n").length - 1;
      kept.push(node);
      line += breaks;
    }
    code.replaceChildren(...kept, ...coloured(put(call, form, given, value)), "\n");
  };

  // A framework's phrase is the one whose tests hold, and so is the text of an argument; one that has none is left out.
  const fitting = (several, holds) => several.find(([when]) => when.split(" ").filter(Boolean).every((test) =>
    test.startsWith("!") ? !holds[test.slice(1)] : holds[test]));
  const said = ({ tests, notes, said: frameworks }, numbers) => {
    const holds = Object.fromEntries(Object.entries(tests).map(([name, test]) => [name, test(numbers)]));
    return Object.values(frameworks).map((phrases) => {
      const [, note, lines] = fitting(phrases, holds);
      const texts = (choices) => fitting(choices, holds)?.[1](numbers) ?? [];
      const code = lines.map(([around, choices]) => around.replace("{}", choices.flatMap(texts).join(", ")));
      const above = note < 0 ? [] : [`# ${notes[note][document.documentElement.lang.startsWith("zh") ? 0 : 1]}`];
      return [...above, ...code].join("\n");
    });
  };
  window.shapealgSaid = said;

  const tell = (box, given, value) => {
    box.classList.toggle("sa-stale", !given); // the code is of other numbers
    if (!given) return;
    const texts = said(window.shapealgPhrases, { ...given, m: value });
    box.querySelectorAll(".tabbed-block code").forEach((code, i) => {
      if (code.textContent.trimEnd() !== texts[i]) code.replaceChildren(...coloured(texts[i]), "\n");
    });
  };

  document.addEventListener("answered", (event) => {
    const { given, value } = event.detail, name = event.target.dataset.law;
    for (const box of document.querySelectorAll(`.sa-phrases[data-law="${name}"]`)) tell(box, given, value);
    if (!given) return;
    for (const code of document.querySelectorAll(".tabbed-block code"))
      if (code.textContent.includes(`${name}(`)) follow(code, event.target, given, value);
  });
})();
