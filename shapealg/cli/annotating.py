"""An ONNX file with its shapes written into it."""

from pathlib import Path

from shapealg.cli.aside import write_aside
from shapealg.cli.progress import progress
from shapealg.cli.telling import tell
from shapealg.errors import Received, ShapeError
from shapealg.printing import shape_told
from shapealg.text import Text
from shapealg.words import spoken

READING = Text(zh="正在读入网络", en="reading the network")


def run_annotate(chosen) -> int:
    """Write the file, and tell what is in it."""
    from shapealg.adapters.onnx_annotated import annotated

    output = Path(chosen.output)
    with progress(chosen, READING):
        shapes = None if chosen.input is None else [spoken.shape(given) for given in chosen.input]
        made = annotated(chosen.model, shapes, chosen.multiples)
    _beside(chosen, made, output)
    write_aside(output, made.model.SerializeToString(deterministic=True))
    told = {
        "output": str(output),
        "shapes": made.shapes,
        "corrected": made.corrected,
        "accepts": {name: those.en for name, those in made.accepts.items()},
    }
    many = len(made.shapes)
    lines = [
        Text(zh=f"{output}：{many} 个张量的形状", en=f"{output}: shapes of {many} tensors"),
        *(
            Text(zh=f"{name}：{those.zh}", en=f"{name}: {those.en}")
            for name, those in made.accepts.items()
        ),
        *(_corrected(name, before, made.shapes[name]) for name, before in made.corrected.items()),
    ]
    tell(chosen, told, [line[chosen.lang] for line in lines])
    return 0


def _corrected(name: str, before: list, shape: list) -> Text:
    said, given = shape_told(before), shape_told(shape)
    return Text(
        zh=f"{name}：文件写的是 {said}，实为 {given}",
        en=f"{name}: the file said {said}, it is {given}",
    )


def _beside(chosen, made, output: Path) -> None:
    """Refuse a folder in which external data would not be found."""
    outside = [t for t in made.model.graph.initializer if t.data_location == t.EXTERNAL]
    home = Path(chosen.model).resolve().parent
    if outside and output.resolve().parent != home:
        raise ShapeError(
            Text(
                zh="权重在别的文件里，须写到同一个文件夹",
                en="weights lie in another file: the same folder is needed",
            ),
            Received(str(output)),
            Text(zh=f"例如 {home / output.name}", en=f"for example {home / output.name}"),
        )
