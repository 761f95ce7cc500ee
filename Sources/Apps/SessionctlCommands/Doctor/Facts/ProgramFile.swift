// SPDX-License-Identifier: Apache-2.0

import Glibc

/// The files that programs are started from.
enum ProgramFile {
    /// The path of a program in the folder that this one is in.
    static func beside(_ name: String) -> String {
        let own = path(ofProcess: "self") ?? ""
        return (own.lastIndex(of: "/").map { String(own[...$0]) } ?? "/usr/bin/") + name
    }

    /// Whether a process runs a file that is gone by now, as after an upgrade; root alone may look at those of others.
    static func isGone(ofProcess process: Int32) -> Bool {
        path(ofProcess: String(process))?.hasSuffix(" (deleted)") ?? false
    }

    // As `/proc` has it, proc_pid_exe(5).
    private static func path(ofProcess process: String) -> String? {
        var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/\(process)/exe", &target, target.count)
        return count < 0 ? nil : String(decoding: target[..<count], as: UTF8.self)
    }
}
