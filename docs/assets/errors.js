// The page of error messages: a pasted error is led to the message that it shares most words with.
(() => {
  "use strict";
  const form = document.querySelector(".sa-finder");
  if (!form) return;
  const out = form.querySelector("output");
  const words = (text) => new Set(text.toLowerCase().match(/\p{L}{2,}/gu) ?? []);

  const entries = [...document.querySelectorAll("h3[id] > code:first-child")].map((code) => {
    const head = code.parentElement;
    let said = head.nextElementSibling;
    while (said && !said.matches(".sa-said")) said = said.nextElementSibling;
    return { head, key: code.textContent, words: words(said.textContent) };
  });
  // a word that many messages share says little
  const seen = new Map();
  for (const entry of entries) for (const word of entry.words) seen.set(word, (seen.get(word) ?? 0) + 1);
  const weight = (some) => [...some].reduce((sum, word) => sum + Math.log(1 + entries.length / (seen.get(word) ?? entries.length)), 0);

  // How much of the message is in the text, or of the text in the message.
  const alike = (entry, asked) => {
    const shared = weight([...entry.words].filter((word) => asked.has(word)));
    const [of, within] = [shared / weight(entry.words), shared / (weight(asked) || 1)];
    return Math.max(of, within) + of * within / 10;
  };
  const framework = (head) => {
    while (head && head.tagName !== "H2") head = head.previousElementSibling;
    return head.firstChild.textContent;
  };

  const show = () => {
    const text = form.querySelector("textarea").value, asked = words(text);
    out.replaceChildren();
    if (asked.size < 2) return;
    const found = entries.map((entry) => ({ ...entry, score: alike(entry, asked) + (text.includes(entry.key) ? 1 : 0) }))
      .filter(({ score }) => score > 0.5).sort((a, b) => b.score - a.score).slice(0, 3);
    if (!found.length) out.textContent = form.dataset.none;
    for (const { head, key } of found) {
      const link = document.createElement("a"), whose = document.createElement("small"), code = document.createElement("code");
      link.href = `#${head.id}`;
      [code.textContent, whose.textContent] = [key, framework(head)];
      link.append(whose, " ", code);
      out.append(link);
    }
  };
  form.addEventListener("input", show);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
})();
