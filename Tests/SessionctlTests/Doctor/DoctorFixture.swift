// SPDX-License-Identifier: Apache-2.0

import FakeDaemon
import SessionClient
import SessionProtocol
import Testing

@testable import SessionctlCommands
@testable import TestSupport

extension DaemonFacts {
    /// What a daemon says that is well, but for what a test changes: JSON of the answers, or an error for all.
    static func sample(
        hello: String = Sample.hello, info: String = Sample.info, status: String = Sample.status,
        health: String = Sample.health
    ) throws -> DaemonFacts {
        DaemonFacts(
            hello: .success(try read(hello)), info: .success(try read(info)), status: .success(try read(status)),
            health: .success(try read(health)))
    }

    /// A daemon that answers everything with an error.
    static func refusing(_ error: SessionError) -> DaemonFacts { failing(.session(error)) }

    /// A daemon that is not there.
    static func absent() throws -> DaemonFacts {
        let folder = try TemporaryFolder()
        return DaemonFacts(
            asking: BlockingSessionClient(path: try SocketPath(folder.file("s"))), within: .seconds(20))
    }

    private static func failing(_ error: ClientError) -> DaemonFacts {
        DaemonFacts(hello: .failure(error), info: .failure(error), status: .failure(error), health: .failure(error))
    }

    private static func read<Response: SessionResponse>(_ json: String) throws -> Response {
        try Response(json: try JSONValue(parsing: Array(json.utf8)))
    }
}

extension Remedies {
    /// Those of a daemon that systemd runs.
    static let service = Remedies(isService: true, socketPath: "/run/sessiond/sessiond.sock")
}

extension Units {
    /// Those of a machine where all is well, but for the properties that a test changes.
    static func sample(_ changes: [UnitFacts.Name: [String: String]] = [:]) -> Units {
        let states: [UnitFacts.Name: (active: String, sub: String)] = [
            .socket: ("active", "listening"), .service: ("active", "running"), .key: ("active", "exited"),
            .observer: ("active", "listening"),
        ]
        var units: [UnitFacts.Name: UnitFacts] = [:]
        for (name, state) in states {
            let values = [
                "Id": name.rawValue, "LoadState": "loaded", "ActiveState": state.active, "SubState": state.sub,
                "Result": "success", "NRestarts": "0", "NeedDaemonReload": "no", "UnitFileState": "enabled",
                "FragmentPath": "/usr/lib/systemd/system/\(name.rawValue)", "DropInPaths": "",
            ]
            units[name] = UnitFacts(values.merging(changes[name] ?? [:]) { $1 })
        }
        return .known(units)
    }
}

extension DoctorFinding: CustomTestStringConvertible {
    /// As it is compared in tests: `problem: found | hint`.
    public var testDescription: String { "\(result.rawValue): \(found)" + (hint.map { " | \($0)" } ?? "") }
}
