"""What every description is: a frozen model that says no in our words."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ModelWrapValidatorHandler, ValidationError, model_validator

from rhizolith.errors import InputError, Problem


class Frozen(BaseModel):
    """A frozen pydantic model; anything wrong raises InputError with every problem."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=False)

    @model_validator(mode="wrap")
    @classmethod
    def _in_our_words(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler(data)
        except ValidationError as error:
            where = cls.__name__.lower()
            found = [
                Problem(where, f"{'.'.join(str(x) for x in e['loc'])}: {e['msg'].lower()}") for e in error.errors()
            ]
            raise InputError(found) from None
