"""What no mail, no subject and no push message may say: ordinary messages are read by others."""

import re
from functools import cache

from conditions import library

# Dutch puts words together, so that the stems count wherever they stand.
STEMS = (
    "pain pijn heup crutch kruk diagnos deteriorat verslechter alarm necro osteo prosthe prothes "
    "surger operati patient patiënt physio fysio rollator painkiller symptom symptoom ziek illness "
    "disease aandoening medic medicijn hospital rehab revalid wandelstok rolstoel wheelchair "
    "fracture breuk botten arthr gewricht exercise oefening milestone mijlpaal kinesi behandel"
).split()
WORDS = "hip hips cure alert bot bone bones joint leg legs benen arts".split()
# Words of conditions' names and synonyms that anybody uses for anything.
ORDINARY = set(
    "een het the and van der den met with after before from voor door head total part partial new "
    "nieuwe hele half between tussen back down dying coming gives little other under".split()
)


@cache
def of_conditions() -> frozenset[str]:
    """The words of the names and synonyms of every condition of the library, in both languages."""
    found = set()
    for condition in library.read().conditions:
        texts = [*condition["name"].values(), *(condition.get("synonyms") or {}).values()]
        found |= set(re.findall(r"\w{3,}", " ".join(texts).lower()))
    return frozenset(found - ORDINARY)


def told_in(text: str, *names: str) -> set[str]:
    """What a text says of health or of somebody by name; nothing, for a good one."""
    lower = text.lower().replace("hiptrack", "")
    words = set(re.findall(r"\w+", lower))
    found = {stem for stem in STEMS if stem in lower}
    found |= words & (set(WORDS) | of_conditions())
    return found | {name for name in names if name.lower() in lower}
