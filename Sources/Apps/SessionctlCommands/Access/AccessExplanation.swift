// SPDX-License-Identifier: Apache-2.0

import AccessRules
import SessionConfiguration
import SessionProtocol
import SessiondLinux
import SessiondPrimitives

/// What the daemon would decide on a caller, and by which lines of which files.
struct AccessExplanation {
    let caller: ExplainedCaller
    /// The pages that it speaks for; `nil`: none.
    let page: WebOrigin?
    let decision: AccessDecision
    /// The files that were read.
    let files: [String]
    private let access: Settings.Access
    private let standings: [UnixName: NameStanding]

    /// - Parameters:
    ///   - files: Where the lines come from.
    ///   - daemonUser: Whom the daemon runs as; `nil` where that is not known.
    ///   - accounts: What has become of the names in the lines.
    init(
        _ access: Settings.Access, in files: [String] = [], to caller: ExplainedCaller,
        onBehalfOf page: WebOrigin? = nil, daemonUser: UInt32?, accounts: [UnixName: AccountAnswer<UInt32>]
    ) {
        standings = accounts.mapValues { NameStanding.asked.after($0) }
        decision = AccessPolicy(access.rules, access.originRules, standings, ownUser: daemonUser)
            .decision(on: caller.credentials, isObserver: false, onBehalfOf: page)
        (self.access, self.files, self.caller, self.page) = (access, files, caller, page)
    }

    /// The lines that grant a capability.
    func lines(granting capability: Capability) -> [AccessRule] {
        decision.rules(that: .applies, granting: capability).map { access.rules[$0] }
    }

    /// The lines that let its pages have a capability.
    func originLines(granting capability: Capability) -> [OriginRule] {
        decision.pageRules(granting: capability).map { access.originRules[$0] }
    }

    /// Whether its pages may not have a capability, whoever the caller is.
    func isKeptFromPages(_ capability: Capability) -> Bool {
        decision.pageCapabilities.map { !$0.contains(capability) } ?? false
    }

    /// The lines of which it is not known whether they do.
    func openLines(on capability: Capability) -> [AccessRule] {
        decision.rules(that: .isNotKnown, granting: capability).map { access.rules[$0] }
    }

    /// What is said of lines that grant nothing: each name once.
    var warnings: [String] {
        var places: [(name: String, origins: [String])] = []
        for rule in decision.rules(that: .isForNobody).map({ access.rules[$0] }) {
            let name = rule.subject.accountName?.description ?? "\(rule)"
            let place: Int = places.firstIndex { $0.name == name } ?? places.count
            if place == places.count { places.append((name, [])) }
            places[place].origins.append(rule.origin == .builtIn ? "the line that is the default" : "\(rule.origin)")
        }
        return places.map { name, origins in
            "\(origins.joined(separator: ", ")) grants nothing: there is no such name as \(name)"
        } + decision.rules(that: .isNotKnown).map { warning(ofUnknown: access.rules[$0]) }
    }

    private func warning(ofUnknown line: AccessRule) -> String {
        let name = line.subject.accountName
        let failure = name.flatMap { standings[$0]?.failure }
        return "\(line.origin): \(name?.description ?? "it") could not be asked: \(failure?.description ?? "not yet"); "
            + "whether this grants anything is not known, and sessiond, which keeps to what it knew, has it "
            + "tried again: Allow=\(line)"
    }
}

extension NameStanding {
    fileprivate var failure: AccountFailure? {
        switch self {
        case .unavailable(let failure, _): failure
        case .asked, .found, .absent: nil
        }
    }
}
