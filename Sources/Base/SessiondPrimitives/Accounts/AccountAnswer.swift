// SPDX-License-Identifier: Apache-2.0

import Glibc

/// What the account database has answered. That it could not be asked is no answer, and never taken for one.
package enum AccountAnswer<Value> {
    /// It has that entry.
    case found(Value)
    /// It has no such entry.
    case absent
    /// It could not be asked: whether there is such an entry is not known.
    case unavailable(AccountFailure)

    /// What was found, for whom it makes no difference why there is nothing else; `nil`: nothing.
    package var value: Value? {
        switch self {
        case .found(let value): value
        case .absent, .unavailable: nil
        }
    }

    /// The same answer about something that follows from the value.
    package func map<Other>(_ transform: (Value) -> Other) -> AccountAnswer<Other> {
        switch self {
        case .found(let value): .found(transform(value))
        case .absent: .absent
        case .unavailable(let failure): .unavailable(failure)
        }
    }
}

extension AccountAnswer: Sendable where Value: Sendable {}
extension AccountAnswer: Equatable where Value: Equatable {}

/// Why the account database could not be asked.
package enum AccountFailure: Sendable, Equatable, CustomStringConvertible {
    /// An error number of a module of nsswitch.conf(5).
    case error(Int32)
    /// There was no answer within that time.
    case late(after: Duration)
    /// The entry has more bytes than ``AccountDatabase/maximumRecordBytes``.
    case tooLarge

    /// The reason, without a full stop.
    package var description: String {
        switch self {
        case .error(let number): String(cString: strerror(number))
        case .late(let limit): "there was no answer within \(limit.inSeconds) s"
        case .tooLarge: "its entry has more than \(AccountDatabase.maximumRecordBytes >> 20) MiB"
        }
    }
}

extension Duration {
    /// With as many digits as it needs: `5`, `0.25`.
    fileprivate var inSeconds: String {
        let (seconds, attoseconds) = components
        guard attoseconds > 0 else { return "\(seconds)" }
        var digits = String(1_000 + attoseconds / 1_000_000_000_000_000).dropFirst()
        while digits.last == "0" { digits.removeLast() }
        return "\(seconds).\(digits)"
    }
}
