// SPDX-License-Identifier: Apache-2.0

/// The value of an assignment, and where that stands.
struct AssignedValue: Hashable, Sendable {
    let text: String
    let origin: SettingOrigin
}
