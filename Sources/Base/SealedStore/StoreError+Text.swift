// SPDX-License-Identifier: Apache-2.0

import Glibc

extension StoreError: CustomStringConvertible {
    /// What, where and why, and the hint: `cannot write /…/session.1: No space left on device (free some space)`.
    package var description: String { "\(summary) (\(hint))" }

    /// The same without what to do about it.
    package var summary: String { "cannot \(operation.rawValue) \(path): \(explanation)" }

    private var explanation: String {
        switch reason {
        case .system(let number): String(cString: strerror(number))
        case .lockTaken(let holder?): "process \(holder) is using it"
        case .lockTaken(nil): "another process is using it"
        case .notRegular(let kind): "it is \(kind), not a file"
        case .replaced: "it was moved away, and another folder with a state is in its place"
        case .payloadTooLarge(let bytes):
            "the state has \(bytes) bytes, more than \(StoreLimits.maximumPayloadBytes)"
        case .locked: "it holds a state that must not be overwritten"
        case .notLoaded: "its state has not been loaded yet"
        case .damaged: "no intact state is in it"
        case .cipher: "the cipher failed"
        case .keyRequired(let reason): "[Store] Seal=required, and \(reason)"
        }
    }

    /// What to do about it.
    package var hint: String {
        switch reason {
        case .system(EACCES), .system(EPERM):
            "let the daemon's user own the folder, with mode 0700, and the files in it, with 0600"
                + (isOfReading ? "; then: sessionctl reload" : "")
        case .system(let number): Self.hint(errorNumber: number)
        case .lockTaken: "stop the other daemon, or give this one a folder of its own with --state-directory"
        case .notRegular: "move it away; then: sessionctl reload"
        case .replaced: "stop the daemon, put the folder there whose state is to count, and start it"
        case .payloadTooLarge: "sign out, or set shorter labels"
        case .locked:
            "start the version or give the key that wrote it, or give it up: "
                + "sessionctl destroy --discard-unreadable"
        case .notLoaded: "load it first"
        case .damaged: "start the daemon: it sets the files aside"
        case .cipher: "restart the daemon"
        case .keyRequired: "see systemctl status sessiond-key, or set Seal=auto"
        }
    }

    // Whether it is what a daemon does when it starts, and then at a reload alone: it tries to save by itself.
    private var isOfReading: Bool {
        switch operation {
        case .open, .inspect, .lock, .read: true
        case .create, .write, .rename, .save, .seal, .shorten, .synchronise: false
        }
    }

    private static func hint(errorNumber: Int32) -> String {
        switch errorNumber {
        case ENOSPC: "free some space on its file system"
        case EDQUOT: "free some of the user's quota or raise it"
        case EROFS: "mount its file system for writing, then restart: a service keeps the mounts that it began with"
        case EIO: "the disk reports errors: see journalctl -k, replace it"
        case ENOENT: "create the folder above it, then restart"
        case ENOTDIR: "choose a folder for --state-directory"
        case EMFILE, ENFILE: "raise LimitNOFILE= of the service"
        case EFBIG: "raise LimitFSIZE= of the service"
        default: "see errno(3), error \(errorNumber)"
        }
    }
}
