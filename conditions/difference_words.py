"""The differences between two versions as sentences, in the active language."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from conditions import naming
from conditions.differences import Code, Difference
from conditions.naming import Names, in_language, label
from conditions.shapes import LANGUAGES

Params = Mapping[str, Any]


def sentences(differences: Iterable[Difference], names: Names | None = None) -> list[str]:
    """A sentence for each difference, in their order.

    `names` are those of activities, questions, sources and stages; without them the stored
    ones are looked up.
    """
    differences = tuple(differences)
    if names is None:
        names = naming.stored_names() if differences else {}
    return [_sentence(difference, names) for difference in differences]


def _sentence(difference: Difference, names: Names) -> str:
    params = difference.params
    what = naming.thing(params["kind"], params["item"], names, switches=params.get("switches"))
    told = WORDS[difference.code](params, what, names)
    if params["phase"] is None or params["kind"] == "phases":
        return capfirst(told)
    return _("Phase %(phase)s: %(what)s") % {"phase": params["phase"], "what": told}


def _added(params: Params, what: str, _names: Names) -> str:
    rule = params["item"].get("rule")
    if rule:
        return _("%(what)s is new, as “%(rule)s”.") % {"what": what, "rule": label(rule)}
    return _("%(what)s is new.") % {"what": what}


def _removed(_params: Params, what: str, _names: Names) -> str:
    return _("%(what)s is taken out.") % {"what": what}


def _moved(params: Params, what: str, names: Names) -> str:
    if params["after"] is None:
        return _("%(what)s now comes first.") % {"what": what}
    switches = params.get("switches")
    after = naming.thing(params["kind"], params["after"], names, switches=switches)
    return _("%(what)s now comes after %(after)s.") % {"what": what, "after": after}


def _reworded(params: Params, what: str, _names: Names) -> str:
    old, new = in_language(params["old"]), in_language(params["new"])
    # Quoted within a sentence of ours, a text does not end with its own full stop.
    quoted = {"old": old.removesuffix("."), "new": new.removesuffix(".")}
    words = {"what": what, "key": naming.KEYS[params["key"]]} | quoted
    if old == new:
        changed = [each for each in LANGUAGES if params["old"][each] != params["new"][each]]
        words["language"] = naming.LANGUAGE_NAMES[changed[0]]
        return _("%(what)s: %(key)s is worded anew in %(language)s.") % words
    if not old:
        return _("%(what)s: %(key)s is new: “%(new)s”.") % words
    if not new:
        return _("%(what)s: %(key)s is taken out. It was “%(old)s”.") % words
    return _("%(what)s: %(key)s is now “%(new)s”. It was “%(old)s”.") % words


def _rule(params: Params, what: str, _names: Names) -> str:
    words = {"what": what, "old": label(params["old"]), "new": label(params["new"])}
    return _("%(what)s moves from “%(old)s” to “%(new)s”.") % words


def _minutes(params: Params, what: str, _names: Names) -> str:
    old, new = params["old"], params["new"]
    words = {"what": what, "old": old, "new": new}
    if new is None:
        return _("%(what)s no longer has a most in minutes. It was %(old)s a day.") % words
    if old is None:
        text = ngettext(
            "%(what)s now has a most of %(new)s minute a day.",
            "%(what)s now has a most of %(new)s minutes a day.",
            new,
        )
        return text % words
    text = ngettext(
        "%(what)s goes from %(old)s to %(new)s minute a day at most.",
        "%(what)s goes from %(old)s to %(new)s minutes a day at most.",
        new,
    )
    return text % words


def _switch(params: Params, what: str, names: Names) -> str:
    item = {key: value for key, value in params["item"].items() if key != "switch"}
    words = {"what": naming.thing(params["kind"], item, names)}
    if params["new"] is None:
        return _("%(what)s now holds for everybody.") % words
    words["switch"] = naming.switch_name(params["new"], params.get("switches"))
    return _("%(what)s now holds only with “%(switch)s”.") % words


def _level(params: Params, what: str, _names: Names) -> str:
    def said(level: str | None, percent: int | None) -> str:
        return label(level) if percent is None else f"{label(level)} ({percent} %)"

    words = {"what": what, "old": said(*params["old"]), "new": said(*params["new"])}
    return _("%(what)s goes from “%(old)s” to “%(new)s”.") % words


def _percent(params: Params, what: str, _names: Names) -> str:
    words = {"what": what, "old": label(params["old"]), "new": label(params["new"])}
    return _("%(what)s goes from %(old)s to %(new)s %% of body weight.") % words


def _aids(params: Params, _what: str, _names: Names) -> str:
    words = {"old": label(params["old"]), "new": label(params["new"])}
    return _("the walking aids are now: %(new)s. They were: %(old)s.") % words


def _pain_limit(params: Params, _what: str, _names: Names) -> str:
    old, new = params["old"], params["new"]
    words = {"channel": label(params["key"]), "old": old, "new": new}
    if new is None:
        return _("%(channel)s no longer has a limit. It was %(old)s.") % words
    if old is None:
        return _("%(channel)s now has a limit of %(new)s.") % words
    return _("the limit for %(channel)s goes from %(old)s to %(new)s.") % words


def _window(params: Params, what: str, _names: Names) -> str:
    def days(first: int, last: int | None) -> str:
        if last is None:
            return _("day %(first)s and on") % {"first": first}
        return _("day %(first)s to %(last)s") % {"first": first, "last": last}

    words = {"what": what, "old": days(*params["old"]), "new": days(*params["new"])}
    return _("%(what)s is now %(new)s. It was %(old)s.") % words


def _criterion_kind(params: Params, what: str, _names: Names) -> str:
    words = {"what": what, "old": label(params["old"]), "new": label(params["new"])}
    return _("%(what)s is now “%(new)s”. It was “%(old)s”.") % words


def _milestone_days(params: Params, what: str, _names: Names) -> str:
    words = {"what": what}
    for when in ("old", "new"):
        words[when] = "–".join(map(str, params[when]))
    return _("%(what)s: early, typical and late are now day %(new)s. They were %(old)s.") % words


def _milestone_phase(params: Params, what: str, _names: Names) -> str:
    words = {"what": what, "phase": params["new"]}
    if params["new"] is None:
        return _("%(what)s belongs to no phase any more.") % words
    return _("%(what)s now belongs to phase %(phase)s.") % words


def _switch_default(params: Params, what: str, _names: Names) -> str:
    if params["new"]:
        return _("%(what)s is now on unless told otherwise.") % {"what": what}
    return _("%(what)s is now off unless told otherwise.") % {"what": what}


def _curve(_params: Params, what: str, _names: Names) -> str:
    return _("%(what)s has other points.") % {"what": what}


def _asked(params: Params, _what: str, names: Names) -> str:
    return _("the log now asks: “%(question)s”.") % {"question": _question(params, names)}


def _no_longer_asked(params: Params, _what: str, names: Names) -> str:
    return _("the log no longer asks: “%(question)s”.") % {"question": _question(params, names)}


def _question(params: Params, names: Names) -> str:
    return names.get("questions", {}).get(params["question"], params["question"])


def _channels(params: Params, _what: str, _names: Names) -> str:
    words = {"old": label(params["old"]), "new": label(params["new"])}
    return _("the pain that the log asks is now: %(new)s. It was: %(old)s.") % words


def _stages(params: Params, what: str, names: Names) -> str:
    words = {"what": what} | _listed(params, names.get("stages", {}))
    return _("%(what)s is now for: %(new)s. It was for: %(old)s.") % words


def _anchor(params: Params, _what: str, _names: Names) -> str:
    words = {"old": label(params["old"]), "new": label(params["new"])}
    return _("day 0 is now: %(new)s. It was: %(old)s.") % words


def _brisk_shift(params: Params, _what: str, _names: Names) -> str:
    if params["new"]:
        return _("three days of a clear rise in pain are now important.")
    return _("three days of a clear rise in pain are no longer important.")


def _provenance(params: Params, what: str, _names: Names) -> str:
    words = {"what": what, "old": label(params["old"]), "new": label(params["new"])}
    return _("%(what)s: where it comes from is now: %(new)s. It was: %(old)s.") % words


def _sources(params: Params, what: str, names: Names) -> str:
    words = {"what": what} | _listed(params, names.get("sources", {}))
    return _("%(what)s: the sources are now: %(new)s. They were: %(old)s.") % words


def _listed(params: Params, names: Mapping[str, str]) -> dict[str, str]:
    return {
        when: "; ".join(names.get(key, key) for key in params[when] or ()) or "–"
        for when in ("old", "new")
    }


def _changed(params: Params, what: str, _names: Names) -> str:
    key = str(naming.KEYS.get(params["key"], params["key"]))
    words = {"what": what, "key": key, "old": label(params["old"]), "new": label(params["new"])}
    return _("%(what)s: %(key)s is now “%(new)s”. It was “%(old)s”.") % words


WORDS: dict[Code, Callable[[Params, str, Names], str]] = {
    Code.ADDED: _added,
    Code.REMOVED: _removed,
    Code.MOVED: _moved,
    Code.REWORDED: _reworded,
    Code.RULE: _rule,
    Code.MINUTES: _minutes,
    Code.DOSE: _reworded,
    Code.SWITCH: _switch,
    Code.LEVEL: _level,
    Code.PERCENT: _percent,
    Code.AIDS: _aids,
    Code.PAIN_LIMIT: _pain_limit,
    Code.WINDOW: _window,
    Code.CRITERION_KIND: _criterion_kind,
    Code.MILESTONE_DAYS: _milestone_days,
    Code.MILESTONE_PHASE: _milestone_phase,
    Code.SWITCH_DEFAULT: _switch_default,
    Code.CURVE: _curve,
    Code.ASKED: _asked,
    Code.NO_LONGER_ASKED: _no_longer_asked,
    Code.CHANNELS: _channels,
    Code.STAGES: _stages,
    Code.ANCHOR: _anchor,
    Code.BRISK_SHIFT: _brisk_shift,
    Code.PROVENANCE: _provenance,
    Code.SOURCES: _sources,
    Code.CHANGED: _changed,
}
