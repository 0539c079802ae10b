"""The providers, written out: the order is the order of Dagster's partitions. A new one is a file and a line here."""

from spend_pipeline.providers.cerebras import CEREBRAS
from spend_pipeline.providers.cohere import COHERE
from spend_pipeline.providers.declaration import Provider
from spend_pipeline.providers.fal_ai import FAL_AI
from spend_pipeline.providers.google_ai import GOOGLE_AI
from spend_pipeline.providers.groq import GROQ
from spend_pipeline.providers.mistral import MISTRAL
from spend_pipeline.providers.openrouter import OPENROUTER
from spend_pipeline.providers.together import TOGETHER

PROVIDERS: dict[str, Provider] = {
    provider.name: provider
    for provider in (
        OPENROUTER,
        MISTRAL,
        COHERE,
        GROQ,
        CEREBRAS,
        FAL_AI,
        GOOGLE_AI,
        TOGETHER,
    )
}
