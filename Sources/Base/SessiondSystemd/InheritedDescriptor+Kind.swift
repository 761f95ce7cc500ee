// SPDX-License-Identifier: Apache-2.0

import CSessiondSystemd
import Glibc

extension InheritedDescriptor.Kind {
    /// A descriptor that is not open, or that the kernel cannot name, is `other`.
    init(of descriptor: CInt) {
        let listening: CInt = 1
        let streamType = CInt(SOCK_STREAM.rawValue)
        let isListener = sd_is_socket_unix(descriptor, streamType, listening, nil, 0) > 0
        self = isListener ? .listeningUnixStream : .other
    }
}
