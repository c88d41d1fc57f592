// What the theme leaves undone for keyboards, screen readers and readers of two languages.
(() => {
  const each = (selector, act) => document.querySelectorAll(selector).forEach(act)

  const settle = () => {
    // The search panel is a dialog; name it after its own input.
    each(".md-search[role=dialog]", panel =>
      panel.setAttribute("aria-label", panel.querySelector("input")?.placeholder ?? ""))

    // The copy button of each code block sits in a landmark of its own; a page needs no twenty of them.
    each(".md-code__nav", box => box.setAttribute("role", "presentation"))

    // A box that scrolls must be reachable by keyboard; one that does not should not be a stop.
    each(".md-typeset__scrollwrap, .sa-math, .sa-figure, .sa-scroll, .md-typeset pre > code", box => {
      if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0
      else box.removeAttribute("tabindex")
    })
  }

  // Sections have the same names in both languages: changing language keeps the section as well.
  document.addEventListener("click", event => {
    const link = event.target.closest?.("a.md-select__link[hreflang]")
    if (link) link.hash = location.hash
  })

  addEventListener("load", settle)
  addEventListener("resize", settle)
  document.fonts?.ready.then(settle)
})()
