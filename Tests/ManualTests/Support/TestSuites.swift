// SPDX-License-Identifier: Apache-2.0

/// The suites below `Tests`: types in Swift files that have tests, and `module.Class` of Python.
struct TestSuites {
    var names: Set<String> = []

    init() throws {
        for file in try Package.files(below: "Tests") {
            if file.path.hasSuffix(".swift"), file.text.contains("@Test") {
                names.formUnion(types(in: file.text))
            } else if file.path.hasSuffix(".py"), let module = file.path.split(separator: "/").last?.dropLast(3) {
                names.formUnion(classes(in: file.text).map { "\(module).\($0)" })
            }
        }
    }

    private func types(in text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            let type = /^(?:@Suite.*\) )?(?:final )?(?:struct|class|actor|extension) (\w+)/
            return line.firstMatch(of: type).map { String($0.1) }
        }
    }

    private func classes(in text: String) -> [String] {
        text.split(separator: "\n").filter { $0.hasPrefix("class ") }.compactMap { line in
            line.firstMatch(of: /^class (\w+)[(:]/).map { String($0.1) }
        }
    }
}
