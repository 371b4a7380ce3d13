"""Answers what is known of a procedure, and what an outside record of one says and lacks."""

from motcua.core.catalogue.content import (
    Component,
    ComponentGroup,
    Fee,
    LegalBasis,
    Method,
    ProcedureContent,
    with_online,
)

__all__ = ["Component", "ComponentGroup", "Fee", "LegalBasis", "Method", "ProcedureContent", "with_online"]
