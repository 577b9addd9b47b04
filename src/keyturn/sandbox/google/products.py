"""Products of Google and their SKUs, by the ids that Google lists: each SKU with the name of its product and its own.

Source: https://developers.google.com/workspace/admin/licensing/v1/how-tos/products.
"""

from __future__ import annotations

PRODUCT = "Google-Apps"
_WORKSPACE, _ARCHIVED = "Google Workspace", "Google Workspace Archived User"
_VOICE, _GEMINI, _SHEETS = "Google Voice", "Gemini", "AppSheet"
_EDUCATION, _STORAGE = "Google Workspace for Education", "Google Drive storage"


def _of(product: str, skus: dict[str, str]) -> dict[str, tuple[str, str]]:
    return {sku: (product, name) for sku, name in skus.items()}


PRODUCTS: dict[str, dict[str, tuple[str, str]]] = {
    PRODUCT: _of(
        _WORKSPACE,
        {
            "1010020020": "Google Workspace Enterprise Plus",
            "1010020025": "Google Workspace Business Plus",
            "1010020026": "Google Workspace Enterprise Standard",
            "1010020027": "Google Workspace Business Starter",
            "1010020028": "Google Workspace Business Standard",
            "1010020029": "Google Workspace Enterprise Starter",
            "1010020030": "Google Workspace Frontline Starter",
            "1010020031": "Google Workspace Frontline Standard",
            "1010020034": "Google Workspace Frontline Plus",
            "1010060001": "Google Workspace Essentials",
            "1010060003": "Google Workspace Enterprise Essentials",
            "1010060005": "Google Workspace Enterprise Essentials Plus",
            "Google-Apps-Unlimited": "G Suite Business",
            "Google-Apps-For-Business": "G Suite Basic",
            "Google-Apps-Lite": "G Suite Lite",
        },
    ),
    "Google-Vault": _of(
        "Google Vault",
        {"Google-Vault": "Google Vault", "Google-Vault-Former-Employee": "Google Vault - Former Employee"},
    ),
    # what keeps the data of somebody who has left
    "101034": _of(
        _ARCHIVED,
        {
            "1010340001": "Google Workspace Enterprise Plus - Archived User",
            "1010340002": "G Suite Business - Archived User",
            "1010340003": "Google Workspace Business Plus - Archived User",
            "1010340004": "Google Workspace Enterprise Standard - Archived User",
            "1010340005": "Google Workspace Business Starter - Archived User",
            "1010340006": "Google Workspace Business Standard - Archived User",
        },
    ),
    "Google-Drive-storage": _of(
        _STORAGE,
        {
            f"Google-Drive-storage-{size}": f"Google Drive storage {size}"
            for size in ("20GB", "50GB", "200GB", "400GB", "1TB", "2TB", "4TB", "8TB", "16TB")
        },
    ),
    "101033": _of(
        _VOICE,
        {
            "1010330002": "Google Voice Premier",
            "1010330003": "Google Voice Starter",
            "1010330004": "Google Voice Standard",
        },
    ),
    "101047": _of(
        _GEMINI,
        {
            "1010470001": "Gemini Enterprise",
            "1010470002": "Gemini Labs",
            "1010470003": "Gemini Business",
            "1010470006": "Gemini Security",
            "1010470007": "Gemini Meet",
            "1010470008": "AI Ultra Access",
            "1010470009": "AI Expanded Access",
        },
    ),
    "101038": _of(
        _SHEETS,
        {
            "1010380001": "AppSheet Core",
            "1010380002": "AppSheet Enterprise Standard",
            "1010380003": "AppSheet Enterprise Plus",
        },
    ),
    "101001": _of("Cloud Identity", {"1010010001": "Cloud Identity"}),
    "101005": _of("Cloud Identity Premium", {"1010050001": "Cloud Identity Premium"}),
    "101031": _of(
        _EDUCATION,
        {
            "1010310003": "Google Workspace for Education Plus - Legacy (Student)",
            "1010310005": "Google Workspace for Education Standard",
            "1010310008": "Google Workspace for Education Plus",
        },
    ),
}
