// SPDX-License-Identifier: Apache-2.0

import Glibc
import SessionConfiguration

/// A place for a configuration whose files are links to memory, so that a load goes all the way and costs no disk.
final class ConfigurationFiles: @unchecked Sendable {
    private let roots: ConfigurationRoots
    private let paths: [String]
    private var descriptors: [Int32] = []

    /// Makes its folder in `TMPDIR`, which whoever started this process removes.
    init() {
        let temporary = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let folder = "\(temporary)/fuzz-\(getpid())"
        roots = ConfigurationRoots(vendor: "\(folder)/usr", runtime: "\(folder)/run", administrator: "\(folder)/etc")
        paths = ["etc/sessiond.conf", "usr/sessiond.conf.d/10.conf", "run/sessiond.conf.d/20.conf"].map {
            "\(folder)/\($0)"
        }
        for name in ["", "/etc", "/usr", "/usr/sessiond.conf.d", "/run", "/run/sessiond.conf.d"] {
            require(mkdir(folder + name, 0o700) == 0, "no folder \(folder)\(name)")
        }
        // One that everybody may read, and two that nobody else may.
        for (path, mode) in zip(paths, [0o644, 0o600, 0o600]) {
            let descriptor = ConfigurationFiles.memory(mode: mode_t(mode))
            require(symlink("/proc/self/fd/\(descriptor)", path) == 0, "no link \(path)")
            descriptors.append(descriptor)
        }
    }

    /// Puts a content into each file.
    func write(_ contents: [[UInt8]]) {
        for (descriptor, content) in zip(descriptors, contents) {
            require(ftruncate(descriptor, 0) == 0, "ftruncate")
            require(pwrite(descriptor, content, content.count, 0) == content.count, "pwrite")
        }
    }

    func load() throws(ConfigurationError) -> LoadedConfiguration {
        try ConfigurationLoader(.search(roots)).load()
    }

    func index(of path: String) -> Int? { paths.firstIndex(of: path) }

    // A file without a name, as memfd_create(2) makes it.
    private static func memory(mode: mode_t) -> Int32 {
        let name = "/fuzz-\(getpid())"
        let descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL, mode)
        require(descriptor >= 0 && shm_unlink(name) == 0, "no shared memory")
        require(fchmod(descriptor, mode) == 0, "fchmod")
        return descriptor
    }
}
