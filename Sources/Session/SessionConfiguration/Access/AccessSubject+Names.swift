// SPDX-License-Identifier: Apache-2.0

package import SessiondPrimitives

extension AccessSubject {
    /// The name that has to be looked up before it is known who that is; `nil`: none.
    package var accountName: UnixName? {
        switch self {
        case .user(.name(let name)): .user(name)
        case .group(.name(let name)): .group(name)
        case .user(.id), .group(.id), .any: nil
        }
    }
}
