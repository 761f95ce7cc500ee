// SPDX-License-Identifier: Apache-2.0

package import AccessRules
package import SessionProtocol

/// One line of `AllowOrigin=`: capabilities for pages of an origin.
package struct OriginRule: Sendable, Hashable, CustomStringConvertible {
    /// What is granted; never empty, and never `admin`.
    package var capabilities: Set<Capability>
    /// To which pages.
    package var page: WebOrigin
    /// Where the line stands, for `sessionctl access explain` and warnings.
    package var origin: SettingOrigin

    /// Makes a rule.
    package init(capabilities: Set<Capability>, page: WebOrigin, origin: SettingOrigin = .builtIn) {
        (self.capabilities, self.page, self.origin) = (capabilities, page, origin)
    }

    /// As it stands after `AllowOrigin=`.
    package var description: String {
        "\(Capability.allCases.filter(capabilities.contains).map(\.rawValue).joined(separator: ",")) \(page)"
    }
}

extension OriginRule {
    /// Reads `CAP[,CAP...] ORIGIN`.
    init(parsing value: AssignedValue) throws(InvalidValue) {
        let (list, page) = try AccessRule.words(value, and: "an origin")
        let capabilities = try Self.capabilities(list)
        if page.isSame(as: "any") {
            throw InvalidValue("any, for pages of the whole web: write a line for each origin")
        }
        do throws(WebOrigin.Fault) {
            self.init(capabilities: capabilities, page: try WebOrigin(page), origin: value.origin)
        } catch {
            throw InvalidValue(error.reason)
        }
    }

    // Whoever injects a script into a page has what the page has: each right is written out.
    private static func capabilities(_ list: String) throws(InvalidValue) -> Set<Capability> {
        if list.utf8.split(separator: UInt8(ascii: ",")).contains(where: { Substring($0).isSame(as: "all") }) {
            throw InvalidValue("all, which pages cannot have: write the capabilities out")
        }
        let found = try AccessRule.capabilities(list)
        if found.contains(.admin) { throw InvalidValue("admin, which pages cannot have") }
        return found
    }
}

extension ValueForm<OriginRule> {
    /// A rule of `AllowOrigin=`.
    static var originRule: ValueForm {
        let names = Capability.allCases.filter { $0 != .admin }.map(\.rawValue).joined(separator: ", ")
        return ValueForm(
            description: "CAPABILITY[,CAPABILITY...] ORIGIN, where a capability is one of \(names), and an origin is "
                + "https://HOST[:PORT], or http:// to localhost, 127.0.0.0/8 or [::1], as browsers have it: in lower case "
                + "and punycode, without the standard port, a dot at the end, a path or a wildcard",
            exposure: .onceAccepted,
            parse: { (value) throws(InvalidValue) in try OriginRule(parsing: value) },
            format: { $0.description }
        )
    }
}
