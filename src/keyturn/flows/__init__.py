"""What a flow is: its document, values and references, types and conversion, and the checker.

This room imports nothing else of Keyturn. Cards and connectors fill its ``CardSpec`` and ``Catalogue``;
everything that reads a flow (engine, designer, importer, API) reads it through these types.
"""
