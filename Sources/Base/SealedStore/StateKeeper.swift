// SPDX-License-Identifier: Apache-2.0

/// Keeps a state that no disk takes, beyond the end of this process, as long as the machine runs.
package protocol StateKeeper: AnyObject {
    /// What earlier processes had kept: none, one, or two of which the newer counts.
    var images: [[UInt8]] { get }
    /// Keeps an image in place of the last one; at any instant there is one of both. Says whether it could.
    func keep(_ image: [UInt8]) -> Bool
    /// Keeps no image any more, but at most one of ``images``.
    func release(but image: Int?)
}
