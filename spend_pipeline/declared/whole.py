"""What the parts of a declaration say of each other: names must be there, and the key must stay in its header."""

from collections.abc import Iterator

from spend_pipeline.declared.form import Call, Form
from spend_pipeline.declared.template import MOMENTS, templates_in

Place = tuple[str | int, ...]


def disagreements(form: Form) -> Iterator[tuple[Place, str]]:
    """Where the parts disagree, and the rest of a sentence that starts with the field there."""
    names = [credential.name for credential in form.credentials]
    for number, name in enumerate(names):
        if name in names[:number]:
            yield ("credentials", number, "name"), f"is '{name}' a second time"
        if name in MOMENTS:
            yield ("credentials", number, "name"), f"is '{name}', which in a placeholder is a moment"
    if form.key not in names:
        yield ("auth", "credential"), f"names '{form.key}', which is none of the credentials: {', '.join(names)}"
    given: set[str] = set()
    for number, call in enumerate(form.calls):
        yield from (((*("calls", number), *place), what) for place, what in _of_call(call, form, set(names)))
        for figure in call.gives:
            if figure in given:
                place = figure if getattr(call, figure) else "days"
                yield ("calls", number, place), f"gives {figure}, which is given already"
            given.add(figure)


def _of_call(call: Call, form: Form, names: set[str]) -> Iterator[tuple[Place, str]]:
    if call.host is not None and call.host not in form.hosts:
        yield ("host",), f"is '{call.host}', which is none of `hosts`"
    signed = (form.auth.header or "Authorization").lower()
    for header in call.headers:
        if header.lower() == signed:
            yield ("headers", header), "is the header that the key travels in"
    places = [(("path",), call.path), *((("params", name), text) for name, text in call.params.items())]
    places += [(("body",), text) for text in templates_in(call.body)]
    for place, template in places:
        for name in sorted(template.credentials):
            if name == form.key:
                yield (
                    place,
                    f"holds the key '{name}', which travels in a header only: elsewhere it could leak",
                )
            elif name not in names:
                yield (
                    place,
                    f"has the placeholder '{name}', which is no credential and none of {', '.join(MOMENTS)}",
                )
