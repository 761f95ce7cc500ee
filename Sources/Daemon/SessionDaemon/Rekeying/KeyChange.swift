// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import SealedStore

/// One change of the key of a state folder.
struct KeyChange {
    let folder: String
    let from: KeyChoice?
    let to: KeyChoice?

    /// Changes it; what is to be said then.
    ///
    /// - Throws: ``StartFailure``, `ValidationError`, `StoreError`, `StoreLockReason`.
    func run() throws -> String {
        let owner = try FolderOwner(of: folder)
        let target = try target()
        let storedKeyID = try owner.run { try StateStore(folder: folder).storedKeyID() }
        let oldKey = try oldKey(of: storedKeyID)
        return try owner.run {
            let sealing = oldKey.map(StoreSealing.sealed) ?? .keyless(because: "no key was named")
            let store = try StateStore(
                folder: folder, options: StoreOptions(otherMachine: .keep, sealing: sealing))
            // From here on no daemon starts.
            let newKey = try owner.asBefore { try target.prepare() }
            do {
                let outcome = try store.rekey(to: newKey) { try owner.asBefore { try target.commit() } }
                return message(outcome, newKey)
            } catch {
                try owner.asBefore { target.discard() }
                throw error
            }
        }
    }

    private func oldKey(of storedKeyID: String?) throws -> SealingKey? {
        switch from {
        case .some(.none): return nil
        case .file(let path): return try KeyFile.read(path)
        case nil:
            guard let storedKeyID else { return nil }
            guard let path = try KeyProgram.ofThisMachine().current() else {
                throw StartFailure(
                    status: StartFailure.noInput,
                    message: "\(folder) is sealed with key \(storedKeyID), and this machine has no key: name a copy "
                        + "with --from")
            }
            return try KeyFile.read(path)
        }
    }

    private func target() throws -> any NewKey {
        switch to {
        case .some(.none): NoKey()
        case .file(let path): KeyInFile(path: path)
        case nil: try KeyProgram.ofThisMachine()
        }
    }

    private func message(_ outcome: StateStore.Rekeying, _ newKey: SealingKey?) -> String {
        var text =
            switch (outcome, newKey) {
            case (.nothingStored, let key?): "Nothing is stored in \(folder) yet; the key is \(key.id) from now on."
            case (.nothingStored, nil): "Nothing is stored in \(folder) yet."
            case (_, let key?): "\(folder) is sealed with key \(key.id) from now on."
            case (_, nil): "\(folder) is not encrypted any more, until a daemon with Seal=auto is given a key."
            }
        if case .oldCopyLeft(let error) = outcome {
            text += "\nA copy that the old key opens is left until the daemon starts: \(error)"
        }
        if case .file(let path) = to {
            text += "\nBefore the daemon starts, have it given that key: LoadCredential=sessiond.state-key:\(path)"
        }
        return text
    }
}

/// Where the new key comes from, and how it becomes the one that the daemon is given.
protocol NewKey {
    /// The key; `nil` for none.
    func prepare() throws -> SealingKey?
    func commit() throws
    /// Undoes ``prepare()``, where ``commit()`` has not been done.
    func discard()
}

/// What is stored shall be clear.
private struct NoKey: NewKey {
    func prepare() -> SealingKey? { nil }
    func commit() {}
    func discard() {}
}

/// The key in a file, which is made where it is missing; who names it gives it to the daemon.
private struct KeyInFile: NewKey {
    let path: String

    func prepare() throws -> SealingKey? { try KeyFile.readOrMake(path) }
    func commit() {}
    // The next attempt may use it.
    func discard() {}
}

extension KeyProgram: NewKey {
    func prepare() throws -> SealingKey? { try KeyFile.read(run("prepare")) }
    func commit() throws { _ = try run("commit") }
    func discard() { _ = try? run("discard") }

    /// - Throws: `ValidationError` where this machine has none, or not for this user.
    fileprivate static func ofThisMachine() throws -> KeyProgram {
        guard let program = KeyProgram() else {
            throw ValidationError(
                "Only root, and where \(KeyProgram.path) is, changes the key of this machine: else name files with --from "
                    + "and --to.")
        }
        return program
    }
}
