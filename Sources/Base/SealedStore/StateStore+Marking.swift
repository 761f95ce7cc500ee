// SPDX-License-Identifier: Apache-2.0

extension StateStore {
    /// What the mark says against the state that counts; goes on counting from the highest revision that there was.
    func rollback(_ outcome: StoreLoad.Outcome) -> StoreRollback? {
        guard let header = outcome.header, let mark = markFile?.mark else { return nil }
        let rollback = StoreRollback(revision: header.revision, last: mark, installationID: header.installationID)
        guard rollback.isOtherInstallation || header.revision < mark.revision else { return nil }
        if !rollback.isOtherInstallation { revision = max(revision, mark.revision) }
        return rollback
    }

    /// Remembers the state that counts, which this process has saved or found; why it is not remembered.
    @discardableResult
    func noteMark(isSaved: Bool) -> StoreError? {
        guard let installationID else { return nil }
        return note(StoreMark(revision: revision, installationID: installationID), isSaved: isSaved)
    }

    /// Forgets the states of before: a new installation begins, and a crash before its first mark is no rollback.
    func forgetMark() { _ = note(nil, isSaved: false) }

    private func note(_ mark: StoreMark?, isSaved: Bool) -> StoreError? {
        do throws(StoreError) {
            try markFile?.note(mark, isSaved: isSaved)
            return nil
        } catch {
            return error
        }
    }
}

/// A state that counts although a later one was stored, or one of another installation.
package struct StoreRollback: Sendable, Equatable {
    /// The revision of the state that counts.
    package let revision: Int64
    /// The state that was stored last.
    package let last: StoreMark
    /// Whether that was another installation's: then the revisions cannot be compared.
    package let isOtherInstallation: Bool

    init(revision: Int64, last: StoreMark, installationID: HexIdentifier) {
        (self.revision, self.last) = (revision, last)
        isOtherInstallation = last.installationID != installationID
    }
}
