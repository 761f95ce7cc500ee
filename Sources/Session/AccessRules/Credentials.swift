// SPDX-License-Identifier: Apache-2.0

/// Whom the rules judge: user and groups, as the kernel or the databases name them.
package struct Credentials: Sendable, Equatable {
    /// The effective user.
    package var uid: UInt32
    /// The effective group.
    package var gid: UInt32
    /// The supplementary groups, in order.
    package let groups: [UInt32]

    /// Takes groups in any order; as a rule the kernel gives them in theirs.
    package init(uid: UInt32, gid: UInt32, groups: [UInt32]) {
        let isOrdered = zip(groups, groups.dropFirst()).allSatisfy { $0 <= $1 }
        (self.uid, self.gid, self.groups) = (uid, gid, isOrdered ? groups : groups.sorted())
    }

    /// A member of those groups whom no rule names as a user.
    package init(memberOf groups: Set<UInt32>) {
        self.init(uid: Credentials.noID, gid: groups.min() ?? Credentials.noID, groups: Array(groups))
    }

    // Groups of another user namespace have that id, whichever they are.
    func isMember(of group: UInt32) -> Bool {
        group != Credentials.overflowID && (gid == group || groups.place(inOrder: group) != nil)
    }

    /// The first of the groups that a rule can name; `nil`: there is none.
    package var nameableGroup: UInt32? {
        ([gid] + groups).filter { ![Credentials.overflowID, Credentials.noID].contains($0) }.min()
    }

    /// The user whom the kernel names for a process of another user namespace, user_namespaces(7).
    package static let overflowID: UInt32 = 65_534
    /// The id that no user or group has, chown(2): no rule can name it.
    package static let noID = UInt32.max
}
