import Testing

@testable import Accounting

@Suite("Model names")
struct ModelNamesTests {
    private let catalogue = [
        "gpt-4o", "gpt-4o-mini", "gpt-4o-2024-08-06", "claude-sonnet-4-5-20250929",
        "claude-opus-5", "gemini-2.5-pro", "o4-mini", "meta-llama/Meta-Llama-3.1-8B-Instruct",
        "mistral-large-latest", "a/twin", "b/twin",
    ]

    private func entry(_ name: String) -> String? {
        ModelNames(catalogue, aliases: ["llama3-1-8b-instruct": catalogue[7]]).entry(for: name)
            .map { catalogue[$0] }
    }

    @Test(
        "What clouds and gateways put around a name is taken off",
        arguments: [
            ("gpt-4o", "gpt-4o"), ("GPT-4o", "gpt-4o"), ("azure/gpt-4o", "gpt-4o"),
            ("openrouter/openai/gpt-4o-mini", "gpt-4o-mini"),
            ("gpt-4o-2024-08-06", "gpt-4o-2024-08-06"), ("gpt-4o-2025-01-31", "gpt-4o"),
            ("anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5-20250929"),
            ("eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5-20250929"),
            ("us.anthropic.claude-opus-5-v1:0:200k", "claude-opus-5"),
            (
                "arn:aws:bedrock:eu-west-1:1:inference-profile/"
                    + "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5-20250929"
            ),
            (
                "arn:aws:bedrock:us-east-1::foundation-model/meta.llama3-1-8b-instruct-v1:0",
                "meta-llama/Meta-Llama-3.1-8B-Instruct"
            ),
            ("claude-sonnet-4-5", "claude-sonnet-4-5-20250929"),
            ("claude-sonnet-4-5@20250929", "claude-sonnet-4-5-20250929"),
            ("publishers/google/models/gemini-2.5-pro", "gemini-2.5-pro"),
            ("models/gemini-2.5-pro-001", "gemini-2.5-pro"),
            ("Meta-Llama-3.1-8B-Instruct", "meta-llama/Meta-Llama-3.1-8B-Instruct"),
        ])
    func known(logged: String, expected: String) { #expect(entry(logged) == expected) }

    @Test(
        "Nothing is guessed from part of a name",
        arguments: [
            "gemini", "mini", "gpt-4", "gpt-4o-realtime", "my-gpt-4o", "claude-sonnet-4",
            "mistral-large-2411", "someone/gpt-4o", "twin", "", "/", "arn:", "-latest", "us.",
            "arn:aws:bedrock:us-east-1:1:provisioned-model/abc",
        ])
    func unknown(logged: String) { #expect(entry(logged) == nil) }
}
