// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "_CryptoExtras", package: "swift-crypto")
let flyingFox: [Target.Dependency] = [
    .product(name: "FlyingFox", package: "FlyingFox"), .product(name: "FlyingSocks", package: "FlyingFox"),
]
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

// Folders are floors: each module knows those of its own and of lower floors, never one above (docs/architecture.md).
func target(_ floor: String, _ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, path: "Sources/\(floor)/\(name)", swiftSettings: strict)
}

func program(_ folder: String, _ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, path: "\(folder)/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], resources: [Resource]? = nil) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "sessiond",
    products: [
        .library(name: "SessionClient", targets: ["SessionClient"]),
        .library(name: "SessionProtocol", targets: ["SessionProtocol"]),
        .executable(name: "sessiond", targets: ["sessiond"]),
        .executable(name: "sessionctl", targets: ["sessionctl"]),
        .executable(name: "sessiond-web-host", targets: ["sessiond-web-host"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", "3.12.3"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.0"),
    ],
    targets: [
        // What knows nothing of sessions. The first is what every app gets with the client.
        target("Base", "SessiondPrimitives", ["CSessiondLinux"]),
        target("Base", "SessiondLinux", ["SessiondPrimitives", "CSessiondArguments", "CSessiondLinux"]),
        target("Base", "LineServer", ["SessiondPrimitives", "SessiondLinux", "CSessiondLinux"]),
        target("Base", "SealedStore", ["SessiondPrimitives", crypto]),
        target("Base", "HTTPSClient", ["SessiondPrimitives", "SessiondLinux", "CSessiondCurl"]),
        target(
            "Base", "SessiondSystemd",
            ["SessiondPrimitives", "SessiondLinux", "CSessiondLinux", "CSessiondSystemd", logging]),
        // What Swift's Glibc module does not show.
        .target(name: "CSessiondLinux", path: "Sources/Base/CSessiondLinux"),
        .target(name: "CSessiondArguments", path: "Sources/Base/CSessiondArguments"),
        .systemLibrary(
            name: "CSessiondSystemd", path: "Sources/Base/CSessiondSystemd", pkgConfig: "libsystemd",
            providers: [.apt(["libsystemd-dev"])]),
        // Declares what it needs of libcurl and finds it at run time: neither headers nor the library at build time.
        .target(name: "CSessiondCurl", path: "Sources/Base/CSessiondCurl"),
        .systemLibrary(
            name: "CSessiondCrypt", path: "Sources/Base/CSessiondCrypt", providers: [.apt(["libcrypt-dev"])]),

        // The session.
        target("Session", "SessionProtocol", ["SessiondPrimitives"]),
        target("Session", "SessionMachine", ["SessionProtocol", "SessiondPrimitives", crypto]),
        target(
            "Session", "DeviceSession",
            ["SessionMachine", "SealedStore", "SessionProtocol", "SessiondLinux", "SessiondPrimitives"]),
        target("Session", "AccessRules", ["SessionProtocol"]),
        target(
            "Session", "SessionConfiguration",
            ["AccessRules", "SessionProtocol", "SessiondLinux", "SessiondPrimitives"]),
        target(
            "Session", "SessionAuthorities",
            [
                "SessionConfiguration", "DeviceSession", "SessionMachine", "HTTPSClient", "SessionProtocol",
                "SessiondLinux", "SessiondPrimitives", "CSessiondCrypt", "CSessiondLinux", crypto,
            ]),

        // The daemon.
        target(
            "Daemon", "SessionServer",
            [
                "DeviceSession", "SessionMachine", "AccessRules", "LineServer", "SessionProtocol", "SessiondPrimitives",
                logging,
            ]),
        target(
            "Daemon", "SessionDaemon",
            [
                "SessionServer", "SessionAuthorities", "SessionConfiguration", "DeviceSession", "SessionMachine",
                "AccessRules", "SessionProtocol", "LineServer", "SealedStore", "SessiondSystemd", "SessiondLinux",
                "SessiondPrimitives", "CSessiondLinux", argumentParser, logging,
            ]),
        program("Sources/Daemon", "sessiond", ["SessionDaemon"]),

        // What apps and people use.
        .target(
            name: "SessionClient", dependencies: ["SessionProtocol", "SessiondPrimitives", "CSessiondLinux"],
            path: "Sources/Apps/SessionClient",
            // An answer that is there at once is had where it was asked for.
            swiftSettings: strict + [.enableUpcomingFeature("NonisolatedNonsendingByDefault")]),
        target(
            "Apps", "SessionctlCommands",
            [
                "SessionClient", "SessionConfiguration", "AccessRules", "SessionProtocol", "SessiondLinux",
                "SessiondPrimitives", "CSessiondLinux", argumentParser,
            ]),
        program("Sources/Apps", "sessionctl", ["SessionctlCommands"]),
        target(
            "Apps", "SessionWebHost",
            ["SessionClient", "SessionProtocol", "SessiondLinux", "SessiondPrimitives", "CSessiondLinux"]),
        program("Sources/Apps", "sessiond-web-host", ["SessionWebHost"]),

        // Tools: not shipped, or separately.
        .target(
            name: "AuthorityEmulator",
            dependencies: ["SessionProtocol", "SessiondLinux", argumentParser, crypto, cryptoExtras] + flyingFox,
            path: "Tools/AuthorityEmulator", swiftSettings: strict),
        .target(
            name: "SyneriseEmulator", dependencies: ["AuthorityEmulator", "SessionProtocol"],
            path: "Tools/SyneriseEmulator", swiftSettings: strict),
        program(
            "Tools", "synerise-emulator", ["SyneriseEmulator", "AuthorityEmulator", argumentParser]),
        .target(
            name: "OpenIDEmulator", dependencies: ["AuthorityEmulator", "SessionProtocol", crypto],
            path: "Tools/OpenIDEmulator", swiftSettings: strict),
        program(
            "Tools", "openid-emulator", ["OpenIDEmulator", "AuthorityEmulator", argumentParser]),
        program("Tools", "fleet-simulation", ["SessionMachine", "SessionProtocol", "SessiondLinux"]),
        program(
            "Tools", "session-bench",
            ["SessionProtocol", "SessiondLinux", "CSessiondLinux", argumentParser]),
        .executableTarget(name: "bare-server", path: "Tools/bare-server"),

        // Not shipped: an app for the tests of a whole device.
        .executableTarget(
            name: "session-probe", dependencies: ["SessionClient", "SessionProtocol", "SessiondLinux"],
            path: "Tests/SessionProbe", swiftSettings: strict),
        // Not shipped: what the measurements of the libraries have of Swift.
        .executableTarget(
            name: "client-bench", dependencies: ["SessionClient"], path: "Bench/drivers/swift", swiftSettings: strict),
        // Not shipped: what the conformance suite has of Swift.
        .executableTarget(
            name: "conformance-driver", dependencies: ["SessionClient", "SessionProtocol", "SessiondPrimitives"],
            path: "Tests/Conformance/drivers/swift", swiftSettings: strict),
        .target(
            name: "TestSupport",
            dependencies: [
                "DeviceSession", "HTTPSClient", "SealedStore", "SessionMachine", "SessionProtocol",
                "SessiondPrimitives",
            ],
            path: "Tests/TestSupport", swiftSettings: strict),
        .target(
            name: "FakeDaemon", dependencies: ["TestSupport", "SessionProtocol", "CSessiondLinux"],
            path: "Tests/FakeDaemon", swiftSettings: strict),
        tests("SessiondPrimitivesTests", ["SessiondPrimitives", "TestSupport", "CSessiondLinux"]),
        tests("SessiondLinuxTests", ["SessiondLinux", "SessiondPrimitives", "TestSupport"]),
        tests("SessiondSystemdTests", ["SessiondSystemd", "SessiondPrimitives", "TestSupport", logging]),
        tests("SealedStoreTests", ["SealedStore", "SessiondPrimitives", "TestSupport", crypto]),
        tests(
            "HTTPSClientTests", ["HTTPSClient", "SessiondLinux", "SessiondPrimitives", "TestSupport", "CSessiondCurl"]),
        tests("LineServerTests", ["LineServer", "SessiondPrimitives", "TestSupport", "CSessiondLinux"]),
        tests("SessionProtocolTests", ["SessionProtocol", "TestSupport"], resources: [.copy("Golden")]),
        tests("SessionMachineTests", ["SessionMachine", "SessionProtocol", "SessiondPrimitives", "TestSupport"]),
        tests(
            "DeviceSessionTests",
            [
                "DeviceSession", "SealedStore", "SessionMachine", "SessionProtocol", "SessiondLinux",
                "SessiondPrimitives", "TestSupport",
            ]),
        tests("AccessRulesTests", ["AccessRules", "SessionProtocol", "TestSupport"]),
        tests(
            "SessionConfigurationTests",
            [
                "SessionConfiguration", "AccessRules", "SessionProtocol", "SessiondLinux", "SessiondPrimitives",
                "TestSupport",
            ]),
        tests(
            "SessionAuthoritiesTests",
            [
                "SessionAuthorities", "DeviceSession", "HTTPSClient", "SessionConfiguration", "SessionMachine",
                "SessionProtocol", "SessiondLinux", "TestSupport", crypto,
            ]),
        tests(
            "SessionServerTests",
            [
                "SessionServer", "LineServer", "AccessRules", "DeviceSession", "SessionMachine", "SessionProtocol",
                "SessiondPrimitives", "TestSupport", "CSessiondLinux", logging,
            ]),
        tests(
            "SessionDaemonTests",
            [
                "SessionDaemon", "SessionServer", "SessionAuthorities", "SessionConfiguration", "AccessRules",
                "DeviceSession", "SessionMachine", "SessionProtocol", "SessiondSystemd", "SessiondLinux", "TestSupport",
                "FakeDaemon", logging,
            ]),
        tests("SessionClientTests", ["FakeDaemon", "SessionClient", "SessionProtocol", "TestSupport"]),
        tests(
            "SessionctlTests",
            [
                "sessionctl", "SessionctlCommands", "SessionClient", "SessionConfiguration", "AccessRules",
                "SessiondLinux", "SessiondPrimitives", "FakeDaemon", "SessionProtocol", "TestSupport", argumentParser,
            ]),
        tests("SessionWebHostTests", ["SessionWebHost", "SessionProtocol"]),
        .target(
            name: "EmulatorTestSupport", dependencies: ["AuthorityEmulator", "SessionProtocol", cryptoExtras],
            path: "Tests/EmulatorTestSupport", swiftSettings: strict),
        tests(
            "SyneriseEmulatorTests",
            [
                "SyneriseEmulator", "AuthorityEmulator", "EmulatorTestSupport", "SessionProtocol", crypto,
                cryptoExtras,
            ]),
        tests(
            "OpenIDEmulatorTests",
            [
                "OpenIDEmulator", "AuthorityEmulator", "EmulatorTestSupport", "SessionProtocol", crypto, cryptoExtras,
            ]),
        tests("ArchitectureTests"),
        tests(
            "ManualTests",
            ["SessionConfiguration", "SessionProtocol", "SessionServer", "SessionctlCommands"]),
    ]
)
