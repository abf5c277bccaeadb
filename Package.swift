// swift-tools-version: 6.2
import Foundation
import PackageDescription

// Targets are listed in the order in which the data flows; a target uses only those above it.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

// ISA-L inflates gzip about 2.5 times faster than zlib. Used when its headers are installed.
let isalHeaders = ["/usr/include/isa-l.h", "/usr/local/include/isa-l.h"]
// A program that brings all its libraries along leaves it out: Debian has no archive of it.
let isStatic = ProcessInfo.processInfo.environment["FLUE_STATIC"] != nil
let hasISAL =
    !isStatic && isalHeaders.contains { FileManager.default.fileExists(atPath: $0) }
let isalTargets: [Target] =
    hasISAL ? [.systemLibrary(name: "CIsal", providers: [.apt(["libisal-dev"])])] : []
let isalDependency: [Target.Dependency] = hasISAL ? ["CIsal"] : []
let isalSettings: [SwiftSetting] = hasISAL ? [.define("ISAL")] : []

let package = Package(
    name: "flue",
    products: [.executable(name: "flue", targets: ["flue"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
    ],
    targets: isalTargets + [
        .systemLibrary(
            name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "CByteScan"),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        .executableTarget(name: "EmbedConfig", swiftSettings: settings),
        .plugin(
            name: "EmbedConfigPlugin", capability: .buildTool(), dependencies: ["EmbedConfig"],
            path: "Sources/EmbedConfigPlugin"),
        .target(
            name: "Configuration",
            dependencies: [.product(name: "Yams", package: "Yams")],
            swiftSettings: settings,
            plugins: ["EmbedConfigPlugin"]),

        .target(name: "Accounting", dependencies: ["Configuration"], swiftSettings: settings),
        .target(
            name: "Pipeline",
            dependencies: [
                "Accounting", "Configuration", "CByteScan", "CZstd", "CZlib",
                .product(name: "Crypto", package: "swift-crypto"),
            ] + isalDependency,
            swiftSettings: settings + isalSettings),
        .target(
            name: "Grid", dependencies: ["Accounting", "Configuration", "Pipeline"],
            swiftSettings: settings),
        .target(
            name: "Ledger",
            dependencies: [
                "Accounting", "Pipeline", "Grid", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "GRDBSQLite", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
        .target(
            name: "Reporting",
            dependencies: [
                "Accounting", "Pipeline", "Ledger",
                .product(name: "Crypto", package: "swift-crypto"),
            ],
            swiftSettings: settings),
        .target(
            name: "Setup",
            dependencies: ["Accounting", "Configuration", "Grid", "Pipeline"],
            swiftSettings: settings),
        .target(
            name: "Flows",
            dependencies: [
                "Accounting", "Ledger", "Pipeline", "Reporting", "Setup",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "Synthesis", dependencies: ["Accounting", "Pipeline"], swiftSettings: settings),
        .executableTarget(
            name: "flue",
            dependencies: [
                "Accounting", "Configuration", "Flows", "Grid", "Ledger", "Pipeline", "Reporting",
                "Setup", "Synthesis",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),

        .target(
            name: "TestSupport",
            dependencies: ["Pipeline", .product(name: "GRDB", package: "GRDB.swift")],
            path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(
            name: "ConfigurationTests", dependencies: ["Configuration"], swiftSettings: settings),
        .testTarget(
            name: "AccountingTests",
            dependencies: ["Accounting", "Configuration", "Setup", "Synthesis", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "PipelineTests",
            dependencies: ["Accounting", "Configuration", "Pipeline", "Synthesis", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "GridTests",
            dependencies: ["Accounting", "Grid", "Pipeline", "Synthesis", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "LedgerTests",
            dependencies: [
                "Accounting", "Configuration", "Flows", "Grid", "Ledger", "Pipeline", "Setup",
                "Synthesis", "TestSupport", .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "flue", "Pipeline", "Synthesis", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)

// Micro-benchmarks and what they need are in the package only when asked for.
if ProcessInfo.processInfo.environment["BENCHMARKS"] != nil {
    package.dependencies.append(
        .package(url: "https://github.com/ordo-one/benchmark", exact: "1.38.1", traits: []))
    package.targets.append(
        .executableTarget(
            name: "PipelineBenchmarks",
            dependencies: [
                "Pipeline", "Synthesis", .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Tests/Benchmarks/PipelineBenchmarks",
            swiftSettings: [.enableUpcomingFeature("ExistentialAny")],
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]))
}
