// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The user that a state folder belongs to. Root works in it as that user: what root writes there would be root's, and a
/// link that the user has put there could lead root anywhere.
struct FolderOwner {
    private let user: uid_t
    private let group: gid_t

    /// - Throws: ``StartFailure`` where there is no such folder.
    init(of folder: String) throws(StartFailure) {
        var status = stat()
        guard stat(folder, &status) == 0 else {
            throw StartFailure(
                status: StartFailure.noInput, message: "\(folder): \(String(cString: strerror(errno)))")
        }
        (user, group) = (status.st_uid, status.st_gid)
    }

    /// Does something as the owner, where this is root.
    ///
    /// - Throws: ``StartFailure``, or what the body throws.
    func run<Result>(_ body: () throws -> Result) throws -> Result {
        try FolderOwner.become(user, group)
        defer { FolderOwner.becomeRootAgain() }
        return try body()
    }

    /// Does something as before in between.
    func asBefore<Result>(_ body: () throws -> Result) throws -> Result {
        FolderOwner.becomeRootAgain()
        let result = Swift.Result { try body() }
        try FolderOwner.become(user, group)
        return try result.get()
    }

    private static func become(_ user: uid_t, _ group: gid_t) throws {
        guard getuid() == 0 else { return }
        guard setegid(group) == 0, seteuid(user) == 0 else {
            throw StartFailure(
                status: StartFailure.system, message: "seteuid: \(String(cString: strerror(errno)))")
        }
    }

    private static func becomeRootAgain() {
        guard getuid() == 0 else { return }
        seteuid(0)
        setegid(0)
    }
}
