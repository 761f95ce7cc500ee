// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

/// The verbs that scripts run over and over, `token` and `uuid`, read without ArgumentParser.
///
/// ArgumentParser takes more time for a command line than all the rest of such a run. What is not read here, wrong
/// command lines and help among it, goes there: so this decides nothing, and says nothing.
struct QuickCommand: Equatable {
    /// What is asked.
    enum Question: Equatable {
        case uuid
        case token(RetrieveToken, asHeader: Bool)
    }

    private(set) var settings = CallSettings()
    private(set) var question = Question.uuid

    /// Reads a command line; `nil` where it is not such a one.
    init?(_ arguments: [String]) {
        var left = arguments[...]
        // What holds for every verb may stand before it.
        while let argument = left.popFirst(), !readVerb(argument) {
            guard readForAll(argument, &left), !left.isEmpty else { return nil }
        }
        guard !arguments.isEmpty else { return nil }
        while let argument = left.popFirst() {
            guard readForAll(argument, &left) || readForToken(argument, &left) else { return nil }
        }
    }

    /// Calls the daemon and prints its answer.
    func run() throws {
        switch question {
        case .uuid: try settings.call({ GetUUID() }, CommandAnswer.init)
        case .token(let request, let asHeader):
            try settings.call({ request }, { CommandAnswer($0, asHeader: asHeader) })
        }
    }

    private mutating func readVerb(_ argument: String) -> Bool {
        switch argument {
        case "uuid": question = .uuid
        case "token": question = .token(RetrieveToken(), asHeader: false)
        default: return false
        }
        return true
    }

    private mutating func readForAll(_ argument: String, _ left: inout ArraySlice<String>) -> Bool {
        switch argument {
        case "--json": settings.isJSON = true
        case "--quiet": settings.isQuiet = true
        case "--socket":
            guard let path = left.popFirst(), !path.hasPrefix("-") else { return false }
            settings.socket = path
        default: return false
        }
        return true
    }

    private mutating func readForToken(_ argument: String, _ left: inout ArraySlice<String>) -> Bool {
        guard case .token(var request, var asHeader) = question else { return false }
        switch argument {
        case "--header": asHeader = true
        case "--allow-stale": request.allowStale = true
        case "--require-signed-in": request.requireSignedIn = true
        case "--min-valid":
            guard let seconds = left.popFirst().flatMap({ Int64($0) }), seconds >= 0 else { return false }
            request.minimumValiditySeconds = seconds
        default: return false
        }
        question = .token(request, asHeader: asHeader)
        return true
    }
}
