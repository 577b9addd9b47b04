"""The enterprise extension of users as the pretend SCIM application takes it.

Source: RFC 7643, 4.3: id and address of a manager are recommended, and clients usually send the id alone. scim2_models
requires both.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from scim2_models import URN, CaseExact, ComplexAttribute, Extension, Mutability, Reference, User

from keyturn.sandbox.scim.seed import ENTERPRISE


class Manager(ComplexAttribute):
    """Who leads somebody."""

    value: Annotated[str | None, CaseExact.true] = None
    """The id of the SCIM resource representing the User's manager."""

    ref: Annotated[Reference[User[Any]] | None, Field(serialization_alias="$ref", validation_alias="$ref")] = None
    """The URI of the SCIM resource representing the User's manager."""

    display_name: Annotated[str | None, Mutability.read_only] = None
    """The displayName of the User's manager."""


class EnterpriseUser(Extension):
    """Enterprise User."""

    __schema__ = URN(ENTERPRISE)

    employee_number: str | None = None
    """Identifies the person within the organization."""

    cost_center: str | None = None
    """Identifies the name of a cost center."""

    organization: str | None = None
    """Identifies the name of an organization."""

    division: str | None = None
    """Identifies the name of a division."""

    department: str | None = None
    """Identifies the name of a department."""

    manager: Manager | None = None
    """The User's manager."""
