// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import Glibc
import SealedStore

/// `sessiond rekey`: another key for what is stored.
struct Rekey: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rekey", abstract: "Changes the key that the stored session is sealed with.",
        discussion: """
            Only while no daemon runs: systemctl stop sessiond.socket sessiond-observer.socket. Whenever it is cut off, the \
            key that the daemon is given opens what is stored.

            Without options it gives this machine a new key, as root; a session that was stored in clear is sealed then. \
            After the host's secret was lost, --from names a copy of the key. Files with keys hold 32 bytes and nothing \
            else; a copy of this machine's is made with: cp /run/sessiond-key/sessiond.state-key FILE

            Exit status 0: done; 64: the command line is wrong; 65: the key does not open what is stored, or that is \
            damaged; 66: there is no such folder or file; 71: the key of this machine cannot be changed; 73: the file for \
            the new key cannot be made; 74: the disk refuses; 75: a daemon uses the folder.
            """)

    @OptionGroup var folder: StateFolder

    @Option(
        help: ArgumentHelp(
            "A file with the key that opens what is stored, or none (default: the key of this machine).",
            valueName: "file"),
        completion: .file())
    var from: KeyChoice?

    @Option(
        help: ArgumentHelp(
            """
            A file with the new key, made where it is missing, or none to store in clear (default: a new key of this \
            machine).
            """, valueName: "file"),
        completion: .file())
    var to: KeyChoice?

    mutating func run() throws {
        umask(0o077)
        do {
            print(try KeyChange(folder: folder.path, from: from, to: to).run())
        } catch let error as StoreError {
            try Rekey.fail(error.rekeyStatus, error.description)
        } catch let reason as StoreLockReason {
            try Rekey.fail(reason.rekeyStatus, reason.description)
        } catch let failure as StartFailure {
            try Rekey.fail(failure.status, failure.message)
        }
    }

    private static func fail(_ status: Int32, _ message: String) throws {
        printError("error: \(message)")
        throw ExitCode(status)
    }
}

extension StoreError {
    fileprivate var rekeyStatus: Int32 {
        switch reason {
        case .lockTaken: StartFailure.taken
        case .damaged: StartFailure.wrongData
        default: StartFailure.diskFailed
        }
    }
}

extension StoreLockReason {
    fileprivate var rekeyStatus: Int32 {
        switch self {
        case .otherKey, .newerFormat, .keyRequired: StartFailure.wrongData
        case .unreadable, .notSetAside: StartFailure.diskFailed
        }
    }
}
