// SPDX-License-Identifier: Apache-2.0

extension StateStore {
    /// Reads the state, sets aside what is damaged or of another machine, and preallocates the files.
    ///
    /// While the outcome is `locked`, nothing is written, and it may be called again.
    public func load() -> StoreLoad {
        let readings = files.indices.map(examine)
        let outcome = take(readings)
        var warnings = storage.warnings
        guard condition == .ready else { return StoreLoad(outcome: outcome, warnings: warnings) }
        if let error = synchronise() { warnings.append("a power failure may bring back an older state: \(error)") }
        if let error = finishScrub(readings) {
            warnings.append("what was cleared may still be in the folder until the next save: \(error)")
        }
        if let error = preallocate() { warnings.append("a full disk may stop later saves: \(error)") }
        return StoreLoad(outcome: outcome, warnings: warnings)
    }

    /// Reads one of the files, and sees how much of it is in use.
    func examine(_ index: Int) -> StoreReading {
        files[index].usedBytes = 0
        do throws(StoreError) {
            // One byte more, so that a file that is too large can be told.
            guard let bytes = try storage.read(files[index].name, limitBytes: StoreLimits.maximumFileBytes + 1)
            else { return .missing }
            highestGeneration = max(highestGeneration, StoreHeader.generation(of: bytes) ?? 0)
            files[index].usedBytes = (bytes.lastIndex { $0 != 0 } ?? -1) + 1
            return StoreReading(bytes)
        } catch {
            return .unreadable(error)
        }
    }

    private func take(_ readings: [StoreReading]) -> StoreLoad.Outcome {
        reset(.locked)
        switch StoreVerdict(readings, options) {
        case .newerFormat(let index, let format):
            return .locked(.newerFormat(path: storage.path(of: files[index].name), format: format))
        case .otherKey(let index, let keyID):
            return .locked(.otherKey(path: storage.path(of: files[index].name), keyID: keyID))
        case .unreadable(let error): return .locked(.unreadable(error))
        case .damaged: return startAgain(readings) { .damaged(setAside: $0) }
        case .otherMachine(let header): return startAgain(readings) { .otherMachine(setAside: $0, header: header) }
        case .absent:
            condition = .ready
            return .absent
        case .current(let index, let header, let image):
            takeOver(readings, index, header, image)
            return .loaded(payload: Array(image[StoreLimits.headerBytes...]), header: header)
        }
    }

    private func takeOver(_ readings: [StoreReading], _ index: Int, _ header: StoreHeader, _ image: [UInt8]) {
        condition = .ready
        (current, revision, installationID) = (index, header.revision, header.installationID)
        let other = 1 - index
        let isScrubbed = files[other].usedBytes == 0 || readings[other] == readings[index]
        // Behind an intact state there may be the rest of an older one, where the crash came in between.
        let hasRest = files.contains { $0.usedBytes > image.count }
        isScrubDue = header.scrubs && (!isScrubbed || hasRest)
    }

    private func startAgain(
        _ readings: [StoreReading], _ outcome: ([String]) -> StoreLoad.Outcome
    ) -> StoreLoad.Outcome {
        do throws(StoreError) {
            let paths = try setAside(readings)
            reset(.ready)
            return outcome(paths)
        } catch {
            return .locked(.notSetAside(error))
        }
    }

    func reset(_ condition: Condition) {
        (current, revision, installationID) = (nil, 0, nil)
        (isScrubDue, isPreallocated) = (false, false)
        self.condition = condition
    }

    /// Makes durable what was read: it may be of a process that was killed before its fsync(2), and nobody must be told
    /// of a state that a power failure can still take back.
    private func synchronise() -> StoreError? {
        do throws(StoreError) {
            for file in files where try storage.exists(file.name) { try storage.synchronise(file.name) }
            return nil
        } catch {
            return error
        }
    }

    /// Ends what a crash has cut off between a save and its scrub.
    private func finishScrub(_ readings: [StoreReading]) -> StoreError? {
        guard isScrubDue, let current, case .intact(_, let image) = readings[current] else { return nil }
        return eraseRest(of: current, behind: image.count) ?? scrub(image)
    }
}
