// SPDX-License-Identifier: Apache-2.0

extension StateStore {
    /// Reads the state, sets aside what is damaged or of another machine, and preallocates the files. A state that is not
    /// sealed as it shall be is written again, and so is one that is older than the last: with a later revision.
    ///
    /// While the outcome is `locked`, nothing is written, and it may be called again.
    ///
    /// - Parameter held: Images that ``image(of:generation:)`` made and that nothing was saved after. One counts where it
    ///   is intact, of the installation that is here, and newer than what is here.
    package func load(held: [[UInt8]] = []) -> StoreLoad {
        let readings = files.indices.map(examine)
        let outcome = take(readings)
        var warnings = storage.warnings
        guard condition == .ready else { return StoreLoad(outcome: outcome, warnings: warnings) }
        let forged = current == nil ? [] : setAsideForged(readings)
        let newer = held.indices.reduce(nil) { takeOver(held[$1], index: $1) ?? $0 }
        if newer != nil, case .damaged = outcome { warnings.append(outcome.description) }
        if let error = synchronise() { warnings.append("a power failure may bring back an older state: \(error)") }
        if let error = finishScrub(readings) {
            warnings.append("what was cleared may still be in the folder until the next save: \(error)")
        }
        if let error = preallocate() { warnings.append("a full disk may stop later saves: \(error)") }
        let rollback = rollback(newer ?? outcome)
        if newer == nil, let error = saveAgain(outcome, isOlder: rollback?.isOtherInstallation == false) {
            warnings.append("the state stays as it is until the next save: \(error)")
        }
        if let error = newer == nil ? noteMark(isSaved: false) ?? markFailure : markFailure {
            warnings.append("an older state that comes back may not be told from the last one: \(error)")
        }
        return StoreLoad(outcome: newer ?? outcome, warnings: warnings, forged: forged, rollback: rollback)
    }

    /// Reads one of the files, and sees how much of it is in use.
    func examine(_ index: Int) -> StoreReading {
        files[index].usedBytes = 0
        do throws(StoreError) {
            // One byte more, so that a file that is too large can be told.
            guard let bytes = try storage.read(files[index].name, limitBytes: StoreLimits.maximumImageBytes + 1)
            else { return .missing }
            highestGeneration = max(highestGeneration, StoreHeader.generation(of: bytes) ?? 0)
            files[index].usedBytes = (bytes.lastIndex { $0 != 0 } ?? -1) + 1
            return StoreReading(bytes, key: options.sealing.openingKey)
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
            let path = storage.path(of: files[index].name)
            return .locked(.otherKey(path: path, keyID: keyID, given: StoreLockReason.GivenKey(options.sealing)))
        case .keyRequired(let reason): return .locked(.keyRequired(because: reason))
        case .unreadable(let error): return .locked(.unreadable(error))
        case .damaged: return startAgain(readings) { .damaged(setAside: $0) }
        case .otherMachine(let header): return startAgain(readings) { .otherMachine(setAside: $0, header: header) }
        case .absent:
            condition = .ready
            return .absent
        case .current(let index, let image, let payload):
            takeOver(readings, index, image)
            return .loaded(payload: payload, header: image.header)
        }
    }

    func takeOver(_ readings: [StoreReading], _ index: Int, _ image: StoreImage) {
        condition = .ready
        let header = image.header
        (current, revision, installationID) = (index, header.revision, header.installationID)
        machineID = header.machineID
        isSealed = header.isSealed
        let other = 1 - index
        let isScrubbed = files[other].usedBytes == 0 || readings[other] == readings[index]
        // Behind an intact state there may be the rest of an older one, where the crash came in between.
        let hasRest = files.contains { $0.usedBytes > image.bytes.count }
        let isOtherKeysToo = readings[other].image.map { $0.header.keyID != header.keyID } ?? false
        isScrubDue = header.scrubs && (!isScrubbed || hasRest) || isOtherKeysToo
    }

    private func takeOver(_ bytes: [UInt8], index: Int) -> StoreLoad.Outcome? {
        guard let image = StoreReading(bytes, key: options.sealing.openingKey).image, let payload = image.payload,
            !options.isOtherMachine(image.header.machineID), image.header.revision > revision,
            installationID.map({ $0 == image.header.installationID }) ?? true
        else { return nil }
        (revision, installationID) = (image.header.revision, image.header.installationID)
        machineID = image.header.machineID
        highestGeneration = max(highestGeneration, image.header.generation)
        // Why it was made is not known any more: something may have been cleared.
        isScrubDue = true
        return .held(index: index, payload: payload, header: image.header)
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
        (current, revision, installationID, machineID) = (nil, 0, nil, nil)
        isSealed = options.sealing.savingKey != nil
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
        guard isScrubDue, let current, let image = readings[current].image else { return nil }
        return eraseRest(of: current, behind: image.bytes.count) ?? scrub(image.bytes)
    }

    /// Seals what was clear until now, and the other way round; no copy of another kind is left. Saves what is older than
    /// the last state, which it takes the place of.
    private func saveAgain(_ outcome: StoreLoad.Outcome, isOlder: Bool) -> StoreError? {
        guard case .loaded(let payload, let header) = outcome, isOlder || header.keyID != options.sealing.keyField
        else { return nil }
        isScrubDue = true
        do throws(StoreError) {
            let saved: StoreSave = try save(payload, generation: header.generation, scrub: true)
            if case .savedNotScrubbed(let error) = saved { return error }
            return nil
        } catch {
            return error
        }
    }
}
