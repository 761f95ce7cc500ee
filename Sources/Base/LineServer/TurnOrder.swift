// SPDX-License-Identifier: Apache-2.0

/// Whose turn it is, and how much was done.
struct TurnOrder {
    /// How often the loop has woken up.
    var wakeUps: UInt64 = 0
    /// Bytes that were read and answered ever since.
    var movedBytes = 0
    /// Who is served first of those that wait together.
    var firstTurn = 0
}
