// SPDX-License-Identifier: Apache-2.0

extension Duration {
    /// Whole seconds, rounded down.
    package var wholeSeconds: Int64 {
        components.attoseconds < 0 ? components.seconds - 1 : components.seconds
    }

    /// Whole seconds, rounded up.
    package var secondsRoundedUp: Int64 {
        components.attoseconds > 0 ? components.seconds + 1 : components.seconds
    }

    /// Whole milliseconds, rounded towards zero.
    package var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
