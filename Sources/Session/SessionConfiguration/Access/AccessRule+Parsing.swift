// SPDX-License-Identifier: Apache-2.0

import SessionProtocol

extension AccessRule {
    /// Reads `CAP[,CAP...] SUBJECT`.
    init(parsing value: AssignedValue) throws(InvalidValue) {
        let words = try Quoting.words(value.text)
        guard let list = words.first, let subject = words.last, words.count == 2 else {
            throw InvalidValue("not two words: capabilities and a subject")
        }
        self.init(
            capabilities: try Self.capabilities(list),
            subject: try AccessSubject(parsing: subject),
            origin: value.origin
        )
    }

    private static func capabilities(_ list: String) throws(InvalidValue) -> Set<Capability> {
        var found: Set<Capability> = []
        for name in list.utf8.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
            let name = Substring(name)
            if name.isSame(as: "all") {
                found.formUnion(Capability.allCases)
            } else if let capability = Capability.allCases.first(where: { $0.rawValue.isSame(as: name) }) {
                found.insert(capability)
            } else {
                throw InvalidValue("an unknown capability")
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
