"""The words of a declaration: what each kind of text may be, and the sentence where it is not."""

import re
from ipaddress import ip_address
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from spend_pipeline.declared.pointer import Pointer
from spend_pipeline.declared.template import Template

NAME = r"[a-z][a-z0-9_]{0,63}"  # a provider's is a partition's too, and stands in the endpoint's query


def _matching(pattern: str, otherwise: str) -> AfterValidator:
    """Text that a pattern matches whole; the sentence goes on from the field's name."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(otherwise)
        return text

    return AfterValidator(check)


def _origin(text: str) -> str:
    if _address(text).path:
        raise ValueError("is not a host alone, such as https://billing.example.com")
    return text


def _base_url(text: str) -> str:
    _address(text)
    return text.rstrip("/")


def _address(text: str) -> Any:
    """The parts of an address that a key may be sent to."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port  # the port is read for its error
    except ValueError:
        host = None
    if not host or set("@?#{} \\") & set(text) or not text.isascii():
        raise ValueError("is not an address of the form https://api.example.com")
    if parts.scheme != "https" and not (parts.scheme == "http" and _is_loopback(host)):
        raise ValueError("is not https, and a key that travels otherwise can be read on its way")
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _path(text: str) -> str:
    if not text.startswith("/"):
        raise ValueError("does not start with '/'")
    if set("?#") & set(text):
        raise ValueError("holds '?' or '#': parameters go into `params`")
    return text


def _pointer(text: Any) -> Any:
    return Pointer(text) if isinstance(text, str) else text


def _template(text: Any) -> Any:
    return Template.parsed(text) if isinstance(text, str) else text


def _json(value: Any) -> Any:
    """A TOML value as JSON, its texts as templates."""
    match value:
        case str():
            return Template.parsed(value)
        case dict():
            return {name: _json(part) for name, part in value.items()}
        case list():
            return [_json(part) for part in value]
        case bool() | int():
            return value
    raise ValueError("holds what a body cannot be sure to send as written: use text, whole numbers, true, false")


Text = Annotated[str, _matching(r"\S(.*\S)?", "is empty, or starts or ends with a space, or has several lines")]
Name = Annotated[str, _matching(NAME, "is not a lower-case word such as my_vendor")]
HeaderName = Annotated[str, _matching(r"[A-Za-z][A-Za-z0-9-]*", "is not the name of a header")]
HeaderText = Annotated[str, _matching(r"[!-~]([ -~]*[!-~])?", "is not what a header can hold")]
Currency = Annotated[str, _matching(r"[A-Z]{3}", "is not a currency's three capital letters, such as USD")]
Unit = Annotated[str, _matching(r"[a-z]{4,20}", "is not one lower-case word of 4 to 20 letters, such as credits")]
BaseUrl = Annotated[str, AfterValidator(_base_url)]
Origin = Annotated[str, AfterValidator(_origin)]
Path = Annotated[Template, BeforeValidator(lambda text: _template(_path(text) if isinstance(text, str) else text))]
Place = Annotated[Pointer, BeforeValidator(_pointer)]
Filled = Annotated[Template, BeforeValidator(_template)]
Body = Annotated[Any, BeforeValidator(_json)]
