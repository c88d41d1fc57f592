// Browsers refuse workers to pages opened from the disk. There, run the search worker in a hidden
// frame: the same messages, the same script, no server. Served pages keep the browser's own workers.
(() => {
  if (location.protocol !== "file:") return

  class IFrameWorker extends EventTarget {
    constructor(url) {
      super()
      this.waiting = []
      this.frame = document.createElement("iframe")
      this.frame.hidden = true
      document.body.append(this.frame)
      const { contentWindow: inner, contentDocument: page } = this.frame

      // What the script sends goes out as an event here.
      inner.postMessage = data => this.dispatchEvent(new MessageEvent("message", { data }))
      // One after another: each may need the one before it.
      inner.importScripts = (...urls) =>
        urls.reduce((before, next) => before.then(() => load(page, next)), Promise.resolve())

      load(page, url).then(() => {
        this.send = data => inner.dispatchEvent(new MessageEvent("message", { data }))
        this.waiting.forEach(data => this.send(data))
      }, error => this.dispatchEvent(new ErrorEvent("error", { message: String(error) })))
    }

    postMessage(data) {
      this.send ? this.send(data) : this.waiting.push(data)
    }

    terminate() {
      this.frame.remove()
    }
  }

  const load = (page, url) => new Promise((done, failed) => {
    const script = page.createElement("script")
    script.src = new URL(url, location.href).href
    script.onload = done
    script.onerror = () => failed(new Error(`cannot load ${url}`))
    page.head.append(script)
  })

  window.IFrameWorker = IFrameWorker // the search worker looks for this name to find its languages
  window.Worker = IFrameWorker
})()
