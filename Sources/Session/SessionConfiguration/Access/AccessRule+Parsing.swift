// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension AccessRule {
    /// Reads `CAP[,CAP...] SUBJECT`.
    init(parsing value: AssignedValue) throws(InvalidValue) {
        let (list, subject) = try Self.words(value, and: "a subject")
        self.init(
            capabilities: try Self.capabilities(list),
            subject: try AccessSubject(parsing: subject),
            origin: value.origin
        )
    }

    /// Takes capabilities apart from whom they are for.
    static func words(
        _ value: AssignedValue, and whom: String
    ) throws(InvalidValue) -> (list: String, whom: String) {
        let words = try Quoting.words(value.text)
        guard let list = words.first, let last = words.last, words.count == 2 else {
            let isSpaced = words.dropLast().contains { $0.utf8.last == UInt8(ascii: ",") }
            throw InvalidValue(
                "not two words: capabilities and \(whom)" + (isSpaced ? "; no blanks behind the commas" : ""))
        }
        return (list, last)
    }

    static func capabilities(_ list: String) throws(InvalidValue) -> Set<Capability> {
        var found: Set<Capability> = []
        for name in list.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let name = Substring(name)
            if name.isSame(as: "all") {
                found.formUnion(Capability.allCases)
            } else if let capability = Capability.allCases.first(where: { $0.rawValue.isSame(as: name) }) {
                found.insert(capability)
            } else if (try? AccessSubject(parsing: String(name))) != nil {
                throw InvalidValue("the subject comes behind the capabilities")
            } else {
                throw InvalidValue(
                    "an unknown capability", meant: String(name), among: Capability.allCases.map(\.rawValue) + ["all"])
            }
        }
        return found
    }
}

extension ValueForm<AccessRule> {
    /// A rule of `Allow=`.
    static var accessRule: ValueForm {
        let names = Capability.allCases.map(\.rawValue).joined(separator: ", ")
        return ValueForm(
            description: "CAPABILITY[,CAPABILITY...] SUBJECT, where a capability is all or one of \(names), "
                + "and a subject is user:NAME-OR-ID, group:NAME-OR-ID or any",
            parse: { (value) throws(InvalidValue) in try AccessRule(parsing: value) },
            format: { $0.description }
        )
    }
}
