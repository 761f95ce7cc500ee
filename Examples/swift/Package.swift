// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0

import PackageDescription

let package = Package(
    name: "till",
    dependencies: [.package(name: "sessiond", path: "../..")],
    targets: [
        .executableTarget(
            name: "till", dependencies: [.product(name: "SessionClient", package: "sessiond")]),
        .executableTarget(
            name: "sign-in", dependencies: [.product(name: "SessionClient", package: "sessiond")]),
    ]
)
