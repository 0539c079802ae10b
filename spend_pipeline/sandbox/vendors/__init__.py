"""Every vendor of the sandbox, one file each, in the order of the project's own list."""

from spend_pipeline.sandbox.vendor import Vendor
from spend_pipeline.sandbox.vendors.cerebras import CEREBRAS
from spend_pipeline.sandbox.vendors.cohere import COHERE
from spend_pipeline.sandbox.vendors.fal_ai import FAL_AI
from spend_pipeline.sandbox.vendors.google_ai import GOOGLE_AI
from spend_pipeline.sandbox.vendors.groq import GROQ
from spend_pipeline.sandbox.vendors.mistral import MISTRAL
from spend_pipeline.sandbox.vendors.openrouter import OPENROUTER
from spend_pipeline.sandbox.vendors.together import TOGETHER

VENDORS: tuple[Vendor, ...] = (
    OPENROUTER,
    MISTRAL,
    COHERE,
    GROQ,
    CEREBRAS,
    FAL_AI,
    GOOGLE_AI,
    TOGETHER,
)
