"""The command line under test, and what it prints."""

import json
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
JAR = HERE.parents[3] / "aligner-examples" / "target" / "aligner.jar"
END = "\0"
NOT_OURS = ("max_new_tokens",)


class CommandFailed(Exception):
    """The command could not use the model or the options; the text is what it printed."""


class Cli:
    """One process that runs many command lines."""

    def __init__(self):
        self._classes = tempfile.TemporaryDirectory()
        subprocess.run(["javac", "-d", self._classes.name, "-cp", str(JAR),
                        str(HERE / "parity_driver" / "WarmCommands.java")], check=True)
        self._process = subprocess.Popen(
            ["java", "-Xmx1g", "-cp", f"{self._classes.name}:{JAR}", "dev.aligner.examples.cli.WarmCommands"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8")

    def generate(self, folder: Path, prompts: list, options: dict) -> list:
        """What `generate --batch` prints, one object for each prompt."""
        batch = Path(self._classes.name) / "batch.jsonl"
        batch.write_text("".join(json.dumps({"input_ids": list(ids)}) + "\n" for ids in prompts))
        code, text = self._run(["generate", "--model", str(folder), "--batch", str(batch), "--json",
                                *arguments(options)])
        lines = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        if code != 0 or len(lines) != len(prompts):
            raise CommandFailed(text.strip())
        return lines

    def _run(self, args: list) -> tuple:
        self._process.stdin.write(json.dumps(args) + "\n")
        self._process.stdin.flush()
        text = ""
        while True:
            line = self._process.stdout.readline()
            if not line:
                raise RuntimeError("the command line's process ended: " + text)
            text += line
            if END in line:
                text, code = text.rsplit(END, 1)
                return int(code), text


def arguments(options: dict) -> list:
    """The options of transformers' generate as those of the command line."""
    args = []
    for name, value in options.items():
        flag = "--" + name.replace("_", "-")
        if isinstance(value, bool) and name != "early_stopping":
            args.append(flag if value else "--no-" + flag[2:])
        elif name == "stop_strings":
            args += [part for text in value for part in (flag, text)]
        elif name in ("bad_words_ids", "sequence_bias"):
            args += [flag, json.dumps(value)]
        elif isinstance(value, list):
            args += [flag, ",".join(map(str, value))]
        else:
            args += [flag, str(value).lower()]
    return args
