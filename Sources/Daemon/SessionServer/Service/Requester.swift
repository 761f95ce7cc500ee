// SPDX-License-Identifier: Apache-2.0

import LineServer

/// Who asks for a reload.
enum Requester: Sendable {
    /// A caller.
    case peer(Peer)
    /// A process that sent SIGHUP; of it the kernel tells no more.
    case signal(pid: Int32, uid: UInt32)
}
