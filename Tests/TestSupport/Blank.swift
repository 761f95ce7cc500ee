// SPDX-License-Identifier: Apache-2.0

/// What in a value could be missing without anybody noticing.
enum Blank {
    /// The paths to what is `nil`, `false`, zero or empty, down through the structures of a module; of a list its first
    /// element counts.
    static func parts(of value: Any, called path: String, inTypesOf module: String, except others: Set<String> = [])
        -> [String]
    {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional, .collection:
            guard let some = mirror.children.first?.value else { return [path] }
            // Zero says something where there could be nothing.
            return some is any BinaryInteger ? [] : parts(of: some, called: path, inTypesOf: module, except: others)
        case .struct where isLookedInto(value, module, others):
            return mirror.children.flatMap {
                parts(of: $0.value, called: "\(path).\($0.label ?? "")", inTypesOf: module, except: others)
            }
        default:
            if let number = value as? any BinaryInteger, isZero(number) { return [path] }
            return value as? Bool == false || (value as? String)?.isEmpty == true ? [path] : []
        }
    }

    // What is written as one text, or by its name, has no parts.
    private static func isLookedInto(_ value: Any, _ module: String, _ others: Set<String>) -> Bool {
        String(reflecting: type(of: value)).hasPrefix("\(module).") && !others.contains("\(type(of: value))")
            && !(value is any CustomStringConvertible || value is any RawRepresentable)
    }

    private static func isZero(_ number: some BinaryInteger) -> Bool { number == 0 }
}
