// The drawings of networks, as shapealg/render/drawing.py makes them: a box that is pointed at, or reached by the keyboard, tells
// its size as a formula and how far it sees. The workbench has its own drawings enlivened, too.
window.shapealgBoxes = (() => {
  "use strict";
  const enliven = (svg) => {
    const boxes = [...svg.querySelectorAll("[data-told]")];
    if (!boxes.length || "alive" in svg.dataset) return;
    svg.dataset.alive = "";
    svg.setAttribute("role", "group"); // what is within an image cannot be reached
    const told = document.createElement("output");
    told.className = "sa-told";
    svg.after(told);
    const light = (box) => {
      for (const each of boxes) each.classList.toggle("sa-lit", each === box);
      told.textContent = box ? box.dataset.told : "";
    };
    boxes.forEach((box, i) => {
      box.setAttribute("role", "img");
      box.setAttribute("aria-label", box.dataset.told);
      box.setAttribute("tabindex", i ? "-1" : "0"); // one stop for all, then the arrows
    });
    const go = (to) => {
      for (const box of boxes) box.setAttribute("tabindex", box === to ? "0" : "-1");
      to.focus();
    };
    const STEPS = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };
    svg.addEventListener("keydown", (event) => {
      const at = boxes.indexOf(document.activeElement), by = STEPS[event.key];
      if (at < 0 || !by) return;
      event.preventDefault();
      go(boxes[(at + by + boxes.length) % boxes.length]);
    });
    svg.addEventListener("focusin", (event) => light(event.target.closest("[data-told]")));
    svg.addEventListener("focusout", () => light(null));
    svg.addEventListener("pointerover", (event) => {
      const box = event.target.closest("[data-told]");
      if (box) light(box);
    });
    svg.addEventListener("pointerleave", () => light(boxes.find((box) => box === document.activeElement)));
  };
  const all = (root = document) => root.querySelectorAll("svg").forEach(enliven);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => all());
  else all();
  return all;
})();
