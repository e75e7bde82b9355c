"""Write a bundled data set as a folder of classes with a manifest.

python -m images.bundled closeups DIR
"""

import argparse
import csv
import sys
from pathlib import Path

from images.bundled import BUNDLED, BundledSet
from images.normalising import encode_png


def write_folder(bundled: BundledSet, *, folder: Path) -> int:
    """Write CLASS/NAME.png and manifest.csv; answers how many pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    written = 0
    with (folder / "manifest.csv").open("w", encoding="utf-8", newline="") as stream:
        manifest = csv.writer(stream, lineterminator="\n")
        manifest.writerow(("file", "label", "group", "split"))
        for picture in bundled.make_pictures():
            file = Path(picture.label, f"{picture.name}.png")
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_bytes(encode_png(picture.pixels))
            manifest.writerow(
                (file.as_posix(), picture.label, picture.group, picture.split)
            )
            written += 1
    return written


def main(arguments: list[str]) -> None:
    """Read the command line and write the folder."""
    parser = argparse.ArgumentParser(prog="python -m images.bundled")
    parser.add_argument("dataset", choices=sorted(BUNDLED))
    parser.add_argument("folder", type=Path)
    options = parser.parse_args(arguments)
    written = write_folder(BUNDLED[options.dataset], folder=options.folder)
    sys.stdout.write(f"{written} pictures in {options.folder}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
