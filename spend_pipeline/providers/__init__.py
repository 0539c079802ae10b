"""The providers, written out: the order is the order of Dagster's partitions. A new one is a file and a line here."""

from spend_pipeline.providers.ai21 import AI21
from spend_pipeline.providers.anthropic import ANTHROPIC
from spend_pipeline.providers.apify import APIFY
from spend_pipeline.providers.assemblyai import ASSEMBLYAI
from spend_pipeline.providers.aws_bedrock import AWS_BEDROCK
from spend_pipeline.providers.azure_openai import AZURE_OPENAI
from spend_pipeline.providers.baseten import BASETEN
from spend_pipeline.providers.cerebras import CEREBRAS
from spend_pipeline.providers.cloudflare import CLOUDFLARE
from spend_pipeline.providers.cohere import COHERE
from spend_pipeline.providers.declaration import Provider
from spend_pipeline.providers.deepgram import DEEPGRAM
from spend_pipeline.providers.deepinfra import DEEPINFRA
from spend_pipeline.providers.deepseek import DEEPSEEK
from spend_pipeline.providers.elevenlabs import ELEVENLABS
from spend_pipeline.providers.exa import EXA
from spend_pipeline.providers.fal_ai import FAL_AI
from spend_pipeline.providers.firecrawl import FIRECRAWL
from spend_pipeline.providers.fireworks import FIREWORKS
from spend_pipeline.providers.github_models import GITHUB_MODELS
from spend_pipeline.providers.google_ai import GOOGLE_AI
from spend_pipeline.providers.groq import GROQ
from spend_pipeline.providers.huggingface import HUGGINGFACE
from spend_pipeline.providers.hyperbolic import HYPERBOLIC
from spend_pipeline.providers.litellm import LITELLM
from spend_pipeline.providers.minimax import MINIMAX
from spend_pipeline.providers.mistral import MISTRAL
from spend_pipeline.providers.moonshot import MOONSHOT
from spend_pipeline.providers.novita import NOVITA
from spend_pipeline.providers.nvidia_nim import NVIDIA_NIM
from spend_pipeline.providers.openai import OPENAI
from spend_pipeline.providers.openrouter import OPENROUTER
from spend_pipeline.providers.perplexity import PERPLEXITY
from spend_pipeline.providers.poe import POE
from spend_pipeline.providers.replicate import REPLICATE
from spend_pipeline.providers.requesty import REQUESTY
from spend_pipeline.providers.runpod import RUNPOD
from spend_pipeline.providers.sambanova import SAMBANOVA
from spend_pipeline.providers.serpapi import SERPAPI
from spend_pipeline.providers.siliconflow import SILICONFLOW
from spend_pipeline.providers.stability import STABILITY
from spend_pipeline.providers.tavily import TAVILY
from spend_pipeline.providers.together import TOGETHER
from spend_pipeline.providers.vast_ai import VAST_AI
from spend_pipeline.providers.vercel_ai_gateway import VERCEL_AI_GATEWAY
from spend_pipeline.providers.xai import XAI
from spend_pipeline.providers.zhipu import ZHIPU

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
}
