"""Leave out of a style sheet what no page can use.

Bootstrap has rules for two thousand classes; our pages use some sixty. What a phone has to fetch
before it can draw anything is what is left here.

Pure: text in, text out.
"""

import re
from collections.abc import Collection, Iterator

_WORD = re.compile(r"[A-Za-z_][\w-]*")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ESCAPED = re.compile(r"\\.")
_NAMED = re.compile(r"[.#]([A-Za-z_][\w-]*)|\[\s*([A-Za-z_][\w-]*)")
_MOTION = re.compile(r"@(?:-\w+-)?keyframes\s+([\w-]+)")
# Rules of these hold other rules; of all other at-rules the inside belongs to them.
_NESTING = ("@media", "@supports", "@layer", "@container")


def words_of(*texts: str) -> set[str]:
    """All words that could be the name of a class, wherever in the text they stand."""
    return {word for text in texts for word in _WORD.findall(text)}


def prune(sheet: str, words: Collection[str]) -> str:
    """The sheet with only the rules whose classes, ids and attributes are all among the words.

    Comments go too. A selector that names nothing (`body`, `:root`) always stays.
    """
    kept = "".join(_kept(_COMMENT.sub("", sheet), words))
    used = words_of(*(body for head, body in _parts(kept) if not _MOTION.match(head)))
    return "".join(
        _written(head, body)
        for head, body in _parts(kept)
        if not (motion := _MOTION.match(head)) or motion[1] in used
    )


def _kept(sheet: str, words: Collection[str]) -> Iterator[str]:
    for head, body in _parts(sheet):
        if head.startswith(_NESTING):
            inside = "".join(_kept(body, words))
            if inside:
                yield _written(head, inside)
        elif head.startswith("@"):
            yield _written(head, body)
        elif selectors := [each for each in _selectors(head) if _is_used(each, words)]:
            yield _written(",".join(selectors), body)


def _parts(sheet: str) -> Iterator[tuple[str, str]]:
    """What stands before each outermost pair of braces, and what stands between them.

    A statement without braces (`@charset "UTF-8";`) comes with an empty body.
    """
    depth, start, head = 0, 0, ""
    for found in re.finditer(r'"[^"]*"|\'[^\']*\'|[{};]', sheet):
        mark, end = found[0], found.end()
        if mark == "{":
            if depth == 0:
                head, start = sheet[start : end - 1].strip(), end
            depth += 1
        elif mark == "}":
            depth -= 1
            if depth == 0:
                yield head, sheet[start : end - 1]
                start = end
        elif mark == ";" and depth == 0:
            yield sheet[start : end - 1].strip(), ""
            start = end


def _written(head: str, body: str) -> str:
    return f"{head}{{{body}}}" if body else (f"{head};" if head.startswith("@") else "")


def _selectors(head: str) -> list[str]:
    """The selectors of a list; a comma within brackets belongs to its selector."""
    return [each.strip() for each in re.split(r",(?![^(]*\))", head)]


def _is_used(selector: str, words: Collection[str]) -> bool:
    bare = re.sub(r":not\([^)]*\)", "", _ESCAPED.sub("_", selector))
    return all((one or other) in words for one, other in _NAMED.findall(bare))
