"""The bundled sample, indexed once."""

from tests.retriever.conftest import sample_path, sample_settings, sample_store  # noqa: F401
