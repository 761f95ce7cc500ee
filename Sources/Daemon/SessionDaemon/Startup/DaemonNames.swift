// SPDX-License-Identifier: Apache-2.0

import SessionConfiguration
import SessiondLinux
import SessiondPrimitives

/// The names of the rules and of `--socket-group`, looked up beside everything else that the daemon does.
struct DaemonNames: Sendable {
    /// The group of `--socket-group`; `nil`: none was given.
    let socketGroup: UnixName?
    private let names = AccountNames()

    init(socketGroup: String?) { self.socketGroup = socketGroup.map { .group($0) } }

    /// How it stands with each.
    var standings: [UnixName: NameStanding] { names.standings }

    /// How it stands with the socket's group; `nil`: it has none.
    var socketGroupStanding: NameStanding? { socketGroup.map { standings[$0] ?? .asked } }

    /// Begins to ask for the names in a configuration.
    func begin(with settings: Settings) { names.want(wanted(settings)) }

    /// How it stands with each, once all were asked for or the start has waited long enough.
    func settled() -> [UnixName: NameStanding] { names.settled(within: LookUpLimits.start) }

    /// Asks for the names in a configuration as if they had never been asked for, and goes on with them; what cannot be
    /// asked keeps its id. Takes as long as look-ups may.
    func follow(_ settings: Settings) -> [UnixName: NameStanding] {
        names.want(wanted(settings), answers: names.answers(to: wanted(settings)))
        return names.standings
    }

    /// How it would stand with each then.
    func rehearse(_ settings: Settings) -> [UnixName: NameStanding] {
        let standings = names.standings
        return names.answers(to: wanted(settings)).reduce(into: [:]) { result, answer in
            result[answer.key] = (standings[answer.key] ?? .asked).after(answer.value)
        }
    }

    /// Calls that on any thread whenever one of them stands for something else than before.
    func observe(_ observer: @escaping @Sendable () -> Void) { names.observe(observer) }

    /// Where each stands: lines of files, `default`, or the option.
    func places(in settings: Settings) -> [UnixName: [NamePlace]] {
        var places: [UnixName: [NamePlace]] = [:]
        for rule in settings.access.rules {
            if let name = rule.subject.accountName { places[name, default: []].append(.rule(rule)) }
        }
        if let socketGroup { places[socketGroup, default: []].append(.socketGroup) }
        return places
    }

    private func wanted(_ settings: Settings) -> Set<UnixName> { Set(places(in: settings).keys) }
}

/// Where a name stands.
enum NamePlace: Sendable, CustomStringConvertible {
    case rule(AccessRule)
    case socketGroup

    /// `default`, `path:line`, or the option.
    var description: String {
        switch self {
        case .rule(let rule): "\(rule.origin)"
        case .socketGroup: "--socket-group"
        }
    }
}
