// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// docs/adding.md, against the files that there are.
@Suite(.timeLimit(.minutes(10))) struct AddingDocumentTests {
    @Test func namesFilesThatThereAre() throws {
        let text = try Package.text("docs/adding.md")
        let paths = text.matches(of: /`((?:Sources|Tests|Protocol|Packaging|man|docs)\/[^`]+)`/).map { String($0.1) }
        #expect(paths.count > 30)
        for path in paths {
            #expect(
                FileManager.default.fileExists(atPath: Package.root.appending(path: path).path),
                "docs/adding.md names \(path), which is not there: name what took its place")
        }
    }

    @Test func namesTestsThatThereAre() throws {
        let names = try Package.text("docs/adding.md").matches(of: /\b([A-Z]\w+Tests|test_\w+)\b/).map { String($0.1) }
        let files = try Set(
            FileManager.default.subpathsOfDirectory(atPath: Package.root.appending(path: "Tests").path)
                .map { URL(filePath: $0).deletingPathExtension().lastPathComponent })
        for name in Set(names) {
            #expect(files.contains(name), "docs/adding.md names \(name), which is no test: name the one that says so")
        }
    }
}
