"""Findings of the rules between documents, made when asked for: they change with what else is held."""

from __future__ import annotations

from collections.abc import Sequence

from indexer.store.reading import StoreReader
from indexer.types import Finding


def findings_across(store: StoreReader, wanted: Sequence[str]) -> tuple[Finding, ...]:
    """Findings of the rules between documents that speak of one of those wanted. Only documents of the same bodies
    are opened, so that checking one does not slow down with what else is held."""
    from indexer.checks import check_across, identities_to_findings
    from indexer.metadata import are_related

    held = store.documents()
    asked = [info for info in held if info.id in set(wanted)]
    contents = {i.id: store.content(i.id) for i in held if any(are_related(i, one) for one in asked)}
    identities = [
        identity
        for identity in check_across(tuple(contents.values()))
        if not {identity.document, *identity.documents}.isdisjoint(wanted)
    ]
    findings: list[Finding] = []
    for document in dict.fromkeys(identity.document for identity in identities):
        own = tuple(identity for identity in identities if identity.document == document)
        named = {name for identity in own for name in identity.documents} - {document}
        findings += identities_to_findings(
            contents[document], own, [contents[n] for n in sorted(named & set(contents))]
        )
    return tuple(findings)
