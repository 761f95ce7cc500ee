// SPDX-License-Identifier: Apache-2.0

import Logging

extension SystemdLogHandler {
    static let errorKey = "ERROR"

    func fields(of event: LogEvent) -> [JournalField] {
        merged(with: event).compactMap { JournalField(name: $0.key, value: $0.value.description) }
    }

    /// The common case, metadata of the event only, copies nothing.
    private func merged(with event: LogEvent) -> Logger.Metadata {
        var result = event.metadata ?? [:]
        if let error = event.error {
            result[Self.errorKey] = "\(error)"
        }
        if let provided = metadataProvider?.get(), !provided.isEmpty {
            result.merge(provided) { event, _ in event }
        }
        if !metadata.isEmpty {
            result.merge(metadata) { specific, _ in specific }
        }
        return result
    }
}
