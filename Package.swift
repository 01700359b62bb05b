// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
]

let package = Package(
    name: "corelevel",
    products: [
        .executable(name: "corelevel", targets: ["corelevel"]),
        .library(name: "CoreLevelClient", targets: ["Client"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CZeroMQ", providers: [.apt(["libzmq3-dev"])]),
        .systemLibrary(name: "COpenBLAS", providers: [.apt(["libopenblas-dev"])]),
        // Declarations alone: the library is opened at run time by those who have it.
        .systemLibrary(name: "CChannelAccess"),

        .target(name: "ZeroMQ", dependencies: ["CZeroMQ"], swiftSettings: settings),
        .target(name: "NeuralNetwork", dependencies: ["COpenBLAS"], swiftSettings: settings),
        .target(name: "Spectroscopy", swiftSettings: settings),
        .target(name: "ClusterProtocol", swiftSettings: settings),
        .target(name: "ChannelAccess", dependencies: ["CChannelAccess"], swiftSettings: settings),

        .target(name: "HDF5", swiftSettings: settings),
        .target(name: "Ingest", swiftSettings: settings),
        .target(name: "SpectrumFiles", dependencies: ["HDF5", "Spectroscopy"], swiftSettings: settings),
        .target(name: "Export", dependencies: ["HDF5", "SpectrumFiles", "Spectroscopy"], swiftSettings: settings),
        .target(
            name: "Synthesis", dependencies: ["Spectroscopy"], resources: [.process("Resources")],
            swiftSettings: settings),
        .target(
            name: "Decomposition", dependencies: ["COpenBLAS", "NeuralNetwork", "Spectroscopy", "Synthesis"],
            swiftSettings: settings),
        .target(
            name: "Classifier", dependencies: ["Decomposition", "NeuralNetwork", "Spectroscopy", "Synthesis"],
            resources: [.copy("Resources")], swiftSettings: settings),

        .target(
            name: "Broker",
            dependencies: [
                "ClusterProtocol", "ZeroMQ",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "Collector",
            dependencies: [
                "ChannelAccess", "ClusterProtocol", "ZeroMQ",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "Client",
            dependencies: ["ClusterProtocol", "ZeroMQ", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings),
        .target(
            name: "Worker",
            dependencies: [
                "Classifier", "ClusterProtocol", "Spectroscopy", "ZeroMQ",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .target(
            name: "Supervisor", dependencies: [.product(name: "Logging", package: "swift-log")],
            swiftSettings: settings),
        .target(name: "Conformance", dependencies: ["ClusterProtocol", "ZeroMQ"], swiftSettings: settings),
        .executableTarget(
            name: "corelevel",
            dependencies: [
                "Broker", "Classifier", "Client", "ClusterProtocol", "Collector", "Conformance", "Export", "Ingest",
                "NeuralNetwork", "SpectrumFiles", "Spectroscopy", "Supervisor", "Synthesis", "Worker", "ZeroMQ",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: settings),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(name: "ZeroMQTests", dependencies: ["TestSupport", "ZeroMQ"], swiftSettings: settings),
        .testTarget(name: "NeuralNetworkTests", dependencies: ["NeuralNetwork"], swiftSettings: settings),
        .testTarget(name: "SpectroscopyTests", dependencies: ["Spectroscopy"], swiftSettings: settings),
        .testTarget(
            name: "SpectrumFilesTests", dependencies: ["HDF5", "SpectrumFiles", "Spectroscopy", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "ExportTests", dependencies: ["Export", "HDF5", "Spectroscopy", "SpectrumFiles"],
            swiftSettings: settings),
        .testTarget(name: "IngestTests", dependencies: ["Ingest"], swiftSettings: settings),
        .testTarget(
            name: "DecompositionTests", dependencies: ["Decomposition", "Spectroscopy", "Synthesis"],
            swiftSettings: settings),
        .testTarget(name: "SynthesisTests", dependencies: ["Spectroscopy", "Synthesis"], swiftSettings: settings),
        .testTarget(
            name: "ClassifierTests", dependencies: ["Classifier", "NeuralNetwork", "Spectroscopy", "Synthesis"],
            exclude: ["Fixtures"], swiftSettings: settings),
        .testTarget(
            name: "ClusterProtocolTests", dependencies: ["ClusterProtocol", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "ChannelAccessTests", dependencies: ["ChannelAccess"], swiftSettings: settings),
        .testTarget(
            name: "BrokerTests",
            dependencies: ["Broker", "ClusterProtocol", "ZeroMQ", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings),
        .testTarget(
            name: "CollectorTests",
            dependencies: [
                "ChannelAccess", "ClusterProtocol", "Collector", "ZeroMQ",
                .product(name: "GRDB", package: "GRDB.swift"), .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ClientTests",
            dependencies: ["Client", "ClusterProtocol", "ZeroMQ", .product(name: "Logging", package: "swift-log")],
            swiftSettings: settings),
        .testTarget(
            name: "ConformanceTests",
            dependencies: [
                "Broker", "ClusterProtocol", "Conformance", "TestSupport",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "WorkerTests",
            dependencies: [
                "Classifier", "ClusterProtocol", "Worker", "ZeroMQ", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ClusterTests", dependencies: ["Spectroscopy", "SpectrumFiles", "Supervisor", "TestSupport"],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
