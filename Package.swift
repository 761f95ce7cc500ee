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

let package = Package(
    name: "sessiond",
    products: [
        .library(name: "SessionClient", targets: ["SessionClient"]),
        .library(name: "SessionProtocol", targets: ["SessionProtocol"]),
        .executable(name: "sessiond", targets: ["sessiond"]),
        .executable(name: "sessionctl", targets: ["sessionctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto", "3.12.3"..<"5.0.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/swhitty/FlyingFox", from: "0.27.0"),
    ],
    targets: [
        // What every app may link.
        .target(name: "Locking", dependencies: ["CLinux"], swiftSettings: strict),
        .target(name: "SecretMemory", dependencies: ["CLinux"], swiftSettings: strict),
        .target(name: "SystemAccounts", dependencies: ["Locking"], swiftSettings: strict),
        .target(name: "ProgramArguments", dependencies: ["CArguments"], swiftSettings: strict),
        .target(name: "PlainFiles", swiftSettings: strict),
        .target(name: "SessionProtocol", dependencies: ["SecretMemory"], swiftSettings: strict),
        .target(
            name: "SessionClient", dependencies: ["SessionProtocol", "Locking", "SystemAccounts", "CLinux"],
            swiftSettings: strict),

        // The session itself.
        .target(
            name: "SessionCore",
            dependencies: ["SessionProtocol", "Locking", "SecretMemory", "CLinux", crypto],
            swiftSettings: strict
        ),
        .target(
            name: "SessionAuthority",
            dependencies: [
                "SessionCore", "SessionProtocol", "Locking", "PlainFiles", "CCrypt", "CCurl", "CLinux", crypto,
            ],
            swiftSettings: strict
        ),

        // The daemon.
        .target(
            name: "SessionConfiguration", dependencies: ["SessionProtocol", "PlainFiles", "SystemAccounts"],
            swiftSettings: strict),
        .target(
            name: "SessionServer",
            dependencies: ["SessionCore", "SessionProtocol", "CLinux", logging],
            swiftSettings: strict
        ),
        .target(
            name: "Systemd",
            dependencies: ["Locking", "PlainFiles", "SecretMemory", "CSystemd", "CLinux", logging],
            swiftSettings: strict
        ),
        // What starts the daemon, as far as tests reach it.
        .target(name: "SessionDaemon", swiftSettings: strict),
        .executableTarget(
            name: "sessiond",
            dependencies: [
                "SessionDaemon", "SessionServer", "SessionCore", "SessionAuthority", "SessionConfiguration",
                "SessionProtocol", "Systemd", "SystemAccounts", "ProgramArguments", "PlainFiles", "SecretMemory",
                "CLinux", argumentParser, logging,
            ],
            swiftSettings: strict
        ),

        // The command line.
        .target(
            name: "SessionctlCommands",
            dependencies: [
                "SessionClient", "SessionProtocol", "SessionConfiguration", "Locking", "PlainFiles", "SecretMemory",
                "SystemAccounts", "ProgramArguments", "CLinux", argumentParser,
            ],
            swiftSettings: strict
        ),
        .executableTarget(name: "sessionctl", dependencies: ["SessionctlCommands"], swiftSettings: strict),

        // A development tool, which ships separately: the REST API as far as the daemon uses it.
        .target(
            name: "SyneriseEmulator",
            dependencies: ["SessionProtocol", crypto, cryptoExtras] + flyingFox,
            swiftSettings: strict
        ),
        .executableTarget(
            name: "synerise-emulator", dependencies: ["SyneriseEmulator", "ProgramArguments", argumentParser],
            swiftSettings: strict),

        // Not shipped: a fleet's day at its authority.
        .executableTarget(
            name: "fleet-simulation", dependencies: ["SessionCore", "SessionProtocol", "ProgramArguments"],
            swiftSettings: strict),

        // Not shipped: measures the daemon, and the server that it is compared with.
        .executableTarget(
            name: "session-bench", dependencies: ["SessionProtocol", "ProgramArguments", "CLinux", argumentParser],
            swiftSettings: strict),
        .executableTarget(name: "bare-server"),

        // What Swift's Glibc module does not show.
        .target(name: "CLinux"),
        .target(name: "CArguments"),
        .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
        // Declares what it needs of libcurl and finds it at run time: neither headers nor the library at build time.
        .target(name: "CCurl"),
        .systemLibrary(name: "CCrypt", providers: [.apt(["libcrypt-dev"])]),

        // Not shipped: an app for the tests of a whole device.
        .executableTarget(
            name: "session-probe",
            dependencies: ["SessionClient", "SessionProtocol", "ProgramArguments"],
            path: "Tests/SessionProbe",
            swiftSettings: strict
        ),
        .target(
            name: "FakeDaemon",
            dependencies: ["SessionProtocol", "CLinux"],
            path: "Tests/FakeDaemon",
            swiftSettings: strict
        ),
        .testTarget(
            name: "SessionProtocolTests",
            dependencies: ["SessionProtocol"],
            resources: [.copy("Golden")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SessionClientTests",
            dependencies: ["FakeDaemon", "SessionClient", "SessionProtocol"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SessionCoreTests",
            dependencies: ["SessionCore", "SessionProtocol", "SecretMemory", crypto],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SessionAuthorityTests",
            dependencies: ["SessionAuthority", "SessionCore", "SessionProtocol", "Locking", "CCurl", crypto],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SessionConfigurationTests",
            dependencies: ["SessionConfiguration", "SessionProtocol"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SessionServerTests",
            dependencies: ["SessionServer", "SessionCore", "SessionProtocol", "CLinux", logging],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SessionctlTests",
            dependencies: [
                "sessionctl", "SessionctlCommands", "SessionClient", "SessionConfiguration", "PlainFiles",
                "SystemAccounts", "FakeDaemon", "SessionProtocol",
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "SessionDaemonTests", dependencies: ["SessionDaemon", "FakeDaemon"], swiftSettings: strict),
        .testTarget(name: "LockingTests", dependencies: ["Locking"], swiftSettings: strict),
        .testTarget(
            name: "SystemAccountsTests", dependencies: ["SystemAccounts", "Locking"], swiftSettings: strict),
        .testTarget(name: "PlainFilesTests", dependencies: ["PlainFiles"], swiftSettings: strict),
        .testTarget(name: "SecretMemoryTests", dependencies: ["SecretMemory", "CLinux"], swiftSettings: strict),
        .testTarget(
            name: "SystemdTests", dependencies: ["Systemd", "Locking", "SecretMemory", logging], swiftSettings: strict),
        .testTarget(
            name: "SyneriseEmulatorTests",
            dependencies: ["SyneriseEmulator", "SessionProtocol", crypto, cryptoExtras],
            swiftSettings: strict
        ),
        .testTarget(name: "ArchitectureTests", swiftSettings: strict),
        .testTarget(
            name: "ManualTests",
            dependencies: ["SessionConfiguration", "SessionProtocol", "SessionServer", "SessionctlCommands"],
            swiftSettings: strict
        ),
    ]
)
