// SPDX-License-Identifier: Apache-2.0

import Foundation

@testable import TestSupport

/// What the kernel says of this process.
enum ProcessMemory {
    /// Kilobytes of heap and stack, which no other process maps and so none can change: smaps_rollup, proc(5).
    static func anonymousKilobytes() throws -> Int {
        let text = try text("smaps_rollup")
        let line = text.split(separator: "\n").first { $0.hasPrefix("Anonymous:") }
        return line?.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }

    /// Whether a sanitizer is built in, which keeps what was freed.
    static var isSanitized: Bool { dlsym(nil, "__tsan_init") != nil || dlsym(nil, "__asan_init") != nil }

    /// How many descriptors are open.
    static func descriptorCount() throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
    }

    // In pieces to the end: the files of proc(5) do not say how long they are.
    private static func text(_ name: String) throws -> String {
        let file = try FileHandle(forReadingFrom: URL(filePath: "/proc/self/\(name)"))
        return String(decoding: try file.readToEnd() ?? Data(), as: UTF8.self)
    }
}
