// SPDX-License-Identifier: Apache-2.0

/// Sizes of the store's files.
package enum StoreLimits {
    /// Bytes of the clear header at the start of each file: one sector, which a disk writes whole or not at all.
    package static let headerBytes = 512
    /// Bytes that each of the two files is given at first, so that a full disk stops no later write.
    ///
    /// It holds the largest usual state: both tokens and 16 outbox entries of 32,768 bytes each, and what is around them.
    package static let preallocatedBytes = 768 * 1024
    /// Bytes that both files are given before either gets more, so that a disk with little space left still serves both.
    package static let firstShareBytes = 64 * 1024
    /// Most bytes of a payload; one beyond ``preallocatedBytes`` makes the file grow.
    package static let maximumPayloadBytes = 4 * 1024 * 1024
    /// The highest generation that a customer could have had, and the highest revision of a state.
    ///
    /// Where nothing better is known, a generation begins at the time in seconds: this is far beyond, and leaves room to
    /// count on.
    package static let highestCount: Int64 = 1 << 40
    /// Most bytes of what follows a header: a payload, or what the seal makes of it.
    static let maximumBodyBytes = maximumPayloadBytes + SealingKey.overheadBytes
    /// Most bytes of a whole state, and of a file that is ours.
    package static let maximumImageBytes = headerBytes + maximumBodyBytes
}
