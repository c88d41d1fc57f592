// The calculators: each form runs its law's own program (formulas.js) on BigInts and has the picture beside it redrawn (picture.js).
(() => {
  "use strict";
  const WHOLE = /^[+-]?[0-9]{1,40}$/;

  const read = (field) => {
    const typed = field.value.normalize("NFKC").replace(/\u2212/g, "-"); // １４ is 14
    const texts = "list" in field.dataset ? typed.split(/[\s,，、]+/).filter(Boolean) : [typed.trim()];
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
      const near = name && { name, value: String(nearest(given)) };
      return { problem: `${form.dataset.needs} ${told}`, near };
    }
    return { value: law.value(given), window: law.window && law.window(given), given };
  };

  // Thousands apart, and still one number to copy.
  const grouped = (digits) => {
    const made = document.createDocumentFragment();
    if (!/^-?\d{5,}$/.test(digits)) made.append(digits);
    else for (const part of digits.split(/(?=(?:\d{3})+$)/)) {
      const group = document.createElement("span");
      group.textContent = part;
      made.append(group);
    }
    return made;
  };

  // Numbers in the address are put in: #n=14&k=3. With #embed& before them nothing else is shown, as in a frame on another page.
  const told = (form) => {
    const given = new URLSearchParams(location.hash.slice(1));
    const fields = [...form.querySelectorAll("input")].filter(({ name }) => given.has(name));
    for (const field of fields) field.value = given.get(field.name);
    if (given.has("embed") && !document.querySelector(".sa-source")) {
      document.documentElement.classList.add("sa-embed");
      const source = document.createElement("p"), link = document.createElement("a");
      source.className = "sa-source";
      link.href = location.href.replace("#embed&", "#");
      link.target = "_blank";
      link.textContent = document.title;
      source.append(link);
      form.parentElement.append(source);
    }
    return fields.length > 0;
  };

  const start = (form) => {
    const law = window.shapealg && window.shapealg[form.dataset.law];
    if (!law || form.dataset.ready) return;
    form.dataset.ready = "yes";
    const result = form.querySelector("output strong"), status = form.querySelector("[role=status]");
    const figures = [...document.querySelectorAll(`.sa-figure[data-law="${form.dataset.law}"]`)];
    const tell = ({ value, given = null }) =>
      form.dispatchEvent(new CustomEvent("answered", { bubbles: true, detail: { law, given, value } }));
    const show = () => {
      const told = answer(form, law), { value, window: where, given, problem, near } = told;
      result.replaceChildren(problem ? "–" : typeof value === "boolean" ? form.dataset[value ? "yes" : "no"] : grouped(String(value)));
      status.textContent = problem || "";
      if (near) {
        const field = form.elements[near.name], take = document.createElement("button");
        field.setAttribute("aria-invalid", "true");
        take.type = "button";
        take.textContent = `${near.name} = ${near.value}`;
        take.addEventListener("click", () => {
          field.value = near.value;
          show();
          field.focus();
        });
        status.append(form.dataset.works, take);
      }
      for (const figure of figures) {
        const svg = figure.querySelector("svg"), cone = svg.dataset.words?.includes('"cone"');
        const other = Boolean(problem) || !(where || cone); // the picture is of other numbers
        const draw = () => cone
          ? window.shapealgCone.draw(svg, given)
          : (figure.dataset.where ? window.shapealgPlane : window.shapealgPicture).draw(svg, where, given.n);
        const drawn = other || draw();
        figure.classList.toggle("sa-stale", other || !drawn);
        const wide = figure.querySelector(".sa-toowide");
        if (wide) wide.hidden = other || drawn;
      }
      tell(told);
    };
    result.replaceChildren(grouped(result.textContent));
    form.addEventListener("input", show);
    if (told(form)) show();
    else tell(answer(form, law));
    form.addEventListener("submit", (event) => event.preventDefault());
  };

  const all = () => document.querySelectorAll("form.sa-calc").forEach(start);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
  else all();
})();
