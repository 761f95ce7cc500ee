// SPDX-License-Identifier: Apache-2.0

/// Memory that all connections share.
struct LoopBuffers {
    /// What one connection does not use up is copied out before the next is read.
    let input: UnsafeMutableBufferPointer<UInt8>
    /// Answers that are gathered of one connection's lines.
    var output: [UInt8] = []

    init(longestLineBytes: Int) {
        input = .allocate(capacity: longestLineBytes + LineLimits.readBytes)
        output.reserveCapacity(LineLimits.outputCapacity)
    }

    func deallocate() { input.deallocate() }
}
