"""Numbers exactly as a database or a program wrote them.

A number is an `int`, a `float` whose shortest form is what was written, or else a `Decimal`: most values stay what
every library understands, and none loses a digit. JSON carries numbers as doubles, so what a double cannot hold
travels as `{"number": "20260115093000124"}`.
"""

from __future__ import annotations

import math
import re
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from typing import Annotated, Any, TypeAlias, TypeGuard

from pydantic import BeforeValidator, PlainSerializer, ValidatorFunctionWrapHandler, WrapValidator

Number: TypeAlias = int | float | Decimal
Scalar: TypeAlias = bool | int | float | Decimal | str | None

FORM = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d{1,6})?"
_NUMBER = re.compile(FORM, re.ASCII)
LARGEST_EXACT = 2**53 - 1  # beyond it doubles skip whole numbers
_MOST_DIGITS = 300  # of an int; Python converts longer ones slowly, or not at all
_MOST_PLACES = 200_000  # before or after the point; PostgreSQL's numbers have 131,072
_UNROUNDED = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)
_TAG = "number"


def parse_number(text: str) -> Number | None:
    """Returns the finite number that the whole text represents: "62", "+12", ".75", "9.6e-06", "1E5"; None if
    it is not a number.
    """
    if not (found := _NUMBER.fullmatch(text.strip())):
        return None
    number = Decimal(found[0])
    return _simplest(number) if _is_sane(number) else None


def number_in_json(text: str) -> Number:
    """For `json.loads`: a number in JSON. Raises ValueError for unusable ones, like 1e9999999."""
    number = Decimal(text)
    if not _is_sane(number):
        raise ValueError(f"a number of more than {_MOST_PLACES:,} places")
    return _simplest(number)


def _is_sane(number: Decimal) -> bool:
    return abs(number.adjusted()) <= _MOST_PLACES


def is_number(value: Any) -> TypeGuard[Number]:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def exactly(number: Number) -> Decimal:
    """The exact decimal, to compare and to round: 0.1 is one tenth."""
    return Decimal(repr(number)) if isinstance(number, float) else Decimal(number)


def times(number: Number, factor: Decimal) -> Number:
    """The exact product, whatever the number of digits."""
    return _simplest(_UNROUNDED.multiply(exactly(number), factor))


def _simplest(number: Decimal) -> Number:
    if number.adjusted() < _MOST_DIGITS and number == number.to_integral_value():
        return int(number)
    return float(number) if is_double(number) else number


def is_double(number: int | Decimal) -> bool:
    """Whether a double, as printed, equals this number."""
    try:
        double = float(number)
    except OverflowError:
        return False
    return math.isfinite(double) and Decimal(repr(double)) == number


def tagged(number: int | Decimal) -> dict[str, str]:
    """The JSON of a number that no double can represent."""
    return {_TAG: str(Decimal(number))}


def _to_json(value: Scalar) -> Any:
    if isinstance(value, Decimal) or (isinstance(value, int) and abs(value) > LARGEST_EXACT):
        return tagged(value)
    return value


def _from_json(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {_TAG} and isinstance(value[_TAG], str):
        return parse_number(value[_TAG])
    if isinstance(value, Decimal) and value.is_finite():
        return _simplest(value)
    return _simplest(Decimal(value)) if type(value) is int else value


def _as_it_is(value: Any, handler: ValidatorFunctionWrapHandler) -> Scalar:
    """Unchanged: pydantic tries an int first, and takes seconds to convert 1e999999."""
    value = _from_json(value)
    if isinstance(value, Decimal) and value.is_finite():
        return value
    scalar: Scalar = handler(value)
    return scalar


def _count(value: Any) -> Any:
    """Raises ValueError for a number so long that converting it to an int would take seconds."""
    found = _from_json(value)
    if isinstance(found, Decimal):
        raise ValueError("expected a whole number of a sane size")  # noqa: TRY004  it is data
    return found


ExactScalar = Annotated[Scalar, WrapValidator(_as_it_is), PlainSerializer(_to_json, when_used="json")]
ExactCount = Annotated[int, BeforeValidator(_count), PlainSerializer(_to_json, when_used="json")]
