// SPDX-License-Identifier: Apache-2.0

/// Limits of protocol version 1. They only ever rise within it.
public enum WireLimits {
    /// The longest line a client may send, in bytes with its LF.
    public static let requestLineBytes = 65_536
    /// The longest line the daemon sends, in bytes with its LF.
    public static let responseLineBytes = 4 * 1024 * 1024
    /// The longest line the daemon sends, in bytes with its LF, that is neither a profile nor the description of the
    /// protocol, metrics or a batch.
    public static let commonResponseLineBytes = 65_536
    /// How deeply arrays and objects may be nested.
    public static let nestingDepth = 32
    /// How many members one object may have.
    public static let objectMembers = 256
    /// How many requests one batch may hold.
    public static let batchEntries = 32
    /// The longest string used as an id, in bytes between its quotes as sent.
    public static let idStringBytes = 256
    /// The longest integer used as an id, in digits.
    public static let idDigits = 20
    /// The range of `_deadlineSeconds`.
    public static let deadlineSeconds = 0.001...300.0
    /// The deadline of a request that names none.
    public static let defaultDeadlineSeconds = 30.0
    /// The largest `profile` of a Simple Authentication, in bytes of JSON without white space.
    public static let profileBytes = 16 * 1024
}
