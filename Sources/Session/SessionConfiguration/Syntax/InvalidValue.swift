// SPDX-License-Identifier: Apache-2.0

/// Why a value is refused; the reason repeats nothing of the value.
struct InvalidValue: Error, Hashable {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
