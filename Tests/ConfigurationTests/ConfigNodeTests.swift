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
