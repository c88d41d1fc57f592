// What the theme leaves undone for keyboards, screen readers and readers of two languages.
(() => {
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act)

  const settle = () => {
    // The search panel is a dialog; name it after its own input.
    each(".md-search[role=dialog]", panel =>
      panel.setAttribute("aria-label", panel.querySelector("input")?.placeholder ?? ""))

    // The copy button of each code block sits in a landmark of its own; a page needs no twenty of them.
    each(".md-code__nav", box => box.setAttribute("role", "presentation"))

    // Each part of the menu is a landmark; on a telephone their labels are out of sight, and then they had no names.
    each(".md-nav[aria-labelledby]", menu => {
      const name = menu.querySelector(":scope > .md-nav__title")?.textContent.trim()
      if (!name) return
      menu.setAttribute("aria-label", name)
      menu.removeAttribute("aria-labelledby")
    })

    // A box that scrolls must be reachable by keyboard; one that does not should not be a stop.
    each(".md-typeset__scrollwrap, .tabbed-labels, .sa-math, .sa-figure, .sa-scroll, .sa-wide, .md-typeset pre > code", box => {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0
      else box.removeAttribute("tabindex")
    })
  }

  // Sections have the same names in both languages: changing language keeps the section as well.
  document.addEventListener("click", event => {
    const link = event.target.closest?.("a.md-select__link[hreflang]")
    if (link) link.hash = location.hash
  })

  // On a telephone the menu opens with the chapters, wherever in the site one is.
  document.getElementById("__drawer")?.addEventListener("change", event => {
    if (event.target.checked && matchMedia("(max-width: 76.2344em)").matches)
      each(".md-nav--primary .md-nav .md-nav__toggle, .md-nav--primary > .md-nav__list > .md-nav__item > .md-nav__toggle",
        toggle => { toggle.checked = false })
  })

  // What is copied from a session is what was typed: no prompts, no answers.
  document.addEventListener("click", event => {
    const button = event.target.closest?.(".language-pycon [data-clipboard-target]")
    if (!button) return
    const lines = button.closest(".language-pycon").querySelector("pre > code").textContent.split("\n")
    const typed = lines.filter(line => /^(>>>|\.\.\.) /.test(line)).map(line => line.slice(4))
    button.setAttribute("data-clipboard-text", typed.join("\n"))
  }, true)

  // The theme's program comes late, and adds to the page.
  let waiting = 0
  new MutationObserver(() => {
    cancelAnimationFrame(waiting)
    waiting = requestAnimationFrame(settle)
  }).observe(document.body, { childList: true, subtree: true })

  addEventListener("load", settle)
  addEventListener("resize", settle)
  document.fonts?.ready.then(settle)
})()
