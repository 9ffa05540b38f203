"""A dict whose keys are attributes too: what a loader returns."""

from __future__ import annotations

from typing import Any


class Bunch(dict[str, Any]):
    """A dict that also answers to attributes: ``bunch.data`` is ``bunch["data"]``.

    Parameters
    ----------
    **items : the keys and their values

    Raises
    ------
    AttributeError
        When an attribute is asked for that is no key; the message names the keys.

    Examples
    --------
    >>> from scratchml.datasets import Bunch
    >>> flowers = Bunch(petals=5)
    >>> flowers.colour = "blue"
    >>> flowers["colour"], flowers.petals
    ('blue', 5)
    """

    def __init__(self, **items: Any) -> None:
        super().__init__(items)

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"this Bunch has no {name!r}; it has {', '.join(map(str, self))}.") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self[name]
        except KeyError:
            raise AttributeError(f"this Bunch has no {name!r}; it has {', '.join(map(str, self))}.") from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self]

    def copy(self) -> Bunch:
        """Return a shallow copy that is a Bunch again."""
        return Bunch(**self)
