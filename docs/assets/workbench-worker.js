// The workbench's other half: Python in a worker, so that the page stays awake and can stop it. It
// loads the runtime and the package, and answers one question after another.
let ask, take, unpack;

const told = (message) => postMessage(message);

// What is fetched is counted, for the bar on the page.
const counted = (runtime) => {
  const real = fetch;
  let bytes = 0;
  self.fetch = async (resource, options) => {
    const response = await real(resource, options);
    const counter = new TransformStream({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        told({ bytes });
        controller.enqueue(chunk);
      },
    });
    const { headers, status } = response;
    return response.ok
      ? new Response(response.body.pipeThrough(counter), { headers, status })
      : response;
  };
  return async (name) => {
    const response = await fetch(new URL(name, runtime));
    if (!response.ok) throw new Error(`${name}: ${response.status}`);
    return response.arrayBuffer();
  };
};

const start = async (runtime) => {
  const get = counted(runtime);
  const archive = get("shapealg.zip");
  const { loadPyodide } = await import(new URL("pyodide.mjs", runtime));
  const python = await loadPyodide({ indexURL: runtime });
  const home = "/lib/shapealg";
  python.unpackArchive(await archive, "zip", { extractDir: home });
  told({ started: true });
  python.runPython(`
import json, sys
sys.path.insert(0, "${home}")
from shapealg.render.workbench import answer
_model = None

def take(buffer):
    global _model
    _model = buffer.to_bytes()

def ask(question):
    return json.dumps(answer(json.loads(question), _model))
`);
  [ask, take] = ["ask", "take"].map((name) => python.globals.get(name));
  unpack = async () => {
    python.unpackArchive(await get("onnx.zip"), "zip", { extractDir: home });
    unpack = null; // once
  };
};

const hear = async (data) => {
  try {
    if (data.runtime) {
      await start(data.runtime);
      told({ ready: true });
    }
    if (data.model) {
      await unpack?.();
      take(new Uint8Array(data.model));
      told({ taken: data.name });
    }
    if (data.question) told({ answer: JSON.parse(ask(JSON.stringify(data.question))) });
  } catch (problem) {
    // anything but an error of Python's own has ended it
    const ended = problem?.name !== "PythonError";
    told({ ended, problem: String(problem?.message ?? problem).trim().split("\n").pop() });
  }
};

let last = Promise.resolve(); // one after another: a question waits for its file
self.onmessage = ({ data }) => { last = last.then(() => hear(data)); };
