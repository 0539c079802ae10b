"""The providers that the contract is held against: the built-in ones, and the worked examples of declared ones."""

from spend_pipeline import providers
from spend_pipeline.declared.file import read
from spend_pipeline.house import TOP

EXAMPLES = {
    declared.provider.name: declared.provider
    for declared in map(read, sorted((TOP / "docs" / "examples" / "providers").glob("*.toml")))
}
PROVIDERS = {**providers.PROVIDERS, **EXAMPLES}
