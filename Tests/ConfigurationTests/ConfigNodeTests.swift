import Configuration
import Testing

@Suite("Configuration files")
struct ConfigNodeTests {
    @Test("A key with a typo is refused with file, line and the nearest key")
    func unknownKey() throws {
        let node = try ConfigNode(yaml: "basis: direct\nenergy_modell: x\n", file: "flue.yaml")
        let error = try #require(throws: ConfigError.self) {
            _ = try node.section(keys: ["basis", "energy_model", "limits"])
        }
        #expect(error.line == 2)
        #expect(
            error.description == "flue.yaml:2: unknown key \"energy_modell\"; did you mean "
                + "\"energy_model\"? (known: basis, energy_model, limits)")
    }

    @Test("A key far from every known one gets no suggestion")
    func noSuggestion() throws {
        #expect(nearest(to: "zzz", in: ["basis", "limits"]) == nil)
        #expect(nearest(to: "Basis", in: ["basis", "limits"]) == "basis")
    }

    @Test("Text that is not YAML is refused with its line")
    func notYAML() throws {
        let error = try #require(throws: ConfigError.self) {
            _ = try ConfigNode(yaml: "a: 1\nb: [1, 2\nc: 3\n", file: "x.yaml")
        }
        #expect(error.line != nil)
        #expect(error.message.hasPrefix("not valid YAML"))
    }

    @Test("A key that stands twice is refused")
    func duplicateKey() throws {
        let error = try #require(throws: ConfigError.self) {
            _ = try ConfigNode(yaml: "a: 1\na: 2\n", file: "x.yaml")
        }
        #expect(error.message == "the key \"a\" stands there twice")
    }

    @Test(
        "Keys that aliases make huge are refused before they are compared",
        arguments: [
            "? *a30 : b", "*a30 : b", "? [*a30]\n: b", "? - *a30\n: b", "? { x: *a30 }\n: b",
            "c: { *a30 : b }", "c: [ { [*a30]: b } ]", "? &k { *a30 : b }\n: b",
        ])
    func aliasInKey(bomb: String) throws {
        var text = "a0: &a0 [x, y]\n"
        for level in 1...30 { text += "a\(level): &a\(level) [*a\(level - 1), *a\(level - 1)]\n" }
        let error = try #require(throws: ConfigError.self) {
            _ = try ConfigNode(yaml: text + bomb + "\n", file: "x.yaml")
        }
        #expect(error.line == 32, "\(error)")
        #expect(error.message.contains("a key must be plain text"), "\(error)")
    }

    @Test("Aliases as values, and asterisks in keys and texts, are read as they are")
    func asterisks() throws {
        let node = try ConfigNode(
            yaml: """
                first: &one 1 # *one
                '*': *one
                "a*b": "**"
                a*: [*one, "*one"]
                """, file: "x.yaml")
        #expect(node.canonicalText == "{first: 1\n*: 1\na*b: **\na*: [1\n*one]}")
        let error = try #require(throws: ConfigError.self) {
            _ = try ConfigNode(yaml: "a: &x 1\n'*': *x\n'*': 2\n", file: "x.yaml")
        }
        #expect(error.message == "the key \"*\" stands there twice")
    }

    @Test("A number outside its range names the range and the line")
    func range() throws {
        let section = try ConfigNode(yaml: "\n\njobs: 0\n", file: "x.yaml").section(keys: ["jobs"])
        let error = try #require(throws: ConfigError.self) {
            _ = try section.required("jobs").integer(in: 1...8)
        }
        #expect(error.description == "x.yaml:3: expected a whole number from 1 to 8")
    }

    @Test("Every folder of built-in files is compiled in")
    func builtin() {
        #expect(
            Set(BuiltinFiles.names(in: "dialects")).isSuperset(of: [
                "bedrock", "gateway", "otlp-genai",
            ])
        )
        #expect(BuiltinFiles.names(in: "models").contains("flat-bloom"))
        #expect(
            Set(BuiltinFiles.names(in: "grid")).isSuperset(of: ["electricity-maps", "hourly"]))
        #expect(BuiltinFiles.text("factors/regions.csv")?.hasPrefix("provider,region,zone") == true)
        #expect(BuiltinFiles.text("nothing.yaml") == nil)
    }

    @Test("A built-in name with a typo names the nearest one")
    func builtinTypo() throws {
        let error = try #require(throws: ConfigError.self) {
            _ = try ConfigNode.named("gatewey", in: "dialects")
        }
        #expect(error.message.contains("did you mean \"gateway\"?"))
    }
}
