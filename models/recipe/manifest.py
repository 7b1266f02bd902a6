"""Writes manifest.json of a bundled model: its files with size and SHA-256.

Run it whenever a file of the model changed; a test of the model's jar compares it with the files.
"""

import argparse
import hashlib
import json
from pathlib import Path


def manifest(directory: Path, name: str, licence: str) -> dict:
    """Describes all files below a model directory except the manifest itself."""
    files = sorted(p for p in directory.rglob("*") if p.is_file() and p.name != "manifest.json")
    return {
        "name": name,
        "licence": licence,
        "files": [
            {
                "path": path.relative_to(directory).as_posix(),
                "size": path.stat().st_size,
                "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            }
            for path in files
        ],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="the folder META-INF/aligner/<name>")
    parser.add_argument("--licence", default="Apache-2.0", help="SPDX identifier")
    arguments = parser.parse_args()
    content = manifest(arguments.directory, arguments.directory.name, arguments.licence)
    target = arguments.directory / "manifest.json"
    target.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    print(f"{target}: {len(content['files'])} files")


if __name__ == "__main__":
    main()
