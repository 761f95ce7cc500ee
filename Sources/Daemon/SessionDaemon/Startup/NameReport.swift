// SPDX-License-Identifier: Apache-2.0

import Logging
import SessionConfiguration
import SessionProtocol
import SessionServer
import SessiondLinux
import SessiondPrimitives

/// What is said of names that nobody has, or that cannot be looked up now.
struct NameReport: Sendable {
    private let places: [UnixName: [NamePlace]]
    private let standings: [UnixName: NameStanding]

    /// Lines about as many names are written at a time; of the others, the number.
    private static let maximumLines = 10
    /// The problem in `daemon.health`.
    private static let problemName = "nameUnavailable"

    /// A report of how it stands with names, each of which stands at some places.
    init(_ places: [UnixName: [NamePlace]], _ standings: [UnixName: NameStanding]) {
        (self.places, self.standings) = (places, standings)
    }

    /// What stands in the way of those whom rules name; `nil`: nothing.
    var problem: HealthAnswer.Problem? {
        let complaints = sorted.compactMap { complaint(about: $0) }
        guard !complaints.isEmpty else { return nil }
        let shown = complaints.prefix(NameReport.maximumLines).joined(separator: "; ")
        return HealthAnswer.Problem(name: NameReport.problemName, hint: shown + more(complaints.count))
    }

    /// What is to be said to who has the rules read: of each name in a file that nobody has, or that cannot be looked up.
    var remarks: [String] {
        let found = sorted.compactMap { line(about: $0, nil, true) }.filter { $0.level >= .warning }.map(\.text)
        return found.prefix(NameReport.maximumLines)
            + (found.count > NameReport.maximumLines
                ? ["the same of \(found.count - NameReport.maximumLines) more names: see sessionctl doctor"] : [])
    }

    /// Writes what has changed since another report: of each name once that it cannot be looked up, and once that it
    /// can again.
    ///
    /// - Parameter isReload: Whether the rules were just read: then all names that nobody has are written.
    func log(since before: NameReport?, isReload: Bool = false, to logger: Logger) {
        let lines = sorted.compactMap { line(about: $0, before?.standings[$0], isReload) }
        for line in lines.prefix(NameReport.maximumLines) {
            logger.log(level: line.level, "\(line.text)", metadata: ["MESSAGE_ID": "\(line.event.rawValue)"])
        }
        guard let first = lines.first, lines.count > NameReport.maximumLines else { return }
        let rest = lines.count - NameReport.maximumLines
        logger.log(
            level: first.level, "the same of \(rest) more names: see sessionctl health and sessionctl doctor",
            metadata: ["MESSAGE_ID": "\(first.event.rawValue)"])
    }

    private typealias Line = (level: Logger.Level, event: JournalEvent, text: String)

    private var sorted: [UnixName] { places.keys.sorted { $0.description < $1.description } }

    private func line(about name: UnixName, _ old: NameStanding?, _ isReload: Bool) -> Line? {
        switch standings[name] ?? .asked {
        case .asked: return nil
        case .found(let id):
            switch old {
            case .unavailable:
                return (.notice, .nameFound, "\(name)\(at(name)) could be asked again: its id is \(id)")
            case .absent: return (.notice, .nameFound, "\(name)\(at(name)) is there now: its id is \(id)")
            case .asked, .found, nil: return nil
            }
        case .absent: return old == .absent && !isReload ? nil : absence(name)
        case .unavailable(_, let kept):
            guard old?.isUnavailable != true, let text = complaint(about: name) else { return nil }
            return (kept == nil ? .error : .warning, .nameUnavailable, text)
        }
    }

    // Where no file names it, the package was not installed, and doctor says so where that matters.
    private func absence(_ name: UnixName) -> Line {
        let isConfigured = places[name]?.contains { $0.isConfigured } ?? false
        let remedy =
            isConfigured
            ? "add it, or correct the line; then: sessionctl reload"
            : "without the package, write lines Allow= into [Access]"
        let text = "there is no such name as \(name)\(at(name)), which so gives nobody anything (\(remedy))"
        return (isConfigured ? .warning : .info, .configuration, text)
    }

    private func complaint(about name: UnixName) -> String? {
        guard case .unavailable(let failure, let kept) = standings[name] else { return nil }
        let meanwhile = kept.map { "it keeps the id \($0)" } ?? "it gives nobody anything"
        return
            "\(name)\(at(name)) could not be asked: \(failure); until it can, \(meanwhile); tried again, at the latest "
            + "after \(LookUpLimits.pausesOfUnavailable.longest.components.seconds / 60) min (see nsswitch.conf(5), and: "
            + "\(name.command))"
    }

    private func at(_ name: UnixName) -> String {
        " (\((places[name] ?? []).prefix(NameReport.maximumLines).map(\.description).joined(separator: ", ")))"
    }

    private func more(_ count: Int) -> String {
        count > NameReport.maximumLines ? "; and \(count - NameReport.maximumLines) more" : ""
    }
}

extension NameStanding {
    fileprivate var isUnavailable: Bool {
        switch self {
        case .unavailable: true
        case .asked, .found, .absent: false
        }
    }
}

extension NamePlace {
    fileprivate var isConfigured: Bool {
        switch self {
        case .rule(let rule): rule.origin != .builtIn
        case .socketGroup: true
        }
    }
}
