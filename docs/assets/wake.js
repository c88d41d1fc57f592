// The theme's own program is a fifth of a page's weight, and a page is read without it: it is fetched when the reader first
// moves, types, scrolls or touches, and what was pressed meanwhile is pressed again.
(() => {
  "use strict"
  const { then, disk } = document.currentScript.dataset
  const SIGNS = ["pointermove", "pointerdown", "touchstart", "wheel", "scroll", "keydown", "focusin"]
  const HELD = "label[for^=__palette]" // what only the program can do
  const KEYS = ["/", "f", "s"] // lead to the search
  let awake = null, done = false

  const load = source => new Promise((loaded, failed) => {
    const script = document.createElement("script")
    script.src = source
    script.onload = loaded
    script.onerror = failed
    document.head.append(script)
  })

  const wake = () => {
    if (awake) return awake
    for (const sign of SIGNS) removeEventListener(sign, wake, true)
    // from the disk the search has to do without a browser's worker
    awake = (location.protocol === "file:" ? load(disk) : Promise.resolve()).then(() => load(then)).then(() => {
      done = true
      document.dispatchEvent(new Event("DOMContentLoaded")) // which it waits for
      document.documentElement.dataset.awake = ""
    })
    return awake
  }

  const again = (event, act) => {
    if (done) return
    event.preventDefault()
    event.stopPropagation()
    wake().then(act)
  }

  addEventListener("click", event => {
    const pressed = event.target.closest?.(HELD)
    if (pressed) again(event, () => pressed.click())
  }, true)

  addEventListener("keydown", event => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]")
    if (!KEYS.includes(event.key) || typing || event.ctrlKey || event.metaKey || event.altKey) return
    again(event, () => dispatchEvent(new KeyboardEvent("keydown", { key: event.key, bubbles: true })))
  }, true)

  document.documentElement.classList.replace("no-js", "js")
  const schemes = [...document.querySelectorAll("input[name=__palette]")]
  const chosen = schemes[Math.min(window.__md_get?.("__palette")?.index ?? 0, schemes.length - 1)]
  if (chosen?.nextElementSibling) chosen.nextElementSibling.hidden = false // its button
  if (chosen && chosen === schemes[0]) { // as the system has it, which the program would say too late
    const media = `(prefers-color-scheme: ${matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"})`
    const like = schemes.find(scheme => scheme.dataset.mdColorMedia === media)
    for (const key of ["mdColorScheme", "mdColorPrimary", "mdColorAccent"]) document.body.dataset[key] = like.dataset[key]
  }
  for (const labels of document.querySelectorAll(".tabbed-labels")) { // the line below the tab that is open
    const open = labels.parentElement.querySelector(":scope > input:checked")
    const label = open && labels.querySelector(`[for="${open.id}"]`)
    if (!label) continue
    labels.parentElement.style.setProperty("--md-indicator-x", `${label.offsetLeft}px`) // where the program will set them
    labels.parentElement.style.setProperty("--md-indicator-width", `${label.offsetWidth}px`)
  }
  const section = location.hash && !location.hash.includes("=") // else they are a calculator's numbers
  if (section || location.search) wake() // a section to go to, words to mark
  else for (const sign of SIGNS) addEventListener(sign, wake, { capture: true, passive: true })
})()
