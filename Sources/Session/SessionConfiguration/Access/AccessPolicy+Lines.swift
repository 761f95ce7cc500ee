// SPDX-License-Identifier: Apache-2.0

package import AccessRules
package import SessiondLinux
package import SessiondPrimitives

extension AccessPolicy {
    /// The policy of the lines in `[Access]`, in their order, with what their names stand for.
    package init(
        _ lines: [AccessRule], _ originLines: [OriginRule], _ standings: [UnixName: NameStanding], ownUser: UInt32?
    ) {
        self.init(
            rules: lines.map { Rule(capabilities: $0.capabilities, subject: $0.subject.resolved(standings)) },
            pageRules: originLines.map { PageRule(capabilities: $0.capabilities, origin: $0.page) },
            ownUser: ownUser)
    }
}

extension AccessSubject {
    fileprivate func resolved(_ standings: [UnixName: NameStanding]) -> AccessPolicy.Rule.Subject {
        switch self {
        case .any: .any
        case .user(.id(let id)): .user(id)
        case .group(.id(let id)): .group(id)
        case .user(.name(let name)): AccessSubject.resolved(.user(name), standings) { .user($0) }
        case .group(.name(let name)): AccessSubject.resolved(.group(name), standings) { .group($0) }
        }
    }

    // A name keeps the id that it last stood for while it cannot be asked.
    private static func resolved(
        _ name: UnixName, _ standings: [UnixName: NameStanding], _ subject: (UInt32) -> AccessPolicy.Rule.Subject
    ) -> AccessPolicy.Rule.Subject {
        switch standings[name] ?? .asked {
        case .found(let id), .unavailable(_, keeping: let id?): subject(id)
        case .asked, .unavailable(_, keeping: nil): .unknown("\(name)")
        case .absent: .absent
        }
    }
}
