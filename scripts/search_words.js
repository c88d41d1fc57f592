// What is typed into the search, said in the words of the pages, before the worker hears it: scripts/search_words.py puts this
// before the worker and calls it. Han and Latin are parted, as they are in the index.
(SAID, LEFT_OUT) => {
  const han = /\p{sc=Han}/u;
  const alone = (words) => new RegExp(words.sort((a, b) => b.length - a.length)
    .map((word) => han.test(word) ? word : `(?<![a-z0-9])${word}(?![a-z0-9])`).join("|"), "gu");
  const [known, empty] = [alone(Object.keys(SAID)), alone(LEFT_OUT)];
  const parted = (text) => text.replace(/(\p{sc=Han})([a-z0-9])/gu, "$1 $2").replace(/([a-z0-9])(\p{sc=Han})/gu, "$1 $2");
  const said = (typed) => {
    const sizes = typed.toLowerCase().replace(/(\d)\s*[x×*]\s*(?=\d)/g, "$1 "); // 572x388 is 572×388 on the pages
    const text = parted(sizes.replace(known, (word) => ` ${SAID[word]} `));
    return text.replace(empty, " ").trim() || text;
  };

  addEventListener("message", (event) => {
    if (event.data.type !== 2 || event.said) return; // 2: a question
    event.stopImmediatePropagation();
    const data = { type: 2, data: said(event.data.data) };
    dispatchEvent(Object.assign(new MessageEvent("message", { data }), { said: true }));
  });
}
