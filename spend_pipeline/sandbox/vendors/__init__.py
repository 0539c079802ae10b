"""Every vendor of the sandbox, one file each, in the order of the project's own list."""

from spend_pipeline.sandbox.vendor import Vendor
from spend_pipeline.sandbox.vendors.ai21 import AI21
from spend_pipeline.sandbox.vendors.anthropic import ANTHROPIC
from spend_pipeline.sandbox.vendors.apify import APIFY
from spend_pipeline.sandbox.vendors.assemblyai import ASSEMBLYAI
from spend_pipeline.sandbox.vendors.aws_bedrock import AWS_BEDROCK
from spend_pipeline.sandbox.vendors.azure_openai import AZURE_OPENAI
from spend_pipeline.sandbox.vendors.baseten import BASETEN
from spend_pipeline.sandbox.vendors.cerebras import CEREBRAS
from spend_pipeline.sandbox.vendors.cloudflare import CLOUDFLARE
from spend_pipeline.sandbox.vendors.cohere import COHERE
from spend_pipeline.sandbox.vendors.deepgram import DEEPGRAM
from spend_pipeline.sandbox.vendors.deepinfra import DEEPINFRA
from spend_pipeline.sandbox.vendors.deepseek import DEEPSEEK
from spend_pipeline.sandbox.vendors.elevenlabs import ELEVENLABS
from spend_pipeline.sandbox.vendors.exa import EXA
from spend_pipeline.sandbox.vendors.fal_ai import FAL_AI
from spend_pipeline.sandbox.vendors.firecrawl import FIRECRAWL
from spend_pipeline.sandbox.vendors.fireworks import FIREWORKS
from spend_pipeline.sandbox.vendors.github_models import GITHUB_MODELS
from spend_pipeline.sandbox.vendors.google_ai import GOOGLE_AI
from spend_pipeline.sandbox.vendors.groq import GROQ
from spend_pipeline.sandbox.vendors.huggingface import HUGGINGFACE
from spend_pipeline.sandbox.vendors.hyperbolic import HYPERBOLIC
from spend_pipeline.sandbox.vendors.litellm import LITELLM
from spend_pipeline.sandbox.vendors.minimax import MINIMAX
from spend_pipeline.sandbox.vendors.mistral import MISTRAL
from spend_pipeline.sandbox.vendors.moonshot import MOONSHOT
from spend_pipeline.sandbox.vendors.novita import NOVITA
from spend_pipeline.sandbox.vendors.nvidia_nim import NVIDIA_NIM
from spend_pipeline.sandbox.vendors.openai import OPENAI
from spend_pipeline.sandbox.vendors.openrouter import OPENROUTER
from spend_pipeline.sandbox.vendors.perplexity import PERPLEXITY
from spend_pipeline.sandbox.vendors.poe import POE
from spend_pipeline.sandbox.vendors.replicate import REPLICATE
from spend_pipeline.sandbox.vendors.requesty import REQUESTY
from spend_pipeline.sandbox.vendors.runpod import RUNPOD
from spend_pipeline.sandbox.vendors.sambanova import SAMBANOVA
from spend_pipeline.sandbox.vendors.serpapi import SERPAPI
from spend_pipeline.sandbox.vendors.siliconflow import SILICONFLOW
from spend_pipeline.sandbox.vendors.stability import STABILITY
from spend_pipeline.sandbox.vendors.tavily import TAVILY
from spend_pipeline.sandbox.vendors.together import TOGETHER
from spend_pipeline.sandbox.vendors.vast_ai import VAST_AI
from spend_pipeline.sandbox.vendors.vercel_ai_gateway import VERCEL_AI_GATEWAY
from spend_pipeline.sandbox.vendors.xai import XAI
from spend_pipeline.sandbox.vendors.zhipu import ZHIPU

VENDORS: tuple[Vendor, ...] = (
    OPENROUTER,
    MISTRAL,
    COHERE,
    GROQ,
    CEREBRAS,
    FAL_AI,
    GOOGLE_AI,
    TOGETHER,
    CLOUDFLARE,
    NVIDIA_NIM,
    FIREWORKS,
    SAMBANOVA,
    HUGGINGFACE,
    GITHUB_MODELS,
    AI21,
    BASETEN,
    ASSEMBLYAI,
    REPLICATE,
    PERPLEXITY,
    OPENAI,
    ANTHROPIC,
    XAI,
    DEEPSEEK,
    MOONSHOT,
    SILICONFLOW,
    ELEVENLABS,
    DEEPGRAM,
    STABILITY,
    POE,
    RUNPOD,
    VAST_AI,
    NOVITA,
    HYPERBOLIC,
    DEEPINFRA,
    VERCEL_AI_GATEWAY,
    TAVILY,
    FIRECRAWL,
    SERPAPI,
    EXA,
    APIFY,
    MINIMAX,
    REQUESTY,
    ZHIPU,
    LITELLM,
    AZURE_OPENAI,
    AWS_BEDROCK,
)
