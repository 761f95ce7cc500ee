// SPDX-License-Identifier: Apache-2.0

extension SessionStatus: CustomStringConvertible, CustomDebugStringConvertible {
    /// State, token, generation and UUID, for a log: neither login nor labels.
    public var description: String { "\(state), token \(tokenState), generation \(generation), \(uuid)" }

    /// The same: whoever prints what a status is part of prints no login either.
    public var debugDescription: String { description }
}
